"""The units that a plan or a task concerns."""

from collections import defaultdict

from campaigns.boundaries.rows import Among
from campaigns.models import Assignment, Plan
from portal.agencies.models import Role

#: Who is reminded of phases and told of moved dates, at the issuer and at every assigned unit.
CONCERNED = frozenset({Role.STAFF, Role.SECRETARY, Role.EDITOR})


def units_of_plans(plan_ids):
    """{plan id: frozenset of agency ids}: the issuer and every assigned unit. Two queries."""
    units = {
        pk: {issuer}
        for pk, issuer in Plan.objects.filter(Among("id", plan_ids)).values_list("pk", "issuer_id")
    }
    assigned = Assignment.objects.filter(Among("task__plan", plan_ids))
    for plan_id, agency_id in assigned.values_list("task__plan_id", "agency_id").distinct():
        units[plan_id].add(agency_id)
    return {pk: frozenset(ids) for pk, ids in units.items()}


def units_of_tasks(task_ids):
    """{task id: frozenset of the agencies it is given to}; None among the ids is passed over."""
    ids = {pk for pk in task_ids if pk is not None}
    units = defaultdict(set)
    if ids:
        rows = Assignment.objects.filter(Among("task_id", ids)).values_list("task_id", "agency_id")
        for task_id, agency_id in rows:
            units[task_id].add(agency_id)
    return {pk: frozenset(agencies) for pk, agencies in units.items()}
