"""What is done to documents and editions. Every state is written here and nowhere else."""

from documents.actions._blocks import MAX_BLOCKS, rows_of
from documents.actions._common import refuse_marking
from documents.actions.alignment import (
    confirm_link,
    confirm_many,
    link_by_hand,
    reject_link,
    reopen_alone,
    reopen_link,
    settle_alone,
    undo_many,
)
from documents.actions.audience import edit_document, set_circulation
from documents.actions.drafts import clean_up_drafts, drop_draft, keep_draft
from documents.actions.files import MAX_FILES, add_file, remove_file
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
from documents.actions.notes import MAX_NOTE, drop_change_note, write_change_note
from documents.actions.paper import publish_on_paper
from documents.actions.rendering import address_of, picture_sizes, render_text
from documents.actions.scheduling import (
    publish_due,
    publish_now,
    reschedule,
    schedule,
    serve_due,
    unschedule,
)
from documents.actions.sets import create_set, edit_set, remove_set
from documents.actions.symbol import set_symbol
from documents.actions.writing import create_document, save_section, save_text, start_edition

__all__ = [
    "MAX_BLOCKS",
    "MAX_FILES",
    "MAX_NOTE",
    "add_file",
    "address_of",
    "bring_back",
    "clean_up_drafts",
    "clean_up_imports",
    "confirm_link",
    "confirm_many",
    "correct",
    "create_document",
    "create_set",
    "describe_picture",
    "discard_import",
    "drop_change_note",
    "drop_draft",
    "edit_document",
    "edit_set",
    "keep_as_it_was",
    "keep_draft",
    "link_by_hand",
    "picture_sizes",
    "publish",
    "publish_due",
    "publish_now",
    "publish_on_paper",
    "refuse_marking",
    "reject_link",
    "remove_file",
    "remove_set",
    "render_text",
    "reopen_alone",
    "reopen_link",
    "reschedule",
    "restore_replaced",
    "rows_of",
    "save_import",
    "save_section",
    "save_text",
    "schedule",
    "send_back",
    "serve_due",
    "set_circulation",
    "set_symbol",
    "settle_alone",
    "shape_into",
    "stage",
    "start_edition",
    "submit",
    "take_back",
    "undo",
    "undo_many",
    "unschedule",
    "withdraw",
    "write_change_note",
]
