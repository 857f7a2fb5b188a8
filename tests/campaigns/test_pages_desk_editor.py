"""Tracks, phases, themes, tasks and units on the work pages; everything without JavaScript."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.boundaries import EventSpec
from campaigns.models import Assignment, Phase, Task, Track
from tests.agencies.factories import AgencyFactory
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    issue,
    on,
    ref,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    client.force_login(staff)
    return PlanFactory(issuer=agency, actor=staff)


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


def days(starts, ends):
    return {"starts-kind": "day", "starts-on": starts, "ends-kind": "day", "ends-on": ends}


def dates_of(phase):
    row = Phase.objects.select_related("starts", "ends").get(pk=phase.pk)
    return row.starts.resolved_on, row.ends.resolved_on


def test_a_track_with_a_phase_in_days(world, client):
    client.post(url("add_track", world.pk), {"title": "Mạch 1", "declared_phases": 2})
    track = Track.objects.get()
    assert (track.title, track.declared_phases) == ("Mạch 1", 2)
    response = client.post(
        url("add_phase", world.pk, track.pk),
        days("2026-02-10", "2026-03-31")
        | {"title": "Đợt 1", "themes": "Nội dung một\n\nNội dung hai", "forms_": "Truyền thanh"},
        follow=True,
    )
    phase = Phase.objects.get()
    assert dates_of(phase) == (day("2026-02-10"), day("2026-03-31"))
    assert [t.text for t in phase.themes.order_by("position")] == ["Nội dung một", "Nội dung hai"]
    assert [f.name for f in phase.forms.all()] == ["Truyền thanh"]
    # the resolved days are said after saving; the declared count that differs only warns
    assert "từ 10/02/2026 đến 31/03/2026" in text(response)
    assert "văn bản ghi 2 đợt nhưng liệt kê 1 đợt" in text(response)


@pytest.mark.parametrize(
    ("chosen", "spec_words", "resolved"),
    [
        ({"kind": "month", "month": 6, "year": 2026, "part": "early"}, "đầu tháng 6/2026", 10),
        ({"kind": "month", "month": 6, "year": 2026}, "tháng 6/2026", 30),
        ({"kind": "year", "year": 2026, "part": "late"}, "cuối năm 2026", 31),
        (
            {"kind": "day", "on": "2026-06-30", "before": "exclusive"},
            "trước ngày 30/6/2026",
            29,
        ),
        (
            {"kind": "month", "month": 7, "year": 2026, "before": "exclusive"},
            "trước tháng 7/2026",
            30,
        ),
        ({"kind": "open"}, "để ngỏ", None),
        ({"kind": "unknown"}, "chưa xác định", None),
    ],
)
def test_an_end_in_words(world, client, chosen, spec_words, resolved):
    track = TrackFactory(plan=world)
    data = {f"ends-{k}": v for k, v in chosen.items()}
    client.post(
        url("add_phase", world.pk, track.pk),
        {"title": "Đợt 1", "starts-kind": "day", "starts-on": "2026-01-05"} | data,
    )
    _starts, ends = dates_of(Phase.objects.get())
    assert (ends.day if ends else None) == resolved
    assert spec_words in text(client.get(url("manage", world.pk)))


def test_bound_to_a_congress_and_to_another_phase(world, client):
    congress = EventFactory(planned_opens=day("2026-09-24"), planned_closes=day("2026-09-26"))
    track = TrackFactory(plan=world)
    first = PhaseFactory(track=track, title="Đợt 1", starts=on("2026-02-10"), ends=on("2026-06"))
    client.post(
        url("add_phase", world.pk, track.pk),
        {
            "title": "Đợt 2",
            "starts-kind": "phase",
            "starts-point": first.ends_id,
            "starts-direction": "after",
            "starts-amount": 1,
            "starts-unit": "days",
            "ends-kind": "event",
            "ends-event": congress.pk,
            "ends-moment": "opens",
            "ends-direction": "before",
            "ends-amount": 2,
            "ends-unit": "working",
            "ends-verbatim": "trước khai mạc Đại hội",
        },
    )
    second = Phase.objects.get(title="Đợt 2")
    assert dates_of(second) == (day("2026-07-01"), day("2026-09-22"))
    assert (second.ends.working, second.ends.offset, second.ends.verbatim) == (
        True,
        -2,
        "trước khai mạc Đại hội",
    )
    # the stored choice comes back, so that saving again changes nothing
    page = client.get(url("edit_phase", world.pk, second.pk))
    form = page.context["form"]
    data = {"title": "Đợt 2", "lock_version": second.lock_version}
    for name, sub in form.boundaries.items():
        data |= {f"{name}-{k}": v for k, v in sub.initial.items() if v is not None}
    client.post(url("edit_phase", world.pk, second.pk), data)
    second.refresh_from_db()
    assert second.lock_version == 0


def test_a_loop_is_refused_in_words_and_nothing_typed_is_lost(world, client):
    track = TrackFactory(plan=world)
    first = PhaseFactory(track=track, title="Đợt 1", starts=on("2026-02-10"), ends=on("2026-06"))
    second = PhaseFactory(track=track, title="Đợt 2", starts=ref(first.ends, 1), ends=on("2026-09"))
    page = client.post(
        url("edit_phase", world.pk, first.pk),
        {
            "title": "Đợt 1 viết lại",
            "lock_version": 0,
            "starts-kind": "day",
            "starts-on": "2026-02-10",
            "ends-kind": "phase",
            "ends-point": second.starts_id,
            "ends-direction": "before",
            "ends-amount": 1,
            "ends-unit": "days",
            "themes": "Chữ đang soạn",
        },
    )
    assert "phụ thuộc vòng quanh vào nhau" in text(page)
    assert ("Đợt 1 viết lại" in text(page), "Chữ đang soạn" in text(page)) == (True, True)
    first.refresh_from_db()
    assert (first.title, dates_of(first)[1]) == ("Đợt 1", day("2026-06-30"))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"starts-kind": "day"}, "Bắt đầu: Ngày: Chọn ngày."),
        ({"starts-kind": "event"}, "Bắt đầu: Sự kiện: Chọn sự kiện."),
        ({"starts-kind": "month", "starts-month": 6}, "Bắt đầu: Năm: Ghi năm"),
        ({"starts-kind": "phase", "starts-direction": "after"}, "Bắt đầu: Đợt khác: Chọn mốc"),
    ],
)
def test_what_is_missing_is_named(world, client, data, sentence):
    track = TrackFactory(plan=world)
    page = client.post(
        url("add_phase", world.pk, track.pk),
        {"title": "Đợt 1", "starts-on": "", "ends-kind": "open"} | data,
    )
    assert sentence in text(page)
    assert not Phase.objects.exists()


def test_what_belongs_to_another_kind_does_not_disturb(world, client):
    track = TrackFactory(plan=world)
    data = days("2026-02-10", "2026-03-31") | {"starts-year": "hai nghìn", "ends-amount": "-3"}
    client.post(url("add_phase", world.pk, track.pk), data | {"title": "Đợt 1"})
    assert dates_of(Phase.objects.get()) == (day("2026-02-10"), day("2026-03-31"))


def test_a_phase_of_another_plan_is_no_choice(world, client):
    elsewhere = PhaseFactory()
    track = TrackFactory(plan=world)
    page = client.post(
        url("add_phase", world.pk, track.pk),
        {"title": "Đợt 1", "starts-kind": "phase", "starts-point": elsewhere.ends_id}
        | {"ends-kind": "open"},
    )
    assert "error-summary" in text(page)
    assert Phase.objects.count() == 1


def test_the_superiors_phases_are_choices(client):
    agency, staff, _ = office()
    above = PlanFactory(issued=True)
    phase = PhaseFactory(track=TrackFactory(plan=PlanFactory()), title="Đợt của trên")
    phase = PhaseFactory(track=TrackFactory(plan=above), title="Đợt của trên")
    plan = PlanFactory(issuer=agency, implements=above)
    track = TrackFactory(plan=plan)
    client.force_login(staff)
    data = {"title": "Đợt 1", "ends-kind": "open", "starts-kind": "phase"}
    client.post(url("add_phase", plan.pk, track.pk), data | {"starts-point": phase.starts_id})
    assert dates_of(Phase.objects.get(title="Đợt 1"))[0] == day("2026-01-01")


def test_the_second_editor_of_a_phase_sees_both_texts_and_dates(world, client):
    phase = PhaseFactory(track=TrackFactory(plan=world), title="Đợt 1")
    actions.edit_phase(
        actor=None, phase=phase, title="Tên của người kia", starts=on("2026-05"), themes=["Hai"]
    )
    data = {"title": "Tên của tôi", "lock_version": 0} | days("2026-04-01", "2026-04-30")
    page = client.post(url("edit_phase", world.pk, phase.pk), data)
    rows = {row.name: (row.mine, row.theirs) for row in page.context["form"].stale_fields}
    assert rows["title"] == ("Tên của tôi", "Tên của người kia")
    assert rows["starts"] == ("ngày 01/04/2026", "tháng 5/2026 (01/05/2026)")
    assert rows["themes"] == ("", "Hai")
    assert "Tên của người kia" in text(page)
    # sent again in knowledge of both
    client.post(url("edit_phase", world.pk, phase.pk), data | {"lock_version": 1})
    assert Phase.objects.get(pk=phase.pk).title == "Tên của tôi"


def test_themes_and_forms_of_the_plan_and_two_editors(world, client):
    page = client.get(url("contents", world.pk))
    seen = page.context["form"]["seen"].value()
    data = {"themes": "Một\nHai", "forms_": "Báo chí\nTruyền thanh", "seen": seen}
    assert client.post(url("contents", world.pk), data).status_code == 302
    assert [t.text for t in world.themes.order_by("position")] == ["Một", "Hai"]
    page = client.post(url("contents", world.pk), data | {"themes": "Của tôi"})
    assert ("Của tôi" in text(page), "người khác đã lưu" in text(page)) == (True, True)
    assert [t.text for t in world.themes.order_by("position")] == ["Một", "Hai"]
    again = page.context["form"]["seen"].value()
    client.post(url("contents", world.pk), data | {"themes": "Của tôi", "seen": again})
    assert [t.text for t in world.themes.order_by("position")] == ["Của tôi"]


def test_moving_up_and_down_without_javascript(world, client):
    track = TrackFactory(plan=world)
    rows = [PhaseFactory(track=track, title=f"Đợt {n}") for n in range(3)]
    order = lambda: list(track.phases.order_by("position").values_list("title", flat=True))  # noqa: E731
    client.post(url("move_part", world.pk, "dot", rows[2].pk), {"huong": "len"})
    assert order() == ["Đợt 0", "Đợt 2", "Đợt 1"]
    client.post(url("move_part", world.pk, "dot", rows[0].pk), {"huong": "xuong"})
    assert order() == ["Đợt 2", "Đợt 0", "Đợt 1"]
    client.post(url("move_part", world.pk, "dot", rows[2].pk), {"huong": "len"})
    assert order() == ["Đợt 2", "Đợt 0", "Đợt 1"]


def test_removing_asks_first_and_refuses_what_others_hang_on(world, client):
    track = TrackFactory(plan=world)
    first = PhaseFactory(track=track, title="Đợt 1")
    second = PhaseFactory(track=track, title="Đợt 2", starts=ref(first.ends, 1), ends=on("2026-09"))
    address = url("remove_part", world.pk, "dot", first.pk)
    assert "Xóa đợt" in text(client.get(address))
    assert Phase.objects.count() == 2
    assert "đang tính theo đây" in text(client.post(address))
    client.post(url("remove_part", world.pk, "dot", second.pk))
    client.post(address)
    assert not Phase.objects.exists()
    client.post(url("remove_part", world.pk, "mach", track.pk))
    assert not Track.objects.exists()


def test_a_part_of_another_plan_is_not_found_here(world, client):
    phase = PhaseFactory()
    assert client.get(url("edit_phase", world.pk, phase.pk)).status_code == 404
    assert client.post(url("move_part", world.pk, "dot", phase.pk)).status_code == 404
    assert client.post(url("remove_part", world.pk, "dot", phase.pk)).status_code == 404
    assert client.post(url("remove_part", world.pk, "khac", phase.pk)).status_code == 404


def test_a_task_with_a_due_date_given_to_units_and_taken_back(world, client):
    units = [
        AgencyFactory(parent=world.issuer, name=f"Đảng bộ xã {n}", kind="party") for n in range(3)
    ]
    other = AgencyFactory(name="Sở Văn hóa", led_by=units[2])
    stranger = AgencyFactory(name="Sở Văn hóa tỉnh khác")
    phase = PhaseFactory(track=TrackFactory(plan=world), ends=on("2026-03-31"))
    client.post(
        url("add_task", world.pk),
        {
            "title": "Mở chuyên mục",
            "phase": phase.pk,
            "due-kind": "phase",
            "due-point": phase.ends_id,
            "due-direction": "before",
            "due-amount": 7,
            "due-unit": "days",
        },
    )
    task = Task.objects.select_related("due").get()
    assert (task.due.resolved_on, task.phase) == (day("2026-03-24"), phase)
    page = client.get(url("units", world.pk, task.pk))
    offered = [u.name for g in page.context["groups"] for u in g.units]
    assert offered == ["Đảng bộ tỉnh Mẫu", *[u.name for u in units], "Sở Văn hóa"]
    page = client.get(url("units", world.pk, task.pk), {"tim": "văn hóa"})
    assert [u.name for g in page.context["groups"] for u in g.units] == ["Sở Văn hóa"]
    page = client.post(url("units", world.pk, task.pk), {"agencies": [units[0].pk, stranger.pk]})
    assert "nên không giao nhiệm vụ được: Sở Văn hóa tỉnh khác." in text(page)
    assert not Assignment.objects.exists()
    client.post(url("units", world.pk, task.pk), {"agencies": [units[0].pk, other.pk]})
    given = {a.agency: a for a in Assignment.objects.all()}
    assert set(given) == {units[0], other}
    client.post(url("unassign", world.pk, task.pk, given[other].pk))
    assert [a.agency for a in Assignment.objects.all()] == [units[0]]
    assert "Chọn ít nhất một đơn vị." in text(client.post(url("units", world.pk, task.pk)))


def test_a_task_begun_is_neither_taken_back_nor_removed(world, client):
    unit = AgencyFactory()
    task = TaskFactory(plan=world, assigned_to=[unit])
    issue(world)
    given = Assignment.objects.get()
    actions.set_progress(actor=None, assignment=given, state="doing")
    page = client.post(url("unassign", world.pk, task.pk, given.pk), follow=True)
    assert "đã thực hiện nhiệm vụ này nên không thu hồi được" in text(page)
    page = client.post(url("remove_part", world.pk, "nhiem-vu", task.pk))
    assert "Đã có đơn vị thực hiện nhiệm vụ này" in text(page)
    assert Assignment.objects.count() == 1


def test_the_due_date_is_cleared(world, client):
    task = TaskFactory(plan=world, due=on("2026-03-31"))
    data = {"title": task.title, "lock_version": 0, "due-kind": "none"}
    client.post(url("edit_task", world.pk, task.pk), data)
    task.refresh_from_db()
    assert task.due is None


def test_the_day_is_told_while_it_is_chosen(world, client):
    congress = EventFactory(planned_opens=day("2026-09-24"))
    address = url("boundary", world.pk)
    chosen = {"moc": "ends", "ends-kind": "event", "ends-event": congress.pk}
    chosen |= {"ends-moment": "opens", "ends-direction": "before", "ends-amount": 1}
    assert "23/09/2026" in text(client.get(address, chosen | {"ends-unit": "days"}))
    assert "Chưa ra ngày" in text(client.get(address, {"moc": "ends", "ends-kind": "day"}))
    assert "để ngỏ" in text(client.get(address, {"moc": "ends", "ends-kind": "open"}))
    assert client.get(address, {"moc": "khac"}).status_code == 404
    assert not Phase.objects.exists()


def test_the_page_of_a_plan_costs_the_same_for_one_and_many_parts(world, client):
    congress = EventFactory(planned_opens=day("2026-09-24"))
    unit = AgencyFactory()

    def grow(n):
        track = TrackFactory(plan=world)
        spec = EventSpec(event_id=congress.pk, moment="opens", offset=-n)
        phase = PhaseFactory(track=track, ends=spec)
        PhaseFactory(track=track, starts=ref(phase.ends, 1), ends=on("2026-12"))
        TaskFactory(plan=world, phase=phase, due=ref(phase.ends), assigned_to=[unit])

    def cost(address):
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    grow(1)
    pages = [url("manage", world.pk), url("add_task", world.pk)]
    before = [cost(page) for page in pages]
    for n in range(2, 6):
        grow(n)
    assert [cost(page) for page in pages] == before


@pytest.mark.parametrize(
    ("habit", "first"),
    [(True, "Trước, tính cả"), (False, "Trước, không tính")],
)
def test_the_habit_of_the_plan_comes_first(world, client, habit, first):
    actions.edit_plan(actor=None, plan=world, before_includes_day=habit)
    track = TrackFactory(plan=world)
    form = client.get(url("add_phase", world.pk, track.pk)).context["form"]
    choices = form.boundaries["ends"].fields["before"].choices
    assert (choices[0][0], choices[1][1].startswith(first)) == ("", True)
