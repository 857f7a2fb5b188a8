"""Advisory locks of PostgreSQL, named by what they guard."""

import zlib

from django.db import connection


def advisory_lock(name):
    """Hold the lock called `name` until the surrounding transaction ends (waits if taken)."""
    if not connection.in_atomic_block:
        raise RuntimeError("advisory_lock needs a transaction")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [zlib.crc32(name.encode())])
