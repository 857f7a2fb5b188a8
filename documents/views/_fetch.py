"""The one way from an address to a document or an edition that this person may read or work on."""

import functools

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from documents import actions, queries, rendering, rules
from documents.models import Document, Edition
from portal.common import clock
from portal.common.scoped import fetch

_DOCUMENTS = Document.objects.select_related("agency", "event__host")


def desk_document(user, pk, may=None):
    """The document for a page of the desk: 404 for outsiders, 403 where `may` says no."""
    rows = _DOCUMENTS.select_related("summary_of")
    return fetch(rows, user=user, see=rules.may_see_inside, may=may, pk=pk)


def desk_edition(user, pk, n, may=None, *, editions=None):
    """Edition `n` (of `editions`) with its document, for a page of the desk."""
    return edition_of(desk_document(user, pk, may), n, editions)


def edition_of(document, n, editions=None):
    """Edition `n` (of `editions`) of a document that was fetched, which it carries; else 404."""
    rows = Edition.objects.all() if editions is None else editions
    found = get_object_or_404(rows, document=document, n=n)
    found.document = document
    return found


def readable_document(user, pk):
    """The document if `user` may read it; to everybody else it does not exist.

    An edition of it that is due is published first, whatever worker and beat do. A page of what
    is not for everybody is marked on `user`, so that nothing keeps it (`documents.middleware`).
    """
    due = Edition.objects.due(clock.now()).filter(document=OuterRef("pk"))
    found = get_object_or_404(_DOCUMENTS.annotate(has_due=Exists(due)), pk=pk)
    if not rules.may_read(user, found):
        raise Http404
    if not found.is_open:
        user.reads_inside = True
    if found.has_due:
        actions.serve_due(found.pk)
    return found


def published_edition(user, pk, n):
    """Edition `n` of a document that `user` may read; it was published, withdrawn or not.

    Its `document` is loaded with agency and congress, its `source` is not. A withdrawn one is for
    `withdrawn` to show. `beside`: the editions readers can choose from, newest first. 2 queries.
    """
    document = readable_document(user, pk)
    rows = document.editions.exclude(state__in=Edition.UNPUBLISHED).defer("source")
    rows = list(rows.order_by("-n"))
    found = next((edition for edition in rows if edition.n == n), None)
    if found is None:
        raise Http404
    found.document = document
    found.beside = [edition for edition in rows if edition.state in queries.READABLE]
    return found


def withdrawn(request, edition):
    """What readers get of a withdrawn edition: the reason and the day, with status 410, and the
    way to the edition that may be read instead."""
    instead = queries.readable_editions(edition.document)[:1]
    context = {"edition": edition, "instead": instead[0] if instead else None}
    return render(request, "documents/withdrawn.html", context, status=410)


def of_edition(view):
    """The view gets the edition in the place of pk, slug and n; a wrong slug is put right."""

    @functools.wraps(view)
    def wrapped(request, pk, slug, n, **kwargs):
        edition = published_edition(request.user, pk, n)
        if edition.state == Edition.State.WITHDRAWN:
            return withdrawn(request, edition)
        if slug != edition.document.slug:
            names = {"pk": pk, "slug": edition.document.slug, "n": n, **kwargs}
            address = reverse(request.resolver_match.view_name, kwargs=names)
            query = request.META.get("QUERY_STRING", "")
            return redirect(f"{address}?{query}" if query else address, permanent=True)
        return view(request, edition, **kwargs)

    return wrapped


def gone_of(document):
    """The last withdrawn edition of a document that has nothing readers may open; else 404."""
    gone = document.editions.filter(state=Edition.State.WITHDRAWN).order_by("-n").first()
    if gone is None:
        raise Http404
    gone.document = document
    return gone


def stored_text(edition, k=1):
    """The EditionText of an edition with part `k`; made now where it was never rendered."""
    found = queries.text_of(edition, part=k)
    if found is None:
        actions.render_text(edition)
        found = queries.text_of(edition, part=k)
    return found


def read_url(block):
    """Where a block stands in the text: the part of its edition that has it, with the anchor.

    The edition of the block is loaded with its document. 1 query.
    """
    edition = block.edition
    n = queries.part_of(stored_text(edition).outline, block.pos)
    return f"{rendering.part_address(actions.address_of(edition), n)}#{block.anchor}"
