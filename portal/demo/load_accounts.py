"""The demo's people: accounts, roles and delegations of portal/demo/content/people.yaml."""

import datetime as dt
from functools import lru_cache

from django.contrib.auth.hashers import make_password
from django.db import transaction

from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.agencies import actions as agencies
from portal.agencies.models import Agency, Delegation, Membership, Role
from portal.demo import content
from portal.demo.accounts import PASSWORD

_LONG_AGO = dt.date(2020, 1, 1)


@transaction.atomic
def load(world, on):
    """Load people, roles and delegations; loading again changes nothing.

    Args:
        world: dict shared by the loaders; `world["users"]` becomes {username: User}.
        on: the day of loading.
    """
    data = content.load("people.yaml", on)
    found = {user.username: user for user in User.objects.all()}
    agency_of = world.get("agencies") or {a.slug: a for a in Agency.objects.all()}
    for row in data["people"]:
        user = found.get(row["username"]) or _create(row)
        found[user.username] = user
        for membership in row.get("memberships") or ():
            _grant(user, agency_of[membership["agency"]], Role[membership["role"].upper()])
    for row in data.get("delegations") or ():
        _delegate(row, found, agency_of)
    world["users"] = found


def _create(row):
    user = accounts.create_account(
        actor=None,
        full_name=row["full_name"],
        username=row["username"],
        phone=row.get("phone") or "",
        email=row.get("email") or "",
        password=None,
        must_change_password=False,
        is_superuser=bool(row.get("superuser")),
    )
    # All share one password: hashed once, because a good hash takes a third of a second.
    user.password = _password_hash()
    user.save(update_fields=["password"])
    return user


@lru_cache
def _password_hash():
    return make_password(PASSWORD)


def _grant(user, agency, role):
    if Membership.objects.filter(user=user, agency=agency, role=role).exists():
        return
    agencies.grant_role(
        actor=None,
        user=user,
        agency=agency,
        role=role,
        starts=max(_LONG_AGO, agency.valid.lower or _LONG_AGO),
    )


def _delegate(row, users, agency_of):
    giver, to_user, agency = users[row["giver"]], users[row["to"]], agency_of[row["agency"]]
    role = Role[row["role"].upper()]
    same = Delegation.objects.filter(giver=giver, to_user=to_user, agency=agency, role=role)
    if same.exists():  # loaded on an earlier day: the demo is not moved along
        return
    agencies.delegate(
        actor=giver,
        giver=giver,
        to_user=to_user,
        agency=agency,
        role=role,
        starts=row["from"],
        until=row["until"],
        decision=row.get("decision") or "",
    )
