"""Consultations as owners of boundaries: how the graph names them when their dates move."""

from django.urls import reverse

from campaigns.registry import Described, Owner
from campaigns.rules.specs import END, START
from feedback.models import Consultation

OWNER_KIND = "feedback.consultation"


def describe(ids):
    """{boundary id: Described} of openings and closings. Two queries."""
    found = {}
    for side, field in ((START, "opens_id"), (END, "closes_id")):
        rows = Consultation.objects.filter(**{f"{field}__in": ids})
        for pk, slug, title, state, boundary_id in rows.values_list(
            "pk", "slug", "title", "state", field
        ):
            found[boundary_id] = Described(
                name=title,
                side=side,
                context=title,
                context_key=f"{OWNER_KIND}:{pk}",
                url=reverse("feedback:consultation", args=[pk, slug]),
                live=state == Consultation.State.ANNOUNCED,
            )
    return found


OWNER = Owner(describe=describe)
