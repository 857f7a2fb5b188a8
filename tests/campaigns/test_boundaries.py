"""The graph in the database: resolving, moving, refusing loops, previews."""

import datetime as dt
import threading

import pytest
from django.db import connection, connections

from campaigns import actions, boundaries
from campaigns.models import Boundary, CalendarDay, DateChange
from campaigns.rules.specs import DateSpec, EventSpec, Open, RefSpec, Unknown
from portal.common.errors import Refused
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    event_on,
    on,
    ref,
)

pytestmark = pytest.mark.django_db


def limits(phase):
    """(start, end) as stored."""
    phase.refresh_from_db()
    phase.starts.refresh_from_db()
    phase.ends.refresh_from_db()
    return phase.starts.resolved_on, phase.ends.resolved_on


@pytest.mark.parametrize(
    "spec",
    [
        DateSpec(date=dt.date(2020, 6, 1), precision="month", part="late", verbatim="cuối tháng 6"),
        Open(),
        Unknown(verbatim="sẽ thông báo sau"),
    ],
)
def test_a_spec_survives_being_stored(spec):
    phase = PhaseFactory(starts=spec)
    assert boundaries.spec_of(Boundary.objects.get(pk=phase.starts_id)) == spec


def test_event_and_reference_specs_survive_too():
    event = EventFactory()
    first = PhaseFactory(starts=event_on(event, "closes", 2, working=True, verbatim="sau bế mạc"))
    second = PhaseFactory(starts=ref(first.starts, -3))
    assert boundaries.spec_of(Boundary.objects.get(pk=first.starts_id)) == EventSpec(
        event_id=event.pk, moment="closes", offset=2, working=True, verbatim="sau bế mạc"
    )
    assert boundaries.spec_of(Boundary.objects.get(pk=second.starts_id)) == RefSpec(
        boundary_id=first.starts_id, offset=-3
    )


def test_instants_are_half_open_in_vietnam():
    phase = PhaseFactory(starts=on("2020-06"), ends=on("2020-06"))
    phase.starts.refresh_from_db()
    phase.ends.refresh_from_db()
    utc = dt.UTC
    assert phase.starts.at == dt.datetime(2020, 5, 31, 17, tzinfo=utc)
    assert phase.ends.at == dt.datetime(2020, 6, 30, 17, tzinfo=utc)


def test_created_rows_know_their_day_at_once():
    phase = PhaseFactory(starts=on("2020-06"))
    assert (phase.starts.resolved_on, phase.starts.revision) == (day("2020-06-01"), 1)


def test_moving_an_event_moves_everything_that_hangs_on_it_across_plans():
    event = EventFactory(planned_opens=day("2025-10-13"), planned_closes=day("2025-10-15"))
    above = PhaseFactory(starts=event_on(event, "opens", -30), ends=event_on(event, "opens", -1))
    below = PhaseFactory(starts=ref(above.ends, 1), ends=ref(above.ends, 10))
    task = TaskFactory(plan=below.track.plan, due=ref(below.ends, -2))
    still = PhaseFactory()
    before = boundaries.graph_revision()
    actions.move_event(
        actor=None,
        event=event,
        dates={"actual_opens": day("2025-10-20"), "actual_closes": day("2025-10-21")},
        reason="Trung ương điều chỉnh lịch",
    )
    assert limits(above) == (day("2025-09-20"), day("2025-10-19"))
    assert limits(below) == (day("2025-10-20"), day("2025-10-29"))
    task.due.refresh_from_db()
    assert (task.due.resolved_on, task.due.revision) == (day("2025-10-27"), 2)
    assert limits(still) == (day("2026-01-01"), day("2026-01-31"))
    assert boundaries.graph_revision() == before + 1
    change = DateChange.objects.get()
    assert (change.event, change.reason, change.graph_revision) == (
        event,
        "Trung ương điều chỉnh lịch",
        before + 1,
    )
    moved = {i.boundary_id: (i.old_on, i.new_on) for i in change.items.all()}
    assert moved == {
        above.starts_id: (day("2025-09-13"), day("2025-09-20")),
        above.ends_id: (day("2025-10-12"), day("2025-10-19")),
        below.starts_id: (day("2025-10-13"), day("2025-10-20")),
        below.ends_id: (day("2025-10-22"), day("2025-10-29")),
        task.due_id: (day("2025-10-20"), day("2025-10-27")),
    }


