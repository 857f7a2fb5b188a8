"""What lies ahead: phases that start or end, tasks and reports due, congresses.

The public sees phases and events of public plans; a person who works sees besides what is due of
their own units, as long as it is not done.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Assignment, Event, Phase, Plan, UnitReport
from campaigns.rules import access
from campaigns.rules.names import event_name, plan_path
from portal.common import clock

START, END, TASK, REPORT, EVENT = "start", "end", "task", "report", "event"
#: So many entries of one kind at most.
MOST = 300


@dataclass(frozen=True)
class Entry:
    """One day to know of. `key` is stable; `revision` grows when the day moves."""

    kind: str
    on: dt.date
    title: str
    note: str
    url: str
    key: str
    revision: int = 0


def public_entries(plan, first, last):
    """[Entry] of a public plan from `first` to `last`, by day. Three queries."""
    entries = _phases(Q(track__plan=plan), first, last)
    entries += _events(Q(plans=plan), first, last)
    return _sorted(entries)


def my_entries(user, first, last):
    """[Entry] of all that concerns the units `user` works for, by day. Five queries."""
    ids = access.own_agency_ids(user)
    mine = Q(agency_id__in=ids) | Q(responsible=user)
    held = Assignment.objects.filter(mine).order_by().values("task__plan")
    plans = Plan.objects.filter(state=Plan.State.ISSUED).filter(
        Q(issuer_id__in=ids) | Q(pk__in=held)
    )
    plans = plans.order_by().values("pk")
    entries = _phases(Q(track__plan__in=plans), first, last)
    entries += _events(Q(plans__in=plans) | Q(host_id__in=ids), first, last)
    entries += _tasks(mine, first, last)
    entries += _reports(ids, first, last)
    return _sorted(entries)


def of_page(page, first, last):
    """[Entry] of the phases and events of a PlanPage, which has read them already. No query."""
    entries = []
    for view in page.phases:
        for kind, limit, words in (
            (START, view.starts, _("%s bắt đầu")),
            (END, view.ends, _("%s kết thúc")),
        ):
            if limit.on is not None and first <= limit.on <= last:
                url, key = f"#dot-{view.phase.pk}", f"moc-{limit.boundary.pk}"
                entries.append(Entry(kind, limit.on, words % view.title, "", url, key))
    for view in page.events:
        on = view.opens or view.closes
        if on is not None and first <= on <= last:
            url, key = view.event.get_absolute_url(), f"su-kien-{view.event.pk}"
            entries.append(Entry(EVENT, on, event_name(view.event), view.event.place, url, key))
    return _sorted(entries)


def by_week(entries):
    """[(Monday, [Entry])] of entries in order."""
    weeks = {}
    for entry in entries:
        monday = entry.on - dt.timedelta(days=entry.on.weekday())
        weeks.setdefault(monday, []).append(entry)
    return list(weeks.items())


def _sorted(entries):
    order = [EVENT, END, TASK, REPORT, START]
    return sorted(entries, key=lambda e: (e.on, order.index(e.kind), e.title, e.key))


def _phases(condition, first, last):
    entries = []
    for kind, field, words in (
        (START, "starts", _("%s bắt đầu")),
        (END, "ends", _("%s kết thúc")),
    ):
        rows = Phase.objects.filter(condition, **{f"{field}__resolved_on__range": (first, last)})
        rows = rows.order_by(f"{field}__resolved_on", "pk").values_list(
            "title", f"{field}__resolved_on", f"{field}_id", f"{field}__revision",
            "track__plan_id", "track__plan__slug", "track__plan__title",
            "track__plan__document__symbol",
        )[:MOST]  # fmt: skip
        for title, on, boundary_id, revision, plan_id, slug, plan_title, symbol in rows:
            entries.append(
                Entry(
                    kind, on, words % title, symbol or plan_title, plan_path(slug, plan_id),
                    f"moc-{boundary_id}", revision,
                )
            )  # fmt: skip
    return entries


def _events(condition, first, last):
    counts = Coalesce("actual_opens", "expected_opens", "planned_opens")
    rows = Event.objects.filter(condition).annotate(day=counts)
    rows = rows.filter(day__range=(first, last)).select_related("host").distinct()
    return [
        Entry(
            EVENT, event.day, event_name(event), event.place, event.get_absolute_url(),
            f"su-kien-{event.pk}", event.lock_version,
        )
        for event in rows.order_by("day", "pk")[:MOST]
    ]  # fmt: skip


def _tasks(mine, first, last):
    """One entry a task, whatever the number of my units; it leads to mine if there is one."""
    rows = Assignment.objects.filter(
        mine, task__plan__state=Plan.State.ISSUED, task__due__resolved_on__range=(first, last)
    ).exclude(state=Assignment.State.DONE)
    found = {}
    for pk, task_id, title, on, boundary_id, revision, plan_title, symbol in rows.order_by(
        "task__due__resolved_on", "task_id", "pk"
    ).values_list(
        "pk", "task_id", "task__title", "task__due__resolved_on", "task__due_id",
        "task__due__revision", "task__plan__title", "task__plan__document__symbol",
    )[:MOST]:  # fmt: skip
        many = task_id in found
        url = (
            reverse("campaigns:my_assignments")
            if many
            else reverse("campaigns:assignment", args=[pk])
        )
        words, key = _("Hạn: %s") % title, f"moc-{boundary_id}"
        found[task_id] = Entry(TASK, on, words, symbol or plan_title, url, key, revision)
    return list(found.values())


def _reports(agency_ids, first, last):
    rows = UnitReport.objects.filter(
        agency_id__in=agency_ids,
        period__series__plan__state=Plan.State.ISSUED,
        period__deadline_at__gte=clock.start_of_day(first),
        period__deadline_at__lte=clock.end_of_day(last),
    ).exclude(state=UnitReport.State.CONFIRMED)
    return [
        Entry(
            REPORT,
            # A deadline at midnight is the end of the day before.
            clock.today(report.period.deadline_at - dt.timedelta(seconds=1)),
            _("Hạn báo cáo: %s") % report.period.title,
            report.agency.short_name or report.agency.name,
            reverse("campaigns:report", args=[report.pk]),
            f"bao-cao-{report.pk}",
            report.period.revision,
        )
        for report in rows.select_related("period", "agency").order_by("period__deadline_at", "pk")[
            :MOST
        ]
    ]
