"""What moving an event or a boundary would do, before it is done."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from campaigns import registry
from campaigns.boundaries import rows
from campaigns.boundaries.graph import cycle_words, graph_revision
from campaigns.models import Boundary, Event
from campaigns.rules.resolve import Cycle, Node, resolve
from campaigns.rules.specs import EventSpec, RefSpec
from portal.common.errors import Refused

#: The dates of an Event that may be moved, weakest first in each pair of moments.
EVENT_DATES = (
    "planned_opens",
    "planned_closes",
    "expected_opens",
    "expected_closes",
    "actual_opens",
    "actual_closes",
)


@dataclass(frozen=True)
class NamedMove:
    """One boundary that would move, in words."""

    boundary_id: int
    owner_kind: str
    old_on: object
    new_on: object
    name: str
    side: str
    context: str
    context_key: str
    url: str
    live: bool


@dataclass(frozen=True)
class Effect:
    """All that would move. `plans` are the contexts touched: (name, address, number of dates);
    `days` are {boundary id: day or None} of all that was resolved, moved or not.
    """

    graph_revision: int
    moves: list = field(default_factory=list)
    days: dict = field(default_factory=dict)

    def __bool__(self):
        return bool(self.moves)

    @property
    def live(self):
        """The moves that matter to others: of plans in force, of open consultations."""
        return [move for move in self.moves if move.live]

    @property
    def plans(self):
        found = {}
        for move in self.moves:
            name, url, count = found.get(move.context_key, (move.context, move.url, 0))
            found[move.context_key] = (name, url, count + 1)
        return list(found.values())


def counting_date(event, moment, dates=None):
    """The day of a moment of `event` that counts, with `dates` put in place of the stored ones."""
    for strength in ("actual", "expected", "planned"):
        name = f"{strength}_{moment}"
        day = dates[name] if dates and name in dates else getattr(event, name)
        if day:
            return day
    return None


def preview_event_move(event, dates):
    """The Effect of giving `event` other dates; nothing is written.

    Args:
        dates: {name in EVENT_DATES: date or None}; what is left out stays.
    """
    # The revision is read first: whatever happens after it makes this preview stale.
    revision = graph_revision()
    bound = Boundary.objects.filter(event=event).values_list("pk", flat=True)
    nodes, stored = rows.affected(bound)
    for boundary_id, about in stored.items():
        if about.event_id == event.pk:
            day = counting_date(event, about.moment, dates)
            nodes[boundary_id] = nodes[boundary_id]._replace(base=day)
    return _effect(revision, nodes, stored, ())


def preview_specs(wanted):
    """The Effect of making boundaries say other things; nothing is written.

    Args:
        wanted: {boundary id: (side, Spec)}. Ids below zero stand for boundaries that do not exist
            yet; their days are in `Effect.days` like those of the others.

    Raises:
        Refused: "cycle", "overflow".
    """
    revision = graph_revision()
    nodes, stored = rows.affected([pk for pk in wanted if pk > 0])
    for boundary_id, (side, spec) in wanted.items():
        nodes[boundary_id] = _node(boundary_id, side, spec)
    return _effect(revision, nodes, stored, wanted)


def _node(boundary_id, side, spec):
    fields = rows.fields_of(spec)
    base = None
    if isinstance(spec, EventSpec):
        event = Event.objects.filter(pk=spec.event_id).first()
        base = event and counting_date(event, spec.moment)
    elif isinstance(spec, RefSpec):
        held = Boundary.objects.filter(pk=spec.boundary_id)
        base = held.values_list("resolved_on", flat=True).first()
    names = ("kind", "date", "precision", "part", "before", "offset", "working")
    return Node(
        id=boundary_id,
        side=side,
        base=base,
        ref_id=fields["ref_boundary_id"],
        **{name: fields[name] for name in names},
    )


def _effect(revision, nodes, stored, wanted):
    try:
        days = resolve(nodes, rows.work_calendar())
    except Cycle as cycle:
        raise Refused(cycle_words(cycle.ids, nodes, wanted), code="cycle") from cycle
    except OverflowError as error:
        raise Refused(_("Mốc thời gian rơi ra ngoài lịch."), code="overflow") from error
    moved = {i: days[i] for i in stored if days[i] != stored[i].resolved_on}
    described = registry.describe([(i, stored[i].owner_kind) for i in moved])
    moves = []
    for boundary_id, day in moved.items():
        item = described.get(boundary_id) or registry.Described(
            name="", side=nodes[boundary_id].side
        )
        moves.append(
            NamedMove(
                boundary_id=boundary_id,
                owner_kind=stored[boundary_id].owner_kind,
                old_on=stored[boundary_id].resolved_on,
                new_on=day,
                name=item.name,
                side=item.side,
                context=item.context,
                context_key=item.context_key,
                url=item.url,
                live=item.live,
            )
        )
    return Effect(graph_revision=revision, moves=moves, days=days)
