"""Progress: units × phases down the tree, one unit, the list, a day that is past."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.models import Assignment, Form, ProgressNote, Theme
from campaigns.queries import heat
from campaigns.queries.standing import AsOf, standing
from portal.agencies.models import Agency, AgencyNode, Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, LevelFactory, give
from tests.campaigns.factories import (
    DateSpec,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    issue,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


def url(name, *args, **query):
    address = reverse(f"campaigns:{name}", args=args)
    return address + ("?" + "&".join(f"{k}={v}" for k, v in query.items()) if query else "")


def text(response):
    return response.content.decode()


def in_days(n):
    return DateSpec(date=clock.today() + dt.timedelta(days=n))


def done(agency, task, **kwargs):
    row = Assignment.objects.get(agency=agency, task=task)
    return actions.set_progress(actor=None, assignment=row, state="done", **kwargs)


class World:
    """A province with two communes, the first with two cells, and a body that it leads."""

    def __init__(self):
        self.province, self.staff, self.approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
        self.tan_lap = AgencyFactory(
            name="Đảng bộ xã Tân Lập", kind="party", parent=self.province, protocol_no=1
        )
        self.yen_son = AgencyFactory(
            name="Đảng bộ xã Yên Sơn", kind="party", parent=self.province, protocol_no=2
        )
        self.cells = [
            CellFactory(name=f"Chi bộ thôn {n}", parent=self.tan_lap, protocol_no=n) for n in (1, 2)
        ]
        self.front = AgencyFactory(
            name="Ủy ban Mặt trận tỉnh",
            kind="mass",
            led_by=self.province,
            level=LevelFactory(slug="tinh", name="Cấp tỉnh", order=10),
        )
        self.plan = PlanFactory(issuer=self.province, actor=self.staff)
        track = TrackFactory(plan=self.plan)
        self.first = PhaseFactory(
            track=track, title="Đợt đầu", starts=in_days(-30), ends=in_days(30)
        )
        self.later = PhaseFactory(
            track=track, title="Đợt sau", starts=in_days(31), ends=in_days(60)
        )
        self.column = self.task("Mở chuyên mục", self.first, -5, [self.tan_lap, self.yen_son])
        self.meeting = self.task("Sinh hoạt chi bộ", self.first, 9, self.cells)
        self.later_task = self.task("Tổng kết", self.later, 50, [self.tan_lap, *self.cells])
        self.loose = self.task("Cổ động", None, None, [self.front, self.province])
        issue(self.plan)
        self.plan.refresh_from_db()

    def task(self, title, phase, due, units):
        return TaskFactory(
            plan=self.plan,
            title=title,
            phase=phase,
            due=in_days(due) if due is not None else None,
            assigned_to=units,
        )

    def rows(self, day=None, **kwargs):
        """[(name, depth, [cells as "done/total late"])] of the heat table."""
        at = AsOf.of(day or clock.today(), clock.today())
        narrow = {k: kwargs[k] for k in ("paths", "root") if k in kwargs}
        seen = heat.summary(self.plan, at, **narrow)
        table = heat.heat(self.plan, at, seen, **kwargs)
        return [
            (
                f"{row.agency.name}{' (own)' if row.own else ''}",
                row.depth,
                [f"{c.done}/{c.total}" + (f" {c.late}!" if c.late else "") for c in row.cells],
            )
            for _level, rows in table.groups
            for row in rows
        ]


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(client, world):
    client.force_login(world.staff)
    return client


# --- The table ------------------------------------------------------------------------------


def test_rows_add_up_what_stands_below_them(world):
    done(world.cells[0], world.meeting)
    assert world.rows() == [
        ("Đảng bộ tỉnh Mẫu (own)", 0, ["0/0", "0/0", "0/1"]),
        ("Đảng bộ xã Tân Lập", 0, ["1/3 1!", "0/3", "0/0"]),
        ("Đảng bộ xã Yên Sơn", 0, ["0/1 1!", "0/0", "0/0"]),
        ("Ủy ban Mặt trận tỉnh", 0, ["0/0", "0/0", "0/1"]),
    ]


def test_an_opened_row_shows_the_units_below_and_its_own_tasks(world):
    rows = world.rows(open_ids=[world.tan_lap.pk])
    place = [name for name, _depth, _cells in rows].index("Đảng bộ xã Tân Lập")
    assert rows[place : place + 4] == [
        ("Đảng bộ xã Tân Lập", 0, ["0/3 1!", "0/3", "0/0"]),
        ("Đảng bộ xã Tân Lập (own)", 1, ["0/1 1!", "0/1", "0/0"]),
        ("Chi bộ thôn 1", 1, ["0/1", "0/1", "0/0"]),
        ("Chi bộ thôn 2", 1, ["0/1", "0/1", "0/0"]),
    ]


def test_an_open_row_that_is_not_shown_opens_nothing(world):
    closed = world.rows()
    assert world.rows(open_ids=[world.cells[0].pk, 999_999]) == closed


def test_what_a_unit_passed_on_counts_once_in_its_row_and_for_each_below(world, client):
    own = Assignment.objects.get(agency=world.tan_lap, task=world.column)
    for cell in world.cells:
        Assignment.objects.create(task=world.column, agency=cell, parent=own)
    done(world.cells[0], world.column)
    names = [name for name, _depth, _cells in world.rows()]
    place = names.index("Đảng bộ xã Tân Lập")
    assert world.rows()[place][2] == ["0/3 1!", "0/3", "0/0"]
    assert heat.summary(world.plan, AsOf(clock.today())).total == 9
    opened = world.rows(open_ids=[world.tan_lap.pk])
    assert [cells[0] for _name, _depth, cells in opened[place : place + 4]] == [
        "0/3 1!",
        "0/1 1!",
        "1/2",
        "0/2 1!",
    ]
    below = world.rows(root=world.tan_lap)
    assert [cells[0] for _name, _depth, cells in below] == ["0/1 1!", "1/2", "0/2 1!"]
    assert heat.summary(world.plan, AsOf(clock.today()), root=world.tan_lap).total == 8
    client.force_login(world.staff)
    listed = client.get(url("progress_list", world.plan.pk))
    assert listed.context["page"].count == 9
    listed = client.get(url("progress_list", world.plan.pk, cay=world.tan_lap.pk))
    assert listed.context["page"].count == 8


def test_a_unit_may_stand_at_the_top(world):
    assert world.rows(root=world.tan_lap) == [
        ("Đảng bộ xã Tân Lập (own)", 0, ["0/1 1!", "0/1"]),
        ("Chi bộ thôn 1", 0, ["0/1", "0/1"]),
        ("Chi bộ thôn 2", 0, ["0/1", "0/1"]),
    ]


def test_a_unit_beside_the_issuer_hangs_on_what_is_above_both(world):
    """Tasks of a committee's office to the communes beside it, from before a reorganisation."""
    bureau = AgencyFactory(name="Ban Tuyên giáo", kind="party", parent=world.province)
    plan = PlanFactory(issuer=bureau)
    task = TaskFactory(plan=plan, assigned_to=[bureau])
    Assignment.objects.create(task=task, agency=world.yen_son)
    Assignment.objects.create(task=task, agency=world.cells[0])
    world.plan = plan
    assert world.rows() == [
        ("Đảng bộ xã Tân Lập", 0, ["0/1"]),
        ("Đảng bộ xã Yên Sơn", 0, ["0/1"]),
        ("Ban Tuyên giáo", 0, ["0/1"]),
    ]


