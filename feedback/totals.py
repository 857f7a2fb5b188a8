"""How many opinions there are: deltas appended with the opinions, folded into totals by a sweep.

Nobody counts opinions for a page and no totals row is touched by the opinion itself (a row that
everybody updates is a queue). Whoever changes what counts calls `changed` or `changed_in_bulk` in
the same transaction. Totals know no stance and no person.
"""

from django.db import connection, transaction
from django.db.models import Sum

from feedback.models import Opinion, OpinionTotals, TotalsDelta
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
_SAME = (
    "consultation_id, edition_id, block_id, question_id, group_id, entry_node_id, channel, origin, "
    "received_on"
)


def changed(opinion, n):
    """Count `opinion` once more (1) or no longer (-1). One insert."""
    TotalsDelta.objects.create(
        consultation_id=opinion.consultation_id,
        edition_id=opinion.edition_id,
        block_id=opinion.block_id,
        question_id=opinion.question_id,
        group_id=opinion.group_id,
        node_id=opinion.entry_node_id,
        channel=opinion.channel,
        origin=opinion.origin,
        day=opinion.received_on,
        n=n,
    )


def changed_in_bulk(opinions, n):
    """The same for a queryset of opinions, in one statement, however many there are.

    Args:
        opinions: a queryset of Opinion; n: 1 or -1.
    """
    ids = opinions.order_by().values("pk").query
    inner, parameters = ids.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO feedback_totalsdelta (id, consultation_id, edition_id, block_id,
              question_id, group_id, node_id, channel, origin, day, n)
            SELECT (random() * 4611686018427387903)::bigint + 1, consultation_id, edition_id,
              block_id, question_id, group_id, entry_node_id, channel, origin, received_on,
              count(*) * %s
            FROM feedback_opinion WHERE id IN ({inner}) GROUP BY {_SAME}
            """,  # noqa: S608
            [n, *parameters],
        )


@transaction.atomic
def fold():
    """Fold all deltas that are committed into the totals; returns how many there were.

    Two sweeps at once wait for each other; a delta is counted exactly once, for it leaves its table
    in the statement that counts it.
    """
    advisory_lock("feedback.totals.fold")
    dims = " UNION ALL ".join(
        f"SELECT consultation_id, '{dim}' AS dim, {key} AS key, day, n FROM gone"  # noqa: S608
        for dim, key in _DIMS.items()
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH gone AS (DELETE FROM feedback_totalsdelta RETURNING *),
                 summed AS (
                   SELECT consultation_id, dim, key, day, sum(n) AS n FROM ({dims}) d
                   WHERE key IS NOT NULL GROUP BY consultation_id, dim, key, day),
                 kept AS (
                   INSERT INTO feedback_opiniontotals AS t (consultation_id, dim, key, day, n)
                   SELECT consultation_id, dim, key, day, n FROM summed
                   ON CONFLICT (consultation_id, dim, key, day) DO UPDATE SET n = t.n + excluded.n)
            SELECT count(*) FROM gone
            """  # noqa: S608
        )
        return cursor.fetchone()[0]


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
    rows = OpinionTotals.objects.filter(consultation__in=consultation_ids, dim="all")
    found = dict(rows.values_list("consultation_id").annotate(total=Sum("n")))
    waiting = TotalsDelta.objects.filter(consultation_id__in=list(consultation_ids))
    for pk, n in waiting.values_list("consultation_id").annotate(n=Sum("n")):
        found[pk] = found.get(pk, 0) + n
    return found


@transaction.atomic
def rebuild(consultation):
    """Count all opinions of a consultation anew, for a restore or a repair."""
    advisory_lock("feedback.totals.fold")
    TotalsDelta.objects.filter(consultation_id=consultation.pk).delete()
    OpinionTotals.objects.filter(consultation=consultation).delete()
    changed_in_bulk(
        Opinion.objects.filter(consultation=consultation, state=Opinion.State.RECEIVED), 1
    )
