"""Events: lists and the page of one (congress page)."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from campaigns.models import Event, Phase, Plan
from campaigns.queries.plans import phase_views, visible_plans
from portal.common import clock

#: So many plans, and so many phases, stand on the page of an event; the rest is in the list.
SHOWN = 20


@dataclass
class EventPage:
    """Everything the page of an event shows on `day`.

    `plans` serve it, the first SHOWN of them from the highest level down, `plan_count` how many
    there are; `phases` (PhaseViews with `phase.track.plan`) are bound to it themselves, likewise;
    `changes` are the moves of its dates, newest first. `days_left` until it opens, 0 while it sits,
    None when it is over or has no day.
    """

    event: Event
    day: dt.date
    plans: list[Plan] = field(default_factory=list)
    plan_count: int = 0
    phases: list = field(default_factory=list)
    changes: list = field(default_factory=list)
    following: list[Event] = field(default_factory=list)
    days_left: int | None = None


def events(kind=None):
    """Events with host, those to come or latest first, those without a day last."""
    rows = Event.objects.select_related("host").annotate(
        opens_on=Coalesce(
            "actual_opens", "expected_opens", "planned_opens",
            "actual_closes", "expected_closes", "planned_closes",
        )
    )  # fmt: skip
    if kind is not None:
        rows = rows.filter(kind=kind)
    return rows.order_by(F("opens_on").desc(nulls_last=True), "slug")


def event_page(event, *, user, day=None):
    """The EventPage of `event` for `user`."""
    day = day or clock.today()
    plans = visible_plans(user)
    phases = (
        Phase.objects.filter(
            Q(starts__event=event) | Q(ends__event=event), track__plan__in=plans.order_by()
        )
        .select_related("starts__event__host", "ends__event__host", "track__plan")
        .order_by("track__plan_id", "track__position", "position", "id")
    )
    serving = plans.filter(plan_events__event=event).order_by(
        "issuer__level__order", "issuer__protocol_no", "issuer__sort_key", "-id"
    )
    page = EventPage(
        event=event,
        day=day,
        plans=list(serving[:SHOWN]),
        plan_count=serving.count(),
        phases=phase_views(list(phases[: SHOWN * 2]), day),
        changes=list(event.changes.select_related("made_by").order_by("-id")[:10]),
        following=list(event.following.select_related("host").order_by("term_start", "id")),
    )
    closes = event.closes or event.opens
    if event.opens and closes >= day:
        page.days_left = max((event.opens - day).days, 0)
    return page
