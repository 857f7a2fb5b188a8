"""Founding, naming and placing agencies. Every change has the day from which it holds."""

import datetime as dt

from django.db import connection, transaction
from django.utils.translation import gettext as _

from portal.agencies import ranges
from portal.agencies.actions.projection import LOCK, project_today
from portal.agencies.models import Agency, AgencyEdge, AgencyName, AgencySlug
from portal.common import audit, text
from portal.common.errors import Refused, StaleVersion
from portal.common.locks import advisory_lock

#: From when an agency counts whose founding nobody dated.
LONG_AGO = dt.date(1930, 2, 3)

SETTINGS = (
    "code",
    "kind",
    "level",
    "is_cell",
    "protocol_no",
    "member_count",
    "about",
    "address",
    "phone",
    "led_by",
)

# Would `parent` stand below `child` on any day of the new edge?
_ABOVE = """
WITH RECURSIVE up(id, valid) AS (
    SELECT %s::bigint, %s::daterange
    UNION
    SELECT e.parent_id, up.valid * e.valid
    FROM agencies_agencyedge e JOIN up ON e.child_id = up.id AND e.valid && up.valid
)
SELECT EXISTS (SELECT 1 FROM up WHERE id = %s)
"""


@transaction.atomic
def create_agency(
    *,
    actor,
    name,
    kind,
    level,
    parent=None,
    starts=LONG_AGO,
    ends=None,
    slug=None,
    code="",
    short_name="",
    committee_name="",
    decision="",
    is_cell=False,
    protocol_no=1000,
    member_count=None,
    about="",
    address="",
    phone="",
    project=True,
):
    """Found an agency with its first names and its first parent.

    Args:
        level: the Level.
        parent: the Agency above, None for the top of a tree; it counts from the day on which
            both exist.
        starts, ends: its first and last day (`ends` None: until further notice).
        slug: made from the name, and made unique, when not given.
        project: False when a loader makes many and calls `project_today` once at the end.

    Raises:
        Refused: for a taken slug or dates that do not fit those of the parent.
    """
    name = text.one_line(name)
    agency = Agency(
        slug=_free_slug(slug, short_name or name),
        code=code,
        kind=kind,
        level=level,
        is_cell=is_cell,
        protocol_no=protocol_no,
        member_count=member_count,
        valid=_life(starts, ends),
        about=about,
        address=address,
        phone=phone,
        name=name,
        short_name=short_name,
        committee_name=committee_name,
        parent=parent,
        sort_key=text.sort_key(name),
    )
    agency.save(force_insert=True)
    AgencyName.objects.create(
        agency=agency,
        name=name,
        short_name=short_name,
        committee_name=committee_name,
        sort_key=agency.sort_key,
        valid=agency.valid,
        decision=decision,
    )
    if parent is not None:
        _place(agency, parent, max(starts, parent.valid.lower or starts), decision)
    audit.record(
        actor=actor,
        verb="create_agency",
        obj=agency,
        agency=agency,
        changes={"name": [None, name], "parent": [None, parent and parent.name]},
    )
    if project:
        project_today()
        agency.refresh_from_db()
    return agency


@transaction.atomic
def edit_agency(*, actor, agency, expected_version, **values):
    """Change settings that need no date (`SETTINGS`).

    Raises:
        StaleVersion: somebody else saved since the form was made.
        Refused: "led_by" for a leader that is no Party organisation or the agency itself.
    """
    unknown = set(values) - set(SETTINGS)
    if unknown:
        raise TypeError(f"not a setting of an agency: {', '.join(sorted(unknown))}")
    agency = Agency.objects.select_for_update().get(pk=agency.pk)
    if agency.lock_version != expected_version:
        raise StaleVersion(_("Người khác vừa sửa cơ quan này."), current=agency)
    leader = values.get("led_by")
    if leader is not None and (leader.pk == agency.pk or leader.kind != Agency.Kind.PARTY):
        raise Refused(
            _("Cấp ủy lãnh đạo phải là một tổ chức đảng khác cơ quan này."), code="led_by"
        )
    before = audit.snapshot(agency, SETTINGS)
    for field, value in values.items():
        setattr(agency, field, value)
    changes = audit.diff(before, audit.snapshot(agency, SETTINGS))
    if not changes:
        return agency
    agency.lock_version += 1
    agency.save(update_fields=[*values, "lock_version"])
    audit.record(actor=actor, verb="edit_agency", obj=agency, agency=agency, changes=changes)
    if "protocol_no" in changes:
        project_today()
    return agency


