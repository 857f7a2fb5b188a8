"""The servers a test run gets, and what tests may rely on there."""

import contextlib

import _servers  # bin/ is on the path by tests.servers
import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction

from tests.servers import for_worker, surroundings


def one(cursor, sql):
    cursor.execute(sql)
    return cursor.fetchone()[0]


@pytest.mark.django_db
def test_database_is_postgresql_17_or_newer_in_utf8():
    with connection.cursor() as cursor:
        assert one(cursor, "SHOW server_encoding") == "UTF8"
    assert connection.pg_version >= 170000


#: What would put the words of a form that is sent twice into PostgreSQL's log.
QUIET = {"log_min_error_statement": "panic", "log_error_verbosity": "terse"}


def test_the_embedded_database_is_started_with_a_quiet_log(tmp_path, monkeypatch):
    server = _servers.Postgres(tmp_path / "data", tmp_path / "socket", tmp_path / "log")
    started = []
    monkeypatch.setattr(server, "spawn", lambda command, **_given: started.extend(command))
    for step in ("_initialise", "_end_leftover", "wait_ready", "ensure_database"):
        monkeypatch.setattr(server, step, lambda *_given: None)
    server.start()
    for name, value in QUIET.items():
        assert started[started.index(f"{name}={value}") - 1] == "-c"
    assert not [part for part in started if part.startswith("log_statement=")]
    assert not [part for part in started if part.startswith("log_min_duration")]


@pytest.mark.django_db
@pytest.mark.skipif(surroundings.servers is None, reason="the server was given, with its own log")
def test_words_of_a_refused_insert_are_not_in_the_log_of_the_database():
    with connection.cursor() as cursor:
        for name, value in QUIET.items():
            assert one(cursor, f"SHOW {name}") == value
        cursor.execute("CREATE TEMP TABLE said (id int PRIMARY KEY, words text)")
        for _n in range(2):
            with contextlib.suppress(IntegrityError), transaction.atomic():
                cursor.execute("INSERT INTO said VALUES (1, 'cauchukhonglapdau')")
    log = surroundings.servers.postgres.log.read_text()
    assert "said_pkey" in log
    assert "cauchukhonglapdau" not in log


def test_cache_answers():
    cache.set("k", "được")
    assert cache.get("k") == "được"


def test_c_database_is_made_under_the_c_locale(c_database):
    with c_database.cursor() as cursor:
        assert one(cursor, "SHOW server_encoding") == "UTF8"
        assert one(cursor, "SELECT lower('Đ')") == "Đ"


@pytest.mark.parametrize(
    ("url", "moved"),
    [
        ("redis://localhost:6379/0", "redis://localhost:6379/2"),
        ("redis://:x@localhost:6379", "redis://:x@localhost:6379/2"),
        ("unix:///tmp/v.sock?db=0", "unix:///tmp/v.sock?db=2"),
        ("unix:///tmp/v.sock", "unix:///tmp/v.sock?db=2"),
    ],
)
def test_each_xdist_worker_has_a_redis_database(url, moved):
    assert for_worker(url, 2) == moved
