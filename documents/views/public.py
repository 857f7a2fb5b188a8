"""The public side: the list of documents and the reading room."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from documents import queries, rules
from documents.models import Document, Edition
from documents.registry import companion_for
from portal.common import clock, pagecache
from portal.common.paging import paginate


@pagecache.public_page(trang=pagecache.page_number)
def document_list(request):
    """Published documents, newest first."""
    page = paginate(request, queries.public_documents(request.user), per_page=20)
    return render(request, "documents/list.html", {"page": page})


@pagecache.public_page()
def document(request, pk, slug):
    """The live edition of a document; the last readable one where none is live."""
    found = _readable_document(request.user, pk)
    editions = queries.readable_editions(found)
    if not editions:
        withdrawn = found.editions.filter(state=Edition.State.WITHDRAWN).order_by("-n").first()
        if withdrawn is None:
            raise Http404
        return _withdrawn(request, withdrawn)
    if slug != found.slug:
        return redirect("documents:document", pk=found.pk, slug=found.slug, permanent=True)
    return _room(request, found, editions[0], editions)


@pagecache.public_page()
def edition(request, pk, slug, n):
    """One edition of a document by its number."""
    found = _readable_document(request.user, pk)
    chosen = get_object_or_404(found.editions, n=n)
    if chosen.state in Edition.UNPUBLISHED:
        raise Http404
    if slug != found.slug:
        return redirect("documents:edition", pk=found.pk, slug=found.slug, n=n, permanent=True)
    if chosen.state == Edition.State.WITHDRAWN:
        return _withdrawn(request, chosen)
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


def _withdrawn(request, chosen):
    return render(request, "documents/withdrawn.html", {"edition": chosen}, status=410)


def _readable_document(user, pk):
    """The document if `user` may read it; to everybody else it does not exist."""
    found = get_object_or_404(Document.objects.select_related("agency", "event__host"), pk=pk)
    if not rules.may_read(user, found):
        raise Http404
    return found
