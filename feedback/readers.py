"""Who reads what somebody writes, and who cannot: for the box above the button."""

from dataclasses import dataclass
from functools import lru_cache

from feedback import ladder
from feedback.models import LadderNode
from portal.agencies.rules import own_grants_of

_UP = "parent__parent__parent__parent__parent__parent"


@dataclass(frozen=True)
class Reading:
    """One route: the LadderNode that reads, and the names of units below it that do not."""

    node: LadderNode
    cannot: tuple


@dataclass(frozen=True)
class Readers:
    """Both routes; `same` where there is nobody higher, so that there is nothing to choose."""

    unit: Reading
    direct: Reading

    @property
    def same(self):
        return self.unit.node.pk == self.direct.node.pk

    def by(self, route):
        """The Reading of an Opinion.Route."""
        return self.direct if route == "direct" else self.unit


def readers_for(consultation, author):
    """Readers of what `author` writes in an open consultation whose ladder is copied."""
    entry = ladder.entry_node_for(consultation, own_grants_of(author))
    find = _of if consultation.ladder_copied_at else _of.__wrapped__
    return find(entry.pk, (consultation.public_id, consultation.ladder_copied_at))


@lru_cache(maxsize=20_000)
def _of(entry_id, copied):
    """As `ladder.entry_node_for`: kept by the process, for a copied ladder never changes."""
    entry = LadderNode.objects.select_related("reader", "reader_above", _UP).get(pk=entry_id)
    return Readers(
        Reading(entry.reader, _below(entry, entry.reader)),
        Reading(entry.reader_above, _below(entry, entry.reader_above)),
    )


def _below(node, reader):
    names = []
    while node is not None and node.pk != reader.pk:
        names.append(node.name)
        node = node.parent
    return tuple(names)
