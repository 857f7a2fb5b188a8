"""A migrated, empty database to copy, kept from run to run.

Migrating takes eight seconds of work, as much as a hundred tests. The first run leaves the migrated
database behind under a name made of everything that could change it; later runs copy it, and
Django still migrates what the copy lacks (nothing, if the name is right).
"""

import hashlib
import os
from pathlib import Path

from django.db import connection, connections

from tests import demo_database

ROOT = Path(__file__).resolve().parent.parent
VARIABLE = "TEST_MIGRATED_DATABASE"  # set where servers are ours: elsewhere nothing is left behind
SOURCES = (
    "requirements*.txt",
    "portal/settings.py",
    "portal/common/**/*.py",
    "portal/official/symbols.py",
    "**/migrations/*.py",
    "**/models.py",
    "**/models/*.py",
)


def name() -> str:
    digest = hashlib.sha256()
    for folder in (ROOT, *(ROOT / app for app in ("portal", "campaigns", "documents", "feedback"))):
        for pattern in SOURCES:
            if folder == ROOT and pattern.startswith("**"):
                continue  # the virtualenv lies there
            for path in sorted(folder.glob(pattern)):
                digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return f"migrated_{digest.hexdigest()[:16]}"


def _exists(database: str) -> bool:
    with connections["default"]._nodb_cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database])
        return cursor.fetchone() is not None


def begin() -> bool:
    """Put a copy in the place of the test database; False if there is nothing to copy."""
    kept = os.environ.get(VARIABLE)
    if not kept or not _exists(kept):
        return False
    demo_database.copy(kept, connection.creation._get_test_db_name())
    return True


def leave() -> None:
    """After migrating: keep a copy for the next run, unless another process just did."""
    kept = os.environ.get(VARIABLE)
    if kept and not _exists(kept):
        import psycopg2

        migrated = connection.settings_dict["NAME"]
        connections.close_all()
        try:
            demo_database.run(f'CREATE DATABASE "{kept}" TEMPLATE "{migrated}"')
        except (psycopg2.errors.DuplicateDatabase, psycopg2.errors.UniqueViolation):
            return
