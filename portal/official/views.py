"""The public page of one registered document, and its signed file."""

from django.db.models import QuerySet
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from portal.common.text import slugify_vi

from .models import DocumentLink, OfficialDocument
from .queries import basis_chain, links_of, page_addresses, visible_to

_KIND = DocumentLink.Kind
#: Headings of the links, by (outgoing, kind). What a document stands on and carries out is shown
#: as a chain and has a heading of its own.
HEADINGS = {
    (True, _KIND.REPLACES): _("Thay thế"),
    (True, _KIND.AMENDS): _("Sửa đổi, bổ sung"),
    (False, _KIND.BASIS): _("Là căn cứ của"),
    (False, _KIND.IMPLEMENTS): _("Được triển khai bằng"),
    (False, _KIND.REPLACES): _("Được thay thế bằng"),
    (False, _KIND.AMENDS): _("Được sửa đổi, bổ sung bằng"),
}


def _documents(user) -> QuerySet[OfficialDocument]:
    return visible_to(user).select_related("issuer", "type")


@require_safe
def document(request, pk):
    """Symbol, issuer, date, abstract, and the documents it is tied to in both directions."""
    row = get_object_or_404(_documents(request.user), pk=pk)
    groups = [
        (HEADINGS[(group.outgoing, group.kind)], group.documents)
        for group in links_of(row, request.user)
        if (group.outgoing, group.kind) in HEADINGS
    ]
    context = {
        "document": row,
        "chain": basis_chain(row, request.user),
        "groups": groups,
        "page": page_addresses([row], request.user).get(row.pk),
    }
    return render(request, "official/document.html", context)


@require_safe
def file(request, pk):
    """The signed file, byte for byte, to whoever may see the document. Always a download."""
    row = get_object_or_404(_documents(request.user), pk=pk)
    if not row.file:
        raise Http404
    ending = row.file.name.rsplit(".", 1)[-1]
    try:
        content = row.file.open()
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        content,
        as_attachment=True,
        filename=f"{slugify_vi(row.symbol or row.title, 80) or row.pk}.{ending}",
    )
    response["Cache-Control"] = "private, no-store"
    return response
