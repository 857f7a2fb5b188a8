"""Verbs of the register. Keyword-only, atomic, audited."""

from .entering import enter_document, revise_document
from .importing import import_documents, undo_import
from .register import (
    FIELDS,
    link_documents,
    register_document,
    set_links,
    unlink_documents,
    update_document,
)
from .removing import purge_removed, remove_document, restore_document
from .signed import add_signed_copy, keep_as_issued, keep_signed_copy, record_paper_approval

__all__ = [
    "FIELDS",
    "add_signed_copy",
    "enter_document",
    "import_documents",
    "keep_as_issued",
    "keep_signed_copy",
    "link_documents",
    "purge_removed",
    "record_paper_approval",
    "register_document",
    "remove_document",
    "restore_document",
    "revise_document",
    "set_links",
    "undo_import",
    "unlink_documents",
    "update_document",
]
