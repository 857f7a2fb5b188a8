"""What migrations wrote is there before and after a test that empties every table."""

import pytest

from portal.official.models import DocumentType


@pytest.fixture(scope="module")
def seen():
    return []


def look(seen):
    rows = sorted(DocumentType.objects.values_list("pk", "abbreviation"))
    assert rows
    seen.append(rows)
    assert seen[0] == rows


@pytest.mark.django_db(transaction=True)
def test_before(seen):
    look(seen)
    DocumentType.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_between(seen):
    look(seen)


@pytest.mark.django_db
def test_after(seen):
    look(seen)
