"""The browser tests' own ground: server, copy of the demo, locale, sizes, strictness."""

import pytest
from django.contrib.auth import get_user_model

from tests.browser import DESK, PHONE, at_width


def test_server_answers_in_a_vietnamese_browser(live_portal, page):
    response = page.goto(live_portal.path("healthz"))
    assert (response.status, response.json()) == (200, {"database": "ok", "redis": "ok"})
    assert page.evaluate("navigator.language") == "vi-VN"
    assert page.evaluate("Intl.DateTimeFormat().resolvedOptions().timeZone") in (
        "Asia/Ho_Chi_Minh",
        "Asia/Saigon",
    )


def test_sizes(page):
    assert page.evaluate("innerWidth") == DESK
    assert at_width(page, PHONE).evaluate("innerWidth") == PHONE


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_a_demo_of_its_own(live_portal, turn):
    users = get_user_model().objects
    before = users.count()
    assert users.filter(username="dangvien").exists()
    users.create_user(username="moi", full_name="Người Mới")
    assert users.count() == before + 1
