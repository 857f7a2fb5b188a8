"""What is done to documents and editions. Every state is written here and nowhere else."""

from documents.actions._blocks import MAX_BLOCKS, rows_of
from documents.actions._common import refuse_marking
from documents.actions.lifecycle import publish, send_back, submit, take_back, withdraw
from documents.actions.writing import create_document, save_text, start_edition

__all__ = [
    "MAX_BLOCKS",
    "create_document",
    "publish",
    "refuse_marking",
    "rows_of",
    "save_text",
    "send_back",
    "start_edition",
    "submit",
    "take_back",
    "withdraw",
]
