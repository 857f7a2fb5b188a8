"""Making a plan from the superior's in the browser, and the superior's board of its units."""

import datetime as dt
import io

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions, queries
from campaigns.models import Plan, Task, Theme, Track
from campaigns.queries import cascade
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give
from tests.campaigns.factories import PhaseFactory, PlanFactory, TaskFactory, TrackFactory, issue
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


class World:
    """A province whose plan gives tasks to two communes; the third has none."""

    def __init__(self):
        self.province, self.staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
        self.units = [
            AgencyFactory(name=f"Đảng bộ xã {name}", parent=self.province, kind="party")
            for name in ("Một", "Hai", "Ba")
        ]
        CellFactory(name="Chi bộ trực thuộc", parent=self.province)
        plan = PlanFactory(issuer=self.province, title="Kế hoạch tỉnh", symbol="12-KH/TU")
        actions.set_themes(actor=None, plan=plan, texts=["Niềm tin"])
        track = TrackFactory(plan=plan, title="Mạch chính")
        self.phases = [PhaseFactory(track=track, title=f"Đợt {n}") for n in (1, 2)]
        self.tasks = [
            TaskFactory(plan=plan, title=f"Nhiệm vụ {n}", assigned_to=self.units[:2], phase=phase)
            for n, phase in zip((1, 2), self.phases, strict=True)
        ]
        self.plan = issue(plan)
        self.clerk = UserFactory()
        give(self.clerk, Role.STAFF, self.units[0])

    def derive(self, unit, issued=False):
        made = actions.derive_plan(
            actor=None, above=self.plan, issuer=unit, title=f"Kế hoạch {unit.name}"
        )
        return issue(made) if issued else made


@pytest.fixture
def world():
    return World()


# --- Lập kế hoạch triển khai ----------------------------------------------------------------


def test_a_unit_brings_along_what_it_ticks(world, client):
    client.force_login(world.clerk)
    assert url("derive", world.plan.pk) in text(client.get(world.plan.get_absolute_url()))
    page = text(client.get(url("derive", world.plan.pk)))
    assert "Kế hoạch triển khai Kế hoạch số 12-KH/TU" in page
    assert page.count("checked") == 6  # two phases, two tasks, themes, forms
    data = {
        "issuer": world.units[0].pk,
        "title": "Kế hoạch của xã",
        "phases": [world.phases[0].pk],
        "tasks": [world.tasks[0].pk],
    }
    response = client.post(url("derive", world.plan.pk), data)
    plan = Plan.objects.get(implements=world.plan)
    assert response["Location"] == url("manage", plan.pk)
    assert (plan.issuer, plan.state, plan.title) == (world.units[0], "editing", "Kế hoạch của xã")
    assert plan.synced_version == world.plan.version
    track = Track.objects.get(plan=plan)
    assert [(p.title, p.origin) for p in track.phases.all()] == [("Đợt 1", world.phases[0].key)]
    task = Task.objects.get(plan=plan)
    assert (task.title, task.origin, task.phase.title) == (
        "Nhiệm vụ 1",
        world.tasks[0].key,
        "Đợt 1",
    )
    assert Theme.objects.filter(plan=plan, phase=None).count() == 0


def test_what_is_wrong_is_said_and_nothing_is_made(world, client):
    client.force_login(world.clerk)
    bad = {"issuer": world.units[2].pk, "title": ""}
    response = client.post(url("derive", world.plan.pk), bad)
    assert (response.status_code, Plan.objects.filter(implements=world.plan).count()) == (422, 0)


def test_a_unit_that_has_its_plan_is_led_to_it(world, client):
    mine = world.derive(world.units[0])
    client.force_login(world.clerk)
    page = text(client.get(url("derive", world.plan.pk)))
    assert "đã có kế hoạch triển khai" in page and url("manage", mine.pk) in page
    assert '<form class="form"' not in page
    data = {"issuer": world.units[0].pk, "title": "Lần hai"}
    assert "chưa được lập thêm" in text(client.post(url("derive", world.plan.pk), data))
    assert Plan.objects.filter(implements=world.plan).count() == 1


