"""Tasks of a plan and days of congresses from Excel: every problem by line, all or nothing."""

import pytest
from django.urls import reverse

from campaigns import actions, importing
from campaigns.models import Boundary, DateChange, Event, Task
from campaigns.rules import specs
from portal.agencies.actions import sheets as sheet_actions
from portal.agencies.actions.sheets import rows_of
from portal.agencies.models import Agency, Role
from portal.agencies.registries import SHEETS
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, LevelFactory, give
from tests.agencies.test_import_units import book
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    event_on,
)

pytestmark = pytest.mark.django_db
TASK_TITLES = {
    "title": "Nhiệm vụ *",
    "detail": "Yêu cầu",
    "phase": "Đợt",
    "form": "Hình thức",
    "due": "Hạn",
    "units": "Đơn vị",
}
DAY_TITLES = {
    "unit": "Đơn vị *",
    "term": "Nhiệm kỳ *",
    "ordinal": "Lần thứ",
    "kind": "Hình thức",
    "opens": "Khai mạc",
    "closes": "Bế mạc",
    "place": "Địa điểm",
}


class World:
    def __init__(self):
        self.province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party")
        self.staff = UserFactory()
        give(self.staff, Role.STAFF, self.province)
        self.a, self.b = (
            AgencyFactory(name=f"Đảng bộ xã {n}", code=f"X{n}", kind="party", parent=self.province)
            for n in "AB"
        )
        self.congress = EventFactory(
            host=self.province, planned_opens=day("2026-09-24"), planned_closes=day("2026-09-26")
        )
        self.plan = PlanFactory(issuer=self.province, events=[self.congress])
        self.phase = PhaseFactory(track=TrackFactory(plan=self.plan), title="Đợt 1. Trước Đại hội")

    def keep(self, kind, rows, titles, **params):
        return sheet_actions.keep_sheet(
            actor=self.staff, kind=kind, params=params, upload=book(rows, titles)
        )

    def tasks(self, rows):
        return self.keep(importing.TASKS, rows, TASK_TITLES, plan=self.plan.pk)

    def days(self, rows):
        return self.keep(importing.CONGRESSES, rows, DAY_TITLES)

    def problems(self, kept):
        sheet = SHEETS.get(kept.kind)
        outcome = sheet.check(rows_of(kept), sheet.context(self.staff, kept.params))
        return [(p.row, p.column, p.text) for p in outcome.problems]

    def commit(self, kept):
        return sheet_actions.commit_sheet(actor=self.staff, kept=kept)


@pytest.fixture
def world():
    return World()


# --- due dates in words ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "resolved"),
    [
        ("30/6/2026", "2026-06-30"),
        ("trước ngày 30/6/2026", "2026-06-30"),
        ("Tháng 6/2026", "2026-06-30"),
        ("đầu tháng 6 năm 2026", "2026-06-10"),
        ("cuối năm 2026", "2026-12-31"),
        ("2026", "2026-12-31"),
        ("7 ngày trước khai mạc", "2026-09-17"),
        ("trước khi khai mạc", "2026-09-23"),
        ("5 ngày làm việc sau bế mạc", "2026-10-02"),
        ("bế mạc", "2026-09-26"),
        ("hết Đợt 1", "2026-01-31"),
        ("3 ngày trước khi bắt đầu Đợt 1", "2025-12-29"),
        ("để ngỏ", None),
        ("Chưa xác định", None),
    ],
)
def test_due_dates_are_read_as_people_write_them(world, words, resolved):
    spec = importing.DueWords(world.plan).spec(words)
    task = actions.add_task(actor=None, plan=world.plan, title="Việc", due=spec)
    task.due.refresh_from_db()
    assert task.due.resolved_on == (day(resolved) if resolved else None)
    if words != "30/6/2026":
        assert task.due.verbatim == words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("khi nào xong thì thôi", "Không hiểu hạn"),
        ("tháng 13/2026", "Không có tháng, năm"),
        ("hết Đợt 9", "đợt nào của kế hoạch"),
        ("7 ngày khai mạc", "Ghi “trước” hay “sau”"),
        ("31/6/2026", "Không hiểu hạn"),
    ],
)
def test_what_is_no_due_date_says_so(world, words, said):
    with pytest.raises(ValueError, match=said):
        importing.DueWords(world.plan).spec(words)


