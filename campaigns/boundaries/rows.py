"""Specs and rows: the same thing as a value and as stored; set-based reading of the graph."""

from django.db import connection
from django.db.models.expressions import RawSQL

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
            date=boundary.date, precision=boundary.precision, part=boundary.part, **words
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


def among(ids):
    """For `filter(field__in=among(ids))`: any number of ids as one array parameter.

    A moved congress has 84.000 of them; as a list of literals they cost seconds by themselves.
    """
    return RawSQL("SELECT unnest(%s::bigint[])", [list(ids)])


def work_calendar():
    """The WorkCalendar of all CalendarDay rows. One query."""
    return WorkCalendar.of(CalendarDay.objects.values_list("on", "kind"))


_AFFECTED = """
WITH RECURSIVE affected(id) AS (
    SELECT unnest(%s::bigint[])
  UNION
    SELECT b.id FROM campaigns_boundary b JOIN affected a ON b.ref_boundary_id = a.id
)
SELECT b.id, b.kind, b.side, b.date, b.precision, b.part, b."offset", b.working,
       b.ref_boundary_id,
       CASE b.kind
         WHEN 'ref' THEN r.resolved_on
         WHEN 'event' THEN CASE b.moment
           WHEN 'opens' THEN coalesce(e.actual_opens, e.expected_opens, e.planned_opens)
           ELSE coalesce(e.actual_closes, e.expected_closes, e.planned_closes) END
       END,
       b.event_id, b.moment, b.resolved_on, b.owner_kind
FROM affected JOIN campaigns_boundary b USING (id)
LEFT JOIN campaigns_event e ON e.id = b.event_id
LEFT JOIN campaigns_boundary r ON r.id = b.ref_boundary_id
ORDER BY b.id
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
    """({id: Node}, {id: Stored}) of the boundaries `ids` and all that depend on them. One query."""
    nodes, stored = {}, {}
    with connection.cursor() as cursor:
        cursor.execute(_AFFECTED, [list(ids)])
        for row in cursor.fetchall():
            nodes[row[0]] = Node(*row[:10])
            stored[row[0]] = Stored(*row[10:])
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


def write_days(days):
    """Store {id: day or None}; revisions grow. One statement for any number of rows."""
    with connection.cursor() as cursor:
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
