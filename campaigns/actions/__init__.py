"""The verbs of campaigns: only they write events, plans, tasks and evidence.

All take keyword arguments only, run in one transaction, write an audit row, and raise `Refused`
with a sentence for the reader. `actor` None is the system (loader). Who may call them is decided
by `campaigns.rules.access` in the views.
"""

from campaigns.actions.calendar import remove_calendar_day, set_calendar
from campaigns.actions.cascade import derive_plan
from campaigns.actions.commemorations import (
    create_commemoration,
    generate_occurrences,
    update_commemoration,
)
from campaigns.actions.events import create_event, move_event, update_event
from campaigns.actions.plans import (
    close_plan,
    create_plan,
    edit_plan,
    issue_plan,
    send_back_plan,
    submit_plan,
    withdraw_plan,
)
from campaigns.actions.structure import (
    add_phase,
    add_track,
    edit_phase,
    edit_track,
    move_phase,
    move_track,
    remove_phase,
    remove_track,
    set_forms,
    set_themes,
)
from campaigns.actions.tasks import add_task, edit_task, move_task, remove_task
from campaigns.actions.work import (
    add_manual_evidence,
    assign_task,
    hand_over_assignments,
    record_evidence,
    retract_evidence,
    retract_manual_evidence,
    set_progress,
    set_responsible,
    unassign,
)

__all__ = [
    "add_manual_evidence",
    "add_phase",
    "add_task",
    "add_track",
    "assign_task",
    "close_plan",
    "create_commemoration",
    "create_event",
    "create_plan",
    "derive_plan",
    "edit_phase",
    "edit_plan",
    "edit_task",
    "edit_track",
    "generate_occurrences",
    "hand_over_assignments",
    "issue_plan",
    "move_event",
    "move_phase",
    "move_task",
    "move_track",
    "record_evidence",
    "remove_calendar_day",
    "remove_phase",
    "remove_task",
    "remove_track",
    "retract_evidence",
    "retract_manual_evidence",
    "send_back_plan",
    "set_calendar",
    "set_forms",
    "set_progress",
    "set_responsible",
    "set_themes",
    "submit_plan",
    "unassign",
    "update_commemoration",
    "update_event",
    "withdraw_plan",
]
