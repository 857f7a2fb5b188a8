"""Phases and tasks as owners of boundaries (see `campaigns.registry`)."""

from campaigns import notify
from campaigns.boundaries.rows import Among
from campaigns.models import Phase, Task
from campaigns.registry import Described, Owner, boundary_owners
from campaigns.rules.names import plan_path
from campaigns.rules.specs import END, START

PHASE = "campaigns.phase"
TASK = "campaigns.task"


def register():
    """Called once, by `AppConfig.ready`."""
    boundary_owners.register(PHASE, PHASE_OWNER)
    boundary_owners.register(TASK, TASK_OWNER)


class _Contexts:
    """What boundaries of one plan share, made once a plan: addresses cost more than all the rest
    where a congress moves eighty thousand dates.
    """

    def __init__(self):
        self._known = {}

    def described(self, title, side, plan):
        """`plan`: (id, slug, title, state)."""
        pk = plan[0]
        if pk not in self._known:
            _pk, slug, plan_title, state = plan
            self._known[pk] = {
                "context": plan_title,
                "context_key": f"campaigns.plan:{pk}",
                "url": plan_path(slug, pk),
                "live": state == "issued",
            }
        return Described(name=title, side=side, **self._known[pk])


def describe_phases(ids):
    """{boundary id: Described} of starts and ends of phases. Two queries."""
    found, contexts = {}, _Contexts()
    for side, field in ((START, "starts_id"), (END, "ends_id")):
        rows = Phase.objects.filter(Among(field, ids)).values_list(
            field, "title", "track__plan_id", "track__plan__slug", "track__plan__title",
            "track__plan__state",
        )  # fmt: skip
        for boundary_id, title, *plan in rows:
            found[boundary_id] = contexts.described(title, side, plan)
    return found


def describe_tasks(ids):
    """{boundary id: Described} of due dates. One query."""
    rows = Task.objects.filter(Among("due_id", ids)).values_list(
        "due_id", "title", "plan_id", "plan__slug", "plan__title", "plan__state"
    )
    contexts = _Contexts()
    return {boundary_id: contexts.described(title, END, plan) for boundary_id, title, *plan in rows}


PHASE_OWNER = Owner(describe=describe_phases, on_moved=notify.phases_moved)
TASK_OWNER = Owner(describe=describe_tasks, on_moved=notify.tasks_moved)
