"""The running campaign and what comes next: home page, calendar, "Mốc sắp tới"."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Max, Q
from django.db.models.functions import Coalesce

from campaigns.models import Event, Phase, Plan
from campaigns.queries.plans import Outline, outline
from campaigns.rules import access
from campaigns.rules.names import event_name
from campaigns.rules.states import UPCOMING
from portal.common import clock


@dataclass
class Running:
    """The campaign that runs on `day`.

    `outline` tells its phases and events, `phases` are the PhaseViews active by then, `next_phase`
    the next one to start; `event` is the next congress the plan serves (without one, the next
    event) and `days_left` how many days until it opens (0 while it sits).
    """

    plan: Plan
    day: dt.date
    outline: Outline
    next_phase: object = None
    event: Event | None = None
    days_left: int | None = None

    @property
    def phases(self):
        return self.outline.current


@dataclass(frozen=True)
class Upcoming:
    """A day that comes: `kind` is phase_starts, phase_ends, opens, closes or commemoration."""

    on: dt.date
    kind: str
    title: str
    context: str
    url: str


def running_campaign(day=None):
    """The Running campaign, or None.

    Of the plans in force with an active phase the one whose phase began last, so that an old plan
    with an open end does not hide the present one; or the plan it carries out, while that runs too.
    """
    day = day or clock.today()
    plan = _running_plan(day)
    if plan is None:
        return None
    told = outline(plan, day)
    later = [v for v in told.phases if v.state == UPCOMING]
    result = Running(
        plan=plan,
        day=day,
        outline=told,
        next_phase=min(later, key=lambda v: v.starts.on, default=None),
    )
    result.event, result.days_left = next_event(told)
    return result


def next_event(told):
    """(event, days until it opens, 0 while it sits) of an Outline; (None, None) without one.

    What people count the days to is the congress, not the commemoration before it.
    """
    coming = []
    for view in told.events:
        opens = view.opens
        if opens and (view.closes or opens) >= told.day:
            coming.append((opens, view.event))
    if not coming:
        return None, None
    opens, event = min(
        coming, key=lambda pair: (pair[1].kind != Event.Kind.CONGRESS, pair[0], pair[1].pk)
    )
    return event, max((opens - told.day).days, 0)


def _running_plan(day):
    """The Plan of `running_campaign`. Two queries, of one row for each running plan."""
    active = Phase.objects.filter(
        Q(starts__resolved_on__lte=day) | Q(starts__kind="open"),
        Q(ends__resolved_on__gte=day) | Q(ends__kind="open"),
        track__plan__state=Plan.State.ISSUED,
    )
    rows = active.values_list("track__plan_id", "track__plan__implements_id")
    # A phase that was always open began before all others.
    running = list(rows.annotate(last=Max(Coalesce("starts__resolved_on", dt.date.min))))
    if not running:
        return None
    above = {plan: implements for plan, implements, _last in running}
    plan, _implements, _last = max(running, key=lambda row: (row[2], row[0]))
    while above[plan] in above:
        plan = above[plan]
    return Plan.objects.select_related("document", "issuer").get(pk=plan)


def upcoming(*, first=None, last=None, limit=None, plan=None):
    """Upcoming days from `first` (today) to `last` (90 days on), both inclusive, by date.

    Starts and ends of phases of public plans, and openings and closings of events; two queries.
    Without `plan`, phases that a unit took over from its superior's plan are left out: they would
    say the same day once more for every unit.
    """
    first = first or clock.today()
    last = last or first + dt.timedelta(days=90)
    found = _phase_days(first, last, plan) + _event_days(first, last, plan)
    found.sort(key=lambda u: (u.on, u.kind, u.title))
    return found[:limit]


def _phase_days(first, last, plan):
    within = Q(starts__resolved_on__range=(first, last)) | Q(ends__resolved_on__range=(first, last))
    rows = Phase.objects.filter(within, track__plan__state__in=access.PUBLIC)
    rows = rows.filter(derived_from=None) if plan is None else rows.filter(track__plan=plan)
    found = []
    for phase in rows.select_related("starts", "ends", "track__plan"):
        owner = phase.track.plan
        for kind, on in (
            ("phase_starts", phase.starts.resolved_on),
            ("phase_ends", phase.ends.resolved_on),
        ):
            if on and first <= on <= last:
                url = owner.get_absolute_url()
                found.append(Upcoming(on, kind, phase.title, owner.title, url))
    return found


def _event_days(first, last, plan):
    rows = Event.objects.annotate(
        opens_on=Coalesce("actual_opens", "expected_opens", "planned_opens"),
        closes_on=Coalesce("actual_closes", "expected_closes", "planned_closes"),
    ).filter(Q(opens_on__range=(first, last)) | Q(closes_on__range=(first, last)))
    if plan is not None:
        rows = rows.filter(plans=plan)
    found = []
    for event in rows.select_related("host"):
        name, url = event_name(event), event.get_absolute_url()
        host = event.host.name if event.host_id else ""
        if event.kind == Event.Kind.COMMEMORATION:
            on = event.opens_on or event.closes_on
            if first <= on <= last:
                found.append(Upcoming(on, "commemoration", name, host, url))
            continue
        if event.opens_on and first <= event.opens_on <= last:
            found.append(Upcoming(event.opens_on, "opens", name, host, url))
        if event.closes_on and first <= event.closes_on <= last:
            found.append(Upcoming(event.closes_on, "closes", name, host, url))
    return found
