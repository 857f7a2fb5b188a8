"""Mails: digests and their times, one Message-ID for ever, refusals, lost senders."""

import datetime as dt
import smtplib

import pytest
import time_machine
from django.core import mail as outbox_of
from django.core.mail.backends.locmem import EmailBackend

from portal.notices import actions, registry, rules
from portal.notices.actions import mailing
from portal.notices.models import Delivery, Mail

from .factories import SUBJECT, at, person

pytestmark = pytest.mark.django_db

MONDAY = "2025-09-22 "


class Server(EmailBackend):
    """The mail server of a test: `fail` and `fail_open` raise what the test puts there."""

    fail = None
    fail_open = None

    def open(self):
        if Server.fail_open:
            raise Server.fail_open

    def send_messages(self, messages):
        if Server.fail:
            raise Server.fail
        return super().send_messages(messages)


@pytest.fixture(autouse=True)
def server(settings):
    settings.EMAIL_BACKEND = "tests.notices.test_mail.Server"
    settings.DEFAULT_FROM_EMAIL = "Cổng Đại hội <khong-tra-loi@mau.example.vn>"
    Server.fail = Server.fail_open = None
    return Server


def tell(user, subject_id=1, *, kind=registry.PHASE_STARTED, when=MONDAY + "06:00", **more):
    """Have the sweep of `when` tell one person one thing."""
    handler = registry.kinds[SUBJECT]
    handler.to = registry.Audience(user_ids=frozenset({user.pk}))
    actions.schedule(
        kind=kind, subject_kind=SUBJECT, subject_id=subject_id, due_at=at(when), **more
    )
    assert actions.sweep(now=at(when)).sent == 1


def run(when):
    """One run of the mail task at `when`."""
    with time_machine.travel(at(when), tick=False):
        return actions.send_mails()


def sent():
    return [(m.subject, m.to[0]) for m in outbox_of.outbox]


