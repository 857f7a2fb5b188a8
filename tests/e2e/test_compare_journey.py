"""What an edition changed, in a real Chromium: by keys, in three columns, for those who listen."""

import pytest

from documents.models import Edition
from tests.browser import PHONE, at_width, axe_violations, overflow

pytestmark = pytest.mark.browser


def fits(page):
    return overflow(page) <= 0


def test_changes_are_read_by_keys_and_by_everybody(live_portal, page):
    edition = Edition.objects.filter(
        state="published", n__gt=1, document__circulation="public",
        document__editions__state="superseded",
    ).select_related("document").first()  # fmt: skip
    where = {
        "pk": edition.document_id, "slug": edition.document.slug,
        "n": edition.n, "m": edition.n - 1,
    }  # fmt: skip
    page.goto(live_portal.path("documents:compare", **where))
    assert (fits(page), axe_violations(page)) == (True, [])
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "sua-1"
    page.keyboard.press("n")
    assert page.evaluate("document.activeElement.id") == "sua-2"
    page.keyboard.press("p")
    assert page.evaluate("document.activeElement.id") == "sua-1"
    # one passage as it was: the words that came are hidden
    block = page.locator(".cmp", has=page.locator("ins")).first
    block.locator(".cmp__to-old").click()
    assert not block.locator("ins").first.is_visible()
    at_width(page, PHONE)
    assert fits(page)
    for query in ("?xem=danh-sach", "?xem=toan-van"):
        page.goto(live_portal.path("documents:compare", **where) + query)
        assert (fits(page), axe_violations(page)) == (True, [])
    page.goto(live_portal.path("documents:columns", **where))
    assert (fits(page), axe_violations(page)) == (True, [])
