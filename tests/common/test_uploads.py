"""Pictures and files from strangers: what comes in, what is kept, how it goes out."""

import io
import json
import struct
import warnings
import zipfile
import zlib
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client
from PIL import Image, PngImagePlugin

from portal.common.errors import Refused
from portal.common.models import AuditEntry, Upload
from portal.common.uploads import actions, images, registry, serve
from portal.common.uploads.actions import clean_name, store_file, store_image

from ..official.factories import a_user

pytestmark = pytest.mark.django_db
AGENCY = 7
URL = "/tep/anh/"


@pytest.fixture
def mai():
    """An editor of one agency."""
    return a_user("mai")


@pytest.fixture(autouse=True)
def editors(monkeypatch, request):
    """Whoever is called mai edits for agency 7; nobody else does."""
    monkeypatch.setattr(
        registry.uploading_agencies,
        "_entries",
        {"test": lambda user: {AGENCY} if user.username == "mai" else set()},
    )


def picture(format_="JPEG", size=(1200, 800), mode="RGB", colour=(143, 29, 32), **options):
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, format_, **options)
    return out.getvalue()


def sent(data, name="anh.jpg"):
    return SimpleUploadedFile(name, data)


def stored(upload):
    with default_storage.open(upload.file.name) as file:
        return file.read()


def refusal(data, name="anh.jpg"):
    with pytest.raises(Refused) as refused:
        store_image(sent(data, name), actor=None, agency=AGENCY)
    return refused.value.code


# --- what is kept -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("format_", "ending", "content_type"),
    [
        ("JPEG", "jpg", "image/jpeg"),
        ("PNG", "png", "image/png"),
        ("WEBP", "webp", "image/webp"),
        ("GIF", "png", "image/png"),
    ],
)
def test_a_picture_is_stored_under_our_name_in_its_decoded_format(
    mai, format_, ending, content_type
):
    data = picture(format_)
    upload = store_image(
        sent(data, "C:\\ảnh\\Đại hội.svg"), actor=mai, agency=AGENCY, alt=" Toàn\u00a0cảnh "
    )
    upload.refresh_from_db()
    expected = f"anh/{upload.created_at:%Y/%m}/{upload.pk}.{ending}"
    assert (upload.file.name, upload.content_type) == (expected, content_type)
    assert (upload.original_name, upload.alt) == ("Đại hội.svg", "Toàn cảnh")
    assert (upload.width, upload.height, upload.agency_id) == (1200, 800, AGENCY)
    bytes_ = stored(upload)
    assert len(bytes_) == upload.size
    assert bytes_ != data
    with Image.open(io.BytesIO(bytes_)) as image:
        assert image.size == (1200, 800)
    assert AuditEntry.objects.filter(verb="upload", object_id=str(upload.pk)).count() == 1


def test_two_smaller_pictures_lie_beside_it():
    upload = store_image(sent(picture()), actor=None, agency=AGENCY)
    sizes = []
    for width in (480, 960):
        with default_storage.open(upload.derivative_name(width)) as file:
            image = Image.open(file)
            sizes.append((image.format, image.size))
    assert sizes == [("WEBP", (480, 320)), ("WEBP", (960, 640))]
    assert upload.small_url.endswith(f"{upload.pk}-480.webp")
    assert upload.medium_url.endswith(f"{upload.pk}-960.webp")
    assert upload.srcset == (
        f"{upload.small_url} 480w, {upload.medium_url} 960w, {upload.url} 1200w"
    )


def test_a_small_picture_needs_no_smaller_ones():
    upload = store_image(sent(picture(size=(480, 100))), actor=None, agency=AGENCY)
    assert upload.derivatives == []
    assert upload.small_url == upload.medium_url == upload.url
    assert not default_storage.exists(upload.derivative_name(480))


def test_a_very_large_picture_is_kept_at_2560():
    upload = store_image(sent(picture(size=(5200, 2600))), actor=None, agency=AGENCY)
    assert (upload.width, upload.height) == (2560, 1280)


def test_metadata_goes_but_the_picture_stands_upright():
    image = Image.new("RGB", (60, 40), (255, 255, 255))
    image.paste((255, 0, 0), (0, 0, 20, 40))  # red on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: left of the file is the top of the scene
    exif[0x010F] = "Máy ảnh bí mật"
    exif.get_ifd(0x8825)[1] = "N"
    out = io.BytesIO()
    image.save(out, "JPEG", exif=exif, quality=95, comment=b"ghi chu rieng")
    assert b"ghi chu rieng" in out.getvalue()
    upload = store_image(sent(out.getvalue()), actor=None, agency=AGENCY)
    data = stored(upload)
    kept = Image.open(io.BytesIO(data))
    assert kept.size == (40, 60)
    assert dict(kept.getexif()) == {}
    assert b"ghi chu rieng" not in data
    assert kept.getpixel((20, 5))[0] > 200
    assert kept.getpixel((20, 5))[1] < 80
    assert kept.getpixel((20, 55))[1] > 200


