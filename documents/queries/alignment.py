"""What a person sees of the lineage to an edition: places to decide on, the doubtful ones first.

A place is what belongs together: a link, a split or merged group, or a block without counterpart.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from documents.models import BLOCK_WORDS, Block, BlockLink, Edition, Unpaired
from documents.queries.lineage import before
from portal.common import fulltext

State, Kind = BlockLink.State, BlockLink.Kind
_STANDING = {str(state) for state in BlockLink.STANDING}
#: Proposals as sure as this, without a doubt, may be confirmed together.
SURE = (98, 95, 90, 85, 80)
MOST_AT_ONCE = 100
_FOUND = 20
#: Longer titles are cut where they only say under what a passage stands.
_TITLE = 48


@dataclass
class Spot:
    """A place of the page. `sources` and `targets` are ids of blocks.

    status: "open" (proposed), "settled" (a person said so), "certain", "gone", "new", "rejected".
    """

    links: list = field(default_factory=list)
    sources: list = field(default_factory=list)
    targets: list = field(default_factory=list)
    status: str = "open"
    kind: str = ""
    score: float = 1.0
    order: tuple = ()
    alone: tuple | None = None
    rejected: list = field(default_factory=list)

    @property
    def key(self):
        """Stands in the address after #, whatever is decided."""
        if self.links:
            return f"noi-{min(link.id for link in self.links)}"
        return f"doan-{self.block}"

    @property
    def block(self):
        """The block of a place without links."""
        return (self.sources or self.targets)[0]

    @property
    def doubts(self):
        return list(dict.fromkeys(code for link in self.links for code in link.doubts))

    @property
    def expected(self):
        """What a form carries: the links and their states as they were seen."""
        return " ".join(f"{link.id}:{link.state}" for link in self.links or self.rejected)

    @property
    def decided(self):
        """Whether a person has said what is here."""
        return self.status in {"settled", "rejected"} or self.alone is not None


@dataclass(frozen=True)
class _Link:
    id: int
    source: int
    target: int
    kind: str
    score: float
    state: str
    doubts: list
    by: int | None
    at: object


FILTERS = ("can-xem", "da-xem", "bo", "moi", "chuyen", "tat-ca")


@dataclass
class Alignment:
    """All places of the step from `last` to `edition`, in the order of reading."""

    edition: Edition
    last: Edition | None
    spots: list

    def chosen(self, name):
        """The places under a filter; those to decide on are sorted by doubt."""
        found = [spot for spot in self.spots if self._under(spot, name)]
        if name == "can-xem":
            found.sort(key=lambda spot: (spot.score, spot.order))
        return found

    @property
    def counts(self):
        """{filter: how many places}."""
        return {name: sum(self._under(spot, name) for spot in self.spots) for name in FILTERS}

    @property
    def left(self):
        """How many places still wait for a person."""
        return sum(spot.status == "open" for spot in self.spots)

    @property
    def done(self):
        """How many places a person has decided on."""
        return sum(spot.decided for spot in self.spots)

    def sure(self, percent):
        """Places that may be confirmed together: at least so sure, without a doubt."""
        return [
            spot
            for spot in self.spots
            if spot.status == "open" and spot.score * 100 >= percent and not spot.doubts
        ]

    @staticmethod
    def _under(spot, name):
        return {
            "can-xem": spot.status == "open",
            "da-xem": spot.decided,
            "bo": spot.status == "gone" or (spot.status == "rejected" and bool(spot.sources)),
            "moi": spot.status == "new",
            "chuyen": spot.kind == Kind.MOVED,
            "tat-ca": True,
        }[name]


def alignment_of(edition):
    """Alignment of an edition with blocks. Queries: four, whatever its length."""
    last = before(edition)
    if last is None:
        return Alignment(edition, None, [])
    ids = Block.objects.filter(edition__in=[last, edition]).order_by("pos")
    at = ({}, {})
    for pk, edition_id, pos in ids.values_list("pk", "edition_id", "pos"):
        at[edition_id == edition.pk][pk] = pos
    live, rejected = [], defaultdict(list)
    for link in _links(edition):
        if link.state == State.REJECTED:
            rejected[link.source].append(link)
            rejected[link.target].append(link)
        else:
            live.append(link)
    said = {
        block: (by, when)
        for block, by, when in Unpaired.objects.filter(edition=edition).values_list(
            "block_id", "decided_by_id", "decided_at"
        )
    }
    spots = [_linked(group, at) for group in _groups(live)]
    linked = {pk for spot in spots for pk in (*spot.sources, *spot.targets)}
    follows = _follows(spots, at)
    for side, status in ((0, "gone"), (1, "new")):
        for pk, pos in at[side].items():
            if pk in linked:
                continue
            spot = Spot(status=status, alone=said.get(pk), rejected=rejected.get(pk, []))
            (spot.sources, spot.targets)[side].append(pk)
            spot.order = (pos, 1) if side else (follows(pos), 0, pos)
            spots.append(spot)
    spots.sort(key=lambda spot: spot.order)
    return Alignment(edition, last, spots)


def _links(edition, **wanted):
    rows = BlockLink.objects.filter(target__edition=edition, **wanted).values_list(
        "id", "source_id", "target_id", "kind", "score", "state", "doubts",
        "confirmed_by_id", "confirmed_at",
    )  # fmt: skip
    return [_Link(*row) for row in rows]


