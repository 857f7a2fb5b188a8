"""Events, boundaries, plans, tracks, phases, tasks and their evidence."""

from campaigns.models.amendments import PlanAmendment
from campaigns.models.cascade import AssignmentBatch, CascadeChoice
from campaigns.models.evidence import Evidence, EvidenceFile, ProgressNote
from campaigns.models.feeds import CalendarFeed
from campaigns.models.indicators import Indicator
from campaigns.models.notices import LateReminder, NoticeHorizon, NoticeRule
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
from campaigns.models.recurring import Commemoration, CongressWindow
from campaigns.models.reports import (
    IndicatorValue,
    Period,
    ReportCorrection,
    ReportSeries,
    SeriesIndicator,
    UnitReport,
)
from campaigns.models.times import (
    Boundary,
    CalendarDay,
    DateChange,
    DateChangeItem,
    Event,
    GraphState,
)
from campaigns.models.work import Assignment, Task

__all__ = [
    "Assignment",
    "AssignmentBatch",
    "Boundary",
    "CalendarDay",
    "CalendarFeed",
    "CascadeChoice",
    "Commemoration",
    "CongressWindow",
    "DateChange",
    "DateChangeItem",
    "Event",
    "Evidence",
    "EvidenceFile",
    "Form",
    "FormFamily",
    "GraphState",
    "Indicator",
    "IndicatorValue",
    "LateReminder",
    "NoticeHorizon",
    "NoticeRule",
    "Period",
    "Phase",
    "Plan",
    "PlanAmendment",
    "PlanEvent",
    "PlanForm",
    "PlanVersion",
    "ProgressNote",
    "ReportCorrection",
    "ReportSeries",
    "SeriesIndicator",
    "Task",
    "Theme",
    "Track",
    "UnitReport",
]
