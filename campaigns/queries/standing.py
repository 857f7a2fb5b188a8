"""How far every unit stands with every task, on a day: today or one that is past.

What a past day looked like is rebuilt from what was kept: the day of completion that the unit
gave, the dated notes, the evidence by the day it was added. Due days are those of today (a date
that moved later is not moved back), and assignments that were taken back are gone.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When

from campaigns.models import Assignment, Evidence, ProgressNote, Task
from campaigns.rules.states import DOING, DONE, OVERDUE, TODO, WAITING
from portal.common import clock

#: In the order in which numbers are shown.
STATES = (DONE, WAITING, DOING, OVERDUE, TODO)


@dataclass(frozen=True)
class AsOf:
    """The day that is asked about; `past` when it is over."""

    day: dt.date
    past: bool = False

    @classmethod
    def of(cls, day, today):
        return cls(day, day < today)

    @property
    def ends(self):
        """The first instant after the day."""
        return clock.end_of_day(self.day)


@dataclass(frozen=True)
class TaskRow:
    """What the numbers need of a task."""

    pk: int
    phase_id: int | None
    form_id: int | None
    due_on: dt.date | None


def tasks_of(plan):
    """[TaskRow] of a plan: so few that the assignments need no join to know them."""
    rows = Task.objects.filter(plan=plan).order_by("id")
    return [TaskRow(*row) for row in rows.values_list("pk", "phase_id", "form_id", _DUE)]


_DUE = "due__resolved_on"


def standing(plan, at, tasks=None):
    """Assignments of `plan` that were there on the day, each with `shown`, one of STATES.

    Args:
        tasks: those of `tasks_of`, where they are at hand.
    """
    if tasks is None:
        tasks = tasks_of(plan)
    rows = Assignment.objects.filter(task__in=[task.pk for task in tasks])
    late = [task.pk for task in tasks if task.due_on and task.due_on < at.day]
    if not at.past:
        return rows.annotate(shown=_now(plan, late))
    notes = ProgressNote.objects.filter(
        ~Q(state=""), assignment=OuterRef("pk"), at__lt=at.ends
    ).order_by("-at", "-id")
    evidence = Evidence.objects.filter(assignment=OuterRef("pk"), added_at__lt=at.ends)
    shown_then = Q(retracted_at=None) | Q(retracted_at__gte=at.ends)
    # What was done by the day had been given by then, whenever it was entered here.
    there = Q(assigned_at__lt=at.ends) | Q(done_on__lte=at.day)
    return rows.filter(there).annotate(
        then=Subquery(notes.values("state")[:1]),
        begun=Exists(evidence.filter(shown_then)),
        shown=_then(plan, at, late),
    )


def in_paths(rows, paths, unit="agency"):
    """Those of `rows` whose `unit` stands in one of the tree `paths`; None lets all through."""
    if paths is None:
        return rows
    reach = Q(pk__in=[])
    for path in paths:
        reach |= Q(**{f"{unit}__node__path__startswith": path})
    return rows.filter(reach)


def _now(plan, late):
    return _case(
        plan,
        Q(state=Assignment.State.DONE),
        accepted=Q(accepted_at__isnull=False),
        doing=Q(state=Assignment.State.DOING),
        late=late,
    )


def _then(plan, at, late):
    # What was done by the day counts as done, whenever it was written down; a return afterwards
    # takes back the completion, and then only the notes know of it.
    return _case(
        plan,
        Q(done_on__lte=at.day) | Q(then=Assignment.State.DONE),
        accepted=Q(accepted_at__lt=at.ends),
        doing=Q(then=Assignment.State.DOING) | (Q(then=None) & Q(begun=True)),
        late=late,
    )


def _case(plan, done, *, accepted, doing, late):
    cases = [
        When(done, then=Value(DONE)),
        When(Q(task__in=late), then=Value(OVERDUE)),
        When(doing, then=Value(DOING)),
    ]
    if plan.needs_acceptance:
        # What the issuer gave itself is accepted by nobody.
        given_to_itself = Q(parent=None, agency=plan.issuer_id)
        cases.insert(0, When(done & ~accepted & ~given_to_itself, then=Value(WAITING)))
    return Case(*cases, default=Value(TODO), output_field=CharField())


def ordered(rows):
    """Late ones first, then what is open by due day (without one last), what is done at the end."""
    return rows.order_by(
        Case(When(shown=OVERDUE, then=0), When(shown__in=[DONE, WAITING], then=2), default=1),
        F("task__due__resolved_on").asc(nulls_last=True),
        "task__position",
        "agency__protocol_no",
        "agency__sort_key",
        "id",
    )
