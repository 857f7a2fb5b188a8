"""`read`: from a file of whatever kind to an ImportResult."""

from django.utils.translation import gettext as _

from portal.common import legacy_text
from portal.common.errors import Refused
from portal.common.text import clean

from .charset import decoded, looks_like_html
from .container import kind_of, opened
from .docx import read_docx
from .html import read_markup
from .items import Extras, Para, Piece, finished
from .notes import Notes
from .result import Limits
from .settle import result_of
from .structure import build


def read(file, name, *, limits=None):
    """The blocks of a DOCX, HTML or plain text file; what it is is told by its content.

    Args:
        file: a path, or a seekable file object of bytes (an uploaded file).
        name: the file's name, for messages and to tell HTML from plain text.

    Raises:
        Refused: "too_large", "empty", "old_word", "encrypted", "macros", "broken", "bomb",
            "unknown", "missing", "secret", "long". Nothing is stored in any case.
    """
    limits = limits or Limits()
    with opened(file, limits) as source:
        if kind_of(source, name) == "docx":
            items, pictures, notes, lines = read_docx(source, limits)
            return result_of(build(items), pictures, notes, lines, limits)
        data = source.read(limits.text + 1)
    if len(data) > limits.text:
        raise _too_long(limits)
    text = decoded(data)
    if name.lower().endswith((".html", ".htm", ".xhtml")) or looks_like_html(text):
        return read_html(text, limits=limits)
    return read_text(text, limits=limits)


def read_html(html, *, limits=None):
    """The blocks of HTML (pasted, or saved by Word). Raises: see `read`."""
    limits = limits or Limits()
    if len(html) > limits.text:
        raise _too_long(limits)
    items, pictures, notes, lines = read_markup(html, limits)
    return result_of(build(items), pictures, notes, lines, limits)


def read_text(text, *, limits=None):
    """The blocks of plain text, a paragraph to a line. Raises: see `read`."""
    limits = limits or Limits()
    if len(text) > limits.text:
        raise _too_long(limits)
    # Together, so that a line with few telling letters is read as the lines around it.
    after, kind = legacy_text.convert_text(text)
    lines = zip(text.splitlines(), after.splitlines(), strict=False)
    items = []
    for before, line in lines:
        extras = Extras()
        if kind and before != line:
            extras.legacy.append(("", before.strip(), clean(line)))
        items.append(Para(finished([Piece(line)], extras), extras=extras))
    return result_of(build(items), {}, Notes(), [], limits)


def _too_long(limits):
    return Refused(
        _("Văn bản dài quá %d MB chữ; hãy tách thành nhiều văn kiện.") % (limits.text // 1024**2),
        code="too_large",
    )
