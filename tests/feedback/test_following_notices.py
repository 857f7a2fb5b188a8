"""News to those who wrote: about a consultation, never an opinion; guests after they said yes."""

import base64
import datetime as dt
import itertools

import pytest
import time_machine
from django.core import mail, signing
from django.core.cache import cache
from django.db import connection
from django.urls import reverse

from campaigns.boundaries import date_spec
from feedback import actions, erasures, guests, keys, participants, retention
from feedback.authors import Guest
from feedback.models import Erasure, GuestContact, Identity, Opinion
from portal.agencies.models import Role
from portal.common import clock
from portal.moderation.models import Case, Decision
from portal.notices import actions as notices
from portal.notices.models import Delivery, Letter, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
MORNING = NOW + dt.timedelta(days=1)
EMAIL = "Nguoi.Doc@vi-du.vn"


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world(audience="public")


def members(world, number):
    made = []
    for n in range(number):
        person = UserFactory(full_name=f"Đảng viên {n}", email=f"m{n}@vi-du.vn")
        give(person, Role.MEMBER, world.cell)
        send(world, author=person, text=f"Ý của người thứ {n}.")
        made.append(person)
    return made


def ask(world, author):
    lookup = keys.ConsultationKey(world.consultation.key_id).lookup(author)
    opinion = Identity.objects.get(lookup=lookup).opinion
    actions.ask_author(actor=world.rapporteur, opinion=opinion, text="Nên giao cho ban nào?")
    return opinion


def told():
    rows = Delivery.objects.filter(channel="inbox", notice__kind=participants.KIND)
    return {d.person for d in rows}


def test_one_notice_a_day_and_not_before_the_next_morning(world):
    people = members(world, 10)
    for person in people[:2]:
        ask(world, person)
    notice = ScheduledNotice.objects.get(kind=participants.KIND)
    assert notice.subject_id == world.consultation.pk
    assert notice.payload == {"day": "2025-08-20"}
    notices.sweep(now=NOW + dt.timedelta(hours=8))
    assert told() == set()
    notices.sweep(now=MORNING)
    # two were asked: the others are told as well, for nobody is to know which ones
    assert told() == set(people)


def test_few_are_hidden_among_others_who_wrote_and_nobody_else_is_told(world):
    people = members(world, 14)
    UserFactory(full_name="Không góp ý")
    ask(world, people[0])
    notices.sweep(now=MORNING)
    assert told() == set(people)


@pytest.mark.parametrize("kind", [participants.CLARIFY, participants.ANSWERED])
def test_nobody_is_told_where_the_list_would_be_that_of_the_authors(world, kind):
    people = members(world, participants.TOLD_AT_LEAST - 1)
    ask(world, people[0])
    consultation = world.consultation
    consultation.answers_published_at = NOW
    consultation.save(update_fields=["answers_published_at"])
    participants.tell(consultation.pk, kind, now=NOW)
    notices.sweep(now=MORNING)
    assert not Delivery.objects.filter(notice__kind=participants.KIND).exists()
    # with one more it is a list of ten, as everybody may know that there are
    members(world, 1)
    assert len(participants.people(consultation, kind, clock.today(NOW))) == 10


def test_the_lists_of_two_days_differ_by_whole_groups_or_not_at_all(world):
    people = members(world, 60)
    today = clock.today(NOW)

    def list_of_day():
        return participants.people(world.consultation, participants.CLARIFY, today)

    found = [set()]
    for person in people[::6]:
        ask(world, person)
        found.append(list_of_day())
        assert found[-1] == list_of_day()
    for before, after in itertools.pairwise(found):
        assert before <= after
        assert len(after - before) == 0 or len(after - before) >= participants.TOLD_AT_LEAST
    assert len(found[1]) < 60


def test_a_group_is_found_by_the_key_alone(world):
    key = keys.ConsultationKey(world.consultation.key_id)
    other = keys.ConsultationKey(keys.create())
    token = key.lookup(world.member)
    assert key.group(token) == key.group(token) != other.group(token)
    assert key.group(token) != int.from_bytes(token, "big")


def test_nobody_is_told_where_the_question_is_answered_meanwhile(world):
    people = members(world, 12)
    opinion = ask(world, people[0])
    actions.reply_as_author(author=people[0], opinion=opinion, text="Ban Tổ chức.")
    notices.sweep(now=MORNING)
    assert told() == set()


