"""Specs and rows: the same thing as a value and as stored; set-based reading of the graph."""

from contextlib import contextmanager

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BigIntegerField, BooleanField, F, Func, Value

from campaigns.models import Boundary, CalendarDay
from campaigns.rules import specs
from campaigns.rules.resolve import Node
from campaigns.rules.workdays import WorkCalendar

#: What a spec decides of a row.
SOURCE_FIELDS = (
    "kind",
    "date",
    "precision",
    "part",
    "before",
    "event_id",
    "moment",
    "ref_boundary_id",
    "offset",
    "working",
    "verbatim",
)


def spec_of(boundary):
    """The Spec that a Boundary row stores."""
    words = {"verbatim": boundary.verbatim}
    kind = boundary.kind
    if kind == Boundary.Kind.DATE:
        return specs.DateSpec(
            date=boundary.date,
            precision=boundary.precision,
            part=boundary.part,
            before=boundary.before,
            **words,
        )
    if kind == Boundary.Kind.OPEN:
        return specs.Open(**words)
    if kind == Boundary.Kind.UNKNOWN:
        return specs.Unknown(**words)
    shift = {"offset": boundary.offset, "working": boundary.working, **words}
    if kind == Boundary.Kind.EVENT:
        return specs.EventSpec(event_id=boundary.event_id, moment=boundary.moment, **shift)
    return specs.RefSpec(boundary_id=boundary.ref_boundary_id, **shift)


def fields_of(spec):
    """{field: value} of a Boundary row for `spec`: all of SOURCE_FIELDS."""
    fields = {
        "kind": "",
        "date": None,
        "precision": "",
        "part": "",
        "before": "",
        "event_id": None,
        "moment": "",
        "ref_boundary_id": None,
        "offset": 0,
        "working": False,
        "verbatim": spec.verbatim,
    }
    match spec:
        case specs.DateSpec():
            fields |= {
                "kind": Boundary.Kind.DATE,
                "date": spec.date,
                "precision": spec.precision,
                "part": spec.part,
                "before": spec.before,
            }
        case specs.EventSpec():
            fields |= {
                "kind": Boundary.Kind.EVENT,
                "event_id": spec.event_id,
                "moment": spec.moment,
                "offset": spec.offset,
                "working": spec.working,
            }
        case specs.RefSpec():
            fields |= {
                "kind": Boundary.Kind.REF,
                "ref_boundary_id": spec.boundary_id,
                "offset": spec.offset,
                "working": spec.working,
            }
        case specs.Open():
            fields["kind"] = Boundary.Kind.OPEN
        case specs.Unknown():
            fields["kind"] = Boundary.Kind.UNKNOWN
        case _:
            raise TypeError(f"not a boundary spec: {spec!r}")
    return fields


class Among(Func):
    """The condition that a field is one of `ids`, which travel as one array.

    84.000 literals cost seconds by themselves, and a subquery over so many rows may be planned as
    a loop inside a loop; PostgreSQL hashes an array whatever its statistics say.
    """

    arg_joiner = " = ANY("
    template = "(%(expressions)s::bigint[]))"
    output_field = BooleanField()

    def __init__(self, field, ids):
        super().__init__(F(field), Value(list(ids), output_field=ArrayField(BigIntegerField())))


def work_calendar():
    """The WorkCalendar of all CalendarDay rows. One query."""
    return WorkCalendar.of(CalendarDay.objects.values_list("on", "kind"))


# One table at a time and ids as arrays: where statistics are old (a file was loaded a minute ago) a
# join of so many rows was planned as a loop over all pairs, minutes instead of a second for 84.000
# boundaries. An array is hashed or looked up whatever the planner believes.
_COLUMNS = """
SELECT id, kind, side, date, precision, part, "offset", working, ref_boundary_id,
       event_id, moment, resolved_on, owner_kind, before
FROM campaigns_boundary
"""
_THESE = _COLUMNS + "WHERE id = ANY(%s::bigint[])"
_DEPENDANTS = _COLUMNS + "WHERE ref_boundary_id = ANY(%s::bigint[])"
_OUTSIDE = "SELECT id, resolved_on FROM campaigns_boundary WHERE id = ANY(%s::bigint[])"
_EVENTS = """
SELECT id, coalesce(actual_opens, expected_opens, planned_opens),
       coalesce(actual_closes, expected_closes, planned_closes)
FROM campaigns_event WHERE id = ANY(%s::bigint[])
"""