def test_png_text_goes_and_transparency_stays():
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "ghi chu rieng")
    data = picture("PNG", (20, 20), "RGBA", (1, 2, 3, 0), pnginfo=info)
    kept = stored(store_image(sent(data), actor=None, agency=AGENCY))
    assert b"ghi chu rieng" not in kept
    assert Image.open(io.BytesIO(kept)).convert("RGBA").getpixel((0, 0))[3] == 0


@pytest.mark.parametrize(
    ("mode", "format_", "colour"),
    [
        ("L", "JPEG", 9),
        ("CMYK", "JPEG", (1, 2, 3, 4)),
        ("P", "PNG", 3),
        ("1", "PNG", 1),
        ("I;16", "PNG", 9),
    ],
)
def test_every_colour_mode_becomes_plain_colours(mode, format_, colour):
    upload = store_image(sent(picture(format_, (30, 30), mode, colour)), actor=None, agency=AGENCY)
    assert Image.open(io.BytesIO(stored(upload))).mode == "RGB"


# --- what is refused ----------------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'


@pytest.mark.parametrize(
    "data",
    [
        SVG,
        b"<!DOCTYPE html><script>alert(1)</script>",
        b"GIF89a/*<script>alert(1)</script>*/=1;",
        b"\x89PNG\r\n\x1a\n<script>alert(1)</script>",
        b"\xff\xd8\xff\xe0<html>",
        b"RIFF\x10\0\0\0WEBP<html>",
        b"%PDF-1.7",
        b"BM" + b"\0" * 60,
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"II*\0" + b"\0" * 50,
        picture()[:400],
        b"x",
    ],
)
def test_what_is_no_picture_is_refused(data):
    assert refusal(data) == "not_an_image"
    assert Upload.objects.count() == 0


def test_a_polyglot_keeps_only_its_pixels():
    """A real GIF that is a page as well: what is stored is a PNG without a trace of the page."""
    data = picture("GIF", (10, 10), "P", 1) + b"<script>alert(document.domain)</script>"
    kept = stored(store_image(sent(data, "a.html"), actor=None, agency=AGENCY))
    assert kept.startswith(b"\x89PNG")
    assert b"script" not in kept


def test_empty_and_too_large():
    assert refusal(b"") == "empty"
    assert refusal(picture() + b"\0" * images.MAX_BYTES) == "too_large"


def png_claiming(width, height):
    """A few hundred bytes that say they are a picture of width x height."""

    def chunk(kind, body):
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = zlib.compress(b"\0" * 100_000)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("side", [(6400, 6400), (20_000, 20_000), (2_000_000_000, 2_000_000_000)])
def test_bombs_are_refused_before_they_are_unpacked(side):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert refusal(png_claiming(*side)) in ("too_many_pixels", "not_an_image")
    assert refusal(png_claiming(6400, 6400)) == "too_many_pixels"


def test_texts_too_long_are_refused_by_name():
    with pytest.raises(Refused) as refused:
        store_image(sent(picture()), actor=None, agency=AGENCY, alt="x" * 301)
    assert refused.value.code == "alt_long"
    assert "Chữ thay thế" in str(refused.value)


def test_nothing_stays_behind_when_the_row_cannot_be_written(monkeypatch, settings):
    def lying_there():
        return {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}

    before, during = lying_there(), []

    def fail(**kwargs):
        during.extend(lying_there() - before)
        raise RuntimeError("no audit, no picture")

    monkeypatch.setattr(actions.audit, "record", fail)
    with pytest.raises(RuntimeError):
        store_image(sent(picture()), actor=None, agency=AGENCY)
    assert len(during) == 3
    assert lying_there() == before
    assert Upload.objects.count() == 0


def test_the_database_wants_the_size_of_a_picture():
    upload = store_image(sent(picture(size=(9, 9))), actor=None, agency=AGENCY)
    with pytest.raises(IntegrityError), transaction.atomic():
        Upload.objects.filter(pk=upload.pk).update(width=None)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\a\\Kế hoạch.pdf", "Kế hoạch.pdf"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("", "tep"),
        ("x" * 300 + ".docx", "x" * 195 + ".docx"),
    ],
)
def test_names_are_only_shown(name, shown):
    assert clean_name(name) == shown


# --- files --------------------------------------------------------------------------------


def package(*names, size=10):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        for name in names:
            z.writestr(name, b"\0" * size)
    return out.getvalue()


DOCX = ("[Content_Types].xml", "word/document.xml")
XLSX = ("[Content_Types].xml", "xl/workbook.xml")


