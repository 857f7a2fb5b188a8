"""Files with opinions: what tells of their maker is gone, and who may read them."""

import datetime as dt
import io
import os
import zipfile

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from PIL import Image
from pypdf import PdfReader, PdfWriter
from pypdf.annotations import FreeText
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from feedback import actions, attachments, moderation, sanitised
from feedback.models import Consultation, Opinion, OpinionAttachment
from feedback.views import _files
from portal.common import clock
from portal.common.errors import Refused
from portal.moderation import actions as queue
from portal.moderation.models import Case
from tests.feedback.factories import NOW, send
from tests.feedback.test_moderation import moderated_world

SECRET = "Trần Văn Bí Mật"
CAMERA = "Bi Mat 0912"
KEY = "k" * 32


def as_file(data, name="Đơn của Trần Văn Bí Mật.bin"):
    return ContentFile(data, name=name)


def jpeg():
    picture = Image.new("RGB", (40, 30), "#345878")
    exif = Image.Exif()
    exif[0x013B] = CAMERA  # artist
    exif[0x0112] = 6  # lies on its side
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()


def pdf(password="", pages=1):
    writer = PdfWriter()
    for _n in range(pages):
        writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": SECRET, "/Title": SECRET})
    writer.add_attachment("ten.txt", SECRET.encode())
    writer._root_object[NameObject("/OpenAction")] = DictionaryObject(
        {
            NameObject("/S"): NameObject("/JavaScript"),
            NameObject("/JS"): TextStringObject("app.alert('x')"),
        }
    )
    remark = FreeText(text="Ghi chú trên trang", rect=(10, 10, 150, 60))
    writer.add_annotation(0, remark)
    note = writer.pages[0]["/Annots"][0].get_object()
    note[NameObject("/T")] = TextStringObject(SECRET)
    if password:
        writer.encrypt(password)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx():
    document = Document()
    document.core_properties.author = SECRET
    document.core_properties.last_modified_by = SECRET
    paragraph = document.add_paragraph("Kính gửi ban soạn thảo.")
    document.add_comment(runs=paragraph.runs, text="Ý riêng", author=SECRET, initials="BM")
    out = io.BytesIO()
    document.save(out)
    # a tracked insertion, as Word writes it
    source, changed = zipfile.ZipFile(out), io.BytesIO()
    with zipfile.ZipFile(changed, "w") as target:
        for part in source.infolist():
            data = source.read(part)
            if part.filename == "word/document.xml":
                tracked = (
                    f'<w:p><w:ins w:id="9" w:author="{SECRET}" w:date="2026-01-02T03:04:05Z">'
                    "<w:r><w:t>Thêm vào.</w:t></w:r></w:ins></w:p></w:body>"
                )
                data = data.replace(b"</w:body>", tracked.encode())
            target.writestr(part, data)
    return changed.getvalue()


def code(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


class TestCleaning:
    def test_a_picture_is_encoded_anew_and_upright(self):
        assert CAMERA.encode() in jpeg()
        cleaned = sanitised.clean(as_file(jpeg()))
        assert cleaned.ending == "jpg"
        picture = Image.open(io.BytesIO(cleaned.data))
        assert dict(picture.getexif()) == {}
        assert picture.size == (30, 40)

    def test_a_pdf_keeps_its_pages_and_nothing_of_its_maker(self):
        data = pdf(pages=2)
        assert PdfReader(io.BytesIO(data)).metadata.author == SECRET
        cleaned = sanitised.clean(as_file(data))
        again = PdfReader(io.BytesIO(cleaned.data))
        assert len(again.pages) == 2
        assert not again.metadata
        assert again.attachments == {}
        (note,) = again.pages[0]["/Annots"]
        assert note.get_object()["/Contents"] == "Ghi chú trên trang"
        assert "/T" not in note.get_object()
        for mark in (SECRET.encode(), SECRET.encode("utf-16-be"), b"JavaScript", b"app.alert"):
            assert mark not in cleaned.data

    def test_pictures_inside_a_pdf_lose_their_remarks(self):
        assert CAMERA.encode() not in sanitised.bare_jpeg(jpeg())
        assert Image.open(io.BytesIO(sanitised.bare_jpeg(jpeg()))).size == (40, 30)

    def test_a_word_file_keeps_its_words_and_nothing_of_its_maker(self):
        cleaned = sanitised.clean(as_file(docx()))
        package = zipfile.ZipFile(io.BytesIO(cleaned.data))
        names = package.namelist()
        assert not [n for n in names if n.startswith("docProps/") or "comments" in n]
        for name in names:
            assert SECRET.encode() not in package.read(name), name
        assert {part.date_time for part in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        body = package.read("word/document.xml").decode()
        assert "Thêm vào." in body
        assert "commentReference" not in body
        assert "2026-01-02" not in body
        opened = Document(io.BytesIO(cleaned.data))
        assert opened.paragraphs[0].text == "Kính gửi ban soạn thảo."

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"", "empty"),
            (b"MZ\x90\x00 program", "kind"),
            (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "kind"),
            (b"%PDF-1.7 cut", "cut_off"),
            (b"%PDF-1.7\nnonsense\n%%EOF", "unreadable"),
            (b"\xff\xd8\xff\xe0 no picture", "not_an_image"),
            (b"PK\x03\x04 no package", "not_a_document"),
            (b"x" * (10 * 1024 * 1024 + 1), "too_large"),
        ],
    )
    def test_what_cannot_be_cleaned_is_refused(self, data, said):
        assert code(sanitised.clean, as_file(data)) == said

    def test_a_pdf_with_a_password_is_refused(self):
        assert code(sanitised.clean, as_file(pdf(password="x"))) == "locked"

    def test_entities_of_xml_are_not_followed(self):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as package:
            package.writestr("[Content_Types].xml", "<Types/>")
            package.writestr(
                "word/document.xml",
                '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
            )
        assert code(sanitised.clean, as_file(out.getvalue())) == "unreadable"


