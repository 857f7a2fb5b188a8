"""Responses of readers: sending, traps, moderation, answers, letters, privacy."""

import datetime as dt
import logging
import re
import uuid
from html import unescape

import pytest
import time_machine
from django.core import mail as outbox_of
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.moderation import actions as moderation
from portal.moderation.models import Case, ReasonCode
from portal.news import actions, queries
from portal.news.actions.responses import KIND
from portal.news.models import Response, ResponseContact
from portal.news.queries.responses import receipt_code
from portal.notices.actions import send_mails
from portal.notices.models import Letter
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")
TEXT = "Đề nghị nói rõ thời gian họp của từng chi bộ."


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


@pytest.fixture
def article(room):
    return make.published(room, now=at("2026-09-18 08:15"))


def respond(article, *, name="Nguyễn Thị Lan", text=TEXT, **more):
    return actions.send_response(
        article_id=article.pk,
        name=name,
        text=text,
        submission_key=more.pop("submission_key", None) or uuid.uuid4(),
        **more,
    )


def case_of(response):
    return Case.objects.get(kind=KIND, subject_id=str(response.pk))


def decide(room, response, outcome="approved", *, by=None, reasons=("ngoai-chu-de",)):
    case = case_of(response)
    return moderation.decide(
        actor=by or room.approver,
        case_id=case.pk,
        expected_version=case.lock_version,
        outcome=outcome,
        reasons=reasons,
    )


def shown(room, article, **more):
    response = respond(article, **more).response
    decide(room, response)
    response.refresh_from_db()
    return response


def answered(room, response, text="Cảm ơn bạn, lịch họp đã có trên bài.", *, by=None):
    return actions.answer_response(
        actor=by or room.editor, response_id=response.pk, text=text, submission_key=uuid.uuid4()
    )


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    return caught.value.code


def form_of(article, query=""):
    return article.get_absolute_url() + "phan-hoi/" + query


class Reader:
    """A reader with a browser: opens the form, waits, sends."""

    def __init__(self, clock, address="203.0.113.7"):
        self.client = Client(REMOTE_ADDR=address)
        self.clock = clock

    def open(self, article, query=""):
        self.html = self.client.get(form_of(article, query)).content.decode()
        found = re.search(r'name="stamp" value="([^"]*)"', self.html)
        self.stamp = found and unescape(found[1])
        return self.html

    def send(self, article, query="", *, wait=20, **fields):
        self.clock.shift(wait)
        data = {
            "name": "Nguyễn Thị Lan",
            "email": "lan@mau.example",
            "text": TEXT,
            "consent": "on",
            "website": "",
            "stamp": self.stamp,
            **fields,
        }
        response = self.client.post(form_of(article, query), data)
        if response.status_code == 200:
            found = re.search(r'name="stamp" value="([^"]*)"', response.content.decode())
            self.stamp = unescape(found[1])
        return response


@pytest.fixture
def reader(clock):
    return Reader(clock)


