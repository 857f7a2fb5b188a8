"""Databases with the demo in them, beside the empty one that other tests use.

The demo is loaded once per process into a copy of the migrated test database. Tests that only
read or roll back use that copy; a test that commits (a browser on a live server) gets a copy of
the copy.
"""

import contextlib
from collections.abc import Iterator

from django.core.management import call_command
from django.db import connection, connections
from django.test import override_settings
from django.urls import get_resolver


def run(sql: str, *, database: str = "postgres") -> None:
    import psycopg2

    given = connection.get_connection_params() | {"dbname": database}
    given.pop("cursor_factory", None)
    server = psycopg2.connect(**given)
    server.autocommit = True
    try:
        with server.cursor() as cursor:
            cursor.execute(sql)
    finally:
        server.close()


def close_all(database: str) -> None:
    """End every connection to it: a thread of an earlier test may have left one open."""
    connections.close_all()
    run(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname='{database}'")


def copy(source: str, name: str) -> None:
    close_all(source)
    run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    run(f'CREATE DATABASE "{name}" TEMPLATE "{source}" STRATEGY FILE_COPY')


def drop(name: str) -> None:
    connections.close_all()
    run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@contextlib.contextmanager
def switched_to(name: str) -> Iterator[None]:
    """Inside, Django's connection (in every thread) is to the database `name`."""
    before = connection.settings_dict["NAME"]
    connections.close_all()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connections.close_all()
        connection.settings_dict["NAME"] = before


def make_template() -> str:
    """Copy the migrated test database, load the demo there; returns its name."""
    migrated = connection.settings_dict["NAME"]
    name = f"{migrated}_demo"
    copy(migrated, name)
    # The addresses are read before DEMO is set: those of the demo alone are no part of the portal.
    get_resolver().url_patterns  # noqa: B018  read once, kept by Django
    with switched_to(name), override_settings(DEMO=True):
        call_command("load_demo", verbosity=0)
    return name
