"""Public pages of the portal and the page cache: kept for readers, cheap, never out of date."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles import finders
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse

from portal.common import clock, pagecache
from portal.news.models import Article
from tests.access import ANONYMOUS, World, all_rows

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
