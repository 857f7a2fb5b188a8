"""Who may do what where: role AND agency (subtree) AND time.

`grants_of(user)` reads every role a person holds today, by membership or delegation, in two
queries, once per user object and day. Every predicate of every app is built on `Grants`.
"""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.agencies.models import (
    Agency,
    AgencyNode,
    Delegation,
    Membership,
    Role,
    RoleRequest,
)
from portal.common import clock
from portal.common.errors import Refused

#: Roles that reach down the tree of today; all others count only in their own agency.
SUBTREE_ROLES = frozenset({Role.SUPERVISOR, Role.ADMIN})

#: Roles that read what members write: one administrator asks for them, another one confirms.
CONFIRMED_ROLES = frozenset({Role.RAPPORTEUR})

#: Roles of people who work here (everyone but plain members); they have "Việc hôm nay".
WORKING_ROLES = frozenset(Role) - {Role.MEMBER}


@dataclass(frozen=True)
class Grant:
    """One role at one agency; `on_behalf_of_id` is set when it is held by delegation.

    `inherited`: the agency has ended, and whoever holds the role at its heir holds it there.
    """

    role: int
    agency_id: int
    path: str
    on_behalf_of_id: int | None = None
    inherited: bool = False


class Grants:
    """All roles of one person on one day."""

    def __init__(self, grants):
        self._grants = tuple(grants)

    def __iter__(self):
        return iter(self._grants)

    def __bool__(self):
        return bool(self._grants)

    def has(self, roles, agency):
        """Whether one of `roles` (a Role or several) is held at `agency` (an Agency or its id)."""
        return self.find(roles, agency) is not None

    def find(self, roles, agency):
        """The Grant that gives one of `roles` at `agency`; an own role before a delegated one."""
        agency_id = getattr(agency, "pk", agency)
        roles = _as_set(roles)
        best = None
        path = None
        for grant in self._grants:
            if grant.role not in roles:
                continue
            if grant.agency_id != agency_id:
                if grant.role not in SUBTREE_ROLES or not grant.path:
                    continue
                if path is None:
                    path = path_of(agency)
                if not path.startswith(grant.path):
                    continue
            if grant.on_behalf_of_id is None:
                return grant
            best = best or grant
        return best

    def agency_ids(self, roles, *, inherited=True):
        """Ids of the agencies where one of `roles` is held directly (no subtree).

        `inherited` False leaves out agencies that have ended, whose heir the person works for:
        for choosing where something new is made.
        """
        roles = _as_set(roles)
        return {
            g.agency_id for g in self._grants if g.role in roles and (inherited or not g.inherited)
        }

    def subtree_paths(self, roles):
        """Tree paths below which one of the subtree `roles` reaches."""
        roles = _as_set(roles) & SUBTREE_ROLES
        return {g.path for g in self._grants if g.role in roles and g.path}

    def agencies(self, roles):
        """Queryset of the agencies where one of `roles` counts, subtrees included."""
        reach = Q(pk__in=self.agency_ids(roles))
        for path in self.subtree_paths(roles):
            reach |= Q(node__path__startswith=path) | Q(heir__node__path__startswith=path)
        return Agency.objects.filter(reach)

    def works(self):
        """Whether the person has any working role."""
        return any(g.role in WORKING_ROLES for g in self._grants)


def grants_of(user, *, on=None):
    """The Grants of `user` on the day `on` (today in Vietnam if not given).

    Anonymous and inactive users hold none. Kept on the user object per day.
    """
    if not user.is_authenticated or not user.is_active:
        return Grants(())
    on = on or clock.today()
    kept = user.__dict__.setdefault("_grants", {})
    if on not in kept:
        kept[on] = Grants([*own_grants_of(user, on=on), *_read_delegated(user, on)])
    return kept[on]


def own_grants_of(user, *, on=None):
    """As `grants_of`, of the person's own memberships alone: what they are, whoever they stand in
    for. One query, which `grants_of` does not ask again."""
    if not user.is_authenticated or not user.is_active:
        return Grants(())
    on = on or clock.today()
    kept = user.__dict__.setdefault("_own_grants", {})
    if on not in kept:
        kept[on] = Grants(_read_own(user, on))
    return kept[on]


def has_role(user, roles, agency, *, on=None):
    """Whether `user` holds one of `roles` at `agency` on the day `on`."""
    return grants_of(user, on=on).has(roles, agency)


class Acting(NamedTuple):
    """Who acts, and for whom: hand both to `audit.record`."""

    actor: object
    on_behalf_of: object | None


def acting(user, roles, agency, *, on=None):
    """Acting(user, giver): the giver when `user` holds `roles` at `agency` by delegation only.

    Use it where an action writes its audit row: `audit.record(**acting(...)._asdict(), …)`.
    """
    return Acting(user, person_behind(grants_of(user, on=on).find(roles, agency)))


def person_behind(grant):
    """The User on whose behalf the role of `grant` is used; None without a delegation or grant."""
    if grant is None or grant.on_behalf_of_id is None:
        return None
    return User.objects.get(pk=grant.on_behalf_of_id)


def require(user, roles, agency, *, on=None):
    """Acting(user, giver) for one of `roles` at `agency`; for the first line of an action.

    Raises:
        Refused: code "no_right" when `user` holds none of them.
    """
    if not has_role(user, roles, agency, on=on):
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    return acting(user, roles, agency, on=on)


