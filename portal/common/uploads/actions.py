"""Verbs: keep a picture, a file, a video."""

import hashlib
import re
import uuid

from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.text import one_line

from . import files, images, videos
from .models import PHOTO_WIDTHS, Upload

#: Long side of an internal photo in pixels: two of them fill a printed page.
PHOTO_SIDE = 1920

_PIECE = 1024 * 1024
_PATH = re.compile(r".*[\\/]")


def clean_name(name: str) -> str:
    """A file name as shown to people: one line, no folder, at most 200 characters."""
    bare = _PATH.sub("", one_line(name or "")) or "tep"
    if len(bare) <= 200:
        return bare
    stem, dot, ending = bare.rpartition(".")
    return f"{stem[: 199 - len(ending)]}.{ending}" if dot and len(ending) < 10 else bare[:200]


def _read(file, limit):
    """The bytes, but never more than one beyond the limit."""
    if getattr(file, "size", None) is not None and file.size > limit:
        return b"\0" * (limit + 1)
    file.seek(0)
    return file.read(limit + 1)


def _line(value, field):
    value = one_line(value or "")
    limit = Upload._meta.get_field(field).max_length
    if len(value) > limit:
        label = Upload._meta.get_field(field).verbose_name
        raise Refused(
            _("%(label)s dài quá %(limit)d ký tự.") % {"label": label, "limit": limit},
            code=f"{field}_long",
        )
    return value


def store_image(file, *, actor, agency, alt="", caption="", credit=""):
    """Keep a picture (re-encoded, without metadata) with its 480 and 960 px derivatives.

    Args:
        file: an uploaded file or any file object with `name`.
        agency: the Agency (or its id) it belongs to, None for the portal itself.
        alt: what is seen, for people who do not see it; whoever shows the picture asks for it.

    Raises:
        Refused: see `images.reencode`; "alt_long", "caption_long", "credit_long".
    """
    lines = {"alt": alt, "caption": caption, "credit": credit}
    lines = {field: _line(value, field) for field, value in lines.items()}
    picture = images.reencode(_read(file, images.MAX_BYTES))
    upload = _new(file, actor, agency, Upload.Kind.IMAGE, picture.data, picture.content_type)
    upload.width, upload.height = picture.width, picture.height
    for field, value in lines.items():
        setattr(upload, field, value)
    return _keep(upload, picture.data, picture.ending, picture.derivatives)


def store_photo(file, *, actor, agency):
    """Keep an internal photo, as `store_image` but no larger than `PHOTO_SIDE` and never public.

    The owning app serves it through `serve.photo_response` to those who may see it.

    Raises:
        Refused: see `images.reencode`.
    """
    data = _read(file, images.MAX_BYTES)
    picture = images.reencode(data, long_side=PHOTO_SIDE, widths=PHOTO_WIDTHS)
    upload = _new(file, actor, agency, Upload.Kind.PHOTO, picture.data, picture.content_type)
    upload.width, upload.height = picture.width, picture.height
    return _keep(upload, picture.data, picture.ending, picture.derivatives)


def store_file(file, *, actor, agency):
    """Keep a PDF, DOCX or XLSX byte for byte (a signed PDF must not change).

    Raises:
        Refused: see `files.recognise`.
    """
    data = _read(file, files.MAX_BYTES)
    ending, content_type = files.recognise(data)
    upload = _new(file, actor, agency, Upload.Kind.FILE, data, content_type)
    return _keep(upload, data, ending, {})


def store_table(file, *, actor, agency):
    """Keep an XLSX or a text file of values (CSV) byte for byte: what a list was imported from.

    What a CSV says is for the caller to read; it is only ever sent back as a download.

    Raises:
        Refused: "empty", "too_large", and those of `files.recognise` for what is no text.
    """
    data = _read(file, files.MAX_BYTES)
    if data and len(data) <= files.MAX_BYTES and not data.startswith(b"PK") and data[:4] != b"%PDF":
        ending, content_type = "csv", "text/csv"
    else:
        ending, content_type = files.recognise(data)
    upload = _new(file, actor, agency, Upload.Kind.FILE, data, content_type)
    return _keep(upload, data, ending, {})


