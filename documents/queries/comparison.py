"""Comparisons of two editions, made once and kept.

Editions never change once they are published, but a person may still confirm or reject what became
of a passage: what is kept is named after a digest of the links between the two, so that a decision
makes it anew. It stands compressed in the cache, a page by itself: it is derived, is made again in
a second or two where the cache has lost it, and grows old by itself; a table would need sweeping.
"""

import json
import zlib

from django.core.cache import cache
from django.db import connection

from documents.compared_pages import pages_of
from documents.comparing import compare
from documents.models import Block, BlockLink, ChangeNote, Edition
from documents.queries.lineage import before, between

KEPT = 30 * 24 * 3600
#: What is stored is read by this shape of it; raise it when the shape changes.
_SHAPE = 4

_REVISION = """
SELECT count(*), coalesce(sum(hashtextextended(
  l.source_id || ' ' || l.target_id || ' ' || l.kind || ' ' || l.state, 0)), 0)
FROM documents_blocklink l
JOIN documents_block b ON b.id = l.target_id
JOIN documents_edition e ON e.id = b.edition_id
WHERE e.document_id = %s AND e.n > %s AND e.n <= %s
"""


def revision(old, new):
    """A text that changes with every link between two editions of a document (one query)."""
    with connection.cursor() as cursor:
        cursor.execute(_REVISION, [old.document_id, old.n, new.n])
        many, total = cursor.fetchone()
    return f"{many}.{int(total):x}.{old.lock_version}.{new.lock_version}"


def comparison(old, new):
    """The Comparison of two editions of a document, `old` the earlier one; seven queries."""
    olds, news = _blocks(old), _blocks(new)
    undecided = BlockLink.objects.filter(
        source__edition=old, target__edition=new, state=BlockLink.State.PROPOSED
    ).values_list("source_id", "target_id")
    return compare(olds, news, between(old, new), undecided)


def compared_page(old, new, view, number):
    """(index, entries of page `number` of `view`) of `compared_pages`; None for no such page.

    One query where it is kept, nine where it is made.
    """
    stem = _stem(old, new)
    index = _load(f"{stem}:index")
    if index is not None:
        if not 1 <= number <= index["pages"][view]:
            return index, None
        page = _load(f"{stem}:{view}:{number}")
        if page is not None:
            return index, page
    made = pages_of(comparison(old, new))
    _keep(stem, made)
    pages = made[view]
    return made["index"], pages[number - 1] if 1 <= number <= len(pages) else None


def changed_blocks(edition):
    """{block id: kind} of the blocks that differ from the last edition before, for the margin.

    Kinds as in `comparing.KINDS` without "gone". Empty for the first edition. Two queries where it
    is kept.
    """
    old = before(edition)
    if old is None:
        return {}
    key = f"{_stem(old, edition)}:marks"
    marks = _load(key)
    if marks is None:
        rows = comparison(old, edition).changes
        marks = {row.new.pk: row.kind for row in rows if row.new is not None}
        cache.set(key, _packed(marks), KEPT)
    return {int(pk): kind for pk, kind in marks.items()}


def change_notes(edition):
    """{block id: text}: why its drafters changed or dropped a passage (one query)."""
    notes = ChangeNote.objects.filter(edition=edition).exclude(text="")
    rows = notes.values_list("block_id", "source_id", "text")
    return {block or source: text for block, source, text in rows if block or source}


def earlier_editions(edition):
    """Editions readers can compare this one with, newest first."""
    from documents.queries.reading import READABLE

    return list(
        Edition.objects.filter(
            document_id=edition.document_id, n__lt=edition.n, state__in=READABLE
        ).order_by("-n")
    )


def _blocks(edition):
    return list(Block.objects.filter(edition=edition).order_by("pos"))


def _stem(old, new):
    return f"compare:{_SHAPE}:{old.pk}:{new.pk}:{revision(old, new)}"


def _packed(data):
    return zlib.compress(json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode(), 6)


def _load(key):
    data = cache.get(key)
    return None if data is None else json.loads(zlib.decompress(data))


def _keep(stem, made):
    parts = {f"{stem}:index": made["index"]}
    for view, pages in made.items():
        if view != "index":
            parts |= {f"{stem}:{view}:{n}": page for n, page in enumerate(pages, start=1)}
    cache.set_many({key: _packed(data) for key, data in parts.items()}, KEPT)
