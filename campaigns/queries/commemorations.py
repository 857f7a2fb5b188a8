"""Recurring days with their next occurrences, and the plans that may mark them."""

from dataclasses import dataclass

from django.db.models import Count, F, Q

from campaigns.models import Commemoration, Event, Plan
from campaigns.rules import access, anniversaries
from portal.agencies.rules import grants_of


@dataclass(frozen=True)
class Occurrence:
    """One occurrence of a recurring day as lists show it."""

    event: Event
    years: int | None
    stands_out: str


@dataclass
class CommemorationRow:
    """A recurring day and what comes next of it (None when nothing does)."""

    row: Commemoration
    next: Occurrence | None = None
    plans: int = 0


def commemorations(day, *, words="", stands_out=False, inactive=False):
    """CommemorationRows in the order of what comes next from `day` on. Two queries."""
    rows = Commemoration.objects.select_related("host").filter(active=not inactive)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(host__name__icontains=words))
    rows = list(rows)
    ahead = {}
    for event in coming(day).filter(commemoration__in=rows):
        ahead.setdefault(event.commemoration_id, event)
    found = []
    for row in rows:
        event = ahead.get(row.pk)
        shown = occurrence(event) if event else None
        found.append(CommemorationRow(row, shown, event.marks if event else 0))
    if stands_out:
        found = [item for item in found if item.next and item.next.stands_out]
    return sorted(
        found,
        key=lambda item: (
            item.next is None,
            item.next.event.opens if item.next else day,
            item.row.pk,
        ),
    )


def coming(day):
    """Occurrences from `day` on, the nearest first, with `marks`: how many plans mark them."""
    return (
        Event.objects.filter(commemoration__isnull=False, planned_opens__gte=day)
        .select_related("commemoration", "host")
        .annotate(marks=Count("plan_events"))
        .order_by("planned_opens", "pk")
    )


def occurrence(event):
    """The Occurrence of an event whose commemoration is loaded."""
    row = event.commemoration
    years = anniversaries.years_since(row.origin_year, event.occurrence_year)
    return Occurrence(event, years, anniversaries.standing_out(years, row.round_rule))


def editable_plans(user):
    """Plans that `user` may change, newest first."""
    return (
        Plan.objects.filter(
            issuer__in=grants_of(user).agency_ids(access.DRAFTERS), state__in=access.EDITABLE
        )
        .select_related("document")
        .order_by(F("document__issued_on").desc(nulls_first=True), "-id")
    )
