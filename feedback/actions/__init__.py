"""What is done to consultations and opinions."""

from feedback.actions.answers import (
    delete_answer,
    publish_answers,
    publish_answers_on_paper,
    return_answers,
    save_answer,
    submit_answers,
    take_back_answers,
    writers_of,
)
from feedback.actions.by_receipt import rewrite_by_receipt, withdraw_by_receipt
from feedback.actions.clarifications import (
    ask_author,
    reply_as_author,
    reply_by_receipt,
    settle_thread,
)
from feedback.actions.consultations import (
    announce,
    create_consultation,
    edit_consultation,
    open_due,
)
from feedback.actions.dates import change_dates, withdraw_consultation
from feedback.actions.declared import declare_number, remove_declared
from feedback.actions.drafts import FIELDS as DRAFT_FIELDS
from feedback.actions.drafts import discard_draft, purge_drafts, save_draft
from feedback.actions.looks import check_look, look_at_identity
from feedback.actions.opinions import (
    Receipt,
    SentBefore,
    revise_opinion,
    submission_digest,
    submit_opinion,
    withdraw_opinion,
)
from feedback.actions.privacy import (
    destroy_key,
    erase_identity,
    erase_identity_by_receipt,
    erase_token,
    withdraw_consent,
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
    "DRAFT_FIELDS",
    "Receipt",
    "SentBefore",
    "add_questions",
    "add_units",
    "announce",
    "ask_author",
    "change_consent",
    "change_dates",
    "check_look",
    "create_consultation",
    "declare_number",
    "delete_answer",
    "destroy_key",
    "discard_draft",
    "edit_consultation",
    "edit_question",
    "erase_identity",
    "erase_identity_by_receipt",
    "erase_token",
    "look_at_identity",
    "move_edition",
    "move_question",
    "open_due",
    "publish_answers",
    "publish_answers_on_paper",
    "purge_drafts",
    "remove_declared",
    "remove_question",
    "remove_units",
    "reply_as_author",
    "reply_by_receipt",
    "return_answers",
    "revise_opinion",
    "rewrite_by_receipt",
    "save_answer",
    "save_draft",
    "settle_thread",
    "submission_digest",
    "submit_answers",
    "submit_opinion",
    "take_back_answers",
    "withdraw_by_receipt",
    "withdraw_consent",
    "withdraw_consultation",
    "withdraw_opinion",
    "writers_of",
]