def test_actual_beats_expected_beats_planned():
    event = EventFactory(planned_opens=day("2025-10-01"))
    phase = PhaseFactory(starts=event_on(event, "opens"), ends=Open())
    assert limits(phase) == (day("2025-10-01"), None)
    for name, text in (("expected_opens", "2025-11-01"), ("actual_opens", "2025-12-01")):
        actions.move_event(actor=None, event=event, dates={name: day(text)})
        assert limits(phase) == (day(text), None)
    actions.move_event(actor=None, event=event, dates={"planned_opens": day("2025-09-01")})
    assert limits(phase) == (day("2025-12-01"), None)
    actions.move_event(
        actor=None,
        event=event,
        dates=dict.fromkeys(("planned_opens", "expected_opens", "actual_opens")),
    )
    assert limits(phase) == (None, None)


def test_a_date_that_did_not_move_keeps_its_revision():
    event = EventFactory(planned_opens=day("2025-10-01"), planned_closes=day("2025-10-05"))
    phase = PhaseFactory(starts=event_on(event, "opens"), ends=event_on(event, "closes"))
    actions.move_event(actor=None, event=event, dates={"planned_closes": day("2025-10-06")})
    limits(phase)
    assert (phase.starts.revision, phase.ends.revision) == (1, 2)
    assert list(DateChange.objects.get().items.values_list("boundary_id", flat=True)) == [
        phase.ends_id
    ]


def test_a_preview_tells_what_a_move_then_does():
    event = EventFactory(planned_opens=day("2025-10-13"))
    first = PhaseFactory(title="Đợt 1", starts=event_on(event, "opens", -7), ends=Open())
    second = PhaseFactory(title="Đợt 2", starts=ref(first.starts, 1, working=True), ends=Open())
    dates = {"planned_opens": day("2025-11-03")}
    effect = boundaries.preview_event_move(event, dates)
    assert [(m.name, m.side, m.old_on, m.new_on) for m in effect.moves] == [
        ("Đợt 1", "start", day("2025-10-06"), day("2025-10-27")),
        ("Đợt 2", "start", day("2025-10-07"), day("2025-10-28")),
    ]
    assert [(name, count) for name, _url, count in effect.plans] == [
        (first.track.plan.title, 1),
        (second.track.plan.title, 1),
    ]
    assert limits(first)[0] == day("2025-10-06")
    actions.move_event(actor=None, event=event, dates=dates, graph_revision=effect.graph_revision)
    assert (limits(first)[0], limits(second)[0]) == (day("2025-10-27"), day("2025-10-28"))


def test_a_stale_preview_is_refused():
    event = EventFactory(planned_opens=day("2025-10-13"))
    phase = PhaseFactory(starts=event_on(event, "opens"), ends=Open())
    effect = boundaries.preview_event_move(event, {"planned_opens": day("2025-11-03")})
    PhaseFactory()
    with pytest.raises(Refused) as caught:
        actions.move_event(
            actor=None,
            event=event,
            dates={"planned_opens": day("2025-11-03")},
            graph_revision=effect.graph_revision,
        )
    assert caught.value.code == "stale_preview"
    assert limits(phase)[0] == day("2025-10-13")


def test_a_loop_is_refused_and_named():
    track = TrackFactory()
    first = PhaseFactory(track=track, title="Đợt 1")
    second = PhaseFactory(track=track, title="Đợt 2", starts=ref(first.ends, 1))
    with pytest.raises(Refused) as caught:
        actions.edit_phase(actor=None, phase=first, ends=ref(second.starts, -1))
    assert caught.value.code == "cycle"
    assert str(caught.value.message) == (
        "Các mốc thời gian phụ thuộc vòng quanh vào nhau: Đợt 1 → Đợt 2 → Đợt 1."
    )
    assert limits(first) == (day("2026-01-01"), day("2026-01-31"))


def test_a_loop_inside_one_phase_is_refused():
    phase = PhaseFactory(title="Đợt 1")
    actions.edit_phase(actor=None, phase=phase, ends=ref(phase.starts, 5))
    with pytest.raises(Refused) as caught:
        actions.edit_phase(actor=None, phase=phase, starts=ref(phase.ends, -5))
    assert str(caught.value.message).endswith(": Đợt 1 → Đợt 1.")


def test_opening_a_boundary_records_the_day_it_lost():
    phase = PhaseFactory()
    after = PhaseFactory(starts=ref(phase.ends, 1), ends=Open())
    actions.edit_phase(actor=None, phase=phase, ends=Open())
    assert limits(phase) == (day("2026-01-01"), None)
    assert limits(after) == (None, None)
    items = DateChange.objects.get().items
    assert sorted(items.values_list("boundary_id", "old_on", "new_on")) == [
        (phase.ends_id, day("2026-01-31"), None),
        (after.starts_id, day("2026-02-01"), None),
    ]


