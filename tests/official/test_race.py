"""Two connections at once: one symbol is registered once, two links never close a cycle."""

import threading

import pytest
from django.db import connection

from portal.common.errors import Refused
from portal.official.actions import link_documents
from portal.official.models import DocumentLink, OfficialDocument

from .factories import a_document, an_agency

pytestmark = pytest.mark.django_db(transaction=True)


def race(*jobs):
    """Run `jobs` at the same moment on connections of their own; their results or refusals."""
    gate = threading.Barrier(len(jobs))
    results = [None] * len(jobs)

    def run(number, job):
        gate.wait(timeout=10)
        try:
            results[number] = job()
        except Refused as refused:
            results[number] = refused.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


@pytest.fixture(autouse=True)
def types(django_db_serialized_rollback):
    """The types of documents come from a migration; a test that commits empties the tables."""


def test_one_symbol_is_registered_once():
    issuer = an_agency()

    def register():
        return a_document("135-KH/TU", issuer=issuer, scope_key="2020-2025").symbol

    results = race(*[register] * 4)
    assert sorted(results) == ["135-KH/TU", "duplicate", "duplicate", "duplicate"]
    assert OfficialDocument.objects.count() == 1


@pytest.mark.parametrize("_round", range(5))
def test_two_links_never_close_a_cycle(_round):
    a, b, c = (a_document(symbol) for symbol in ("1-KH/TU", "2-KH/TU", "3-KH/TU"))
    link_documents(actor=None, source=b, target=c, kind="basis")

    def link(source, target):
        return lambda: link_documents(actor=None, source=source, target=target, kind="basis").kind

    results = race(link(a, b), link(c, a))
    assert sorted(results) == ["basis", "link_cycle"]
    assert DocumentLink.objects.filter(kind="basis").count() == 2
