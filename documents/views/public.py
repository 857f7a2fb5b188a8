"""The public side: the list of documents and the reading room."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse

from documents import actions, queries
from documents.models import Edition
from documents.registry import companion_for
from documents.views._fetch import published_edition, readable_document, withdrawn
from portal.common import clock, pagecache
from portal.common.paging import paginate


@pagecache.public_page(trang=pagecache.page_number)
def document_list(request):
    """Published documents, newest first."""
    actions.serve_due()
    page = paginate(request, queries.public_documents(request.user), per_page=20)
    return render(request, "documents/list.html", {"page": page})


@pagecache.public_page()
def document(request, pk, slug):
    """The live edition of a document; the last readable one where none is live."""
    found = readable_document(request.user, pk)
    editions = queries.readable_editions(found)
    if not editions:
        gone = found.editions.filter(state=Edition.State.WITHDRAWN).order_by("-n").first()
        if gone is None:
            raise Http404
        return withdrawn(request, gone)
    if slug != found.slug:
        return redirect("documents:document", pk=found.pk, slug=found.slug, permanent=True)
    return _room(request, found, editions[0], editions)


@pagecache.public_page()
def edition(request, pk, slug, n):
    """One edition of a document by its number."""
    chosen = published_edition(request.user, pk, n)
    found = chosen.document
    if slug != found.slug:
        return redirect("documents:edition", pk=found.pk, slug=found.slug, n=n, permanent=True)
    if chosen.state == Edition.State.WITHDRAWN:
        return withdrawn(request, chosen)
    return _room(request, found, chosen, queries.readable_editions(found))


def _room(request, found, chosen, editions):
    blocks = queries.blocks_of(chosen)
    companion = companion_for(chosen, request.user, clock.now())
    for block in blocks:
        block.margin = companion.counts.get(block.pk, "") if companion else ""
        block.asked = companion.questions.get(block.pk, ()) if companion else ()
    return render(
        request,
        "documents/room.html",
        {
            "document": found,
            "edition": chosen,
            "editions": editions,
            "blocks": blocks,
            "contents": queries.contents(blocks),
            "companion": companion,
            "canonical": reverse("documents:edition", args=[found.pk, found.slug, chosen.n]),
        },
    )
