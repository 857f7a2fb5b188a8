"""Agencies from data files (the keys `levels`, `agencies`, `successions` of docs/PLAN_FORMAT.md).

Everything goes through the actions. Loading twice changes nothing: an agency that exists keeps its
names and parents, which may have moved on since; only settings that the file gives are brought in
line.
"""

import datetime as dt

from django.db import transaction

from portal.agencies import actions
from portal.agencies.actions.structure import LONG_AGO
from portal.agencies.models import Agency, Level, Succession

_DAY = dt.timedelta(days=1)
_SETTINGS = {
    "kind": "kind",
    "code": "code",
    "cell": "is_cell",
    "protocol_no": "protocol_no",
    "members": "member_count",
    "about": "about",
    "address": "address",
    "phone": "phone",
}


@transaction.atomic
def load(*, levels=(), agencies=(), successions=(), actor=None):
    """Bring levels, agencies and successions in line with the file.

    Args:
        levels, agencies, successions: lists of dicts with the keys of the plan format, checked
            before; a parent may stand after its children.

    Returns:
        {slug: Agency} of every agency named in `agencies`.
    """
    for row in levels:
        Level.objects.update_or_create(
            slug=row["slug"], defaults={"name": row["name"], "order": row["order"]}
        )
    level_of = {level.slug: level for level in Level.objects.all()}
    wanted = {row["slug"]: row for row in agencies}
    named = set(wanted) | {row.get("parent") for row in agencies} - {None}
    found = {a.slug: a for a in Agency.objects.filter(slug__in=named)}
    fresh = False
    for row in _parents_first(wanted):
        if row["slug"] in found:
            _bring_in_line(found[row["slug"]], row, level_of, actor)
        else:
            found[row["slug"]] = _create(row, found, level_of, actor)
            fresh = True
    if fresh:
        actions.project_today()
    for row in successions:
        _succeed(row, actor)
    return {a.slug: a for a in Agency.objects.filter(slug__in=wanted)}


def _parents_first(wanted):
    done = set()

    def visit(row):
        if row["slug"] in done:
            return
        done.add(row["slug"])
        if row.get("parent") in wanted:
            yield from visit(wanted[row["parent"]])
        yield row

    for row in wanted.values():
        yield from visit(row)


def _bring_in_line(agency, row, level_of, actor):
    values = {field: row[key] for key, field in _SETTINGS.items() if row.get(key) is not None}
    actions.edit_agency(
        actor=actor,
        agency=agency,
        expected_version=agency.lock_version,
        level=level_of[row["level"]],
        **values,
    )


def _create(row, found, level_of, actor):
    earlier = sorted(row.get("names") or (), key=lambda name: name["from"])
    starts = row.get("valid_from") or (earlier[0]["from"] if earlier else LONG_AGO)
    today = {"name": row["name"], "committee_name": row.get("committee") or ""}
    names = [{"name": n["name"], "committee_name": n.get("committee") or ""} for n in earlier]
    names.append(today)
    agency = actions.create_agency(
        actor=actor,
        level=level_of[row["level"]],
        parent=found[row["parent"]] if row.get("parent") else None,
        slug=row["slug"],
        starts=starts,
        ends=row.get("valid_to"),
        short_name=row.get("short_name") or "",
        project=False,
        **names[0],
        **{field: row[key] for key, field in _SETTINGS.items() if row.get(key) is not None},
    )
    for before, name in zip(earlier, names[1:], strict=True):
        actions.rename_agency(
            actor=actor,
            agency=agency,
            on=before["to"] + _DAY,
            short_name=row.get("short_name") or "",
            **name,
        )
    return agency


def _succeed(row, actor):
    slugs = [*row["from"], *row["to"]]
    agency = {a.slug: a for a in Agency.objects.filter(slug__in=slugs)}
    for slug in row["from"]:
        source = agency[slug]
        if Succession.objects.filter(source=source, on=row["on"]).exists():
            continue
        actions.succeed(
            actor=actor,
            source=source,
            kind=Succession.Kind(row["kind"]),
            targets=[agency[target] for target in row["to"]],
            on=row["on"],
            decision=row.get("decision") or "",
        )
