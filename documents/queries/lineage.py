"""Where passages went from edition to edition. Only links that stand lead anywhere.

The editions of a document that were published at some time, withdrawn ones included, are a chain:
the links of each lead back to the one before it. What lies further apart is composed of these
steps, so nothing is ever matched by its looks.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from operator import itemgetter

from django.db import connection

from documents.models import Block, BlockLink, Edition

_STANDING = [str(state) for state in BlockLink.STANDING]


@dataclass(frozen=True)
class Passage:
    """What became of a block between two editions, or where one came from.

    kind: "same", "moved", "edited" (one to one), "split" (the source has several targets),
    "merged" (the target has several sources, this source goes nowhere else), "gone" (no target),
    "new" (no source). moved: it did not keep its place on the way, whatever the kind.
    """

    source_id: int | None
    target_id: int | None
    kind: str
    moved: bool = False


@dataclass(frozen=True)
class Place:
    """Where a passage stands in an edition.

    kind: "here" (it is a passage of that edition), "inherited" (one to one through every step),
    "successors" (the blocks it was split into or merged into), "gone" (none), "unclear" (none that
    stands, but a person has still to decide on proposals). `blocks` are in reading order; their
    `html` is not loaded.
    """

    kind: str
    blocks: list = field(default_factory=list)


def before(edition):
    """The last edition before this one that readers ever had, withdrawn or not; or None."""
    return (
        Edition.objects.filter(
            document_id=edition.document_id, n__lt=edition.n, published_at__isnull=False
        )
        .order_by("-n")
        .first()
    )


def between(old_edition, new_edition):
    """list[Passage]: what became of every block of one edition in another of the same document.

    Sorted by target, what is gone after the passage that went before it in the source.
    The second edition may be the older one; "new" is then what only it has. Either may be
    unpublished. Queries: three, whatever the number of editions.
    """
    forward = old_edition.n <= new_edition.n
    first, last = (old_edition, new_edition) if forward else (new_edition, old_edition)
    sources, targets = _block_ids(first, last)
    if first.pk == last.pk:
        pairs = {(pk, pk): frozenset() for pk in sources}
    else:
        pairs = composed(sources, set(targets), _steps(first, last))
    if not forward:
        pairs = {(target, source): kinds for (source, target), kinds in pairs.items()}
        sources, targets = targets, sources
    return _passages(sources, targets, pairs)


def _block_ids(first, last):
    ids = {first.pk: [], last.pk: []}
    rows = Block.objects.filter(edition_id__in=ids).order_by("edition_id", "pos")
    for edition_id, pk in rows.values_list("edition_id", "id"):
        ids[edition_id].append(pk)
    return ids[first.pk], ids[last.pk]


def _steps(first, last):
    """{source id: [(target id, kind)]} of the links that stand from `first` to `last`."""
    later = Edition.objects.filter(
        document_id=first.document_id, n__gt=first.n, n__lt=last.n, published_at__isnull=False
    )
    ids = [*later.values_list("pk", flat=True), last.pk]
    links = BlockLink.objects.filter(target__edition_id__in=ids, state__in=BlockLink.STANDING)
    found = defaultdict(list)
    for source, target, kind in links.values_list("source_id", "target_id", "kind"):
        found[source].append((target, kind))
    return found


def composed(sources, targets, steps):
    """{(source, target): kinds of all links on the ways between them}."""
    pairs = {}
    for source in sources:
        reached = {source: frozenset()}
        while reached:
            further = {}
            for at, kinds in reached.items():
                for target, kind in steps.get(at, ()):
                    further[target] = further.get(target, frozenset()) | kinds | {kind}
            reached = {}
            for target, kinds in further.items():
                if target in targets:
                    pairs[source, target] = kinds
                else:
                    reached[target] = kinds
    return pairs


def _passages(sources, targets, pairs):
    out_degree = Counter(source for source, _target in pairs)
    in_degree = Counter(target for _source, target in pairs)
    arriving = defaultdict(list)
    for (source, target), kinds in pairs.items():
        moved = BlockLink.Kind.MOVED in kinds
        if out_degree[source] > 1:
            kind = "split"
        elif in_degree[target] > 1:
            kind = "merged"
        elif kinds - {BlockLink.Kind.SAME, BlockLink.Kind.MOVED}:
            kind = "edited"
        else:
            kind = "moved" if moved else "same"
        arriving[target].append(Passage(source, target, kind, moved))
    at = {pk: i for i, pk in enumerate(sources)}
    gone, run, leading = defaultdict(list), [], []
    follows = None
    for pk in sources:
        if out_degree[pk]:
            follows = pk
        else:
            run = leading if follows is None else gone[follows]
            run.append(Passage(pk, None, "gone"))
    passages = leading
    for target in targets:
        here = sorted(arriving[target], key=lambda p: at[p.source_id])
        passages += here or [Passage(None, target, "new")]
        for passage in here:
            out_degree[passage.source_id] -= 1
            if not out_degree[passage.source_id]:
                passages += gone[passage.source_id]
    return passages


# One step along the links that stand, again and again until the edition asked for is reached.
# `one`: so far it went one to one; `open`: a person has still to decide where it goes from here.
_WALK = """
WITH RECURSIVE walk (origin, block, pos, edition, goal, one, open) AS (
  SELECT b.id, b.id, b.pos, b.edition_id, g.id, TRUE, {open_b}
  FROM documents_block b
  JOIN documents_edition e ON e.id = b.edition_id
  JOIN documents_edition g ON g.document_id = e.document_id AND g.id = ANY(%(goals)s)
  WHERE b.id = ANY(%(blocks)s) AND {reachable}
  UNION
  SELECT w.origin, t.id, t.pos, t.edition_id, w.goal,
    w.one AND NOT EXISTS (
      SELECT 1 FROM documents_blocklink o WHERE o.id <> l.id AND o.state = ANY(%(standing)s)
        AND o.source_id = l.source_id)
      AND NOT EXISTS (
      SELECT 1 FROM documents_blocklink o WHERE o.id <> l.id AND o.state = ANY(%(standing)s)
        AND o.target_id = l.target_id),
    {open_t}
  FROM walk w
  JOIN documents_blocklink l ON l.{here} = w.block AND l.state = ANY(%(standing)s)
  JOIN documents_block t ON t.id = l.{there}
  WHERE w.edition <> w.goal
)
SELECT origin, block, pos, edition = goal, one, open AND edition <> goal FROM walk
"""
_OPEN = (
    "EXISTS (SELECT 1 FROM documents_blocklink p"
    " WHERE p.state = 'proposed' AND p.{here} = {alias}.id)"
)


def _walk_sql(here, there, reachable):
    return _WALK.format(
        here=here,
        there=there,
        reachable=reachable,
        open_b=_OPEN.format(here=here, alias="b"),
        open_t=_OPEN.format(here=here, alias="t"),
    )


_ONWARD = _walk_sql("source_id", "target_id", "e.n <= g.n")
_BACK = _walk_sql("target_id", "source_id", "e.n > g.n")


def places(block_ids, edition):
    """{block id: Place}: where passages stand in `edition` today, or stood in it if it is older.

    `edition` may also be several editions, of one document each; blocks of other documents are
    left out of the answer. Queries: three at most, whatever the number of blocks and editions.
    """
    return load_places(whereabouts(block_ids, edition))


def whereabouts(block_ids, edition):
    """{block id: (Place.kind, {id of a block of Place.blocks: its pos})}: as `places`, where
    thousands of passages are counted and few are shown. Queries: two at most.
    """
    block_ids = list(set(block_ids))
    goals = [e.pk for e in edition] if isinstance(edition, Iterable) else [edition.pk]
    if not block_ids or not goals:
        return {}
    rows = _walked(_ONWARD, block_ids, goals)
    walked = {origin for origin, *_rest in rows}
    missing = [pk for pk in block_ids if pk not in walked]
    if missing:
        rows += _walked(_BACK, missing, goals)
    arrived, one_to_one, undecided = defaultdict(dict), {}, set()
    for origin, block, pos, there, one, still_open in rows:
        arrived[origin]  # so that a passage that went nowhere is told as well
        if there:
            arrived[origin][block] = pos
            one_to_one[origin] = one
        if still_open:
            undecided.add(origin)
    found = {}
    for origin, standing in arrived.items():
        if origin in standing:
            kind = "here"
        elif standing:
            kind = "inherited" if one_to_one[origin] else "successors"
        else:
            kind = "unclear" if origin in undecided else "gone"
        found[origin] = (kind, dict(sorted(standing.items(), key=itemgetter(1))))
    return found


def load_places(found):
    """{block id: Place} of what `whereabouts` found; one query, none where nothing stands."""
    wanted = {pk for _kind, pks in found.values() for pk in pks}
    blocks = Block.objects.defer("html").in_bulk(wanted) if wanted else {}
    return {
        origin: Place(kind, [blocks[pk] for pk in pks]) for origin, (kind, pks) in found.items()
    }


def _walked(sql, block_ids, goals):
    with connection.cursor() as cursor:
        cursor.execute(sql, {"blocks": block_ids, "goals": goals, "standing": _STANDING})
        return cursor.fetchall()
