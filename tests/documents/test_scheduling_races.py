"""Sweeps, readers and people at one due edition, on real connections."""

import threading

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from documents import actions
from documents.models import Edition
from portal.common import clock
from portal.common.models import AuditEntry
from tests.documents.factories import TEXT, make_document, office, publish
from tests.documents.test_scheduling import HOUR, NOW, again
from tests.news.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)
State = Edition.State


def due_second():
    """(world, edition 2 scheduled for HOUR over a published edition 1)."""
    world = agency, staff, approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    document = make_document(staff, agency)
    publish(document, staff, approver)
    edition = actions.start_edition(actor=staff, document=document, html=TEXT + "<p>Thêm.</p>")
    edition = actions.submit(actor=staff, edition=edition)
    return world, actions.schedule(actor=approver, edition=edition, at=HOUR, now=NOW)


def published_rows(edition):
    return AuditEntry.objects.filter(
        object_kind="documents.edition", object_id=str(edition.pk), verb="publish_due"
    ).count()


def test_sweeps_and_readers_at_once_publish_it_once(monkeypatch):
    _world, edition = due_second()
    monkeypatch.setattr(clock, "now", lambda: HOUR)
    document, statuses, published = edition.document, [], []
    room = reverse("documents:edition", args=[document.pk, document.slug, 2])

    def read():
        statuses.append(Client().get(room).status_code)

    def sweep():
        published.append(actions.publish_due(now=HOUR).published)

    assert race(read, sweep, read, sweep) == [None] * 4
    assert statuses == [200, 200]
    assert sum(published) <= 1
    assert published_rows(edition) == 1
    states = dict(document.editions.values_list("n", "state"))
    assert states == {1: State.SUPERSEDED, 2: State.PUBLISHED}


@pytest.mark.parametrize("verb", ["unschedule", "publish_now"])
def test_a_person_and_the_sweep_do_not_both_decide(verb):
    (_agency, _staff, approver), edition = due_second()
    swept = []

    def sweep():
        swept.append(actions.publish_due(now=HOUR).published)
        connection.close()

    with transaction.atomic():
        getattr(actions, verb)(actor=approver, edition=edition, now=NOW)
        other = threading.Thread(target=sweep)
        other.start()
        other.join(timeout=30)
        assert swept == [0]
    assert actions.publish_due(now=HOUR).published == 0
    expected = {"unschedule": State.SUBMITTED, "publish_now": State.PUBLISHED}[verb]
    assert again(edition).state == expected
    assert published_rows(edition) == 0


def test_withdrawing_the_edition_before_while_the_new_one_comes_loses_no_reason():
    (_agency, _staff, approver), edition = due_second()
    first = edition.document.editions.get(n=1)
    outcomes = race(
        lambda: actions.withdraw(actor=approver, edition=first, reason="Nhầm bản in."),
        lambda: actions.publish_due(now=HOUR),
    )
    assert outcomes == [None, None]
    first = again(first)
    assert (first.state, first.withdrawn_reason) == (State.WITHDRAWN, "Nhầm bản in.")
    assert again(edition).state == State.PUBLISHED
