"""What is done to consultations and opinions."""

from feedback.actions.consultations import (
    announce,
    create_consultation,
    edit_consultation,
    open_due,
)
from feedback.actions.dates import change_dates, withdraw_consultation
from feedback.actions.opinions import (
    Receipt,
    SentBefore,
    look_at_identity,
    revise_opinion,
    submission_digest,
    submit_opinion,
    withdraw_opinion,
)
from feedback.actions.terms import (
    add_questions,
    add_units,
    change_consent,
    edit_question,
    move_edition,
    move_question,
    remove_question,
    remove_units,
)

__all__ = [
    "Receipt",
    "SentBefore",
    "add_questions",
    "add_units",
    "announce",
    "change_consent",
    "change_dates",
    "create_consultation",
    "edit_consultation",
    "edit_question",
    "look_at_identity",
    "move_edition",
    "move_question",
    "open_due",
    "remove_question",
    "remove_units",
    "revise_opinion",
    "submission_digest",
    "submit_opinion",
    "withdraw_consultation",
    "withdraw_opinion",
]