@pytest.fixture
def world(db):
    return moderated_world()


def digest(world, key=KEY):
    return actions.submission_digest(world.consultation, key)


def add(world, key=KEY, data=None):
    return attachments.add(
        submission_digest=digest(world, key), file=as_file(data or jpeg()), now=NOW
    )


class TestKeeping:
    def test_the_name_is_dropped_and_the_file_is_private(self, world, client):
        row = add(world)
        assert row.label == "Tệp kèm 1.jpg"
        assert "Bí Mật" not in row.path
        assert client.get(f"/media/{row.path}").status_code == 404

    def test_three_and_no_more(self, world):
        rows = [add(world) for _n in range(3)]
        assert [row.n for row in rows] == [1, 2, 3]
        before = len(default_storage.listdir("gop-y")[1])
        assert code(add, world) == "files"
        assert len(default_storage.listdir("gop-y")[1]) == before
        attachments.remove(submission_digest=digest(world), public_id=rows[1].public_id)
        assert add(world).n == 2

    def test_they_become_those_of_the_opinion_that_is_sent(self, world):
        row, other = add(world), add(world, key="q" * 32)
        send(world, submission_key=KEY)
        row.refresh_from_db()
        other.refresh_from_db()
        assert row.opinion == Opinion.objects.get()
        assert other.opinion is None
        assert code(add, world) == "sent"
        assert not attachments.remove(submission_digest=digest(world), public_id=row.public_id)

    def test_what_was_never_sent_is_deleted_after_two_days(
        self, world, django_capture_on_commit_callbacks
    ):
        orphan, sent = add(world), add(world, key="q" * 32)
        send(world, submission_key="q" * 32)
        assert attachments.sweep_orphans(now=NOW + dt.timedelta(days=2)) == 0
        with django_capture_on_commit_callbacks(execute=True):
            assert attachments.sweep_orphans(now=NOW + dt.timedelta(days=3)) == 1
        assert list(OpinionAttachment.objects.all()) == [sent]
        assert not default_storage.exists(orphan.path)
        assert default_storage.exists(sent.path)


