"""Units in a tree, and the people who work there."""

import uuid

from portal.accounts.models import User
from portal.agencies.actions import project_today
from portal.agencies.models import Agency, AgencyEdge, AgencyName, Level, Membership, Role
from portal.common.text import sort_key
from tests.bench.copying import copy, next_id, settle
from tests.bench.world import PLACES

LEVELS = (
    ("trung-uong", "Trung ương", 10),
    ("tinh", "Cấp tỉnh", 30),
    ("xa", "Cấp xã", 45),
    ("chi-bo", "Chi bộ", 90),
)
EVER = "[2000-01-01,)"
#: So many people belong to cells; each may write opinions.
MEMBERS = 400


def make(world, scale):
    """Units: one root, provinces, communes (together as many as derived plans), cells."""
    levels = {}
    for slug, name, order in LEVELS:
        levels[slug], _made = Level.objects.get_or_create(
            slug=slug, defaults={"name": name, "order": order}
        )
    provinces = max(3, scale.plans // 90)
    communes = scale.plans - provinces
    cells = scale.units - 1 - scale.plans
    first = next_id(Agency)
    rows = [(first, "Trung ương", "trung-uong", None)]
    world.root = first
    number = first
    for n in range(provinces):
        number += 1
        rows.append((number, f"Đảng bộ tỉnh {PLACES[n % len(PLACES)]} {n + 1}", "tinh", first))
        world.provinces.append(number)
    for n in range(communes):
        number += 1
        parent = world.provinces[n % provinces]
        rows.append((number, f"Đảng bộ xã {PLACES[n % len(PLACES)]} {n + 1}", "xa", parent))
        world.communes.append(number)
    for n in range(cells):
        number += 1
        parent = world.communes[n % communes]
        rows.append((number, f"Chi bộ thôn {PLACES[n % len(PLACES)]} {n + 1}", "chi-bo", parent))
        world.cells.append(number)
    world.parent = {pk: parent for pk, _name, _level, parent in rows}
    world.names = {pk: name for pk, name, _level, _parent in rows}
    copy(
        Agency,
        (
            {
                "id": pk,
                "public_id": uuid.uuid4(),
                "slug": f"don-vi-{pk}",
                "code": f"DV{pk}",
                "kind": Agency.Kind.PARTY,
                "level_id": levels[level].pk,
                "is_cell": level == "chi-bo",
                "protocol_no": pk - first,
                "valid": EVER,
                "member_count": 60 if level == "xa" else None,
                "name": name,
                "sort_key": sort_key(name),
            }
            for pk, name, level, _parent in rows
        ),
    )
    copy(
        AgencyName,
        (
            {"agency_id": pk, "name": name, "sort_key": sort_key(name), "valid": EVER}
            for pk, name, _level, _parent in rows
        ),
    )
    copy(
        AgencyEdge,
        (
            {"child_id": pk, "parent_id": parent, "valid": EVER}
            for pk, _name, _level, parent in rows
            if parent is not None
        ),
    )
    settle(Agency, AgencyName, AgencyEdge)
    project_today(world.day)
    _people(world)
    return len(rows)


def _people(world):
    number = next_id(User)
    people, roles = [], []

    def person(agency, *held):
        nonlocal number
        name = world.person()
        people.append(
            {
                "id": number,
                "username": f"nguoi-{number}",
                "password": "!",
                "email": f"nguoi-{number}@example.vn",
                "full_name": name,
                "sort_key": sort_key(name),
                "public_id": uuid.uuid4(),
            }
        )
        roles.extend({"user_id": number, "agency_id": agency, "role": role} for role in held)
        number += 1
        return number - 1

    for agency in (world.root, *world.provinces, *world.communes):
        world.staff[agency] = person(agency, Role.STAFF, Role.EDITOR, Role.ADMIN)
    world.approver = person(world.root, Role.APPROVER)
    world.rapporteur = person(world.root, Role.RAPPORTEUR)
    for n in range(MEMBERS):
        cell = world.cells[n % len(world.cells)]
        world.members.append((person(cell, Role.MEMBER), cell))
    copy(User, people)
    copy(Membership, ({**row, "valid": EVER} for row in roles))
    settle(User, Membership)