def test_who_may_not_make_one(world, client):
    client.force_login(world.staff)  # the issuer itself
    assert client.get(url("derive", world.plan.pk))["Location"] == url("manage", world.plan.pk)
    stranger = UserFactory()
    give(stranger, Role.STAFF, AgencyFactory(name="Tỉnh khác"))
    client.force_login(stranger)
    assert client.get(url("derive", world.plan.pk)).status_code == 403
    assert url("derive", world.plan.pk) not in text(client.get(world.plan.get_absolute_url()))
    secretary = UserFactory()
    give(secretary, Role.SECRETARY, world.units[0])
    client.force_login(secretary)
    assert client.get(url("derive", world.plan.pk)).status_code == 403
    draft = PlanFactory(issuer=world.province)
    client.force_login(world.clerk)
    assert client.get(url("derive", draft.pk)).status_code == 404


def test_a_plan_that_is_over_is_not_carried_out_anew(world, client):
    actions.close_plan(actor=None, plan=world.plan)
    client.force_login(world.clerk)
    page = text(client.get(url("derive", world.plan.pk)))
    assert "chưa hoặc không còn hiệu lực" in page


# --- Triển khai ở đơn vị --------------------------------------------------------------------


def states(page):
    return [(unit.name, unit.own_state) for unit, _own in page.context["rows"]]


def test_the_board_says_for_every_unit_how_far_it_is(world, client):
    one, two, _three = world.units
    world.derive(one, issued=True)
    world.derive(two)
    client.force_login(world.staff)
    address = url("cascade_board", world.plan.pk)
    page = client.get(address)
    assert states(page) == [("Đảng bộ xã Hai", "preparing"), ("Đảng bộ xã Một", "issued")]
    assert page.context["numbers"] == cascade.Board(1, 1, 0, 0)
    page = client.get(address, {"pham_vi": "truc-thuoc"})  # a cell issues no plans
    assert page.context["numbers"] == cascade.Board(1, 1, 1, 0)
    page = client.get(address, {"pham_vi": "truc-thuoc", "tinh_trang": "none"})
    assert states(page) == [("Đảng bộ xã Ba", "none")]
    page = client.get(address, {"tim": "xa hai", "loai": "khong-co"})
    assert states(page) == [("Đảng bộ xã Hai", "preparing")]
    assert queries.units_without_plan(world.plan) == [
        (unit, Plan.objects.get(implements=world.plan, issuer=unit) if unit == one else None)
        for unit in sorted((one, two), key=lambda u: (u.protocol_no, u.sort_key, u.pk))
    ]
    assert list(queries.missing_units(world.plan)) == [two]


def test_units_are_late_after_the_day_that_the_superior_set(world, client):
    world.derive(world.units[0], issued=True)
    client.force_login(world.staff)
    address = url("cascade_board", world.plan.pk)
    version = Plan.objects.get(pk=world.plan.pk).lock_version
    yesterday = clock.today() - dt.timedelta(days=1)
    saved = client.post(address, {"derive_by": yesterday.isoformat(), "lock_version": version})
    assert saved["Location"] == address
    assert client.get(address).context["numbers"] == cascade.Board(1, 0, 1, 1)
    stale = client.post(address, {"derive_by": "", "lock_version": version})
    assert "người khác đã lưu" in text(stale)
    assert Plan.objects.get(pk=world.plan.pk).derive_by == yesterday
    wrong = client.post(address, {"derive_by": "hôm qua", "lock_version": version + 1})
    assert list(wrong.context["by_form"].errors) == ["derive_by"]


def test_the_board_as_a_file(world, client):
    world.derive(world.units[0], issued=True)
    client.force_login(world.staff)
    response = client.get(url("cascade_file", world.plan.pk))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    rows = [(r[1].value, r[3].value) for r in sheet.iter_rows(min_row=5)]
    assert sorted(rows) == [("Đảng bộ xã Hai", "Chưa bắt đầu"), ("Đảng bộ xã Một", "Đã ban hành")]


def test_the_board_costs_the_same_for_many_units(world, client):
    client.force_login(world.staff)

    def cost():
        with CaptureQueriesContext(connection) as found:
            client.get(url("cascade_board", world.plan.pk), {"pham_vi": "tat-ca"})
        return len(found)

    world.derive(world.units[0], issued=True)
    cost()
    few = cost()
    for n in range(15):
        unit = AgencyFactory(name=f"Đảng bộ xã thêm {n}", parent=world.province)
        if n < 6:
            world.derive(unit, issued=n % 2 == 0)
    assert cost() == few
