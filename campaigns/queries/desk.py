"""Reading for the work pages: my plans, choices of boundaries, progress by unit and phase."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, F, IntegerField, OuterRef, Q, Subquery, When
from django.db.models import Value as V
from django.db.models.functions import Coalesce

from campaigns.models import Assignment, Phase, Plan
from campaigns.queries.handing import direct
from campaigns.queries.plans import visible_plans
from campaigns.queries.progress import view_of, with_evidence
from campaigns.rules import access, specs
from campaigns.rules.states import DONE, OVERDUE
from portal.agencies.queries import reachable
from portal.agencies.rules import grants_of


def working_plans(user, day):
    """Plans of the agencies `user` works for or supervises, drafts first, newest next.

    Each carries `given`, `done` and `late`: numbers of its assignments on `day`.
    """
    mine = grants_of(user).agencies(access.OFFICE).order_by().values("pk")
    return (
        visible_plans(user)
        .filter(issuer__in=mine)
        .annotate(
            given=_assignments(Q()),
            done=_assignments(Q(state=Assignment.State.DONE)),
            late=_assignments(is_late(day)),
        )
        .order_by(
            Case(When(state__in=["editing", "submitted"], then=0), default=1),
            F("document__issued_on").desc(nulls_first=True),
            "-id",
        )
    )


def _assignments(condition):
    rows = direct(Assignment.objects.filter(condition, task__plan=OuterRef("pk"))).order_by()
    counted = rows.values("task__plan").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def is_late(day):
    """Q of the assignments that are overdue on `day`."""
    return ~Q(state=Assignment.State.DONE) & Q(task__due__resolved_on__lt=day)


def _shown(day):
    late = When(is_late(day), then=V(OVERDUE))
    return Case(late, default=F("state"), output_field=CharField())


# --- Units a task may be given to -----------------------------------------------------------

#: So many units are offered at once; more are found by name.
MOST_UNITS = 400


@dataclass(frozen=True)
class UnitGroup:
    """Units of one level, in protocol order; `have` of them hold the task already."""

    level: object
    units: list


def units_for(task, words=""):
    """(groups, whether there are more) of the units a task may be given to, found by `words`."""
    rows = reachable(task.plan.issuer)
    if words:
        rows = rows.filter(Q(name__icontains=words) | Q(short_name__icontains=words))
    rows = rows.exclude(assignments__task=task).select_related("level", "parent")
    found = list(
        rows.order_by("level__order", "level__slug", "protocol_no", "sort_key", "id")[
            : MOST_UNITS + 1
        ]
    )
    groups = {}
    for unit in found[:MOST_UNITS]:
        groups.setdefault(unit.level, []).append(unit)
    return [UnitGroup(level, units) for level, units in groups.items()], len(found) > MOST_UNITS


# --- Progress -------------------------------------------------------------------------------


def ordered(rows):
    """Late ones first, then by due day (those without one last), what is done at the end."""
    return rows.order_by(
        Case(When(shown=OVERDUE, then=0), When(shown=DONE, then=2), default=1),
        F("task__due__resolved_on").asc(nulls_last=True),
        "task__position",
        "agency__protocol_no",
        "agency__sort_key",
        "id",
    )


def views(rows, day):
    """AssignmentViews of a page of `assignments`."""
    return [view_of(row, day) for row in rows]


# --- My own work ----------------------------------------------------------------------------


def my_assignments_rows(user, day):
    """Assignments of my units and in my own name, of plans in force; as `assignments`."""
    rows = Assignment.objects.filter(
        Q(agency_id__in=access.own_agency_ids(user)) | Q(responsible=user),
        task__plan__state=Plan.State.ISSUED,
    ).select_related("agency", "responsible", "task__due", "task__phase", "task__plan__document")
    return with_evidence(rows).annotate(shown=_shown(day))


def plans_to_issue(user):
    """Plans that wait for this person: submitted by somebody else at an agency I approve for."""
    from portal.agencies.models import Role

    ids = grants_of(user).agency_ids(Role.APPROVER)
    return (
        Plan.objects.filter(issuer__in=ids, state=Plan.State.SUBMITTED)
        .exclude(submitted_by=user)
        .select_related("document", "issuer")
        .order_by("id")
    )


def plans_sent_back(user):
    """Drafts that were returned to the staff of my agencies with a remark."""
    ids = grants_of(user).agency_ids(access.DRAFTERS)
    return (
        Plan.objects.filter(issuer__in=ids, state=Plan.State.EDITING)
        .exclude(state_note="")
        .select_related("document", "issuer")
        .order_by("id")
    )


def plans_with_late_units(user, day, most):
    """The `most` plans in force of the agencies where `user` is staff that have `late` overdue
    assignments of `late_units` units, most first. Two queries.
    """
    rows = direct(Assignment.objects).filter(
        task__plan__issuer__in=grants_of(user).agency_ids(access.DRAFTERS),
        task__plan__state=Plan.State.ISSUED,
        task__due__resolved_on__lt=day,
    )
    counted = (
        rows.exclude(state=Assignment.State.DONE)
        .values_list("task__plan_id")
        .annotate(late=Count("pk"), units=Count("agency", distinct=True))
        .order_by("-late", "task__plan_id")[:most]
    )
    late = {plan_id: numbers for plan_id, *numbers in counted}
    plans = Plan.objects.select_related("document", "issuer").in_bulk(late)
    found = []
    for plan_id, (count, units) in late.items():
        plan = plans[plan_id]
        plan.late, plan.late_units = count, units
        found.append(plan)
    return found


def phases_turning(user, day, days=7):
    """(Phase, side, day) of phases that start or end within `days`, of plans I have to do with."""
    ids = access.own_agency_ids(user)
    if not ids:
        return []
    last = day + dt.timedelta(days=days)
    plans = Plan.objects.filter(state=Plan.State.ISSUED).filter(
        Q(issuer__in=ids) | Q(tasks__assignments__agency__in=ids)
    )
    phases = (
        Phase.objects.filter(track__plan__in=plans.order_by().values("pk"))
        .filter(Q(starts__resolved_on__range=(day, last)) | Q(ends__resolved_on__range=(day, last)))
        .select_related("starts", "ends", "track__plan__document")
    )
    found = [
        (phase, side, boundary.resolved_on)
        for phase in phases
        for side, boundary in ((specs.START, phase.starts), (specs.END, phase.ends))
        if boundary.resolved_on and day <= boundary.resolved_on <= last
    ]
    return sorted(found, key=lambda row: (row[2], row[0].pk, row[1]))