def store_video(file, *, actor, agency):
    """Keep a video byte for byte, in pieces: it never lies in memory as a whole.

    Raises:
        Refused: see `videos.check`.
    """
    video = videos.check(file)
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(_PIECE):
        digest.update(piece)
        size += len(piece)
    file.seek(0)
    upload = Upload(
        id=uuid.uuid4(),
        agency_id=getattr(agency, "pk", agency),
        uploaded_by=actor,
        kind=Upload.Kind.VIDEO,
        original_name=clean_name(getattr(file, "name", "")),
        content_type=video.content_type,
        width=video.width,
        height=video.height,
        size=size,
        sha256=digest.hexdigest(),
        created_at=clock.now(),
    )
    return _keep_content(upload, File(file), video.ending, {})


def store_pdf(file, *, actor, agency):
    """Keep a PDF byte for byte: a paper that was signed.

    Raises:
        Refused: see `files.check_pdf`.
    """
    data = _read(file, files.MAX_BYTES)
    files.check_pdf(data)
    upload = _new(file, actor, agency, Upload.Kind.FILE, data, "application/pdf")
    return _keep(upload, data, "pdf", {})


def store_scan(file, *, actor, agency):
    """Keep the scan of a signed paper: a PDF as it is, a photo of it as a PDF of one page.

    A photo loses what else it carries (place, device); files are never public, pictures are.

    Raises:
        Refused: see `files.check_pdf` and `images.reencode`.
    """
    file.seek(0)
    if not images.looks_like_picture(file.read(16)):
        return store_pdf(file, actor=actor, agency=agency)
    data = images.as_pdf(images.reencode(_read(file, images.MAX_BYTES)))
    upload = _new(file, actor, agency, Upload.Kind.FILE, data, "application/pdf")
    upload.original_name = f"{upload.original_name.rpartition('.')[0] or 'ban-quet'}.pdf"
    return _keep(upload, data, "pdf", {})


def discard_photo(upload, *, actor):
    """Remove an internal photo for good, its files when the transaction is through.

    Nothing may point at it any more.
    """
    if upload.kind != Upload.Kind.PHOTO:
        raise ValueError("not an internal photo")
    names = [upload.file.name, *map(upload.derivative_name, PHOTO_WIDTHS)]
    with transaction.atomic():
        audit.record(actor=actor, verb="remove_upload", obj=upload, agency=upload.agency_id)
        Upload.objects.filter(pk=upload.pk).delete()
        transaction.on_commit(lambda: [default_storage.delete(name) for name in names])


def _new(file, actor, agency, kind, data, content_type):
    return Upload(
        id=uuid.uuid4(),
        agency_id=getattr(agency, "pk", agency),
        uploaded_by=actor,
        kind=kind,
        original_name=clean_name(getattr(file, "name", "")),
        content_type=content_type,
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        created_at=clock.now(),
    )


def _keep(upload, data, ending, derivatives):
    return _keep_content(upload, ContentFile(data), ending, derivatives)


def _keep_content(upload, content, ending, derivatives):
    written = []
    try:
        with transaction.atomic():
            upload.file.save(f"x.{ending}", content, save=False)
            written.append(upload.file.name)
            for width, smaller in derivatives.items():
                name = default_storage.save(upload.derivative_name(width), ContentFile(smaller))
                written.append(name)
            upload.save(force_insert=True)
            audit.record(
                actor=upload.uploaded_by, verb="upload", obj=upload, agency=upload.agency_id
            )
    except BaseException:
        for name in written:  # the row is gone with the transaction, its files go as well
            default_storage.delete(name)
        raise
    return upload
