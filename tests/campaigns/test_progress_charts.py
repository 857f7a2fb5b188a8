"""The timeline with its tasks, evidence by form and by week, and what both cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Assignment, Evidence, Form
from campaigns.queries import charts, heat
from campaigns.queries.standing import AsOf
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.campaigns.factories import PlanFactory, TaskFactory
from tests.campaigns.test_progress import World, done, url

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(client, world):
    client.force_login(world.staff)
    return client


def show(assignment, days_ago, number=0):
    """Evidence of so many days ago."""
    return Evidence.objects.create(
        assignment=assignment,
        source_kind="manual",
        source_id=f"{days_ago}-{number}",
        title="Ảnh treo cờ",
        happened_on=clock.today() - dt.timedelta(days=days_ago),
    )


def numbers(world, **kwargs):
    at = AsOf(clock.today())
    narrow = {k: kwargs[k] for k in ("paths", "root") if k in kwargs}
    return charts.evidence_numbers(world.plan, at, heat.summary(world.plan, at, **narrow), **narrow)


def test_evidence_by_form_and_by_week(world):
    world.column.form = Form.objects.create(name="Báo chí địa phương")
    world.column.save()
    ours = Assignment.objects.get(agency=world.tan_lap, task=world.column)
    for days_ago, number in ((0, 0), (7, 0), (7, 1), (400, 0)):
        show(ours, days_ago, number)
    gone = show(ours, 7, 9)
    gone.retracted_at = clock.now()
    gone.save()
    show(Assignment.objects.get(agency=world.front), 0)
    forms, weeks = numbers(world)
    assert [(line.name, line.evidence, line.cell.total) for line in forms] == [
        ("Báo chí địa phương", 4, 2),
        ("Chưa ghi hình thức", 1, 7),
    ]
    assert [week.count for week in weeks] == [0] * 10 + [2, 2]
    assert [week.starts.weekday() for week in weeks] == [0] * 12
    assert (weeks[-1].starts <= clock.today() <= weeks[-1].ends, weeks[-1].is_last) == (True, True)
    assert (weeks[-1].height, weeks[0].height) == (74, 0)


def test_a_unit_counts_its_own_evidence(world):
    show(Assignment.objects.get(agency=world.yen_son), 0)
    show(Assignment.objects.get(agency=world.cells[0], task=world.meeting), 0)
    forms, weeks = numbers(world, root=world.tan_lap)
    assert ([line.evidence for line in forms], weeks[-1].count) == ([1], 1)


def rows_of(response):
    return {
        row["title"]: (row["note"], [bar["state"] for lane in row["lanes"] for bar in lane])
        for row in response.context["timeline"]["rows"]
    }


def test_the_timeline_shows_every_task_below_its_track(desk, world):
    for cell in world.cells:
        done(cell, world.meeting)
    page = desk.get(url("progress_timeline", world.plan.pk))
    track = world.plan.tracks.get().title
    assert rows_of(page) == {
        track: ("", ["active", "upcoming"]),
        "Mở chuyên mục": ("0/2, 2 quá hạn", ["late"]),
        "Sinh hoạt chi bộ": ("2/2", ["done"]),
        "Tổng kết": ("0/3", ["upcoming"]),
        "Ngoài các đợt": ("", []),
        "Cổ động": ("0/2, không có hạn", []),
    }
    assert page.context["timeline"]["today"]["date"] == clock.today()
    body = page.content.decode()
    link = url("progress_list", world.plan.pk, viec=world.meeting.pk)
    assert (f'href="{link}"' in body, "data-print" in body, "print-wide" in body) == (
        True,
        True,
        True,
    )
    listed = desk.get(link)
    assert {v.task.title for v in listed.context["views"]} == {"Sinh hoạt chi bộ"}


def test_a_unit_sees_only_tasks_it_has_a_part_in(client, world):
    clerk = UserFactory()
    give(clerk, Role.SECRETARY, world.yen_son)
    client.force_login(clerk)
    page = client.get(url("progress_timeline", world.plan.pk))
    assert [line.task.title for line, _url in page.context["rows"]] == ["Mở chuyên mục"]
    assert rows_of(page)["Mở chuyên mục"] == ("0/1, 1 quá hạn", ["late"])


def test_a_plan_without_a_day_has_a_table_and_no_picture(desk, world):
    plan = PlanFactory(issuer=world.province)
    TaskFactory(plan=plan, title="Việc chưa có ngày")
    page = desk.get(reverse("campaigns:progress_timeline", args=[plan.pk]))
    assert page.context["timeline"] is None
    assert "Việc chưa có ngày" in page.content.decode()
    assert "Chưa giao" in page.content.decode()


def test_a_plan_without_tasks_says_so(desk, world):
    plan = PlanFactory(issuer=world.province)
    for name in ("progress", "progress_list", "progress_timeline"):
        answer = desk.get(reverse(f"campaigns:{name}", args=[plan.pk]))
        assert (answer.status_code, "Chưa" in answer.content.decode()) == (200, True)


def test_the_timeline_costs_the_same_for_one_and_many(desk, world):
    address = url("progress_timeline", world.plan.pk)

    def cost():
        desk.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert desk.get(address).status_code == 200
        return len(seen)

    one = cost()
    for n in range(5):
        world.task(f"Việc {n}", world.later, n, [world.tan_lap, *world.cells])
    assert cost() == one


def test_the_page_for_paper_has_every_row_and_what_is_late(desk, world, monkeypatch):
    page = desk.get(url("progress_paper", world.plan.pk))
    body = page.content.decode()
    assert [v.agency.name for v in page.context["late"]] == [
        "Đảng bộ xã Tân Lập",
        "Đảng bộ xã Yên Sơn",
    ]
    assert ("Tài liệu nội bộ" in body, "Quá hạn: <b>2</b>" in body) == (True, True)
    assert "Mặt trận tỉnh" in body
    assert page.context["left_out"] == 0
    monkeypatch.setattr("campaigns.views.progress.ON_PAPER", 1)
    short = desk.get(url("progress_paper", world.plan.pk))
    assert short.context["left_out"] == 2
    assert "tệp Excel có đủ" in short.content.decode()
