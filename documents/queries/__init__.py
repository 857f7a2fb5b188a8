"""Reading documents: every function here costs a fixed number of queries."""

from documents.queries.desk import todays_work, waiting_for_approval, working_documents
from documents.queries.lineage import Passage, Place, before, between, places
from documents.queries.reading import (
    READABLE,
    ContentsItem,
    blocks_of,
    contents,
    public_documents,
    readable_editions,
)

__all__ = [
    "READABLE",
    "ContentsItem",
    "Passage",
    "Place",
    "before",
    "between",
    "blocks_of",
    "contents",
    "places",
    "public_documents",
    "readable_editions",
    "todays_work",
    "waiting_for_approval",
    "working_documents",
]
