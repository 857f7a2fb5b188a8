"""One's own mail address: the password first, then the link that was sent there."""

import datetime as dt
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts import actions, addresses
from portal.common import clock
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db

PASSWORD = "một câu khó đoán 7"
PAGE = "/tai-khoan/"


@pytest.fixture
def person():
    user = UserFactory(username="chi", email="cu@vidu.vn")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture
def signed_in(client, person):
    client.force_login(person)
    return client


def ask(client, email="moi@vidu.vn", password=PASSWORD, **more):
    return client.post(PAGE, {"phone": "", "email": email, "password": password} | more)


def link():
    (letter,) = (m for m in mail.outbox if m.to == ["moi@vidu.vn"])
    return re.search(r"https?://[^/]+(/\S+)", letter.body)[1]


def test_a_new_address_counts_when_its_link_is_opened_anywhere(signed_in, person):
    assert ask(signed_in, email="MOI@vidu.vn").status_code == 302
    person.refresh_from_db()
    assert person.email == "cu@vidu.vn"
    elsewhere = Client()
    page = elsewhere.get(link())  # a preview that fetches the address changes nothing
    assert "moi@vidu.vn" in page.content.decode()
    assert page["Referrer-Policy"] == "same-origin"
    person.refresh_from_db()
    assert person.email == "cu@vidu.vn"
    assert elsewhere.post(link()).status_code == 302
    person.refresh_from_db()
    assert person.email == "moi@vidu.vn"
    assert [m.to for m in mail.outbox] == [["moi@vidu.vn"], ["cu@vidu.vn"]]
    entry = AuditEntry.objects.filter(verb="edit_account").latest("id")
    assert entry.changes == {"email": ["…", "…"]}
    assert elsewhere.get(link()).status_code == 404  # one use


@pytest.mark.parametrize("password", ["", "đoán mò"])
def test_the_password_is_asked_for_and_nothing_is_sent_without(signed_in, person, password):
    page = ask(signed_in, password=password, phone="0912345678")
    assert page.status_code == 422
    assert page.context["form"].errors["password"] == ["Mật khẩu đang dùng chưa đúng."]
    person.refresh_from_db()
    assert (person.email, person.phone, mail.outbox) == ("cu@vidu.vn", None, [])


def test_a_phone_number_alone_needs_no_password_and_giving_the_address_up_does(signed_in, person):
    assert ask(signed_in, email="cu@vidu.vn", password="", phone="0912345678").status_code == 302
    assert ask(signed_in, email="", password="").status_code == 422
    assert ask(signed_in, email="").status_code == 302
    person.refresh_from_db()
    assert (person.email, mail.outbox) == ("", [])


def test_who_has_no_password_sets_one_first(client):
    user = UserFactory(email="")
    user.set_unusable_password()
    user.save()
    client.force_login(user)
    page = ask(client, password="")
    assert list(page.context["form"].errors) == ["email"]
    assert mail.outbox == []


def test_a_link_ends_with_time_and_with_what_changed_meanwhile(signed_in, person):
    ask(signed_in)
    with time_machine.travel(clock.now() + dt.timedelta(days=2, hours=1)):
        assert Client().get(link()).status_code == 404
    actions.set_password(actor=person, user=person, password="một câu khác hẳn 9")
    assert Client().post(link()).status_code == 404
    person.refresh_from_db()
    assert person.email == "cu@vidu.vn"


@pytest.mark.parametrize("value", ["x", "a:b:c", "W10:1abc:xyz"])
def test_a_made_up_link_opens_nothing(client, value):
    assert client.get(reverse("accounts:confirm_email", args=[value])).status_code == 404


def test_a_closed_account_takes_no_address(person):
    value = addresses.sealed(person, "moi@vidu.vn")
    assert addresses.opened(value) == (person, "moi@vidu.vn")
    actions.deactivate(actor=None, user=person)
    assert addresses.opened(value) is None


def test_mail_that_does_not_go_is_said_at_the_field(signed_in, person, monkeypatch):
    def broken(*args, **kwargs):
        raise ConnectionRefusedError

    monkeypatch.setattr("allauth.account.adapter.DefaultAccountAdapter.send_mail", broken)
    page = ask(signed_in, phone="0912345678")
    person.refresh_from_db()
    assert person.phone is None  # nothing is half saved
    assert page.context["form"].errors["email"] == ["Chưa gửi được thư. Xin thử lại sau ít phút."]


@pytest.mark.usefixtures("still")
def test_passwords_are_not_tried_one_after_the_other(signed_in):
    for n in range(15):
        assert ask(signed_in, password=f"thử {n}").status_code == 422
    assert ask(signed_in).status_code == 429
