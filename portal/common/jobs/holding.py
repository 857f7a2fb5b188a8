"""Who works on a job: a lock of the worker's own connection, gone the moment that worker is gone.

No heartbeat has to be guessed right: a worker that was killed loses its connection and with it the
lock, one that works on in a long transaction keeps it (ADR 0008). The lock belongs to the session,
so workers reach PostgreSQL directly or through a pool per session, never per transaction.
"""

import zlib
from contextlib import contextmanager

from django.db import connection

_CLASS = zlib.crc32(b"portal.common.jobs") & 0x7FFFFFFF


@contextmanager
def held(job_id):
    """Hold the job for the length of the block; gives False when somebody else holds it."""
    number = job_id & 0x7FFFFFFF
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [_CLASS, number])
        got = cursor.fetchone()[0]
    try:
        yield got
    finally:
        # A connection that broke has given the lock back by itself.
        if got and connection.connection is not None and connection.is_usable():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [_CLASS, number])


def held_ids(ids):
    """Those of `ids` that a worker holds at this moment. One query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT objid FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND objsubid = 2 AND classid = %s::int8::oid"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [_CLASS],
        )
        numbers = {row[0] for row in cursor.fetchall()}
    return {pk for pk in ids if pk & 0x7FFFFFFF in numbers}
