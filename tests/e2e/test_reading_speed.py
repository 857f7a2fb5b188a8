"""How soon a reader sees the largest part of an article, in a real browser on this machine."""

import pytest
from django.core.cache import cache
from django.urls import reverse

from portal.common import clock, pagecache
from portal.news.models import Article
from tests.browser import DESK, PHONE

pytestmark = pytest.mark.browser

#: Milliseconds until the Largest Contentful Paint (issue: under one second in the local test).
BUDGET = 1000
#: The machine does other work as well: what the page needs is the best of at most so many visits.
VISITS = 12

# A page may be drawn in several steps: what counts is the last of the largest, after a short rest.
_LARGEST = """() => new Promise((resolve) => {
  let last = null;
  const seen = new PerformanceObserver((list) => { last = list.getEntries().pop(); });
  seen.observe({ type: "largest-contentful-paint", buffered: true });
  setTimeout(() => resolve({
    at: last ? last.startTime : 0,
    what: last && last.element ? last.element.tagName : "",
  }), 500);
})"""


def visit(browser, address, width):
    """(milliseconds, element) of a first visit: nothing of the site lies in the browser yet."""
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="vi-VN")
    try:
        page = context.new_page()
        page.goto(address, wait_until="load")
        found = page.evaluate(_LARGEST)
        assert context.cookies() == []
        return found["at"], found["what"]
    finally:
        context.close()


def article():
    return Article.objects.served(clock.now()).filter(cover__isnull=False).first()


@pytest.mark.parametrize("width", [PHONE, DESK])
@pytest.mark.parametrize("kept", [False, True], ids=["made for this reader", "kept"])
def test_an_article_is_seen_within_a_second(live_portal, browser, kept, width):
    address = live_portal.url + article().get_absolute_url()
    times = []
    for _ in range(VISITS):
        if not kept:
            cache.clear()
            pagecache.forget()
        at, what = visit(browser, address, width)
        assert what in {"IMG", "H1", "P"}  # the article, no decoration
        times.append(at)
        if at < BUDGET and len(times) > 1:  # the very first also waits for the browser to wake up
            break
    assert 0 < min(times) < BUDGET, times


def test_nothing_jumps_while_an_article_comes(live_portal, browser):
    """Every picture has its size before it is there."""
    context = browser.new_context(viewport={"width": PHONE, "height": 740})
    try:
        page = context.new_page()
        page.goto(live_portal.url + article().get_absolute_url(), wait_until="load")
        shifts = page.evaluate(
            """() => new Promise((resolve) => {
              let sum = 0;
              new PerformanceObserver((list) => {
                list.getEntries().forEach((entry) => { sum += entry.value; });
              }).observe({ type: "layout-shift", buffered: true });
              requestAnimationFrame(() => setTimeout(() => resolve(sum), 50));
            })"""
        )
        bare = page.locator("img:not([width]), img:not([height])").count()
    finally:
        context.close()
    assert bare == 0
    assert shifts < 0.1


def test_a_change_is_seen_by_the_reader_of_an_open_page(live_portal, browser):
    """Kept pages are asked about again: a browser never shows an old one by itself."""
    context = browser.new_context(viewport={"width": DESK, "height": 800})
    shown = article()
    try:
        page = context.new_page()
        address = live_portal.url + shown.get_absolute_url()
        page.goto(address)
        first = page.goto(address)
        assert first.headers["cache-control"].startswith("public, max-age=0, must-revalidate")
        Article.objects.filter(pk=shown.pk).update(title="Tên bài vừa đính chính")
        pagecache.changed()
        page.goto(live_portal.url + reverse("news:index"))
        page.goto(address)
        assert page.get_by_role("heading", level=1).inner_text() == "Tên bài vừa đính chính"
    finally:
        context.close()
