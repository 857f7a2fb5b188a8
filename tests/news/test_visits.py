"""Readers counted: from the page to the table, on a real Redis, without knowing who they are."""

import datetime as dt
import re
import threading

import pytest
import time_machine
from django.apps import apps
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisAway

from portal.common import clock, store
from portal.news import actions, visits
from portal.news.models import DailyVisits, VisitTotal
from tests.news import factories as make

CHROME = (
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/109.0.0.0 Safari/537.36"
)
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
NOON = make.at("2026-09-24 12:00")


def read(text, *, address="203.0.113.7", agent=CHROME, client=None, **headers):
    return (client or Client()).post(
        "/dem/",
        data=text,
        content_type="text/plain;charset=UTF-8",
        REMOTE_ADDR=address,
        headers={"user-agent": agent, **headers},
    )


def count(n=1, *, first=1, now=NOON, **page):
    """So many different readers."""
    for i in range(first, first + n):
        visits.count(address=f"198.51.100.{i}", agent=CHROME, now=now, **page)


def stored(day=None):
    rows = DailyVisits.objects.filter(**({"day": day} if day else {}))
    return {f"{r.scope}{r.target}": (r.views, r.visitors) for r in rows}


def totals():
    return {f"{r.scope}{r.target}": r.views for r in VisitTotal.objects.all()}


# --- The ticket -------------------------------------------------------------------------------


@pytest.mark.parametrize("page", [(None, None), (5, None), (5, 12)])
def test_a_ticket_says_what_it_is_about(page):
    agency_id, article_id = page
    assert visits.opened(visits.ticket(agency_id, article_id)) == page


@pytest.mark.parametrize(
    "text",
    ["", "s", "s.0000000000000000", "g5", "a12g5.0123456789abcdef", "a12g0.x", "x" * 60, "g5.\n"],
)
def test_nobody_else_writes_tickets(text):
    assert visits.opened(text) is None


def test_a_ticket_counts_for_nothing_else():
    _says, signature = visits.ticket(5, 12).split(".")
    assert visits.opened(f"a13g5.{signature}") is None
    assert visits.opened(f"a12g6.{signature}") is None
    assert visits.opened(f"g5.{signature}") is None


# --- The beacon -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_reading_of_an_article_counts_for_article_agency_and_portal():
    answer = read(visits.ticket(5, 12))
    assert (answer.status_code, answer.json()) == (200, {"now": "1"})
    actions.flush_visits()
    assert stored() == {"s0": (1, 1), "g5": (1, 1), "a12": (1, 1)}
    assert read(visits.ticket(5, 12), address="203.0.113.8").json() == {
        "total": "1",
        "now": "2",
        "reads": "1",
    }


def test_the_beacon_sets_no_cookie_and_is_not_kept(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = read(visits.ticket())
    assert not answer.cookies
    assert "no-store" in answer["Cache-Control"]
    assert "Cookie" not in answer.get("Vary", "")


def test_it_needs_no_csrf_token_and_no_get(db):
    client = Client(enforce_csrf_checks=True)
    assert read(visits.ticket(), client=client).status_code == 200
    assert client.get("/dem/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("agent", "headers"),
    [
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", {}),
        ("Mozilla/5.0 (compatible; coccocbot-web/1.0; +http://help.coccoc.com/searchengine)", {}),
        ("facebookexternalhit/1.1", {}),
        ("Mozilla/5.0 (X11; Linux x86_64) HeadlessChrome/120.0.0.0 Safari/537.36", {}),
        ("curl/8.5.0", {}),
        ("python-requests/2.32", {}),
        ("", {}),
        (CHROME, {"Sec-Purpose": "prefetch;prerender"}),
        (CHROME, {"Purpose": "prefetch"}),
        (CHROME, {"Sec-Fetch-Site": "cross-site"}),
    ],
)
def test_robots_are_not_counted(agent, headers):
    answer = read(visits.ticket(5, 12), agent=agent, **headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert actions.flush_visits() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "agent", [CHROME, FIREFOX, "Mozilla/5.0 (Linux; Android 12; CUBOT NOTE 21) Chrome/120 Mobile"]
)
def test_readers_are_counted(agent):
    read(visits.ticket(5, 12), agent=agent, **{"Sec-Fetch-Site": "same-origin"})
    actions.flush_visits()
    assert stored()["a12"] == (1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "a999999g5.0123456789abcdef", "a" * 500, "\xff\x00", "a12g5"])
