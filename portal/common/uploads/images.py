"""From unknown bytes to a picture of our own making.

Nothing of the sent file survives but its pixels: no metadata, no place where it was taken, no
second file hidden behind the first.
"""

import io
import warnings
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from portal.common.errors import Refused

from .models import WIDTHS

MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONG_SIDE = 2560  # of the stored picture

#: decoded format -> (stored format, ending, content type, options)
_STORED = {
    "JPEG": ("JPEG", "jpg", "image/jpeg", {"quality": 85, "optimize": True, "progressive": True}),
    "WEBP": ("WEBP", "webp", "image/webp", {"quality": 85, "method": 4}),
    "PNG": ("PNG", "png", "image/png", {"optimize": True}),
    "GIF": ("PNG", "png", "image/png", {"optimize": True}),  # the first frame
}
_DERIVED = {"quality": 78, "method": 4}


@dataclass(frozen=True)
class Picture:
    """A re-encoded picture: bytes, format and the derivatives {width: WebP bytes}."""

    data: bytes
    ending: str
    content_type: str
    width: int
    height: int
    derivatives: dict[int, bytes]


def _unreadable():
    return Refused(
        _("Tệp này không phải ảnh đọc được. Hãy dùng ảnh JPEG, PNG, WebP hoặc GIF."),
        code="not_an_image",
    )


def reencode(data: bytes, *, long_side: int = LONG_SIDE, widths=WIDTHS) -> Picture:
    """Decode, turn upright, drop metadata, encode again.

    Args:
        long_side: of the stored picture, in pixels; larger ones are shrunk.
        widths: of the derivatives, as far as the picture is wider.

    Raises:
        Refused: "empty", "too_large" (bytes), "too_many_pixels", "not_an_image".
    """
    if not data:
        raise Refused(_("Tệp ảnh trống."), code="empty")
    if len(data) > MAX_BYTES:
        raise Refused(_("Ảnh lớn quá 10 MB. Hãy thu nhỏ ảnh rồi tải lại."), code="too_large")
    # Pillow knows dozens of formats; only these four decoders ever see bytes of a stranger.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our limit is lower
            image = Image.open(io.BytesIO(data), formats=tuple(_STORED))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError) as error:
        raise _unreadable() from error
    if image.width * image.height > MAX_PIXELS:
        raise _too_many_pixels()
    format_, ending, content_type, options = _STORED[image.format]
    try:
        image.draft("RGB", (long_side, long_side))  # JPEG: decode no more than is kept
        image.load()
        pixels = _pixels(image, long_side)
    except (OSError, SyntaxError, ValueError, TypeError, EOFError, MemoryError) as error:
        raise _unreadable() from error
    if format_ == "JPEG" and pixels.mode != "RGB":
        pixels = pixels.convert("RGB")
    return Picture(
        data=_encode(pixels, format_, options),
        ending=ending,
        content_type=content_type,
        width=pixels.width,
        height=pixels.height,
        derivatives={
            width: _encode(_narrowed(pixels, width), "WEBP", _DERIVED)
            for width in widths
            if pixels.width > width
        },
    )


def looks_like_picture(head: bytes) -> bool:
    """Whether the first 16 bytes are those of a JPEG, PNG or WebP (a photo of a paper)."""
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")) or (
        head.startswith(b"RIFF") and head[8:12] == b"WEBP"
    )


def as_pdf(picture: Picture) -> bytes:
    """A PDF of one page that shows the picture."""
    page = Image.open(io.BytesIO(picture.data))
    out = io.BytesIO()
    page.convert("RGB").save(out, "PDF", resolution=150.0)
    return out.getvalue()


def _too_many_pixels():
    return Refused(
        _("Ảnh có quá nhiều điểm ảnh (trên 40 triệu). Hãy thu nhỏ ảnh rồi tải lại."),
        code="too_many_pixels",
    )


def _pixels(image, long_side):
    """RGB or RGBA pixels, upright, in sRGB, `long_side` at most; a new image without info."""
    profile = image.info.get("icc_profile")
    image = ImageOps.exif_transpose(image)
    image.thumbnail((long_side, long_side), Image.Resampling.LANCZOS)
    clear = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    if profile and image.mode in ("RGB", "CMYK", "L"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            target = ImageCms.createProfile("sRGB")
            image = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a broken profile: the plain numbers are the best guess
    image = image.convert("RGBA" if clear else "RGB")
    fresh = Image.new(image.mode, image.size)
    fresh.paste(image)
    return fresh


def _narrowed(image, width):
    height = max(1, round(image.height * width / image.width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def _encode(image, format_, options):
    out = io.BytesIO()
    image.save(out, format_, **options)
    return out.getvalue()
