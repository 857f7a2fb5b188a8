"""Rows of the progress pages: assignments with their state on a day, what shows them, one unit."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F

from campaigns.models import Assignment, Evidence
from campaigns.queries.handing import direct
from campaigns.queries.standing import in_paths, ordered, standing
from campaigns.rules.states import OVERDUE


@dataclass(frozen=True)
class StandingView:
    """An assignment as a table shows it on the day asked for."""

    assignment: Assignment
    state: str
    due_on: dt.date | None
    days_left: int | None
    evidence_count: int
    late_by: int  # days a finished one came after its due day, else 0

    @property
    def agency(self):
        return self.assignment.agency

    @property
    def task(self):
        return self.assignment.task


def rows_of(plan, at, paths=None, *, passed_on=True):
    """Assignments of `plan` that may be seen, each with `shown`; for filters and pages.

    Args:
        passed_on: also those that units gave on to units below them.
    """
    rows = in_paths(standing(plan, at), paths)
    if not passed_on:
        rows = direct(rows)
    return rows


def keys_of(rows):
    """The numbers of `rows` in their order: what is sorted and cut into pages."""
    return rows.values_list("pk", flat=True)


def views_of(plan, at, keys):
    """StandingViews of the assignments with these numbers, in this order; a few queries.

    Only the rows of a page are read whole: sorting 60.000 wide rows to show thirty is slow.
    """
    keys = list(keys)
    found = (
        standing(plan, at)
        .select_related("agency__level", "responsible", "task__due", "task__phase")
        .in_bulk(keys)
    )
    rows = [found[key] for key in keys if key in found]
    counts = dict(
        Evidence.objects.filter(assignment__in=rows, retracted_at=None)
        .filter(happened_on__lte=at.day)
        .values_list("assignment")
        .annotate(n=Count("pk"))
        .values_list("assignment", "n")
        if rows
        else ()
    )
    return [_view(row, at, counts.get(row.pk, 0)) for row in rows]


def _view(row, at, evidence):
    due = row.task.due
    due_on = due.resolved_on if due else None
    late_by = (row.done_on - due_on).days if row.done_on and due_on else 0
    return StandingView(
        assignment=row,
        state=row.shown,
        due_on=due_on,
        days_left=(due_on - at.day).days if due_on else None,
        evidence_count=evidence,
        late_by=max(late_by, 0),
    )


def most_late(plan, at, paths=None, limit=8):
    """StandingViews of the assignments that are late for the longest time."""
    rows = rows_of(plan, at, paths, passed_on=paths is not None).filter(shown=OVERDUE)
    # Of tasks that are late, as `shown` says; told to the database, it looks at nothing else.
    rows = rows.filter(task__due__resolved_on__lt=at.day)
    rows = rows.order_by("task__due__resolved_on", "agency__protocol_no", "agency__sort_key", "id")
    return views_of(plan, at, keys_of(rows)[:limit])


#: So many tasks of one unit stand in its panel, the others on its page.
IN_PANEL = 12


def unit_rows(plan, at, agency, phase="", paths=None):
    """Assignments of the unit itself; `phase` is an id, "null" (outside phases) or ""."""
    rows = rows_of(plan, at, paths).filter(agency=agency)
    if phase == "null":
        rows = rows.filter(task__phase=None)
    elif phase:
        rows = rows.filter(task__phase=phase)
    return ordered(rows)


def newest_evidence(plan, agency, at, limit=4):
    """What the unit showed last, newest first."""
    rows = Evidence.objects.filter(
        assignment__task__plan=plan, assignment__agency=agency, retracted_at=None
    ).filter(happened_on__lte=at.day)
    return rows.order_by(F("happened_on").desc(), "-id")[:limit]
