"""A real Chromium on a real server: fixtures for the tests in tests/e2e.

    def test_reader_finds_news(live_portal, page):
        page.goto(live_portal.url)

`live_portal` serves a fresh copy of the demo that the test may change as it likes; `page` speaks
Vietnamese, is 1280 wide (`at_width(page, PHONE)` makes it a phone) and fails the test when a script
breaks, a file is missing or the content security policy stops something.
"""

import os
import shutil
from itertools import count

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, override_settings
from django.urls import reverse

from portal.common import pagecache
from tests import demo_database
from tests.access import World

PHONE = 360
DESK = 1280
_HEIGHT = {PHONE: 740, DESK: 800}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
_copies = count(1)
_LEAVING = "data-leaving"
# A new document lacks the mark by itself; a swap of htmx takes it away.
_LEAVE = f"""(button) => {{
  const page = button.ownerDocument.documentElement;
  page.setAttribute("{_LEAVING}", "");
  const arrived = () => page.removeAttribute("{_LEAVING}");
  document.addEventListener("htmx:afterSettle", arrived, {{ once: true }});
}}"""


def find_browser() -> str | None:
    given = os.environ.get("CHROME")
    if given:
        return shutil.which(given)
    return next(filter(None, map(shutil.which, _BROWSERS)), None)


def scroll_width(page):
    """How wide the page is drawn, once it stands whole: between two pages there is none."""
    for _ in range(200):
        if page.evaluate("document.readyState") == "complete":
            break
        page.wait_for_timeout(50)
    return page.evaluate("document.documentElement.scrollWidth")


def overflow(page):
    """By how many pixels the page is wider than the window."""
    return scroll_width(page) - page.evaluate("innerWidth")


def at_width(page, width: int):
    page.set_viewport_size({"width": width, "height": _HEIGHT.get(width, 800)})
    return page


def submit(page, button: str, *, within=None) -> None:
    """Press the button of that name and wait until its answer stands.

    The answer is a new page or what htmx puts into this one; a click alone returns before either,
    and what the test asks next would be asked of the page it is leaving.
    """
    pressed = (within or page).get_by_role("button", name=button, exact=True)
    # Asked of the button, which exists only once the page it stands on is there.
    pressed.evaluate(_LEAVE)
    pressed.click()
    page.locator(f"html:not([{_LEAVING}])").wait_for(state="attached")
    page.wait_for_load_state()


def axe_violations(page) -> list[str]:
    """Serious and critical findings of axe on the page as it stands, one readable line each."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [
        f"{violation['id']}: {violation['help']} — {node['html'][:160]}"
        for violation in found
        if violation["impact"] in ("serious", "critical")
        for node in violation["nodes"]
    ]


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    browser = find_browser()
    if browser is None:
        sentence = "no Chromium found: install chromium, or name one with CHROME"
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    arguments = list(_ARGUMENTS)
    if os.geteuid() == 0:
        arguments.append("--no-sandbox")
    return {**browser_type_launch_args, "executable_path": browser, "args": arguments}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    return {
        **browser_context_args,
        "locale": "vi-VN",
        "timezone_id": "Asia/Ho_Chi_Minh",
        "viewport": {"width": DESK, "height": _HEIGHT[DESK]},
    }


class LivePortal:
    """The portal served by a thread of the test, over a database of its own."""

    def __init__(self, url: str):
        self.url = url

    def path(self, name: str, **kwargs) -> str:
        """The whole address of a URL name."""
        return self.url + reverse(name, kwargs=kwargs)

    def sign_in(self, page, username: str) -> None:
        """Give the page the session of a demo account, without the sign-in form."""
        client = Client()
        client.force_login(World().user(username), settings.AUTHENTICATION_BACKENDS[-1])
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])

    def sign_out(self, page) -> None:
        page.context.clear_cookies()


@pytest.fixture
def live_portal(demo_template, django_db_blocker):
    from pytest_django.live_server_helper import LiveServer

    name = f"{demo_template}_{next(_copies)}"
    with django_db_blocker.unblock():
        demo_database.copy(demo_template, name)
        try:
            with demo_database.switched_to(name):
                cache.clear()
                pagecache.forget()
                server = LiveServer("localhost")
                try:
                    with override_settings(PAGE_CACHE=True):
                        yield LivePortal(server.url)
                finally:
                    server.stop()
        finally:
            demo_database.drop(name)


@pytest.fixture
def page(page, request):
    """pytest-playwright's page, strict: what goes wrong in the browser fails the test."""
    problems = []

    def heard(message):
        # A page that is refused on purpose (403, 404) is the test's own matter.
        address = message.location.get("url", "")
        refused = address == page.url and "status of 4" in message.text
        if message.type == "error" and not refused and not address.endswith("/favicon.ico"):
            problems.append(f"{message.text} ({address})")

    page.on("console", heard)
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(15_000)
    yield page
    if problems:
        pytest.fail("\n".join(["in the browser:", *problems]), pytrace=False)
