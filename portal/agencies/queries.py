"""Reading agencies: names on a day, relatives, people by role."""

from dataclasses import dataclass

from django.db.models import (
    BigIntegerField,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
)
from django.db.models.functions import Cast
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.agencies.models import (
    Agency,
    AgencyEdge,
    AgencyName,
    AgencyNode,
    Delegation,
    Membership,
    Role,
    RoleRequest,
)
from portal.agencies.registries import LEGACIES
from portal.agencies.rules import grants_of, path_of
from portal.common import clock
from portal.common.sqltext import with_words
from portal.common.text import fold, one_line

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


def by_slug(slug, *beside):
    """The Agency of a present or former address, or None; `beside`: what else comes along."""
    rows = Agency.objects.select_related("level", "parent", "node")
    # One after the other, each by its index: both at once would look at every agency.
    return rows.filter(slug=slug).first() or rows.filter(old_slugs__slug=slug).first()


def children(agency):
    """The units directly below today, in protocol order."""
    return Agency.objects.filter(parent=agency, node__isnull=False)


def subtree(agency):
    """`agency` and everything below it today, in the order of the tree."""
    path = path_of(agency)
    if not path:
        return Agency.objects.filter(pk=getattr(agency, "pk", agency))
    return Agency.objects.filter(node__path__startswith=path).order_by("node__path")


def reachable(agency):
    """Units of today that `agency` may hand tasks: its subtree, and what is led from there.

    State bodies and mass organisations stand beside the Party tree; each says itself which Party
    organisation leads it (`Agency.led_by`), and what stands below such a body comes along.
    """
    path = path_of(agency)
    if not path:
        return Agency.objects.none()
    led = AgencyNode.objects.filter(agency__led_by__node__path__startswith=path)
    reach = Q(node__path__startswith=path)
    for other in led.values_list("path", flat=True):
        reach |= Q(node__path__startswith=other)
    return Agency.objects.filter(reach)


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


def select_units(
    root,
    *,
    kinds=(),
    levels=(),
    under=None,
    cells=None,
    words="",
    direct=False,
    among=None,
    without=(),
):
    """The units that `root` reaches today (see `reachable`) and that fit, in protocol order
    inside each level; two queries.

    Args:
        root: an Agency; itself never among them.
        kinds: values of Agency.Kind; levels: Levels or their ids; empty lets all through.
        under: another Agency, whose subtree (itself included) they have to lie in as well.
        cells: True for chi bộ only, False for everything else.
        words: part of a name, short name or code, marks or not.
        direct: only those directly below `root` or led by it.
        among: a queryset of Agency to choose from instead of what `root` reaches.
        without: ids of exceptions.
    """
    rows = reachable(root) if among is None else among
    rows = rows.filter(node__isnull=False).exclude(pk=root.pk)
    if direct:
        rows = rows.filter(Q(parent=root) | Q(led_by=root))
    if kinds:
        rows = rows.filter(kind__in=kinds)
    if levels:
        rows = rows.filter(level__in=levels)
    if under is not None:
        below = path_of(under)
        rows = rows.filter(node__path__startswith=below) if below else rows.none()
    if cells is not None:
        rows = rows.filter(is_cell=cells)
    if words:
        rows = named_like(rows, words)
    if without:
        rows = rows.exclude(pk__in=without)
    return rows.order_by("level__order", "level__slug", "protocol_no", "sort_key", "id")


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


def by_text(value, *, among=None):
    """The agencies of today that a person means by a slug, a code or a whole name.

    Returns:
        a list; the caller refuses none and many.
    """
    value = one_line(value)
    rows = Agency.objects.filter(node__isnull=False) if among is None else among
    return list(
        rows.filter(
            Q(slug=value.lower())
            | Q(code__iexact=value)
            | Q(name__iexact=value)
            | Q(short_name__iexact=value)
        )[:20]
    )


def named_like(rows, words):
    """Those of `rows` whose name, short name or code contains `words`, marks or not."""
    return with_words(rows, [fold(words)], "name", "short_name", "code")


def managed_by(user):
    """The agencies of today that `user` administers, in the order of the tree."""
    if user.is_superuser:
        rows = Agency.objects.filter(node__isnull=False)
    else:
        rows = grants_of(user).agencies(Role.ADMIN).filter(node__isnull=False)
    return rows.annotate(depth=F("node__depth")).order_by("node__path")


def people_of(agency, *, on=None):
    """The accounts with a role at `agency` on the day `on` or later, by given name.

    `roles_here` of each holds those Membership rows, `waiting_here` the RoleRequests that wait for
    a second administrator.
    """
    on = on or clock.today()
    rows = Membership.objects.filter(agency=agency, valid__endswith__gt=on) | (
        Membership.objects.filter(agency=agency, valid__upper_inf=True)
    )
    waiting = RoleRequest.objects.filter(agency=agency, state=RoleRequest.State.WAITING)
    return (
        User.objects.filter(Q(pk__in=rows.values("user")) | Q(pk__in=waiting.values("user")))
        .prefetch_related(
            Prefetch("memberships", rows.order_by("role"), to_attr="roles_here"),
            Prefetch("role_requests", waiting.order_by("role"), to_attr="waiting_here"),
        )
        .order_by("sort_key", "id")
    )


def role_requests(user):
    """Waiting RoleRequests at agencies that `user` administers, oldest first."""
    return (
        RoleRequest.objects.filter(
            state=RoleRequest.State.WAITING, agency__in=managed_by(user).order_by().values("pk")
        )
        .select_related("user", "agency", "requested_by")
        .order_by("requested_at", "id")
    )


def delegations_at(agency, *, on=None):
    """Delegations at `agency` that hold on the day `on` or later."""
    on = on or clock.today()
    return (
        Delegation.objects.filter(agency=agency, valid__endswith__gt=on)
        .select_related("giver", "to_user")
        .order_by("valid", "id")
    )


def history(agency):
    """(names, parents, predecessors, successors) of an agency, oldest first."""
    return (
        list(agency.names.order_by("valid")),
        list(agency.parent_edges.select_related("parent").order_by("valid")),
        list(agency.predecessions.select_related("source").order_by("on", "id")),
        list(agency.successions.select_related("target").order_by("on", "id")),
    )


def public():
    """What the public list shows, in the order of the tree. Cells stand on their parent's page."""
    return in_tree_order().filter(is_cell=False)


def succession_effects(source, on):
    """Sentences saying what ending `source` on the day `on` will do, before anybody confirms."""
    below = AgencyEdge.objects.filter(parent=source, valid__contains=on).count()
    said = []
    if below:
        said.append(
            _("%d đơn vị trực thuộc chuyển sang nơi kế tục (khi chỉ có một nơi kế tục).") % below
        )
    for _name, legacy in LEGACIES:
        said += legacy.effects(source=source, on=on)
    return said


def divisible(source):
    """[(registry name, [Share])] of what a split of `source` may give out one by one."""
    found = [(name, legacy.divisible(source=source)) for name, legacy in LEGACIES]
    return [(name, shares) for name, shares in found if shares]
