"""The verbs of campaigns: only they write events, plans, tasks and evidence.

All take keyword arguments only, run in one transaction, write an audit row, and raise `Refused`
with a sentence for the reader. `actor` None is the system (loader). Who may call them is decided
by `campaigns.rules.access` in the views.
"""

from campaigns.actions.acceptance import accept_assignment, accept_many, return_assignment
from campaigns.actions.amendments import (
    begin_amendment,
    drop_amendment,
    publish_amendment,
    publish_amendment_on_paper,
    send_back_amendment,
    submit_amendment,
)
from campaigns.actions.approval import issue_plan_on_paper
from campaigns.actions.calendar import remove_calendar_day, set_calendar
from campaigns.actions.cascade import derive_plan
from campaigns.actions.commemorations import (
    create_commemoration,
    generate_occurrences,
    update_commemoration,
)
from campaigns.actions.congresses import remove_window, save_window, set_congress_dates
from campaigns.actions.copying import copy_plan, end_template
from campaigns.actions.events import create_event, move_event, update_event
from campaigns.actions.evidence import (
    MANUAL,
    add_evidence,
    add_manual_evidence,
    edit_evidence,
    keep_file,
    keep_photos,
    kept_uploads,
    pick_evidence,
    record_evidence,
    remove_photo,
    retract_evidence,
    retract_manual_evidence,
)
from campaigns.actions.handing import hand_out, pass_on, take_back, undo_batch
from campaigns.actions.plans import (
    close_plan,
    create_plan,
    edit_plan,
    issue_plan,
    send_back_plan,
    submit_plan,
    withdraw_plan,
)
from campaigns.actions.reminders import (
    note_look_at_phones,
    remind_late_units,
    set_notice_rules,
)
from campaigns.actions.report_series import (
    add_period,
    create_series,
    edit_series,
    keep_periods,
    open_reports,
    remove_period,
    set_deadline,
    set_units,
    stop_series,
)
from campaigns.actions.reports import correct_report, return_report, save_report
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
from campaigns.actions.taking import decide, mark_compared
from campaigns.actions.tasks import add_task, edit_task, move_task, remove_task
from campaigns.actions.work import (
    assign_task,
    hand_over_assignments,
    set_progress,
    set_responsible,
    unassign,
)

__all__ = [
    "MANUAL",
    "accept_assignment",
    "accept_many",
    "add_evidence",
    "add_manual_evidence",
    "add_period",
    "add_phase",
    "add_task",
    "add_track",
    "assign_task",
    "begin_amendment",
    "close_plan",
    "copy_plan",
    "correct_report",
    "create_commemoration",
    "create_event",
    "create_plan",
    "create_series",
    "decide",
    "derive_plan",
    "drop_amendment",
    "edit_evidence",
    "edit_phase",
    "edit_plan",
    "edit_series",
    "edit_task",
    "edit_track",
    "end_template",
    "generate_occurrences",
    "hand_out",
    "hand_over_assignments",
    "issue_plan",
    "issue_plan_on_paper",
    "keep_file",
    "keep_periods",
    "keep_photos",
    "kept_uploads",
    "mark_compared",
    "move_event",
    "move_phase",
    "move_task",
    "move_track",
    "note_look_at_phones",
    "open_reports",
    "pass_on",
    "pick_evidence",
    "publish_amendment",
    "publish_amendment_on_paper",
    "record_evidence",
    "remind_late_units",
    "remove_calendar_day",
    "remove_period",
    "remove_phase",
    "remove_photo",
    "remove_task",
    "remove_track",
    "remove_window",
    "retract_evidence",
    "retract_manual_evidence",
    "return_assignment",
    "return_report",
    "save_report",
    "save_window",
    "send_back_amendment",
    "send_back_plan",
    "set_calendar",
    "set_congress_dates",
    "set_deadline",
    "set_forms",
    "set_notice_rules",
    "set_progress",
    "set_responsible",
    "set_themes",
    "set_units",
    "stop_series",
    "submit_amendment",
    "submit_plan",
    "take_back",
    "unassign",
    "undo_batch",
    "update_commemoration",
    "update_event",
    "withdraw_plan",
]
