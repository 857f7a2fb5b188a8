"""Minutes as PDF scans: judged by content, written anew, shown sealed, deleted like photos."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from feedback.actions import meetings, minutes
from feedback.models import EntryFile
from feedback.rules import meetings as rules
from portal.common import clock
from portal.common.models import Upload
from tests.feedback.batches import open_world
from tests.feedback.factories import NOW
from tests.feedback.meetings import Way, again, enter, photo

MAKER = "Nguyễn Văn Thư ký"
SCRIPT = "app.alert(1)"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world(db):
    return open_world()


def scan(pages=2, name="bien-ban-dong-chi-a.pdf", password="", width=300):
    writer = PdfWriter()
    for _n in range(pages):
        writer.add_blank_page(width, 400)
    writer.add_metadata({"/Author": MAKER})
    writer.add_attachment("ngam.txt", MAKER.encode())
    action = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject(SCRIPT)}
    )
    writer._root_object[NameObject("/OpenAction")] = action
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def keep(world, row, *files):
    return minutes.keep_photos(actor=world.secretary, meeting=row, files=list(files), now=NOW)


def test_a_scan_is_told_by_content_and_loses_maker_scripts_and_attached_files(world):
    row = enter(world, Way.MINUTES)
    assert keep(world, row, scan(), photo()) == (2, [])
    paper, picture = row.batch.files.select_related("upload").order_by("n")
    assert (paper.content_type, picture.content_type) == ("application/pdf", "image/jpeg")
    assert (paper.kind, paper.name) == ("minutes", "")
    assert (paper.upload.kind, paper.upload.original_name) == ("file", "bien-ban-1.pdf")
    data = paper.upload.file.read()
    reader = PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 2
    assert "/Author" not in (reader.metadata or {})
    assert reader.attachments == {}
    assert SCRIPT.encode() not in data
    assert "/AA" not in reader.pages[0]


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (lambda: scan(password="mat-khau"), "có mật khẩu"),
        (lambda: scan(pages=rules.MOST_PDF_PAGES + 1), "dài quá 60 trang"),
        (lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"x" * 50), "thiếu phần cuối"),
        (lambda: SimpleUploadedFile("a.pdf", b"%PDF-1.7\nrubbish\n%%EOF"), "Không đọc được"),
        (
            lambda: SimpleUploadedFile("a.pdf", b"%PDF-" + b"0" * (20 * 1024 * 1024) + b"%%EOF"),
            "lớn quá 20 MB",
        ),
    ],
    ids=["locked", "long", "cut off", "broken", "heavy"],
)
def test_what_nobody_can_read_or_clean_is_refused_and_nothing_is_left(world, file, why):
    row = enter(world, Way.MINUTES)
    kept, problems = keep(world, row, file(), photo())
    assert kept == 1
    ((_name, said),) = problems
    assert why in str(said)
    assert Upload.objects.filter(kind="file").count() == 0


def test_the_same_scan_is_not_kept_twice_and_scans_count_as_photos_do(world):
    row = enter(world, Way.MINUTES)
    assert keep(world, row, scan())[0] == 1
    assert keep(world, row, scan()) == (0, [])
    assert Upload.objects.filter(kind="file").count() == 1
    kept, problems = keep(world, row, *(scan(width=301 + n) for n in range(10)))
    assert (kept, len(problems)) == (9, 1)


def test_a_scan_is_taken_out_for_good(world, client):
    row = enter(world, Way.MINUTES)
    keep(world, row, scan())
    file = row.batch.files.get()
    client.force_login(world.secretary)
    address = reverse("feedback:meeting_photo_remove", args=[row.public_id, file.public_id])
    page = client.post(address, follow=True)
    assert "Đã xóa tệp." in page.content.decode()
    assert not row.batch.files.exists()
    assert not Upload.objects.filter(kind="file").exists()


def handed_in(world):
    row = enter(world, Way.MINUTES)
    keep(world, row, scan())
    return meetings.hand_in(actor=world.secretary, meeting=again(row), now=NOW)


def test_the_clerk_above_reads_it_in_a_frame_and_outsiders_do_not(world, client):
    row = handed_in(world)
    file = row.batch.files.get()
    address = reverse("feedback:meeting_photo", args=[row.public_id, file.public_id])
    for person, status in (
        (world.clerk, 200),
        (world.secretary, 200),
        (world.approver, 404),
        (world.member, 404),
    ):
        client.force_login(person)
        assert client.get(address).status_code == status
    client.force_login(world.clerk)
    answer = client.get(address)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("inline")
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "script-src 'self'" in policy
    page = client.get(reverse("feedback:minutes_key", args=[row.public_id]))
    assert "frame-src 'self'" in page["Content-Security-Policy"]
    page = page.content.decode()
    assert f'src="{address}#navpanes=0' in page
    assert "Mở bản quét 1 (PDF" in page
    client.logout()
    assert client.get(address).status_code == 302


def test_the_form_of_the_unit_takes_a_scan_and_lists_it(world, client):
    row = enter(world, Way.MINUTES)
    client.force_login(world.secretary)
    address = reverse("feedback:meeting_photos", args=[row.public_id])
    page = client.post(address, {"photos": [scan()]}, follow=True).content.decode()
    assert "Đã nhận 1 tệp." in page
    assert "Bản quét 1, PDF" in page
    assert "application/pdf" in page
    answer = client.post(address, {"photos": [scan(password="x")]})
    assert answer.status_code == 422
    assert "có mật khẩu" in answer.content.decode()
    assert row.batch.files.count() == 1


def test_scans_go_thirty_days_after_the_meeting_counts(world, django_capture_on_commit_callbacks):
    row = handed_in(world)
    file = row.batch.files.select_related("upload").get()
    name = file.upload.file.name
    today = clock.today(NOW)
    EntryFile.objects.filter(pk=file.pk).update(delete_on=today + dt.timedelta(days=30))
    assert minutes.delete_due_photos(today=today + dt.timedelta(days=29)) == 0
    assert default_storage.exists(name)
    with django_capture_on_commit_callbacks(execute=True):
        assert minutes.delete_due_photos(today=today + dt.timedelta(days=30)) == 1
    file.refresh_from_db()
    assert (file.upload, file.path, file.deleted_at is not None) == (None, "", True)
    assert not default_storage.exists(name)
    assert not Upload.objects.filter(kind="file").exists()
