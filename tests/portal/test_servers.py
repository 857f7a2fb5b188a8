"""The servers a test run gets, and what tests may rely on there."""

import pytest
from django.core.cache import cache
from django.db import connection

from tests.servers import for_worker


def one(cursor, sql):
    cursor.execute(sql)
    return cursor.fetchone()[0]


@pytest.mark.django_db
def test_database_is_postgresql_17_or_newer_in_utf8():
    with connection.cursor() as cursor:
        assert one(cursor, "SHOW server_encoding") == "UTF8"
    assert connection.pg_version >= 170000


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
