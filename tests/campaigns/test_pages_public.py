"""What readers see of plans and congresses, on the real plans of 2020-2021 and on made ones."""

import datetime as dt
import sys
from pathlib import Path

import pytest
import time_machine
from django.core.management import call_command
from django.urls import reverse

import campaigns
from campaigns import actions
from campaigns.models import Event, Plan
from campaigns.queries import find_plan
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    event_on,
)

pytestmark = pytest.mark.django_db

DATA = Path(campaigns.__file__).parent / "data"


@pytest.fixture
def real_plans():
    call_command("load_calendar", DATA / "calendar.yaml")
    call_command("load_plan", *sorted(DATA.glob("plan_*.yaml")))
    return {plan.key: plan for plan in Plan.objects.select_related("document")}


def shown(client, plan):
    """The text of a plan's page with plain spaces."""
    page = client.get(plan.get_absolute_url())
    assert page.status_code == 200
    return " ".join(page.content.decode().replace("\xa0", " ").split())


def on(day):
    return time_machine.travel(dt.datetime.fromisoformat(f"{day}T09:00:00+07:00"), tick=False)


def test_plan_a_shows_months_the_open_end_the_overlap_and_the_wrong_count(client, real_plans):
    with on("2020-08-15"):
        html = shown(client, real_plans["vpcp-2020"])
    assert "01/01/2020 – 30/06/2020" in html
    assert "chính xác đến tháng" in html
    assert "để ngỏ" in html
    assert "văn bản ghi 2 đợt nhưng liệt kê 3 đợt" in html
    assert "gối lên nhau từ ngày 01/08/2020 đến ngày 31/08/2020" in html
    assert "Không ghi số" not in html
    assert "Hoàng Giang" in html


def test_plan_b_shows_its_two_bases_and_phases_that_follow_the_congress(client, real_plans):
    plan = Plan.objects.get(document__symbol="107/KH-SNV")
    html = shown(client, plan)
    assert "135-KH/TU" in html
    assert "375/UBND-NV" in html
    assert "khai mạc Đại hội đại biểu" in html
    congress = plan.tracks.get().phases.first().ends.event
    page = client.get(congress.get_absolute_url()).content.decode()
    assert "107/KH-SNV" in page
    assert "Các đợt tính theo sự kiện này" in page


def test_plan_c_keeps_year_precision_and_the_duty_to_write_a_plan(client, real_plans):
    plan = find_plan("23-KH/ĐUK")
    html = shown(client, plan)
    assert "31/12/2025" in html
    assert "đến năm" in html
    # duties are tasks: the public does not see them, staff of the issuer does
    assert "Nhiệm vụ và phân công" not in html
    staff = UserFactory()
    give(staff, Role.STAFF, plan.issuer)
    client.force_login(staff)
    assert "Nhiệm vụ và phân công" in shown(client, plan)


def test_plan_d_has_no_phases_but_commemorations(client, real_plans):
    html = shown(client, Plan.objects.get(document__symbol="258-KH/BTCTW"))
    assert "Kế hoạch này không chia đợt" in html
    assert "02/09/2020" in html
    assert "19/05/2020" in html


def test_a_unit_sees_its_own_tasks_only(client):
    plan = PlanFactory()
    mine, other = AgencyFactory(name="Sở Một"), AgencyFactory(name="Sở Hai")
    for title, unit in (("Việc của Sở Một", mine), ("Việc của Sở Hai", other)):
        task = TaskFactory(plan=plan, title=title)
        actions.assign_task(actor=None, task=task, agencies=[unit])
    actions.submit_plan(actor=None, plan=plan)
    actions.issue_plan(actor=None, plan=plan)
    member, office = UserFactory(), UserFactory()
    give(member, Role.STAFF, mine)
    give(office, Role.STAFF, plan.issuer)
    html = shown(client, plan)
    assert "Việc của Sở" not in html
    client.force_login(member)
    html = shown(client, plan)
    assert ("Việc của Sở Một" in html, "Việc của Sở Hai" in html) == (True, False)
    client.force_login(office)
    html = shown(client, plan)
    assert ("Việc của Sở Một" in html, "Việc của Sở Hai" in html) == (True, True)


