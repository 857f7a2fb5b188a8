"""Verbs of the register. Keyword-only, atomic, audited."""

from .register import (
    FIELDS,
    link_documents,
    register_document,
    set_links,
    unlink_documents,
    update_document,
)
from .signed import add_signed_copy, keep_as_issued, keep_signed_copy, record_paper_approval

__all__ = [
    "FIELDS",
    "add_signed_copy",
    "keep_as_issued",
    "keep_signed_copy",
    "link_documents",
    "record_paper_approval",
    "register_document",
    "set_links",
    "unlink_documents",
    "update_document",
]
