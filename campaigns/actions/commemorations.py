"""Recurring days and the events they become, year by year."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions._common import lock, one_line
from campaigns.actions.events import move_event
from campaigns.models import Commemoration, Event
from campaigns.rules import anniversaries
from portal.common import audit, clock, text
from portal.common.errors import Refused
from portal.common.locks import advisory_lock

FIELDS = ("name", "calendar", "day", "month", "origin_year", "round_rule", "host", "active")
NAME = 160
#: Occurrences are made for so many years from today.
YEARS_AHEAD = 2
LOCK = "campaigns.commemorations"


@dataclass
class Generated:
    """What a run did: events made, and events of plan files that were recognised as the same."""

    made: list = field(default_factory=list)
    adopted: list = field(default_factory=list)


@transaction.atomic
def create_commemoration(*, actor, slug=None, **values):
    """Enter a recurring day. `values`: FIELDS. Its events are made at once.

    Raises:
        Refused: "day" for a day the calendar does not have, "origin", "slug".
    """
    row = Commemoration()
    _assign(row, values)
    row.slug = slug or _free_slug(row.name)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise Refused(_("Đã có ngày kỷ niệm dùng mã này."), code="slug") from error
    audit.record(
        actor=actor,
        verb="create_commemoration",
        obj=row,
        agency=row.host_id,
        changes=audit.diff({}, audit.snapshot(row, FIELDS)),
    )
    generate_occurrences(actor=actor, only=row)
    return row


@transaction.atomic
def update_commemoration(*, actor, commemoration, lock_version=None, **values):
    """Change a recurring day. Events to come that nobody has renamed or moved follow; those of a
    day that is not used any more go, unless a plan marks them or a date hangs on them.

    Raises:
        StaleVersion; Refused as `create_commemoration`.
    """
    with boundaries.editing(actor=actor, reason=_("Sửa ngày kỷ niệm hằng năm")):
        row = lock(commemoration, lock_version)
        before = audit.snapshot(row, FIELDS)
        was = {e.pk: _wanted(row, e.occurrence_year) for e in _to_come(row)}
        _assign(row, values)
        changes = audit.diff(before, audit.snapshot(row, FIELDS))
        if not changes:
            return row
        row.lock_version += 1
        row.save()
        audit.record(
            actor=actor,
            verb="update_commemoration",
            obj=row,
            agency=row.host_id,
            changes=changes,
        )
        for event in _to_come(row):
            _follow(actor, row, event, was[event.pk])
        if not row.active:
            unused = _to_come(row).filter(plan_events=None, boundaries=None, changes=None)
            Event.objects.filter(pk__in=list(unused.values_list("pk", flat=True))).delete()
        generate_occurrences(actor=actor, only=row)
    return row


@transaction.atomic
def generate_occurrences(*, actor, day=None, only=None):
    """Make the events of recurring days that fall between `day` (today) and two years later.

    Idempotent and set-based: a run in which nothing is missing costs two queries and writes
    nothing. An event of the same day and origin that a plan file brought is taken over, not made
    again.

    Returns:
        Generated.
    """
    advisory_lock(LOCK)
    first = day or clock.today()
    last = _years_later(first, YEARS_AHEAD)
    rows = Commemoration.objects.filter(active=True)
    if only is not None:
        rows = rows.filter(pk=only.pk)
    wanted = {
        (row.pk, year): (row, year, on)
        for row in rows
        for year, on in anniversaries.occurrences(row.calendar, row.day, row.month, first, last)
    }
    stored = Event.objects.filter(commemoration__in={pk for pk, _year in wanted})
    for key in stored.values_list("commemoration_id", "occurrence_year"):
        wanted.pop(key, None)
    done = Generated()
    if not wanted:
        return done
    done.adopted = _adopt(wanted)
    slugs = [f"{row.slug}-{year}" for row, year, _on in wanted.values()]
    taken = set(Event.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    for row, year, on in wanted.values():
        name, _on = _wanted(row, year)
        slug = f"{row.slug}-{year}"
        done.made.append(
            Event(
                slug=slug if slug not in taken else _free_event_slug(slug),
                kind=Event.Kind.COMMEMORATION,
                host_id=row.host_id,
                name=name,
                commemoration=row,
                occurrence_year=year,
                origin_on=_origin(row),
                planned_opens=on,
                planned_closes=on,
            )
        )
    Event.objects.bulk_create(done.made)
    first_row = next(iter(done.made or done.adopted))
    audit.record(
        actor=actor,
        verb="generate_commemorations",
        obj=first_row,
        agency=only.host_id if only is not None else None,
        changes={"created": [0, len(done.made)], "changed": [0, len(done.adopted)]},
    )
    return done


def _adopt(wanted):
    """Take over commemorations of plan files that are the same; they leave `wanted`."""
    by_key = {}
    for key, (row, _year, on) in wanted.items():
        if row.origin_year and row.calendar == Commemoration.Calendar.SOLAR:
            by_key[on, _origin(row), row.host_id] = key
    free = Event.objects.filter(
        kind=Event.Kind.COMMEMORATION,
        commemoration=None,
        planned_opens__in={on for on, _origin_on, _host in by_key},
    ).order_by("pk")
    adopted = []
    for event in free:
        key = by_key.pop((event.planned_opens, event.origin_on, event.host_id), None)
        if key is not None:
            event.commemoration, event.occurrence_year = wanted.pop(key)[:2]
            adopted.append(event)
    Event.objects.bulk_update(adopted, ["commemoration", "occurrence_year"])
    return adopted


def _follow(actor, row, event, was):
    name, on = _wanted(row, event.occurrence_year)
    old_name, old_on = was
    fields = {"origin_on": _origin(row), "host_id": row.host_id}
    if event.name == old_name:
        fields["name"] = name
    if any(getattr(event, key) != value for key, value in fields.items()):
        Event.objects.filter(pk=event.pk).update(**fields, lock_version=event.lock_version + 1)
    if on != old_on and event.planned_opens == old_on:
        move_event(actor=actor, event=event, dates={"planned_opens": on, "planned_closes": on})


def _to_come(row):
    return Event.objects.filter(commemoration=row, planned_opens__gte=clock.today())


def _wanted(row, year):
    """(name, date) of the occurrence of a year."""
    years = anniversaries.years_since(row.origin_year, year)
    name = anniversaries.occasion(row.name, years, row.calendar, row.day, row.month)
    return name, anniversaries.falls_on(row.calendar, row.day, row.month, year)


def _origin(row):
    if not row.origin_year or row.calendar != Commemoration.Calendar.SOLAR:
        return None
    return anniversaries.falls_on(row.calendar, row.day, row.month, row.origin_year)


def _assign(row, values):
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise TypeError(f"not a field of a commemoration: {sorted(unknown)}")
    for name, value in values.items():
        setattr(row, name, value)
    row.name = one_line(row.name, limit=NAME, what=_("tên ngày kỷ niệm"))
    if not anniversaries.exists(row.calendar, row.day, row.month):
        raise Refused(
            _("Không có ngày %s.") % anniversaries.day_words(row.calendar, row.day, row.month),
            code="day",
        )
    if row.origin_year and not 1 <= row.origin_year <= clock.today().year:
        raise Refused(_("Năm gốc phải là một năm đã qua."), code="origin")


def _free_slug(name):
    base = text.slugify_vi(name, 50) or "ngay-ky-niem"
    return text.first_free(base, lambda slug: Commemoration.objects.filter(slug=slug).exists())


def _free_event_slug(base):
    n = 2
    while Event.objects.filter(slug=f"{base}-{n}").exists():
        n += 1
    return f"{base}-{n}"


def _years_later(day, years):
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)
