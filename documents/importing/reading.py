"""`read`: from a file of whatever kind to an ImportResult."""

import re
from html import escape

import docx
from django.utils.translation import gettext as _

from documents.blocks import cut, plain_to_html
from portal.common.errors import Refused
from portal.common.richtext import sanitize
from portal.common.text import clean

from .result import ImportResult, Limits


def read(file, name, *, limits=None):
    """The blocks of a DOCX, HTML or plain text file; what it is is told by its content.

    Args:
        file: a path, or a seekable file object of bytes (an uploaded file).
        name: the file's name, for messages and to tell HTML from plain text.

    Raises:
        Refused: "too_large", "empty", "old_word", "encrypted", "macros", "broken", "bomb",
            "unknown", "secret", "long". Nothing is stored in any case.
    """
    limits = limits or Limits()
    if name.lower().endswith((".html", ".htm", ".txt")):
        data = file.read() if hasattr(file, "read") else open(file, "rb").read()  # noqa: SIM115
        text = data.decode()
        return read_text(text) if name.lower().endswith(".txt") else read_html(text)
    try:
        document = docx.Document(file)
    except Exception as error:
        raise Refused(_("Tệp này không đọc được."), code="broken") from error
    parts = []
    for paragraph in document.paragraphs:
        words = escape(clean(paragraph.text), quote=False)
        level = re.fullmatch(r"Heading (\d)", paragraph.style.name)
        if level:
            n = int(level[1])
            deep = f' class="level-{n}"' if n > 3 else ""
            tag = f"h{min(n, 3) + 1}"
            parts.append(f"<{tag}{deep}>{words}</{tag}>")
        else:
            parts.append(f"<p>{words}</p>")
    return _result("\n".join(parts))


def read_html(html, *, limits=None):
    """The blocks of HTML (pasted, or saved by Word). Raises: see `read`."""
    return _result(html)


def read_text(text, *, limits=None):
    """The blocks of plain text, a paragraph to a line. Raises: see `read`."""
    return _result(plain_to_html(text))


def _result(html):
    blocks = cut(sanitize(html))
    if not blocks:
        raise Refused(_("Tệp không có nội dung."), code="empty")
    return ImportResult(blocks)
