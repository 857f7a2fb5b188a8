"""What campaigns tells people: phases and tasks in time, dates that moved, plans to approve.

Called by actions and by the graph inside their transactions. A moved date ends the pending notices
of its boundary and makes new ones with the new revision; every person is told once per DateChange,
however many dates moved. Nothing is scheduled about a moment that has passed, so what has happened
is never told again.
"""

from campaigns.notify import calendar, planned
from campaigns.notify.acceptance import (
    ACCEPTANCE,
    AcceptanceNotices,
    assignment_accepted,
    assignment_moved_on,
    assignment_returned,
)
from campaigns.notify.amendments import (
    ABOVE,
    AMENDMENT,
    AmendmentNotices,
    PlanAboveNotices,
    amendment_published,
    amendment_returned,
    amendment_submitted,
    plan_withdrawn,
)
from campaigns.notify.batches import BATCH, BatchNotices, task_given
from campaigns.notify.calendar import is_working_day
from campaigns.notify.dates import DATE_CHANGE, DateChangeNotices
from campaigns.notify.events import EVENT, EventNotices, move_failed
from campaigns.notify.late import REMINDER, LateNotices, units_called
from campaigns.notify.missing import DERIVE, MissingPlanNotices, derive_day_changed
from campaigns.notify.phases import (
    PHASE,
    PhaseNotices,
    phases_moved,
    phases_removed,
)
from campaigns.notify.planned import plan_in_force, plan_over, rules_changed, to_come, top_up
from campaigns.notify.plans import PLAN, PlanNotices, plan_decided, plan_submitted
from campaigns.notify.reports import PERIOD, REPORT, PeriodNotices, ReportNotices
from campaigns.notify.tasks import (
    PLAN_TASKS,
    TASK,
    PlanTasksNotices,
    TaskNotices,
    assigned,
    due_removed,
    plan_tasks_given,
    tasks_moved,
    tasks_removed,
)
from campaigns.notify.timing import reach, rules_of
from campaigns.notify.told import people_told
from portal.notices import registry

__all__ = [
    "PHASE",
    "TASK",
    "amendment_published",
    "amendment_returned",
    "amendment_submitted",
    "assigned",
    "assignment_accepted",
    "assignment_moved_on",
    "assignment_returned",
    "calendar_changed",
    "derive_day_changed",
    "due_removed",
    "is_working_day",
    "move_failed",
    "people_told",
    "phases_moved",
    "phases_removed",
    "plan_decided",
    "plan_in_force",
    "plan_over",
    "plan_submitted",
    "plan_tasks_given",
    "plan_withdrawn",
    "reach",
    "register",
    "rules_changed",
    "rules_of",
    "task_given",
    "tasks_moved",
    "tasks_removed",
    "to_come",
    "top_up",
    "units_called",
]


def calendar_changed():
    """The calendar of free days was edited."""
    calendar.calendar_changed()
    planned.calendar_changed()


def register():
    """Called once, by `AppConfig.ready`."""
    registry.kinds.register(PHASE, PhaseNotices())
    registry.kinds.register(DATE_CHANGE, DateChangeNotices())
    registry.kinds.register(PLAN, PlanNotices())
    registry.kinds.register(EVENT, EventNotices())
    registry.kinds.register(AMENDMENT, AmendmentNotices())
    registry.kinds.register(ABOVE, PlanAboveNotices())
    registry.kinds.register(ACCEPTANCE, AcceptanceNotices())
    registry.kinds.register(BATCH, BatchNotices())
    registry.kinds.register(TASK, TaskNotices())
    registry.kinds.register(PLAN_TASKS, PlanTasksNotices())
    registry.kinds.register(DERIVE, MissingPlanNotices())
    registry.kinds.register(REMINDER, LateNotices())
    registry.kinds.register(PERIOD, PeriodNotices())
    registry.kinds.register(REPORT, ReportNotices())
    registry.hooks.register("is_working_day", is_working_day)
