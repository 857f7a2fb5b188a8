"""Long lists of opinions: by arrival, without counting them."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import queries as documents
from feedback import totals
from feedback.models import Opinion
from feedback.views import reading
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def address(world):
    node = world.consultation.nodes.get(agency=world.commune)
    return reverse("feedback:reading_node", args=[node.pk])


def test_the_list_goes_from_page_to_page_in_order_of_arrival(world, client):
    for n in range(45):
        send(world, text=f"Ý kiến {n}.", naming="anonymous")
    Opinion.objects.filter(text__endswith="7.").update(received_on="2025-08-12")
    client.force_login(world.rapporteur)
    url, found = address(world), []
    while url:
        page = client.get(url).context["page"]
        found += [o.pk for o in page]
        url = page.next_url and address(world) + page.next_url
    assert found == list(
        Opinion.objects.order_by("-received_on", "-id").values_list("pk", flat=True)
    )
    assert len(found) == 45


def test_opinions_that_arrive_meanwhile_repeat_none_and_hide_none(world, client):
    for n in range(45):
        send(world, text=f"Ý kiến {n}.", naming="anonymous")
    before = list(Opinion.objects.order_by("-received_on", "-id").values_list("pk", flat=True))
    client.force_login(world.rapporteur)
    first = client.get(address(world)).context["page"]
    for n in range(30):  # of the same day: where they stand among the others is chance
        send(world, text=f"Đến sau {n}.", naming="anonymous")
    send(world, text="Hôm sau.", naming="anonymous", now=NOW + dt.timedelta(days=1))
    found, page = [o.pk for o in first], first
    while page.next_url:
        page = client.get(address(world) + page.next_url).context["page"]
        found += [o.pk for o in page]
    assert len(found) == len(set(found))
    old = set(before)
    assert [pk for pk in found if pk in old] == before
    assert not Opinion.objects.filter(pk__in=found, text="Hôm sau.").exists()


def test_the_list_costs_the_same_for_one_opinion_and_for_many(world, client):
    def cost():
        with CaptureQueriesContext(connection) as statements:
            assert client.get(address(world)).status_code == 200
        return len(statements)

    send(world, block=world.block(1))
    client.force_login(world.rapporteur)
    client.get(address(world))
    one = cost()
    for n in range(12):
        send(world, block=world.block(n % 3 + 1), text=f"Ý kiến {n}.", naming="anonymous")
    totals.fold()
    assert cost() == one


def test_the_order_of_a_published_text_is_read_once(world, client):
    edition = world.edition
    assert documents.reading_order(edition) == {b.pk: b.pos for b in edition.blocks.all()}
    with CaptureQueriesContext(connection) as statements:
        documents.reading_order(edition)
    assert len(statements) == 0
    edition.published_at = None  # one that is still written at is read each time
    with CaptureQueriesContext(connection) as statements:
        documents.reading_order(edition)
        documents.reading_order(edition)
    assert len(statements) == 2


def test_no_page_of_the_list_counts_opinions(world, client):
    send(world)
    client.force_login(world.rapporteur)
    client.get(address(world))
    with CaptureQueriesContext(connection) as statements:
        assert client.get(address(world)).status_code == 200
    asked = [q["sql"] for q in statements if 'FROM "feedback_opinion"' in q["sql"]]
    assert len(asked) == 1
    assert "COUNT(" not in asked[0].upper() and "OFFSET" not in asked[0]


def test_passages_stand_on_pages_of_their_own(world, client, monkeypatch):
    monkeypatch.setattr(reading, "PASSAGES", 2)
    blocks = [world.block(n) for n in (1, 2, 3)]
    for block in blocks:
        send(world, block=block)
    client.force_login(world.rapporteur)
    first = client.get(address(world)).context["heaps"]
    assert [h.block.pk for h in first] == [b.pk for b in blocks[:2]]
    assert [h.block.plain for h in first] == [b.plain for b in blocks[:2]]
    second = client.get(address(world), {"phan": "2"}).context["heaps"]
    assert [h.block.pk for h in second] == [blocks[2].pk]
    chosen = client.get(address(world), {"doan": blocks[2].pk})
    assert chosen.context["heaps"].number == 2
    assert chosen.context["chosen"].block.plain == blocks[2].plain
    elsewhere = client.get(address(world), {"doan": blocks[2].pk, "phan": "1"})
    assert elsewhere.context["heaps"].number == 1
    assert elsewhere.context["chosen"].block.plain == blocks[2].plain
