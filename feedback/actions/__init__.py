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
    look_at_identity,
    revise_opinion,
    submit_opinion,
    withdraw_opinion,
)

__all__ = [
    "Receipt",
    "announce",
    "change_dates",
    "create_consultation",
    "edit_consultation",
    "look_at_identity",
    "open_due",
    "revise_opinion",
    "submit_opinion",
    "withdraw_consultation",
    "withdraw_opinion",
]
