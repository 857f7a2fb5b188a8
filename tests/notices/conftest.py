import pytest

from portal.notices import registry

from . import factories


@pytest.fixture
def subjects():
    """The handler of the subjects of this test."""
    handler = factories.Subjects()
    registry.kinds._entries[factories.SUBJECT] = handler
    yield handler
    del registry.kinds._entries[factories.SUBJECT]


@pytest.fixture
def calendar():
    """A set of days off; every other Monday to Friday is worked."""
    days_off = set()
    before = registry.hooks._entries.pop("is_working_day", None)
    registry.hooks.register(
        "is_working_day", lambda date: date.weekday() < 5 and date not in days_off
    )
    yield days_off
    del registry.hooks._entries["is_working_day"]
    if before:
        registry.hooks.register("is_working_day", before)
