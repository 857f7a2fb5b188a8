"""Chuyên trang: what a campaign has for its readers, under one address.

Brings together plan, news, drafts and consultations. Shows what everybody may know: phases, themes
and dates of the plan; tasks, progress and lateness are internal and are never read here.
"""

import datetime as dt
from dataclasses import dataclass

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaigns import queries as campaigns
from campaigns.models import Event
from campaigns.rules.names import event_name
from documents import queries as documents
from feedback import queries as feedback
from feedback.rules import phase_of
from portal.common import clock, display, pagecache, timeline
from portal.common.addresses import absolute
from portal.common.paging import paginate
from portal.news import rules
from portal.news.queries import front
from portal.news.queries import microsites as queries
from portal.news.rules.leading import lead_and_rest
from portal.views.front import consultation_lines, phase_note

PER_PAGE = 12
#: Besides the lead so many stories stand at the head of the page.
BESIDE_LEAD = 3
CONSULTATIONS, DRAFTS, CONTRIBUTORS = 4, 6, 24


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def microsites(request: HttpRequest) -> HttpResponse:
    """All chuyên trang that are open, the newest first."""
    now = clock.now()
    page = paginate(request, queries.opened_microsites(now), PER_PAGE)
    rows = [{"site": site, "closed": site.is_closed(now)} for site in page]
    return render(request, "portal/microsites.html", {"page": page, "rows": rows})


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def microsite(request: HttpRequest, slug: str) -> HttpResponse:
    """One chuyên trang: what goes on, its news, its phases, drafts, who takes part."""
    now = clock.now()
    site, preview = _found(request, slug, now)
    told = campaigns.outline(site.plan, clock.today(now))
    counts = queries.counts_by_phase(site, now)
    page = paginate(request, queries.campaign_news(site, now), PER_PAGE + 1 + BESIDE_LEAD)
    chapters = _chapters(site, told, counts)
    consultations = _consultations(feedback.of_plan(site.plan, now), now, told.day)
    contributors = queries.contributors(site, now)
    context = {
        **_common(site, told, now, preview),
        "page": page,
        **_stories(page, front.stories(now, campaign=site, limit=1 + BESIDE_LEAD)),
        "chapters": chapters,
        "current": [chapter for chapter in chapters if chapter.view.state == "active"],
        "timeline": _timeline(site, told),
        "consultations": consultations,
        "draft_url": next((c["url"] for c in consultations if c["state"] == "open"), ""),
        "drafts": _drafts(site),
        "contributors": contributors[:CONTRIBUTORS],
        "more_contributors": max(0, len(contributors) - CONTRIBUTORS),
    }
    return render(request, "portal/microsite.html", context)


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def microsite_phase(request: HttpRequest, slug: str, n: int) -> HttpResponse:
    """One phase of the campaign; `n` counts the phases of the plan in their order, from 1."""
    now = clock.now()
    site, preview = _found(request, slug, now)
    told = campaigns.outline(site.plan, clock.today(now))
    chapters = _chapters(site, told, {})
    if not 1 <= n <= len(chapters):
        raise Http404
    chapter = chapters[n - 1]
    page = paginate(request, queries.phase_news(site, chapter.view.phase, now), PER_PAGE)
    consultations = _consultations(
        feedback.of_plan(site.plan, now), now, told.day, within=chapter.view
    )
    context = {
        **_common(site, told, now, preview),
        "chapter": chapter,
        "before": chapters[n - 2] if n > 1 else None,
        "after": chapters[n] if n < len(chapters) else None,
        "many_tracks": len([track for track in told.tracks if track.phases]) > 1,
        "page": page,
        **_stories(page, []),
        "consultations": consultations,
        "drafts": _drafts(site),
    }
    return render(request, "portal/microsite_phase.html", context)


@dataclass(frozen=True)
class Chapter:
    """A phase as the pages of a campaign name it."""

    n: int
    view: object
    track: str
    head: str
    rest: str
    dates: str
    note: str
    count: int
    url: str


def _found(request, slug, now):
    """(Microsite, whether this is a preview). What is not open yet exists for its keepers only."""
    site = queries.find_microsite(slug)
    if site is None:
        raise Http404
    if site.is_opened(now):
        return site, False
    if not rules.may_preview_microsite(request.user, site):
        raise Http404
    return site, True