def test_new_words_for_the_same_day_move_nothing():
    phase = PhaseFactory(starts=on("2026-01-01"))
    before = boundaries.graph_revision()
    spec = on("2026-01-01").worded("từ đầu năm")
    actions.edit_phase(actor=None, phase=phase, starts=spec)
    assert boundaries.graph_revision() == before
    assert DateChange.objects.count() == 0
    phase.starts.refresh_from_db()
    assert boundaries.as_written(phase.starts) == "từ đầu năm"


def test_a_phase_others_hang_on_cannot_be_removed():
    phase = PhaseFactory(title="Đợt 1")
    PhaseFactory(title="Đợt 2", starts=ref(phase.ends, 1))
    with pytest.raises(Refused) as caught:
        actions.remove_phase(actor=None, phase=phase)
    assert caught.value.code == "boundary_in_use"
    assert "Đợt 2" in str(caught.value.message)


def test_a_phase_whose_end_hangs_on_its_start_can_be_removed():
    phase = PhaseFactory()
    actions.edit_phase(actor=None, phase=phase, ends=ref(phase.starts, 5))
    actions.remove_phase(actor=None, phase=phase)
    assert Boundary.objects.count() == 0


def test_the_calendar_moves_what_counts_working_days():
    event = EventFactory(planned_opens=day("2024-02-15"))
    phase = PhaseFactory(
        starts=event_on(event, "opens", -1, working=True), ends=event_on(event, "opens", -1)
    )
    assert limits(phase) == (day("2024-02-14"), day("2024-02-14"))
    tet = {
        day("2024-02-08") + dt.timedelta(days=n): {
            "kind": "holiday",
            "name": "Tết Nguyên đán",
            "uncertain": False,
        }
        for n in range(7)
    }
    assert actions.set_calendar(actor=None, days=tet) == (7, 0)
    assert limits(phase) == (day("2024-02-07"), day("2024-02-14"))
    assert actions.set_calendar(actor=None, days=tet) == (0, 0)
    assert CalendarDay.objects.count() == 7


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda e, p: on("2020-02-05"), "ngày 05/02/2020"),
        (lambda e, p: on("2020-06"), "tháng 6/2020"),
        (lambda e, p: on("2020-10", "late"), "cuối tháng 10/2020"),
        (lambda e, p: on("2020", "early"), "đầu năm 2020"),
        (lambda e, p: on("2020"), "năm 2020"),
        (lambda e, p: event_on(e, "opens"), "khai mạc Đại hội đại biểu Đảng bộ xã Mẫu lần thứ I"),
        (
            lambda e, p: event_on(e, "opens", -7),
            "7 ngày trước khai mạc Đại hội đại biểu Đảng bộ xã Mẫu lần thứ I",
        ),
        (
            lambda e, p: event_on(e, "closes", 5, working=True),
            "5 ngày làm việc sau bế mạc Đại hội đại biểu Đảng bộ xã Mẫu lần thứ I",
        ),
        (lambda e, p: ref(p.ends), "ngày kết thúc Đợt 1 (Kế hoạch trên)"),
        (lambda e, p: ref(p.starts, -1), "1 ngày trước ngày bắt đầu Đợt 1 (Kế hoạch trên)"),
        (lambda e, p: Open(), "để ngỏ"),
        (lambda e, p: Unknown(), "chưa xác định"),
    ],
)
def test_boundaries_in_words(make, words):
    event = EventFactory(
        host__name="Đảng bộ xã Mẫu", term_start=None, term_end=None, planned_opens=None
    )
    other = PhaseFactory(title="Đợt 1", track__plan__title="Kế hoạch trên")
    phase = PhaseFactory(starts=make(event, other))
    assert boundaries.as_written(phase.starts) == words


def test_in_its_own_plan_a_phase_is_named_alone():
    first = PhaseFactory(title="Đợt 1")
    second = PhaseFactory(track=first.track, starts=ref(first.ends, 1))
    key = f"campaigns.plan:{first.track.plan_id}"
    assert boundaries.as_written(second.starts, context_key=key) == (
        "1 ngày sau ngày kết thúc Đợt 1"
    )