class TestSending:
    def test_a_response_waits_and_its_sender_gets_a_receipt(self, reader, article):
        reader.open(article)
        response = reader.send(article)
        made = Response.objects.get()
        assert response.url == f"/tin-tuc/phan-hoi/{receipt_code(made)}/"
        page = reader.client.get(response.url)
        assert "Đã nhận, chờ duyệt" in page.content.decode()
        assert page["X-Robots-Tag"] == "noindex"
        assert page["Referrer-Policy"] == "same-origin"
        assert (made.state, made.name, made.text) == ("pending", "Nguyễn Thị Lan", TEXT)
        case = case_of(made)
        assert (case.state, case.agency_id) == ("pending", article.agency_id)
        assert TEXT not in Client().get(article.get_absolute_url()).content.decode()

    def test_sent_twice_is_one(self, reader, article):
        reader.open(article)
        one, two = reader.send(article), reader.send(article)
        assert one.url == two.url
        assert Response.objects.count() == 1

    def test_other_words_under_the_same_form_are_not_lost(self, reader, article):
        reader.open(article)
        reader.send(article)
        back = reader.send(article, text="Một ý khác.")
        html = back.content.decode()
        assert "Một ý khác." in html
        assert "gửi nội dung dưới đây thành một phản hồi mới" in html.replace("\n", " ")
        assert reader.send(article, text="Một ý khác.").status_code == 302
        assert Response.objects.count() == 2

    def test_the_same_words_of_the_same_name_once(self, article):
        respond(article)
        assert refused(respond, article, name="NGUYỄN THỊ LAN", text=TEXT.upper()) == "duplicate"
        respond(article, name="Trần Văn Bình")
        assert Response.objects.count() == 2

    def test_text_arrives_clean(self, reader, article):
        reader.open(article)
        reader.send(
            article,
            name="Nguye\u0302\u0303n\u00a0Thi\u0323  Lan",
            text="  Nê\u0300n nếp\u200b tốt.\r\nXuống dòng. ",
        )
        made = Response.objects.get()
        assert (made.name, made.text) == ("Nguyễn Thị Lan", "Nền nếp tốt.\nXuống dòng.")

    @pytest.mark.parametrize(
        ("fields", "sentence"),
        [
            ({"name": ""}, "Hãy ghi tên hiện cùng phản hồi."),
            ({"name": " \u200b "}, "Hãy ghi tên hiện cùng phản hồi."),
            ({"name": "L" * 81}, "80"),
            ({"text": ""}, "Phản hồi cần có nội dung."),
            ({"text": "d" * 5000}, "2000"),
            ({"email": "khong phai thu"}, "Địa chỉ thư chưa đúng"),
            ({"email": "a@mau.example\nBcc: b@mau.example"}, "Địa chỉ thư chưa đúng"),
            ({"consent": ""}, "Cần đồng ý thì cổng mới được nhận"),
        ],
    )
    def test_what_is_wrong_is_said_and_the_rest_stays(self, reader, article, fields, sentence):
        reader.open(article)
        response = reader.send(article, **fields)
        html = response.content.decode()
        assert response.status_code == 200
        assert sentence in html
        if "text" not in fields:
            assert TEXT in html
        assert Response.objects.count() == 0

    def test_an_address_is_not_needed(self, reader, article):
        reader.open(article)
        reader.send(article, email="")
        assert Response.objects.count() == 1
        assert ResponseContact.objects.count() == 0

    def test_required_fields_are_marked(self, reader, article):
        html = reader.open(article)
        assert html.count("field__star") == 3
        assert "Ô có dấu * là bắt buộc." in html


class TestMachines:
    def test_what_only_machines_see_stays_empty(self, reader, article):
        reader.open(article)
        html = reader.send(article, website="http://ban.hang").content.decode()
        assert "một ô chỉ dành cho máy đã có chữ" in html
        assert TEXT in html
        assert "ban.hang" not in html
        assert Response.objects.count() == 0
        assert reader.send(article).status_code == 302

    def test_nobody_types_that_quickly(self, reader, article):
        reader.open(article)
        html = reader.send(article, wait=1).content.decode()
        assert "nhanh hơn tay người gõ" in html
        assert TEXT in html
        assert reader.send(article, wait=5).status_code == 302

    @pytest.mark.parametrize("stamp", ["", "x", "eyJhIjoxfQ:1:1"])
    def test_a_form_that_was_not_ours(self, reader, article, stamp):
        reader.open(article)
        html = reader.send(article, stamp=stamp).content.decode()
        assert "Trang này mở đã lâu" in html
        assert Response.objects.count() == 0
        assert reader.send(article).status_code == 302

    def test_a_form_left_open_overnight_is_sent_again(self, reader, article):
        reader.open(article)
        assert reader.send(article, wait=13 * 3600).status_code == 200
        assert reader.send(article).status_code == 302

    def test_the_form_of_another_article(self, reader, room, article):
        other = make.published(room, title="Tin khác của xã")
        reader.open(article)
        assert reader.send(other).status_code == 200
        assert Response.objects.count() == 0

    def test_so_many_from_one_address(self, reader, article):
        reader.open(article)
        for n in range(15):
            assert reader.send(article, wait=4, text="", stamp=f"{n}").status_code == 200
        assert reader.client.post(form_of(article), {}).status_code == 429
        assert Client(REMOTE_ADDR="203.0.113.8").post(form_of(article), {}).status_code == 200

    def test_so_many_for_one_article(self, article, clock):
        for n in range(30):
            respond(article, name=f"Bạn đọc {n}")
        assert refused(respond, article) == "busy"
        clock.shift(11 * 60)
        respond(article)


