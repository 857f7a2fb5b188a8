"""Public pages of the portal and the page cache: kept for readers, cheap, never out of date."""

import datetime as dt
import gzip
import re
from pathlib import Path

import pytest
import time_machine
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from portal.common import clock, pagecache
from portal.news.models import Article
from tests.access import ANONYMOUS, World, all_rows
from tests.news import factories as make
from tests.news.factories import do

#: Pages that most people read; they must have opted in.
MOST_READ = {
    "home",
    "calendar",
    "agencies:index",
    "agencies:agency",
    "campaigns:event",
    "campaigns:plan",
    "documents:edition",
    "feedback:consultation",
    "microsite",
    "microsite_phase",
    "microsites",
    "news:agency",
    "news:article",
    "news:index",
    "news:section",
    "news:series",
    "news:tag",
}


def opted_in(row, address):
    return hasattr(resolve(address.partition("?")[0]).func, "public_page")


def kept(address):
    """Whether the second reader of an address gets kept bytes, asked for without a query."""
    pagecache.forget()
    Client().get(address)
    with CaptureQueriesContext(connection) as queries:
        response = Client().get(address)
    return response.has_header("ETag") and len(queries) == 0


def test_every_view_that_opted_in_is_kept(demo_database, kept_pages):
    seen, wrong = set(), []
    for row in all_rows():
        if row.method != "get" or row.expected[ANONYMOUS] != 200 or row.query:
            continue
        address = reverse(row.name, kwargs=row.arguments(World()))
        if not opted_in(row, address):
            continue
        seen.add(row.name)
        if not kept(address):
            wrong.append(address)
    assert wrong == []
    assert seen >= MOST_READ


def test_no_query_and_no_cookie_for_a_kept_article(demo_database, kept_pages):
    article = Article.objects.served(clock.now()).first()
    first = Client().get(article.get_absolute_url())
    with CaptureQueriesContext(connection) as queries:
        second = Client().get(article.get_absolute_url())
    assert len(queries) == 0
    assert first.content == second.content
    assert not first.cookies
    assert not second.cookies
    assert "csrfmiddlewaretoken" not in first.content.decode()


def test_an_article_costs_at_most_three_queries(demo_database):
    costs = {}
    for article in Article.objects.served(clock.now()):
        address = article.get_absolute_url()
        with CaptureQueriesContext(connection) as queries:
            assert Client().get(address).status_code == 200
        costs[address] = len(queries)
    assert len(costs) >= 10
    assert {address: cost for address, cost in costs.items() if cost > 3} == {}


LINKED = re.compile(r'<link rel="stylesheet" href="([^"]+)"|<script src="([^"]+)"')


def sent(address):
    """{what: bytes} that a first visit transfers, pictures apart; compressed as they are sent."""
    page = Client().get(address).content
    parts = {"html": len(gzip.compress(page, 6))}
    for style, script in LINKED.findall(page.decode()):
        name = (style or script).removeprefix(django_settings.STATIC_URL)
        found = finders.find(name)
        assert found, name
        parts[name] = len(gzip.compress(Path(found).read_bytes(), 9))
    return parts


@pytest.mark.parametrize("page", ["article", "home", "agency"])
def test_a_public_page_is_at_most_sixty_kilobytes(demo_database, page):
    article = Article.objects.served(clock.now()).first()
    address = {
        "article": article.get_absolute_url(),
        "home": "/",
        "agency": reverse("news:agency", args=[article.agency.slug]),
    }[page]
    parts = sent(address)
    assert len(parts) > 4
    assert sum(parts.values()) <= 60_000, parts
    # Work pages have a bundle of their own; the parts that move by htmx are not on these pages.
    assert not [name for name in parts if "staff" in name or "htmx" in name or "editor" in name]


# --- seen by the next reader --------------------------------------------------------------------


@pytest.fixture
def room(db):
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def read(address):
    response = Client().get(address)
    return response.status_code, response.content.decode()


def test_publishing_correcting_and_withdrawing_are_seen_by_the_next_reader(
    room, kept_pages, committed
):
    lists = [
        reverse("home"),
        reverse("news:index"),
        reverse("news:agency", args=[room.agency.slug]),
    ]
    for address in lists:
        assert make.TEXT["title"] not in read(address)[1]

    with committed():
        article = make.published(room)
    address = article.get_absolute_url()
    for place in [*lists, address]:
        assert make.TEXT["title"] in read(place)[1], place

    with committed():
        make.saved(room, article, title="Tên bài đã sửa")
        do("submit", room.editor, article)
    assert "Tên bài đã sửa" not in read(address)[1]
    with committed():
        do("publish", room.approver, article)
    for place in [*lists, address]:
        assert "Tên bài đã sửa" in read(place)[1], place

    with committed():
        do("withdraw", room.approver, article, reason="Sai số liệu.")
    code, html = read(address)
    assert code == 410
    assert "Sai số liệu." in html
    for place in lists:
        assert "Tên bài đã sửa" not in read(place)[1], place


@pytest.mark.parametrize("first_read", [1.0, 1.3, 1.9])
def test_what_is_due_by_the_time_alone_is_seen_within_five_seconds(
    room, kept_pages, pages_age, first_read
):
    """Nobody acts, nothing tells the cache. A reader behind a proxy may be given the page without
    the article for as long as the proxy was told, and the second it may hold it longer."""
    now, due, step = make.at("2026-09-24 08:00"), 2.0, 0.25
    address = reverse("news:agency", args=[room.agency.slug])
    with time_machine.travel(now, tick=False) as time_:
        article = make.published(room, now=now)
        Article.objects.filter(pk=article.pk).update(published_at=now + dt.timedelta(seconds=due))
        time_.shift(first_read)
        passed, last = first_read, 0.0
        while passed < due + 5:
            answer = Client().get(address)
            if make.TEXT["title"] in answer.content.decode():
                break
            told = int(re.search(r"s-maxage=(\d+)", answer["Cache-Control"])[1])
            last = passed + told + 1
            time_.shift(step)
            pages_age(step)
            passed += step
    assert 0 < last <= due + 5
    assert passed <= first_read + 2.25
