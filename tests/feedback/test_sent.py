"""The page after sending: the receipt for minutes, for who sent, and kept nowhere else."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaigns.models import Boundary
from feedback import actions
from feedback.models import Opinion
from feedback.sent import COOKIE
from tests.feedback.factories import NOW, make_world, send
from tests.feedback.test_say import question
from tests.feedback.test_views import code_in, fill, say_url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def sent_by(client, world, **fields):
    """The answer to sending the form."""
    page = client.get(say_url(world))
    answer = client.post(say_url(world), fill(page, **fields))
    assert answer.status_code == 303
    return answer


def test_sending_leads_to_a_page_that_may_be_opened_again(world, client):
    client.force_login(world.member)
    answer = sent_by(client, world)
    first, again = client.get(answer.url), client.get(answer.url)
    assert code_in(first) == code_in(again)
    assert Opinion.objects.count() == 1
    assert "no-store" in first["Cache-Control"]
    assert "Đảng bộ xã Hòa Bình" in first.content.decode()


def test_the_code_travels_sealed_and_to_this_page_alone(world, client):
    client.force_login(world.member)
    answer = sent_by(client, world)
    code = code_in(client.get(answer.url))
    cookie = answer.cookies[COOKIE]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (answer.url, True, "Lax")
    assert cookie["max-age"] == 600
    assert code not in f"{answer.headers}{cookie.OutputString()}"
    assert str(Opinion.objects.get().public_id) not in answer.url


def test_two_sendings_do_not_see_each_other(world, client):
    client.force_login(world.member)
    first = sent_by(client, world, text="Ý thứ nhất.")
    kept = client.cookies[COOKIE].value
    second = sent_by(client, world, text="Ý thứ hai.")
    client.cookies[COOKIE] = kept
    assert client.get(second.url).status_code == 410
    assert client.get(first.url).status_code == 200


def gone(client, answer):
    page = client.get(answer.url)
    assert not re.search(r"ma-tiep-nhan", page.content.decode())
    return page.status_code == 410


def test_who_signs_in_next_finds_nothing(world, client):
    client.force_login(world.member)
    answer = sent_by(client, world)
    kept = client.cookies[COOKIE].value
    for who in (world.rapporteur, world.secretary):
        client.force_login(who)
        client.cookies[COOKIE] = kept
        assert gone(client, answer)
    client.force_login(world.member)
    client.cookies[COOKIE] = kept
    assert client.get(answer.url).status_code == 200


def test_after_signing_out_nothing_is_left(client):
    world = make_world(audience="public")
    client.force_login(world.member)
    answer = sent_by(client, world)
    kept = client.cookies[COOKIE].value
    client.logout()
    client.cookies[COOKIE] = kept
    assert gone(client, answer)


def test_after_ten_minutes_nothing_is_left(world, client):
    client.force_login(world.member)
    answer = sent_by(client, world)
    with time_machine.travel(NOW + dt.timedelta(minutes=9), tick=False):
        assert client.get(answer.url).status_code == 200
    with time_machine.travel(NOW + dt.timedelta(minutes=10), tick=False):
        assert gone(client, answer)


@pytest.mark.parametrize("cookie", ["", "x", "ý", "A" * 400, "{}"])
def test_forged_cookies_show_nothing(world, client, cookie):
    client.force_login(world.member)
    answer = sent_by(client, world)
    client.cookies[COOKIE] = cookie
    assert gone(client, answer)


def test_it_is_shown_after_the_consultation_closed_meanwhile(world, client):
    client.force_login(world.member)
    last = dt.timedelta(minutes=1)
    close = world.consultation.closes.at
    with time_machine.travel(close - last, tick=False):
        client.force_login(world.member)
        answer = sent_by(client, world)
    with time_machine.travel(close + last, tick=False):
        assert code_in(client.get(answer.url))


def test_the_answer_to_a_question_leads_back_to_it(world, client):
    client.force_login(world.member)
    url = say_url(world).partition("?")[0] + f"?cau={question(world).pk}"
    page = client.post(url, fill(client.get(url)), follow=True)
    assert code_in(page)
    assert page.context["place"].question.pk == question(world).pk - 1


def test_a_script_is_told_where_the_receipt_is(world, client):
    client.force_login(world.member)
    page = client.get(say_url(world))
    told = client.post(say_url(world), fill(page), headers={"X-Panel": "1"})
    assert (told.status_code, told.content) == (201, b"")
    panel = client.get(told["Location"], headers={"X-Panel": "1"}).content.decode()
    assert "ma-tiep-nhan" in panel
    assert "<html" not in panel


def test_an_early_closing_counts_at_once(world, client):
    """Nothing that a process remembers lets an opinion in afterwards."""
    client.force_login(world.member)
    page = client.get(say_url(world))
    sent_by(client, world)
    Boundary.objects.filter(pk=world.consultation.closes_id).update(at=NOW)
    answer = client.post(say_url(world), fill(page, text="Sau khi kết thúc."))
    assert answer.status_code == 422
    assert Opinion.objects.count() == 1


def test_a_withdrawn_consultation_is_gone_at_once(world, client):
    client.force_login(world.member)
    page = client.get(say_url(world))
    actions.withdraw_consultation(
        actor=world.staff, consultation=world.consultation, reason="Hủy đợt"
    )
    assert client.post(say_url(world), fill(page)).status_code == 404


def test_sending_costs_the_same_for_the_first_and_the_hundredth(
    world, client, django_assert_num_queries
):
    """Who sends, what stands, where they belong, and one statement that stores; the other two are
    its savepoint inside the transaction of this test."""
    client.force_login(world.member)
    sent_by(client, world)
    for n in range(2):
        data = fill(client.get(say_url(world)), text=f"Lần {n}.", proposed="Sửa câu.")
        with django_assert_num_queries(6):
            client.post(say_url(world), data)
        for m in range(5):
            send(world, text=f"{n} {m}")
    assert Client().get(reverse("feedback:receipt")).status_code == 200
