"""Three columns: the old words, the new ones, opinions and reasons; as a page and a Word file."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from documents import queries
from documents.columns_docx import write
from documents.compared_pages import FULL, SHORT
from documents.comparing import AWAY, FORMAT, SAME
from documents.models import Document
from documents.views.comparison import Pages, Reasons, both, page_number
from portal.common import pagecache
from portal.common.diff import DELETE, EQUAL, INSERT, marked
from portal.common.limits import limited
from portal.common.uploads.serve import seal
from portal.official.docx import CONTENT_TYPE

_WORDS = {"": SHORT, "toan-van": FULL}


@pagecache.public_page(xem=pagecache.choice("toan-van"), trang=pagecache.page_number)
def columns(request, pk, slug, n, m):
    """The comparison of edition n with the earlier edition m in three columns."""
    found = both(request, "documents:columns", pk, slug, n, m)
    if not isinstance(found, tuple):
        return found
    new, old = found
    view = _WORDS.get(request.GET.get("xem", ""))
    number = page_number(request.GET.get("trang", "1"))
    if view is None or number is None:
        raise Http404
    index, page = queries.compared_page(old, new, view, number)
    if page is None:
        raise Http404
    pages = Pages(new, old, view, number, index, name="columns")
    reasons = Reasons(new, old, request.user)
    rows = []
    for entry in page:
        if entry.get("kind") == AWAY:
            continue
        if entry["t"] == "fold":
            entry["url"] = f"{pages.url(FULL, entry['page'])}#{entry['id']}"
        else:
            reasons.give(entry)
            _fill(entry)
        rows.append(entry)
    return render(
        request,
        "documents/columns.html",
        {
            "document": new.document,
            "edition": new,
            "old": old,
            "index": index,
            "entries": rows,
            "view": view,
            "pages": pages,
            "tabs": [
                {"label": _("Chỉ chỗ đã sửa"), "url": pages.url(SHORT), "current": view == SHORT},
                {"label": _("Toàn văn"), "url": pages.url(FULL), "current": view == FULL},
            ],
            "canonical": pages.base,
        },
    )


@require_safe
@limited("documents.columns", per_person=60, per_address=300, methods=("GET",))
def columns_docx(request, pk, slug, n, m):
    """The same as a Word file, all of it; `xem=toan-van` with what stayed."""
    found = both(request, "documents:columns_docx", pk, slug, n, m)
    if not isinstance(found, tuple):
        return found
    new, old = found
    whole = request.GET.get("xem", "")
    if whole not in _WORDS:
        raise Http404
    reasons = Reasons(new, old, request.user)
    data = write(
        queries.comparison(old, new), old=old, new=new, reasons_of=reasons.of, whole=bool(whole)
    )
    name = f"{new.document.slug[:70]}-lan-{n}-so-voi-lan-{m}.docx"
    answer = HttpResponse(data, content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    public = new.document.circulation == Document.Circulation.PUBLIC
    answer["Cache-Control"] = "no-cache" if public else "private, no-store"
    return seal(answer)


def _fill(entry):
    """The cells of one row: the words of each edition with what the other has not."""
    runs = entry.get("cells") or entry.get("runs")
    entry["alike"] = entry["kind"] in (SAME, FORMAT)
    if runs:
        entry["was"] = _side(runs, INSERT)
        entry["now"] = _side(runs, DELETE)


def _side(runs, without):
    """The words of one edition; blanks are never marked, but always there."""
    kept = [(op if text.strip() else EQUAL, text) for op, text in runs if op != without]
    return marked(kept, spoken=True)