class TestWhoReads:
    @pytest.fixture
    def url(self, world):
        row = add(world)
        send(world, submission_key=KEY)
        moderation.sweep(now=NOW)
        return f"/y-kien/tep/{row.public_id}/"

    def status(self, client, url, person):
        client.logout()
        if person is not None:
            client.force_login(person)
        return client.get(url).status_code

    def test_author_reader_and_moderator_and_nobody_else(self, world, client, url):
        for person in (world.member, world.rapporteur, world.ha):
            assert self.status(client, url, person) == 200
        # the level above reads what is sent there directly; the cell and the staff never
        for person in (world.top_rapporteur, world.secretary, world.staff, None):
            assert self.status(client, url, person) == 404

    def test_everybody_once_it_is_shown_and_no_longer_when_hidden(self, world, client, url):
        case = Case.objects.get()
        queue.decide(
            actor=world.ha, case_id=case.pk, expected_version=0, outcome="approved", now=NOW
        )
        page = client.get(url)
        assert page.status_code == 200
        assert page["Content-Disposition"].startswith("attachment;")
        assert page["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in page["Cache-Control"]
        queue.decide(
            actor=world.thu,
            case_id=case.pk,
            expected_version=1,
            outcome="hidden",
            reasons=["ngoai-chu-de"],
            now=NOW,
        )
        assert client.get(url).status_code == 404

    def test_one_that_was_not_sent_is_nobodys(self, world, client):
        row = add(world)
        assert self.status(client, f"/y-kien/tep/{row.public_id}/", world.member) == 404

    def test_the_moderator_finds_it_beside_the_words(self, world, client, url):
        client.force_login(world.ha)
        assert url in client.get("/lam-viec/kiem-duyet/").content.decode()


class TestForm:
    """The page of the form, as a browser without JavaScript sends it."""

    @pytest.fixture
    def url(self, world, time_machine):
        time_machine.move_to(NOW)
        Consultation.objects.update(audience="public")
        return f"/y-kien/moi/{world.consultation.pk}/{world.edition.pk}/?doan={world.block(2).pos}"

    def fields(self, **more):
        return {
            "submission_key": KEY,
            "stance": "partly",
            "text": "Xem sơ đồ kèm theo.",
            "naming": "anonymous",
            "route": "unit",
            "consent": "on",
        } | more

    def picture(self, data=None):
        return SimpleUploadedFile("so-do-cua-toi.jpg", data or jpeg(), "image/jpeg")

    def test_sent_with_the_form(self, client, url):
        page = client.post(url, self.fields(files=[self.picture(), self.picture(pdf())]))
        assert page.status_code == 303
        opinion = Opinion.objects.get()
        assert [f.label for f in opinion.attachments.all()] == ["Tệp kèm 1.jpg", "Tệp kèm 2.pdf"]

    def test_kept_while_something_else_is_missing(self, client, url):
        page = client.post(url, self.fields(stance="", files=self.picture()))
        assert page.status_code == 422
        html = page.content.decode()
        assert "Tệp kèm 1.jpg" in html
        assert "so-do-cua-toi" not in html
        client.post(url, self.fields())
        assert Opinion.objects.get().attachments.count() == 1

    def test_uploading_sends_nothing_and_asks_for_nothing(self, client, url):
        page = client.post(url, self.fields(stance="", add_files="1", files=self.picture()))
        assert page.status_code == 200
        assert "Tệp kèm 1.jpg" in page.content.decode()
        assert "Hãy chọn" not in page.content.decode()
        assert Opinion.objects.count() == 0

    def test_taken_out_again(self, client, url):
        client.post(url, self.fields(add_files="1", files=self.picture()))
        row = OpinionAttachment.objects.get()
        client.post(url, self.fields(remove_file="no uuid"))
        assert OpinionAttachment.objects.count() == 1
        page = client.post(url, self.fields(remove_file=str(row.public_id)))
        assert "Tệp kèm 1" not in page.content.decode()
        assert OpinionAttachment.objects.count() == 0

    def test_a_file_that_is_not_taken_holds_the_opinion_back(self, client, url):
        page = client.post(url, self.fields(files=self.picture(b"MZ program")))
        assert page.status_code == 422
        assert ": Chỉ nhận ảnh JPG, PNG, tệp PDF và Word" in page.content.decode()
        assert "Xem sơ đồ kèm theo." in page.content.decode()
        assert Opinion.objects.count() == 0

    def test_sent_twice_it_is_one_opinion_with_one_file(self, client, url):
        for _n in range(2):
            page = client.post(url, self.fields(files=self.picture()))
            assert page.status_code == 303
        assert Opinion.objects.get().attachments.count() == 1

    def test_the_file_knows_the_day_alone(self, client, url):
        client.post(url, self.fields(add_files="1", files=self.picture()))
        row = OpinionAttachment.objects.get()
        stored = os.stat(default_storage.path(row.path))
        assert stored.st_mtime == clock.start_of_day(row.uploaded_on).timestamp()

    def test_no_more_files_in_an_hour_than_the_limit(self, client, url, monkeypatch):
        cache.clear()
        monkeypatch.setattr(_files, "PER_PERSON", 1)
        monkeypatch.setattr(_files, "PER_ADDRESS", 1)
        page = client.post(url, self.fields(files=[self.picture(), self.picture()]))
        assert page.status_code == 422
        assert "quá nhiều tệp" in page.content.decode()
        assert OpinionAttachment.objects.count() == 1
        assert Opinion.objects.count() == 0
        # the opinion goes with the file that was taken
        assert client.post(url, self.fields()).status_code == 303
        assert Opinion.objects.get().attachments.count() == 1

    def test_who_may_not_write_uploads_nothing(self, world, client, url, time_machine):
        time_machine.move_to(NOW + dt.timedelta(days=60))
        client.post(url, self.fields(add_files="1", files=self.picture()))
        assert OpinionAttachment.objects.count() == 0
