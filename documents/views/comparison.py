"""What an edition changed of an earlier one, for everybody who may read both."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import queries
from documents.compared_pages import FULL, LIST, SHORT, page_with
from documents.comparing import AWAY, KINDS
from documents.models import Edition
from documents.registry import reasons_for
from documents.views._fetch import published_edition, withdrawn
from portal.common import clock, pagecache

#: How the views are called in addresses; the short one is the address without a word.
WORDS = {"": SHORT, "toan-van": FULL, "danh-sach": LIST}
_BY_VIEW = {view: word for word, view in WORDS.items()}


@pagecache.public_page(xem=pagecache.choice("toan-van", "danh-sach"), trang=pagecache.page_number)
def compare(request, pk, slug, n, m):
    """The comparison of edition n with the earlier edition m: changes, whole text, or a list."""
    found = both(request, "documents:compare", pk, slug, n, m)
    if not isinstance(found, tuple):
        return found
    new, old = found
    view = WORDS.get(request.GET.get("xem", ""))
    number = page_number(request.GET.get("trang", "1"))
    if view is None or number is None:
        raise Http404
    index, page = queries.compared_page(old, new, view, number)
    if page is None:
        raise Http404
    pages = Pages(new, old, view, number, index)
    reasons = Reasons(new, old, request.user)
    for entry in page:
        pages.dress(entry)
        reasons.give(entry)
    return render(
        request,
        "documents/compare.html",
        {
            "document": new.document,
            "edition": new,
            "old": old,
            "editions": queries.readable_editions(new.document),
            "index": index,
            "kinds": [(kind, index["counts"][kind]) for kind in KINDS if index["counts"][kind]],
            "entries": page,
            "view": view,
            "pages": pages,
            "sections": [s | {"url": pages.change_url(s["i"])} for s in index["sections"]],
            "canonical": reverse("documents:compare", args=[pk, new.document.slug, n, m]),
        },
    )


class Pages:
    """The addresses of one comparison, for its page `number` of `view`."""

    def __init__(self, new, old, view, number, index, name="compare"):
        self.view, self.number, self.index = view, number, index
        self.count = index["pages"][view]
        both = [new.document_id, new.document.slug, new.n, old.n]
        self.base = reverse(f"documents:{name}", args=both)
        self.inline_url = reverse("documents:compare", args=both)
        self.columns_url = reverse("documents:columns", args=both)
        self.docx_url = reverse("documents:columns_docx", args=both)
        self.new_url = reverse(
            "documents:edition", args=[new.document_id, new.document.slug, new.n]
        )
        self.old_url = reverse(
            "documents:edition", args=[new.document_id, new.document.slug, old.n]
        )

    def url(self, view, number=1):
        words = [f"xem={_BY_VIEW[view]}"] if _BY_VIEW[view] else []
        words += [f"trang={number}"] if number > 1 else []
        return self.base + (f"?{'&'.join(words)}" if words else "")

    @property
    def tabs(self):
        labels = {SHORT: _("Chỗ đã sửa"), FULL: _("Toàn văn"), LIST: _("Danh sách")}
        return [
            {"label": label, "url": self.url(view), "current": view == self.view}
            for view, label in labels.items()
        ]

    @property
    def previous(self):
        return self.url(self.view, self.number - 1) if self.number > 1 else ""

    @property
    def next(self):
        return self.url(self.view, self.number + 1) if self.number < self.count else ""

    def change_url(self, number):
        """Where change `number` is read: on this page, else on another of the same view."""
        view = SHORT if self.view == LIST else self.view
        page = page_with(self.index["where"][view], number)
        if page is None:
            return ""
        if view == self.view and page == self.number:
            return f"#sua-{number}"
        return f"{self.url(view, page)}#sua-{number}"

    def dress(self, entry):
        """Give an entry the addresses it leads to."""
        if entry["t"] == "fold":
            entry["url"] = f"{self.url(FULL, entry['page'])}#{entry['id']}"
            return
        number = entry.get("i")
        if number:
            entry["url"] = self.change_url(number)
            entry["before"] = self.change_url(number - 1) if number > 1 else ""
            entry["after"] = self.change_url(number + 1) if number < self.index["changes"] else ""
        if entry.get("kind") == AWAY:
            entry["block_url"] = f"{self.new_url}#{entry['to']['id']}"


class Reasons:
    """Why a passage was changed: what its drafters wrote, what upper apps know."""

    def __init__(self, new, old, user):
        self.notes = queries.change_notes(new)
        self.others = reasons_for(new, old, user, clock.now())

    def of(self, ids):
        """(texts of the drafters, [Reason]) of the blocks of one change."""
        notes = [self.notes[pk] for pk in ids if pk in self.notes]
        return notes, [reason for pk in ids for reason in self.others.get(pk, ())]

    def give(self, entry):
        if entry.get("leads", True) and entry.get("i"):
            entry["notes"], entry["reasons"] = self.of(entry["ids"])


def choose(request, pk, slug, n):
    """Lead to a comparison: with `voi`, else with the last edition before; of `lan`, else of n."""
    edition = published_edition(request.user, pk, page_number(request.GET.get("lan", "")) or n)
    other = page_number(request.GET.get("voi", ""))
    if other is None:
        earlier = queries.earlier_editions(edition)
        other = earlier[0].n if earlier else edition.n
    if other == edition.n:
        return render(
            request,
            "documents/compare_none.html",
            {
                "document": edition.document,
                "edition": edition,
                "editions": queries.readable_editions(edition.document),
            },
        )
    first, last = sorted((edition.n, other))
    published_edition(request.user, pk, other)
    return redirect("documents:compare", pk=pk, slug=edition.document.slug, n=last, m=first)


def both(request, name, pk, slug, n, m):
    """(new, old), or the answer to give instead: an address made right, a withdrawn edition."""
    new = published_edition(request.user, pk, n)
    if m >= n:
        raise Http404
    # Of the same document, which this person may read.
    old = get_object_or_404(new.document.editions.exclude(state__in=Edition.UNPUBLISHED), n=m)
    old.document = new.document
    if slug != new.document.slug:
        return redirect(name, pk=pk, slug=new.document.slug, n=n, m=m, permanent=True)
    for edition in (new, old):
        if edition.state == Edition.State.WITHDRAWN:
            return withdrawn(request, edition)
    return new, old


def page_number(text):
    text = str(text)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
