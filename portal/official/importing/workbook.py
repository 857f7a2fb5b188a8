"""The list of documents as a workbook: the columns of the import, so that it can come back."""

from collections import defaultdict

from django.utils.translation import gettext as _

from portal.common import sheets

from ..forms.links import document_line
from ..models import DocumentLink, OfficialDocument
from ..queries import visible_to
from .columns import COLUMNS, LINKS

#: A workbook of more documents than this is nobody's reading.
MOST = 20_000


def workbook(rows, user):
    """Bytes of the workbook of a queryset of documents; links as far as `user` may see them."""
    documents = list(rows[:MOST])
    linked = _linked(documents, user)
    out, book = sheets.new_book()
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrap = book.add_format({"text_wrap": True, "valign": "top"})
    as_text = book.add_format({"num_format": "@", "valign": "top"})
    day = book.add_format({"num_format": "dd/mm/yyyy", "valign": "top"})
    sheet = book.add_worksheet(_("Văn bản"))
    sheet.freeze_panes(1, 1)
    for n, column in enumerate(COLUMNS):
        sheet.set_column(n, n, column.width, wrap)
        sheet.write_string(0, n, column.title, bold)
    for number, document in enumerate(documents, start=1):
        for n, column in enumerate(COLUMNS):
            value = _value(document, column.key, linked)
            if column.key == "issued_on" and value:
                sheet.write_datetime(number, n, value, day)
            elif value:
                style = as_text if column.key == "symbol" else wrap
                sheet.write_string(number, n, str(value), style)
    if documents:
        sheet.autofilter(0, 0, len(documents), len(COLUMNS) - 1)
    sheet.repeat_rows(0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    book.close()
    return out.getvalue()


def _linked(documents, user):
    """{(document id, kind): [document]} of what they lead to, in two queries."""
    links = list(
        DocumentLink.objects.filter(source__in=documents).values_list(
            "source_id", "kind", "target_id"
        )
    )
    ends = OfficialDocument.objects.filter(pk__in={target for _s, _k, target in links})
    rows = visible_to(user, ends).in_bulk()
    found = defaultdict(list)
    for source, kind, target in links:
        if target in rows:
            found[source, kind].append(rows[target])
    return found


def _value(document, key, linked):
    if key in LINKS:
        lines = [document_line(other) for other in linked[document.pk, LINKS[key]]]
        return "; ".join(lines)
    if key == "type":
        return document.type.name if document.type_id else ""
    if key == "issuer_name":
        return document.issuer_label
    return getattr(document, key)
