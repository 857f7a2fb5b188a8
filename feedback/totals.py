"""How many opinions there are: deltas appended with the opinions, folded into totals by a sweep.

Nobody counts opinions for a page and no totals row is touched by the opinion itself (a row that
everybody updates is a queue). Whoever changes what counts calls `changed` or `changed_in_bulk` in
the same transaction. Totals know no stance and no person.

What is read here in one statement is exact whatever the sweep does meanwhile: totals and deltas of
one snapshot never miss an opinion and never count it twice.
"""

from django.db import connection, transaction
from django.db.models import IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from feedback.models import NodeTotals, OpinionTotals, TotalsDelta
from portal.common.locks import advisory_lock

#: dim of OpinionTotals -> SQL of its key in a delta; a NULL key is not counted along that dim
_DIMS = {
    "all": "''",
    "edition": "edition_id::text",
    "block": "block_id::text",
    "question": "question_id::text",
    "channel": "channel",
    "group": "coalesce(group_id::text, '')",
    "origin": "origin",
    "node": "node_id::text",
}
#: `at` of NodeTotals -> SQL of its node and block in a delta
_AT = {
    "read": "reader_id, NULL::bigint",
    "passage": "reader_id, block_id",
}
#: columns of a delta beside its number, as they are called in an opinion
_SAME = {
    "consultation_id": "consultation_id",
    "edition_id": "edition_id",
    "block_id": "block_id",
    "question_id": "question_id",
    "group_id": "group_id",
    "node_id": "entry_node_id",
    "reader_id": "reading_node_id",
    "channel": "channel",
    "origin": "origin",
    "day": "received_on",
}
_LOCK = "feedback.totals.fold"


def delta_of(opinion, n):
    """The TotalsDelta, not saved, that counts `opinion` once more (1) or no longer (-1)."""
    return TotalsDelta(n=n, **{name: getattr(opinion, own) for name, own in _SAME.items()})


def changed(opinion, n):
    """Count `opinion` once more (1) or no longer (-1). One insert."""
    delta_of(opinion, n).save(force_insert=True)


def changed_in_bulk(opinions, n):
    """The same for a queryset of opinions, in one statement, however many there are.

    Args:
        opinions: a queryset of Opinion; n: 1 or -1.
    """
    ids = opinions.order_by().values("pk").query
    inner, parameters = ids.sql_with_params()
    own = ", ".join(_SAME.values())
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO feedback_totalsdelta (id, {", ".join(_SAME)}, n)
            SELECT (random() * 4611686018427387903)::bigint + 1, {own}, count(*) * %s
            FROM feedback_opinion WHERE id IN ({inner}) GROUP BY {own}
            """,  # noqa: S608
            [n, *parameters],
        )


@transaction.atomic
def fold():
    """Fold all deltas that are committed into the totals; returns how many there were.

    Two sweeps at once wait for each other; a delta is counted exactly once, for it leaves its table
    in the statement that counts it, and a sweep that dies leaves everything as it was.
    """
    advisory_lock(_LOCK)
    return _add("DELETE FROM feedback_totalsdelta RETURNING *")


def _add(source, parameters=(), first=""):
    """Add what `source` (SQL of rows like deltas) counts to all totals, in one statement."""
    dims = " UNION ALL ".join(
        f"SELECT consultation_id, '{dim}' AS dim, {key} AS key, day, sum(n) AS n"  # noqa: S608
        f" FROM gone WHERE {key} IS NOT NULL GROUP BY 1, 2, 3, 4"
        for dim, key in _DIMS.items()
    )
    places = " UNION ALL ".join(
        f"SELECT {place.split(',')[0]}, '{at}',{place.split(',')[1]}, sum(n)"  # noqa: S608
        f" FROM gone GROUP BY 1, 2, 3"
        for at, place in _AT.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH {first} gone AS ({source}),
                 kept AS (
                   INSERT INTO feedback_opiniontotals AS t (consultation_id, dim, key, day, n)
                   {dims}
                   ON CONFLICT (consultation_id, dim, key, day) DO UPDATE SET n = t.n + excluded.n),
                 placed AS (
                   INSERT INTO feedback_nodetotals AS t (node_id, at, block_id, n)
                   {places}
                   ON CONFLICT (node_id, at, block_id) DO UPDATE SET n = t.n + excluded.n)
            SELECT count(*) FROM gone
            """,  # noqa: S608
            parameters,
        )
        return cursor.fetchone()[0]


@transaction.atomic
def rebuild(consultation):
    """Count all opinions of a consultation anew, for a restore or a repair.

    Intake may go on: deltas are thrown away in the snapshot in which the opinions are counted, so
    what is committed meanwhile keeps its delta and is not counted here.
    """
    advisory_lock(_LOCK)
    OpinionTotals.objects.filter(consultation=consultation).delete()
    NodeTotals.objects.filter(node__consultation=consultation).delete()
    own = ", ".join(f"{own} AS {name}" for name, own in _SAME.items())
    return _add(
        f"SELECT {own}, count(*) AS n FROM feedback_opinion"  # noqa: S608
        f" WHERE consultation_id = %s AND state = 'received' GROUP BY {', '.join(_SAME.values())}",
        [consultation.pk, consultation.pk],
        first="waiting AS (DELETE FROM feedback_totalsdelta WHERE consultation_id = %s),",
    )


