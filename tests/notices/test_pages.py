"""The inbox, the bell, and the list of scheduled notices."""

import datetime as dt

import pytest
import time_machine
from django.conf import settings
from django.urls import reverse

from portal.agencies.models import Role
from portal.notices import actions, registry
from portal.notices.models import Delivery, Mail, ScheduledNotice

from .factories import SUBJECT, agency, at, member, person

pytestmark = pytest.mark.django_db

NOW = at("2025-09-22 06:00")


def tell(user, numbers, *, agency_row=None):
    handler = registry.kinds[SUBJECT]
    handler.to = registry.Audience(user_ids=frozenset({user.pk}))
    for n in numbers:
        actions.schedule(
            kind=registry.PHASE_STARTED,
            subject_kind=SUBJECT,
            subject_id=n,
            due_at=NOW,
            agency_id=agency_row and agency_row.pk,
        )
    actions.sweep(now=NOW)


def sign_in(client, user):
    client.force_login(user, settings.AUTHENTICATION_BACKENDS[-1])
    return client


def titles(response):
    return [d.title for d in response.context["page"]]


class TestInbox:
    def test_mine_newest_first_and_nobody_elses(self, client, subjects):
        an, binh = person("An"), person("Bình")
        tell(an, [1, 2])
        tell(binh, [3])
        response = sign_in(client, an).get(reverse("notices:inbox"))
        assert titles(response) == [
            "Đợt 2 bắt đầu ngày 24/9/2025",
            "Đợt 1 bắt đầu ngày 24/9/2025",
        ]
        body = response.content.decode()
        assert "Việc này gửi cho chính bạn." in body
        assert "Vì sao tôi nhận được" in body
        assert "Đánh dấu tất cả đã đọc" in body

    def test_empty_says_what_will_come(self, client):
        response = sign_in(client, person("An")).get(reverse("notices:inbox"))
        body = response.content.decode()
        assert "Chưa có thông báo nào" in body
        assert "Đánh dấu tất cả đã đọc" not in body

    def test_opening_marks_it_read_and_leads_there(self, client, subjects):
        an = person("An")
        tell(an, [1, 2])
        sign_in(client, an)
        inbox_one = Delivery.objects.get(channel="inbox", notice__subject_id=1)
        mailed_two = Delivery.objects.get(channel="mail", notice__subject_id=2)
        response = client.get(reverse("notices:open", args=[inbox_one.public_id]))
        assert (response.status_code, response["Location"]) == (302, "/ke-hoach/1/")
        assert Delivery.objects.filter(channel="inbox", read_at=None).count() == 1
        # the link of the mail marks the same notice in the inbox
        response = client.get(reverse("notices:open", args=[mailed_two.public_id]))
        assert response["Location"] == "/ke-hoach/2/"
        assert Delivery.objects.filter(channel="inbox", read_at=None).count() == 0

    def test_without_a_target_it_leads_back_to_the_inbox(self, client, subjects):
        an = person("An")
        tell(an, [1])
        Delivery.objects.update(url="//xau.example/")
        delivery = Delivery.objects.get(channel="inbox")
        response = sign_in(client, an).get(reverse("notices:open", args=[delivery.public_id]))
        assert response["Location"] == reverse("notices:inbox")

    def test_nobody_opens_what_is_not_theirs(self, client, subjects):
        tell(person("An"), [1])
        delivery = Delivery.objects.get(channel="inbox")
        sign_in(client, person("Bình"))
        address = reverse("notices:open", args=[delivery.public_id])
        assert client.get(address).status_code == 404
        delivery.refresh_from_db()
        assert delivery.read_at is None

    def test_mark_all_leaves_what_came_later(self, client, subjects):
        an, binh = person("An"), person("Bình")
        tell(an, [1, 2])
        tell(binh, [3])
        response = sign_in(client, an).get(reverse("notices:inbox"))
        tell(an, [4])
        form = {"up_to": response.context["newest"]}
        response = client.post(reverse("notices:mark_all"), form, follow=True)
        assert "Đã đánh dấu 2 thông báo là đã đọc." in response.content.decode()
        unread = Delivery.objects.filter(channel="inbox", read_at=None)
        assert sorted(unread.values_list("notice__subject_id", flat=True)) == [3, 4]
        for wrong in ({}, {"up_to": "x"}):
            assert client.post(reverse("notices:mark_all"), wrong).status_code == 302
        assert unread.count() == 2

    def test_the_bell_counts_up_to_ninety_nine(self, client, subjects):
        an = person("An")
        sign_in(client, an)
        address = reverse("notices:unread")
        assert "dot" not in client.get(address).content.decode()
        tell(an, range(1, 4))
        assert ">3<" in client.get(address).content.decode()
        tell(an, range(4, 120))
        assert ">99+<" in client.get(address).content.decode()

    def test_a_page_of_somebody_signed_out_keeps_its_bell(self, client):
        response = client.get(reverse("notices:unread"))
        assert (response.status_code, response.content) == (204, b"")
        assert not response.cookies

    def test_the_bell_of_an_open_page_does_not_keep_its_person_signed_in(
        self, client, subjects, settings
    ):
        an = person("An")
        start = at("2025-09-22 08:00")
        with time_machine.travel(start, tick=False) as clock:
            sign_in(client, an).get(reverse("notices:inbox"))
            headers = {"X-Background": "1"}
            for _ in range(3):
                clock.shift(settings.IDLE_LOGOUT_SECONDS / 2 - 1)
                response = client.get(reverse("notices:unread"), headers=headers)
        assert response.status_code == 204

    def test_todays_work_names_what_is_unread(self, client, subjects):
        an = member(person("An"), agency("Đảng bộ tỉnh Mẫu"))
        tell(an, [1, 2])
        response = sign_in(client, an).get("/viec-hom-nay/")
        section = next(s for s in response.context["day"].sections if s.key == "notices.unread")
        assert (section.total, section.more_url) == (2, "/thong-bao/")
        actions.mark_all_read(actor=an, up_to=Delivery.objects.latest("pk").pk)
        sections = client.get("/viec-hom-nay/").context["day"].sections
        assert "notices.unread" not in {s.key for s in sections}

    def test_a_fragment_is_never_kept(self, client, subjects):
        response = sign_in(client, person("An")).get(reverse("notices:unread"))
        assert "no-store" in response["Cache-Control"]

    def test_many_cost_as_many_queries_as_one(self, client, subjects, django_assert_num_queries):
        an = person("An")
        sign_in(client, an)
        tell(an, [1])
        address = reverse("notices:inbox")
        client.get(address)
        with django_assert_num_queries(6):
            client.get(address)
        tell(an, range(2, 60))
        with django_assert_num_queries(6):
            assert len(titles(client.get(address))) == 20


