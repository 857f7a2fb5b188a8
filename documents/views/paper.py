"""An edition for paper: the whole text on one clean page. Works without scripts."""

from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from documents.models import Document, Edition
from documents.views._fetch import published_edition, withdrawn
from portal.common import pagecache
from portal.common.addresses import absolute


@pagecache.public_page()
@require_safe
def page(request, pk, slug, n):
    """The text alone, as it comes out on paper."""
    chosen = published_edition(request.user, pk, n)
    document = chosen.document
    if slug != document.slug:
        return redirect("documents:print", pk=pk, slug=document.slug, n=n, permanent=True)
    if chosen.state == Edition.State.WITHDRAWN:
        return withdrawn(request, chosen)
    address = absolute(request.path.removesuffix("in/"))
    response = render(
        request,
        "documents/print.html",
        {
            "document": document,
            "edition": chosen,
            "blocks": chosen.blocks.order_by("pos"),
            "internal": document.circulation == Document.Circulation.INTERNAL,
            "address": address,
        },
    )
    response["X-Robots-Tag"] = "noindex"
    return response
