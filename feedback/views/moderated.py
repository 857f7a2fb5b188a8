"""Moderation as everybody sees it: the rules, the numbers, and the opinions that are shown."""

import re

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render

from documents.models import Block
from documents.queries import readable_documents
from feedback import moderated as numbers_of
from feedback import rules as feedback_rules
from feedback.models import Consultation
from feedback.moderation import KIND
from feedback.queries import shown as reading
from portal.common import clock, pagecache, sealing
from portal.common.paging import AFTER, BEFORE, keyset
from portal.moderation.queries import published_rules

PER_PAGE = 20
#: Words at one place; what stands for a place in the address.
PASSAGE = "doan"
ORDER = ("-received_on", "-id")
_SEALED = "feedback.shown"


@pagecache.public_page()
def rules(request):
    """The rules by which opinions are moderated; that criticism is no abuse."""
    return render(request, "feedback/moderation_rules.html", {"reasons": published_rules(KIND)})


@pagecache.public_page()
def numbers(request, pk, slug):
    """Moderation of one consultation in numbers, taken once a day."""
    found, elsewhere = _consultation(request, pk, slug, "feedback:moderation")
    if elsewhere is not None:
        return elsewhere
    today = clock.today()
    context = {
        "consultation": found,
        "day": today,
        "numbers": numbers_of.of_consultation(found, day=today),
    }
    return render(request, "feedback/moderation.html", context)


def _place(text):
    """(day, id) of the opinion where a page ends, or None. Sealed in the address: the id of an
    opinion is that of its identity, and has no business in histories and logs of proxies."""
    return sealing.open_place(_SEALED, text)


def _cursor(text):
    """Whether `keyset` wrote it into an address of ours; nothing else is kept as a page."""
    return _place(text) is not None


def _number(text):
    return re.fullmatch(r"[1-9]\d{0,17}", text) is not None


@pagecache.public_page(**{AFTER: _cursor, BEFORE: _cursor, PASSAGE: _number})
def shown(request, pk, slug):
    """The opinions that are shown, by the day they came and nothing else."""
    found, elsewhere = _consultation(request, pk, slug, "feedback:shown")
    if elsewhere is not None:
        return elsewhere
    if found.policy != Consultation.Policy.MODERATED:
        raise Http404
    today = clock.today()
    passage = _passage(request, found)
    readable = found.consultation_editions.filter(
        edition__document__in=readable_documents(request.user)
    )
    rows = reading.shown_in(found, today, block=passage).filter(
        edition__in=list(readable.values_list("edition_id", flat=True))
    )
    page = keyset(
        request,
        rows,
        ORDER,
        PER_PAGE,
        keep=[PASSAGE],
        start=(today, 0),
        write=lambda values: sealing.seal_place(_SEALED, *values),
        read=_place,
    )
    context = {
        "consultation": found,
        "page": page,
        "voices": reading.voices(page, found, today),
        "chosen": passage,
    }
    return render(request, "feedback/shown.html", context)


def _passage(request, consultation):
    wanted = request.GET.get(PASSAGE, "")
    if not wanted:
        return None
    if not _number(wanted):
        raise Http404
    return get_object_or_404(
        Block.objects.select_related("edition__document").defer("html", "edition__source"),
        pk=wanted,
        edition__consultation_editions__consultation=consultation,
        edition__document__in=readable_documents(request.user),
    )


def _consultation(request, pk, slug, name):
    """(Consultation, redirect to its own address or None)."""
    found = get_object_or_404(
        Consultation.objects.select_related("agency", "opens", "closes"), pk=pk
    )
    if not feedback_rules.may_see(request.user, found) or found.announced_at is None:
        raise Http404
    if slug != found.slug:
        return found, redirect(name, pk=pk, slug=found.slug, permanent=True)
    return found, None