@transaction.atomic
def rename_agency(
    *, actor, agency, name, on, short_name="", committee_name="", decision="", slug=None
):
    """Give the agency other names from the day `on`; what it was called before stays on record.

    A name that begins on that very day is replaced (a mistake corrected), later ones are dropped.
    With `slug` the address changes too and the old one redirects.
    """
    advisory_lock(LOCK)
    name = text.one_line(name)
    if not ranges.contains(agency.valid, on):
        raise Refused(_("Ngày đổi tên nằm ngoài thời gian hoạt động của cơ quan."), code="outside")
    before = agency.names.filter(valid__contains=on).first()
    cut(agency.names.all(), on)
    row = AgencyName.objects.create(
        agency=agency,
        name=name,
        short_name=short_name,
        committee_name=committee_name,
        sort_key=text.sort_key(name),
        valid=ranges.DateRange(on, agency.valid.upper),
        decision=decision,
    )
    changes = {"name": [before and before.name, name], "on": [None, str(on)]}
    if slug and slug != agency.slug:
        changes["slug"] = [agency.slug, slug]
        _change_slug(agency, slug)
    audit.record(
        actor=actor, verb="rename_agency", obj=agency, agency=agency, changes=changes, label=name
    )
    project_today()
    agency.refresh_from_db()
    return row


@transaction.atomic
def move_agency(*, actor, agency, parent, on, decision="", project=True):
    """Put the agency under another parent (None: under nobody) from the day `on`.

    Raises:
        Refused: when the agency would stand below itself on any day, or a date does not fit.
    """
    advisory_lock(LOCK)
    if not ranges.contains(agency.valid, on):
        raise Refused(
            _("Ngày chuyển cấp trên nằm ngoài thời gian hoạt động của cơ quan."), code="outside"
        )
    edges = AgencyEdge.objects.filter(child=agency)
    before = edges.filter(valid__contains=on).select_related("parent").first()
    cut(edges, on)
    if parent is not None:
        _place(agency, parent, on, decision)
    audit.record(
        actor=actor,
        verb="move_agency",
        obj=agency,
        agency=agency,
        changes={
            "parent": [before and before.parent.name, parent and parent.name],
            "on": [None, str(on)],
        },
    )
    if project:
        project_today()
        agency.refresh_from_db()


# --- helpers --------------------------------------------------------------------------------


def _life(starts, ends):
    if ends is not None and ends < starts:
        raise Refused(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), code="dates")
    return ranges.days(starts, ends)


def _place(child, parent, on, decision):
    """The edge child under parent from `on` to the end of the shorter life."""
    if not ranges.contains(parent.valid, on):
        raise Refused(
            _("Cấp trên “%(name)s” không hoạt động vào ngày này.") % {"name": parent.name},
            code="parent_outside",
        )
    upper = min((r.upper for r in (child.valid, parent.valid) if r.upper), default=None)
    valid = ranges.DateRange(on, upper)
    with connection.cursor() as cursor:
        cursor.execute(_ABOVE, [parent.pk, valid, child.pk])
        if cursor.fetchone()[0]:
            raise Refused(
                _("Không thể đặt cơ quan dưới chính nó hoặc dưới đơn vị trực thuộc của nó."),
                code="cycle",
            )
    AgencyEdge.objects.create(child=child, parent=parent, valid=valid, decision=decision)


def cut(rows, on):
    """End the stretches of `rows` before the day `on`; those that would begin later go."""
    rows.filter(valid__startswith__gte=on).delete()
    for row in rows.filter(valid__contains=on):
        row.valid = ranges.DateRange(row.valid.lower, on)
        row.save(update_fields=["valid"])


def _free_slug(slug, name):
    if slug:
        if _slug_taken(slug):
            raise Refused(
                _("Địa chỉ “%(slug)s” đã có cơ quan khác dùng.") % {"slug": slug}, code="slug"
            )
        return slug
    base = text.slugify_vi(name, 70) or "co-quan"
    number, found = 1, base
    while _slug_taken(found):
        number += 1
        found = f"{base}-{number}"
    return found


def _slug_taken(slug, agency=None):
    others = Agency.objects.exclude(pk=agency.pk) if agency else Agency.objects.all()
    old = AgencySlug.objects.filter(slug=slug)
    if agency:
        old = old.exclude(agency=agency)
    return others.filter(slug=slug).exists() or old.exists()


def _change_slug(agency, slug):
    if _slug_taken(slug, agency):
        raise Refused(
            _("Địa chỉ “%(slug)s” đã có cơ quan khác dùng.") % {"slug": slug}, code="slug"
        )
    agency.old_slugs.filter(slug=slug).delete()
    AgencySlug.objects.create(agency=agency, slug=agency.slug)
    agency.slug = slug
    agency.save(update_fields=["slug"])
