"""Bringing the counters of readers from Redis to PostgreSQL.

Counters of a day only grow, and carry an `era`: a random word made with them and lost with them.
A row says which era it took from last and how far it came, in the same transaction as its number.
So a run that dies anywhere, is repeated or meets another one adds nothing twice and leaves nothing
out; a Redis that lost everything begins a new era, and what was counted since the last run is all
that is missing; one that woke up with an older state is followed from there.
"""

import datetime as dt
import logging

from django.db import connection, transaction
from django.db.models import Q

from portal.common import clock, store
from portal.common.locks import advisory_lock
from portal.news import visits
from portal.news.models import AgencySite, DailyVisits, VisitTotal

logger = logging.getLogger(__name__)

_BATCH = 1000
_WRITTEN = ["views", "visitors", "era", "seen_views", "seen_visitors"]


def flush_visits(*, now=None):
    """Add what was counted since the last run; the number of rows that changed.

    Nobody acts here and no audit row is written: these are numbers of nobody's doing.

    Raises:
        RedisError: the counters are away; the next run takes up what they hold then.
    """
    now = now or clock.now()
    today = clock.today(now)
    days = [today - dt.timedelta(days=back) for back in range(visits.DAYS_KEPT)]
    changed, done = 0, []
    with transaction.atomic():
        advisory_lock("news.visits")  # before Redis is read: two runs never mix up old and new
        gained = {}
        for day, counters in _counters(days):
            rows = _taken(day, counters, gained)
            _write(rows)
            changed += len(rows)
            if now >= clock.end_of_day(day) + visits.GRACE:
                done.append((day, counters))
        _add_up(gained)
        show_totals(gained)
    for day, counters in done:
        _forget(day, counters)
    return changed


@transaction.atomic
def record_days(*, rows):
    """Write whole days, of a portal that moves here or for the demo; known days are replaced.

    Args:
        rows: (scope, target, day, views, visitors), each day of a target once.
    """
    advisory_lock("news.visits")
    rows = list(rows)
    _write(
        [
            DailyVisits(scope=scope, target=target, day=day, views=views, visitors=visitors)
            for scope, target, day, views, visitors in rows
        ]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO news_visittotal (scope, target, views)
            SELECT scope, target, sum(views) FROM news_dailyvisits
            WHERE (scope, target) IN (SELECT * FROM unnest(%s::text[], %s::bigint[]))
            GROUP BY scope, target
            ON CONFLICT (scope, target) DO UPDATE SET views = EXCLUDED.views
            """,
            [[row[0] for row in rows], [row[1] for row in rows]],
        )
    transaction.on_commit(forget_shown)


def forget_shown():
    """Let the next run write all totals that pages show anew."""
    store.client().delete(visits.TOTALS)


def _counters(days):
    """[(day, {field: bytes})] of the days that have counters, the oldest first."""
    pipe = store.client().pipeline(transaction=False)
    for day in days:
        pipe.hgetall(visits.views_key(day))
    found = [(day, values) for day, values in zip(days, pipe.execute(), strict=True) if values]
    return [
        (day, {field.decode(): value for field, value in values.items()})
        for day, values in reversed(found)
    ]


def _taken(day, counters, gained):
    """The rows of `day` with what is new in the counters; `gained` sums the views up by target."""
    era = counters.get(visits.ERA, b"").decode()
    counts = {name: int(n) for name, n in counters.items() if name != visits.ERA}
    stored = DailyVisits.objects.filter(day=day)
    known = {
        f"{scope}{target or ''}": seen
        for scope, target, *seen in stored.values_list("scope", "target", "era", "seen_views")
    }
    changed = {name: n for name, n in counts.items() if known.get(name) != [era, n]}
    targets = [int(name[1:] or 0) for name in changed]
    rows = {f"{r.scope}{r.target or ''}": r for r in stored.filter(target__in=targets)}
    pipe = store.client().pipeline(transaction=False)
    for name in changed:
        pipe.pfcount(visits.visitors_key(day, name))
    written = []
    for (name, views), visitors in zip(changed.items(), pipe.execute(), strict=True):
        row = rows.get(name) or DailyVisits(scope=name[0], target=int(name[1:] or 0), day=day)
        if row.era != era:
            row.era, row.seen_views, row.seen_visitors = era, 0, 0
        new = max(views - row.seen_views, 0)
        row.views += new
        row.seen_views = views
        # Never more people than views: an estimate may go a little beyond, and those who came
        # between the two readings are taken with their views by the next run.
        people = min(max(visitors - row.seen_visitors, 0), row.views - row.visitors)
        row.visitors += people
        row.seen_visitors = min(row.seen_visitors + people, visitors)
        gained[name] = gained.get(name, 0) + new
        written.append(row)
    return written


def _write(rows):
    DailyVisits.objects.bulk_create(
        rows,
        batch_size=_BATCH,
        update_conflicts=True,
        unique_fields=["scope", "target", "day"],
        update_fields=_WRITTEN,
    )


def _add_up(gained):
    names = [name for name, n in gained.items() if n]
    if not names:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO news_visittotal AS t (scope, target, views)
            SELECT * FROM unnest(%s::text[], %s::bigint[], %s::bigint[])
            ON CONFLICT (scope, target) DO UPDATE SET views = t.views + EXCLUDED.views
            """,
            [
                [name[0] for name in names],
                [int(name[1:] or 0) for name in names],
                [gained[name] for name in names],
            ],
        )


def show_totals(gained=()):
    """Put totals where pages read them: articles among `gained`, all where they are missing.

    Of agencies and the portal always all: to theirs is added what they began with. 2 queries.
    """
    redis = store.client()
    totals = VisitTotal.objects.all()
    if redis.hexists(visits.TOTALS, visits.COMPLETE):
        articles = [int(name[1:]) for name in gained if name[0] == visits.ARTICLE]
        totals = totals.filter(~Q(scope=visits.ARTICLE) | Q(target__in=articles))
    pipe = redis.pipeline(transaction=False)
    shown = {f"{row.scope}{row.target or ''}": row.views for row in totals}
    for name, start in _starts():
        shown[name] = shown.get(name, 0) + start
    names = list(shown)
    for at in range(0, len(names), _BATCH):
        pipe.hset(visits.TOTALS, mapping={name: shown[name] for name in names[at : at + _BATCH]})
    pipe.hset(visits.TOTALS, visits.COMPLETE, 1)
    pipe.execute()


def _starts():
    """[(target, views it had before it came here)]."""
    rows = AgencySite.objects.values_list("agency_id", "visits_start", "for_portal", "portal_start")
    for agency_id, start, for_portal, portal_start in rows:
        yield f"{visits.AGENCY}{agency_id}", start
        if for_portal:
            yield visits.SITE, portal_start


def _forget(day, counters):
    """Remove the counters of a day that is over and stored; the views last, as they lead here."""
    pipe = store.client().pipeline(transaction=False)
    for name in counters:
        if name != visits.ERA:
            pipe.unlink(visits.visitors_key(day, name))
    pipe.unlink(visits.views_key(day))
    pipe.execute()