def test_a_unit_that_is_gone_from_the_tree_keeps_its_row(world):
    AgencyNode.objects.get(agency=world.yen_son).delete()
    assert ("Đảng bộ xã Yên Sơn", 0, ["0/1 1!", "0/0", "0/0"]) in world.rows()


def test_long_levels_come_in_pages_and_say_how_many_are_left(world, monkeypatch):
    for n in range(3, 7):
        cell = CellFactory(name=f"Chi bộ thôn {n}", parent=world.tan_lap, protocol_no=n)
        Assignment.objects.create(task=world.meeting, agency=cell)
    monkeypatch.setattr(heat, "MOST_BELOW", 3)
    at = AsOf(clock.today())
    seen = heat.summary(world.plan, at)
    table = heat.heat(world.plan, at, seen, open_ids=[world.tan_lap.pk])
    more = [row for _level, rows in table.groups for row in rows if row.more]
    assert [(row.agency.name, row.more) for row in more] == [("Đảng bộ xã Tân Lập", 4)]
    first = heat.heat(world.plan, at, seen, page=1, per_page=1)
    second = heat.heat(world.plan, at, seen, page=2, per_page=1)
    names = [{r.agency.name for _l, rows in t.groups for r in rows} for t in (first, second)]
    assert (names[0] & names[1], second.longest) == (set(), 3)
    assert first.footer[0].total == second.footer[0].total == 8


