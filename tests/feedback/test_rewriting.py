"""Opinions without an account: rewritten by receipt, erased by the link in a mail, never shown."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse

from feedback import actions, guests, keys, queries
from feedback.authors import Guest
from feedback.models import (
    Consultation,
    Erasure,
    GuestContact,
    Identity,
    Opinion,
    OpinionRevision,
    TotalsDelta,
)
from portal.common.errors import Refused
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
RIGHTLIKE = "7K3F0-926MX-4TQ8Z-1HN5C"
OLD = "Câu chữ cũ của người gửi, không ai cầm mã được thấy."
LAN = Guest(name="Trần Thị Lan", email="lan@mau.example")
WORDS = {
    "moi-stance": "disagree",
    "moi-text": "Nên giao cho một cơ quan.",
    "moi-reason": "Dễ kiểm tra.",
    "moi-proposed": "Câu mới trọn vẹn.",
}


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world(audience="public")


def post(client, code, name="receipt_rewrite", **data):
    return client.post(reverse(f"feedback:{name}"), {"code": code} | data)


def words():
    return Opinion.objects.values_list("stance", "text", "reason", "proposed").get()


@pytest.mark.parametrize("author", [Guest(), LAN, None], ids=["nobody", "guest", "anonymous"])
def test_whoever_holds_the_receipt_writes_it_anew_without_seeing_what_it_said(
    world, client, author
):
    fields = {"author": author} if author else {"naming": "anonymous"}
    receipt = send(world, text=OLD, proposed="Đề xuất cũ.", **fields)
    assert "Viết lại ý kiến này" in post(client, receipt.code, "receipt").content.decode()
    page = post(client, receipt.code, mo="1")
    assert page.status_code == 200
    page = page.content.decode()
    assert 'name="moi-stance"' in page
    assert not re.search(r'name="moi-stance"[^>]*checked', page)
    opinion = Opinion.objects.get()
    for hidden in (OLD, "Đề xuất cũ.", opinion.quote, opinion.block.label):
        assert hidden not in page
    page = post(client, receipt.code, **WORDS)
    assert page.status_code == 200
    html = page.content.decode()
    assert "Đã thay câu chữ" in html
    assert OLD not in html
    # what was just typed does not come back either
    assert "Nên giao cho một cơ quan." not in html
    assert words() == tuple(WORDS.values())
    assert list(OpinionRevision.objects.values_list("n", "stance", "text", "proposed")) == [
        (1, "partly", OLD, "Đề xuất cũ.")
    ]
    assert TotalsDelta.objects.count() == 1


def test_the_same_words_sent_twice_are_one_revision(world, client):
    receipt = send(world, author=Guest())
    for _time in range(2):
        assert post(client, receipt.code, **WORDS).status_code == 200
    assert OpinionRevision.objects.count() == 1
    assert Opinion.objects.get().lock_version == 1


def test_the_fields_are_the_same_whether_it_is_about_a_passage_or_not(world, client):
    pages = []
    for block in (world.block(2), None):
        receipt = send(world, author=Guest(), block=block)
        html = post(client, receipt.code, mo="1").content.decode()
        pages.append(re.findall(r'name="(moi-[a-z_]+)"', html))
    assert pages[0] == pages[1]
    assert "moi-proposed" in pages[0]


def test_empty_fields_do_not_wipe_words_out_by_oversight(world, client):
    receipt = send(world, author=Guest(), text=OLD)
    page = post(client, receipt.code, **{"moi-stance": "agree"})
    assert page.status_code == 422
    assert "câu chữ cũ sẽ mất" in page.content.decode()
    assert words()[1] == OLD
    page = post(client, receipt.code, **{"moi-stance": "agree", "moi-only_stance": "on"})
    assert page.status_code == 200
    assert words() == ("agree", "", "", "")


def test_without_a_stance_what_was_typed_comes_back(world, client):
    receipt = send(world, author=Guest(), text=OLD)
    page = post(client, receipt.code, **{"moi-text": "Viết dở <b>"})
    assert page.status_code == 422
    assert "Viết dở &lt;b&gt;" in page.content.decode()
    page = post(client, receipt.code, **{"moi-stance": "forged", "moi-text": "Viết dở"})
    assert page.status_code == 422
    page = post(client, receipt.code, **(WORDS | {"moi-text": "x" * 100_000}))
    assert page.status_code == 422
    assert words()[1] == OLD


def test_after_closing_nothing_changes_and_what_was_typed_can_be_copied(world, client):
    receipt = send(world, author=Guest(), text=OLD)
    with time_machine.travel(NOW + dt.timedelta(days=20), tick=False):
        page = post(client, receipt.code, **WORDS)
        html = page.content.decode()
        assert page.status_code == 422
        assert "đã kết thúc nên không viết lại được nữa" in html
        assert "Nên giao cho một cơ quan." in html
        assert "Viết lại ý kiến này" not in html
        assert 'name="moi-stance"' not in post(client, receipt.code, mo="1").content.decode()
    assert words()[1] == OLD


def test_a_withdrawn_opinion_is_not_written_anew(world, client):
    receipt = send(world, author=Guest(), text=OLD)
    post(client, receipt.code, "receipt_withdraw", sure="on")
    page = post(client, receipt.code, **WORDS)
    assert (page.status_code, words()[1]) == (422, OLD)
    Opinion.objects.update(state="spam")
    with pytest.raises(Refused) as caught:
        actions.rewrite_by_receipt(
            code=receipt.code, stance="agree", text="", reason="", proposed=""
        )
    assert caught.value.code == "not_counted"


def test_an_opinion_of_an_account_is_changed_by_its_account_alone(world, client):
    receipt = send(world, text=OLD)
    assert "Viết lại ý kiến này" not in post(client, receipt.code, "receipt").content.decode()
    page = post(client, receipt.code, **WORDS)
    assert page.status_code == 422
    assert "sửa trong “Ý kiến của tôi”" in page.content.decode()
    assert words()[1] == OLD


def test_a_wrong_code_rewrites_nothing_and_says_no_more_than_the_others(world, client):
    send(world, author=Guest(), text=OLD)
    pages = [post(client, code, **WORDS) for code in (RIGHTLIKE, "", "abc", "x" * 5000)]
    assert {page.status_code for page in pages} == {404}
    assert words()[1] == OLD
    assert all("Nên giao cho một cơ quan." not in page.content.decode() for page in pages)
    with pytest.raises(Refused) as caught:
        actions.rewrite_by_receipt(code=RIGHTLIKE, stance="agree", text="", reason="", proposed="")
    assert caught.value.code == "receipt"


def test_new_words_go_to_moderation_again(client):
    world = make_world(audience="public", policy="moderated", moderation="before")
    receipt = send(world, author=Guest(), text=OLD)
    Opinion.objects.update(display="shown", cased=True)
    post(client, receipt.code, **WORDS)
    assert Opinion.objects.values_list("display", "cased").get() == ("pending", False)


def guest_contact(world):
    receipt = send(world, author=LAN, text=OLD, naming="named")
    guests.ask_to_confirm(consultation=world.consultation, email=LAN.email, name=LAN.name)
    return receipt, GuestContact.objects.get()


def test_the_link_in_a_mail_erases_name_and_address_and_the_words_stay(world, client):
    receipt, contact = guest_contact(world)
    send(world, author=LAN, text="Ý kiến thứ hai của khách.")
    stop = reverse("feedback:guest_stop", args=[guests.token_of(contact)])
    page = client.get(stop).content.decode()
    assert "Xóa cả tên và địa chỉ này" in page
    assert OLD not in page
    assert Identity.objects.count() == 2
    page = client.post(stop, {"identity": "on"}).content.decode()
    assert "Đã xóa địa chỉ và danh tính" in page
    assert (Identity.objects.count(), GuestContact.objects.count()) == (0, 0)
    assert [row.kind for row in Erasure.objects.all()] == [Erasure.Kind.TOKEN]
    assert Opinion.objects.filter(state="received").count() == 2
    # the receipt still finds it, and changes it
    assert queries.status_by_receipt(receipt.code, NOW).may_change
    assert client.post(stop, {"identity": "on"}).status_code == 200
    assert Opinion.objects.filter(state="received").count() == 2


def test_to_stop_letters_alone_keeps_the_identity(world, client):
    _receipt, contact = guest_contact(world)
    client.post(reverse("feedback:guest_stop", args=[guests.token_of(contact)]))
    assert (Identity.objects.count(), GuestContact.objects.count()) == (1, 0)


def test_a_link_of_one_consultation_erases_nothing_in_another(world, client):
    _receipt, contact = guest_contact(world)
    other = make_world(audience="public")
    assert isinstance(other.consultation, Consultation)
    send(other, author=LAN)
    client.post(reverse("feedback:guest_stop", args=[guests.token_of(contact)]), {"identity": "on"})
    lookup = keys.ConsultationKey(other.consultation.key_id).lookup(LAN)
    assert [bytes(row.lookup) for row in Identity.objects.all()] == [lookup]
