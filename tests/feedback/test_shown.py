"""Opinions shown to everybody, the rules, and moderation in numbers."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback import moderated, moderation, published
from feedback.authors import Guest
from feedback.models import Consultation, Opinion, PublishedNumbers
from feedback.queries import shown
from portal.agencies.models import Role
from portal.common import sealing
from portal.moderation.models import Case
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.factories import NOW, make_world, send
from tests.feedback.test_moderation import decide, hide, moderated_world, spam

pytestmark = pytest.mark.django_db
TODAY = NOW.date()
TOMORROW = TODAY + dt.timedelta(days=1)


@pytest.fixture
def world(time_machine):
    time_machine.move_to(NOW + dt.timedelta(days=1))
    return moderated_world(audience="public")


def member(world):
    person = UserFactory()
    give(person, Role.MEMBER, world.cell)
    return person


def show_all(world):
    moderation.sweep(now=NOW)
    for case in Case.objects.filter(state="pending"):
        decide(world.ha, case)


def url(world, more=""):
    found = world.consultation
    return f"/lay-y-kien/{found.pk}-{found.slug}/{more}"


class TestShown:
    def test_words_without_name_unit_and_stance(self, world, client):
        world.member.full_name = "Tên Riêng Không Trùng"
        world.member.save()
        send(world, text="Nên có thời hạn.", naming="named", group=world.group)
        show_all(world)
        page = client.get(url(world, "y-kien/"))
        html = page.content.decode()
        assert page.status_code == 200
        assert "Nên có thời hạn." in html
        assert "20/08/2025" in html
        for secret in ("Tên Riêng", world.cell.name, world.commune.name, "Đồng ý một phần"):
            assert secret not in html
        assert not page.cookies

    def test_only_what_was_approved(self, world, client):
        for n, verb in enumerate((decide, hide, spam, None)):
            send(world, text=f"Câu số {n}.")
            moderation.sweep(now=NOW)
            case = Case.objects.filter(state="pending").get()
            if verb is not None:
                verb(world.ha, case)
        html = client.get(url(world, "y-kien/")).content.decode()
        assert "Câu số 0." in html
        for n in (1, 2, 3):
            assert f"Câu số {n}." not in html

    def test_not_on_the_day_it_came(self, world):
        Consultation.objects.update(moderation="after")
        world.consultation.refresh_from_db()
        send(world)
        moderation.sweep(now=NOW)
        assert shown.shown_in(world.consultation, TODAY).count() == 0
        assert shown.shown_in(world.consultation, TOMORROW).count() == 1

    def test_where_only_numbers_are_published_there_is_no_page(self, client, time_machine):
        time_machine.move_to(NOW)
        world = make_world()
        assert client.get(url(world, "y-kien/")).status_code == 404

    def test_the_same_words_stand_once_with_the_people_who_said_them(self, world):
        for _n in range(6):
            send(world, author=member(world), text="Đồng ý  như dự thảo.")
        send(world, author=Guest(), naming="anonymous", text="đồng ý như dự thảo.")
        send(world, author=member(world), text="đồng ý như dự thảo.", block=world.block(3))
        show_all(world)
        rows = shown.shown_in(world.consultation, TOMORROW)
        voices = shown.voices(rows, world.consultation, TOMORROW)
        assert sorted(str(v.people) for v in voices) == ["5", "dưới 5"]  # 7, rounded down
        assert [v.some_guests for v in voices if v.people] == [True]

    def test_one_persons_same_words_count_once(self, world):
        for n in range(8):
            send(world, text=f"Nhất trí {n}.")
        show_all(world)
        # as if the words had been made the same by an earlier version of the form
        Opinion.objects.update(likeness="x")
        (voice,) = shown.voices(
            shown.shown_in(world.consultation, TOMORROW), world.consultation, TOMORROW
        )
        assert str(voice.people) == "dưới 5"

    def test_of_the_same_words_the_first_that_came_is_shown(self, world):
        days = (2, 0, 2, 1)
        for days_ago in days:
            send(
                world,
                author=member(world),
                text="Nên có thời hạn.",
                now=NOW - dt.timedelta(days=days_ago),
            )
        show_all(world)
        first = Opinion.objects.order_by("received_on", "pk").first()
        (row,) = shown.shown_in(world.consultation, TOMORROW)
        assert row == first
        assert list(shown.shown_in(world.consultation, TOMORROW, block=row.block)) == [first]
        assert list(shown.shown_in(world.consultation, TOMORROW, block=world.block(3))) == []

    def test_guests_are_marked(self, world, client):
        send(world, author=Guest(), naming="anonymous", text="Ý kiến của khách.")
        show_all(world)
        html = client.get(url(world, "y-kien/")).content.decode()
        assert ">Khách<" in html

    def test_by_passage(self, world, client):
        send(world, text="Về đoạn hai.")
        send(world, text="Về đoạn ba.", block=world.block(3))
        show_all(world)
        here = url(world, "y-kien/")
        html = client.get(here, {"doan": world.block(3).pk}).content.decode()
        assert "Về đoạn ba." in html
        assert "Về đoạn hai." not in html
        assert client.get(here, {"doan": "9" * 17}).status_code == 404
        assert client.get(here, {"doan": "x"}).status_code == 404

    def test_no_address_leads_to_what_came_today(self, world, client, time_machine):
        send(world, text="Hôm qua.")
        show_all(world)
        time_machine.move_to(NOW)
        here = url(world, "y-kien/")
        late = sealing.seal_place("feedback.shown", dt.date(2999, 1, 1), 1)
        early = sealing.seal_place("feedback.shown", dt.date(2000, 1, 1), 1)
        for asked in ({}, {"sau": late}, {"truoc": early}, {"sau": "2999-01-01~1"}):
            assert "Hôm qua." not in client.get(here, asked).content.decode()
        time_machine.move_to(NOW + dt.timedelta(days=1))
        late = sealing.seal_place("feedback.shown", dt.date(2999, 1, 1), 1)
        early = sealing.seal_place("feedback.shown", dt.date(2000, 1, 1), 1)
        for asked in ({}, {"sau": late}, {"truoc": early}, {"sau": "2999-01-01~1"}):
            assert "Hôm qua." in client.get(here, asked).content.decode()

    def test_addresses_of_pages_carry_no_id_and_none_can_be_made(self, world, client):
        for n in range(22):
            send(world, text=f"Ý kiến {n}.")
        show_all(world)
        page = client.get(url(world, "y-kien/")).context["page"]
        last = list(page)[-1]
        digits = page.next_url.partition("=")[2]
        assert re.fullmatch(r"[0-9a-f]{32}", digits)
        for text in (str(last.pk), f"{last.pk:x}"):
            assert text not in page.next_url
        assert sealing.open_place("feedback.shown", digits) == (last.received_on, last.pk)
        assert sealing.open_place("other", digits) is None
        forged = [f"{last.received_on}~{last.pk}", digits[:-1] + "0", digits * 2, "zz", ""]
        for address in forged:
            if address != digits:
                found = client.get(url(world, "y-kien/"), {"sau": address}).context["page"]
                assert list(found) == list(page)

    def test_pages_by_arrival_at_a_fixed_cost(self, world, client):
        def cost():
            with CaptureQueriesContext(connection) as caught:
                assert client.get(url(world, "y-kien/")).status_code == 200
            return len(caught)

        send(world, text="Một.")
        show_all(world)
        first = cost()
        for n in range(24):
            send(world, text=f"Ý kiến {n}.", now=NOW - dt.timedelta(days=n % 5))
        show_all(world)
        assert cost() == first
        seen, address = [], url(world, "y-kien/")
        while address:
            context = client.get(address).context
            seen += [v.opinion.pk for v in context["voices"]]
            address = context["page"].next_url and url(world, "y-kien/") + context["page"].next_url
        ordered = Opinion.objects.order_by("-received_on", "-id").values_list("pk", flat=True)
        assert seen == list(ordered)


class TestRules:
    def test_every_reason_is_published_and_criticism_is_none(self, world, client):
        page = client.get("/lay-y-kien/kiem-duyet/")
        html = page.content.decode()
        assert "Phê bình không phải là vi phạm" in html
        for label in (
            "Lộ thông tin cá nhân", "Xúc phạm", "Quảng cáo", "Ngoài chủ đề", "Trái pháp luật",
            "Trùng lặp", "Thư rác, gửi trùng hàng loạt",
        ):  # fmt: skip
            assert label in html
        assert "Kích động" not in html  # a reason of reader responses
        assert not page.cookies


class TestNumbers:
    def decided(self, world, n, verb, author=None):
        for k in range(n):
            who = author() if author else world.member
            text = f"{verb.__name__} {k} {author}"
            send(world, author=who, text=text, naming="anonymous")
        moderation.sweep(now=NOW)
        for case in Case.objects.filter(state="pending"):
            verb(world.ha, case)

    def rows(self, world, day=TOMORROW):
        found = moderated.of_consultation(world.consultation, day=day)
        return {row.label: [str(n) for n in row.numbers] for row in found.decided}, found

    def test_by_reason_with_guests_apart_and_small_numbers_hidden(self, world):
        self.decided(world, 12, decide)
        self.decided(world, 6, decide, Guest)
        self.decided(world, 2, hide)
        rows, _found = self.rows(world)
        assert rows["Hiển thị công khai"][:2] == ["10", "5"]
        assert rows["Xúc phạm, lăng mạ"][0] == "dưới 5"
        assert rows["Quảng cáo"][0] == "dưới 5"
        assert "2" not in {n for row in rows.values() for n in row}

    def test_days_within_which_decisions_came(self, world):
        self.decided(world, 4, decide)
        _rows, found = self.rows(world)
        assert (found.median, found.ninth) == (None, None)
        PublishedNumbers.objects.all().delete()
        late = NOW + dt.timedelta(days=3)
        for n in range(4):
            send(world, text=f"Muộn {n}.", naming="anonymous")
        moderation.sweep(now=NOW)
        for case in Case.objects.filter(state="pending"):
            decide(world.ha, case, now=late)
        _rows, found = self.rows(world, day=late.date() + dt.timedelta(days=1))
        assert (found.median, found.ninth) == (0, 3)

    def test_second_looks_and_what_came_of_them(self, world):
        self.decided(world, 5, hide)
        for case in Case.objects.all():
            moderation.appeal(Opinion.objects.get(pk=case.subject_id), text="Xem lại.", now=NOW)
            decide(world.thu, case)
        found = moderated.of_consultation(world.consultation, day=TOMORROW)
        assert str(found.appeals[0].numbers[0]) == "5"
        assert found.appeals[0].label == "Quyết định trước được đổi"

    def test_taken_once_a_day_and_before_today_only(self, world, client):
        self.decided(world, 6, decide)
        rows, _found = self.rows(world, day=TODAY)
        assert rows["Hiển thị công khai"][0] == "dưới 5"  # decided today
        rows, _found = self.rows(world)
        assert rows["Hiển thị công khai"][0] == "5"
        Case.objects.update(state="hidden")
        with CaptureQueriesContext(connection) as caught:
            assert self.rows(world)[0] == rows
        assert len(caught) <= 4
        page = client.get(url(world, "kiem-duyet/"))
        assert page.status_code == 200
        assert "mỗi ngày một lần" in page.content.decode()

    def test_the_nightly_job_takes_them_and_leaves_the_others_alone(self, world):
        self.rows(world)
        next_day = TOMORROW + dt.timedelta(days=1)
        published.take(day=next_day)
        assert moderated.take(day=next_day) == 1
        assert PublishedNumbers.objects.get(subject__startswith="moderation:").day == next_day