class TestClosed:
    def test_sentences(self, room, article, clock):
        hidden = make.withdrawn(room, title="Bài đã gỡ")
        page = Client().get(form_of(hidden))
        assert page.status_code == 410
        assert "Bài này đã gỡ nên không nhận phản hồi." in page.content.decode()
        assert refused(respond, hidden) == "closed"
        actions.set_responses_open(actor=room.editor, article_id=article.pk, open_=False)
        page = Client().get(form_of(article))
        assert "Cơ quan đã đóng mục phản hồi của bài này." in page.content.decode()
        assert not page.cookies
        assert refused(respond, article) == "closed"
        actions.set_responses_open(actor=room.editor, article_id=article.pk, open_=True)
        clock.move_to(at("2026-12-17 08:14"))
        respond(article)
        clock.move_to(at("2026-12-17 08:15"))
        assert refused(respond, article) == "closed"
        assert "đã đăng quá 90 ngày" in Client().get(form_of(article)).content.decode()

    def test_what_is_not_published_is_not_there(self, room):
        draft = make.submitted(room)
        address = f"/tin-tuc/{room.agency.slug}/bai-{draft.pk}/phan-hoi/"
        assert Client().get(address).status_code == 404
        assert Client().post(address, {}).status_code == 404
        assert refused(respond, draft) == "closed"

    def test_closed_while_somebody_writes(self, reader, room, article):
        reader.open(article)
        actions.set_responses_open(actor=room.editor, article_id=article.pk, open_=False)
        html = reader.send(article).content.decode()
        assert "Cơ quan đã đóng mục phản hồi" in html
        assert TEXT in html

    def test_who_closes(self, room, article):
        for person in (room.staff, room.member, room.outsider):
            with pytest.raises(Refused):
                actions.set_responses_open(actor=person, article_id=article.pk, open_=False)
        version = make.again(article).lock_version
        actions.set_responses_open(actor=room.approver, article_id=article.pk, open_=False)
        actions.set_responses_open(actor=room.approver, article_id=article.pk, open_=False)
        article = make.again(article)
        assert (article.responses_open, article.lock_version) == (False, version)
        assert AuditEntry.objects.filter(verb="close_responses").count() == 1

    def test_another_address_leads_to_the_right_one(self, article):
        wrong = f"/tin-tuc/{article.agency.slug}/tit-cu-{article.pk}/phan-hoi/?tra-loi=1"
        assert Client().get(wrong).url == form_of(article, "?tra-loi=1")


