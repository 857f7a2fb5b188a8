"""Reading documents: every function here costs a fixed number of queries."""

from documents.queries.approval import approved_editions, needs_paper
from documents.queries.comparison import (
    changed_blocks,
    compared_page,
    comparison,
    earlier_editions,
)
from documents.queries.desk import todays_work, waiting_for_approval, working_documents
from documents.queries.history import Step, history
from documents.queries.lineage import Passage, Place, before, between, places
from documents.queries.reading import (
    READABLE,
    ContentsItem,
    blocks_of,
    contents,
    heading_path,
    neighbours,
    newest_readable,
    public_documents,
    readable_editions,
)

__all__ = [
    "READABLE",
    "ContentsItem",
    "Passage",
    "Place",
    "Step",
    "approved_editions",
    "before",
    "between",
    "blocks_of",
    "changed_blocks",
    "compared_page",
    "comparison",
    "contents",
    "earlier_editions",
    "heading_path",
    "history",
    "needs_paper",
    "neighbours",
    "newest_readable",
    "places",
    "public_documents",
    "readable_editions",
    "todays_work",
    "waiting_for_approval",
    "working_documents",
]