def test_words_name_the_consultation_and_no_row_holds_person_and_opinion(world):
    people = members(world, 12)
    opinion = ask(world, people[0])
    notices.sweep(now=MORNING)
    row = Delivery.objects.filter(person=people[0], channel="inbox").get()
    assert world.consultation.title in row.title
    assert row.url == reverse("feedback:mine")
    marks = [str(opinion.public_id), str(opinion.pk), opinion.text, opinion.quote[:40]]
    with connection.cursor() as cursor:
        for table in ("notices_delivery", "notices_schedulednotice", "notices_mail"):
            cursor.execute(f"SELECT t::text FROM {table} t")
            rows = " ".join(row for (row,) in cursor.fetchall())
            assert not [mark for mark in marks if mark in rows]


def test_everybody_who_wrote_hears_of_published_answers_and_not_who_withdrew(world):
    people = members(world, 12)
    lookup = keys.ConsultationKey(world.consultation.key_id).lookup(people[11])
    opinion = Identity.objects.get(lookup=lookup).opinion
    actions.withdraw_opinion(author=people[11], opinion=opinion)
    consultation = world.consultation
    consultation.answers_published_at = NOW
    consultation.save(update_fields=["answers_published_at"])
    participants.tell(consultation.pk, participants.ANSWERED, now=NOW)
    notices.sweep(now=MORNING)
    assert told() == set(people[:11])
    titles = Delivery.objects.filter(notice__kind=participants.KIND).values_list("title", flat=True)
    assert all(title.startswith("Đã công bố trả lời") for title in titles)


def test_after_the_key_is_destroyed_nobody_can_be_found(world):
    people = members(world, 12)
    ask(world, people[0])
    keys.destroy(world.consultation.key_id)
    notices.sweep(now=MORNING)
    assert told() == set()


def test_the_number_of_queries_does_not_grow_with_the_people(world, django_assert_num_queries):
    members(world, 3)
    with django_assert_num_queries(3):
        participants.people(world.consultation, participants.CLARIFY, clock.today(NOW))
    members(world, 6)
    with django_assert_num_queries(3):
        participants.people(world.consultation, participants.CLARIFY, clock.today(NOW))


def test_who_was_hidden_hears_of_moderation_among_others(world):
    people = members(world, 11)
    lookup = keys.ConsultationKey(world.consultation.key_id).lookup(people[0])
    opinion = Identity.objects.get(lookup=lookup).opinion
    case = Case.objects.create(
        kind="feedback.opinion",
        subject_id=str(opinion.pk),
        agency=world.province,
        context_label="Đợt",
        submitted_at=NOW,
        state="hidden",
        decided_at=NOW,
    )
    Decision.objects.create(
        case=case,
        n=1,
        by=world.staff,
        at=NOW,
        outcome="hidden",
        reasons=["off-topic"],
        told="Lệch.",
    )
    today = clock.today(NOW)
    assert participants.people(world.consultation, participants.MODERATED, today) == {
        person.pk for person in people
    }
    tomorrow = clock.today(MORNING)
    assert participants.people(world.consultation, participants.MODERATED, tomorrow) == set()


# --- Guests ---------------------------------------------------------------------------------


def guest_opinion(world, email=EMAIL):
    send(world, author=Guest(name="", email=email), naming="unnamed", text="Ý của khách.")
    guests.ask_to_confirm(consultation=world.consultation, email=email)


def letters():
    mail.outbox.clear()
    notices.send_mails(now=clock.now())
    return mail.outbox


def link_in(letter, word):
    return next(w for w in letter.body.split() if word in w).partition("//")[2].partition("/")[2]


def test_a_guest_is_asked_once_and_told_nothing_before_saying_yes(world, client):
    guest_opinion(world)
    guest_opinion_again = guests.ask_to_confirm(consultation=world.consultation, email=EMAIL)
    assert guest_opinion_again == guests.NOTHING
    (letter,) = letters()
    assert letter.to == [EMAIL.lower()]
    assert world.consultation.title in letter.body
    assert "Ý của khách" not in letter.body
    assert letters() == []
    actions.ask_author(actor=world.top_rapporteur, opinion=Opinion.objects.get(), text="Ban nào?")
    notices.sweep(now=MORNING)
    assert participants.write_to_guests() == 0
    assert letters() == []


def test_an_address_that_others_type_gets_a_mail_a_week(world):
    guest_opinion(world)
    asked = [
        guests.ask_to_confirm(
            consultation=world.consultation, email=EMAIL, now=NOW + dt.timedelta(days=day)
        )
        for day in range(1, 15)
    ]
    assert [day for day, sent in enumerate(asked, 1) if sent] == [7, 14]


