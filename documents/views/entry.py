"""The QR code of a document, its poster, and the first screen after it on a phone."""

import io

import segno
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from documents import queries
from documents.models import Document, Edition
from documents.registry import invitation_for
from documents.views._fetch import gone_of, of_edition, readable_document, withdrawn
from portal.common import clock, pagecache
from portal.common.addresses import absolute

#: Only what every holder of a phone may come to has a code; codes hang on walls.
_OPEN = (Document.Circulation.PUBLIC, Document.Circulation.SIGNED_IN)


@pagecache.public_page()
@require_safe
def enter(request, pk):
    """What is asked, who may write, until when, who reads; then on to the text or the form."""
    circulation = _has_code(pk)
    if circulation != Document.Circulation.PUBLIC and not request.user.is_authenticated:
        return redirect_to_login(request.path)
    document = readable_document(request.user, pk)
    editions = queries.readable_editions(document)
    if not editions:
        return withdrawn(request, gone_of(document))
    invitation = invitation_for(editions, clock.now())
    return render(
        request,
        "documents/enter.html",
        {
            "document": document,
            "edition": invitation.edition if invitation else editions[0],
            "newest": editions[0],
            "invitation": invitation,
        },
    )


@pagecache.public_page()
@require_safe
@of_edition
def qr(request, edition):
    """The code to show, download and print."""
    return _with_code(request, edition, "documents/qr.html")


@pagecache.public_page()
@require_safe
@of_edition
def poster(request, edition):
    """One A5 page for a wall: title, dates, code, short address."""
    return _with_code(request, edition, "documents/poster.html")


def _with_code(request, edition, template):
    document = edition.document
    if document.circulation not in _OPEN:
        raise Http404
    address = code_address(document.pk)
    context = {
        "document": document,
        "edition": edition,
        "invitation": invitation_for(edition.beside, clock.now()),
        "address": address,
        "short": address.partition("://")[2].rstrip("/"),
    }
    return render(request, template, context)


@require_safe
@cache_control(max_age=86400)
def svg(request, pk):
    """The code as a drawing, for pages and for print."""
    _has_code(pk)
    out = io.BytesIO()
    _code(pk).save(out, kind="svg", scale=8, border=4, light="#fff")
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")


@require_safe
@cache_control(max_age=86400)
def png(request, pk):
    """The code as a picture to take along, some 1.200 points wide."""
    _has_code(pk)
    code, out = _code(pk), io.BytesIO()
    code.save(out, kind="png", scale=1200 // code.symbol_size(border=4)[0], border=4)
    response = HttpResponse(out.getvalue(), content_type="image/png")
    response["Content-Disposition"] = f'attachment; filename="ma-qr-van-kien-{pk}.png"'
    return response


def code_address(pk):
    """The full address that the code of a document holds."""
    return absolute(reverse("documents:enter", args=[pk]))


def _code(pk):
    # a quarter of a code on a wall may be dirty and it is still read
    return segno.make(code_address(pk), error="q", micro=False)


def _has_code(pk):
    """The circulation of a document that has a code: open, and published at some time; else 404."""
    document = get_object_or_404(Document.objects.only("circulation"), pk=pk)
    due = Edition.objects.due(clock.now()).filter(document=pk)
    published = Edition.objects.filter(document=pk, published_at__isnull=False)
    if document.circulation not in _OPEN or not (published | due).exists():
        raise Http404
    return document.circulation
