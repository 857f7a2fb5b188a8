"""What readers get: every function here costs a fixed number of queries."""

from functools import lru_cache

from documents.models import Block, Document, Edition
from documents.queries.audience import readable_documents, with_live

READABLE = (Edition.State.PUBLISHED, Edition.State.SUPERSEDED)


def public_documents(user):
    """Published documents that anybody, or anybody signed in, may read; newest first.

    What is internal or for chosen units is left out: their people find it under `my_documents`.
    """
    circulations = [Document.Circulation.PUBLIC, Document.Circulation.SIGNED_IN]
    rows = with_live(readable_documents(user).filter(circulation__in=circulations))
    return rows.select_related("agency", "event__host").order_by("-live_at", "-id")


def readable_editions(document):
    """The editions readers can choose from, newest first."""
    return list(document.editions.filter(state__in=READABLE).defer("source").order_by("-n"))


def heading_path(block):
    """The headings a block stands under, outermost first (one query)."""
    last_of_level = (
        Block.objects.filter(
            edition_id=block.edition_id, kind=Block.Kind.HEADING, pos__lt=block.pos
        )
        .defer("html")
        .order_by("level", "-pos")
        .distinct("level")
    )
    path, lowest = [], block.level or 99
    for heading in sorted(last_of_level, key=lambda b: -b.pos):
        if heading.level < lowest:
            path.insert(0, heading)
            lowest = heading.level
    return path


def neighbours(block):
    """(the block before, the block after) in the edition; None at its ends (one query)."""
    around = Block.objects.filter(
        edition_id=block.edition_id, pos__in=[block.pos - 1, block.pos + 1]
    ).defer("html")
    found = {b.pos: b for b in around}
    return found.get(block.pos - 1), found.get(block.pos + 1)


def newest_readable(document_ids):
    """{document id: the newest edition readers can open, with its document} (one query)."""
    newest = (
        Edition.objects.filter(document_id__in=set(document_ids), state__in=READABLE)
        .select_related("document")
        .defer("source")
        .order_by("document_id", "-n")
        .distinct("document_id")
    )
    return {edition.document_id: edition for edition in newest}


def reading_order(edition):
    """{block id: pos} of all blocks of an edition, in reading order; not to be written to.

    One query, none once a process has read a published edition: its text never changes (a trigger
    refuses it), and pages ask for the order of thousands of blocks to show a few.
    """
    find = _reading_order if edition.published_at else _reading_order.__wrapped__
    return find(edition.pk, edition.published_at)


@lru_cache(maxsize=32)
def _reading_order(edition_id, published_at):
    rows = Block.objects.filter(edition_id=edition_id).order_by("pos")
    return dict(rows.values_list("pk", "pos"))