@pytest.mark.parametrize(
    ("data", "ending"),
    [(b"%PDF-1.7 signed", "pdf"), (package(*DOCX), "docx"), (package(*XLSX), "xlsx")],
)
def test_documents_are_kept_byte_for_byte(data, ending):
    upload = store_file(sent(data, "Báo cáo.exe"), actor=None, agency=AGENCY)
    assert upload.file.name == f"tep/{upload.created_at:%Y/%m}/{upload.pk}.{ending}"
    assert stored(upload) == data
    with pytest.raises(ValueError, match="no public address"):
        _ = upload.url


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"MZ\x90", "not_a_document"),
        (b"\xd0\xcf\x11\xe0", "not_a_document"),
        (b"PK\x03\x04 broken", "not_a_document"),
        (package("a.txt"), "not_a_document"),
        (package(*DOCX[1:]), "not_a_document"),
        (package(*DOCX, "word/vbaProject.bin"), "macros"),
        (package(*DOCX, size=160_000_000), "bomb"),
    ],
)
def test_other_files_are_refused(data, code):
    with pytest.raises(Refused) as refused:
        store_file(sent(data, "a.pdf"), actor=None, agency=AGENCY)
    assert refused.value.code == code


def test_file_response_is_private_and_keeps_the_name():
    upload = store_file(sent(package(*DOCX), "Báo cáo.docx"), actor=None, agency=AGENCY)
    response = serve.file_response(upload)
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''B%C3%A1o")
    assert response["Cache-Control"] == "private, no-store"
    assert response["X-Content-Type-Options"] == "nosniff"
    pdf = store_file(sent(b"%PDF-1.7", "a.pdf"), actor=None, agency=AGENCY)
    assert serve.file_response(pdf, inline=True)["Content-Disposition"].startswith("inline")
    assert serve.file_response(upload, inline=True)["Content-Disposition"].startswith("attachment")


# --- the view -----------------------------------------------------------------------------


def post(client, **data):
    return client.post(URL, data)


def test_the_answer_is_what_the_editor_expects(client, mai):
    client.force_login(mai)
    response = post(client, upload=sent(picture(), "Hội nghị.jpg"), alt="Hội nghị")
    upload = Upload.objects.get()
    assert response.status_code == 200
    assert response["X-Content-Type-Options"] == "nosniff"
    assert json.loads(response.content) == {
        "uploaded": 1,
        "fileName": "Hội nghị.jpg",
        "url": upload.medium_url,
        "id": str(upload.pk),
        "width": 1200,
        "height": 800,
    }
    assert (upload.uploaded_by, upload.agency_id, upload.alt) == (mai, AGENCY, "Hội nghị")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (SVG, "không phải ảnh đọc được"),
        (b"", "Tệp ảnh trống"),
    ],
)
def test_a_bad_picture_is_answered_with_a_reason(client, mai, data, message):
    client.force_login(mai)
    response = post(client, upload=sent(data))
    answer = response.json()
    assert (response.status_code, answer["uploaded"]) == (200, 0)
    assert message in answer["error"]["message"]


def test_no_file_at_all(client, mai):
    client.force_login(mai)
    assert post(client).json()["error"]["message"] == "Chưa chọn ảnh."


def test_only_people_with_a_working_role_may_upload(client):
    assert post(client, upload=sent(picture())).status_code == 401
    client.force_login(a_user("khach"))
    assert post(client, upload=sent(picture())).status_code == 403
    assert Upload.objects.count() == 0


def test_not_for_an_agency_one_does_not_work_in(client, mai):
    client.force_login(mai)
    assert post(client, upload=sent(picture()), agency=8).json()["uploaded"] == 0
    assert Upload.objects.count() == 0


def test_csrf_is_checked(mai):
    client = Client(enforce_csrf_checks=True)
    client.force_login(mai)
    assert post(client, upload=sent(picture())).status_code == 403
    assert Upload.objects.count() == 0


def test_only_post(client, mai):
    client.force_login(mai)
    assert client.get(URL).status_code == 405


def test_nobody_uploads_by_the_registry_alone():
    assert registry.agencies_of(AnonymousUser()) == []


# --- what goes out ------------------------------------------------------------------------


def test_pictures_are_served_with_safe_headers(client):
    upload = store_image(sent(picture()), actor=None, agency=AGENCY)
    for address, content_type in ((upload.url, "image/jpeg"), (upload.small_url, "image/webp")):
        response = client.get(address)
        assert response.status_code == 200
        assert response["Content-Type"] == content_type
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "sandbox" in response["Content-Security-Policy"]
        assert "Set-Cookie" not in response
    assert b"".join(client.get(upload.url)) == stored(upload)
    assert client.post(upload.url).status_code == 405


def test_files_and_other_paths_are_not_served(client, rf):
    file = store_file(sent(b"%PDF-1.7"), actor=None, agency=AGENCY)
    picture_ = store_image(sent(picture(size=(9, 9))), actor=None, agency=AGENCY)
    name = picture_.file.name
    for path in (
        file.file.name,
        f"anh/../{file.file.name}",
        f"anh//{name}",
        f"./{name}",
        name.replace(".jpg", ".svg"),
        name.replace(".jpg", ".png"),
        f"{name}\0",
        f"{name}\n",
        "anh/2026/11/" + "0" * 36 + ".jpg",
        "../portal/settings.py",
        "",
    ):
        with pytest.raises(Http404):
            serve.media(rf.get("/media/x"), path)
    assert client.get(f"/media/{file.file.name}").status_code == 404
    assert client.get(f"/media/{name}").status_code == 200
