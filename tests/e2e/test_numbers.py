"""Readers counted in a real Chromium; the pages of numbers without barriers."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from portal.news import actions
from portal.news.models import Article, DailyVisits
from tests.browser import PHONE, at_width, axe_violations, overflow

pytestmark = pytest.mark.browser

AGENCY = "so-noi-vu-tinh-mau"
AGENTS = (
    "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 Chrome/109.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36",
)


def reader(browser, agent):
    """Somebody with a browser of their own, not one that says a program drives it."""
    context = browser.new_context(user_agent=agent, locale="vi-VN")
    context.add_init_script("Object.defineProperty(navigator, 'webdriver', {get: () => false})")
    return context


def opened(context, address):
    page = context.new_page()
    with page.expect_response("**/dem/") as answered:
        page.goto(address)
    assert answered.value.status == 200
    return page


def test_readers_are_counted_without_cookies(live_portal, browser):
    article = Article.objects.filter(agency__slug=AGENCY, state="published").earliest("pk")
    before = DailyVisits.objects.filter(scope="a", target=article.pk)
    known = {row.pk: row.views for row in before}
    address = live_portal.url + article.get_absolute_url()
    people = [reader(browser, agent) for agent in AGENTS]
    try:
        for n, context in enumerate(people, start=1):
            page = opened(context, address)  # the second time from stored bytes
            expect(page.locator("[data-visits=now]")).to_have_text(str(n))
            expect(page.locator("[data-visits=now]")).to_be_visible()
            assert context.cookies() == []
        actions.flush_visits()
        gained = sum(row.views - known.get(row.pk, 0) for row in before.all())
        assert gained == 2
        page = opened(people[0], live_portal.url + reverse("news:index"))
        expect(page.locator("[data-visits=now]")).to_have_text("2")
    finally:
        for context in people:
            context.close()


def test_a_browser_that_is_driven_counts_nothing(live_portal, page):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(live_portal.path("news:index"))
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith("/dem/")]


@pytest.mark.parametrize("width", [PHONE, 1280])
def test_pages_of_numbers_have_no_barriers(live_portal, page, width):
    live_portal.sign_in(page, "duyet")
    at_width(page, width)
    pk = Article.objects.filter(agency__slug=AGENCY, state="published").earliest("pk").pk
    for address in (
        live_portal.path("news:statistics"),
        live_portal.path("news:register"),
        live_portal.path("news:article_reads", pk=pk),
        live_portal.path("news:agency_site", slug=AGENCY),
    ):
        page.goto(address)
        for details in page.locator("details.chart, .chart details").all():
            details.evaluate("node => { node.open = true; }")
        assert axe_violations(page) == []
        assert overflow(page) <= 0
