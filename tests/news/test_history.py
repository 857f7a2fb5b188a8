"""Saved texts: listed, compared, taken up again; what readers saw on a day, as a page."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.news import actions, comparing
from portal.news.actions.items import ItemInput
from portal.news.models import ArticleItem
from tests.accounts.factories import UserFactory
from tests.agencies.factories import delegate
from tests.news import factories as make
from tests.news.factories import again, at, do
from tests.news.test_showings import correct

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return make.newsroom()


def address(name, article, *more):
    return reverse(f"news:{name}", args=[article.pk, *more])


def revise(room, article, **text):
    return make.saved(room, article, **text)


# --- the difference -------------------------------------------------------------------------------


def test_words_pictures_links_and_labels_are_compared_in_the_order_of_reading(room):
    article = make.written(room, body="<p>Tối thứ Bảy, <a href='https://mot.vn/'>xem</a>.</p>")
    old = article.working
    cover = make.picture(room.editor, room.agency)
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Tin cơ sở")
    revise(
        room,
        article,
        title="Đảng bộ xã Hòa Bình lấy ý kiến từng tổ",
        body="<p>Tối thứ Bảy, <a href='https://hai.vn/'>xem</a>.</p>",
        cover=cover,
        cover_alt="Hội trường",
        section=section,
        tags=["đại hội", "chi bộ"],
    )
    new = again(article).working
    found = comparing.changes(old.text(), new.text())
    assert [(c.name, c.html) for c in found] == [
        ("title", "Đảng bộ xã Hòa Bình lấy ý kiến từng <del>chi bộ</del> <ins>tổ</ins>"),
        (
            "body",
            "Tối thứ Bảy, xem (https://<del>mot</del><ins>hai</ins>.vn/).",
        ),
        ("cover", ""),
        ("cover_alt", "<ins>Hội trường</ins>"),
        ("section", "<ins>Tin cơ sở</ins>"),
        ("tags", "<ins>đại hội, chi bộ</ins>"),
    ]
    assert found[2].new_pictures == [(cover.small_url, "anh.png")]
    assert comparing.changes(new.text(), new.text()) == []


def test_a_change_of_nothing_but_bold_is_said_not_hidden():
    one, other = {"body": "<p>Rất tốt.</p>"}, {"body": "<p><strong>Rất</strong> tốt.</p>"}
    (change,) = comparing.changes(one, other)
    assert (change.html, change.note[:14]) == ("", "Chữ giữ nguyên")


def test_a_picture_exchanged_for_another_with_the_same_words_is_seen(room):
    first, second = (make.picture(room.editor, room.agency) for _n in range(2))
    texts = [{"body": f'<p><img src="{p.url}" alt="Hội trường"></p>'} for p in (first, second)]
    (change,) = comparing.changes(*texts)
    assert change.html == ""
    assert (change.old_pictures, change.new_pictures) == (
        [(first.url, "Hội trường")],
        [(second.url, "Hội trường")],
    )


def test_what_goes_with_the_text_is_compared_too(room):
    picture = make.picture(room.editor, room.agency)
    item = ArticleItem(kind="image", upload=picture, alt="Hội trường", position=0)
    video = ArticleItem(kind="video", provider="youtube", ref="abc", title="Phóng sự", position=0)
    (change,) = comparing.changes({}, {}, old_items=[item], new_items=[item, video])
    assert (change.name, change.html) == (
        "items",
        "Ảnh: anh.png | Hội trường<br><ins>Video: Phóng sự | youtube: abc</ins>",
    )
    other = ArticleItem(kind="image", upload=make.picture(room.editor, room.agency), position=0)
    other.alt = "Hội trường"
    (change,) = comparing.changes({}, {}, old_items=[item], new_items=[other])
    assert (change.html, change.note) == ("", "Một tệp được thay bằng tệp khác có cùng tên.")


def test_the_pages_compare_from_old_to_new_whichever_way_round(room, client):
    article = make.written(room)
    revise(room, article, lead="Mỗi chi bộ họp hai buổi.")
    client.force_login(room.staff)
    forth = client.get(address("compare", article), {"cu": 1, "moi": 2})
    back = client.get(address("compare", article), {"cu": 2, "moi": 1})
    assert "<ins>hai</ins>" in forth.content.decode().replace("<ins> hai", "<ins>hai")
    assert forth.context["changes"] == back.context["changes"]
    assert [c.name for c in forth.context["changes"]] == ["lead"]


@pytest.mark.parametrize("query", ["", "?cu=1&moi=1", "?cu=x&moi=2", "?cu=1"])
def test_without_two_texts_to_compare_the_list_is_shown_again(room, client, query):
    article = make.written(room)
    client.force_login(room.editor)
    response = client.get(address("compare", article) + query)
    assert (response.status_code, response["Location"]) == (302, address("revisions", article))


def test_numbers_that_do_not_exist_are_not_found(room, client):
    article = make.written(room)
    client.force_login(room.editor)
    assert client.get(address("compare", article), {"cu": 1, "moi": 9}).status_code == 404
    assert client.get(address("revision", article, 9)).status_code == 404
    assert client.get(address("restore", article, 9)).status_code == 404


# --- the list -------------------------------------------------------------------------------------


def test_the_list_says_who_saved_what_and_when_readers_had_it(room, client):
    article = make.published(room, now=at("2026-09-24 07:30"))
    correct(room, article, at("2026-09-25 08:00"), "<p>Bản sửa.</p>")
    client.force_login(room.staff)
    html = " ".join(client.get(address("revisions", article)).content.decode().split())
    assert "Bạn đọc thấy từ 24/09/2026 07:30 đến 25/09/2026 08:00" in html
    assert "Bạn đọc thấy từ 25/09/2026 08:00 đến nay" in html
    assert "Mai Phương lưu 24/09/2026 07:30" in html
    assert "Khôi phục" not in html  # staff read, editors restore


def test_the_list_costs_the_same_for_one_and_for_many(room, client):
    article = make.published(room, now=at("2026-09-24 07:30"))
    client.force_login(room.editor)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            response = client.get(address("revisions", article))
        return response, len(queries)

    cost()
    _response, one = cost()
    for n in range(23):
        correct(room, article, at("2026-09-24 08:00") + dt.timedelta(minutes=n), f"<p>{n}</p>")
    response, many = cost()
    assert (response.context["page"].count, response.context["page"].pages) == (24, 2)
    assert many == one


# --- taking up an old text ------------------------------------------------------------------------


def test_restoring_makes_a_new_text_and_overwrites_none(room, client):
    article = make.written(room, body="<p>Một.</p>")
    revise(room, article, body="<p>Hai.</p>")
    client.force_login(room.colleague)
    page = client.get(address("restore", article, 1))
    assert "<del>Hai</del><ins>Một</ins>" in page.content.decode()
    response = client.post(
        address("restore", article, 1), {"lock_version": again(article).lock_version}
    )
    assert (response.status_code, response["Location"]) == (302, address("edit", article))
    rows = list(article.revisions.values_list("n", "body", "by", "restored_from__n"))
    assert rows == [
        (1, "<p>Một.</p>", room.editor.pk, None),
        (2, "<p>Hai.</p>", room.editor.pk, None),
        (3, "<p>Một.</p>", room.colleague.pk, 1),
    ]
    assert again(article).working.n == 3
    assert AuditEntry.objects.filter(verb="restore_article_revision").count() == 1


def test_readers_keep_the_approved_text_while_an_old_one_is_restored(room):
    article = make.published(room, body="<p>Một.</p>", now=at("2026-09-24 07:30"))
    correct(room, article, at("2026-09-25 08:00"), "<p>Hai.</p>")
    do("restore_revision", room.editor, article, n=1)
    article = again(article)
    assert (article.body, article.working.body, article.state) == (
        "<p>Hai.</p>",
        "<p>Một.</p>",
        "editing",
    )


def test_a_delegate_restores_on_behalf(room):
    article = make.written(room, body="<p>Một.</p>")
    revise(room, article, body="<p>Hai.</p>")
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    delegate(room.editor, deputy, room.agency, Role.EDITOR)
    do("restore_revision", deputy, article, n=1)
    entry = AuditEntry.objects.get(verb="restore_article_revision")
    assert (entry.actor, entry.on_behalf_of) == (deputy, room.editor)


def test_nothing_is_restored_while_the_article_waits_for_approval(room, client):
    article = make.written(room, body="<p>Một.</p>")
    article = do("submit", room.editor, revise(room, article, body="<p>Hai.</p>"))
    with pytest.raises(Refused, match="đang chờ duyệt"):
        do("restore_revision", room.editor, article, n=1)
    client.force_login(room.editor)
    html = client.get(address("restore", article, 1)).content.decode()
    assert "Hãy rút bài lại rồi khôi phục." in html
    assert 'type="submit"' not in html.split("<main")[1]


def test_restoring_is_refused_on_a_newer_text_and_of_an_equal_one(room, client):
    article = make.written(room, body="<p>Một.</p>")
    stale = article.lock_version
    revise(room, article, body="<p>Hai.</p>")
    with pytest.raises(StaleVersion):
        actions.restore_revision(
            actor=room.editor, article_id=article.pk, n=1, expected_version=stale
        )
    with pytest.raises(Refused) as refused:
        do("restore_revision", room.editor, article, n=2)
    assert refused.value.code == "alike"
    client.force_login(room.editor)
    response = client.post(address("restore", article, 1), {"lock_version": stale}, follow=True)
    assert "Bài đã thay đổi" in response.content.decode()
    assert article.revisions.count() == 2


def test_approvers_read_history_and_do_not_restore(room, client):
    article = make.written(room)
    client.force_login(room.approver)
    assert client.get(address("revision", article, 1)).status_code == 200
    assert client.post(address("restore", article, 1)).status_code == 403
    with pytest.raises(Refused, match="vai trò"):
        do("restore_revision", room.approver, article, n=1)
    client.force_login(room.outsider)
    for name, more in [("revisions", []), ("revision", [1]), ("compare", []), ("shown_on", [])]:
        assert client.get(address(name, article, *more)).status_code == 404


# --- what readers saw -----------------------------------------------------------------------------


@pytest.fixture
def busy_day(room):
    """07:30 published, 09:00 withdrawn, 14:00 up again with another text; looked at in December."""
    article = make.published(room, body="<p>Bản sáng.</p>", now=at("2026-09-24 07:30"))
    do("withdraw", room.approver, article, now=at("2026-09-24 09:00"), reason="Sai số liệu.")
    return correct(room, article, at("2026-09-24 14:00"), "<p>Bản chiều.</p>")


@pytest.mark.parametrize(
    ("query", "shown", "said"),
    [
        ("ngay=2026-09-24", "Bản chiều.", "từ 24/09/2026 14:00 đến 25/09/2026 00:00"),
        ("ngay=24/09/2026&luc=08:59", "Bản sáng.", "từ 24/09/2026 07:30 đến 24/09/2026 09:00"),
        ("ngay=2026-09-24&luc=09:00", None, "Lý do nêu với bạn đọc: Sai số liệu."),
        ("ngay=2026-09-24&luc=13:59:59", None, "Gỡ lúc 24/09/2026 09:00."),
        ("ngay=2026-09-24&luc=14:00", "Bản chiều.", "(bản 2)"),
        ("ngay=2026-09-24&doan=2", "Bản sáng.", "(bản 1)"),
        ("ngay=2026-09-24&luc=07:29", None, "bài chưa đăng"),
        ("ngay=2026-09-23", None, "bài chưa đăng"),
        ("ngay=2026-09-25", "Bản chiều.", "từ 25/09/2026 00:00 đến 26/09/2026 00:00"),
        ("ngay=2026-12-31", None, "Ngày này chưa tới."),
        ("ngay=2026-12-01&luc=23:59", None, "Thời điểm này chưa tới."),
        ("ngay=hom-nay", None, "Hãy nhập ngày theo mẫu"),
        ("ngay=2026-09-24&doan=99999", "Bản chiều.", "(bản 2)"),
        ("", None, "Bạn đọc thấy từ 24/09/2026 07:30 đến 24/09/2026 09:00"),
    ],
)
def test_what_readers_saw_at_a_moment(busy_day, room, client, query, shown, said):
    with time_machine.travel(at("2026-12-01 10:00"), tick=False):
        client.force_login(room.staff)
        response = client.get(f"{address('shown_on', busy_day)}?{query}")
    html = " ".join(response.content.decode().split())
    assert response.status_code == 200
    assert said in html
    assert [t for t in ("Bản sáng.", "Bản chiều.") if t in html] == ([shown] if shown else [])
    assert response["X-Robots-Tag"] == "noindex"


def test_the_times_on_the_page_are_those_of_then(busy_day, room, client):
    client.force_login(room.staff)
    early = client.get(address("shown_on", busy_day), {"ngay": "2026-09-24", "luc": "08:00"})
    late = client.get(address("shown_on", busy_day), {"ngay": "2026-09-26"})
    assert early.context["then"].updated_at_public is None
    assert late.context["then"].updated_at_public == at("2026-09-24 14:00")
    assert early.context["then"].published_at == at("2026-09-24 07:30")


def test_an_article_never_published_says_so(room, client):
    article = make.written(room)
    client.force_login(room.editor)
    assert "chưa đăng lần nào" in client.get(address("shown_on", article)).content.decode()


def test_restoring_brings_back_what_went_with_the_text(room):
    picture = make.picture(room.editor, room.agency)
    article = make.written(room)
    item = ItemInput(kind="image", upload=picture, alt="Hội trường")
    do("save_article", room.editor, article, text=article.working.text(), items=[item])
    do("save_article", room.editor, article, text=article.working.text(), items=[])
    do("restore_revision", room.colleague, article, n=2)
    newest = again(article).working
    assert (newest.n, list(newest.items.values_list("upload", "alt"))) == (
        4,
        [(picture.pk, "Hội trường")],
    )
