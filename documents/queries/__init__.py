"""Reading documents: every function here costs a fixed number of queries."""

from documents.queries.alignment import alignment_of, to_align, undecided
from documents.queries.approval import approved_editions, needs_paper
from documents.queries.audience import (
    audience_words,
    documents_of_set,
    my_documents,
    my_sets,
    readable_documents,
    readable_ids,
    readable_sets,
    with_full_texts,
    with_live,
    working_sets,
)
from documents.queries.comparison import (
    change_notes,
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
    heading_path,
    neighbours,
    newest_readable,
    public_documents,
    readable_editions,
)
from documents.queries.text import (
    Found,
    Hit,
    block_by_number,
    editions_to_render,
    part_of,
    search_text,
    text_of,
)

__all__ = [
    "READABLE",
    "Found",
    "Hit",
    "Passage",
    "Place",
    "Step",
    "alignment_of",
    "approved_editions",
    "audience_words",
    "before",
    "between",
    "block_by_number",
    "change_notes",
    "changed_blocks",
    "compared_page",
    "comparison",
    "documents_of_set",
    "earlier_editions",
    "editions_to_render",
    "heading_path",
    "history",
    "my_documents",
    "my_sets",
    "needs_paper",
    "neighbours",
    "newest_readable",
    "part_of",
    "places",
    "public_documents",
    "readable_documents",
    "readable_editions",
    "readable_ids",
    "readable_sets",
    "search_text",
    "text_of",
    "to_align",
    "todays_work",
    "undecided",
    "waiting_for_approval",
    "with_full_texts",
    "with_live",
    "working_documents",
    "working_sets",
]
