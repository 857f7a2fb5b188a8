"""Resolving boundaries to days: pure, over plain nodes, in any order, without recursion."""

from typing import NamedTuple

from campaigns.rules import specs
from campaigns.rules.workdays import shifted


class Node(NamedTuple):
    """One boundary as the resolver sees it.

    `base` is what the node hangs on when that lies outside the set: the day of the event's moment,
    or the resolved day of a referenced boundary that is not among the nodes. None when unknown.
    """

    id: int
    kind: str
    side: str
    date: object = None
    precision: str = ""
    part: str = ""
    offset: int = 0
    working: bool = False
    ref_id: int | None = None
    base: object = None
    before: str = ""


class Cycle(Exception):
    """Boundaries that wait for each other; `ids` runs along the references and closes the loop."""

    def __init__(self, ids):
        super().__init__(" -> ".join(map(str, ids)))
        self.ids = ids


def resolve(nodes, calendar):
    """{id: day or None} for every node.

    A date is the first day of what it names for a start, the last for an end; "before" is the last
    day of what it names or the one before it. A moment of an event
    and a reference are the day they name, moved by the offset; a reference to something that has no
    day has none either. Open and unknown boundaries have no day.

    Args:
        nodes: {id: Node}.
        calendar: WorkCalendar.

    Raises:
        Cycle: when references among the nodes close a loop.
        OverflowError: when a day leaves the calendar.
    """
    done = {}
    for start in nodes:
        chain, on_chain = [], set()
        current = start
        while current not in done:
            if current in on_chain:
                raise Cycle([*chain[chain.index(current) :], current])
            chain.append(current)
            on_chain.add(current)
            node = nodes[current]
            if node.kind != "ref" or node.ref_id not in nodes:
                break
            current = node.ref_id
        for node_id in reversed(chain):
            node = nodes[node_id]
            base = done[node.ref_id] if node.ref_id in nodes else node.base
            done[node_id] = _day(node, base, calendar)
    return done


def _day(node, base, calendar):
    if node.kind == "date":
        return specs.DateSpec(
            date=node.date, precision=node.precision, part=node.part, before=node.before
        ).day(node.side)
    if node.kind in ("event", "ref"):
        return shifted(base, node.offset, node.working, calendar)
    return None
