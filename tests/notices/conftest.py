import pytest

from portal.notices import registry
from portal.notices.actions import scheduling

from . import factories


@pytest.fixture(autouse=True)
def _broker_is_up(monkeypatch):
    """What one test learnt about the broker, the next one must not know."""
    monkeypatch.setattr(scheduling, "_broker_down_until", 0.0)


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