class TestScheduled:
    @pytest.fixture
    def party(self):
        return agency("Đảng bộ tỉnh Mẫu")

    @pytest.fixture
    def staff(self, client, party):
        user = member(person("Hà"), party)
        sign_in(client, user)
        return user

    def rows(self, client, query=""):
        response = client.get(reverse("notices:scheduled") + query)
        return [(n.subject_id, n.state) for n in response.context["page"]]

    def plan(self, n, agency_row, state="pending", **more):
        settled = None if state == "pending" else NOW
        return ScheduledNotice.objects.create(
            kind=more.pop("kind", registry.PHASE_STARTED),
            subject_kind=SUBJECT,
            subject_id=n,
            agency=agency_row,
            due_at=NOW + dt.timedelta(days=n),
            state=state,
            settled_at=settled,
            **more,
        )

    def test_those_of_my_agency_with_their_states(self, client, subjects, staff, party):
        for n, state in enumerate(ScheduledNotice.State.values, start=1):
            self.plan(n, party, state)
        self.plan(9, agency("Đảng bộ tỉnh khác"))
        self.plan(10, None)
        assert self.rows(client) == [
            (5, "missed"),
            (4, "cancelled"),
            (3, "superseded"),
            (2, "expanded"),
            (1, "pending"),
        ]
        body = client.get(reverse("notices:scheduled")).content.decode()
        assert "Bỏ lỡ, đã quá muộn" in body
        assert "Đợt\u00a05 bắt đầu ngày\u00a024/9/2025" in body
        assert "Không có ai giữ vai trò nhận việc này" in body

    def test_a_supervisor_sees_the_subtree_and_the_administrator_all(self, client, subjects, party):
        commune = agency("Đảng bộ xã Hòa Bình", parent=party)
        self.plan(1, party)
        self.plan(2, commune)
        self.plan(3, agency("Đảng bộ tỉnh khác"))
        sign_in(client, member(person("Liên"), party, Role.SUPERVISOR))
        assert self.rows(client) == [(2, "pending"), (1, "pending")]
        administrator = person("Long")
        administrator.is_superuser = True
        administrator.save()
        sign_in(client, administrator)
        assert self.rows(client) == [(3, "pending"), (2, "pending"), (1, "pending")]

    def test_filters(self, client, subjects, staff, party):
        self.plan(1, party)
        self.plan(2, party, "missed")
        failed = self.plan(3, party, "expanded", kind=registry.TASK_OVERDUE)
        mail = Mail.objects.create(message_id="x@y", person=staff, state="failed")
        Delivery.objects.create(
            notice=failed, person=staff, channel="mail", state="failed", mail=mail, title="x"
        )
        other = agency("Đảng bộ tỉnh khác")
        self.plan(4, other)
        member(staff, other)
        assert self.rows(client, "?trang_thai=missed") == [(2, "missed")]
        assert self.rows(client, "?trang_thai=mail_failed") == [(3, "expanded")]
        assert self.rows(client, "?loai=task_overdue") == [(3, "expanded")]
        assert self.rows(client, "?co_quan=tinh+khac") == [(4, "pending")]
        assert self.rows(client, "?tu=2025-09-24&den=2025-09-24") == [(2, "missed")]
        numbers = client.get(reverse("notices:scheduled")).context["numbers"]
        assert numbers == {"pending": 2, "missed": 1, "expanded": 1, "mail_failed": 1}
        assert "1 thư không gửi được" in client.get(reverse("notices:scheduled")).content.decode()

    def test_a_wrong_filter_says_so_and_breaks_nothing(self, client, subjects, staff, party):
        self.plan(1, party)
        response = client.get(reverse("notices:scheduled") + "?tu=hôm nay&trang_thai=x")
        assert response.status_code == 200
        assert set(response.context["filter"].form.errors) == {"tu", "trang_thai"}

    @pytest.mark.parametrize("broken", ["load", "render"])
    def test_a_broken_subject_shows_its_kind_and_its_error(
        self, client, subjects, staff, party, broken
    ):
        def gone(notice):
            raise LookupError

        setattr(subjects, broken, gone)
        self.plan(1, party, error="LookupError: no such subject")
        body = client.get(reverse("notices:scheduled")).content.decode()
        assert "Đợt đã bắt đầu" in body
        assert "LookupError: no such subject" in body

    def test_many_cost_as_many_queries_as_one(
        self, client, subjects, staff, party, django_assert_num_queries
    ):
        self.plan(1, party)
        address = reverse("notices:scheduled")
        client.get(address)
        with django_assert_num_queries(11):
            client.get(address)
        for n in range(2, 60):
            self.plan(n, party)
        subjects.loads.clear()
        with django_assert_num_queries(11):
            assert len(self.rows(client)) == 30
        assert len(subjects.loads) == 1
