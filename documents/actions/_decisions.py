"""Decisions on the lineage survive when an edition goes back to its writers and comes again."""

import hashlib
import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from documents.models import BlockLink, KeptDecision, Unpaired

_PICTURE = re.compile(r'<img\b[^>]*?\bsrc="([^"]*)"', re.IGNORECASE)
_DECIDED = (BlockLink.State.CONFIRMED, BlockLink.State.REJECTED)
_ALONE = KeptDecision.State.ALONE


def _digest(block):
    """SHA-256 (hex) of what a block says; its number may change without changing that."""
    said = "\x1f".join([block.kind, block.plain, *_PICTURE.findall(block.html)])
    return hashlib.sha256(said.encode()).hexdigest()


def _by_digest(blocks):
    at = defaultdict(list)
    for block in blocks:
        at[_digest(block)].append(block)
    return at


def keep(edition):
    """Store the decisions on the lineage to `edition`, whose blocks are about to be dropped."""
    links = BlockLink.objects.filter(target__edition=edition, state__in=_DECIDED)
    links = list(links)
    alone = list(Unpaired.objects.filter(edition=edition).select_related("block"))
    if not links and not alone:
        return
    places = {}
    for digest, blocks in _by_digest(edition.blocks.order_by("pos")).items():
        for nth, block in enumerate(blocks):
            places[block.pk] = {"target_digest": digest, "nth": nth, "count": len(blocks)}
    rows = [
        KeptDecision(
            edition=edition,
            source_id=link.source_id,
            state=link.state,
            kind=link.kind,
            score=link.score,
            doubts=link.doubts,
            decided_by_id=link.confirmed_by_id,
            decided_at=link.confirmed_at,
            **places[link.target_id],
        )
        for link in links
    ]
    for said in alone:
        here = said.block.edition_id == edition.pk
        where = places[said.block_id] if here else {"source_id": said.block_id}
        rows.append(
            KeptDecision(
                edition=edition,
                state=_ALONE,
                decided_by_id=said.decided_by_id,
                decided_at=said.decided_at,
                **where,
            )
        )
    KeptDecision.objects.bulk_create(rows, batch_size=1000)
    Unpaired.objects.filter(edition=edition).delete()


@dataclass
class TakenOver:
    """Decisions that hold for the new blocks: positions for `lineage.propose`, unsaved links."""

    confirmed: list = field(default_factory=list)
    rejected: list = field(default_factory=list)
    links: list = field(default_factory=list)
    alone: list = field(default_factory=list)

    def store_alone(self, found):
        """Store who has no counterpart, unless one was found by now."""
        linked = {(0, link.source) for link in found} | {(1, link.target) for link in found}
        linked |= {(0, s) for s, _t in self.confirmed} | {(1, t) for _s, t in self.confirmed}
        rows = [row for place, row in self.alone if place not in linked]
        Unpaired.objects.bulk_create(rows, batch_size=1000, ignore_conflicts=True)


def take_over(edition, old, rows):
    """TakenOver: what was decided before and still fits `old` and `rows`, the newest word first.

    What fits is taken out of the store; the rest stays there for another time.
    """
    out = TakenOver()
    stored = list(edition.kept_decisions.order_by("-decided_at", "-id"))
    if not stored:
        return out
    at_old = {block.pk: i for i, block in enumerate(old)}
    at_new = {id(block): i for i, block in enumerate(rows)}
    same = _by_digest(rows)
    seen, used, standing = set(), [], ({}, {})
    for said in stored:
        source = at_old.get(said.source_id) if said.source_id else None
        targets = same.get(said.target_digest, ())
        if said.source_id and source is None:
            continue
        if said.target_digest and len(targets) != said.count:
            continue
        target = at_new[id(targets[said.nth])] if said.target_digest else None
        used.append(said.pk)
        if (source, target) in seen:
            continue
        seen.add((source, target))
        _take(out, said, source, target, old, rows, standing)
    KeptDecision.objects.filter(pk__in=used).delete()
    return out


def _take(out, said, source, target, old, rows, standing):
    if said.state == _ALONE:
        place, block = ((1, target), rows[target]) if source is None else ((0, source), old[source])
        row = Unpaired(
            edition=rows[0].edition,
            block=block,
            decided_by_id=said.decided_by_id,
            decided_at=said.decided_at,
        )
        out.alone.append((place, row))
        return
    if said.state == BlockLink.State.REJECTED:
        out.rejected.append((source, target))
    else:
        mine = [(source, target, said.kind)]
        if not may_stand(standing, mine):
            return
        for at, side in ((source, standing[0]), (target, standing[1])):
            side.setdefault(at, []).append(said.kind)
        out.confirmed.append((source, target))
    out.links.append(
        BlockLink(
            source=old[source],
            target=rows[target],
            kind=said.kind,
            score=said.score,
            doubts=said.doubts,
            state=said.state,
            confirmed_by_id=said.decided_by_id,
            confirmed_at=said.decided_at,
        )
    )


def may_stand(standing, links):
    """Whether links (source, target, kind) may stand beside those that do.

    standing: two dicts, {source: [kinds of its links]} and {target: [kinds of its links]}. Several
    links of one source are a split, several of one target are merged, nothing else.
    """
    out, back = Counter(), Counter()
    for source, target, _kind in links:
        out[source] += 1
        back[target] += 1
    for source, target, kind in links:
        beside = standing[0].get(source, [])
        if (beside or out[source] > 1) and {*beside, kind} != {BlockLink.Kind.SPLIT}:
            return False
        beside = standing[1].get(target, [])
        if (beside or back[target] > 1) and {*beside, kind} != {BlockLink.Kind.MERGED}:
            return False
    return True
