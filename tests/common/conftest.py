"""The browser of the editor tests: the Chromium of the system."""

import os
import shutil

import pytest

# Playwright keeps an event loop in the test's thread; Django would take it for async code.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next(filter(None, map(shutil.which, names)), None)
    if not found:
        return browser_type_launch_args
    return {**browser_type_launch_args, "executable_path": found, "args": ["--no-sandbox"]}