def test_a_plan_without_events_has_no_opening_to_count_from(world):
    with pytest.raises(ValueError, match="chưa gắn với sự kiện nào"):
        importing.DueWords(PlanFactory()).spec("7 ngày trước khai mạc")


# --- tasks ----------------------------------------------------------------------------------


def test_tasks_come_with_phase_due_and_units(world):
    rows = [
        {
            "title": "Treo băng rôn",
            "phase": "đợt 1. trước đại hội",
            "due": "7 ngày trước khai mạc",
            "units": "XA; Đảng bộ xã B",
        },
        {"title": "Họp báo", "detail": "Hai buổi"},
    ]
    assert world.commit(world.tasks(rows)) == "Đã thêm 2 nhiệm vụ."
    one, two = Task.objects.filter(plan=world.plan).order_by("position")
    assert (one.phase, one.due.event, one.due.offset) == (world.phase, world.congress, -7)
    assert sorted(a.agency.name for a in one.assignments.all()) == ["Đảng bộ xã A", "Đảng bộ xã B"]
    assert (two.detail, two.due) == ("Hai buổi", None)
    assert AuditEntry.objects.filter(verb="import_tasks").count() == 1


def test_every_problem_of_the_tasks_is_told_and_nothing_is_added(world):
    TaskFactory(plan=world.plan, title="Đã có")
    AgencyFactory(name="Trùng", slug="trung-1")
    AgencyFactory(name="Trùng", slug="trung-2")
    kept = world.tasks(
        [
            {"title": "đã có"},
            {"title": "Việc", "phase": "Đợt 7", "form": "Hát", "due": "mai", "units": "XA; XZ"},
            {"title": "Việc", "units": "Trùng"},
            {"detail": "Không tên"},
        ]
    )
    found = world.problems(kept)
    assert [(row, column) for row, column, _text in found] == [
        (2, "Nhiệm vụ"),
        (3, "Hình thức"),
        (3, "Hạn"),
        (3, "Đơn vị"),
        (3, "Đợt"),
        (4, "Nhiệm vụ"),
        (4, "Đơn vị"),
        (5, "Nhiệm vụ"),
    ]
    assert "Không có đơn vị “XZ”" in found[3][2]
    assert "Có 2 đơn vị khớp “Trùng”" in found[6][2]
    with pytest.raises(Refused, match="có lỗi"):
        world.commit(kept)
    assert Task.objects.count() == 1


def test_a_plan_that_waits_for_approval_takes_no_tasks(world):
    kept = world.tasks([{"title": "Việc"}])
    actions.submit_plan(actor=None, plan=world.plan)
    with pytest.raises(Refused, match="không còn quyền"):
        world.commit(kept)
    assert not Task.objects.exists()


def test_the_pages_of_tasks_from_excel(world, client):
    address = reverse("campaigns:import_tasks", args=[world.plan.pk])
    client.force_login(UserFactory())
    assert client.get(address).status_code == 404
    client.force_login(world.staff)
    assert client.get(address).status_code == 200
    template = client.get(reverse("campaigns:import_tasks_template", args=[world.plan.pk]))
    assert template["Content-Type"].endswith("spreadsheetml.sheet")
    page = client.post(address, {"file": book([{"title": "Treo cờ"}], TASK_TITLES)})
    assert "Thêm, chưa giao" in client.get(page.url).content.decode()
    assert client.post(page.url).url == reverse("campaigns:manage", args=[world.plan.pk])
    assert Task.objects.get().title == "Treo cờ"


# --- days of congresses ---------------------------------------------------------------------


