"""What campaigns asks of rows it must not import: owners of boundaries, sources of evidence, pages
beside a plan.

Every `Boundary.owner_kind` has an entry here. Campaigns registers its phases and tasks; feedback
registers its consultations in `AppConfig.ready()`:

    boundary_owners.register("feedback.consultation", Owner(describe=..., on_moved=...))
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from portal.common.registry import Registry


@dataclass(frozen=True)
class Described:
    """What a person reads about a boundary: whose it is and where to look.

    `name` is short ("Đợt 1"); `context` the plan or consultation; `context_key` tells contexts
    apart ("campaigns.plan:7"), `live` is True where the move matters to others (issued plans).
    """

    name: str
    side: str
    context: str = ""
    context_key: str = ""
    url: str = ""
    live: bool = False


@dataclass(frozen=True)
class Owner:
    """Callbacks of one kind of owner; both get many ids and must use a fixed number of queries.

    describe(ids) -> {boundary id: Described}, ids without a row of this kind are left out.
    on_moved(ids, change) is called inside the transaction that moved the dates, after the rows
    were written; `change` is the DateChange, or None when nothing but new boundaries got dates.
    It supersedes and schedules notices. `ids` holds every boundary of this kind whose resolved
    day changed or that is new.
    """

    describe: Callable
    on_moved: Callable | None = None


boundary_owners = Registry("boundary owner")


def describe(pairs):
    """{boundary id: Described} for (boundary id, owner kind) pairs, over all kinds."""
    by_kind = {}
    for boundary_id, kind in pairs:
        by_kind.setdefault(kind, []).append(boundary_id)
    found = {}
    for kind, ids in by_kind.items():
        owner = boundary_owners.get(kind)
        if owner is not None:
            found.update(owner.describe(ids))
    return found


@dataclass(frozen=True)
class Found:
    """A row of an upper app that may be evidence: its key, and what a person reads of it."""

    id: str
    title: str
    url: str
    on: dt.date


@dataclass(frozen=True)
class EvidenceSource:
    """How an upper app lets people pick its rows as evidence of a unit.

    kind: the Evidence.Kind its rows are. search(agency, words) -> [Found], newest first, at most
    `MOST`; find(agency, source_id) -> Found or None. Both know only what is public now and
    belongs to the Agency; whoever asks has been allowed to work for it.
    """

    kind: str
    search: Callable
    find: Callable


#: So many rows a search for evidence gives at most.
MOST = 12

#: By `Evidence.source_kind` ("news.article").
evidence_sources = Registry("evidence source")

#: By app: (plan, now) -> (label, address) of a page that goes with the plan for readers, or None.
plan_pages = Registry("page beside a plan")