def test_numbers_over_everything(world):
    done(world.yen_son, world.column)
    seen = heat.summary(world.plan, AsOf(clock.today()))
    assert dict(seen.counts) == {"done": 1, "overdue": 1, "todo": 7}
    assert (seen.units, seen.late_units, seen.total) == (6, 1, 9)


def test_nobody_accepts_what_the_issuer_gave_itself(world):
    world.plan.needs_acceptance = True
    world.plan.save()
    done(world.province, world.loose)
    assert heat.summary(world.plan, AsOf(clock.today())).counts["done"] == 1


def test_what_waits_for_acceptance_is_done_and_not_accepted(world):
    done(world.yen_son, world.column)
    world.plan.needs_acceptance = True
    world.plan.save()
    at = AsOf(clock.today())
    assert dict(heat.summary(world.plan, at).counts) == {"waiting": 1, "overdue": 1, "todo": 7}
    Assignment.objects.filter(state="done").update(accepted_at=clock.now())
    assert heat.summary(world.plan, at).counts["done"] == 1


# --- A day that is past ---------------------------------------------------------------------


def shown(task, day):
    rows = standing(task.plan, AsOf.of(day, clock.today())).filter(task=task)
    return {row.agency.name: row.shown for row in rows.select_related("agency")}


def test_a_past_day_is_rebuilt_from_days_notes_and_evidence():
    start = dt.datetime(2026, 3, 2, 9, tzinfo=clock.TZ)
    with time_machine.travel(start, tick=False):
        units = [AgencyFactory(name=name) for name in ("A", "B", "C")]
        plan = PlanFactory()
        task = TaskFactory(plan=plan, due=DateSpec(date=dt.date(2026, 3, 20)))
        for unit in units[:2]:
            Assignment.objects.create(task=task, agency=unit)
    with time_machine.travel(start + dt.timedelta(days=8), tick=False):
        Assignment.objects.create(task=task, agency=units[2])
        row = Assignment.objects.get(agency=units[0])
        ProgressNote.objects.create(assignment=row, kind="state", state="doing", at=clock.now())
    with time_machine.travel(start + dt.timedelta(days=30), tick=False):
        Assignment.objects.filter(pk=row.pk).update(state="done", done_on=dt.date(2026, 3, 25))
        assert shown(task, dt.date(2026, 3, 1)) == {}
        assert shown(task, dt.date(2026, 3, 9)) == {"A": "todo", "B": "todo"}
        assert shown(task, dt.date(2026, 3, 10)) == {"A": "doing", "B": "todo", "C": "todo"}
        assert shown(task, dt.date(2026, 3, 20)) == {"A": "doing", "B": "todo", "C": "todo"}
        assert shown(task, dt.date(2026, 3, 21)) == dict.fromkeys("ABC", "overdue")
        assert shown(task, dt.date(2026, 3, 25)) == {"A": "done", "B": "overdue", "C": "overdue"}
        assert shown(task, clock.today()) == {"A": "done", "B": "overdue", "C": "overdue"}


