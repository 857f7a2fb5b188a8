"""What campaigns tells people: phases that start and end, dates that moved, plans to approve.

Called by actions and by the graph inside their transactions. A moved date ends the pending notices
of its boundary and makes new ones with the new revision; every person is told once per DateChange,
however many dates moved. Nothing is scheduled about a moment that has passed, so what has happened
is never told again.
"""

from campaigns.notify.acceptance import (
    ACCEPTANCE,
    AcceptanceNotices,
    assignment_accepted,
    assignment_moved_on,
    assignment_returned,
)
from campaigns.notify.batches import BATCH, BatchNotices, task_given
from campaigns.notify.calendar import calendar_changed, is_working_day
from campaigns.notify.dates import DATE_CHANGE, DateChangeNotices
from campaigns.notify.phases import (
    END_KINDS,
    PHASE,
    SOON_DAYS,
    START_KINDS,
    PhaseNotices,
    phases_moved,
    phases_removed,
    plan_in_force,
    plan_over,
)
from campaigns.notify.plans import PLAN, PlanNotices, plan_decided, plan_submitted
from campaigns.notify.tasks import tasks_moved
from campaigns.notify.told import people_told
from portal.notices import registry

__all__ = [
    "END_KINDS",
    "PHASE",
    "SOON_DAYS",
    "START_KINDS",
    "assignment_accepted",
    "assignment_moved_on",
    "assignment_returned",
    "calendar_changed",
    "is_working_day",
    "people_told",
    "phases_moved",
    "phases_removed",
    "plan_decided",
    "plan_in_force",
    "plan_over",
    "plan_submitted",
    "register",
    "task_given",
    "tasks_moved",
]


def register():
    """Called once, by `AppConfig.ready`."""
    registry.kinds.register(PHASE, PhaseNotices())
    registry.kinds.register(DATE_CHANGE, DateChangeNotices())
    registry.kinds.register(PLAN, PlanNotices())
    registry.kinds.register(ACCEPTANCE, AcceptanceNotices())
    registry.kinds.register(BATCH, BatchNotices())
    registry.hooks.register("is_working_day", is_working_day)
