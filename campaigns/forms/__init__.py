"""Forms of the work pages: plans, their parts, dates, events, progress."""

from campaigns.forms.boundaries import BoundaryForm
from campaigns.forms.events import EventDatesForm, EventForm
from campaigns.forms.plans import (
    ContentsForm,
    IssueForm,
    NewPlanForm,
    PlanForm,
    ReasonForm,
)
from campaigns.forms.structure import PhaseForm, TaskForm, TrackForm, UnitsForm
from campaigns.forms.work import ProgressForm, ResponsibleForm, ReturnForm

__all__ = [
    "BoundaryForm",
    "ContentsForm",
    "EventDatesForm",
    "EventForm",
    "IssueForm",
    "NewPlanForm",
    "PhaseForm",
    "PlanForm",
    "ProgressForm",
    "ReasonForm",
    "ResponsibleForm",
    "ReturnForm",
    "TaskForm",
    "TrackForm",
    "UnitsForm",
]
