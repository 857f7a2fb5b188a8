"""What is done to documents and editions. Every state is written here and nowhere else."""

from documents.actions._blocks import MAX_BLOCKS, rows_of
from documents.actions._common import refuse_marking
from documents.actions.lifecycle import publish, send_back, submit, take_back, withdraw
from documents.actions.paper import publish_on_paper
from documents.actions.scheduling import (
    publish_due,
    publish_now,
    reschedule,
    schedule,
    serve_due,
    unschedule,
)
from documents.actions.writing import create_document, save_text, start_edition

__all__ = [
    "MAX_BLOCKS",
    "create_document",
    "publish",
    "publish_due",
    "publish_now",
    "publish_on_paper",
    "refuse_marking",
    "reschedule",
    "rows_of",
    "save_text",
    "schedule",
    "send_back",
    "serve_due",
    "start_edition",
    "submit",
    "take_back",
    "unschedule",
    "withdraw",
]
