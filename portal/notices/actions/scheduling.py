"""Making and ending scheduled notices, set-based."""

import datetime as dt
import logging
import time
from dataclasses import dataclass, field

from celery import current_app
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from kombu.exceptions import OperationalError

from portal.common import clock
from portal.notices.models import ScheduledNotice

logger = logging.getLogger(__name__)

State = ScheduledNotice.State


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice to schedule; see `schedule` for the fields."""

    kind: str
    subject_kind: str
    subject_id: int
    due_at: dt.datetime
    boundary_id: int | None = None
    offset_days: int = 0
    revision: int = 0
    useful_until: dt.datetime | None = None
    agency_id: int | None = None
    payload: dict = field(default_factory=dict)


def schedule(
    *,
    kind,
    subject_kind,
    subject_id,
    due_at,
    boundary_id=None,
    offset_days=0,
    revision=0,
    useful_until=None,
    agency_id=None,
    payload=None,
):
    """Schedule one notice. A second call with the same key changes nothing.

    The key is (kind, subject_kind, subject_id, boundary_id, offset_days, revision): whoever wants
    to tell the same thing anew (an article submitted again) gives another `revision`.

    Args:
        kind: a name of `registry.notice_kinds`.
        subject_kind: a name of `registry.kinds`; its handler words and addresses the notice.
        due_at: aware instant; `rules.morning_of(date)` puts it into the digest of that morning.
        offset_days: days from the boundary, negative before it.
        useful_until: aware instant after which it is missed instead of sent; None for never.
        agency_id: the agency in whose affairs it is; its staff see the row among the notices.
        payload: small JSON the handler needs; `dates` (ISO, old and new) for DATES_CHANGED. Never
            a person's name beside an opinion, never an opinion.

    Returns True when the notice is new.
    """
    row = NoticeRow(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        due_at=due_at,
        boundary_id=boundary_id,
        offset_days=offset_days,
        revision=revision,
        useful_until=useful_until,
        agency_id=agency_id,
        payload=payload or {},
    )
    return schedule_many([row]) == 1


_INSERT = """
INSERT INTO notices_schedulednotice
    (kind, subject_kind, subject_id, boundary_id, offset_days, revision, due_at, useful_until,
     agency_id, payload, state, error, created_at)
SELECT *, 'pending', '', %s
FROM unnest(%s::varchar[], %s::varchar[], %s::bigint[], %s::bigint[], %s::smallint[], %s::int[],
            %s::timestamptz[], %s::timestamptz[], %s::bigint[], %s::jsonb[])
ON CONFLICT DO NOTHING
"""


def schedule_many(rows):
    """Schedule many notices (an iterable of `NoticeRow`) in one statement.

    Rows whose key exists already, in whatever state, are left as they are. Returns how many are
    new. 100.000 rows take a second or two, so a moved congress needs no loop of saves.
    """
    rows = list(rows)
    if not rows:
        return 0
    encode = DjangoJSONEncoder(ensure_ascii=False).encode
    for row in rows:
        if row.due_at.tzinfo is None or (row.useful_until and row.useful_until.tzinfo is None):
            raise ValueError("naive datetime: every instant carries its zone")
    columns = (
        [row.kind for row in rows],
        [row.subject_kind for row in rows],
        [row.subject_id for row in rows],
        [row.boundary_id for row in rows],
        [row.offset_days for row in rows],
        [row.revision for row in rows],
        [row.due_at for row in rows],
        [row.useful_until for row in rows],
        [row.agency_id for row in rows],
        [encode(row.payload) for row in rows],
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [clock.now(), *columns])
        return cursor.rowcount


def supersede_for_boundaries(boundary_ids):
    """End every pending notice that hangs on one of these boundaries: their dates have moved.

    Call it in the transaction that moves them, then schedule the new ones with the new revision.
    What is expanded already is not touched. Returns how many were ended.
    """
    with connection.cursor() as cursor:
        # One array: tens of thousands of literals would cost seconds by themselves.
        cursor.execute(
            "UPDATE notices_schedulednotice SET state = %s, settled_at = %s "
            "WHERE state = 'pending' AND boundary_id = ANY(%s::bigint[])",
            [State.SUPERSEDED, clock.now(), list(boundary_ids)],
        )
        return cursor.rowcount


def cancel_for_subject(*, subject_kind, subject_ids, kinds=None):
    """End the pending notices about these subjects (an id or many), of `kinds` or of every kind.

    For what is withdrawn, done or decided. Returns how many were ended.
    """
    ids = [subject_ids] if isinstance(subject_ids, int) else list(subject_ids)
    rows = ScheduledNotice.objects.filter(
        subject_kind=subject_kind, subject_id__in=ids, state=State.PENDING
    )
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    return rows.update(state=State.CANCELLED, settled_at=clock.now())


def drop_pending(*, subject_kind, subject_ids, kinds):
    """Delete the pending notices of `kinds` about these subjects: they are about to be made anew.

    Unlike a cancelled one, a deleted notice leaves its key free. Returns how many went.
    """
    rows = ScheduledNotice.objects.filter(
        subject_kind=subject_kind,
        subject_id__in=list(subject_ids),
        kind__in=list(kinds),
        state=State.PENDING,
    )
    return rows.delete()[0]


def notify_now(
    *,
    kind,
    subject_kind,
    subject_id,
    revision=0,
    boundary_id=None,
    useful_until=None,
    agency_id=None,
    payload=None,
):
    """Schedule a notice that is due now, and hurry the sweep once the transaction commits.

    The hurry is only that: when the task is lost, the sweep of the next minute finds the row.
    Idempotent like `schedule`. Returns True when the notice is new.
    """
    new = schedule(
        kind=kind,
        subject_kind=subject_kind,
        subject_id=subject_id,
        due_at=clock.now(),
        boundary_id=boundary_id,
        revision=revision,
        useful_until=useful_until,
        agency_id=agency_id,
        payload=payload,
    )
    if new:
        hurry("notices.sweep")
    return new


#: After the broker failed nobody waits for it again for so many seconds.
BROKER_PAUSE = 30.0
_broker_down_until = 0.0


def hurry(task):
    """Ask for the named task as soon as the transaction commits; a lost request costs a minute.

    A broker that is down costs the first person a few seconds and the others nothing.
    """

    def send():
        global _broker_down_until
        if time.monotonic() < _broker_down_until:
            return
        try:
            current_app.send_task(task, retry=False)
        except (OperationalError, OSError):
            _broker_down_until = time.monotonic() + BROKER_PAUSE
            logger.warning("could not hurry %s; the next minute will run it", task)

    transaction.on_commit(send, robust=True)