def test_days_make_and_move_congresses_and_what_hangs_on_them(world):
    known = EventFactory(host=world.a, planned_opens=day("2026-05-01"))
    phase = PhaseFactory(
        track=TrackFactory(plan=PlanFactory(issued=False)), ends=event_on(known, "opens", -1)
    )
    rows = [
        {"unit": "XA", "term": "2025-2030", "opens": "15/6/2026", "place": "Hội trường xã"},
        {"unit": "Đảng bộ xã B", "term": "2025-2030", "ordinal": "I", "opens": "20/6/2026",
         "closes": "21/6/2026", "kind": "Đại hội đại biểu"},
    ]  # fmt: skip
    assert world.commit(world.days(rows)) == "Đã lập 1 đại hội, sửa 1 đại hội."
    known.refresh_from_db()
    assert (known.planned_opens, known.place, known.ordinal) == (
        day("2026-06-15"),
        "Hội trường xã",
        1,
    )
    assert Boundary.objects.get(pk=phase.ends_id).resolved_on == day("2026-06-14")
    assert DateChange.objects.get().items.count() == 1
    new = Event.objects.get(host=world.b)
    assert (str(new), new.planned_closes) == (
        "Đại hội đại biểu Đảng bộ xã B lần thứ I, nhiệm kỳ 2025-2030",
        day("2026-06-21"),
    )
    assert world.commit(world.days(rows)) == "Đã lập 0 đại hội, sửa 0 đại hội."


def test_every_problem_of_the_days_is_told(world):
    outside = AgencyFactory(name="Đảng bộ tỉnh khác", kind="party")
    EventFactory(host=world.b, ordinal=2, term_start=2020, term_end=2025)
    kept = world.days(
        [
            {"unit": outside.slug, "term": "2025-2030"},
            {"unit": "XA", "term": "2025", "ordinal": "IIII", "opens": "30/2/2026"},
            {"unit": "XA", "term": "2025-2030", "opens": "5/6/2026", "closes": "4/6/2026"},
            {"unit": "XA", "term": "2025-2030", "kind": "Đại hội to"},
            {"unit": "XB", "term": "2025-2030", "ordinal": "2", "closes": "4/6/2026"},
        ]
    )
    assert [(row, column) for row, column, _text in world.problems(kept)] == [
        (2, "Đơn vị"),
        (3, "Khai mạc"),
        (3, "Lần thứ"),
        (3, "Nhiệm kỳ"),
        (4, "Bế mạc"),
        (5, "Hình thức"),
        (5, "Đơn vị"),
        (6, "Khai mạc"),
        (6, "Lần thứ"),
    ]
    with pytest.raises(Refused, match="có lỗi"):
        world.commit(kept)


def test_a_congress_moved_since_the_dry_run_is_not_moved_back_unseen(world):
    known = EventFactory(host=world.a, planned_opens=day("2026-05-01"))
    kept = world.days([{"unit": "XA", "term": "2025-2030", "opens": "15/6/2026"}])
    actions.move_event(actor=None, event=known, dates={"planned_opens": day("2026-05-09")})
    with pytest.raises(Refused, match="đã thay đổi sau khi kiểm tra"):
        world.commit(kept)
    known.refresh_from_db()
    assert known.planned_opens == day("2026-05-09")


def test_ordinals_are_read_in_both_ways():
    found = [importing.ordinal_of(v) for v in ("XIV", "14", "xl", "IIII", "0", "VX", "ba", "")]
    assert found == [14, 14, 40, None, None, None, None, None]


def test_the_page_of_days_is_for_staff(world, client):
    address = reverse("campaigns:import_congresses")
    editor = UserFactory()
    give(editor, Role.EDITOR, world.a)
    client.force_login(editor)
    assert client.get(address).status_code == 403
    client.force_login(world.staff)
    assert client.get(address).status_code == 200
    page = client.post(
        address,
        {"file": book([{"unit": "XA", "term": "2025-2030", "opens": "1/6/2026"}], DAY_TITLES)},
    )
    assert "Lập mới: 01/06/2026" in client.get(page.url).content.decode()
    assert client.post(page.url).url == reverse("campaigns:congress_desk")
    assert Event.objects.get(host=world.a).opens == day("2026-06-01")


@pytest.mark.slow
def test_days_of_thousands_of_congresses_take_seconds(world, django_assert_max_num_queries):
    level = LevelFactory()
    Agency.objects.bulk_create([])
    for n in range(40):
        AgencyFactory(name=f"Chi bộ {n}", code=f"C{n}", kind="party", parent=world.a, level=level)
    rows = [
        {"unit": f"C{n}", "term": "2025-2030", "opens": f"{n % 28 + 1}/3/2026"} for n in range(40)
    ]
    kept = world.days(rows)
    with django_assert_max_num_queries(40):
        world.commit(kept)
    assert Event.objects.filter(host__parent=world.a).count() == 40
    assert specs.OPENS == "opens"
