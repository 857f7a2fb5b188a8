"""Receipts: what they tell, what they never tell, and that a wrong one tells nothing."""

import re

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from feedback import actions, keys, queries, receipts
from feedback.models import Clarification, ClarificationThread, Opinion, TotalsDelta
from portal.common import clock
from portal.common.errors import Refused
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
WORDS = "Đề nghị ghi rõ cơ quan chịu trách nhiệm và tháng báo cáo kết quả hằng năm."
RIGHTLIKE = "7K3F0-926MX-4TQ8Z-1HN5C"


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def look(client, code, name="receipt", **data):
    return client.post(reverse(f"feedback:{name}"), {"code": code} | data)


def body(response):
    """The page without what differs by itself: the token of the form and the typed code."""
    html = response.content.decode()
    html = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", html)
    return re.sub(r'(name="code"[^>]*) value="[^"]*"|value="[^"]*"([^>]*name="code")', r"\1", html)


def test_a_receipt_shows_where_it_is_and_neither_words_nor_stance_nor_place(world, client):
    receipt = send(world, text=WORDS, proposed="Câu đề xuất riêng.", naming="anonymous")
    page = look(client, receipt.code)
    html = page.content.decode()
    assert page.status_code == 200
    assert "Đã tiếp nhận" in html
    assert "Đợt này chỉ công bố số lượng" in html
    opinion = Opinion.objects.get()
    for hidden in (WORDS, "Câu đề xuất riêng.", "Đồng ý một phần", "Tán thành", opinion.quote):
        assert hidden not in html
    assert opinion.block.label not in html
    assert str(opinion.public_id) not in html
    assert receipt.code not in page.request["PATH_INFO"] + page.request["QUERY_STRING"]