def _common(site, told, now, preview):
    event, days = campaigns.next_event(told)
    congress = event is not None and event.kind == Event.Kind.CONGRESS
    return {
        "site": site,
        "plan": site.plan,
        "preview": preview,
        "closed": site.is_closed(now),
        "countdown": _countdown(event, days, told.day) if congress else None,
        "canonical": absolute(site.get_absolute_url()),
    }


def _countdown(event, days, today):
    opens, closes = event.opens, event.closes or event.opens
    return {
        "days": days,
        "sits": opens <= today <= closes,
        "name": event_name(event),
        "url": event.get_absolute_url(),
        "dates": display.date_range(opens, closes),
        "place": event.place,
    }


def _chapters(site, told, counts):
    chapters = []
    for track in told.tracks:
        for view in track.phases:
            n = len(chapters) + 1
            head, rest = timeline.split_title(view.title)
            start, end = view.starts.on, view.ends.on
            chapters.append(
                Chapter(
                    n=n,
                    view=view,
                    track=track.title,
                    head=head if rest else _("Đợt"),
                    rest=rest or head,
                    dates=_dates(start, end, view.ends.open),
                    note=phase_note(start, end, view.state, told.day),
                    count=counts.get(view.phase.pk, 0),
                    url=reverse("microsite_phase", args=[site.slug, n]),
                )
            )
    return chapters


def _dates(start, end, open_end):
    if start and end:
        return display.date_range(start, end)
    if start:
        words = _("từ %s, để ngỏ ngày kết thúc") if open_end else _("từ %s")
        return words % display.date_vi(start)
    if end:
        return _("đến %s") % display.date_vi(end)
    return _("ngày chưa xác định")


def _stories(page, chosen):
    """Lead, those beside it, and the list: what was chosen stands at the head of the first page."""
    items = list(page.items)
    if page.number > 1:
        return {"lead": None, "beside": [], "stories": items}
    rest = [story for story in items if story not in chosen]
    if chosen:
        lead, others = chosen[0], chosen[1:] + rest
    elif rest:
        lead, others = lead_and_rest(rest, 1 + BESIDE_LEAD)
    else:
        return {"lead": None, "beside": [], "stories": []}
    return {"lead": lead, "beside": others[:BESIDE_LEAD], "stories": others[BESIDE_LEAD:]}


def _consultations(rows, now, today, *, within=None):
    """Consultations on the drafts of the campaign; those that touch the time of one phase."""
    found = [(row, phase_of(row, now)) for row in rows[: CONSULTATIONS * 3]]
    if within is not None:
        found = [pair for pair in found if _touches(pair[0], within)]
    return consultation_lines(found[:CONSULTATIONS], today)


def _touches(consultation, view):
    opens, closes = consultation.opens.resolved_on, consultation.closes.resolved_on
    start, end = view.starts.on, view.ends.on
    if start is None and end is None:
        return False
    return (opens or dt.date.min) <= (end or dt.date.max) and (closes or dt.date.max) >= (
        start or dt.date.min
    )


def _drafts(site):
    rows = documents.public_documents(AnonymousUser()).filter(event__plans=site.plan_id)
    return list(rows[:DRAFTS])


def _timeline(site, told):
    """The data of the timeline component; bars lead to the pages of the phases."""
    tracks, n = [], 0
    for track in told.tracks:
        bars = []
        for view in track.phases:
            n += 1
            bars.append(
                {
                    "title": view.title,
                    "start": view.starts.on,
                    "end": view.ends.on,
                    "open_end": view.ends.open,
                    "state": view.state,
                    "url": reverse("microsite_phase", args=[site.slug, n]),
                }
            )
        if bars:
            tracks.append({"title": track.title, "phases": bars})
    marks = {True: [], False: []}
    for view in told.events:
        on = view.opens or view.closes
        if on:
            kept = view.event.kind == Event.Kind.COMMEMORATION
            marks[kept].append(
                {
                    "on": on,
                    "title": event_name(view.event),
                    "url": view.event.get_absolute_url(),
                    "kind": "commemoration" if kept else "congress",
                }
            )
    return timeline.layout(
        tracks, today=told.day, congresses=marks[False], commemorations=marks[True]
    )
