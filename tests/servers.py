"""Pytest plugin: servers and settings for a test run that was given none.

Loaded with `-p tests.servers` (pyproject.toml), before pytest-django imports the settings. Without
DATABASE_URL or REDIS_URL the run gets a PostgreSQL and a Valkey of its own, in a new folder, and
stops them at its end. Under xdist only the controller starts them; a worker inherits the addresses
and takes a Redis database of its own (pytest-django gives it a database of its own).
"""

import atexit
import base64
import os
import shutil
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "bin"))

import _servers  # bin/ is on the path from here on

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")


class Surroundings:
    """What this run started and must take away again."""

    def __init__(self) -> None:
        self.servers: _servers.ThrowawayServers | None = None
        self.folder: Path | None = None

    def prepare(self) -> None:
        atexit.register(self.remove)  # settings that fail to load end pytest without its last hook
        if "DATABASE_URL" not in os.environ or "REDIS_URL" not in os.environ:
            from tests import migrated

            os.environ[migrated.VARIABLE] = migrated.name()
            self.servers = _servers.ThrowawayServers(keep=os.environ[migrated.VARIABLE])
            try:
                self.servers.start()
            except _servers.ServerError as error:
                self.remove()
                raise pytest.UsageError(str(error)) from error
            for name, value in self.servers.environ().items():
                os.environ.setdefault(name, value)
        if WORKER:
            os.environ["REDIS_URL"] = for_worker(os.environ["REDIS_URL"], int(WORKER[2:]) + 1)
        self.folder = _servers.throwaway_folder("files")
        os.environ.update(test_environment(self.folder))

    def remove(self) -> None:
        if self.servers is not None:
            self.servers.stop()
            self.servers = None
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


surroundings = Surroundings()


def for_worker(redis_url: str, number: int) -> str:
    """The same Redis, its database moved up by `number`."""
    parts = urlsplit(redis_url)
    if parts.scheme == "unix":
        query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
        query["db"] = str(int(query.get("db", "0")) + number)
        return f"unix://{parts.path}?{urlencode(query)}"
    current = int(parts.path.strip("/") or "0")
    return urlunsplit(parts._replace(path=f"/{current + number}"))


def test_environment(folder: Path) -> dict[str, str]:
    """Settings as in production, but for plain http on this machine."""
    return {
        "DEBUG": "0",
        # Playwright keeps an event loop in the main thread; there is no asynchronous code of ours.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
        "SECRET_KEY": "only-for-tests-" + "0123456789abcdef" * 4,
        "ALLOWED_HOSTS": "testserver,localhost,127.0.0.1",
        "SITE_URL": "http://testserver",
        "SITE_AGENCY": "dang-bo-tinh-mau",
        "INSECURE_HTTP": "1",
        # What a test has written, its next request must see: `kept_pages` and `live_portal` turn
        # the page cache on.
        "PAGE_CACHE": "0",
        "EMAIL_URL": "memorymail://",
        "IDENTITY_MASTER_KEY": base64.b64encode(b"\x07" * 32).decode(),
        "IDENTITY_KEY_DIR": str(folder / "keys"),
        "STORAGE_URL": f"file://{folder}/media",
        "STATIC_ROOT": str(folder / "static"),
    }


test_environment.__test__ = False


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config, parser, args):
    options = early_config.known_args_namespace
    if not (options.help or options.version):
        surroundings.prepare()
    return (yield)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config):
    from django.conf import settings

    if config.option.help or config.option.version:
        return
    # Thousands of test users sign in: a slow hash would be most of the run.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Tests read static files where they lie; only a real start collects and hashes them.
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.WHITENOISE_USE_FINDERS = True
    settings.WHITENOISE_AUTOREFRESH = True


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config):
    surroundings.remove()
