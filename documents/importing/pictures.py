"""Pictures of a file: told by content, looked at without decoding, each kept once."""

import hashlib
import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, UnidentifiedImageError

from .result import Picture

_KEPT = ("PNG", "JPEG", "GIF", "WEBP")
_TURNED = ("BMP", "TIFF")  # become PNG
_VECTOR = (b"\xd7\xcd\xc6\x9a", b"\x01\x00\x09\x00", b"\x01\x00\x00\x00", b"<svg", b"<?xml")


class Pictures:
    """Collects the pictures of one file; what cannot be kept is told in notes."""

    def __init__(self, limits, notes):
        self.limits, self.notes = limits, notes
        self.kept = {}
        self._by_digest = {}
        self.bytes = 0

    def add(self, data, name, alt=""):
        """The ref of a picture ("import:1"), or None where it could not be kept."""
        digest = hashlib.sha256(data).digest()
        if digest in self._by_digest:
            return self._by_digest[digest]
        reason, data = self._checked(data)
        if reason is None:
            self.bytes += len(data)
            full = len(self.kept) >= self.limits.pictures or self.bytes > self.limits.all_pictures
            reason = _("tệp có quá nhiều ảnh") if full else None
        if reason:
            self.notes.add(
                _("Ảnh “%(name)s” không được nhập: %(reason)s.") % {"name": name, "reason": reason}
            )
            self._by_digest[digest] = None
            return None
        ref = f"import:{len(self.kept) + 1}"
        self.kept[ref] = Picture(ref, name, data, alt)
        self._by_digest[digest] = ref
        return ref

    def _checked(self, data):
        """(None, bytes to keep) or (why not, None)."""
        if len(data) > self.limits.picture and not data.startswith((b"BM", b"II*", b"MM\0")):
            return _("nặng hơn %d MB, hãy thu nhỏ rồi chèn lại") % (
                self.limits.picture // 1024**2
            ), None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image = Image.open(io.BytesIO(data), formats=_KEPT + _TURNED)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            return self._too_large(), None
        except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError, MemoryError):
            if data.lstrip()[:5].startswith(_VECTOR) or data[40:44] == b" EMF":
                return _("ảnh vẽ (WMF, EMF, SVG), hãy chèn lại dưới dạng PNG hoặc JPEG"), None
            return _("không phải ảnh đọc được"), None
        if image.width * image.height > self.limits.pixels:
            size = f"{image.width} × {image.height}"
            return _("%(size)s điểm ảnh, %(reason)s") % {
                "size": size,
                "reason": self._too_large(),
            }, None
        if image.format in _KEPT:
            return None, data
        return self._turned(image)

    def _too_large(self):
        return _("quá %d triệu điểm ảnh, hãy thu nhỏ rồi chèn lại") % (
            self.limits.pixels // 1_000_000
        )

    def _turned(self, image):
        out = io.BytesIO()
        try:
            mode = image.mode if image.mode in {"1", "L", "RGB", "RGBA", "P"} else "RGB"
            image.convert(mode).save(out, "PNG")
        except (OSError, SyntaxError, ValueError, TypeError, EOFError, MemoryError):
            return _("không phải ảnh đọc được"), None
        if out.tell() > self.limits.picture:
            return _("nặng hơn %d MB, hãy thu nhỏ rồi chèn lại") % (
                self.limits.picture // 1024**2
            ), None
        return None, out.getvalue()