class Stored:
    """What is stored about an affected boundary beside its Node."""

    __slots__ = ("event_id", "moment", "owner_kind", "resolved_on")

    def __init__(self, event_id, moment, resolved_on, owner_kind):
        self.event_id = event_id
        self.moment = moment
        self.resolved_on = resolved_on
        self.owner_kind = owner_kind


def affected(ids):
    """({id: Node}, {id: Stored}) of the boundaries `ids` and all that depend on them.

    One query per step of the longest chain, and two for what they hang on.
    """
    found, wave, statement = {}, list(ids), _THESE
    with connection.cursor() as cursor:
        while wave:
            cursor.execute(statement, [wave])
            fresh = [row for row in cursor.fetchall() if row[0] not in found]
            found.update((row[0], row) for row in fresh)
            wave, statement = [row[0] for row in fresh], _DEPENDANTS
        cursor.execute(_OUTSIDE, [list({r[8] for r in found.values()} - found.keys() - {None})])
        outside = dict(cursor.fetchall())
        cursor.execute(_EVENTS, [list({r[9] for r in found.values()} - {None})])
        events = {pk: {"opens": opens, "closes": closes} for pk, opens, closes in cursor.fetchall()}
    nodes, stored = {}, {}
    for pk in sorted(found):
        row = found[pk]
        event_id, moment = row[9:11]
        base = events[event_id][moment] if event_id else outside.get(row[8])
        nodes[pk] = Node(*row[:9], base, row[13])
        stored[pk] = Stored(*row[9:13])
    return nodes, stored


_WRITE = """
UPDATE campaigns_boundary b
SET resolved_on = v.on_day,
    at = ((v.on_day + CASE b.side WHEN 'end' THEN 1 ELSE 0 END)::timestamp
          AT TIME ZONE 'Asia/Ho_Chi_Minh'),
    revision = b.revision + 1
FROM unnest(%s::bigint[], %s::date[]) AS v(id, on_day)
WHERE b.id = v.id
"""


#: From so many rows on no plan may loop inside a loop.
MANY = 1000


@contextmanager
def by_sets(count):
    """For statements over `count` rows: many of them are joined by hashing, whatever statistics
    say. Needs a transaction.
    """
    if count <= MANY:
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop TO DEFAULT")


def write_days(days):
    """Store {id: day or None}; revisions grow. One statement for any number of rows."""
    with by_sets(len(days)), connection.cursor() as cursor:
        cursor.execute(_WRITE, [list(days), list(days.values())])


_ITEMS = """
INSERT INTO campaigns_datechangeitem (change_id, boundary_id, old_on, new_on)
SELECT %s, v.id, v.old_on, v.new_on
FROM unnest(%s::bigint[], %s::date[], %s::date[]) AS v(id, old_on, new_on)
"""


def write_items(change, moves):
    """Store (boundary id, old day, new day) triples as items of a DateChange."""
    ids, old, new = (list(column) for column in zip(*moves, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(_ITEMS, [change.pk, ids, old, new])


_HANGING = """
WITH RECURSIVE hanging(id) AS (
    SELECT id FROM campaigns_boundary WHERE event_id = %s
    UNION
    SELECT b.id FROM campaigns_boundary b JOIN hanging h ON b.ref_boundary_id = h.id
)
SELECT count(*) FROM (SELECT 1 FROM hanging LIMIT %s) found
"""


def hanging_on(event, most):
    """How many boundaries hang on `event`, directly or through others; not counted past `most`."""
    with connection.cursor() as cursor:
        cursor.execute(_HANGING, [event.pk, most])
        return cursor.fetchone()[0]