def test_every_code_that_leads_nowhere_gives_the_same_page(world, client):
    send(world)
    pages = [
        look(client, code)
        for code in (RIGHTLIKE, "", "abc", "x" * 5000, "<script>", "O" * 20, "\x00" * 20)
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({body(page) for page in pages}) == 1


def test_right_wrong_and_malformed_codes_take_the_same_queries(world, client):
    receipt = send(world)

    def count(code, name="receipt", **data):
        with CaptureQueriesContext(
            connection,
        ) as context:
            look(client, code, name, **data)
        return [re.sub(r"'[^']*'|\d+", "?", q["sql"]) for q in context.captured_queries]

    right = count(receipt.code)
    assert len(right) == 4
    assert count(RIGHTLIKE) == right
    assert count("no code at all") == right
    for name in ("receipt_reply", "receipt_withdraw", "receipt_rewrite"):
        assert count(RIGHTLIKE, name) == count("nothing", name) == right[:3] + right


WRONG = (RIGHTLIKE, RIGHTLIKE.lower().replace("-", " "), "0" * 20, "Z" * 20, "", "abc", "x" * 5000)


def test_every_code_is_hashed_as_often_and_wrong_ones_weigh_the_same(world, client, monkeypatch):
    """No clock is read here: what would take time is counted instead, hashes and bytes sent."""
    receipt = send(world)
    hashed = []
    plain = keys._mac

    def mac(key, message):
        hashed.append((len(key), len(message)))
        return plain(key, message)

    monkeypatch.setattr(keys, "_mac", mac)

    def work(code, name, **data):
        hashed.clear()
        response = look(client, code, name, **data)
        return list(hashed), len(body(response))

    for name in ("receipt", "receipt_reply", "receipt_withdraw", "receipt_rewrite"):
        works = [work(code, name) for code in WRONG]
        assert len({size for _hashes, size in works}) == 1
        assert len({len(hashes) for hashes, _size in works}) == 1
        # codes of the right shape are hashed alike to the last byte, the right one among them
        alike = [hashes for hashes, _size in works[:4]]
        assert alike[0]
        assert alike == [alike[0]] * 4
    right, _size = work(receipt.code, "receipt")
    wrong, _size = work(RIGHTLIKE, "receipt")
    assert right == wrong


def test_too_many_tries_from_one_address_are_told_to_wait(world, client):
    found = [look(client, RIGHTLIKE).status_code for _ in range(61)]
    assert found == [404] * 60 + [429]
    assert look(client, RIGHTLIKE, "receipt_reply").status_code == 429


def test_the_address_in_the_code_keeps_the_code_after_the_hash():
    before, _, after = receipts.address(RIGHTLIKE).partition("#")
    assert before.endswith("/y-kien/tra-cuu/")
    assert after == RIGHTLIKE


def test_the_drawing_needs_no_inline_style_and_no_request(world, client):
    client.force_login(world.member)
    drawing = receipts.drawing(RIGHTLIKE)
    assert drawing.startswith("<svg")
    assert "style=" not in drawing
    assert "href" not in drawing


def test_the_picture_is_the_same_kind_for_every_code(world, client):
    receipt = send(world)
    for code in (receipt.code, RIGHTLIKE, RIGHTLIKE.lower().replace("-", " ")):
        answer = look(client, code, "receipt_picture")
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert look(client, "nothing", "receipt_picture").status_code == 404


def test_a_question_is_answered_with_the_receipt_alone(world, client):
    receipt = send(world, text=WORDS, naming="anonymous")
    opinion = Opinion.objects.get()
    actions.ask_author(actor=world.rapporteur, opinion=opinion, text="Nên giao cho ban nào?")
    html = look(client, receipt.code).content.decode()
    assert "Cần làm rõ" in html
    assert "Nên giao cho ban nào?" in html
    assert world.rapporteur.full_name not in re.sub(r"<[^>]+>", " ", html).split()
    page = look(client, receipt.code, "receipt_reply", text="Giao Ban Tổ chức.")
    html = page.content.decode()
    assert page.status_code == 200
    assert "Đã gửi trả lời" in html
    # the reply is words of the author: it is not shown to whoever holds the receipt
    assert "Giao Ban Tổ chức." not in html
    again = look(client, receipt.code, "receipt_reply", text="Giao Ban Tổ chức.")
    assert again.status_code == 200
    assert list(Clarification.objects.values_list("n", "side", "text", "by")) == [
        (1, "reader", "Nên giao cho ban nào?", world.rapporteur.pk),
        (2, "author", "Giao Ban Tổ chức.", None),
    ]
    assert ClarificationThread.objects.get().state == "replied"


def test_an_empty_reply_is_sent_back_with_a_sentence(world, client):
    receipt = send(world)
    actions.ask_author(actor=world.rapporteur, opinion=Opinion.objects.get(), text="Ban nào?")
    page = look(client, receipt.code, "receipt_reply", text="   ")
    assert page.status_code == 422
    assert Clarification.objects.count() == 1
    page = look(client, receipt.code, "receipt_reply", text="x" * 2001)
    assert page.status_code == 422
    assert "x" * 2001 in page.content.decode()


def test_an_anonymous_opinion_is_withdrawn_by_its_receipt_after_ticking_the_box(world, client):
    receipt = send(world, naming="anonymous")
    assert look(client, receipt.code, "receipt_withdraw").status_code == 422
    assert Opinion.objects.get().state == "received"
    page = look(client, receipt.code, "receipt_withdraw", sure="on")
    assert "Đã rút ý kiến" in page.content.decode()
    assert Opinion.objects.get().state == "withdrawn"
    assert sorted(TotalsDelta.objects.values_list("n", flat=True)) == [-1, 1]
    again = look(client, receipt.code, "receipt_withdraw", sure="on")
    assert again.status_code == 422
    assert TotalsDelta.objects.count() == 2


def test_an_opinion_that_its_author_finds_by_account_is_not_withdrawn_by_receipt(world, client):
    receipt = send(world)
    assert "Rút ý kiến này" not in look(client, receipt.code).content.decode()
    assert look(client, receipt.code, "receipt_withdraw", sure="on").status_code == 422
    assert Opinion.objects.get().state == "received"


def test_after_closing_nothing_is_withdrawn(world):
    receipt = send(world, naming="anonymous")
    after = clock.start_of_day(clock.today(NOW).replace(month=9))
    with pytest.raises(Refused) as caught:
        actions.withdraw_by_receipt(code=receipt.code, now=after)
    assert caught.value.code == "closed"
    assert not queries.status_by_receipt(receipt.code, after).may_change


def test_the_page_after_sending_holds_the_code_to_keep(world, client):
    client.force_login(world.member)
    html = look(client, send(world).code).content.decode()
    assert "Lưu ảnh" in html
    assert "<svg" in html