class TestDigest:
    def test_one_letter_for_all_of_a_person_at_half_past_seven(self, subjects, calendar):
        an, binh = person("An"), person("Bình")
        tell(an, 1)
        tell(an, 2)
        tell(binh, 3)
        assert run(MONDAY + "07:29").formed == 0
        assert sent() == []
        result = run(MONDAY + "07:30")
        assert (result.formed, result.sent) == (2, 2)
        assert sent() == [
            ("2 việc cần biết, ngày 22/09/2025", an.email),
            ("Đợt 3 bắt đầu ngày 24/9/2025", binh.email),
        ]
        assert run(MONDAY + "07:31").sent == 0
        assert set(Delivery.objects.values_list("channel", "state")) == {
            ("inbox", "sent"),
            ("mail", "sent"),
        }

    def test_the_letter(self, subjects, calendar, settings):
        settings.SITE_URL = "https://cong.mau.example.vn"
        an = person("Nguyễn Văn An")
        tell(an, 1)
        tell(an, 2)
        run(MONDAY + "07:30")
        letter = outbox_of.outbox[0]
        first = Delivery.objects.filter(channel="mail").order_by("id").first()
        message_id = Mail.objects.get().message_id
        assert letter.extra_headers["Message-ID"] == f"<{message_id}>"
        assert message_id.endswith("@mau.example.vn")
        html, kind = letter.alternatives[0]
        assert kind == "text/html"
        for body in (letter.body, html):
            assert "Kính gửi Nguyễn Văn An" in body
            assert "Đợt 1 bắt đầu ngày 24/9/2025" in body
            assert "Đợt 2 bắt đầu ngày 24/9/2025" in body
            assert "Từ ngày 24/9/2025 đến ngày 31/10/2025." in body
            assert "Việc này gửi cho chính bạn." in body
            assert f"https://cong.mau.example.vn/thong-bao/{first.public_id}/" in body
            assert "https://cong.mau.example.vn/thong-bao/" in body
        assert "<img" not in html
        assert "src=" not in html

    def test_names_and_titles_are_escaped_in_html_and_plain_in_text(self, subjects, calendar):
        tell(person("<b>An</b> & Bình"), 1)
        run(MONDAY + "07:30")
        letter = outbox_of.outbox[0]
        assert "&lt;b&gt;An&lt;/b&gt; &amp; Bình" in letter.alternatives[0][0]
        assert "Kính gửi <b>An</b> & Bình" in letter.body

    @pytest.mark.parametrize(
        ("told", "digest"),
        [
            ("2025-09-22 06:00", "2025-09-22 07:30"),  # Monday morning: the same morning
            ("2025-09-22 07:30", "2025-09-22 07:30"),
            ("2025-09-22 07:31", "2025-09-23 07:30"),
            ("2025-09-26 08:00", "2025-09-29 07:30"),  # Friday after the digest: Monday
            ("2025-09-27 06:00", "2025-09-29 07:30"),  # Saturday
            ("2025-08-29 08:00", "2025-09-03 07:30"),  # over a weekend and two days of holiday
        ],
    )
    def test_weekends_and_holidays(self, subjects, calendar, told, digest):
        calendar.update({dt.date(2025, 9, 1), dt.date(2025, 9, 2)})
        assert rules.next_digest(at(told)) == at(digest)
        tell(person("An"), when=told)
        assert run((at(digest) - dt.timedelta(minutes=1)).strftime("%Y-%m-%d %H:%M")).sent == 0
        assert run(digest).sent == 1

    def test_without_a_calendar_monday_to_friday_are_worked(self, monkeypatch):
        monkeypatch.setattr(registry.hooks, "_entries", {})
        assert rules.next_digest(at("2025-09-27 06:00")) == at("2025-09-29 07:30")

    @pytest.mark.parametrize(
        ("kind", "payload", "at_once"),
        [
            (registry.AWAITING_APPROVAL, {}, True),
            (registry.RETURNED, {}, True),
            (registry.TASK_DUE_SOON, {}, False),
            (registry.DATES_CHANGED, {"dates": ["2025-09-30", "2025-09-25"]}, True),
            (registry.DATES_CHANGED, {"dates": ["2025-09-22", None]}, True),
            (registry.DATES_CHANGED, {"dates": ["2025-09-26", "2025-09-21"]}, False),
            (registry.DATES_CHANGED, {}, False),
        ],
    )
    def test_what_goes_at_once(self, subjects, calendar, kind, payload, at_once):
        tell(person("An"), kind=kind, when=MONDAY + "14:00", payload=payload)
        assert run(MONDAY + "14:00").sent == int(at_once)

    def test_what_is_no_longer_true_or_too_late_stays_in_the_inbox(self, subjects, calendar):
        an = person("An")
        tell(an, 1, when="2025-09-26 08:00")
        tell(an, 2, when="2025-09-26 08:00", useful_until=at("2025-09-28 00:00"))
        tell(an, 3, when="2025-09-26 08:00")
        subjects.untrue = {1}
        result = run("2025-09-29 07:30")
        assert (result.skipped, result.sent) == (2, 1)
        assert sent() == [("Đợt 3 bắt đầu ngày 24/9/2025", an.email)]
        assert Delivery.objects.filter(channel="inbox", person=an).count() == 3
        assert Delivery.objects.filter(channel="mail", state="skipped").count() == 2

    def test_who_left_or_lost_the_address_gets_nothing(self, subjects, calendar):
        an, binh = person("An"), person("Bình")
        tell(an, 1)
        tell(binh, 2)
        an.is_active = False
        an.save()
        binh.email = ""
        binh.save()
        result = run(MONDAY + "07:30")
        assert (result.skipped, result.formed) == (2, 0)

    def test_a_handler_that_breaks_holds_up_only_its_own(self, subjects, calendar):
        an, binh = person("An"), person("Bình")
        tell(an, 1)
        tell(binh, 2)
        subjects.broken = {1}
        assert run(MONDAY + "07:30").sent == 1
        subjects.broken = set()
        assert run(MONDAY + "07:31").sent == 1
        assert [to for _, to in sent()] == [binh.email, an.email]

    def test_a_subject_that_cannot_be_read_holds_up_only_its_own(self, subjects, calendar):
        an, binh = person("An"), person("Bình")
        tell(an, 1)
        tell(binh, 2)

        def load(notices):
            if any(n.subject_id == 1 for n in notices):
                raise KeyError("one")

        subjects.load = load
        assert run(MONDAY + "07:30").sent == 1
        del subjects.load
        assert run(MONDAY + "07:31").sent == 1
        assert [to for _, to in sent()] == [binh.email, an.email]

    def test_grouping_costs_the_same_for_one_and_for_thirty(
        self, subjects, calendar, django_assert_num_queries
    ):
        tell(person("An"), 100)
        with django_assert_num_queries(10):
            assert actions.form_mails(now=at(MONDAY + "07:30")).formed == 1
        people = [person(f"Người {n}") for n in range(30)]
        subjects.to = registry.Audience(user_ids=frozenset(p.pk for p in people))
        for n in range(20):
            actions.schedule(
                kind=registry.PHASE_STARTED,
                subject_kind=SUBJECT,
                subject_id=n,
                due_at=at(MONDAY + "06:00"),
            )
        actions.sweep(now=at(MONDAY + "06:00"))
        with django_assert_num_queries(10):
            assert actions.form_mails(now=at(MONDAY + "07:30")).formed == 30
        assert Delivery.objects.filter(channel="mail", mail=None).count() == 0