def test_drafts_are_not_there_for_readers(client):
    draft = PlanFactory()
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert draft.title not in client.get(reverse("campaigns:plans")).content.decode()


def test_a_wrong_slug_redirects_for_good(client):
    plan = PlanFactory(issued=True)
    response = client.get(reverse("campaigns:plan", kwargs={"slug": "sai", "pk": plan.pk}))
    assert (response.status_code, response.url) == (301, plan.get_absolute_url())


def test_congresses_without_a_day_are_listed_and_the_ordinal_is_roman(client):
    event = EventFactory(ordinal=14)
    html = client.get(reverse("campaigns:events")).content.decode().replace("\xa0", " ")
    assert "lần thứ XIV" in html
    assert "Chưa xác định" in html
    assert "XIV" in client.get(event.get_absolute_url()).content.decode()


def test_lists_and_pages_cost_the_same_for_one_and_many(client, django_assert_num_queries):
    def plan_with(phases):
        plan = PlanFactory()
        track = TrackFactory(plan=plan)
        congress = EventFactory(planned_opens=clock.today() + dt.timedelta(days=30))
        for _ in range(phases):
            PhaseFactory(track=track, starts=event_on(congress, "opens", -60))
        actions.submit_plan(actor=None, plan=plan)
        actions.issue_plan(actor=None, plan=plan)
        return plan

    small = plan_with(1)
    client.get(reverse("campaigns:plans"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("campaigns:plans"))
    with django_assert_num_queries(PLAN_QUERIES):
        client.get(small.get_absolute_url())
    large = plan_with(7)
    with django_assert_num_queries(LIST_QUERIES):
        assert client.get(reverse("campaigns:plans")).context["page"].count == 2
    with django_assert_num_queries(PLAN_QUERIES):
        client.get(large.get_absolute_url())
    with django_assert_num_queries(EVENT_QUERIES):
        client.get(reverse("campaigns:events"))
    assert Event.objects.count() == 2


LIST_QUERIES, PLAN_QUERIES, EVENT_QUERIES = 3, 13, 3


def test_public_pages_set_no_cookie(client):
    plan = PlanFactory(issued=True)
    event = EventFactory()
    for url in (
        reverse("campaigns:plans"),
        plan.get_absolute_url(),
        reverse("campaigns:events"),
        event.get_absolute_url(),
    ):
        assert not client.get(url).cookies, url


def test_plans_are_found_by_words_of_the_issuer_and_by_event(client):
    congress = EventFactory(planned_opens=clock.today() + dt.timedelta(days=30))
    mine = PlanFactory(
        issuer=AgencyFactory(name="Đảng bộ xã Hòa Bình"), events=[congress], issued=True
    )
    other = PlanFactory(issuer=AgencyFactory(name="Đảng bộ xã Đông Sơn"), issued=True)

    def found(query):
        page = client.get(f"{reverse('campaigns:plans')}?{query}").context["page"]
        return [plan.pk for plan in page]

    assert found("co_quan=dang+bo+hoa") == [mine.pk]
    assert found("co_quan=Đông+Sơn") == [other.pk]
    assert found("co_quan=khong+co") == []
    assert found(f"su_kien={congress.slug}") == [mine.pk]
    assert "Xem mọi kế hoạch" in client.get(f"/ke-hoach/?su_kien={congress.slug}").text


def test_the_page_of_a_congress_shows_the_first_plans_and_where_the_others_are(client, monkeypatch):
    monkeypatch.setattr(sys.modules["campaigns.queries.events"], "SHOWN", 2)
    congress = EventFactory(planned_opens=clock.today() + dt.timedelta(days=30))
    for n in range(3):
        PlanFactory(title=f"Kế hoạch {n}", events=[congress], issued=True)
    page = client.get(congress.get_absolute_url())
    assert len(page.context["p"].plans) == 2
    assert f"/ke-hoach/?su_kien={congress.slug}" in page.text
    assert "Xem cả 3 kế hoạch" in page.text