def along(consultation, dim, *, before=None):
    """{key: number} along one dimension, as of the last fold.

    Args:
        before: only what came before this day; None for all.
    """
    rows = OpinionTotals.objects.filter(consultation=consultation, dim=dim)
    if before is not None:
        rows = rows.filter(day__lt=before)
    return dict(rows.values_list("key").annotate(total=Sum("n")).filter(total__gt=0))


def by_day(consultation, *, before=None):
    """{day: number}, in the order of days; `before` as for `along`."""
    rows = OpinionTotals.objects.filter(consultation=consultation, dim="all", n__gt=0)
    if before is not None:
        rows = rows.filter(day__lt=before)
    return dict(rows.order_by("day").values_list("day", "n"))


def live(consultation_ids):
    """{consultation id: number of counted opinions now}: totals and what is not folded yet.

    For staff only; the public sees the numbers of the day before (`feedback.published`).
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT consultation_id, sum(n) FROM (
              SELECT consultation_id, n FROM feedback_opiniontotals
              WHERE dim = 'all' AND consultation_id = ANY(%(ids)s)
              UNION ALL
              SELECT consultation_id, n FROM feedback_totalsdelta
              WHERE consultation_id = ANY(%(ids)s)) counted
            GROUP BY consultation_id
            """,
            {"ids": list(consultation_ids)},
        )
        return {pk: int(n) for pk, n in cursor.fetchall()}


def received_in_consultation():
    """An expression for querysets of Consultation: as `live`, one number for each."""
    own = OuterRef("pk")
    return _both(
        OpinionTotals.objects.filter(consultation=own, dim="all").values("consultation_id"),
        TotalsDelta.objects.filter(consultation_id=own).values("consultation_id"),
    )


def read_at_node():
    """An expression for querysets of LadderNode: the number of opinions whose words are read at
    each, now."""
    own = OuterRef("pk")
    return _both(
        NodeTotals.objects.filter(node=own, at=NodeTotals.At.READ).values("node_id"),
        TotalsDelta.objects.filter(reader_id=own).values("reader_id"),
    )


def _both(kept, waiting):
    found = [
        Coalesce(Subquery(rows.annotate(total=Sum("n")).values("total")), 0)
        for rows in (kept, waiting)
    ]
    total = found[0] + found[1]
    total.output_field = IntegerField()
    return total


def by_passage(node):
    """{block id, or None for a document as a whole: number of opinions read at `node` now}."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT block_id, sum(n) FROM (
              SELECT block_id, n FROM feedback_nodetotals WHERE node_id = %(node)s
                AND at = 'passage'
              UNION ALL
              SELECT block_id, n FROM feedback_totalsdelta WHERE reader_id = %(node)s) counted
            GROUP BY block_id HAVING sum(n) > 0
            """,
            {"node": node.pk},
        )
        return {pk: int(n) for pk, n in cursor.fetchall()}


#: a node `l` of the ladder is the one at %(position)s or below it
_BELOW = """
    l.consultation_id = %(consultation)s AND l.position >= %(position)s AND l.position < coalesce(
      (SELECT min(o.position) FROM feedback_laddernode o
       WHERE o.consultation_id = %(consultation)s AND o.position > %(position)s
         AND o.depth <= %(depth)s), 2147483647)
"""


def entered_below(node, *, before):
    """[(position of a ladder node, number of opinions that entered there before a day)] for `node`
    and all below it, where there are any.

    Sums are made before the ladder is joined. The rows of a unit in the middle are found by the
    keys of what is below it; at the top that is everything, and reading it in one go is quicker.
    """
    own = f"SELECT l.id::text FROM feedback_laddernode l WHERE {_BELOW}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT l.position, sum(c.n) FROM (
              SELECT key::bigint AS node_id, sum(n) AS n FROM feedback_opiniontotals
              WHERE consultation_id = %(consultation)s AND dim = 'node' AND day < %(before)s
                {f"AND key = ANY(ARRAY({own}))" if node.parent_id else ""}
              GROUP BY key
              UNION ALL
              SELECT node_id, sum(n) FROM feedback_totalsdelta
              WHERE consultation_id = %(consultation)s AND day < %(before)s
              GROUP BY node_id) c
            JOIN feedback_laddernode l ON l.id = c.node_id
            WHERE {_BELOW}
            GROUP BY l.position HAVING sum(c.n) > 0
            """,  # noqa: S608
            {
                "consultation": node.consultation_id,
                "position": node.position,
                "depth": node.depth,
                "before": before,
            },
        )
        return [(position, int(n)) for position, n in cursor.fetchall()]