class TestShown:
    def test_strangers_do_not_empty_the_page_cache_and_decisions_do(self, room, article):
        before = AuditEntry.objects.count()
        response = respond(article).response
        assert AuditEntry.objects.count() == before
        decide(room, response)
        assert AuditEntry.objects.count() == before + 1

    def test_what_is_approved_stands_under_the_article(self, room, article):
        response = shown(room, article, text="<script>alert(1)</script>\nHay.", name="<b>Lan</b>")
        html = Client().get(article.get_absolute_url()).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;<br>Hay." in html
        assert "&lt;b&gt;Lan&lt;/b&gt;" in html
        assert f'id="phan-hoi-{response.pk}"' in html

    def test_what_is_hidden_goes_away_and_stays_kept(self, room, article):
        response = shown(room, article)
        decide(room, response, "hidden")
        assert TEXT not in Client().get(article.get_absolute_url()).content.decode()
        response.refresh_from_db()
        assert (response.state, response.text) == ("hidden", TEXT)

    def test_the_page_sets_no_cookie_and_has_no_token(self, room, article):
        shown(room, article)
        page = Client().get(article.get_absolute_url())
        assert not page.cookies
        assert "csrfmiddlewaretoken" not in page.content.decode()
        page = Client().get(form_of(article) + "tat-ca/")
        assert not page.cookies
        assert TEXT in page.content.decode()

    def test_one_query_for_none_one_and_many(self, room, article):
        def cost():
            with CaptureQueriesContext(connection) as done:
                found = queries.responses_shown(article, NOW)
                [reply.text for t in found.threads for reply in t.replies]
            return len(done), len(found.threads), found.total

        assert cost() == (1, 0, 0)
        first = shown(room, article, name="Bạn đọc 0")
        answered(room, first)
        assert cost() == (1, 1, 1)
        for n in range(1, 23):
            made = shown(room, article, name=f"Bạn đọc {n}")
            answered(room, made)
        assert cost() == (1, 20, 23)

    def test_the_newest_first_answers_the_oldest_first(self, room, article, clock):
        first = shown(room, article, name="Một")
        clock.shift(60)
        shown(room, article, name="Hai")
        clock.shift(60)
        answered(room, first, "Trả lời một.")
        clock.shift(60)
        answered(room, first, "Trả lời hai.")
        threads = queries.responses_shown(article, NOW).threads
        assert [t.response.name for t in threads] == ["Hai", "Một"]
        assert [r.text for r in threads[1].replies] == ["Trả lời một.", "Trả lời hai."]

    def test_the_others_on_a_page_of_their_own(self, room, article):
        for n in range(21):
            shown(room, article, name=f"Bạn đọc {n}")
        html = Client().get(article.get_absolute_url()).content.decode()
        assert html.count('class="response"') == 20
        assert "Xem tất cả 21 phản hồi" in html

        def cost(address):
            with CaptureQueriesContext(connection) as done:
                page = Client().get(address)
            return len(done), page.content.decode().count('class="response"')

        all_of_them = form_of(article) + "tat-ca/"
        assert cost(all_of_them) == (4, 20)
        assert cost(all_of_them + "?trang=2") == (4, 1)

    def test_an_article_that_takes_none_and_has_none_says_nothing(self, room, article):
        actions.set_responses_open(actor=room.editor, article_id=article.pk, open_=False)
        assert 'id="phan-hoi"' not in Client().get(article.get_absolute_url()).content.decode()


class TestReplies:
    def test_a_reader_answers_a_shown_response(self, reader, room, article):
        response = shown(room, article)
        html = reader.open(article, f"?tra-loi={response.pk}")
        assert TEXT in html
        reader.send(article, f"?tra-loi={response.pk}", text="Tôi cũng nghĩ vậy.")
        reply = Response.objects.get(parent=response)
        decide(room, reply)
        (thread,) = queries.responses_shown(article, NOW).threads
        assert [r.text for r in thread.replies] == ["Tôi cũng nghĩ vậy."]

    def test_one_level_and_only_what_is_shown(self, room, article):
        waiting = respond(article).response
        top = shown(room, article, name="Hai")
        reply = shown(room, article, name="Ba", parent_id=top.pk)
        other = make.published(room, title="Tin khác của xã")
        for parent in (waiting, reply):
            assert refused(respond, article, name="X", parent_id=parent.pk) == "parent"
            assert Client().get(form_of(article, f"?tra-loi={parent.pk}")).status_code == 404
        assert refused(respond, other, parent_id=top.pk) == "parent"
        for wrong in ("x", "-1", "9" * 30, "٣"):
            assert Client().get(form_of(article, f"?tra-loi={wrong}")).status_code == 404

    def test_answers_go_with_what_they_answer(self, room, article):
        response = shown(room, article)
        answered(room, response, "Câu trả lời.")
        decide(room, response, "hidden")
        assert queries.responses_shown(article, NOW).threads == []

    def test_so_many_and_no_more(self, room, article, clock):
        top = shown(room, article)
        Response.objects.bulk_create(
            Response(
                article=article, parent=top, name=f"B{n}", text="x", digest="x", shown_at=NOW,
                state="shown", submitted_at=at("2026-09-19 10:00"), receipt=str(n).encode(),
            )
            for n in range(50)
        )  # fmt: skip
        assert refused(respond, article, name="Y", parent_id=top.pk) == "busy"