def test_invented_pages_fill_no_table(text):
    assert read(text).status_code == 204
    assert store.client().keys("visits:*") == []
    assert actions.flush_visits() == 0
    assert not DailyVisits.objects.exists()


@pytest.mark.django_db
def test_pressing_f5_is_one_reading_and_coming_back_another():
    with time_machine.travel(NOON, tick=False):
        read(visits.ticket(5, 12))
        read(visits.ticket(5, 12))
        read(visits.ticket(5, 13))
    store.client().delete(*store.client().keys("visits:again:*"))  # half a minute later
    with time_machine.travel(NOON + dt.timedelta(minutes=1), tick=False):
        read(visits.ticket(5, 12))
        actions.flush_visits()
    assert stored() == {"s0": (3, 1), "g5": (3, 1), "a12": (2, 1), "a13": (1, 1)}


def test_the_mark_against_double_counting_ends_by_itself():
    count()
    (key,) = store.client().keys("visits:again:*")
    assert 0 < store.client().ttl(key) <= visits.AGAIN_SECONDS


@pytest.mark.django_db
def test_an_address_has_its_share_of_a_minute(monkeypatch):
    monkeypatch.setattr(visits, "MOST_PER_MINUTE", 5)
    with time_machine.travel(NOON, tick=False):
        answers = [read(visits.ticket(5, n)).status_code for n in range(1, 8)]
        assert answers == [200] * 5 + [429, 429]
        assert read(visits.ticket(5, 9), agent=FIREFOX).status_code == 429  # same address
        assert read(visits.ticket(5, 9), address="203.0.113.8").status_code == 200
        actions.flush_visits()
    assert stored()["s0"] == (6, 2)
    with time_machine.travel(NOON + dt.timedelta(minutes=1), tick=False):
        assert read(visits.ticket(5, 9)).status_code == 200


@pytest.mark.django_db
def test_redis_away_is_no_error(monkeypatch):
    def away(*args, **kwargs):
        raise RedisAway("connection refused")

    monkeypatch.setattr(store.client(), "set", away)
    monkeypatch.setattr(store.client(), "pipeline", away)
    assert read(visits.ticket(5, 12)).status_code == 204
    assert visits.numbers(5, 12) == visits.Numbers()
    with pytest.raises(RedisAway):
        actions.flush_visits()


# --- Who reads is nobody's business -----------------------------------------------------------


@pytest.mark.django_db
def test_no_address_is_kept_anywhere(caplog):
    addresses = ["203.0.113.77", "2001:db8::feed:77"]
    for address in addresses:
        read(visits.ticket(5, 12), address=address, agent=f"{CHROME} Riêng/77.77")
    actions.flush_visits()
    redis = store.client()
    kept = []
    for key in redis.keys("*"):
        kept.append(key)
        kind = redis.type(key)
        kept.append(repr(redis.hgetall(key)).encode() if kind == b"hash" else redis.get(key))
    with connection.cursor() as cursor:
        for model in apps.get_models():
            if model._meta.app_label in {"news", "common"}:
                cursor.execute(f'SELECT t::text FROM "{model._meta.db_table}" t')
                kept += [row[0].encode() for row in cursor.fetchall()]
    kept.append(caplog.text.encode())
    everything = b"\n".join(kept)
    assert b"visits:people:" in everything
    for words in [*addresses, "203.0.113", "2001:db8", "77.77"]:
        assert words.encode() not in everything


