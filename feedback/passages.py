"""Where the passages that opinions were written about stand in the newest edition.

An opinion is never rewritten: its words, its block and its quote stay what they were. What is said
here is computed from the lineage each time, for the author and for those who read at a node alike.
"""

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


@dataclass(slots=True, eq=False)
class Heap:
    """Opinions of one node that belong together: those about one passage of the newest edition.

    `pk` and `pos` are those of the passage, `edition` (with its document) is where it stands;
    `blocks` are the ids of the blocks they were written about, in whatever edition; `n` is the
    number of opinions. `block` is the Block, once `load_passages` has read it.
    """

    pk: int
    pos: int
    edition: Edition
    blocks: list
    n: int
    block: Block | None = None


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
    whereabouts: dict

    def attach_standing(self, opinions, user):
        """As `attach_standing` above, for opinions of this node; one query at most."""
        ids = {o.block_id for o in opinions} & self.whereabouts.keys()
        found = documents.load_places({pk: self.whereabouts[pk] for pk in ids})
        _attach(opinions, user, self.newest, found)

    @staticmethod
    def load_passages(heaps):
        """Load the blocks of these heaps; one query."""
        blocks = Block.objects.defer("html").in_bulk([heap.pk for heap in heaps])
        for heap in heaps:
            heap.block = blocks[heap.pk]
            heap.block.edition = heap.edition

    def heap_of(self, text):
        """The Heap of the block with this id, given as text of an address, or None."""
        return next((h for h in self.heaps if str(h.pk) == text), None) if text else None


def sorted_at(node):
    """Sorted: what is read at `node`, by passage of the newest editions.

    A draft may have thousands of passages, and a page shows a few: here they are numbers, blocks
    are loaded for what is shown (`Sorted.load_passages`). Queries: five at most, whatever the
    number of opinions and passages, and one for the order of each edition that this process has not
    read yet.
    """
    counts = totals.by_passage(node)
    editions = list(
        Edition.objects.filter(consultation_editions__consultation=node.consultation_id)
        .select_related("document")
        .defer("source")
        .order_by("document_id", "n")
    )
    newest = documents.newest_readable(e.document_id for e in editions)
    goals = {e.pk for e in newest.values()}
    orders = [(edition, documents.reading_order(edition)) for edition in editions]
    older = [pk for e, order in orders if e.pk not in goals for pk in order if pk in counts]
    found = documents.whereabouts(older, list(newest.values()))
    heaps, several = {}, 0
    rests = {"gone": ([], []), "unclear": ([], [])}
    for edition, order in orders:
        here = newest.get(edition.document_id, edition)
        for pk, pos in order.items():
            n = counts.get(pk)
            if n is None:
                continue
            place = found.get(pk)
            if place is None:
                standing = ((pk, pos),)
            else:
                kind, standing = place[0], place[1].items()
                if kind in rests:
                    rests[kind][0].append(pk)
                    rests[kind][1].append(n)
                several += len(standing) > 1
            for there, at in standing:
                heap = heaps.get(there)
                if heap is None:
                    heaps[there] = Heap(there, at, here, [pk], n)
                else:
                    heap.blocks.append(pk)
                    heap.n += n
    made = list(heaps.values())
    if older:  # else they were met in this order
        made.sort(key=lambda h: (h.edition.document_id, h.edition.n, h.pos))
    return Sorted(
        total=sum(counts.values()),
        heaps=made,
        gone=(frozenset(rests["gone"][0]), sum(rests["gone"][1])),
        unclear=(frozenset(rests["unclear"][0]), sum(rests["unclear"][1])),
        general=counts.get(None, 0),
        several=several,
        newest=newest,
        whereabouts=found,
    )
