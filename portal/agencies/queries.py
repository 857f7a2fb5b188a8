"""Reading agencies: names on a day, relatives, people by role."""

from dataclasses import dataclass

from django.db.models import BigIntegerField, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast

from portal.agencies.models import Agency, AgencyName, AgencyNode, Delegation, Membership
from portal.agencies.rules import path_of
from portal.common import clock

_NOBODY = Cast(Value(None), BigIntegerField())


@dataclass(frozen=True)
class Names:
    """What an agency was called on a day; `str()` gives the name."""

    name: str
    short_name: str = ""
    committee_name: str = ""

    def __str__(self):
        return self.name


@dataclass(frozen=True, order=True)
class Holder:
    """One person in one role at one agency; `on_behalf_of_id` is set when it is delegated."""

    user_id: int
    agency_id: int
    role: int
    on_behalf_of_id: int | None = None


def name_on(agency, date):
    """The Names of `agency` (or its id) on `date`. Before its first name: the first one."""
    agency_id = getattr(agency, "pk", agency)
    return names_on([agency_id], date)[agency_id]


def names_on(ids, date):
    """{agency id: Names} on `date` for every id, in one query.

    Outside the recorded time the nearest name stands: the last after its end, else the first.
    """
    ids = set(ids)
    found = {}
    rows = AgencyName.objects.filter(agency__in=ids).order_by("agency_id", "valid")
    for agency, valid, name, short, committee in rows.values_list(
        "agency_id", "valid", "name", "short_name", "committee_name"
    ):
        if agency not in found or valid.lower is None or valid.lower <= date:
            found[agency] = Names(name, short, committee)
    return found


def by_slug(slug):
    """The Agency of a present or former address, or None."""
    return (
        Agency.objects.filter(Q(slug=slug) | Q(old_slugs__slug=slug))
        .select_related("level", "parent", "node")
        .distinct()
        .first()
    )


def children(agency):
    """The units directly below today, in protocol order."""
    return Agency.objects.filter(parent=agency, node__isnull=False)


def subtree(agency):
    """`agency` and everything below it today, in the order of the tree."""
    path = path_of(agency)
    if not path:
        return Agency.objects.filter(pk=getattr(agency, "pk", agency))
    return Agency.objects.filter(node__path__startswith=path).order_by("node__path")


def ancestors(agency):
    """Everything above `agency` today, from the top down (without itself)."""
    path = path_of(agency)
    step = AgencyNode.steplen
    paths = [path[:end] for end in range(step, len(path), step)]
    return Agency.objects.filter(node__path__in=paths).order_by("node__path")


def in_tree_order():
    """Every agency of today in the order of the tree, with `depth` (1 at the top)."""
    return (
        Agency.objects.filter(node__isnull=False)
        .annotate(depth=F("node__depth"), below=F("node__numchild"))
        .order_by("node__path")
    )


def people_with_roles(agencies, roles, *, on=None):
    """Who holds one of `roles` exactly at one of `agencies` on a day, delegates included.

    One query. Closed accounts are left out; a delegation counts only while its giver holds the
    role. Subtree roles do not climb here: ask for the agencies you mean.

    Args:
        agencies: ids, Agency rows or a queryset.
        roles: Roles.

    Returns:
        a sorted list of distinct Holder.
    """
    on = on or clock.today()
    if not hasattr(agencies, "query"):
        agencies = [getattr(a, "pk", a) for a in agencies]
    else:
        agencies = agencies.order_by().values("pk")
    roles = list(roles)
    own = Membership.objects.filter(
        agency__in=agencies,
        role__in=roles,
        valid__contains=on,
        agency__valid__contains=on,
        user__is_active=True,
    )
    giver_holds = Membership.objects.filter(
        user=OuterRef("giver"),
        agency=OuterRef("agency"),
        role=OuterRef("role"),
        valid__contains=on,
    )
    held = Delegation.objects.filter(
        agency__in=agencies,
        role__in=roles,
        valid__contains=on,
        agency__valid__contains=on,
        to_user__is_active=True,
        giver__is_active=True,
        giver_id=Subquery(giver_holds.values("user")[:1]),
    )
    rows = own.values_list("user_id", "agency_id", "role", _NOBODY).union(
        held.values_list("to_user_id", "agency_id", "role", "giver_id")
    )
    return sorted(
        (Holder(*row) for row in rows),
        key=lambda h: (h.agency_id, h.role, h.user_id, h.on_behalf_of_id or 0),
    )