def test_a_return_does_not_rewrite_the_days_before_it():
    start = dt.datetime(2026, 3, 2, 9, tzinfo=clock.TZ)
    with time_machine.travel(start, tick=False):
        task = TaskFactory(plan=PlanFactory(needs_acceptance=True))
        row = Assignment.objects.create(task=task, agency=AgencyFactory(name="A"))
        for day, kind, state in ((3, "state", "done"), (6, "returned", "doing")):
            at = start + dt.timedelta(days=day)
            text = "Thiếu ảnh" if kind == "returned" else ""
            ProgressNote.objects.create(assignment=row, kind=kind, state=state, text=text, at=at)
        Assignment.objects.filter(pk=row.pk).update(state="doing")
    with time_machine.travel(start + dt.timedelta(days=30), tick=False):
        assert shown(task, dt.date(2026, 3, 4)) == {"A": "todo"}
        assert shown(task, dt.date(2026, 3, 5)) == {"A": "waiting"}
        assert shown(task, dt.date(2026, 3, 8)) == {"A": "doing"}


def test_acceptance_counts_from_its_own_day():
    start = dt.datetime(2026, 3, 2, 9, tzinfo=clock.TZ)
    with time_machine.travel(start, tick=False):
        task = TaskFactory(plan=PlanFactory(needs_acceptance=True))
        row = Assignment.objects.create(task=task, agency=AgencyFactory(name="A"))
        Assignment.objects.filter(pk=row.pk).update(
            state="done", done_on=start.date(), accepted_at=start + dt.timedelta(days=4)
        )
    with time_machine.travel(start + dt.timedelta(days=30), tick=False):
        assert shown(task, dt.date(2026, 3, 5)) == {"A": "waiting"}
        assert shown(task, dt.date(2026, 3, 6)) == {"A": "done"}


def test_a_day_to_come_is_refused_at_the_field(desk, world):
    tomorrow = clock.today() + dt.timedelta(days=1)
    page = desk.get(url("progress", world.plan.pk, ngay=tomorrow.isoformat()))
    assert "Ngày này chưa đến" in text(page)
    assert page.context["total"] == 9
    assert "ngay=" not in page.context["where"]


def test_the_chosen_day_goes_along(desk, world):
    past = (clock.today() - dt.timedelta(days=1)).isoformat()
    Assignment.objects.update(assigned_at=clock.now() - dt.timedelta(days=9))
    page = text(desk.get(url("progress", world.plan.pk, ngay=past)))
    assert "Số liệu tính lại cho hết ngày" in page
    unit = url("progress_unit", world.plan.pk, world.tan_lap.pk)
    assert f"{unit}?ngay={past}" in page
    assert f"{unit}?dot={world.first.pk}&amp;ngay={past}" in page
    assert f"{url('progress_list', world.plan.pk)}?ngay={past}" in page


# --- Who sees what --------------------------------------------------------------------------


def clerk_of(unit, role=Role.SECRETARY):
    person = UserFactory()
    give(person, role, unit)
    return person


def test_a_unit_sees_itself_and_what_stands_below_it(client, world):
    client.force_login(clerk_of(world.tan_lap))
    page = client.get(url("progress", world.plan.pk))
    body = text(page)
    assert ("Chi bộ thôn 1" in body, "Yên Sơn" in body, "Mặt trận" in body) == (True, False, False)
    assert page.context["total"] == 6
    assert client.get(url("progress_unit", world.plan.pk, world.cells[0].pk)).status_code == 200
    for name in ("progress_unit", "progress_unit_panel"):
        assert client.get(url(name, world.plan.pk, world.yen_son.pk)).status_code == 404
        assert client.get(url(name, world.plan.pk, world.province.pk)).status_code == 404
    assert client.get(url("progress", world.plan.pk, goc=world.yen_son.pk)).status_code == 404
    listed = client.get(url("progress_list", world.plan.pk, cay=world.province.pk))
    assert {v.agency.name for v in listed.context["views"]} == {
        "Đảng bộ xã Tân Lập",
        "Chi bộ thôn 1",
        "Chi bộ thôn 2",
    }
    given = Assignment.objects.get(agency=world.cells[0], task=world.meeting)
    assert client.get(url("assignment", given.pk)).status_code == 200
    other = Assignment.objects.get(agency=world.yen_son)
    assert client.get(url("assignment", other.pk)).status_code == 404


