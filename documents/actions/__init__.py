"""What is done to documents and editions. Every state is written here and nowhere else."""

from documents.actions._blocks import MAX_BLOCKS, rows_of
from documents.actions._common import refuse_marking
from documents.actions.imports import (
    bring_back,
    clean_up_imports,
    correct,
    describe_picture,
    discard_import,
    keep_as_it_was,
    restore_replaced,
    save_import,
    shape_into,
    stage,
    undo,
)
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
    "bring_back",
    "clean_up_imports",
    "correct",
    "create_document",
    "describe_picture",
    "discard_import",
    "keep_as_it_was",
    "publish",
    "publish_due",
    "publish_now",
    "publish_on_paper",
    "refuse_marking",
    "reschedule",
    "restore_replaced",
    "rows_of",
    "save_import",
    "save_text",
    "schedule",
    "send_back",
    "serve_due",
    "shape_into",
    "stage",
    "start_edition",
    "submit",
    "take_back",
    "undo",
    "unschedule",
    "withdraw",
]
