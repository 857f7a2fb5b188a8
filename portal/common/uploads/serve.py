"""Sending stored files back with headers that let a browser do nothing clever with them."""

import re

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from . import ranges
from .models import PHOTO_WIDTHS, Upload

_PUBLIC = re.compile(
    r"(?:anh/\d{4}/\d{2}/[0-9a-f-]{36}(?:-\d{3})?\.(?P<picture>jpg|png|webp)"
    r"|video/\d{4}/\d{2}/[0-9a-f-]{36}\.(?P<video>mp4|webm))"
)
_TYPES = {
    "jpg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "webm": "video/webm",
}
_SEALED = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


@require_safe
def media(request, path):
    """Public pictures and videos; a reverse proxy may serve the folders anh/ and video/ itself.

    Only names this app gives are ever opened, so no path can lead elsewhere. What is stored
    never changes: it may be cached for good. Players ask for parts of a video (Range).
    """
    match = _PUBLIC.fullmatch(path)
    if not match:
        raise Http404
    try:
        file = default_storage.open(path)
    except (FileNotFoundError, SuspiciousFileOperation) as error:
        raise Http404 from error
    if match["video"]:
        response = ranges.response(request, file, content_type=_TYPES[match["video"]])
    else:
        response = FileResponse(file, content_type=_TYPES[match["picture"]])
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return seal(response)


def file_response(upload: Upload, *, inline: bool = False):
    """The bytes of a stored file, for a view that has checked who may read it.

    PDF may be shown in the browser (`inline`); everything else is downloaded.
    """
    as_attachment = not (inline and upload.content_type == "application/pdf")
    response = FileResponse(
        upload.file.open(),
        as_attachment=as_attachment,
        filename=upload.original_name,
        content_type=upload.content_type,
    )
    response["Cache-Control"] = "private, no-store"
    return response if not as_attachment else seal(response)


def download_response(request, upload: Upload):
    """A file for everybody, for a view that has checked that it is public: always downloaded.

    Caches ask each time whether it still is; a broken download goes on where it stopped (Range).
    """
    try:
        file = upload.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = ranges.response(
        request,
        file,
        as_attachment=True,
        filename=upload.original_name,
        content_type=upload.content_type,
    )
    response["Cache-Control"] = "no-cache"
    response["ETag"] = quote_etag(upload.sha256[:32])
    return get_conditional_response(request, etag=response["ETag"], response=seal(response))


def photo_response(request, upload: Upload, *, small: bool = False):
    """An internal photo, for a view that has checked who may see it; `small` is 480 px wide.

    The browser may keep it, but asks again each time, so that whoever sits down next at the same
    machine sees nothing; then 304 is all that travels.
    """
    if upload.kind != Upload.Kind.PHOTO:
        raise ValueError("not an internal photo")
    narrow = small and upload.width > PHOTO_WIDTHS[0]
    name = upload.derivative_name(PHOTO_WIDTHS[0]) if narrow else upload.file.name
    try:
        file = default_storage.open(name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(file, content_type=_TYPES[name.rsplit(".", 1)[-1]])
    response["Cache-Control"] = "private, no-cache"
    response["ETag"] = quote_etag(f"{upload.sha256[:32]}{'-s' if small else ''}")
    return get_conditional_response(request, etag=response["ETag"], response=seal(response))


def seal(response):
    """Headers under which a browser does nothing clever with the bytes."""
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = _SEALED
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