def test_a_cell_does_not_see_upwards(client, world):
    client.force_login(clerk_of(world.cells[0]))
    page = client.get(url("progress", world.plan.pk))
    assert page.context["total"] == 2
    assert "Chi bộ thôn 2" not in text(page)
    given = Assignment.objects.get(agency=world.tan_lap, task=world.column)
    assert client.get(url("assignment", given.pk)).status_code == 404


def test_two_roles_see_both_units(client, world):
    person = clerk_of(world.yen_son)
    give(person, Role.SECRETARY, world.cells[1])
    client.force_login(person)
    page = client.get(url("progress", world.plan.pk))
    rows = [row for _level, rows in page.context["heat"].groups for row in rows]
    assert {row.agency.name for row in rows} == {"Chi bộ thôn 2", "Đảng bộ xã Yên Sơn"}
    assert page.context["total"] == 3


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMIN])
def test_other_roles_of_a_unit_see_nothing(client, world, role):
    client.force_login(clerk_of(world.tan_lap, role))
    assert client.get(url("progress", world.plan.pk)).status_code == 404


def test_a_unit_without_a_task_has_no_such_page(client, world):
    client.force_login(clerk_of(AgencyFactory()))
    assert client.get(url("progress", world.plan.pk)).status_code == 404


def test_a_plan_in_drafting_is_nobodys_business(client, world):
    plan = PlanFactory(issuer=world.province)
    TaskFactory(plan=plan, assigned_to=[world.tan_lap])
    client.force_login(clerk_of(world.tan_lap))
    assert client.get(url("progress", plan.pk)).status_code == 404


# --- Pages ----------------------------------------------------------------------------------


def test_the_overview_counts_and_leads_on(desk, world):
    done(world.yen_son, world.column)
    page = desk.get(url("progress", world.plan.pk))
    assert page.context["counts"] == {
        "done": 1,
        "waiting": 0,
        "doing": 0,
        "overdue": 1,
        "todo": 7,
    }
    assert [view.agency.name for view in page.context["late"]] == ["Đảng bộ xã Tân Lập"]
    body = text(page)
    opened = url("progress", world.plan.pk, mo=world.tan_lap.pk)
    assert f'href="{opened}#mo-{world.tan_lap.pk}"' in body  # without scripts
    assert f'hx-get="{url("progress_heat", world.plan.pk, mo=world.tan_lap.pk)}"' in body
    below = text(desk.get(opened))
    assert 'aria-expanded="true"' in below
    assert "Chi bộ thôn 2" in below
    assert f'href="{url("progress", world.plan.pk)}?mo=#mo-{world.tan_lap.pk}"' in below


def test_the_fragment_of_an_opened_row_is_the_table_alone(desk, world):
    body = text(desk.get(url("progress_heat", world.plan.pk, mo=world.tan_lap.pk)))
    assert ("<html" in body, 'id="bang-nhiet"' in body, "Chi bộ thôn 1" in body) == (
        False,
        True,
        True,
    )


@pytest.mark.parametrize("mo", ["x", "-1", "9" * 40, ",,", "٣"])
def test_nonsense_in_the_address_opens_nothing(desk, world, mo):
    page = desk.get(url("progress", world.plan.pk, mo=mo, trang="zz"))
    assert page.status_code == 200
    assert "Chi bộ thôn 1" not in text(page)
    assert desk.get(url("progress", world.plan.pk, goc=mo)).status_code in {200, 404}


def test_a_page_beyond_the_end_is_the_last(desk, world):
    page = desk.get(url("progress", world.plan.pk, trang=77))
    assert len([r for _l, rows in page.context["heat"].groups for r in rows]) == 4


