"""The way of one passage through all editions that readers may open."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Q

from documents.models import Block, BlockLink, Edition
from documents.queries.lineage import composed
from documents.queries.reading import READABLE


@dataclass(frozen=True)
class Step:
    """What a passage was in one edition, set against the readable edition before it.

    kind: "first" (since the first edition readers can open), "new" (added here), "unsettled" (here,
    but nobody has decided yet where it came from), "same", "moved", "edited", "split", "merged",
    "regrouped" (several became several), "gone", "unclear" (not decided yet where it went).
    `blocks` are the passage itself in this edition. `old` and `new` are all blocks that took part
    in the step, so also those it was merged with: their texts make the difference whole. `before`
    is the edition of `old`, where the passage went on from one.
    """

    edition: Edition
    kind: str
    blocks: list = field(default_factory=list)
    old: list = field(default_factory=list)
    new: list = field(default_factory=list)
    moved: bool = False
    before: Edition | None = None


# All blocks that links which stand join to one block, in editions that were published.
_FAMILY = """
WITH RECURSIVE family (id) AS (
  SELECT %(block)s::bigint
  UNION
  SELECT o.id FROM family f
  JOIN documents_blocklink l ON (l.source_id = f.id OR l.target_id = f.id)
    AND l.state = ANY(%(standing)s)
  JOIN documents_block o
    ON o.id = CASE WHEN l.source_id = f.id THEN l.target_id ELSE l.source_id END
  JOIN documents_edition e ON e.id = o.edition_id AND e.published_at IS NOT NULL
)
SELECT id FROM family
"""


def history(block):
    """[Step] for the editions that readers may open, oldest first, ended by "gone" or "unclear".

    The block is one of a published edition. Withdrawn editions are no step of their own: what lies
    on both sides of one is composed. Queries: four.
    """
    editions = list(
        Edition.objects.filter(document__editions=block.edition_id, published_at__isnull=False)
        .defer("source")
        .order_by("n")
    )
    blocks = _family(block)
    links = list(
        BlockLink.objects.filter(Q(source__in=blocks) | Q(target__in=blocks)).values_list(
            "source_id", "target_id", "kind", "state", "target__edition_id"
        )
    )
    steps, standing = {}, set(BlockLink.STANDING)
    for source, target, kind, state, _edition in links:
        if state in standing and source in blocks and target in blocks:
            steps.setdefault(source, []).append((target, kind))
    published = {e.pk for e in editions}
    undecided = [
        (source, target)
        for source, target, _kind, state, edition_id in links
        if state == BlockLink.State.PROPOSED and edition_id in published
    ]
    back = {}
    for source, ways in steps.items():
        for target, _kind in ways:
            back.setdefault(target, []).append((source, ""))
    onward = _reached(block.pk, steps)
    own = onward | _reached(block.pk, back)
    open_end = any(source in onward for source, _target in undecided)
    readable = [e for e in editions if e.state in READABLE]
    return _steps(readable, blocks, own, steps, undecided, open_end)


def _family(block):
    standing = [str(state) for state in BlockLink.STANDING]
    with connection.cursor() as cursor:
        cursor.execute(_FAMILY, {"block": block.pk, "standing": standing})
        ids = [pk for (pk,) in cursor.fetchall()]
    return Block.objects.defer("html").in_bulk(ids)


def _reached(pk, ways):
    found, reached = {pk}, {pk}
    while reached:
        reached = {there for at in reached for there, _kind in ways.get(at, ())}
        found |= reached
    return found


def _steps(editions, blocks, own, steps, undecided, open_end):
    by_edition = {}
    for b in sorted(blocks.values(), key=lambda b: b.pos):
        by_edition.setdefault(b.edition_id, []).append(b)
    told, last = [], None
    for at, edition in enumerate(editions):
        here = [b for b in by_edition.get(edition.pk, ()) if b.pk in own]
        if last is None:
            if here:
                told.append(_beginning(edition, here, at == 0, undecided))
                last = edition
        elif not here:
            told.append(Step(edition, "unclear" if open_end else "gone", old=told[-1].blocks))
            break
        else:
            before = by_edition[last.pk]
            pairs = composed([b.pk for b in before], {b.pk for b in by_edition[edition.pk]}, steps)
            told.append(_going_on(last, edition, told[-1].blocks, here, blocks, pairs))
            last = edition
    return told


def _beginning(edition, here, is_first, undecided):
    if is_first:
        kind = "first"
    else:
        ids = {b.pk for b in here}
        kind = "unsettled" if any(target in ids for _source, target in undecided) else "new"
    return Step(edition, kind, here, new=here)


def _going_on(last, edition, earlier, here, blocks, pairs):
    """One step: with the passage itself all that was merged with it or split off from it."""
    was, now = {b.pk for b in earlier}, {b.pk for b in here}
    old_ids = was | {source for source, target in pairs if target in now}
    new_ids = now | {target for source, target in pairs if source in was}
    old = sorted((blocks[pk] for pk in old_ids), key=lambda b: b.pos)
    new = sorted((blocks[pk] for pk in new_ids), key=lambda b: b.pos)
    kinds = frozenset().union(*(k for (s, t), k in pairs.items() if s in old_ids and t in new_ids))
    moved = BlockLink.Kind.MOVED in kinds
    if len(old) > 1:
        kind = "regrouped" if len(new) > 1 else "merged"
    elif len(new) > 1:
        kind = "split"
    elif (old[0].number, old[0].plain) != (new[0].number, new[0].plain):
        kind = "edited"
    else:
        kind = "moved" if moved else "same"
    return Step(edition, kind, here, old, new, moved, last)
