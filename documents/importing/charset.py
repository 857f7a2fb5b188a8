"""The text of bytes that do not always say how they are written."""

import codecs
import re

from django.utils.translation import gettext as _

from portal.common.errors import Refused

_MARKS = [
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
]
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_MARKUP = re.compile(
    r"<(?:!doctype\s+html|html|head|body|p|div|span|table|h[1-6]|ul|ol|br|meta)\b[^<>]*>",
    re.IGNORECASE,
)


def decoded(data):
    """The text of a file: by its byte order mark, as UTF-8, as it says of itself, as Windows.

    Raises:
        Refused: "unknown" where it is no text.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    named = _CHARSET.search(data[:4096])
    names = ["utf-8", named[1].decode("ascii") if named else "", "cp1258", "cp1252", "latin-1"]
    for name in filter(None, names):
        try:
            text = data.decode(name)
        except (UnicodeDecodeError, LookupError, ValueError):
            continue
        if text.count("\0") > 0:
            break
        return text
    raise Refused(_("Tệp này không phải văn bản đọc được."), code="unknown")


def looks_like_html(text):
    """Whether a text carries marks of HTML."""
    return _MARKUP.search(text[:20_000]) is not None
