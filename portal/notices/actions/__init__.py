"""Verbs of notices; the only code that writes notices, deliveries and mails.

Upper apps call `schedule`, `schedule_many`, `supersede_for_boundaries`, `cancel_for_subject` and
`notify_now` inside their own transactions, and `post_letter` for people without an account; beat
calls `sweep` and `send_mails` each minute; the inbox calls `mark_read` and `mark_all_read`.
"""

from portal.notices.actions.inbox import mark_all_read, mark_read
from portal.notices.actions.mailing import MailResult, form_mails, post_letter, send_mails
from portal.notices.actions.preferences import set_preferences
from portal.notices.actions.scheduling import (
    NoticeRow,
    cancel_for_subject,
    drop_pending,
    hurry,
    notify_now,
    schedule,
    schedule_many,
    supersede_for_boundaries,
)
from portal.notices.actions.sweeping import Outcome, SweepResult, sweep

__all__ = [
    "MailResult",
    "NoticeRow",
    "Outcome",
    "SweepResult",
    "cancel_for_subject",
    "drop_pending",
    "form_mails",
    "hurry",
    "mark_all_read",
    "mark_read",
    "notify_now",
    "post_letter",
    "schedule",
    "schedule_many",
    "send_mails",
    "set_preferences",
    "supersede_for_boundaries",
    "sweep",
]
