"""How many people a move would be told to, before it is made."""

from campaigns.boundaries.rows import Among
from campaigns.models import Task
from campaigns.notify.units import CONCERNED, units_of_plans, units_of_tasks
from portal.common import clock
from portal.notices.queries import recipients
from portal.notices.registry import Audience

_PLAN = "campaigns.plan:"


def people_told(moves):
    """How many people would be told of these NamedMoves, each counted once.

    Those of plans in force count, as in the notice itself: a phase concerns the issuer and every
    unit with a task, a due date the issuer and the units that hold that task. Five queries,
    whatever the number of plans.
    """
    live = [m for m in moves if m.live and m.context_key.startswith(_PLAN)]
    if not live:
        return 0
    dues = {m.boundary_id for m in live if m.owner_kind == "campaigns.task"}
    plans = {int(m.context_key.removeprefix(_PLAN)) for m in live if m.boundary_id not in dues}
    units = set().union(*units_of_plans(plans).values()) if plans else set()
    if dues:
        tasks = dict(
            Task.objects.filter(Among("due_id", dues)).values_list("pk", "plan__issuer_id")
        )
        units |= set(tasks.values()).union(*units_of_tasks(tasks).values())
    audience = Audience(agency_ids=frozenset(units), roles=CONCERNED)
    return len(recipients({0: audience}, clock.today())[0])