def path_of(agency):
    """The tree path of an agency today, its heir's once it has ended, '' where there is none."""
    if isinstance(agency, Agency) and "node" in agency._state.fields_cache:
        node = agency._state.fields_cache["node"]
        if node or agency.heir_id is None:
            return node.path if node else ""
    agency_id = getattr(agency, "pk", agency)
    # Asked on every page: by number first, the heir only where there is no place of one's own.
    for here in ({"agency_id": agency_id}, {"agency__legacies": agency_id}):
        path = AgencyNode.objects.filter(**here).values_list("path", flat=True).first()
        if path:
            return path
    return ""


def may_administer(user, agency):
    """Whether `user` may manage people, names and settings of `agency`."""
    return has_role(user, Role.ADMIN, agency) or user.is_superuser


def may_restructure(user, agency):
    """Whether `user` may move or end `agency`: whoever administers the unit above it."""
    if user.is_superuser:
        return True
    return agency.parent_id is not None and has_role(user, Role.ADMIN, agency.parent_id)


def administers_something(user):
    """Whether `user` manages any agency; for navigation."""
    if not user.is_authenticated:
        return False
    return user.is_superuser or any(g.role == Role.ADMIN for g in grants_of(user))


def may_manage_account(user, person, *, on=None):
    """Whether `user` may print slips for `person`, edit or close the account.

    A slip opens the account, so every role the person holds now or later has to lie in agencies
    that `user` administers; otherwise the administrator of a cell could become one of the
    province. Nobody manages their own account this way, and only another portal administrator
    that of a portal administrator. A deputy does not manage that of the person they stand in for.
    """
    if user.pk == person.pk:
        return False
    if user.is_superuser:
        return True
    if person.is_superuser or person.is_staff:
        return False
    on = on or clock.today()
    grants = grants_of(user, on=on)
    if any(grant.on_behalf_of_id == person.pk for grant in grants):
        return False
    held = set(Membership.objects.filter(user=person).values_list("agency_id", "valid"))
    held |= set(Delegation.objects.filter(to_user=person).values_list("agency_id", "valid"))
    waiting = RoleRequest.objects.filter(user=person, state=RoleRequest.State.WAITING)
    held |= set(waiting.values_list("agency_id", "valid"))
    open_ = {agency for agency, valid in held if valid.upper is None or valid.upper > on}
    agencies = open_ or {agency for agency, _valid in held}
    return bool(agencies) and all(grants.has(Role.ADMIN, agency) for agency in agencies)


def may_confirm_role(user, request):
    """Whether `user` may confirm a RoleRequest that somebody else made for somebody else.

    An administrator can open every account that lies in their reach, so a colleague whose account
    they manage would be no second person: it takes one they do not manage, of the agency or above,
    or a portal administrator. For what a portal administrator asked, any other administrator.
    """
    hands = {request.requested_by_id, request.user_id}
    if user.pk in hands or not user.is_active:
        return False
    if user.is_superuser:
        return True
    path = path_of(request.agency)
    own = any(
        grant.role == Role.ADMIN
        and grant.on_behalf_of_id not in hands
        and (grant.agency_id == request.agency_id or (grant.path and path.startswith(grant.path)))
        for grant in grants_of(user)
    )
    if not own or may_manage_account(request.user, user):
        return False
    asked_by = request.requested_by
    return asked_by.is_superuser or not may_manage_account(asked_by, user)


def may_hand_out(user, role, agency, person):
    """Whether `user` may let `person` hold `role` at `agency`; True for who administers nothing.

    A right held by delegation ends with it: by it nobody gives anything to themselves, nor makes
    anybody an administrator or supervisor.
    """
    if user.is_superuser:
        return True
    grants = grants_of(user)
    if not any(g.role == Role.ADMIN and g.on_behalf_of_id is not None for g in grants):
        return True
    grant = grants.find(Role.ADMIN, agency)
    if grant is None or grant.on_behalf_of_id is None:
        return True
    return user.pk != person.pk and role not in SUBTREE_ROLES


#: In SQL, for it is asked with every request of everybody who is signed in.
_OWN = """
    SELECT m.role, m.agency_id, n.path, legacy.id
    FROM agencies_membership m
    JOIN agencies_agency a ON a.id = m.agency_id AND a.valid @> %(on)s::date
    LEFT JOIN agencies_agencynode n ON n.agency_id = a.id
    LEFT JOIN agencies_agency legacy ON legacy.heir_id = a.id
    WHERE m.user_id = %(user)s AND m.valid @> %(on)s::date
    ORDER BY m.id, legacy.id
"""


def _read_own(user, on):
    with connection.cursor() as cursor:
        cursor.execute(_OWN, {"user": user.pk, "on": on})
        rows = cursor.fetchall()
    return dict.fromkeys(_with_legacies((*row, None) for row in rows))


def _read_delegated(user, on):
    held = Delegation.objects.filter(
        to_user=user,
        valid__contains=on,
        agency__valid__contains=on,
        giver__is_active=True,
        giver__memberships__valid__contains=on,
    )
    rows = held.values_list(
        "role", "agency_id", "agency__node__path", "agency__legacies__id", "giver_id",
        "giver__memberships__role", "giver__memberships__agency_id",
    )  # fmt: skip
    return dict.fromkeys(
        _with_legacies(row[:5] for row in rows if (row[5], row[6]) == (row[0], row[1]))
    )


def _with_legacies(rows):
    """Grants of (role, agency, path, legacy, giver): a role counts at what the agency took over.

    What a person is (a member) is not taken over, only work.
    """
    for role, agency_id, path, legacy_id, giver_id in rows:
        yield Grant(role, agency_id, path or "", giver_id)
        if legacy_id is not None and role in WORKING_ROLES:
            yield Grant(role, legacy_id, "", giver_id, inherited=True)


def _as_set(roles):
    return frozenset({roles}) if isinstance(roles, int) else frozenset(roles)
