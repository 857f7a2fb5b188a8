"""The register for readers: the list, the page of one document, its files."""

from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.common import pagecache
from portal.common.paging import paginate
from portal.common.text import slugify_vi

from .. import rules
from ..filters import RegisterFilter
from ..models import DocumentLink
from ..queries import (
    basis_chain,
    current_copy,
    linked_from,
    links_of,
    listing,
    page_addresses,
)
from ..symbols import TYPES
from ._fetch import documents, pdf

_KIND = DocumentLink.Kind
#: Headings of the links, by (outgoing, kind). What a document stands on and carries out is shown
#: as a chain and has a heading of its own.
HEADINGS = {
    (True, _KIND.REPLACES): _("Thay thế"),
    (True, _KIND.AMENDS): _("Sửa đổi, bổ sung"),
    (False, _KIND.BASIS): _("Là căn cứ của"),
    (False, _KIND.IMPLEMENTS): _("Được triển khai bởi"),
    (False, _KIND.REPLACES): _("Được thay thế bằng"),
    (False, _KIND.AMENDS): _("Được sửa đổi, bổ sung bằng"),
}


#: Part of the address of the list of all documents that lead here.
ADDRESS = {
    _KIND.BASIS: "can-cu",
    _KIND.IMPLEMENTS: "trien-khai",
    _KIND.REPLACES: "thay-the",
    _KIND.AMENDS: "sua-doi",
}


#: Types that every register has; a list of another type is made anew each time.
_TYPES = frozenset(slugify_vi(row.name) for row in TYPES)


def _year(text):
    return text.isascii() and text.isdecimal() and 1900 <= int(text) <= 2100 and len(text) == 4


@pagecache.public_page(
    trang=pagecache.page_number,
    loai=_TYPES.__contains__,
    he=pagecache.choice("dang", "nha-nuoc"),
    nam=_year,
    tu_ngay=pagecache.day,
    den_ngay=pagecache.day,
    hieu_luc=pagecache.choice("con-hieu-luc", "da-thay-the"),
    xep=pagecache.choice("cu", "thu-tu"),
)
@require_safe
def index(request):
    """The register: browsed and searched, under the years or in the order of the agencies."""
    user = request.user
    found = RegisterFilter(request.GET, queryset=documents(user), user=user)
    page = paginate(request, found.in_order, per_page=30, keep=found.filters)
    context = {
        "filter": found,
        "page": page,
        "rows": lines(page, user),
        "by_year": found.order != "thu-tu",
        "may_work": bool(rules.offices(user)),
    }
    return render(request, "official/index.html", context)


def lines(page, user):
    """[{document, standing, file}] of a page of documents: three queries."""
    rows = list(page)
    standings = listing.standings(rows, user)
    files = listing.with_files(rows)
    return [
        {"document": row, "standing": standings[row.pk], "file": row.pk in files} for row in rows
    ]


@pagecache.public_page()
@require_safe
def document(request, pk):
    """Symbol, issuer, date, abstract, and the documents it is tied to in both directions."""
    user = request.user
    row = get_object_or_404(documents(user), pk=pk)
    found = [g for g in links_of(row, user) if (g.outgoing, g.kind) in HEADINGS]
    behind = page_addresses([other for group in found for other in group.documents], user)
    groups = [
        (
            HEADINGS[(group.outgoing, group.kind)],
            [(other, behind.get(other.pk)) for other in group.documents],
            ADDRESS[group.kind],
            group.more,
        )
        for group in found
    ]
    context = {
        "document": row,
        "standing": listing.standings([row], user)[row.pk],
        "term": row.scope_key if "-" in row.scope_key else "",
        "may_keep": rules.may_keep(user, row),
        "chain": basis_chain(row, user),
        "groups": groups,
        "page": page_addresses([row], user).get(row.pk),
        "copy": current_copy(row),
        "may_see_copies": rules.may_see_all_copies(user, row),
    }
    return render(request, "official/document.html", context)


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def linked(request, pk, part):
    """All documents that lead here by one kind of link, by pages."""
    row = get_object_or_404(documents(request.user), pk=pk)
    kind = next((kind for kind, name in ADDRESS.items() if name == part), None)
    if kind is None:
        raise Http404
    page = paginate(request, linked_from(row, request.user, kind), per_page=50)
    context = {"document": row, "page": page, "heading": HEADINGS[(False, kind)]}
    return render(request, "official/linked.html", context)


@require_safe
def file(request, pk, n=None):
    """The signed copy in force, byte for byte, to whoever may see the document; always a download.

    A copy that was replaced (`n`) only to the issuer's office and those above it.
    """
    row = get_object_or_404(documents(request.user), pk=pk)
    copies = row.signed_copies.select_related("upload").order_by("-n")
    copy = copies.first()
    if n is not None and copy is not None and copy.n != n:
        if not rules.may_see_all_copies(request.user, row):
            raise Http404
        copy = copies.filter(n=n).first()
    if copy is None:
        raise Http404
    name = slugify_vi(row.symbol or row.title, 80) or row.pk
    return pdf(copy.upload, f"{name}.pdf" if n is None else f"{name}-ban-{copy.n}.pdf")
