"""Evidence of every kind: what is kept, what is refused, what upper apps may do to it."""

import datetime as dt
import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from campaigns import actions
from campaigns.models import Evidence, EvidenceFile, Indicator
from campaigns.registry import evidence_sources
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import Upload
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.news import factories as news

pytestmark = pytest.mark.django_db

Kind, Channel = Evidence.Kind, Evidence.Channel


@pytest.fixture
def assignment():
    unit = AgencyFactory(name="Đảng bộ xã Tân Lập")
    task = TaskFactory(plan=PlanFactory(), title="Mở chuyên mục", assigned_to=[unit])
    issue(task.plan)
    return task.assignments.get()


def photo(name="hoi-nghi.jpg", size=(3000, 2000), exif=True):
    out, picture = io.BytesIO(), Image.new("RGB", size, (143, 29, 32))
    data = picture.getexif()
    if exif:
        data[0x010F] = "Máy ảnh của đồng chí"
        data.get_ifd(0x8825)[1] = "N"
    picture.save(out, "JPEG", exif=data)
    return SimpleUploadedFile(name, out.getvalue())


def add(assignment, kind, **values):
    values = {"title": "Minh chứng", "happened_on": clock.today()} | values
    return actions.add_evidence(actor=None, assignment=assignment, kind=kind, **values)


def code_of(call, *args, **kwargs):
    with pytest.raises(Refused) as refused:
        call(*args, **kwargs)
    return refused.value.code


def test_a_link_elsewhere(assignment):
    row = add(
        assignment,
        Kind.LINK,
        channel=Channel.BROADCAST,
        outlet="Đài truyền thanh xã",
        quantity=6,
        attendees=9,
    )
    assert (row.channel, row.outlet, row.quantity, row.attendees, row.url) == (
        "broadcast", "Đài truyền thanh xã", 6, None, "",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "values", "code"),
    [
        (Kind.LINK, {"channel": "facebook", "outlet": "Trang xã"}, "url"),
        (Kind.LINK, {"channel": "press"}, "missing"),
        (Kind.LINK, {"outlet": "Báo tỉnh"}, "channel"),
        (Kind.LINK, {"channel": "press", "outlet": "Báo", "url": "javascript:x"}, "url"),
        (Kind.MEETING, {}, "attendees"),
        (Kind.MEETING, {"attendees": 5, "speakers": 6}, "speakers"),
        (Kind.OTHER, {"quantity": 5}, "indicator"),
        (Kind.OTHER, {"title": " "}, "missing"),
        (Kind.PHOTOS, {}, "no_files"),
        (Kind.OTHER, {"happened_on": dt.date(2999, 1, 1)}, "future"),
    ],
)
def test_what_is_missing_is_refused_with_nothing_kept(assignment, kind, values, code):
    assert code_of(add, assignment, kind, **values) == code
    assert not Evidence.objects.exists()
    assignment.refresh_from_db()
    assert assignment.state == "todo"


def test_a_meeting_and_something_counted(assignment):
    meeting = add(assignment, Kind.MEETING, attendees=126, speakers=9, place="Hội trường xã")
    assert (meeting.attendees, meeting.speakers, meeting.place) == (126, 9, "Hội trường xã")
    banners = Indicator.objects.get(slug="bang-ron")
    row = add(assignment, Kind.OTHER, quantity=12, indicator=banners)
    assert (row.quantity, row.indicator) == (12, banners)
    assert code_of(add, assignment, Kind.OTHER, indicator=banners) == "quantity"


def test_photos_are_shrunk_private_and_one_bad_file_does_not_lose_the_others(assignment):
    clerk = UserFactory()
    files = [photo("a.jpg"), SimpleUploadedFile("b.jpg", b"khong phai anh"), photo("c.jpg")]
    kept, problems = actions.keep_photos(actor=clerk, assignment=assignment, files=files)
    assert [(name, "không phải ảnh" in why) for name, why in problems] == [("b.jpg", True)]
    row = actions.add_evidence(
        actor=clerk,
        assignment=assignment,
        kind=Kind.PHOTOS,
        happened_on=clock.today(),
        uploads=kept,
    )
    assert row.title == "Ảnh: Mở chuyên mục"
    assert [f.upload.original_name for f in row.files.all()] == ["a.jpg", "c.jpg"]
    upload = kept[0]
    assert (upload.kind, upload.width, upload.height) == ("photo", 1920, 1280)
    assert upload.file.name.startswith("tep/")
    with pytest.raises(ValueError, match="no public address"):
        _ = upload.url
    with upload.file.open() as stored, Image.open(stored) as picture:
        assert dict(picture.getexif()) == {}


def test_ten_photos_at_once_the_others_are_named(assignment):
    files = [photo(f"{n}.jpg", (8, 8)) for n in range(4)]
    kept, problems = actions.keep_photos(actor=None, assignment=assignment, files=files, kept=7)
    assert [upload.original_name for upload in kept] == ["0.jpg", "1.jpg", "2.jpg"]
    assert problems == [("3.jpg", "Mỗi lần gửi nhiều nhất 10 ảnh.")]


