"""Reading campaigns, in a fixed number of queries whatever the number of rows."""

from campaigns.queries.campaign import Running, Upcoming, next_event, running_campaign, upcoming
from campaigns.queries.cascade import missing_units, units_without_plan
from campaigns.queries.data import find_plan, plan_data
from campaigns.queries.events import EventPage, event_page, events
from campaigns.queries.handing import direct
from campaigns.queries.plans import (
    BoundaryView,
    EventView,
    Outline,
    PhaseView,
    PlanPage,
    TaskView,
    TrackView,
    current_phases,
    outline,
    plan_page,
    visible_plans,
)
from campaigns.queries.progress import (
    AssignmentView,
    Progress,
    assignment_page,
    my_assignments,
    progress,
)
from campaigns.queries.warnings import Warning, warnings_of

__all__ = [
    "AssignmentView",
    "BoundaryView",
    "EventPage",
    "EventView",
    "Outline",
    "PhaseView",
    "PlanPage",
    "Progress",
    "Running",
    "TaskView",
    "TrackView",
    "Upcoming",
    "Warning",
    "assignment_page",
    "current_phases",
    "direct",
    "event_page",
    "events",
    "find_plan",
    "missing_units",
    "my_assignments",
    "next_event",
    "outline",
    "plan_data",
    "plan_page",
    "progress",
    "running_campaign",
    "units_without_plan",
    "upcoming",
    "visible_plans",
    "warnings_of",
]
