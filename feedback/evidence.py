"""Consultations prove tasks: the one place where feedback speaks to campaigns about evidence.

What is shown is the consultation itself, never an opinion or how many there were.
"""

from django.db.models import Q
from django.urls import reverse

from campaigns import actions as campaigns
from campaigns.models import Evidence
from campaigns.registry import MOST, EvidenceSource, Found
from feedback.models import Consultation
from portal.common import clock

SOURCE_KIND = "feedback.consultation"


def _held(agency):
    """Announced consultations that have opened, of `agency` or with it on the ladder."""
    return (
        Consultation.objects.filter(
            Q(agency=agency) | Q(nodes__agency=agency) | Q(nodes__handled_by=agency),
            state=Consultation.State.ANNOUNCED,
            opens__at__lte=clock.now(),
        )
        .distinct()
        .select_related("opens")
        .order_by("-opens__at", "-id")
    )


def _found(consultation):
    return Found(
        id=str(consultation.pk),
        title=consultation.title,
        url=reverse("feedback:consultation", args=[consultation.pk, consultation.slug]),
        on=consultation.opens.resolved_on,
    )


def search(agency, words):
    """Consultations `agency` held or took part in, newest first. 1 query."""
    rows = _held(agency)
    for word in words.split()[:12]:
        rows = rows.filter(title__icontains=word)
    return [_found(row) for row in rows[:MOST]]


def find(agency, source_id):
    """The consultation of this key, if `agency` held it or took part."""
    if not source_id.isascii() or not source_id.isdigit() or len(source_id) > 18:
        return None
    row = _held(agency).filter(pk=int(source_id)).first()
    return _found(row) if row else None


def retract(consultation, *, actor):
    """A cancelled consultation shows nothing any more."""
    campaigns.retract_evidence(actor=actor, source_kind=SOURCE_KIND, source_id=consultation.pk)


SOURCE = EvidenceSource(kind=Evidence.Kind.CONSULTATION, search=search, find=find)