def confirmed_guests(world, number):
    emails = [f"khach{n}@vi-du.vn" for n in range(number)]
    for email in emails:
        guest_opinion(world, email)
    for contact in GuestContact.objects.all():
        guests.confirm(contact)
    letters()
    return emails


def test_few_guests_are_not_written_to_of_one_opinion_but_all_of_the_answers(world):
    confirmed_guests(world, participants.TOLD_AT_LEAST - 1)
    actions.ask_author(actor=world.top_rapporteur, opinion=Opinion.objects.first(), text="Ban nào?")
    notices.sweep(now=MORNING)
    with time_machine.travel(MORNING, tick=False):
        assert participants.write_to_guests() == 0
        consultation = world.consultation
        consultation.answers_published_at = MORNING
        consultation.save(update_fields=["answers_published_at"])
        participants.tell(consultation.pk, participants.ANSWERED, now=NOW)
        notices.sweep(now=MORNING)
        assert participants.write_to_guests() == participants.TOLD_AT_LEAST - 1


def test_opening_the_link_confirms_nothing_pressing_the_button_does(world, client):
    guest_opinion(world)
    (letter,) = letters()
    url = "/" + link_in(letter, "/y-kien/nhan-tin/")
    assert client.get(url).status_code == 200
    assert GuestContact.objects.get().confirmed_on is None
    assert "Đã xác nhận" in client.post(url).content.decode()
    assert GuestContact.objects.get().confirmed_on == clock.today(NOW)
    opinion = Opinion.objects.get()
    others = confirmed_guests(world, 9)
    actions.ask_author(actor=world.top_rapporteur, opinion=opinion, text="Ban nào?")
    notices.sweep(now=MORNING)
    with time_machine.travel(MORNING, tick=False):
        assert participants.write_to_guests() == 10
        assert participants.write_to_guests() == 0
        found = {letter.to[0]: letter for letter in letters()}
    assert set(found) == {EMAIL.lower(), *others}
    letter = found[EMAIL.lower()]
    assert world.consultation.title in letter.subject
    for hidden in ("Ý của khách", "Ban nào?", str(opinion.public_id)):
        assert hidden not in letter.body
    stop = "/" + link_in(letter, "/y-kien/thoi-nhan-tin/")
    assert client.get(stop).status_code == 200
    assert GuestContact.objects.count() == 10
    client.post(stop)
    assert GuestContact.objects.count() == 9
    row = Erasure.objects.get()
    assert row.kind == Erasure.Kind.CONTACT
    assert client.get(stop).status_code == 200


def test_an_address_nobody_confirmed_goes_with_its_link(world):
    guest_opinion(world)
    retention.sweep(now=NOW + dt.timedelta(days=guests.CONFIRM_DAYS))
    assert GuestContact.objects.count() == 1
    retention.sweep(now=NOW + dt.timedelta(days=guests.CONFIRM_DAYS + 1))
    assert GuestContact.objects.count() == 0


def test_a_confirmed_address_stays(world):
    guest_opinion(world)
    guests.confirm(GuestContact.objects.get())
    retention.sweep(now=NOW + dt.timedelta(days=guests.CONFIRM_DAYS + 1))
    assert GuestContact.objects.count() == 1


def test_an_address_that_was_stopped_is_gone_after_a_restore(world):
    guest_opinion(world)
    contact = GuestContact.objects.get()
    guests.stop(contact)
    ledger = erasures.of_database()
    Erasure.objects.all().delete()
    GuestContact(
        consultation=contact.consultation,
        lookup=contact.lookup,
        ciphertext=contact.ciphertext,
        asked_on=contact.asked_on,
    ).save()
    assert erasures.leftovers(ledger) == list(ledger)
    erasures.replay(ledger)
    assert not GuestContact.objects.exists()
    assert erasures.of_database() == ledger
    assert erasures.leftovers(ledger) == []


def test_forged_old_and_foreign_links_do_not_exist(world, client):
    guest_opinion(world)
    (letter,) = letters()
    url = "/" + link_in(letter, "/y-kien/nhan-tin/")
    assert client.get(url[:-3] + "x/").status_code == 404
    with time_machine.travel(NOW + dt.timedelta(days=31), tick=False):
        assert client.get(url).status_code == 404


def test_no_row_holds_the_address_in_the_clear_nor_a_letter_an_opinion(world):
    guest_opinion(world)
    letters()
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = " ".join(row for (row,) in cursor.fetchall())
        assert EMAIL.lower() not in rows.lower(), table
    assert Letter.objects.get().subject_id == GuestContact.objects.get().pk
    contact = GuestContact.objects.get()
    assert not hasattr(contact, "opinion")
    # the link of the mail carries the token alone
    assert EMAIL.lower() not in guests.token_of(contact).lower()