def test_captions_photos_and_texts_are_corrected_after(
    assignment, django_capture_on_commit_callbacks
):
    kept, _problems = actions.keep_photos(
        actor=None, assignment=assignment, files=[photo("a.jpg"), photo("b.jpg")]
    )
    row = add(assignment, Kind.PHOTOS, uploads=kept)
    first, second = row.files.all()
    actions.edit_evidence(
        actor=None,
        evidence=row,
        lock_version=0,
        title="Ra quân",
        captions={first.pk: "Lễ ra quân", 0: "của ai"},
    )
    first.refresh_from_db()
    row.refresh_from_db()
    assert (first.caption, row.title, row.lock_version) == ("Lễ ra quân", "Ra quân", 1)
    with pytest.raises(StaleVersion):
        actions.edit_evidence(actor=None, evidence=row, lock_version=0, title="Của người kia")
    name = first.upload.file.name
    with django_capture_on_commit_callbacks(execute=True):
        actions.remove_photo(actor=None, file=first)
    assert list(EvidenceFile.objects.all()) == [second]
    stored = [default_storage.exists(n) for n in (name, second.upload.file.name)]
    assert (Upload.objects.count(), stored) == (1, [False, True])
    assert code_of(actions.remove_photo, actor=None, file=second) == "last"


def test_photos_somebody_else_handed_in_are_nobodys_evidence(assignment):
    clerk, other = UserFactory(), UserFactory()
    kept, _problems = actions.keep_photos(actor=clerk, assignment=assignment, files=[photo()])
    ids = [kept[0].pk]

    def found(actor):
        return actions.kept_uploads(actor=actor, assignment=assignment, ids=ids, kind="photo")

    assert (found(clerk), found(other)) == (kept, [])
    add(assignment, Kind.PHOTOS, uploads=kept)
    assert found(clerk) == []


def test_a_file_is_told_by_its_content(assignment):
    pdf = SimpleUploadedFile("bao-cao.docx", b"%PDF-1.7 ...")
    upload = actions.keep_file(actor=None, assignment=assignment, file=pdf)
    row = add(assignment, Kind.FILE, title="", uploads=[upload])
    assert (row.title, upload.content_type) == ("bao-cao.docx", "application/pdf")
    fake = SimpleUploadedFile("bao-cao.pdf", b"MZ chuong trinh")
    assert code_of(actions.keep_file, actor=None, assignment=assignment, file=fake) == (
        "not_a_document"
    )


def test_evidence_for_what_was_done_without_any_takes_the_mark_away(assignment):
    actions.set_progress(actor=None, assignment=assignment, state="done")
    assignment.refresh_from_db()
    assert assignment.without_evidence is True
    add(assignment, Kind.OTHER)
    assignment.refresh_from_db()
    assert (assignment.without_evidence, assignment.state) == (False, "done")


# --- Articles and consultations ---------------------------------------------------------------


@pytest.fixture
def room():
    return news.newsroom()


def given_to(room):
    task = TaskFactory(plan=PlanFactory(), assigned_to=[room.agency])
    issue(task.plan)
    return task.assignments.get()


def live(row):
    row.refresh_from_db()
    return row.retracted_at is None


def test_an_article_is_picked_goes_with_its_withdrawal_and_comes_back(room):
    assignment, article = given_to(room), news.published(room)
    source = evidence_sources["news.article"]
    words = article.title.split()[0]
    assert [f.id for f in source.search(room.agency, words)] == [str(article.pk)]
    assert source.search(AgencyFactory(), words) == []
    row = actions.pick_evidence(
        actor=room.editor, assignment=assignment, source_kind="news.article", source_id=article.pk
    )
    assert (row.kind, row.title, row.picked) == ("article", article.title, True)
    actions.set_progress(actor=room.editor, assignment=assignment, state="done")
    news.do("withdraw", room.approver, article, reason="Số liệu chưa chính xác.")
    assert live(row) is False
    assignment.refresh_from_db()
    assert (assignment.state, assignment.without_evidence) == ("done", False)
    news.saved(room, article, body="<p>Đã sửa.</p>")
    news.do("submit", room.editor, article)
    news.do("publish", room.approver, article)
    assert live(row) is True


def test_a_picked_article_stays_when_it_is_corrected_and_goes_by_hand(room):
    assignment, article = given_to(room), news.published(room)
    row = actions.pick_evidence(
        actor=None, assignment=assignment, source_kind="news.article", source_id=article.pk
    )
    actions.record_evidence(
        source_kind="news.article",
        source_id=article.pk,
        title="Tên đã sửa",
        url=article.get_absolute_url(),
        happened_on=row.happened_on,
    )
    assert (live(row), row.title) == (True, "Tên đã sửa")
    actions.retract_manual_evidence(actor=None, evidence=row)
    assert (live(row), row.picked) == (False, False)


@pytest.mark.parametrize("source_id", ["0", "9" * 30, "x", "-1", ""])
def test_only_articles_of_the_unit_are_picked(room, source_id):
    assignment = given_to(room)
    refused = code_of(
        actions.pick_evidence,
        actor=None,
        assignment=assignment,
        source_kind="news.article",
        source_id=source_id,
    )
    assert refused == "not_found"
