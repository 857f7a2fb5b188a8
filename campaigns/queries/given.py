"""Whom tasks are given to, in short: at full size a task has three thousand units."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Case, Count, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from campaigns.models import Assignment
from campaigns.queries.handing import of_units
from campaigns.rules.states import DONE, OVERDUE

#: So many units are named beside a task; the others are counted.
NAMED = 3


@dataclass
class Given:
    """The units of a task: the first by name, in protocol order, and the numbers of each state."""

    names: list[str] = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    @property
    def total(self):
        return sum(self.counts.values())


def given_of(tasks, *, day, agency_ids=None, responsible=None):
    """{task id: Given}, without tasks that nobody has. Two queries.

    Args:
        agency_ids: only these units; None for all that the issuer gave it to.
        responsible: with `agency_ids`, also those this person answers for.
    """
    rows = of_units(Assignment.objects.filter(task__in=tasks), agency_ids, responsible)
    found = defaultdict(Given)
    late = ~Q(state=DONE) & Q(task__due__resolved_on__lt=day)
    shown = Case(When(late, then=Value(OVERDUE)), default=F("state"))
    counted = rows.annotate(shown=shown).values_list("task_id", "shown").annotate(n=Count("pk"))
    for task_id, state, number in counted:
        found[task_id].counts[state] = number
    place = Window(
        RowNumber(),
        partition_by="task_id",
        order_by=["agency__protocol_no", "agency__sort_key", "agency_id"],
    )
    first = rows.annotate(place=place).filter(place__lte=NAMED).order_by("task_id", "place")
    for task_id, short, name in first.values_list("task_id", "agency__short_name", "agency__name"):
        found[task_id].names.append(short or name)
    return dict(found)
