"""The front page: where the campaign stands, what may be commented on, what is new.

Costs a fixed number of queries and neither touches the session nor sets a cookie, so that the page
cache may keep it for every reader.
"""

import datetime as dt

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from campaigns import queries as campaigns
from campaigns.models import Event
from campaigns.rules.names import event_name
from feedback import queries as feedback
from feedback.models import Consultation
from feedback.rules import phase_of
from portal.common import clock, display, pagecache, timeline
from portal.news import queries as news
from portal.news.queries import front, microsites

LATEST = 5
COLUMNS = 4
CONSULTATIONS = 4
DATES = 6
OWN_DATES = dt.timedelta(days=180)


@pagecache.public_page()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Trang chủ."""
    now = clock.now()
    today = clock.today(now)
    consultations = open_consultations(now, today)
    lead, latest = front.front_page(now, LATEST)
    agencies = news.publishing_agencies(now)[:COLUMNS]
    running = campaigns.running_campaign(today)
    context = {
        "band": band(running, today, consultations)
        | {"site": running and microsites.microsite_of(running.plan, now)},
        "consultations": consultations,
        "dates": coming_dates(today, running.plan if running else None, consultations),
        "lead": lead,
        "latest": latest,
        "by_agency": news.latest_by_agency(now, agencies),
        "levels": congresses_by_level(today),
    }
    return render(request, "portal/home.html", context)


# --- The red band -------------------------------------------------------------------------


def phase_note(start: dt.date | None, end: dt.date | None, state: str, today: dt.date) -> str:
    """A few words about the time of a phase, as seen today."""
    if state == "active" and end:
        return display.relative_days(end, today)
    if state == "upcoming" and start:
        return _("từ %s") % display.day_month(start)
    if state == "ended" and end:
        return _("đã xong %s") % display.day_month(end)
    if start and not end:
        return _("chưa định ngày kết thúc")
    return _("chưa xác định")


def band(running, today: dt.date, consultations: list[dict]) -> dict:
    """What the red band says on `today`; with no campaign running, what the portal is for."""
    draft = next((c["url"] for c in consultations if c["state"] == "open"), "")
    if running is None:
        return {
            "plan": None,
            "title": _("Tuyên truyền đại hội đảng các cấp"),
            "text": _(
                "Kế hoạch, tin tức của các cơ quan, dự thảo văn kiện và việc lấy ý kiến ở một nơi."
            ),
            "draft_url": draft,
            "days": None,
        }
    page = running.outline
    current = leading_phase(page.tracks, page.current, running.event)
    head, rest = timeline.split_title(current.title)
    kicker = [head, rest, _("đang diễn ra")]
    event = running.event
    return {
        "plan": {
            "url": running.plan.get_absolute_url(),
            "symbol": running.plan.document.symbol or "",
        },
        "kicker": " · ".join(part for part in kicker if part),
        "title": _("Tiến tới %s") % event_name(event) if event else running.plan.title,
        "text": lead_text(current.themes),
        "draft_url": draft,
        "days": running.days_left,
        "days_label": _("ngày nữa") if running.days_left else _("khai mạc hôm nay"),
        "events": band_events(page.events, today),
        "strip": strip(page.tracks, current, today),
    }


def leading_phase(tracks, active, event):
    """The active phase the band speaks of.

    It stands in the track that hangs on the congress whose days are counted, else in the first
    track; of phases that overlap there it is the one that began last.
    """

    def hangs_on_event(track) -> bool:
        owners = {
            side.boundary.event_id
            for view in track.phases
            for side in (view.starts, view.ends)
            if side.boundary
        }
        return event is not None and event.pk in owners

    rank = {
        view.phase.pk: (hangs_on_event(track), -place)
        for place, track in enumerate(tracks)
        for view in track.phases
    }
    return max(active, key=lambda v: (rank[v.phase.pk], v.starts.on or dt.date.min))


def lead_text(themes) -> str:
    """The first themes of a phase as one sentence."""
    texts = [theme.text.rstrip(".") for theme in themes[:3]]
    texts[1:] = [text[:1].lower() + text[1:] for text in texts[1:]]
    return "; ".join(texts) + "." if texts else ""


def band_events(views, today: dt.date) -> list[dict]:
    """The next two congresses of the plan: dated ones first, then those still without a date."""
    rows = []
    for view in views:
        if view.event.kind != Event.Kind.CONGRESS or (view.closes and view.closes < today):
            continue
        if view.opens and view.opens >= today:
            when = _("Khai mạc %(weekday)s, %(date)s") % {
                "weekday": display.weekday_vi(view.opens),
                "date": display.date_vi(view.opens),
            }
        elif view.opens:
            when = _("Đang diễn ra, đến %s") % display.date_vi(view.closes or view.opens)
        else:
            words = view.event.expected_words or _("ngày chưa xác định")
            when = _("Thời gian: %s") % words
        rows.append(
            (
                view.opens or dt.date.max,
                {
                    "name": event_name(view.event),
                    "when": when,
                    "url": view.event.get_absolute_url(),
                },
            )
        )
    rows.sort(key=lambda row: row[0])
    return [row for _on, row in rows[:2]]


def strip(tracks, current, today: dt.date) -> dict | None:
    """Phases on months for wide screens, and as a list for phones.

    All of the current phase's track; of the other tracks what is under way now, without its
    number, which counts in a track of its own.
    """
    main = next(t for t in tracks if any(p.phase.pk == current.phase.pk for p in t.phases))
    views = [(view, True) for view in main.phases]
    views += [
        (view, False)
        for track in tracks
        if track is not main
        for view in track.phases
        if view.state == "active"
    ]
    phases = []
    for view, own in views:
        head, rest = timeline.split_title(view.title)
        start, end = view.starts.on, view.ends.on
        phases.append(
            {
                "title": head if own or not rest else rest,
                "text": rest if own else "",
                "start": start,
                "end": end,
                "open_end": end is None,
                "state": view.state,
                "note": phase_note(start, end, view.state, today),
            }
        )
    return timeline.window(phases, today=today)


# --- Consultations, dates, levels ---------------------------------------------------------


def open_consultations(now: dt.datetime, today: dt.date) -> list[dict]:
    """Consultations that are open or to come, the one that closes first at the head."""
    rows = []
    for row in feedback.announced_in_order(now)[: CONSULTATIONS * 2]:
        state = phase_of(row, now)
        if state != "closed" and len(rows) < CONSULTATIONS:
            rows.append((row, state))
    return consultation_lines(rows, today)


def consultation_lines(rows, today: dt.date) -> list[dict]:
    """What pages say of consultations: rows [(Consultation, its phase)]. One query."""
    totals = feedback.totals([row.pk for row, _state in rows], day=today)
    return [_consultation(row, state, totals.get(row.pk, 0), today) for row, state in rows]


def _names(names) -> str:
    """ "Đảng viên, công chức, nhân dân" from names that each begin with a capital."""
    text = ", ".join(name[:1].lower() + name[1:] for name in names)
    return text[:1].upper() + text[1:]


def _consultation(row: Consultation, state: str, total: int, today: dt.date) -> dict:
    editions = [link.edition for link in row.consultation_editions.all()]
    facts = [_("Dự thảo lần %d") % e.n for e in editions[:1]] + [str(row.agency)]
    pointing = row.mode == Consultation.Mode.POINTING
    opens, closes = row.opens.resolved_on, row.closes.resolved_on
    if pointing:
        facts.append(_("Góp ý qua kênh của cấp trên"))
    return {
        "title": row.title,
        "url": reverse("feedback:consultation", args=[row.pk, row.slug]),
        "facts": facts,
        "groups": _names(group.name for group in row.groups.all()),
        "counts": [{"n": total, "what": _("lượt ý kiến")}] if total >= 5 else [],
        "closes": closes,
        "days": (closes - today).days if closes else None,
        "range": _("Ngày mở chưa xác định") if opens is None else display.date_range(opens, closes),
        "state": state,
        "pointing": pointing,
    }


def coming_dates(today: dt.date, plan, consultations: list[dict]) -> list[dict]:
    """ "Mốc sắp tới": first what the running plan and the consultations hang on, then the rest."""
    own = campaigns.upcoming(first=today, last=today + OWN_DATES, plan=plan) if plan else []
    # Whose phases these are is plain; how far off they are is what the reader wants.
    rows = [
        date_row(row, today)
        | ({} if row.kind == "commemoration" else {"note": display.relative_days(row.on, today)})
        for row in _opening_days(own)
    ]
    rows += [
        {
            "date": item["closes"],
            "show_year": item["closes"].year != today.year,
            "text": _("Hết hạn góp ý: %s") % item["title"],
            "note": display.relative_days(item["closes"], today),
            "url": item["url"],
            "kind": "consultation",
        }
        for item in consultations
        if item["state"] == "open" and item["closes"]
    ]
    rows = sorted(rows, key=lambda row: row["date"])[:DATES]
    if len(rows) < DATES:
        known = {(row.on, row.kind, row.url) for row in own}
        others = _opening_days(campaigns.upcoming(first=today, limit=DATES * 3))
        more = [row for row in others if (row.on, row.kind, row.url) not in known]
        rows += [date_row(row, today) for row in more[: DATES - len(rows)]]
    return sorted(rows, key=lambda row: row["date"])


def _opening_days(rows) -> list:
    """Without the closing of an event whose opening is in the list as well."""
    opening = {row.url for row in rows if row.kind == "opens"}
    return [row for row in rows if row.kind != "closes" or row.url not in opening]


KINDS = {
    "phase_starts": gettext_lazy("Bắt đầu %s"),
    "phase_ends": gettext_lazy("Kết thúc %s"),
    "opens": gettext_lazy("Khai mạc %s"),
    "closes": gettext_lazy("Bế mạc %s"),
    "commemoration": "%s",
}


def date_row(row, today: dt.date) -> dict:
    """One entry of "Mốc sắp tới" from a `campaigns.queries.Upcoming`."""
    of_event = row.kind in {"opens", "closes"}
    coming = display.relative_days(row.on, today) if row.on >= today else ""
    note = row.context if row.kind.startswith("phase") else coming
    return {
        "date": row.on,
        "show_year": row.on.year != today.year,
        "text": KINDS[row.kind] % row.title,
        "note": _("Ngày kỷ niệm") if row.kind == "commemoration" else note,
        "url": row.url,
        "kind": "congress" if of_event else row.kind,
    }


def congresses_by_level(today: dt.date) -> list[dict]:
    """Per level of the running term: congresses that have closed, of all that are entered."""
    closed = Q(actual_closes__lt=today) | Q(actual_closes=None, planned_closes__lt=today)
    rows = (
        Event.objects.filter(kind=Event.Kind.CONGRESS, host__isnull=False)
        .filter(term_start__lte=today.year, term_end__gt=today.year)
        .values("host__level__name", "host__level__order")
        .annotate(total=Count("pk"), done=Count("pk", filter=closed))
        .order_by("-host__level__order")
    )
    return [
        {"name": row["host__level__name"], "done": row["done"], "total": row["total"]}
        for row in rows
        if row["total"] > 1
    ]