def _groups(links):
    """Links that touch one another, through blocks of either side."""
    over = {}

    def root(pk):
        while over.setdefault(pk, pk) != pk:
            over[pk] = over[over[pk]]
            pk = over[pk]
        return pk

    for link in links:
        over[root(link.source)] = root(link.target)
    groups = defaultdict(list)
    for link in links:
        groups[root(link.source)].append(link)
    return groups.values()


def _linked(links, at):
    spot = Spot(links=sorted(links, key=lambda link: at[1].get(link.target, 0)))
    spot.sources = sorted({link.source for link in links}, key=lambda pk: at[0].get(pk, 0))
    spot.targets = sorted({link.target for link in links}, key=lambda pk: at[1].get(pk, 0))
    spot.kind = max(links, key=lambda link: link.kind in {Kind.SPLIT, Kind.MERGED}).kind
    spot.score = min(link.score for link in links)
    states = {link.state for link in links}
    if State.PROPOSED in states:
        spot.status = "open"
    elif states == {State.REJECTED}:
        spot.status = "rejected"
    else:
        spot.status = "certain" if states == {State.CERTAIN} else "settled"
    spot.order = (at[1].get(spot.targets[0], 0), 1)
    return spot


def _follows(spots, at):
    """position in the older edition -> the position in the newer one that it stood after."""
    near = {}
    for spot in spots:
        if len(spot.sources) == 1 and spot.kind != Kind.MOVED:
            near[at[0][spot.sources[0]]] = at[1][spot.targets[-1]]
    known, last = [], 0
    for pos in range(max(at[0].values(), default=0) + 1):
        last = near.get(pos, last)
        known.append(last + 0.5)
    return lambda pos: known[pos]


def one_spot(edition, links=(), block=None):
    """The Spot of some links, in whatever state they are, or of one block without links.

    None where they are not of this step.
    """
    links = list(links)
    if links:
        found = _links(edition, pk__in=links)
        if len(found) != len(links):
            return None
        pks = {pk for link in found for pk in (link.source, link.target)}
        pos = dict(Block.objects.filter(pk__in=pks).values_list("pk", "pos"))
        return _linked(found, (pos, pos))
    row = Block.objects.filter(pk=block, edition__document_id=edition.document_id).first()
    if row is None:
        return None
    new = row.edition_id == edition.pk
    said = Unpaired.objects.filter(edition=edition, block=row)
    spot = Spot(status="new" if new else "gone")
    spot.alone = said.values_list("decided_by_id", "decided_at").first()
    side = {"target": row.pk} if new else {"source": row.pk}
    spot.rejected = _links(edition, state=State.REJECTED, **side)
    (spot.targets if new else spot.sources).append(row.pk)
    return spot


def blocks_with_paths(edition, last, pks):
    """{pk: Block} of both editions with `path`, the headings each stands under. Queries: two."""
    blocks = Block.objects.in_bulk(list(pks))
    paths = _Paths(edition, last)
    for block in blocks.values():
        block.path = paths.over(block)
    return blocks


class _Paths:
    def __init__(self, *editions):
        rows = Block.objects.filter(
            edition__in=[e for e in editions if e is not None], kind=Block.Kind.HEADING
        ).order_by("pos")
        self._of = defaultdict(list)
        for edition, *heading in rows.values_list("edition_id", "pos", "level", "number", "plain"):
            self._of[edition].append(heading)

    def over(self, block):
        path, lowest = [], block.level or 99
        for pos, level, number, plain in reversed(self._of[block.edition_id]):
            if pos < block.pos and level < lowest:
                path.insert(0, _title(number, plain))
                lowest = level
                if level == 1:
                    break
        return path


def _title(number, plain):
    words = plain if len(plain) <= _TITLE else plain[:_TITLE].rsplit(" ", 1)[0] + "…"
    if not number:
        return words
    return f"{number} {words}" if number[-1] in ".)" else f"{number}. {words}"


def around(block):
    """The blocks before and after one, itself in the middle."""
    return list(
        Block.objects.filter(
            edition_id=block.edition_id, pos__gte=block.pos - 2, pos__lte=block.pos + 2
        ).order_by("pos")
    )


def undecided(edition):
    """How many passages of the edition before wait for a person to say what became of them."""
    return (
        BlockLink.objects.filter(target__edition=edition, state=State.PROPOSED)
        .values("source")
        .distinct()
        .count()
    )


def to_align(agency_ids):
    """Editions with undecided passages (`waiting`), those not yet published first."""
    return (
        Edition.objects.filter(
            document__agency_id__in=list(agency_ids),
            state__in=[Edition.State.SUBMITTED, Edition.State.SCHEDULED, Edition.State.PUBLISHED],
            blocks__links_back__state=State.PROPOSED,
        )
        .annotate(waiting=Count("blocks__links_back__source", distinct=True))
        .select_related("document__agency")
        .order_by("published_at", "id")
    )


def find_blocks(edition, text):
    """Blocks that a person looks for by words, or by the number of a paragraph."""
    blocks = Block.objects.filter(edition=edition).order_by("pos")
    text = text.strip()
    if text.isdecimal() and len(text) < 7:
        return list(blocks.filter(para_no=int(text))[:_FOUND])
    asked = fulltext.asked(text)
    if not asked:
        return []
    return list(blocks.alias(said=BLOCK_WORDS).filter(said=asked.query)[:_FOUND])


def free_blocks(edition, last, new):
    """Blocks of one side that no standing link touches, to be compared with a chosen one."""
    links = BlockLink.objects.filter(target__edition=edition, state__in=_STANDING)
    taken = links.values("target" if new else "source")
    side = edition if new else last
    return list(Block.objects.filter(edition=side).exclude(pk__in=taken).order_by("pos"))
