"""Where the passages that opinions were written about stand in the newest edition.

An opinion is never rewritten: its words, its block and its quote stay what they were. What is said
here is computed from the lineage each time, for the author and for those who read at a node alike.
"""

from collections import Counter
from dataclasses import dataclass, field

from documents import queries as documents
from documents.models import Block, Edition
from documents.rules import may_read
from feedback import totals


@dataclass(frozen=True)
class Standing:
    """What stands now where an opinion was written.

    kind: as `documents.queries.Place.kind`; `edition` is the newest one readers can open, `blocks`
    what the passage is there. `changed`: inherited, but its words are no longer the same.
    """

    kind: str
    edition: Edition
    blocks: list = field(default_factory=list)
    changed: bool = False


def attach_standing(opinions, user):
    """Set `standing` of opinions (with block, edition and its document): a Standing, or None.

    None for an opinion on the whole document, where no edition can be read any more, and where
    `user` may no longer read the document. Queries: four at most, whatever the number.
    """
    on_passages = [o for o in opinions if o.block_id]
    newest = documents.newest_readable(o.edition.document_id for o in on_passages)
    found = documents.places({o.block_id for o in on_passages}, list(newest.values()))
    _attach(opinions, user, newest, found)


def _attach(opinions, user, newest, found):
    readable = {pk for pk, edition in newest.items() if may_read(user, edition.document)}
    for opinion in opinions:
        place = found.get(opinion.block_id)
        document_id = opinion.edition.document_id
        opinion.standing = None
        if place and document_id in readable:
            opinion.standing = _standing(place, opinion.block, newest[document_id])


def _standing(place, block, edition):
    changed = place.kind == "inherited" and (
        (place.blocks[0].number, place.blocks[0].plain) != (block.number, block.plain)
    )
    return Standing(place.kind, edition, place.blocks, changed)


@dataclass(frozen=True)
class Heap:
    """Opinions of one node that belong together: those about one passage of the newest edition.

    `block` has its edition with the document; `blocks` are the ids of the blocks they were written
    about, in whatever edition; `n` is the number of opinions.
    """

    block: Block
    blocks: frozenset
    n: int


@dataclass(frozen=True)
class Sorted:
    """The opinions read at a node by where they stand now; the three rests as (block ids, number).

    `total` is the number of opinions.
    An opinion whose passage was split is found at each of its successors, so the heaps may add up
    to more than there are opinions; `several` counts the passages to which this happened.
    """

    total: int
    heaps: list
    gone: tuple
    unclear: tuple
    general: int
    several: int
    newest: dict
    places: dict

    def attach_standing(self, opinions, user):
        """As `attach_standing` above, for opinions of this node; without a query."""
        _attach(opinions, user, self.newest, self.places)

    @staticmethod
    def load_words(heaps):
        """Load `plain` of the passages of these heaps; one query."""
        words = dict(
            Block.objects.filter(pk__in=[h.block.pk for h in heaps]).values_list("pk", "plain")
        )
        for heap in heaps:
            heap.block.plain = words[heap.block.pk]

    def heap_of(self, text):
        """The Heap of the block with this id, given as text of an address, or None."""
        return next((h for h in self.heaps if str(h.block.pk) == text), None)


def sorted_at(node):
    """Sorted: what is read at `node`, by passage of the newest editions.

    The words of the passages are not loaded (`Sorted.load_words`). Queries: six at most, whatever
    the number of opinions and passages.
    """
    counts = totals.by_passage(node)
    general = counts.pop(None, 0)
    written = {b.pk: b for b in Block.objects.filter(pk__in=counts).defer("html", "plain")}
    editions = (
        Edition.objects.filter(pk__in={b.edition_id for b in written.values()})
        .select_related("document")
        .defer("source")
        .in_bulk()
    )
    newest = documents.newest_readable(e.document_id for e in editions.values())
    current = {e.pk for e in newest.values()}
    older = [pk for pk, b in written.items() if b.edition_id not in current]
    found = documents.places(older, list(newest.values()))
    heaps, rests, several = {}, {"gone": [], "unclear": []}, 0
    for pk, block in written.items():
        place = found.get(pk) or documents.Place("here", [block])
        if place.kind in rests:
            rests[place.kind].append(pk)
        several += len(place.blocks) > 1
        edition = editions[block.edition_id]
        for there in place.blocks:
            there.edition = newest.get(edition.document_id, edition)
            heaps.setdefault(there.pk, (there, []))[1].append(pk)
    made = [
        Heap(there, frozenset(pks), sum(counts[pk] for pk in pks)) for there, pks in heaps.values()
    ]
    made.sort(key=lambda h: (h.block.edition.document_id, h.block.edition.n, h.block.pos))
    total = Counter({kind: sum(counts[pk] for pk in pks) for kind, pks in rests.items()})
    return Sorted(
        total=sum(counts.values()) + general,
        heaps=made,
        gone=(frozenset(rests["gone"]), total["gone"]),
        unclear=(frozenset(rests["unclear"]), total["unclear"]),
        general=general,
        several=several,
        newest=newest,
        places=found,
    )
