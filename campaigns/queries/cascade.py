"""The cascade as its superior sees it: which units have issued their own plan.

A unit is expected to issue one when the plan gives it a task; where no unit has a task, every unit
directly below (or led by) the issuer is.
"""

import hashlib
import json
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, OuterRef, Q, Subquery, Value, When

from campaigns.models import Assignment, Plan
from campaigns.queries.data import source_of
from campaigns.rules import access
from portal.agencies.models import Agency
from portal.agencies.queries import reachable
from portal.agencies.rules import grants_of

ISSUED, PREPARING, NONE = "issued", "preparing", "none"
GIVEN, BELOW, ALL = "giao", "truc-thuoc", "tat-ca"


def given_units(plan):
    """Units to which the issuer gave a task itself, alive today, without the issuer."""
    held = Assignment.objects.filter(task__plan=plan, parent=None).order_by().values("agency_id")
    return Agency.objects.filter(pk__in=held, node__isnull=False).exclude(pk=plan.issuer_id)


def units_below(plan):
    """Units directly below the issuer or led by it, without chi bộ, which issue no plans."""
    return Agency.objects.filter(
        Q(parent=plan.issuer_id) | Q(led_by=plan.issuer_id), node__isnull=False, is_cell=False
    ).exclude(pk=plan.issuer_id)


def expected_units(plan, scope=""):
    """The units that are expected to issue a plan of their own; see the module.

    Args:
        scope: GIVEN, BELOW or ALL (either); by itself GIVEN if there are any, else BELOW.
    """
    given, below = given_units(plan), units_below(plan)
    if scope == GIVEN:
        return given
    if scope == BELOW:
        return below
    if scope == ALL:
        return Agency.objects.filter(Q(pk__in=given.values("pk")) | Q(pk__in=below.values("pk")))
    return given if given.exists() else below


def with_plans(units, plan):
    """`units` with `own_plan` (id of the plan they made to carry this one out, or None) and
    `own_state` (issued, preparing, none), in protocol order inside each level.
    """
    own = Plan.objects.filter(implements=plan, issuer=OuterRef("pk"), is_template=False).exclude(
        state=Plan.State.WITHDRAWN
    )
    first = own.order_by(Case(When(state__in=access.PUBLIC, then=0), default=1), "-id")
    return (
        units.annotate(
            own_plan=Subquery(first.values("pk")[:1]),
            own_plan_state=Subquery(first.values("state")[:1]),
        )
        .annotate(
            own_state=Case(
                When(own_plan_state__in=access.PUBLIC, then=Value(ISSUED)),
                When(own_plan__isnull=False, then=Value(PREPARING)),
                default=Value(NONE),
                output_field=CharField(),
            )
        )
        .order_by("level__order", "level__slug", "protocol_no", "sort_key", "id")
    )


@dataclass(frozen=True)
class Board:
    """Numbers of the board: units by state; `late` have not issued although the day has passed."""

    issued: int
    preparing: int
    none: int
    late: int

    @property
    def total(self):
        return self.issued + self.preparing + self.none


def is_late(plan, day):
    """Whether units of `plan` that have not issued theirs are late on `day`."""
    return plan.state == Plan.State.ISSUED and plan.derive_by is not None and plan.derive_by < day


def board(plan, units, day):
    """The Board of `units` (of `with_plans`). One query."""
    counts = dict(
        units.order_by()
        .values_list("own_state")
        .annotate(n=Count("pk"))
        .values_list("own_state", "n")
    )
    issued, preparing, none = (counts.get(s, 0) for s in (ISSUED, PREPARING, NONE))
    late = preparing + none if is_late(plan, day) else 0
    return Board(issued, preparing, none, late)


def plans_of(units):
    """{unit id: its own Plan} for a page of `with_plans`. One query."""
    ids = [unit.own_plan for unit in units if unit.own_plan]
    plans = Plan.objects.filter(pk__in=ids).select_related("document")
    by_id = {plan.pk: plan for plan in plans}
    return {unit.pk: by_id[unit.own_plan] for unit in units if unit.own_plan in by_id}


def units_without_plan(plan):
    """[(Agency, Plan or None)]: expected units, each with the plan it issued to carry this one
    out. Answers "Has every unit issued its plan?". Two queries and one for the scope.
    """
    units = list(with_plans(expected_units(plan), plan))
    own = plans_of([unit for unit in units if unit.own_state == ISSUED])
    return [(unit, own.get(unit.pk)) for unit in units]


def missing_units(plan):
    """The units of `expected_units` that have not issued a plan: a queryset, for notices."""
    return with_plans(expected_units(plan), plan).exclude(own_state=ISSUED)


def deriving_units(user, plan):
    """Agencies for which `user` may make a plan that carries out `plan`: those where the person is
    staff, if they have a task in it or stand below its issuer.
    """
    ids = grants_of(user).agency_ids(access.DRAFTERS) - {plan.issuer_id}
    if not ids:
        return Agency.objects.none()
    below = reachable(plan.issuer).order_by().values("pk")
    given = Assignment.objects.filter(task__plan=plan, agency__in=ids).values("agency")
    return Agency.objects.filter(Q(pk__in=given) | Q(pk__in=below), pk__in=ids, node__isnull=False)


def own_plans(plan, units):
    """{unit id: the Plan it has to carry out `plan`, withdrawn ones left out}."""
    rows = Plan.objects.filter(implements=plan, issuer__in=units).exclude(
        state=Plan.State.WITHDRAWN
    )
    return {row.issuer_id: row for row in rows.select_related("document")}


# --- Data to compare ------------------------------------------------------------------------


def digest_of(value):
    """A short name for a value, to know it again."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def task_data(task):
    """A Task as PlanVersions keep it, as far as the cascade compares it."""
    return {
        "title": task.title,
        "detail": task.detail,
        "deliverable": task.deliverable,
        "form": task.form.name if task.form_id else None,
        "phase_key": str(task.phase.key) if task.phase_id else None,
        "due": source_of(task.due) if task.due_id else None,
    }