@pytest.mark.django_db
def test_the_salt_is_random_of_the_day_and_ends_with_it():
    redis = store.client()
    with time_machine.travel(make.at("2026-09-24 23:30"), tick=False):
        read(visits.ticket())
        assert 30 * 60 < redis.ttl("visits:salt:20260924") <= 45 * 60
    with time_machine.travel(make.at("2026-09-25 00:05"), tick=False):
        read(visits.ticket())
    today, tomorrow = redis.get("visits:salt:20260924"), redis.get("visits:salt:20260925")
    assert (len(today), len(tomorrow)) == (32, 32)
    assert today != tomorrow


def test_the_same_person_is_another_number_tomorrow():
    one = visits._hashed(visits._salt(dt.date(2026, 9, 24), NOON), "203.0.113.7", CHROME)
    again = visits._hashed(visits._salt(dt.date(2026, 9, 24), NOON), "203.0.113.7", CHROME)
    other = visits._hashed(visits._salt(dt.date(2026, 9, 25), NOON), "203.0.113.7", CHROME)
    assert one == again != other


# --- Now --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "present"), [(0, 1), (290, 1), (300, 1), (361, 0)])
def test_present_are_those_of_the_last_five_minutes(seconds, present):
    count(agency_id=5, article_id=12)
    later = NOON + dt.timedelta(seconds=seconds)
    assert visits.numbers(now=later).now == present
    assert visits.numbers(5, now=later).now == present
    assert visits.numbers(6, now=later).now == 0


def test_present_readers_are_counted_once():
    for minute in range(4):
        at = NOON + dt.timedelta(minutes=minute)
        for page in (12, 13):
            count(3, now=at, agency_id=5, article_id=page)
    assert visits.numbers(5, 12, now=at).now == 3


# --- To PostgreSQL ----------------------------------------------------------------------------


@pytest.mark.django_db
def test_running_twice_adds_nothing():
    count(3, agency_id=5, article_id=12)
    assert actions.flush_visits(now=NOON) == 3
    assert actions.flush_visits(now=NOON) == 0
    count(2, first=3, agency_id=5, article_id=13)
    assert actions.flush_visits(now=NOON) == 3
    assert stored() == {"s0": (5, 4), "g5": (5, 4), "a12": (3, 3), "a13": (2, 2)}
    assert totals() == {"s0": 5, "g5": 5, "a12": 3, "a13": 2}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["_taken", "_write", "_add_up", "show_totals", "_forget"])
def test_a_run_that_dies_at_any_step_is_made_good_by_the_next(step, monkeypatch):
    after = make.at("2026-09-25 00:30")
    count(3, agency_id=5, article_id=12)
    actions.flush_visits(now=NOON)
    count(2, first=4, agency_id=5, article_id=12)

    def die(*args, **kwargs):
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr(f"portal.news.actions.visits.{step}", die)
        with pytest.raises(RuntimeError):
            actions.flush_visits(now=after)
    actions.flush_visits(now=after)
    actions.flush_visits(now=after)
    assert stored() == {"s0": (5, 5), "g5": (5, 5), "a12": (5, 5)}
    assert totals() == {"s0": 5, "g5": 5, "a12": 5}
    assert visits.numbers(5, 12, now=after) == visits.Numbers(total=5, now=0, reads=5)


