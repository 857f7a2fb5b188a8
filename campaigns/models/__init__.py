"""Events, boundaries, plans, tracks, phases, tasks and their evidence."""

from campaigns.models.plans import (
    Form,
    FormFamily,
    Phase,
    Plan,
    PlanEvent,
    PlanForm,
    PlanVersion,
    Theme,
    Track,
)
from campaigns.models.times import (
    Boundary,
    CalendarDay,
    DateChange,
    DateChangeItem,
    Event,
    GraphState,
)
from campaigns.models.work import (
    Assignment,
    Evidence,
    Task,
)

__all__ = [
    "Assignment",
    "Boundary",
    "CalendarDay",
    "DateChange",
    "DateChangeItem",
    "Event",
    "Evidence",
    "Form",
    "FormFamily",
    "GraphState",
    "Phase",
    "Plan",
    "PlanEvent",
    "PlanForm",
    "PlanVersion",
    "Task",
    "Theme",
    "Track",
]
