"""Fields that several forms of campaigns share."""

import datetime as dt
import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.common import text
from portal.official.queries import matching, visible_to
from portal.official.symbols import UNKNOWN, parse_symbol


class DayInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class DayField(forms.DateField):
    """A day, from the browser's date field or typed as 24/9/2025."""

    widget = DayInput

    def __init__(self, **kwargs):
        kwargs.setdefault("input_formats", ["%Y-%m-%d", "%d/%m/%Y"])
        super().__init__(**kwargs)


class LinesField(forms.CharField):
    """One entry per line; cleans to a list of lines without empty ones and repetitions."""

    def __init__(self, *, line_limit, rows=5, **kwargs):
        self.line_limit = line_limit
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 60_000)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value):
        lines = [text.one_line(line) for line in super().clean(value).splitlines()]
        for line in lines:
            if len(line) > self.line_limit:
                raise ValidationError(
                    _("Dòng “%(start)s…” dài quá %(n)d ký tự."),
                    params={"start": line[:40], "n": self.line_limit},
                )
        return list(dict.fromkeys(line for line in lines if line))


_DATED = re.compile(r"^(?P<symbol>.+?)[\s,]+ngày\s+(?P<d>\d{1,2})/(?P<m>\d{1,2})/(?P<y>\d{4})$")


class BasisField(LinesField):
    """Symbols of the documents a plan stands on, one per line, the date behind where it is needed.

    `user` decides which documents of the register count, `known` are those the plan stands on
    already, by their line; the form sets both. Cleans to a list of OfficialDocument, or {symbol,
    issued_on} for what the register does not have yet.
    """

    user = None
    known = {}

    def prepare_value(self, value):
        if isinstance(value, list | tuple):
            return "\n".join(map(basis_line, value))
        return value

    def clean(self, value):
        return [self._document(line) for line in super().clean(value)]

    def _document(self, line):
        if line in self.known:
            return self.known[line]
        symbol, issued_on = line, None
        if match := _DATED.match(line):
            symbol = match["symbol"]
            try:
                issued_on = dt.date(int(match["y"]), int(match["m"]), int(match["d"]))
            except ValueError as error:
                raise ValidationError(_("Không có ngày như ở dòng “%s”.") % line) from error
        found = visible_to(self.user, matching(symbol, issued_on=issued_on))[:2]
        if len(found) > 1:
            raise ValidationError(
                _("Có nhiều văn bản số %(symbol)s; hãy ghi thêm ngày, ví dụ “%(line)s”."),
                params={"symbol": symbol, "line": basis_line(found[0])},
            )
        if found:
            return found[0]
        if parse_symbol(symbol).kind == UNKNOWN:
            raise ValidationError(
                _("“%s” không đọc được như một số, ký hiệu văn bản (ví dụ 135-KH/TU).") % symbol
            )
        return {"symbol": symbol, "issued_on": issued_on}


def basis_line(document):
    """How a document of the register stands in a BasisField."""
    if not document.symbol:
        return document.title
    if document.issued_on:
        return f"{document.symbol} ngày {document.issued_on:%d/%m/%Y}"
    return document.symbol
