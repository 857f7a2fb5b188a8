"""Pictures of the progress: the plan on a timeline with its tasks, evidence by form and by week."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _

from campaigns.models import Event, Evidence, Form, Phase, PlanEvent, Task, Track
from campaigns.queries.heat import Cell, has_begun, narrow
from campaigns.queries.standing import in_paths
from campaigns.rules.names import event_name
from campaigns.rules.states import DOING, phase_state
from portal.common.timeline import layout

#: So many weeks stand in the picture of evidence.
WEEKS = 12
_WEEK = dt.timedelta(days=7)


@dataclass(frozen=True)
class TaskLine:
    """A task on the timeline: its phase, its due day, its numbers, its look."""

    task: Task
    phase: Phase | None
    cell: Cell
    state: str  # done, late, active or upcoming

    @property
    def due_on(self):
        return self.task.due.resolved_on if self.task.due else None


def task_lines(plan, at, seen, *, everything):
    """[(Track or None, [(Phase or None, [TaskLine])])] in the order of the plan; three queries.

    Args:
        seen: the Summary of the plan.
        everything: also tasks that nobody has; else only those of which something is seen.
    """
    phases = list(
        Phase.objects.filter(track__plan=plan)
        .select_related("track", "starts", "ends")
        .order_by("track__position", "track_id", "position", "id")
    )
    tasks = Task.objects.filter(plan=plan).select_related("due").order_by("position", "id")
    by_phase = {}
    for task in tasks:
        if everything or task.pk in seen.by_task:
            by_phase.setdefault(task.phase_id, []).append(task)
    lines = []
    for track in Track.objects.filter(plan=plan).order_by("position", "id"):
        own = [p for p in phases if p.track_id == track.pk]
        lines.append((track, [(p, _lines(by_phase.get(p.pk, []), p, at, seen)) for p in own]))
    if loose := by_phase.get(None):
        lines.append((None, [(None, _lines(loose, None, at, seen))]))
    return lines


def _lines(tasks, phase, at, seen):
    found = []
    for task in tasks:
        cell = Cell(seen.by_task.get(task.pk, Counter()))
        begun = phase is None or has_begun(phase, at.day)
        if cell.total and cell.done == cell.total:
            state = "done"
        elif cell.late:
            state = "late"
        else:
            state = "active" if begun or cell.done or cell.counts[DOING] else "upcoming"
        found.append(TaskLine(task, phase, cell, state))
    return found


def gantt(plan, at, lines, link, *, today):
    """What `components/timeline.html` draws: tracks with phases, below each phase its tasks.

    Args:
        lines: as `task_lines` gives them.
        link: TaskLine -> address.
        today: where the line of today stands, whatever day is asked about.

    Returns None when not one date is known.
    """
    rows = []
    for track, phases in lines:
        bars = [_phase_bar(phase, at) for phase, _tasks in phases if phase]
        rows.append({"title": track.title if track else _("Ngoài các đợt"), "phases": bars})
        for phase, tasks in phases:
            rows += [_task_row(line, phase, link) for line in tasks]
    congresses, others = _marks(plan)
    return layout(rows, today=today, congresses=congresses, commemorations=others)


def _phase_bar(phase, at):
    return {
        "title": phase.title,
        "start": phase.starts.resolved_on,
        "end": phase.ends.resolved_on,
        "open_end": phase.ends.kind == "open",
        "state": phase_state(phase, at.day),
    }


def _task_row(line, phase, link):
    due, cell = line.due_on, line.cell
    bars = []
    if due:
        starts = phase.starts.resolved_on if phase else None
        bars = [
            {
                "title": line.task.title,
                "text": "",
                "start": starts if starts and starts <= due else due,
                "end": due,
                "state": line.state,
                "url": link(line),
            }
        ]
    parts = [f"{cell.done}/{cell.total}"] if cell.total else [_("chưa giao")]
    if cell.late:
        parts.append(_("%d quá hạn") % cell.late)
    if not due:
        parts.append(_("chưa rõ hạn") if line.task.due else _("không có hạn"))
    return {
        "title": line.task.title,
        "note": ", ".join(parts),
        "kind": "task",
        "url": link(line),
        "phases": bars,
    }


def _marks(plan):
    found = ([], [])
    rows = PlanEvent.objects.filter(plan=plan).select_related("event__host")
    for row in rows.order_by("position", "id"):
        on = row.observed_on or row.event.opens or row.event.closes
        if on:
            mark = {
                "on": on,
                "title": event_name(row.event),
                "url": row.event.get_absolute_url(),
            }
            found[row.event.kind == Event.Kind.COMMEMORATION].append(mark)
    return found


@dataclass(frozen=True)
class FormLine:
    """One form: its assignments, and how much evidence there is."""

    name: str
    cell: Cell
    evidence: int


@dataclass(frozen=True)
class Week:
    """Evidence of one week, and its bar in a picture 240 wide and 100 high."""

    starts: dt.date
    count: int
    x: int
    y: float
    height: float
    is_last: bool

    @property
    def ends(self):
        return self.starts + _WEEK - dt.timedelta(days=1)


def evidence_numbers(plan, at, seen, *, paths=None, root=None):
    """([FormLine] most evidence first, [Week] the last `WEEKS`); two queries."""
    rows = Evidence.objects.filter(
        assignment__task__in=list(seen.by_task), retracted_at=None, happened_on__lte=at.day
    )
    limits = narrow(paths, root)
    if limits is not None:
        rows = in_paths(rows, limits, unit="assignment__agency")
    counted = (
        rows.order_by()
        .annotate(week=TruncWeek("happened_on"))
        .values_list("assignment__task__form_id", "week")
        .annotate(n=Count("pk"))
    )
    by_form, by_week = Counter(), Counter()
    for form, week, n in counted.values_list("assignment__task__form_id", "week", "n"):
        by_form[form] += n
        by_week[week] += n
    return _forms(seen, by_form), _weeks(at.day, by_week)


def _forms(seen, evidence):
    cells = seen.of(1)
    names = {f.pk: f.name for f in Form.objects.filter(pk__in=[pk for pk in cells if pk])}
    lines = [
        FormLine(names.get(pk, _("Chưa ghi hình thức")), Cell(counts), evidence[pk])
        for pk, counts in cells.items()
    ]
    return sorted(lines, key=lambda line: (-line.evidence, -line.cell.total, line.name))


def _weeks(day, counts):
    last = day - dt.timedelta(days=day.weekday())
    starts = [last - _WEEK * n for n in reversed(range(WEEKS))]
    highest = max((counts[week] for week in starts), default=0) or 1
    found = []
    for n, week in enumerate(starts):
        height = round(74 * counts[week] / highest, 1)
        found.append(Week(week, counts[week], 20 * n + 2, 88 - height, height, week == last))
    return found
