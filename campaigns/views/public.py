"""What everybody may read: plans, congresses and other events."""

import datetime as dt

from django.db.models import F
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from campaigns import queries
from campaigns.filters import EventFilter, PlanFilter
from campaigns.models import Event
from campaigns.queries import ahead
from campaigns.queries.amendments import amendments_of
from campaigns.registry import plan_pages
from campaigns.rules import access
from campaigns.rules.names import event_name
from campaigns.views.cascade import may_derive
from portal.common import clock, pagecache
from portal.common.paging import paginate
from portal.common.timeline import layout
from portal.official.queries import basis_chain, current_copy

#: A plan's page shows what lies so far ahead, and so many days of it.
COMING, COMING_SHOWN = dt.timedelta(days=30), 8


@pagecache.public_page(trang=pagecache.page_number)
def plan_list(request):
    """Plans this reader may see, with the phases that run today."""
    found = PlanFilter(request.GET, queryset=queries.visible_plans(request.user))
    page = paginate(request, found.qs, per_page=20)
    plans = list(page)
    current = queries.current_phases(plans, clock.today())
    rows = [{"plan": plan, "current": current.get(plan.pk, [])} for plan in plans]
    return render(request, "campaigns/list.html", {"filter": found, "page": page, "rows": rows})


@pagecache.public_page()
def plan(request, slug, pk):
    """One plan. Tasks only for those concerned; the public sees phases and themes."""
    found = get_object_or_404(queries.visible_plans(request.user), pk=pk)
    if slug != found.slug:
        return redirect(found.get_absolute_url(), permanent=True)
    now = clock.now()
    page = queries.plan_page(found, user=request.user, day=clock.today(now))
    return render(
        request,
        "campaigns/plan.html",
        {
            "plan": found,
            "p": page,
            "timeline": _timeline(page),
            "coming": ahead.of_page(page, page.day, page.day + COMING)[:COMING_SHOWN],
            "has_calendar": found.state in access.PUBLIC and not found.is_template,
            "copy": current_copy(found.document),
            "chain": basis_chain(found.document, request.user),
            "amendments": amendments_of(found),
            "has_phase_themes": any(phase.themes or phase.forms for phase in page.phases),
            "derive_url": may_derive(request, found),
            "beside": [found_page for _app, find in plan_pages if (found_page := find(found, now))],
            "may_work": page.sees_all_tasks or bool(page.tasks),
            "work_url": reverse("campaigns:manage", args=[found.pk])
            if page.sees_all_tasks
            else reverse("campaigns:my_assignments"),
        },
    )


@pagecache.public_page(trang=pagecache.page_number)
def event_list(request):
    """Congresses and other events, those without a day included."""
    rows = queries.events().select_related("host__level")
    if not request.GET.get("loai"):
        rows = rows.filter(kind=Event.Kind.CONGRESS)
    found = EventFilter(request.GET, queryset=rows)
    page = paginate(
        request, found.qs.order_by(F("opens_on").desc(nulls_first=True), "slug"), per_page=30
    )
    day = clock.today()
    shown = [{"event": event, "state": _event_state(event, day)} for event in page]
    return render(request, "campaigns/events.html", {"filter": found, "page": page, "rows": shown})


@pagecache.public_page()
def event(request, slug):
    """One congress or other event: its dates, the plans that serve it, the phases bound to it."""
    found = get_object_or_404(
        Event.objects.select_related("host", "previous__host", "commemoration"), slug=slug
    )
    page = queries.event_page(found, user=request.user, day=clock.today())
    return render(
        request,
        "campaigns/event.html",
        {"event": found, "p": page, "state": _event_state(found, page.day)},
    )


def _event_state(event, day):
    if event.opens is None and event.closes is None:
        return "undetermined"
    opens, closes = event.opens or event.closes, event.closes or event.opens
    if day > closes:
        return "ended"
    return "active" if day >= opens else "upcoming"


def _timeline(page):
    """The data of the timeline component, or None for a plan without a single day."""
    tracks = [
        {
            "title": track.title,
            "phases": [
                {
                    "title": phase.title,
                    "text": phase.phase.summary,
                    "start": phase.starts.on,
                    "end": phase.ends.on,
                    "open_end": phase.ends.open,
                    "state": phase.state,
                    "url": f"#dot-{phase.phase.pk}",
                }
                for phase in track.phases
            ],
        }
        for track in page.tracks
        if track.phases
    ]
    marks = [
        {
            "on": view.opens or view.closes,
            "title": event_name(view.event),
            "url": view.event.get_absolute_url(),
            "kind": view.event.kind,
        }
        for view in page.events
        if view.opens or view.closes
    ]
    commemorations = [m for m in marks if m["kind"] == Event.Kind.COMMEMORATION]
    congresses = [m | {"kind": "congress"} for m in marks if m not in commemorations]
    return layout(
        tracks,
        today=page.day,
        congresses=congresses,
        commemorations=[m | {"kind": "commemoration"} for m in commemorations],
    )