@pytest.mark.django_db(transaction=True)
def test_runs_and_readers_at_the_same_time_lose_and_double_nothing():
    stop = threading.Event()
    failures = []

    def flush():
        try:
            while not stop.is_set():
                actions.flush_visits(now=NOON)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    def arrive(first):
        try:
            count(40, first=first, agency_id=5, article_id=12)
        except Exception as error:
            failures.append(error)

    workers = [threading.Thread(target=flush) for _n in range(2)]
    readers = [threading.Thread(target=arrive, args=(n * 40,)) for n in range(3)]
    for thread in workers + readers:
        thread.start()
    for thread in readers:
        thread.join(timeout=60)
    stop.set()
    for thread in workers:
        thread.join(timeout=60)
    assert failures == []
    actions.flush_visits(now=NOON)
    assert {name: views for name, (views, _people) in stored().items()} == {
        "s0": 120,
        "g5": 120,
        "a12": 120,
    }
    assert totals() == {"s0": 120, "g5": 120, "a12": 120}
    assert all(115 <= people <= 120 for _views, people in stored().values())


@pytest.mark.django_db
def test_a_lost_redis_loses_what_came_since_the_last_run():
    count(3, agency_id=5, article_id=12)
    actions.flush_visits(now=NOON)
    count(1, first=9, agency_id=5, article_id=12)  # not brought over yet: lost
    store.client().flushdb()
    assert visits.numbers(5, 12, now=NOON) == visits.Numbers(now=0)
    count(5, first=20, agency_id=5, article_id=12)  # more than before, in the very next minute
    actions.flush_visits(now=NOON)
    assert stored()["a12"] == (8, 8)
    assert totals()["a12"] == 8
    assert visits.numbers(5, 12, now=NOON) == visits.Numbers(total=8, now=5, reads=8)


@pytest.mark.django_db
def test_a_redis_that_wakes_up_with_an_older_state_is_followed_from_there():
    count(2, agency_id=5)
    key = visits.views_key(clock.today(NOON))
    older = store.client().dump(key)
    count(4, first=3, agency_id=5)
    actions.flush_visits(now=NOON)
    store.client().restore(key, 0, older, replace=True)
    actions.flush_visits(now=NOON)
    assert stored()["g5"][0] == 6
    count(3, first=10, agency_id=5)
    actions.flush_visits(now=NOON)
    assert stored()["g5"][0] == 9
    assert totals()["g5"] == 9


@pytest.mark.django_db
def test_midnight_is_that_of_vietnam():
    before, after = make.at("2026-09-24 23:59"), make.at("2026-09-25 00:00")
    count(2, now=before)
    count(1, now=after)
    actions.flush_visits(now=after)
    assert stored(dt.date(2026, 9, 24)) == {"s0": (2, 2)}
    assert stored(dt.date(2026, 9, 25)) == {"s0": (1, 1)}
    count(1, first=9, now=before)  # begun before midnight, counted after the run
    later = after + dt.timedelta(minutes=16)
    actions.flush_visits(now=later)
    assert stored(dt.date(2026, 9, 24)) == {"s0": (3, 3)}
    assert store.client().keys("visits:views:*") == [b"visits:views:20260925"]
    assert store.client().keys("visits:people:20260924:*") == []
    actions.flush_visits(now=later)
    assert totals() == {"s0": 4}


@pytest.mark.django_db
def test_a_worker_that_was_away_for_days_catches_up():
    for day in range(6):
        count(2, now=NOON - dt.timedelta(days=day))
    actions.flush_visits(now=NOON)
    assert [views for views, _people in (stored(d)["s0"] for d in days(6))] == [2] * 6
    assert totals() == {"s0": 12}


def days(n):
    return [clock.today(NOON) - dt.timedelta(days=back) for back in range(n)]


@pytest.mark.django_db
def test_the_run_takes_the_same_queries_for_one_and_for_many(django_assert_num_queries):
    count(1, agency_id=5, article_id=12)
    actions.flush_visits(now=NOON)
    count(1, first=2, agency_id=5, article_id=13)  # rows that were there and one that was not
    with django_assert_num_queries(10):
        actions.flush_visits(now=NOON)
    for n in range(60):
        visits.count(
            address="198.51.100.3", agent=CHROME, agency_id=n % 9 + 1, article_id=n + 1, now=NOON
        )
    with django_assert_num_queries(10):
        actions.flush_visits(now=NOON)
    assert stored()["s0"] == (62, 3)


