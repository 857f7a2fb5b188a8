"""Who gets what of the cascade."""

from campaigns.models import Assignment, AssignmentBatch, Plan, Task
from tests.access import Row

PROVINCE, OFFICE = "12-KH/TU", "so-noi-vu-tinh-mau"


def the_plan():
    return Plan.objects.get(document__symbol=PROVINCE)


def plan(world):
    return {"pk": the_plan().pk}


def derived(world):
    return {"pk": Plan.objects.get(document__symbol="15-KH/ĐU").pk}


def task(world):
    found = Task.objects.filter(plan=the_plan()).first()
    return {"pk": found.plan_id, "row": found.pk}


def batch(world):
    """One is made for the row: the demo's are older than ten minutes by the time it is asked."""
    return {
        "batch": AssignmentBatch.objects.create(task=Task.objects.get(pk=task(world)["row"])).pk
    }


def of_the_office(world):
    row = Assignment.objects.filter(task__plan=the_plan(), agency__slug=OFFICE).first()
    return {"pk": row.pk}


def passed(world):
    parent = Assignment.objects.get(**of_the_office(world))
    child = parent.agency.children.first() or parent.agency
    row, _made = Assignment.objects.get_or_create(
        task=Task.objects.filter(plan=the_plan()).exclude(assignments__agency=child).first(),
        agency=child,
        defaults={"parent": parent},
    )
    return {"pk": parent.pk, "child": row.pk}


EDITS = {"default": 404, "kehoach": 200, "quantri": 403}
WRITES = {"method": "post", "default": 404, "kehoach": 302, "quantri": 403}
# bientap and duyet work at the office without being its staff; kehoach is staff of who gave it
UNIT = {"default": 404, "bientap": 403, "duyet": 403, "kehoach": 403, "quantri": 403}

ROWS = [
    # khach is staff of an agency that the plan does not reach: the plan is public all the same
    Row("campaigns:derive", plan, default=403, kehoach=302),
    Row("campaigns:cascade_board", plan, default=404, kehoach=200, quantri=200),
    Row("campaigns:cascade_file", plan, default=404, kehoach=200, quantri=200),
    # of a unit's own plan: its office, and who administers the tree above it
    Row("campaigns:above_changes", derived, default=404, quantri=200),
    Row("campaigns:hand_out", task, **EDITS),
    Row("campaigns:undo_batch", batch, **WRITES),
    Row("campaigns:pass_on", of_the_office, **UNIT),
    Row("campaigns:take_back", passed, method="post", **UNIT),
    Row("campaigns:finish_passed", of_the_office, method="post", **UNIT),
]
