"""Ý kiến của tôi: pages of own opinions with what became of them, in a fixed number of queries."""

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import actions
from feedback.models import Answer, Consultation, Opinion
from portal.accounts.models import User
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def page(client, query=""):
    return client.get(reverse("feedback:mine") + query)


def one(receipt):
    return reverse("feedback:mine_one", args=[receipt.public_id])


def test_pages_and_the_same_queries_for_one_and_for_many(world, client):
    send(world)
    client.force_login(world.member)

    def count(query=""):
        with CaptureQueriesContext(connection) as context:
            assert page(client, query).status_code == 200
        return len(context)

    count()
    few = count()
    for n in range(44):
        send(world, text=f"Ý kiến số {n}.")
    assert count() == few
    # drafts stand on the first page only
    assert count("?trang=3") == few - 1
    shown = page(client).context["page"]
    assert (shown.count, len(shown), shown.pages) == (45, 20, 3)
    last = page(client, "?trang=3").context["page"]
    assert len(last) == 5


def test_the_queries_do_not_grow_with_the_consultations(world, client):
    send(world)
    client.force_login(world.member)
    page(client)
    with CaptureQueriesContext(connection) as few:
        page(client)
    for n in range(3):
        send(
            make_world(title=f"Đợt {n}", audience="signed_in"),
            author=world.member,
            text=f"Ý kiến của đợt {n}.",
        )
    assert page(client).context["page"].count == 4
    with CaptureQueriesContext(connection) as many:
        page(client)
    assert len(many) == len(few)


def test_a_question_waits_and_is_answered_there(world, client):
    receipt, other = send(world), send(world, text="Ý khác.")
    opinion = Opinion.objects.get(public_id=receipt.public_id)
    client.force_login(world.member)
    assert "đang chờ đồng chí trả lời" not in page(client).content.decode()
    actions.ask_author(actor=world.rapporteur, opinion=opinion, text="Nên giao cho ban nào?")
    assert "1 ý kiến có câu hỏi đang chờ đồng chí trả lời" in page(client).content.decode()
    asked = page(client, "?loc=can-lam-ro").content.decode()
    assert one(receipt) in asked
    assert one(other) not in asked
    html = client.get(one(receipt)).content.decode()
    assert "Nên giao cho ban nào?" in html
    reply = reverse("feedback:mine_reply", args=[receipt.public_id])
    empty = client.post(reply, {"text": ""})
    assert empty.status_code == 422
    assert "Nên giao cho ban nào?" in empty.content.decode()
    assert client.post(reply, {"text": "Ban Tổ chức."}).status_code == 302
    html = client.get(one(receipt)).content.decode()
    assert "Ban Tổ chức." in html
    assert "Gửi trả lời" not in html


def test_nobody_else_replies(world, client):
    receipt = send(world)
    opinion = Opinion.objects.get()
    actions.ask_author(actor=world.rapporteur, opinion=opinion, text="Nên giao cho ban nào?")
    for person in (world.secretary, world.rapporteur):
        client.force_login(User.objects.get(pk=person.pk))
        reply = reverse("feedback:mine_reply", args=[receipt.public_id])
        assert client.post(reply, {"text": "Tôi."}).status_code == 404
    assert opinion.clarifications.count() == 1


def test_the_published_answer_about_the_passage_stands_with_the_opinion(world, client):
    on_passage, general = send(world), send(world, block=None, text="Chung.")
    other = send(world, block=world.block(3), text="Đoạn khác.")
    answer = {
        "consultation": world.consultation,
        "edition": world.edition,
        "outcome": "accepted",
        "written_by": world.staff,
    }
    Answer.objects.create(**answer, block=world.block(2), text="Tiếp thu về đoạn hai.")
    client.force_login(world.member)
    assert "Tiếp thu về đoạn hai." not in client.get(one(on_passage)).content.decode()
    Consultation.objects.update(answers_published_at=timezone.now())
    assert "Tiếp thu về đoạn hai." in client.get(one(on_passage)).content.decode()
    # no answer of its own, none on the whole: the page of all answers
    assert "xem toàn bộ" in client.get(one(other)).content.decode()
    Answer.objects.create(**answer, block=None, text="Trả lời chung.")
    for receipt in (other, general):
        assert "Trả lời chung." in client.get(one(receipt)).content.decode()


def test_withdrawn_ones_say_so_and_are_not_asked(world, client):
    receipt = send(world)
    opinion = Opinion.objects.get()
    actions.ask_author(actor=world.rapporteur, opinion=opinion, text="Nên giao cho ban nào?")
    actions.withdraw_opinion(author=world.member, opinion=opinion)
    client.force_login(world.member)
    html = page(client).content.decode()
    assert "Đã rút" in html
    assert "đang chờ đồng chí trả lời" not in html
    assert "Gửi trả lời" not in client.get(one(receipt)).content.decode()
