"""Questions to authors who stay unknown, and their replies."""

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from feedback import actions, queries
from feedback.models import ClarificationThread, Consultation, Identity, Opinion
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def refusal(callable_, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(**kwargs)
    return caught.value.code


def ask(world, text="Nên giao cho ban nào?", **fields):
    receipt = send(world, **fields)
    opinion = Opinion.objects.get(public_id=receipt.public_id)
    actions.ask_author(actor=world.rapporteur, opinion=opinion, text=text)
    return receipt, opinion


def state(opinion):
    return ClarificationThread.objects.get(opinion=opinion).state


def test_only_a_rapporteur_of_the_reading_node_asks(world):
    send(world)
    opinion = Opinion.objects.get()
    for person in (world.staff, world.secretary, world.top_rapporteur, world.member):
        assert refusal(actions.ask_author, actor=person, opinion=opinion, text="Ai?") == "no_right"
    assert not ClarificationThread.objects.exists()


def test_the_two_take_turns_and_a_second_sending_changes_nothing(world):
    _receipt, opinion = ask(world)
    asked = {"actor": world.rapporteur, "opinion": opinion}
    actions.ask_author(**asked, text="Nên giao cho ban nào?")
    assert opinion.clarifications.count() == 1
    assert refusal(actions.ask_author, **asked, text="Và khi nào?") == "waiting"
    answer = {"author": world.member, "opinion": opinion}
    actions.reply_as_author(**answer, text="Ban Tổ chức.")
    actions.reply_as_author(**answer, text="Ban Tổ chức.")
    assert refusal(actions.reply_as_author, **answer, text="Thêm nữa.") == "not_asked"
    assert state(opinion) == "replied"
    actions.settle_thread(**asked)
    assert state(opinion) == "settled"
    actions.ask_author(**asked, text="Và khi nào?")
    assert state(opinion) == "waiting"
    assert refusal(actions.settle_thread, **asked) == "waiting"


def test_somebody_else_does_not_reply(world):
    _receipt, opinion = ask(world)
    other = {"author": UserFactory(), "opinion": opinion, "text": "Tôi viết đấy."}
    assert refusal(actions.reply_as_author, **other) == "not_own"
    assert refusal(actions.reply_by_receipt, code="0" * 19 + "1", text="Tôi viết đấy.") == "receipt"
    assert opinion.clarifications.count() == 1


def test_a_question_does_not_repeat_the_opinion_but_may_quote_the_draft(world):
    words = "Tôi cho rằng lãnh đạo xã chưa lắng nghe dân trong việc này."
    send(world, text=words)
    opinion = Opinion.objects.get()
    asked = {"actor": world.rapporteur, "opinion": opinion}
    repeats = "Vì sao viết: lãnh đạo xã chưa lắng nghe dân trong việc này?"
    assert refusal(actions.ask_author, **asked, text=repeats) == "repeats"
    actions.ask_author(**asked, text=f"Về câu “{opinion.quote}”, nêu giúp một ví dụ.")
    assert state(opinion) == "waiting"


def test_what_a_unit_entered_is_not_asked_back_and_withdrawn_ones_neither(world):
    send(world)
    opinion = Opinion.objects.get()
    asked = {"actor": world.rapporteur, "opinion": opinion, "text": "Ban nào?"}
    Opinion.objects.update(origin=Opinion.Origin.UNIT)
    assert refusal(actions.ask_author, **asked) == "closed"
    Opinion.objects.update(origin=Opinion.Origin.ACCOUNT, state=Opinion.State.WITHDRAWN)
    assert refusal(actions.ask_author, **asked) == "closed"


def test_published_answers_lock_the_exchange_for_both(world):
    receipt, _opinion = ask(world)
    Consultation.objects.update(answers_published_at=timezone.now())
    assert refusal(actions.reply_by_receipt, code=receipt.code, text="Muộn rồi.") == "closed"
    found = queries.status_by_receipt(receipt.code, NOW)
    assert (found.state, found.may_reply) == ("answered", False)


def test_empty_and_long_texts_are_refused(world):
    send(world)
    asked = {"actor": world.rapporteur, "opinion": Opinion.objects.get()}
    assert refusal(actions.ask_author, **asked, text=" \u200b ") == "empty"
    assert refusal(actions.ask_author, **asked, text="x" * 2001) == "long"


def test_an_exchange_ends_somewhere(world):
    _receipt, opinion = ask(world)
    for n in range(9):
        actions.reply_as_author(author=world.member, opinion=opinion, text=f"Trả lời {n}.")
        actions.ask_author(actor=world.rapporteur, opinion=opinion, text=f"Hỏi {n}?")
    actions.reply_as_author(author=world.member, opinion=opinion, text="Trả lời cuối.")
    assert opinion.clarifications.count() == 20
    asked = {"actor": world.rapporteur, "opinion": opinion}
    assert refusal(actions.ask_author, **asked, text="Nữa?") == "many"


def test_no_row_of_an_exchange_leads_to_the_author_and_no_audit_row_is_written(world):
    _receipt, opinion = ask(world)
    before = AuditEntry.objects.count()
    actions.reply_as_author(author=world.member, opinion=opinion, text="Ban Tổ chức.")
    assert AuditEntry.objects.count() == before
    marks = [str(world.member.public_id), world.member.username, world.member.full_name]
    for table in ("feedback_clarification", "feedback_clarificationthread"):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows = " ".join(row for (row,) in cursor.fetchall())
        assert not [mark for mark in marks if mark in rows]
    assert list(opinion.clarifications.values_list("by", flat=True)) == [world.rapporteur.pk, None]
    assert Identity.objects.count() == 1


def test_the_rapporteur_asks_and_settles_in_the_browser(world, client):
    receipt = send(world)
    opinion = Opinion.objects.get()
    client.force_login(world.rapporteur)
    node = opinion.reading_node_id
    page = reverse("feedback:thread", args=[node, receipt.public_id])
    listed = client.get(reverse("feedback:reading_node", args=[node])).content.decode()
    assert page in listed
    assert client.post(page, {"text": ""}).status_code == 422
    assert client.post(page, {"text": "Nên giao cho ban nào?"}).status_code == 302
    html = client.get(page).content.decode()
    assert "Đang chờ trả lời" in html
    assert 'name="text"' not in html
    actions.reply_by_receipt(code=receipt.code, text="Ban Tổ chức.")
    work = list(queries.todays_work(world.rapporteur, grants_of(world.rapporteur), NOW))
    assert [i.url for s in work if s.key == "feedback.replies" for i in s.items] == [page]
    listing = reverse("feedback:threads", args=[node])
    assert page in client.get(listing).content.decode()
    assert "Ban Tổ chức." in client.get(page).content.decode()
    settle = reverse("feedback:thread_settle", args=[node, receipt.public_id])
    assert client.post(settle).status_code == 302
    assert page not in client.get(listing).content.decode()
    assert page in client.get(f"{listing}?loc=da-ro").content.decode()
    assert client.get(f"{listing}?loc=khac").status_code == 404


def test_somebody_who_does_not_read_here_finds_no_exchange(world, client):
    receipt = send(world)
    node = Opinion.objects.get().reading_node_id
    for person in (world.secretary, world.staff, world.top_rapporteur):
        client.force_login(person)
        for name, args in (("threads", [node]), ("thread", [node, receipt.public_id])):
            assert client.get(reverse(f"feedback:{name}", args=args)).status_code == 404


def test_lists_take_the_same_queries_for_one_and_for_many(world, client):
    ask(world)
    client.force_login(world.rapporteur)
    node = Opinion.objects.get().reading_node_id
    pages = [
        reverse("feedback:threads", args=[node]) + "?loc=dang-cho",
        reverse("feedback:reading_node", args=[node]),
    ]

    def count(url):
        with CaptureQueriesContext(connection) as context:
            assert client.get(url).status_code == 200
        return len(context)

    [count(url) for url in pages]
    one = [count(url) for url in pages]
    for n in range(6):
        ask(world, text=f"Câu hỏi thứ {n}?")
    assert [count(url) for url in pages] == one


def test_only_the_day_is_kept(world):
    _receipt, opinion = ask(world)
    assert opinion.clarifications.get().on == clock.today(NOW)
    kinds = {type(f).__name__ for f in ClarificationThread._meta.fields}
    assert "DateTimeField" not in kinds
