"""What counts requests keeps no moment and no address, and ends with its window."""

import datetime as dt
import time

import pytest
import time_machine
from django.core.cache import cache
from django.test import RequestFactory

from portal.common import limits

AT = dt.datetime(2025, 8, 20, 9, 7, 31, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _empty():
    cache.clear()


def test_two_who_come_at_different_moments_end_together(monkeypatch):
    kept = []
    monkeypatch.setattr(
        limits.cache, "count_one", lambda key, seconds: kept.append((key, seconds)) or 1
    )
    ends = set()
    for minute in (0, 13, 47):
        with time_machine.travel(AT + dt.timedelta(minutes=minute), tick=False):
            limits._count("opinion:a203.0.113.7", 3600)
            ends.add(int(time.time()) + kept[-1][1])
    assert len(ends) == 1
    assert all("203.0.113.7" not in key for key, _timeout in kept)


def test_another_window_counts_anew_under_another_name():
    small = limits.Allowance("thu", 2, 60)
    with time_machine.travel(AT, tick=False):
        first = limits._key("thu:a", 3600)
        assert [small.take("a"), small.take("a"), small.take("a")] == [True, True, False]
        assert (small.left("a"), small.left("b")) == (False, True)
    with time_machine.travel(AT + dt.timedelta(hours=1), tick=False):
        assert limits._key("thu:a", 3600) != first
        assert small.left("a")


def test_a_subscriber_of_ipv6_is_one_however_many_addresses():
    def network(address):
        return limits.network_of(RequestFactory().get("/", REMOTE_ADDR=address))

    assert network("2001:db8:1:2::7") == network("2001:db8:1:2:ffff::9") == "2001:db8:1:2::"
    assert network("2001:db8:1:3::7") != network("2001:db8:1:2::7")
    assert network("203.0.113.7") == "203.0.113.7"
    assert network("") == ""


def test_without_a_cache_nothing_counted_apart_goes(monkeypatch):
    def broken(*_args, **_kwargs):
        raise ConnectionError

    monkeypatch.setattr(limits.cache, "get", broken)
    monkeypatch.setattr(limits.cache, "count_one", broken)
    small = limits.Allowance("thu", 2, 60)
    assert (small.left("a"), small.take("a")) == (False, False)
