"""An edition for paper: the whole text on one clean page. Works without scripts."""

from django.shortcuts import render
from django.views.decorators.http import require_safe

from documents.views._fetch import of_edition
from portal.common import pagecache
from portal.common.addresses import absolute


@pagecache.public_page()
@require_safe
@of_edition
def page(request, edition):
    """The text alone, as it comes out on paper."""
    document = edition.document
    address = absolute(request.path.removesuffix("in/"))
    response = render(
        request,
        "documents/print.html",
        {
            "document": document,
            "edition": edition,
            "blocks": edition.blocks.order_by("pos"),
            "address": address,
        },
    )
    response["X-Robots-Tag"] = "noindex"
    return response