class TestTheAgencyAnswers:
    def test_at_once_and_marked(self, room, article):
        response = shown(room, article)
        answer = answered(room, response)
        assert (answer.official, answer.name, answer.state) == (True, room.agency.name, "shown")
        html = Client().get(article.get_absolute_url()).content.decode()
        assert "Trả lời của cơ quan" in html
        assert Case.objects.filter(subject_id=str(answer.pk)).count() == 0

    def test_who_may(self, room, article):
        response = shown(room, article)
        for person in (room.staff, room.member, room.outsider):
            assert refused(answered, room, response, by=person) == "role"
        waiting = respond(article, name="Hai").response
        assert refused(answered, room, waiting) == "parent"
        assert refused(answered, room, response, " ") == "text"

    def test_an_answer_to_a_reply_stands_under_the_same_response(self, room, article):
        top = shown(room, article)
        reply = shown(room, article, name="Ba", parent_id=top.pk)
        assert answered(room, reply).parent == top

    def test_taken_away_and_kept(self, room, article):
        answer = answered(room, shown(room, article))
        for _ in range(2):
            actions.take_answer_away(actor=room.approver, answer_id=answer.pk)
        assert Response.objects.get(pk=answer.pk).state == "hidden"
        assert AuditEntry.objects.filter(verb="take_answer_away").count() == 1


class TestSecondLook:
    def hidden(self, room, article):
        received = respond(article)
        decide(room, received.response, "hidden")
        return received

    def test_the_sender_reads_why_and_asks_again_once(self, room, article):
        received = self.hidden(room, article)
        address = f"/tin-tuc/phan-hoi/{received.code}/"
        html = Client().get(address).content.decode()
        sentence = ReasonCode.objects.get(code="ngoai-chu-de").sentence
        assert sentence in html
        assert "Một người khác sẽ xem." in html
        assert Client().post(address, {"text": ""}).status_code == 200
        assert Client().post(address, {"text": "Tôi viết đúng về bài."}).url == address
        html = Client().get(address).content.decode()
        assert "Đang chờ xem lại" in html
        assert "<textarea" not in html
        assert Client().post(address, {"text": "Lần nữa."}).url == address
        assert case_of(received.response).appeal.text == "Tôi viết đúng về bài."

    def test_not_by_who_decided_before(self, room, article):
        received = self.hidden(room, article)
        actions.ask_again(response=received.response, text="Xem lại giúp.")
        assert refused(decide, room, received.response) == "same_person"
        decide(room, received.response, by=room.other_approver)
        received.response.refresh_from_db()
        assert received.response.state == "shown"
        html = Client().get(f"/tin-tuc/phan-hoi/{received.code}/").content.decode()
        assert "Phản hồi đã được đăng" in html

    def test_another_code_opens_nothing(self, article):
        received = respond(article)
        wrong = "a" * len(received.code)
        assert Client().get(f"/tin-tuc/phan-hoi/{wrong}/").status_code == 404
        assert Client().get(f"/tin-tuc/phan-hoi/{received.code[:-1]}/").status_code == 404


class TestTakenBack:
    def address(self, response):
        return f"/tin-tuc/phan-hoi/{receipt_code(response)}/"

    def test_name_words_and_address_are_erased(self, room, article):
        response = shown(room, article, name="Tên Riêng", email="lan@mau.example")
        for _ in range(2):
            Client().post(self.address(response), {"take_back": "1"})
        response.refresh_from_db()
        assert (response.state, response.taken_back_at) == ("hidden", NOW)
        assert case_of(response).state == "closed"
        for table in ("news_response", "news_responsecontact", "moderation_case"):
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                rows = " ".join(row for (row,) in cursor.fetchall())
            assert "Tên Riêng" not in rows
            assert TEXT not in rows
        assert ResponseContact.objects.count() == 0
        html = Client().get(self.address(response)).content.decode()
        assert "Bạn đã rút phản hồi" in html
        assert "<form" not in html.split("<main")[1].split("</main")[0]
        assert TEXT not in Client().get(article.get_absolute_url()).content.decode()

    def test_what_others_answered_stays_in_its_place(self, room, article):
        response = shown(room, article)
        answered(room, response, "Cảm ơn bạn.")
        actions.take_back_response(response_id=response.pk)
        (thread,) = queries.responses_shown(article, NOW).threads
        assert thread.response.text == "Người gửi đã rút phản hồi này."
        assert thread.response.name == "Bạn đọc"
        assert [reply.text for reply in thread.replies] == ["Cảm ơn bạn."]

    def test_nothing_is_left_to_decide(self, room, article, client):
        response = respond(article).response
        case = case_of(response)
        actions.take_back_response(response_id=response.pk)
        with pytest.raises(Refused, match="Người gửi đã rút nội dung này"):
            moderation.decide(
                actor=room.approver, case_id=case.pk, expected_version=0, outcome="approved"
            )
        assert refused(decide, room, response) == "transition:approve:closed"
        client.force_login(room.approver)
        assert "Không có gì chờ đồng chí" in client.get("/lam-viec/kiem-duyet/").content.decode()

    def test_the_words_of_an_appeal_go_too(self, room, article):
        response = respond(article).response
        decide(room, response, "hidden")
        actions.ask_again(response=response, text="Lời riêng của tôi.")
        actions.take_back_response(response_id=response.pk)
        assert case_of(response).appeal.text == "Người gửi đã rút."