class TestTrouble:
    def test_a_server_that_is_down_is_tried_again_with_growing_pauses(self, subjects, calendar):
        Server.fail_open = ConnectionRefusedError("no")
        tell(person("An"))
        assert run(MONDAY + "07:30").retried == 1
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts, mail.uncertain) == ("pending", 1, 0)
        assert mail.retry_at == at(MONDAY + "07:31")
        assert "ConnectionRefused" not in mail.error
        assert mail.error == "Không nối được máy chủ thư: no"
        assert run(MONDAY + "07:30").retried == 0
        assert run(MONDAY + "07:31").retried == 1
        mail.refresh_from_db()
        assert mail.retry_at == at(MONDAY + "07:36")
        first_id = mail.message_id
        Server.fail_open = None
        assert run(MONDAY + "07:36").sent == 1
        mail.refresh_from_db()
        assert (mail.state, mail.attempts, mail.message_id) == ("sent", 3, first_id)
        assert len(sent()) == 1

    def test_after_the_last_pause_it_has_failed_and_shows(self, subjects, calendar):
        Server.fail = smtplib.SMTPDataError(451, b"later")
        tell(person("An"))
        now = at(MONDAY + "07:30")
        for pause in mailing.PAUSES:
            assert run(now.strftime("%Y-%m-%d %H:%M")).retried == 1
            now += pause
        assert run(now.strftime("%Y-%m-%d %H:%M")).failed == 1
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts) == ("failed", len(mailing.PAUSES) + 1)
        assert mail.error == "Máy chủ thư từ chối (451)"
        assert Delivery.objects.get(channel="mail").state == "failed"
        now += dt.timedelta(days=3)
        assert run(now.strftime("%Y-%m-%d %H:%M")).failed == 0

    def test_an_address_that_is_refused_for_good_fails_at_once(self, subjects, calendar):
        Server.fail = smtplib.SMTPRecipientsRefused({"x": (550, b"no such user")})
        tell(person("An"))
        assert run(MONDAY + "07:30").failed == 1
        assert Mail.objects.get().error == "Máy chủ thư không nhận địa chỉ (550)"

    def test_one_bad_letter_holds_up_nobody(self, subjects, calendar, monkeypatch):
        an, binh = person("An"), person("Bình")
        tell(an, 1)
        tell(binh, 2)
        right = mailing.compose

        def compose(mail, rows):
            if mail.person_id == an.pk:
                raise ZeroDivisionError
            return right(mail, rows)

        monkeypatch.setattr(mailing, "compose", compose)
        result = run(MONDAY + "07:30")
        assert (result.sent, result.retried) == (1, 1)
        assert [to for _, to in sent()] == [binh.email]

    def test_a_line_that_breaks_while_sending_is_uncertain_and_tried_once_more(
        self, subjects, calendar
    ):
        Server.fail = smtplib.SMTPServerDisconnected("gone")
        tell(person("An"))
        assert (run(MONDAY + "07:30").sent, run(MONDAY + "07:39").sent) == (0, 0)
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts) == ("sending", 1)
        Server.fail = None
        assert run(MONDAY + "07:41").sent == 1
        again = Mail.objects.get()
        assert (again.state, again.attempts, again.uncertain) == ("sent", 2, 1)
        assert again.message_id == mail.message_id
        header = outbox_of.outbox[0].extra_headers["Message-ID"]
        assert header == f"<{mail.message_id}>"

    def test_a_sender_that_died_is_replaced_once_then_it_has_failed(
        self, subjects, calendar, monkeypatch
    ):
        def die(self, letter):
            raise SystemExit

        tell(person("An"))
        monkeypatch.setattr(mailing._Server, "send", die)
        with pytest.raises(SystemExit):
            run(MONDAY + "07:30")
        with pytest.raises(SystemExit):
            run(MONDAY + "07:41")
        assert run(MONDAY + "07:50").failed == 0
        assert run(MONDAY + "07:52").failed == 1
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts, mail.uncertain) == ("failed", 2, 1)
        assert Delivery.objects.get(channel="mail").state == "failed"

    def test_the_address_of_the_day_of_sending_counts(self, subjects, calendar):
        an = person("An")
        Server.fail_open = OSError("down")
        tell(an)
        run(MONDAY + "07:30")
        Server.fail_open = None
        an.email = "an.moi@mau.example.vn"
        an.save()
        assert run(MONDAY + "07:31").sent == 1
        assert sent()[0][1] == "an.moi@mau.example.vn"
