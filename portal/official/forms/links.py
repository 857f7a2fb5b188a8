"""Documents named by their symbols, one per line."""

import datetime as dt
import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.common.forms import LinesField

from ..queries import matching, visible_to
from ..symbols import UNKNOWN, parse_symbol

_DATED = re.compile(r"^(?P<symbol>.+?)[\s,]+ngày\s+(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})$")


def split_line(line):
    """(symbol, date or None) of "135-KH/TU ngày 31/12/2019"; ValueError with a sentence."""
    match = _DATED.match(line)
    if match is None:
        return line, None
    try:
        return match["symbol"], dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError as error:
        raise ValueError(_("Không có ngày như ở dòng “%s”.") % line) from error


class DocumentsField(LinesField):
    """Symbols of documents, one per line, the date behind where it is needed.

    `user` decides which documents of the register count, `known` are those that stand there
    already, by their line; the form sets both. Cleans to a list of OfficialDocument, or {symbol,
    issued_on} for what the register does not have yet.
    """

    user = None
    known = {}

    def prepare_value(self, value):
        if isinstance(value, list | tuple):
            return "\n".join(map(document_line, value))
        return value

    def clean(self, value):
        found = {}
        for line in super().clean(value):
            document = self._document(line)
            if isinstance(document, dict):
                key = (parse_symbol(document["symbol"]).canonical, document["issued_on"])
            else:
                key = document.pk
            found.setdefault(key, document)
        return list(found.values())

    def _document(self, line):
        if line in self.known:
            return self.known[line]
        try:
            symbol, issued_on = split_line(line)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        found = visible_to(self.user, matching(symbol, issued_on=issued_on))[:2]
        if len(found) > 1:
            raise ValidationError(
                _("Có nhiều văn bản số %(symbol)s; hãy ghi thêm ngày, ví dụ “%(line)s”."),
                params={"symbol": symbol, "line": document_line(found[0])},
            )
        if found:
            return found[0]
        if parse_symbol(symbol).kind == UNKNOWN:
            raise ValidationError(
                _("“%s” không đọc được như một số, ký hiệu văn bản (ví dụ 135-KH/TU).") % symbol
            )
        return {"symbol": symbol, "issued_on": issued_on}


def document_line(document):
    """How a document of the register stands in a DocumentsField."""
    if not document.symbol:
        return document.title
    if document.issued_on:
        return f"{document.symbol} ngày {document.issued_on:%d/%m/%Y}"
    return document.symbol