class TestLetters:
    def sent(self):
        send_mails()
        out = [(m.to, m.subject, m.body) for m in outbox_of.outbox]
        outbox_of.outbox.clear()
        return out

    def test_shown_answered_replied(self, room, article):
        response = shown(room, article, email="lan@mau.example")
        ((to, subject, body),) = self.sent()
        assert (to, subject) == (["lan@mau.example"], "Phản hồi của bạn đã được đăng")
        assert article.title in body
        assert f"/tin-tuc/phan-hoi/{receipt_code(response)}/" in body
        assert TEXT not in body
        answered(room, response)
        assert [s for _t, s, _b in self.sent()] == ["Cơ quan đã trả lời phản hồi của bạn"]
        for name in ("Hai", "Ba"):
            shown(room, article, name=name, parent_id=response.pk)
        assert [s for _t, s, _b in self.sent()] == ["Có bạn đọc trả lời phản hồi của bạn"]

    def test_refused_with_the_reason_and_once_more_after_the_second_look(self, room, article):
        response = respond(article, email="lan@mau.example").response
        decide(room, response, "hidden")
        ((_to, subject, body),) = self.sent()
        assert subject == "Phản hồi của bạn không được đăng"
        assert ReasonCode.objects.get(code="ngoai-chu-de").sentence in body
        assert "đề nghị xem lại" in body
        actions.ask_again(response=response, text="Xem lại giúp.")
        decide(room, response, "hidden", by=room.other_approver, reasons=["spam"])
        ((_to, _subject, body),) = self.sent()
        assert ReasonCode.objects.get(code="spam").sentence in body
        assert "đề nghị xem lại" not in body

    def test_nobody_is_written_to_without_an_address_or_after_it_was_erased(self, room, article):
        shown(room, article)
        assert Letter.objects.count() == 0
        response = respond(article, name="Hai", email="hai@mau.example").response
        decide(room, response)
        ResponseContact.objects.all().delete()
        assert self.sent() == []
        assert Letter.objects.get().state == "failed"

    def test_a_letter_goes_once(self, room, article):
        shown(room, article, email="lan@mau.example")
        assert len(self.sent()) == 1
        assert self.sent() == []
        assert Letter.objects.get().state == "sent"


class TestPrivacy:
    def test_the_address_stands_nowhere_in_clear(self, room, article):
        response = shown(room, article, email="lan.rieng@mau.example")
        answered(room, response)
        for table in connection.introspection.table_names():
            with connection.cursor() as cursor:
                cursor.execute(f'SELECT t::text FROM "{table}" t')
                rows = " ".join(row for (row,) in cursor.fetchall())
            assert "lan.rieng" not in rows, table
            if table != "news_response":
                assert TEXT not in rows, table

    def test_a_sealed_address_opens_only_in_its_place(self, article):
        one = respond(article, email="lan@mau.example").response
        two = respond(article, name="Hai", email="hai@mau.example").response
        contact = ResponseContact.objects.get(response=one)
        ResponseContact.objects.filter(response=two).update(sealed=contact.sealed)
        from portal.news.actions.responses import address_of

        assert address_of(one) == "lan@mau.example"
        assert address_of(two) == ""

    def test_addresses_are_erased_after_their_days(self, article, clock):
        respond(article, email="lan@mau.example")
        clock.shift(dt.timedelta(days=90))
        assert actions.erase_contacts() == 0
        clock.shift(1)
        assert actions.erase_contacts() == 1
        assert Response.objects.count() == 1

    def test_the_receipt_cannot_be_made_from_what_is_stored(self, article, settings):
        received = respond(article)
        stored = str(Response.objects.values().get())
        assert received.code not in stored
        settings.IDENTITY_MASTER_KEY = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAE="
        assert receipt_code(received.response) != received.code

    def test_requests_are_logged_without_person_or_code(self, room, article, caplog):
        received = respond(article)
        client = Client()
        client.force_login(room.editor)
        with caplog.at_level(logging.INFO, logger="portal.requests"):
            client.get(f"/tin-tuc/phan-hoi/{received.code}/")
            client.get(form_of(article))
        lines = [vars(record) for record in caplog.records if record.name == "portal.requests"]
        assert len(lines) == 2
        assert not [line for line in lines if "user" in line or received.code in str(line)]

    def test_moderators_see_no_address(self, room, article, client):
        respond(article, email="lan@mau.example")
        client.force_login(room.approver)
        html = client.get("/lam-viec/kiem-duyet/").content.decode()
        assert TEXT in html
        assert "lan@mau" not in html
        assert (
            "lan@mau"
            not in client.get(f"/lam-viec/tin-bai/{article.pk}/phan-hoi/").content.decode()
        )