def test_the_log_of_a_mail_server_leads_to_no_letter(world):
    guest_opinion(world)
    (sent,) = letters()
    row = Letter.objects.get()
    assert row.state == Letter.State.SENT
    assert "@" in sent.extra_headers["Message-ID"]
    assert row.message_id not in sent.extra_headers["Message-ID"]
    assert letters() == []


def test_a_link_in_a_mailbox_is_in_no_table(world):
    guest_opinion(world)
    contact = GuestContact.objects.get()
    link = guests.token_of(contact)
    assert guests.contact_of(link) == contact
    token = signing.loads(link, salt="feedback.guest")[1]
    carried = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
    assert bytes(contact.lookup) not in carried
    keys.destroy(world.consultation.key_id)
    assert guests.contact_of(link) is None


def test_a_guest_without_an_address_is_not_asked(world):
    assert guests.ask_to_confirm(consultation=world.consultation, email="  ") == guests.NOTHING
    assert not Letter.objects.exists()


def asked(world, email, network="203.0.113.7"):
    return guests.ask_to_confirm(consultation=world.consultation, email=email, network=network)


def test_a_network_sends_so_many_mails_an_hour(world):
    first = [asked(world, f"a{n}@vi-du.vn") for n in range(31)]
    assert first == [guests.ASKED] * 30 + [guests.LIMITED]
    # known and unknown addresses alike: else the limit would tell which one wrote
    assert asked(world, "a0@vi-du.vn") == guests.LIMITED
    assert Letter.objects.count() == 30
    assert GuestContact.objects.count() == 30
    assert asked(world, "khac@vi-du.vn", network="198.51.100.1") == guests.ASKED
    with time_machine.travel(NOW + dt.timedelta(hours=1), tick=False):
        assert asked(world, "a30@vi-du.vn") == guests.ASKED


def test_an_address_is_sent_so_many_mails_an_hour_over_all_consultations(world):
    worlds = [world.consultation]
    for n in range(6):
        made = actions.create_consultation(
            actor=world.staff, agency=world.province, title=f"Đợt {n}", editions=[world.edition],
            opens=date_spec("2025-08-10"), closes=date_spec("2025-08-31"), audience="public",
            reading_level=world.consultation.reading_level, groups=[world.group],
        )  # fmt: skip
        worlds.append(actions.announce(actor=world.staff, consultation=made, now=NOW))
    found = [
        guests.ask_to_confirm(consultation=each, email=EMAIL, network=f"198.51.100.{n}")
        for n, each in enumerate(worlds)
    ]
    assert found == [guests.ASKED] * 5 + [guests.LIMITED] * 2


def test_who_said_stop_is_not_asked_again_in_that_consultation(world):
    assert asked(world, EMAIL) == guests.ASKED
    guests.stop(GuestContact.objects.get())
    with time_machine.travel(NOW + dt.timedelta(days=20), tick=False):
        assert asked(world, EMAIL) == guests.NOTHING
    assert not GuestContact.objects.exists()
    assert asked(world, "khac@vi-du.vn") == guests.ASKED


def test_the_mail_promises_what_is_kept(world):
    guest_opinion(world)
    (letter,) = letters()
    assert "không gửi gì thêm" in letter.body
    assert "nhiều nhất mỗi tuần một thư" in letter.body
    assert "/y-kien/thoi-nhan-tin/" in letter.body


def post_of_guest(client, world, email, n):
    url = reverse("feedback:say", args=[world.consultation.pk, world.edition.pk])
    data = {
        "submission_key": f"{n:040d}", "stance": "agree", "text": f"Ý {n}.", "naming": "unnamed",
        "email": email, "route": "unit", "consent": "on", "consent_version": "1",
    }  # fmt: skip
    return client.post(f"{url}?doan=1", data, follow=True).content.decode()


def test_the_page_says_that_no_mail_goes_and_keeps_the_opinion(world, client):
    assert "sẽ nhận một thư để xác nhận" in post_of_guest(client, world, EMAIL, 1)
    for _n in range(29):
        guests.FROM_NETWORK.take("127.0.0.1")
    page = post_of_guest(client, world, "khac@vi-du.vn", 2)
    assert "cổng chưa gửi thư xác nhận" in page
    assert "Đã tiếp nhận ý kiến" in page
    assert (Opinion.objects.count(), Letter.objects.count()) == (2, 1)
