import pytest

from portal.moderation import registry
from tests.moderation import factories


@pytest.fixture
def notes():
    """The handler of the test's own kind of case."""
    handler = factories.Notes()
    registry.kinds._entries[factories.KIND] = handler
    yield handler
    del registry.kinds._entries[factories.KIND]


@pytest.fixture
def desk(notes, db):
    return factories.desk(notes)