def test_a_unit_shows_its_own_tasks_and_counts_those_below(desk, world):
    done(world.cells[0], world.meeting)
    page = desk.get(url("progress_unit", world.plan.pk, world.tan_lap.pk))
    assert [v.task.title for v in page.context["views"]] == ["Mở chuyên mục", "Tổng kết"]
    assert (page.context["own"].total, page.context["own"].late) == (2, 1)
    assert (page.context["below"].done, page.context["below"].total) == (1, 4)
    page = desk.get(url("progress_unit", world.plan.pk, world.tan_lap.pk, dot=world.later.pk))
    assert [v.task.title for v in page.context["views"]] == ["Tổng kết"]
    assert page.context["below"].total == 2
    page = desk.get(url("progress_unit", world.plan.pk, world.front.pk, dot="null"))
    assert [v.task.title for v in page.context["views"]] == ["Cổ động"]


def test_a_phase_of_another_plan_chooses_nothing(desk, world):
    other = PhaseFactory()
    page = desk.get(url("progress_unit", world.plan.pk, world.tan_lap.pk, dot=other.pk))
    assert len(page.context["views"]) == 2


def test_the_list_filters(desk, world):
    done(world.yen_son, world.column, done_on=clock.today())

    def listed(**query):
        page = desk.get(reverse("campaigns:progress_list", args=[world.plan.pk]), query)
        return [(v.task.title, v.agency.name) for v in page.context["views"]]

    assert listed(trang_thai="overdue") == [("Mở chuyên mục", "Đảng bộ xã Tân Lập")]
    assert listed(trang_thai="done_late") == [("Mở chuyên mục", "Đảng bộ xã Yên Sơn")]
    assert listed(q="yen son") == [("Mở chuyên mục", "Đảng bộ xã Yên Sơn")]
    assert len(listed(cay=world.tan_lap.pk)) == 6
    assert len(listed(rieng=world.tan_lap.pk)) == 2
    assert {title for title, _unit in listed(dot="null")} == {"Cổ động"}
    assert len(listed(dot=world.later.pk)) == 3
    assert listed(trang_thai="không có") == listed()


def test_the_list_filters_by_form_and_theme(desk, world):
    form = Form.objects.create(name="Phát thanh trên loa xã")
    theme = Theme.objects.create(plan=world.plan, text="Gương người tốt")
    world.column.form = form
    world.column.save()
    world.meeting.themes.add(theme)

    def titles(**query):
        page = desk.get(reverse("campaigns:progress_list", args=[world.plan.pk]), query)
        return {v.task.title for v in page.context["views"]}

    assert titles(hinh_thuc=form.pk) == {"Mở chuyên mục"}
    assert titles(noi_dung=theme.pk) == {"Sinh hoạt chi bộ"}


def test_names_with_markup_stay_text(desk, world):
    Agency.objects.filter(pk=world.yen_son.pk).update(name="<b>Yên</b> & Sơn")
    for name in ("progress", "progress_list"):
        body = text(desk.get(url(name, world.plan.pk)))
        assert ("<b>Yên</b>" in body, "&lt;b&gt;Yên&lt;/b&gt; &amp; Sơn" in body) == (False, True)


# --- What it costs --------------------------------------------------------------------------


def test_every_page_costs_the_same_for_one_and_many(desk, world):
    addresses = [
        url("progress", world.plan.pk),
        url("progress", world.plan.pk, mo=world.tan_lap.pk),
        url("progress_heat", world.plan.pk, mo=world.tan_lap.pk),
        url("progress_list", world.plan.pk),
        url("progress_unit", world.plan.pk, world.tan_lap.pk),
        url("progress_unit_panel", world.plan.pk, world.tan_lap.pk),
    ]

    def cost():
        found = []
        for address in addresses:
            desk.get(address)
            with CaptureQueriesContext(connection) as seen:
                assert desk.get(address).status_code == 200
            found.append(len(seen))
        return found

    one = cost()
    for n in range(6):
        commune = AgencyFactory(parent=world.province, kind="party")
        cells = [CellFactory(parent=world.tan_lap), CellFactory(parent=commune)]
        world.task(f"Việc {n}", world.later, 3, [commune, world.tan_lap, *cells])
        world.task(f"Việc chậm {n}", world.first, -3, [commune, world.tan_lap, *cells])
    assert cost() == one
    assert max(one) <= 20