@pytest.mark.django_db
def test_whole_days_are_written_once_and_replaced(django_capture_on_commit_callbacks):
    day = dt.date(2026, 9, 1)
    with django_capture_on_commit_callbacks(execute=True):
        actions.record_days(rows=[("s", 0, day, 100, 40), ("g", 5, day, 60, 30)])
        actions.record_days(rows=[("s", 0, day, 90, 40)])
    actions.flush_visits(now=NOON)
    assert totals() == {"s0": 90, "g5": 60}
    assert visits.numbers(5, now=NOON).total == 60


# --- On the pages -----------------------------------------------------------------------------


@pytest.mark.django_db
def test_pages_carry_their_ticket_and_numbers(client, django_capture_on_commit_callbacks):
    room = make.newsroom()
    article = make.published(room)
    article_id, agency_id = article.pk, room.agency.pk
    with django_capture_on_commit_callbacks(execute=True):
        actions.record_days(
            rows=[
                ("s", 0, dt.date(2026, 9, 1), 10_877_753, 9),
                ("g", agency_id, dt.date(2026, 9, 1), 1234, 9),
                ("a", article_id, dt.date(2026, 9, 1), 56, 9),
            ]
        )
    actions.flush_visits()

    def shown(address):
        page = client.get(address).content.decode()
        assert not client.cookies
        (found,) = re.findall('data-visit="([^"]+)"', page)
        return found, dict(re.findall(r'data-visits="(\w+)">\s*([\d.]*)\s*<', page))

    assert shown("/") == (visits.ticket(), {"total": "10.877.753", "now": "0"})
    section = reverse("news:agency", args=[room.agency.slug])
    assert shown(section) == (visits.ticket(agency_id), {"total": "1.234", "now": "0"})
    assert shown(article.get_absolute_url()) == (
        visits.ticket(agency_id, article_id),
        {"total": "1.234", "now": "0", "reads": "56"},
    )


@pytest.mark.django_db
def test_unknown_numbers_are_not_shown(client):
    page = client.get("/tin-tuc/").content.decode()
    assert "<div hidden>\n      <dt>Tổng truy cập</dt>" in page
    assert f'data-visit="{visits.ticket()}"' in page


@pytest.mark.django_db
def test_the_numbers_cost_no_query(client, django_assert_max_num_queries):
    room = make.newsroom()
    article = make.published(room)
    client.get(article.get_absolute_url())
    with django_assert_max_num_queries(0):
        from django.template import engines

        template = engines["django"].from_string("{% load visits %}{% visits a t %}")
        assert "data-visit=" in template.render({"a": room.agency, "t": article})


@pytest.mark.django_db
def test_people_who_work_here_and_previews_are_not_counted(client):
    room = make.newsroom()
    article = make.published(room)
    client.force_login(room.editor)
    address = article.get_absolute_url()
    assert "data-visit=" not in client.get(address).content.decode()
    preview = reverse("news:preview", args=[make.submitted(room).pk])
    assert "data-visit=" not in client.get(preview).content.decode()
    client.force_login(room.member)
    assert "data-visit=" in client.get(address).content.decode()


def test_beat_runs_it_each_minute(settings):
    entry = settings.CELERY_BEAT_SCHEDULE["news.flush_visits"]
    assert (entry["task"], entry["schedule"]) == ("news.flush_visits", 60.0)


def test_killed_in_the_middle_of_the_transaction(transactional_db):
    """The process is gone between writing and committing; nothing of it stays."""
    count(3, agency_id=5, article_id=12)
    with pytest.raises(RuntimeError), transaction.atomic():
        actions.flush_visits(now=NOON)
        raise RuntimeError("killed")
    assert stored() == {}
    actions.flush_visits(now=NOON)
    assert stored() == {"s0": (3, 3), "g5": (3, 3), "a12": (3, 3)}
