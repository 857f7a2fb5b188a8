"""Fixtures for every test: a clean cache, the demo, a browser, a database under the C locale."""

import datetime as dt
import secrets
import time

import psycopg2
import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.test.utils import setup_databases, teardown_databases
from hypothesis import settings as hypothesis_settings
from redis import Redis

from portal.common import pagecache
from portal.common.pagecache import middleware, shelf, stored
from tests import demo_database as demo
from tests import migrated
from tests.browser import (  # noqa: F401  fixtures
    browser_context_args,
    browser_type_launch_args,
    live_portal,
    page,
)
from tests.given_rows import GivenRows, commits


@pytest.fixture
def still():
    """Time stands still: the window in which requests are counted does not end meanwhile."""
    with time_machine.travel(dt.datetime.now(dt.UTC), tick=False):
        yield


# A busy machine is no finding: no limit of time per example.
hypothesis_settings.register_profile("portal", deadline=None)
hypothesis_settings.load_profile("portal")

given_rows = GivenRows()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item, nextitem):
    result = yield
    if nextitem is not None and commits(item):  # after the last test there is no database any more
        given_rows.give_back()
    return result


def pytest_collection_modifyitems(items):
    for item in items:
        if "page" in item.fixturenames:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(autouse=True)
def _clean_cache():
    """What one test cached, counted or queued, the next one must not see."""
    cache.clear()


@pytest.fixture
def kept_pages(settings):
    """With the page cache as in production; elsewhere tests see what they have just written."""
    settings.PAGE_CACHE = True
    pagecache.forget()
    yield
    pagecache.forget()


@pytest.fixture
def pages_age(monkeypatch):
    """pages_age(2.5): kept pages grow older by so many seconds, in this process and in Redis."""
    passed, server = [0.0], Redis.from_url(settings.REDIS_URL)
    for module in (shelf, stored, middleware):
        monkeypatch.setattr(module, "monotonic", lambda: time.monotonic() + passed[0])

    def age(seconds):
        passed[0] += seconds
        for name in server.scan_iter("*"):
            if (left := server.pttl(name)) > 0:
                server.pexpire(name, max(1, left - int(seconds * 1000)))
        time.sleep(0.003)

    yield age
    server.close()


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment,
    django_db_blocker,
    django_db_modify_db_settings,
    django_db_keepdb,
    django_db_createdb,
):
    """Make the test database, also when no collected test has the `django_db` mark.

    pytest-django makes it for marked tests only, but those that see the demo have no mark: they
    work in a copy of it.
    """
    keep = django_db_keepdb and not django_db_createdb
    with django_db_blocker.unblock():
        copied = not keep and migrated.begin()
        made = setup_databases(
            verbosity=0,
            interactive=False,
            aliases=["default"],
            serialized_aliases=[],  # `given_rows` does what Django's serialized rollback is for
            keepdb=keep or copied,
        )
        if not copied:
            migrated.leave()
        given_rows.remember()
    yield
    if not django_db_keepdb:
        with django_db_blocker.unblock():
            demo.close_all(connection.settings_dict["NAME"])
            teardown_databases(made, verbosity=0)


@pytest.fixture
def c_database(django_db_setup):
    """A psycopg2 connection (autocommit) to an empty database made under LC_COLLATE/LC_CTYPE C.

    There `lower('Đ')` changes nothing and sorting goes by bytes: what the portal does in SQL has
    to hold there too.
    """
    settings = connection.settings_dict
    given = {
        "host": settings["HOST"],
        "port": settings["PORT"] or None,
        "user": settings["USER"],
        "password": settings["PASSWORD"] or None,
    }
    name = f"test_c_{secrets.token_hex(4)}"
    server = psycopg2.connect(dbname="postgres", **given)
    server.autocommit = True
    with server.cursor() as cursor:
        cursor.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' "
            "LOCALE_PROVIDER libc LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    database = psycopg2.connect(dbname=name, **given)
    database.autocommit = True
    try:
        yield database
    finally:
        database.close()
        with server.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")
        server.close()


@pytest.fixture(scope="session")
def demo_template(django_db_setup, django_db_blocker):
    """The name of a database with the demo in it, made once; copy it, do not write to it."""
    with django_db_blocker.unblock():
        name = demo.make_template()
    yield name
    with django_db_blocker.unblock():
        demo.drop(name)


@pytest.fixture(scope="module")
def demo_database(demo_template, django_db_blocker):
    """The tests of a module see the demo. They must roll back all they write."""
    with django_db_blocker.unblock(), demo.switched_to(demo_template):
        cache.clear()
        yield