class TestDesk:
    def test_all_states_and_what_to_do(self, room, article, client):
        top = shown(room, article)
        answered(room, top, "Cảm ơn bạn.")
        respond(article, name="Chờ Duyệt", text="Đang chờ.")
        client.force_login(room.editor)
        html = client.get(f"/lam-viec/tin-bai/{article.pk}/phan-hoi/").content.decode()
        for words in ("Đang chờ.", "Cảm ơn bạn.", "Đóng mục phản hồi", "Gỡ câu trả lời"):
            assert words in html
        client.force_login(room.staff)
        html = client.get(f"/lam-viec/tin-bai/{article.pk}/phan-hoi/").content.decode()
        # Who does not moderate reads what every reader reads.
        assert "Cảm ơn bạn." in html
        assert "Đang chờ." not in html
        assert "Chờ Duyệt" not in html
        assert "Đóng mục phản hồi" not in html
        client.force_login(room.outsider)
        assert client.get(f"/lam-viec/tin-bai/{article.pk}/phan-hoi/").status_code == 404

    def test_the_same_cost_for_one_and_many(self, room, article, client):
        client.force_login(room.editor)
        address = f"/lam-viec/tin-bai/{article.pk}/phan-hoi/"

        def cost():
            with CaptureQueriesContext(connection) as done:
                client.get(address)
            return len(done)

        answered(room, shown(room, article))
        client.get(address)
        one = cost()
        for n in range(12):
            answered(room, shown(room, article, name=f"B{n}"))
        assert cost() == one

    def test_answering_in_the_browser(self, room, article, client):
        top = shown(room, article)
        client.force_login(room.editor)
        address = f"/lam-viec/tin-bai/{article.pk}/phan-hoi/{top.pk}/tra-loi/"
        key = re.search(r'name="key" value="([^"]*)"', client.get(address).content.decode())[1]
        html = client.post(address, {"text": "", "key": key}).content.decode()
        assert "Hãy ghi nội dung trả lời." in html
        for _ in range(2):
            client.post(address, {"text": "Cảm ơn bạn.", "key": key})
        assert [r.text for r in top.replies.all()] == ["Cảm ơn bạn."]
        client.post(f"/lam-viec/tin-bai/{article.pk}/phan-hoi/{top.replies.get().pk}/go/")
        assert top.replies.get().state == "hidden"

    def test_opening_and_closing_in_the_browser(self, room, article, client):
        client.force_login(room.editor)
        address = f"/lam-viec/tin-bai/{article.pk}/phan-hoi/mo/"
        client.post(address, {})
        assert make.again(article).responses_open is False
        client.post(address, {"open": "on"})
        assert make.again(article).responses_open is True
        do("withdraw", room.approver, article, reason="Sai số liệu.")
        page = client.get(f"/lam-viec/tin-bai/{article.pk}/phan-hoi/")
        assert "Bài này đã gỡ nên không nhận phản hồi." in page.content.decode()


def test_an_article_with_responses_costs_three_queries(room, article):
    answered(room, shown(room, article))
    shown(room, article, name="Hai")
    with CaptureQueriesContext(connection) as done:
        Client().get(article.get_absolute_url())
    assert len(done) == 3
