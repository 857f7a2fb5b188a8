"""The congress calendar: units of a level with their congress of a term, by window and month."""

from dataclasses import dataclass
from itertools import groupby

from django.db.models import Case, Count, DateField, F, Max, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from campaigns.models import CongressWindow, Event
from campaigns.rules import access
from portal.agencies.models import Agency, Level
from portal.agencies.queries import named_like
from portal.agencies.rules import grants_of, path_of

UNDATED, DATED, OUTSIDE = "chua-co-ngay", "co-ngay", "ngoai-khung"
_OPENS = Coalesce("actual_opens", "expected_opens", "planned_opens")
_CLOSES = Coalesce(
    "actual_closes", "expected_closes", "planned_closes",
    "actual_opens", "expected_opens", "planned_opens",
)  # fmt: skip


@dataclass
class LevelCount:
    """How far a level is in a term: units, those with a day, and the window they have."""

    level: Level
    units: int
    dated: int
    window: CongressWindow | None = None

    @property
    def undated(self):
        return self.units - self.dated


def terms():
    """[(start, end, number of congresses)] of every term with a congress or a window, latest first.

    Cells may have a shorter term that begins in the same year; the longest names it.
    """
    rows = (
        Event.objects.filter(kind=Event.Kind.CONGRESS, term_start__isnull=False)
        .order_by()
        .values("term_start")
        .annotate(end=Max("term_end"), n=Count("pk"))
    )
    found = {row["term_start"]: (row["end"], row["n"]) for row in rows}
    for start, end in CongressWindow.objects.order_by().values_list("term_start", "term_end"):
        found.setdefault(start, (end, 0))
    return sorted(((start, *rest) for start, rest in found.items()), reverse=True)


def windows(term):
    """{level id: CongressWindow} of the term that begins in the year `term`."""
    rows = CongressWindow.objects.filter(term_start=term).select_related("level", "document")
    return {row.level_id: row for row in rows}


def units(term, term_windows, *, below=None, within=None, level=None, words="", state=""):
    """Party units of today in the order of the tree, with their congress of a term.

    Each carries `congress_id`, `opens_on` and `closes_on` (None without one).

    Args:
        below: an Agency, its whole subtree; within: a Q of agencies, for what a person follows.
        state: UNDATED, DATED or OUTSIDE the window.
    """
    congress = Event.objects.filter(
        kind=Event.Kind.CONGRESS, host=OuterRef("pk"), term_start=term
    ).order_by("-ordinal", "pk")
    rows = Agency.objects.filter(kind=Agency.Kind.PARTY, node__isnull=False)
    if below is not None:
        rows = rows.filter(node__path__startswith=path_of(below))
    elif within is not None:
        rows = rows.filter(within)
    if level is not None:
        rows = rows.filter(level=level)
    if words:
        rows = named_like(rows, words)
    rows = rows.annotate(
        congress_id=Subquery(congress.values("pk")[:1]),
        opens_on=Subquery(congress.annotate(o=_OPENS).values("o")[:1]),
        closes_on=Subquery(congress.annotate(c=_CLOSES).values("c")[:1]),
    )
    if state == UNDATED:
        rows = rows.filter(opens_on=None)
    elif state == DATED:
        rows = rows.filter(opens_on__isnull=False)
    elif state == OUTSIDE:
        rows = rows.filter(_outside(term_windows))
    return rows.select_related("level").order_by("node__path")


def _outside(term_windows):
    early, late = (
        Case(
            *(
                When(level=pk, then=Value(getattr(window, name)))
                for pk, window in term_windows.items()
                if getattr(window, name)
            ),
            default=None,
            output_field=DateField(),
        )
        for name in ("earliest", "latest")
    )
    return Q(opens_on__lt=early) | Q(closes_on__gt=late)


def is_outside(unit, window):
    """Whether the congress of a unit of `units` lies outside the window of its level."""
    if window is None or unit.opens_on is None:
        return False
    before = window.earliest is not None and unit.opens_on < window.earliest
    return before or (window.latest is not None and unit.closes_on > window.latest)


def level_counts(term, term_windows, *, below=None, within=None):
    """LevelCounts of all levels that have Party units, the highest first. One query."""
    rows = units(term, term_windows, below=below, within=within).order_by()
    counted = rows.values("level").annotate(
        units=Count("pk"), dated=Count("pk", filter=Q(opens_on__isnull=False))
    )
    counts = {row["level"]: row for row in counted}
    return [
        LevelCount(
            level, counts[level.pk]["units"], counts[level.pk]["dated"], term_windows.get(level.pk)
        )
        for level in Level.objects.all()
        if level.pk in counts
    ]


def congresses(term, *, level=None, words="", dated=None):
    """Congresses of a term as the public sees them, by day, those without one last."""
    rows = (
        Event.objects.filter(kind=Event.Kind.CONGRESS, term_start=term)
        .select_related("host__level")
        .annotate(opens_on=_OPENS)
    )
    if level is not None:
        rows = rows.filter(host__level=level)
    if words:
        hosts = named_like(Agency.objects.all(), words).values("pk")
        rows = rows.filter(Q(host__in=hosts) | Q(name__icontains=words))
    if dated is not None:
        rows = rows.filter(opens_on__isnull=not dated)
    return rows.order_by(F("opens_on").asc(nulls_last=True), "host__level__order", "slug")


def by_month(events):
    """[(first day of the month or None, [events])] of events in the order of `congresses`."""
    groups = groupby(events, key=lambda e: e.opens_on.replace(day=1) if e.opens_on else None)
    return [(month, list(rows)) for month, rows in groups]


def datable(user):
    """Q of the agencies whose congress `user` may date: the own ones and those below."""
    return _below_roles(user, access.DRAFTERS)


def followed(user):
    """Q of the agencies in and below those where `user` works on plans; None for no Party unit."""
    reach = _below_roles(user, access.OFFICE)
    party = Agency.objects.filter(reach, kind=Agency.Kind.PARTY, node__isnull=False)
    return reach if party.exists() else None


def _below_roles(user, roles):
    reach = Q(pk__in=())
    for path in {g.path for g in grants_of(user) if g.role in roles and g.path}:
        reach |= Q(node__path__startswith=path)
    return reach
