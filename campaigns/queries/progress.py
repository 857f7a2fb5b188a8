"""Progress: assignments with their state on a day, their evidence, what is mine."""

import datetime as dt
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Exists, F, OuterRef, Q

from campaigns.models import Assignment, Evidence, Plan, Task
from campaigns.queries.handing import of_units
from campaigns.rules import access
from campaigns.rules.states import DOING, DONE, OVERDUE, TODO, assignment_state, marks
from portal.common import clock


@dataclass(frozen=True)
class AssignmentView:
    """An assignment; `state` is todo, doing, done or overdue on the day asked for."""

    assignment: Assignment
    state: str
    due_on: dt.date | None
    days_left: int | None
    evidence_count: int

    @property
    def agency(self):
        return self.assignment.agency

    @property
    def task(self):
        return self.assignment.task

    @property
    def marks(self):
        """What else there is to say of the state, as kinds of `portal.common.states`."""
        return marks(
            self.assignment,
            needs_acceptance=self.task.plan.needs_acceptance,
            shown=bool(self.evidence_count),
            gone=self.assignment.evidence_gone,
        )


@dataclass
class Progress:
    """The progress of a plan: per task the views of its units, and the numbers of each state."""

    tasks: list = field(default_factory=list)  # (Task, [AssignmentView])
    counts: Counter = field(default_factory=Counter)
    by_agency: list = field(default_factory=list)  # (Agency, Counter)

    @property
    def total(self):
        return sum(self.counts.values())

    @property
    def done_percent(self):
        return round(100 * self.counts[DONE] / self.total) if self.total else 0

    @property
    def states(self):
        """(state, number) in a fixed order."""
        return [(s, self.counts[s]) for s in (OVERDUE, TODO, DOING, DONE)]


def with_evidence(rows):
    """`rows` with `evidence_count`, and `evidence_gone`: whether any was taken back."""
    gone = Evidence.objects.filter(assignment=OuterRef("pk"), retracted_at__isnull=False)
    return rows.annotate(
        evidence_count=Count("evidence", filter=Q(evidence__retracted_at=None), distinct=True),
        evidence_gone=Exists(gone),
    )


def view_of(row, day):
    """The AssignmentView of a row that has task, due date and evidence_count loaded."""
    due = row.task.due
    due_on = due.resolved_on if due else None
    return AssignmentView(
        assignment=row,
        state=assignment_state(row.state, due_on, day),
        due_on=due_on,
        days_left=(due_on - day).days if due_on else None,
        evidence_count=row.evidence_count,
    )


def assignments_of(tasks, *, day, agency_ids=None, responsible=None):
    """{task id: [AssignmentView]} in protocol order of the units. One query.

    Args:
        tasks: Tasks with `due` loaded.
        agency_ids: only these units; None for all that the issuer gave it to.
        responsible: with `agency_ids`, also those this person answers for.
    """
    by_id = {t.pk: t for t in tasks}
    rows = of_units(Assignment.objects.filter(task_id__in=by_id), agency_ids, responsible)
    rows = with_evidence(rows).select_related("agency", "responsible")
    found = defaultdict(list)
    for row in rows.order_by("agency__protocol_no", "agency__sort_key", "agency_id"):
        row.task = by_id[row.task_id]
        found[row.task_id].append(view_of(row, day))
    return dict(found)


def progress(plan, *, day=None, user=None):
    """The Progress of `plan`. With `user` narrowed to what that person may see."""
    day = day or clock.today()
    mine = None
    if user is not None and not access.may_see_all_tasks(user, plan):
        if not user.is_authenticated:
            return Progress()
        mine = access.own_agency_ids(user)
    tasks = list(
        Task.objects.filter(plan=plan).select_related("due", "phase", "form").order_by("position")
    )
    given = assignments_of(tasks, day=day, agency_ids=mine, responsible=user)
    result = Progress()
    units = {}
    for task in tasks:
        views = given.get(task.pk, [])
        if mine is not None and not views:
            continue
        result.tasks.append((task, views))
        for view in views:
            result.counts[view.state] += 1
            units.setdefault(view.agency, Counter())[view.state] += 1
    order = sorted(units, key=lambda a: (a.protocol_no, a.sort_key, a.pk))
    result.by_agency = [(agency, units[agency]) for agency in order]
    return result


def my_assignments(user, *, day=None, with_done=False):
    """AssignmentViews of the units `user` works for, and those in their own name; by deadline.

    Only plans in force. Those without a due date come last.
    """
    if not user.is_authenticated:
        return []
    day = day or clock.today()
    rows = Assignment.objects.filter(
        Q(agency_id__in=access.own_agency_ids(user)) | Q(responsible=user),
        task__plan__state=Plan.State.ISSUED,
    )
    if not with_done:
        rows = rows.exclude(state=Assignment.State.DONE)
    rows = with_evidence(rows).select_related(
        "agency", "responsible", "task__due", "task__phase", "task__plan__document"
    )
    ordered = rows.order_by(F("task__due__resolved_on").asc(nulls_last=True), "task_id", "id")
    return [view_of(row, day) for row in ordered]


def assignment_page(assignment_id, *, day=None):
    """(AssignmentView, [Evidence] newest first, with files) or None. The view asks permission."""
    day = day or clock.today()
    row = (
        with_evidence(Assignment.objects.filter(pk=assignment_id))
        .select_related("agency", "responsible", "task__due", "task__phase", "task__form")
        .select_related(
            "task__plan__document", "task__plan__issuer", "accepted_by", "parent__agency"
        )
        .first()
    )
    if row is None:
        return None
    evidence = list(
        row.evidence.select_related("added_by", "indicator")
        .prefetch_related("files__upload")
        .order_by("-happened_on", "-id")
    )
    return view_of(row, day), evidence
