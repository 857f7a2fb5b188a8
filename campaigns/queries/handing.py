"""Assignments in the cascade: which ones a superior counts, what was passed on, what can be undone.

A unit that passes its task on to units below stays the one its superior counts. So numbers of a
plan (progress, heat map, lists, versions) are over `direct` assignments; those below belong to the
unit and stand on the page of its assignment.
"""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, Q, Value, When
from django.utils.translation import gettext as _

from campaigns.models import Assignment, AssignmentBatch
from campaigns.rules.states import DONE, OVERDUE, UNDO
from portal.common import clock


def direct(rows):
    """Of `rows` (Assignments) those that the issuer of the plan gave itself."""
    return rows.filter(parent=None)


def of_units(rows, agency_ids=None, responsible=None):
    """Of `rows` (Assignments) those of these units; `direct` ones where none are named.

    Args:
        responsible: with `agency_ids`, also those this person answers for.
    """
    if agency_ids is None:
        return direct(rows)
    mine = Q(agency_id__in=agency_ids)
    if responsible is not None:
        mine |= Q(responsible=responsible)
    return rows.filter(mine)


@dataclass(frozen=True)
class Passed:
    """How far the units are to which an assignment was passed on."""

    total: int
    done: int
    late: int

    @property
    def open(self):
        return self.total - self.done


def passed(assignment, day=None):
    """The Passed of an assignment on a day (today)."""
    day = day or clock.today()
    late = ~Q(state=DONE) & Q(task__due__resolved_on__lt=day)
    numbers = Assignment.objects.filter(parent=assignment).aggregate(
        total=Count("pk"), done=Count("pk", filter=Q(state=DONE)), late=Count("pk", filter=late)
    )
    return Passed(**numbers)


def passed_rows(assignment, day=None):
    """The assignments passed on from here in protocol order, with the state to be `shown` and how
    many units they were passed on to in turn (`below`).
    """
    late = ~Q(state=DONE) & Q(task__due__resolved_on__lt=day or clock.today())
    return (
        Assignment.objects.filter(parent=assignment)
        .select_related("agency")
        .annotate(
            below=Count("passed"),
            shown=Case(
                When(late, then=Value(OVERDUE)), default=F("state"), output_field=CharField()
            ),
        )
        .order_by("agency__level__order", "agency__protocol_no", "agency__sort_key", "id")
    )


def undoable(*, task=None, parent=None):
    """AssignmentBatches of a task (or passed on from an assignment) that may still be undone."""
    rows = AssignmentBatch.objects.filter(
        undone_at=None, made_at__gt=clock.now() - UNDO, parent=parent
    )
    if task is not None:
        rows = rows.filter(task=task)
    return rows.select_related("made_by").order_by("-made_at")


def few_names(names, most=5):
    """ "A; B và 3 đơn vị khác"."""
    shown = "; ".join(names[:most])
    more = len(names) - most
    return _("%(names)s và %(n)d đơn vị khác") % {"names": shown, "n": more} if more > 0 else shown
