"""Rows that migrations wrote, given back after a test that commits.

Such a test ends with every table emptied, also of what migrations put there (types of documents,
defaults). The tests after it in the same process need those rows again.
"""

import io

from django.db import connection

# Django writes these anew itself, with other numbers, or they are no data.
_NOT_OURS = {"django_content_type", "auth_permission", "django_migrations"}


def commits(item) -> bool:
    """Whether the database is flushed at the end of this test."""
    marker = item.get_closest_marker("django_db")
    by_mark = marker is not None and (
        marker.kwargs.get("transaction", False) or (marker.args and marker.args[0])
    )
    return bool(by_mark) or bool({"transactional_db", "live_server"} & set(item.fixturenames))


def _connect():
    import psycopg2

    given = connection.get_connection_params()
    given.pop("cursor_factory", None)
    return psycopg2.connect(**given)


class GivenRows:
    def __init__(self) -> None:
        self.tables: dict[str, str] = {}

    def remember(self) -> None:
        with _connect() as database, database.cursor() as cursor:
            for table in sorted(set(connection.introspection.table_names()) - _NOT_OURS):
                rows = io.StringIO()
                cursor.copy_expert(f'COPY "{table}" TO STDOUT', rows)
                if rows.tell():
                    self.tables[table] = rows.getvalue()
        database.close()

    def give_back(self) -> None:
        if not self.tables:
            return
        with _connect() as database, database.cursor() as cursor:
            # As a restore does it: rows in any order, no trigger.
            cursor.execute("SET session_replication_role = replica")
            for table, rows in self.tables.items():
                cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
                if not cursor.fetchone()[0]:
                    cursor.copy_expert(f'COPY "{table}" FROM STDIN', io.StringIO(rows))
        database.close()
