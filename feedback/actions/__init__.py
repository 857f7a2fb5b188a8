"""What is done to consultations and opinions."""

from feedback.actions.consultations import (
    announce,
    change_dates,
    create_consultation,
    edit_consultation,
    open_due,
    withdraw_consultation,
)
from feedback.actions.opinions import (
    Receipt,
    SentBefore,
    look_at_identity,
    revise_opinion,
    submission_digest,
    submit_opinion,
    withdraw_opinion,
)

__all__ = [
    "Receipt",
    "SentBefore",
    "announce",
    "change_dates",
    "create_consultation",
    "edit_consultation",
    "look_at_identity",
    "open_due",
    "revise_opinion",
    "submission_digest",
    "submit_opinion",
    "withdraw_consultation",
    "withdraw_opinion",
]