@pytest.mark.slow
def test_84000_boundaries_move_in_a_few_statements(django_assert_max_num_queries):
    """A congress on which 3.000 plans hang moves by sets, not row by row."""
    event = EventFactory(planned_opens=day("2025-10-13"))
    with connection.cursor() as cursor:
        # The worst case: statistics from when nothing hung on anything. A statement that loops
        # over all pairs then takes minutes.
        cursor.execute("ANALYZE campaigns_boundary")
        cursor.execute("SET LOCAL statement_timeout = '60s'")
        cursor.execute(
            "INSERT INTO campaigns_boundary (kind, side, owner_kind, date, precision, part, "
            'event_id, moment, "offset", working, verbatim, revision) '
            "SELECT 'event', 'start', 'test.many', NULL, '', '', %s, 'opens', "
            "g %% 90, g %% 3 = 0, '', 0 FROM generate_series(1, 42000) g RETURNING id",
            [event.pk],
        )
        first = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO campaigns_boundary (kind, side, owner_kind, date, precision, part, "
            'ref_boundary_id, moment, "offset", working, verbatim, revision) '
            "SELECT 'ref', 'end', 'test.many', NULL, '', '', id, '', 7, false, '', 0 "
            "FROM campaigns_boundary WHERE owner_kind = 'test.many' AND id >= %s",
            [first],
        )
    boundaries.reresolve(Boundary.objects.filter(event=event).values_list("pk", flat=True))
    with django_assert_max_num_queries(25):
        actions.move_event(actor=None, event=event, dates={"planned_opens": day("2025-10-20")})
    assert DateChange.objects.get(event=event).items.count() == 84000
    assert set(
        Boundary.objects.filter(owner_kind="test.many").values_list("revision", flat=True)
    ) == {2}


# --- Two people at once ---------------------------------------------------------------------


def run_together(*jobs):
    """Run each job in a thread with a connection of its own; returns results or exceptions."""
    results = [None] * len(jobs)
    barrier = threading.Barrier(len(jobs))

    def run(number, job):
        try:
            barrier.wait(10)
            results[number] = job()
        except Exception as error:
            results[number] = error
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(number, job), daemon=True)
        for number, job in enumerate(jobs)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert not any(thread.is_alive() for thread in threads)
    return results


@pytest.mark.django_db(transaction=True)
def test_two_edits_cannot_close_a_loop_together():
    first, second = PhaseFactory(title="Đợt 1"), PhaseFactory(title="Đợt 2")
    results = run_together(
        lambda: actions.edit_phase(actor=None, phase=first, ends=ref(second.starts, -1)),
        lambda: actions.edit_phase(actor=None, phase=second, starts=ref(first.ends, 1)),
    )
    refused = [r for r in results if isinstance(r, Refused)]
    assert [r.code for r in refused] == ["cycle"]
    hanging = Boundary.objects.exclude(ref_boundary=None).values_list("ref_boundary_id", flat=True)
    assert len(hanging) == 1


@pytest.mark.django_db(transaction=True)
def test_two_moves_made_on_one_preview_happen_once():
    event = EventFactory(planned_opens=day("2025-10-13"))
    phase = PhaseFactory(starts=event_on(event, "opens"), ends=Open())
    revision = boundaries.graph_revision()

    def move(text):
        return lambda: actions.move_event(
            actor=None,
            event=event,
            dates={"planned_opens": day(text)},
            graph_revision=revision,
        )

    results = run_together(move("2025-11-01"), move("2025-12-01"))
    assert [r.code for r in results if isinstance(r, Refused)] == ["stale_preview"]
    assert DateChange.objects.count() == 1
    event.refresh_from_db()
    assert limits(phase)[0] == event.planned_opens


def test_plans_made_in_one_edit_are_resolved_once():
    """A loader adds many phases that hang on each other in any order: one change of the graph."""
    plan = PlanFactory()
    before = boundaries.graph_revision()
    with boundaries.editing(actor=None):
        track = actions.add_track(actor=None, plan=plan, title="Mạch")
        later = actions.add_phase(
            actor=None, track=track, title="Đợt 2", starts=Unknown(), ends=Open()
        )
        earlier = actions.add_phase(
            actor=None, track=track, title="Đợt 1", starts=on("2026"), ends=on("2026-05")
        )
        actions.edit_phase(actor=None, phase=later, starts=ref(earlier.ends, 1))
    assert boundaries.graph_revision() == before + 1
    assert limits(later) == (day("2026-06-01"), None)
    assert DateChange.objects.count() == 0
