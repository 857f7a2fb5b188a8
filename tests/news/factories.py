"""A newsroom for tests: its people, and articles brought to a state through the actions."""

import datetime as dt
import io
from dataclasses import dataclass

from PIL import Image

from portal.agencies.models import Role
from portal.common import clock
from portal.common.minutes import minute_of
from portal.common.uploads.actions import store_image
from portal.news import actions
from portal.news.models import Article
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

TEXT = {
    "title": "Đảng bộ xã Hòa Bình lấy ý kiến từng chi bộ",
    "lead": "Mỗi chi bộ họp một buổi tối, ghi biên bản ngay tại chỗ.",
    "body": "<p>Tối thứ Bảy, chi bộ thôn Thượng họp sớm hơn thường lệ.</p>",
    "byline": "Hoài An",
    "source": "Đảng bộ xã Hòa Bình",
}


def at(text):
    """An instant from "2026-09-24 07:30", Vietnam time."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


@dataclass
class Newsroom:
    """One agency with an editor, a second editor, two approvers, and people without these roles."""

    agency: object
    editor: object
    colleague: object
    approver: object
    other_approver: object
    staff: object
    member: object
    outsider: object


def newsroom(name="Đảng bộ xã Hòa Bình", **agency):
    """Named people around one agency; the outsider edits and approves elsewhere."""
    own = AgencyFactory(name=name, **agency)
    elsewhere = AgencyFactory()
    room = Newsroom(
        agency=own,
        editor=UserFactory(full_name="Mai Phương"),
        colleague=UserFactory(full_name="Quang Huy"),
        approver=UserFactory(full_name="Lê Hồng Vân"),
        other_approver=UserFactory(full_name="Đặng Ngọc Ánh"),
        staff=UserFactory(full_name="Trần Kế Hoạch"),
        member=UserFactory(full_name="Bùi Thành Viên"),
        outsider=UserFactory(full_name="Vũ Khách"),
    )
    for person, role in [
        (room.editor, Role.EDITOR),
        (room.colleague, Role.EDITOR),
        (room.approver, Role.APPROVER),
        (room.other_approver, Role.APPROVER),
        (room.staff, Role.STAFF),
        (room.member, Role.MEMBER),
    ]:
        give(person, role, own)
    give(room.outsider, Role.EDITOR, elsewhere)
    give(room.outsider, Role.APPROVER, elsewhere)
    return room


def picture(actor, agency, size=(1200, 800)):
    """A stored picture of one colour."""
    file = io.BytesIO()
    Image.new("RGB", size, "#8f1d20").save(file, "PNG")
    file.name = "anh.png"
    file.seek(0)
    return store_image(file, actor=actor, agency=agency)


def written(room, *, now=None, assignment=None, **text):
    """A draft of the editor."""
    return actions.create_article(
        actor=room.editor,
        agency=room.agency,
        text={**TEXT, **text},
        assignment=assignment,
        now=now,
    )


def submitted(room, *, by=None, **kwargs):
    article = written(room, **kwargs)
    return actions.submit(
        actor=by or room.editor,
        article_id=article.pk,
        expected_version=article.lock_version,
        now=kwargs.get("now"),
    )


def published(room, *, by=None, **kwargs):
    article = submitted(room, **kwargs)
    return actions.publish(
        actor=by or room.approver,
        article_id=article.pk,
        expected_version=article.lock_version,
        now=kwargs.get("now"),
    )


def in_days(days, time="07:00"):
    """The minute `time` so many days from today, Vietnam time."""
    return minute_of(clock.today() + dt.timedelta(days=days), dt.time.fromisoformat(time))


def scheduled(room, *, by=None, hour=None, **kwargs):
    """Approved for tomorrow at seven, or for `hour`."""
    article = submitted(room, **kwargs)
    return actions.schedule(
        actor=by or room.approver,
        article_id=article.pk,
        expected_version=article.lock_version,
        at=hour or in_days(1),
        now=kwargs.get("now"),
    )


def withdrawn(room, **kwargs):
    article = published(room, **kwargs)
    return actions.withdraw(
        actor=room.approver,
        article_id=article.pk,
        expected_version=article.lock_version,
        reason="Số liệu chưa chính xác.",
        now=kwargs.get("now"),
    )


def returned(room, **kwargs):
    article = submitted(room, **kwargs)
    return actions.send_back(
        actor=room.approver,
        article_id=article.pk,
        expected_version=article.lock_version,
        remark="Ghi rõ số liệu tính đến giờ nào.",
        now=kwargs.get("now"),
    )


def correcting(room, **kwargs):
    """A published article with a newer text at the desk."""
    article = published(room, **kwargs)
    return saved(room, article, body="<p>Bản sửa.</p>")


def saved(room, article, *, by=None, **text):
    article = again(article)
    return actions.save_article(
        actor=by or room.editor,
        article_id=article.pk,
        expected_version=article.lock_version,
        text={**article.working.text(), **text},
    )


def do(verb, actor, article, **kwargs):
    """A verb on the article as it stands now."""
    article = again(article)
    return getattr(actions, verb)(
        actor=actor, article_id=article.pk, expected_version=article.lock_version, **kwargs
    )


def again(article):
    return Article.objects.select_related("working", "live_revision", "agency").get(pk=article.pk)
