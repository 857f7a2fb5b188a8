"""The edges of days: leap days, ends of months and years, Tết, first and last days of phases."""

import datetime as dt

import pytest
import time_machine

from campaigns import actions, queries
from campaigns.boundaries import Unknown, as_written, date_spec
from campaigns.models import Boundary, CalendarDay
from campaigns.rules import specs
from campaigns.rules.states import ACTIVE, ENDED, UNDETERMINED, UPCOMING, phase_state
from portal.common import clock
from tests.agencies.factories import AgencyFactory
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
    phase.starts.refresh_from_db()
    phase.ends.refresh_from_db()
    return phase.starts.resolved_on, phase.ends.resolved_on


def due_day(spec):
    return TaskFactory(due=spec).due.resolved_on


@pytest.mark.parametrize(
    ("text", "before", "resolved", "said"),
    [
        ("2026-06-30", "exclusive", "2026-06-29", "trước ngày 30/6/2026"),
        ("2026-06-30", "inclusive", "2026-06-30", "trước ngày 30/6/2026"),
        ("2024-03-01", "exclusive", "2024-02-29", "trước ngày 01/3/2024"),
        ("2025-03-01", "exclusive", "2025-02-28", "trước ngày 01/3/2025"),
        ("2024-02-29", "inclusive", "2024-02-29", "trước ngày 29/02/2024"),
        ("2026-01-01", "exclusive", "2025-12-31", "trước ngày 01/01/2026"),
        ("2026-07", "exclusive", "2026-06-30", "trước tháng 7/2026"),
        ("2026-07", "inclusive", "2026-07-31", "trước tháng 7/2026"),
        ("2024-03", "exclusive", "2024-02-29", "trước tháng 3/2024"),
        ("2027", "exclusive", "2026-12-31", "trước năm 2027"),
    ],
)
def test_before_a_day_a_month_a_year(text, before, resolved, said):
    spec = date_spec(text, before=before)
    task = TaskFactory(due=spec)
    assert task.due.resolved_on == day(resolved)
    assert as_written(task.due) == said
    # a phase that starts "trước ngày …" comes to the same day
    assert PhaseFactory(starts=spec, ends=on("2030")).starts.resolved_on == day(resolved)


def test_before_moves_when_the_choice_changes_and_words_stay():
    task = TaskFactory(due=date_spec("2026-06-30", before="exclusive"))
    actions.edit_task(actor=None, task=task, due=date_spec("2026-06-30", before="inclusive"))
    due = Boundary.objects.get(pk=task.due_id)
    assert (due.resolved_on, due.revision, as_written(due)) == (
        day("2026-06-30"),
        2,
        "trước ngày 30/6/2026",
    )


def test_a_part_of_a_month_can_be_what_comes_after():
    assert due_day(date_spec("2026-06", part="late", before="exclusive")) == day("2026-06-20")
    assert due_day(date_spec("2026-06", part="late", before="inclusive")) == day("2026-06-30")


def test_only_dates_can_be_before():
    from django.db import IntegrityError, transaction

    due = TaskFactory(due=Unknown()).due
    with pytest.raises(IntegrityError), transaction.atomic():
        Boundary.objects.filter(pk=due.pk).update(before="inclusive")
    with pytest.raises(ValueError):
        date_spec("2026-06-30", before="until")


@pytest.mark.parametrize(
    ("habit", "text", "resolved"),
    [
        (False, "2026-06-30", "2026-06-29"),
        (True, "2026-06-30", "2026-06-30"),
        # the habit is about days: before July is before July
        (True, "2026-07", "2026-06-30"),
    ],
)
def test_the_habit_of_a_plan(habit, text, resolved):
    spec = date_spec(text).before_by(includes_day=habit)
    assert spec.day(specs.END) == day(resolved)


def test_the_leap_day_and_days_counted_over_it():
    assert due_day(on("2024-02-29")) == day("2024-02-29")
    congress = EventFactory(planned_opens=day("2024-02-29"), planned_closes=day("2024-03-01"))
    phase = PhaseFactory(
        starts=event_on(congress, "opens", -366), ends=event_on(congress, "opens", 366)
    )
    assert limits(phase) == (day("2023-02-28"), day("2025-03-01"))
    actions.move_event(
        actor=None,
        event=congress,
        dates={"planned_opens": day("2024-02-28"), "planned_closes": day("2024-02-29")},
    )
    assert limits(phase) == (day("2023-02-27"), day("2025-02-28"))


@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2025-02", "2025-02-01", "2025-02-28"),
        ("2026-04", "2026-04-01", "2026-04-30"),
        ("2026-12", "2026-12-01", "2026-12-31"),
    ],
)
def test_a_month_ends_on_its_last_day_and_the_next_phase_follows_at_once(month, first, last):
    track = TrackFactory()
    phase = PhaseFactory(track=track, starts=on(month), ends=on(month))
    after = PhaseFactory(track=track, starts=ref(phase.ends, 1), ends=ref(phase.ends, 10))
    assert limits(phase) == (day(first), day(last))
    assert after.starts.resolved_on == day(last) + dt.timedelta(days=1)
    assert [w.code for w in queries.plan_page(track.plan).warnings] == []


def test_a_year_runs_from_its_first_to_its_last_day_in_vietnam():
    phase = PhaseFactory(starts=on("2022"), ends=on("2025"))
    assert limits(phase) == (day("2022-01-01"), day("2025-12-31"))
    assert phase.ends.at == dt.datetime(2025, 12, 31, 17, tzinfo=dt.UTC)
    # half an hour before midnight in Vietnam it is still the last day, half an hour after no more
    for moment, state in (
        ("2025-12-31T23:30:00+07:00", ACTIVE),
        ("2026-01-01T00:30:00+07:00", ENDED),
    ):
        with time_machine.travel(dt.datetime.fromisoformat(moment), tick=False):
            assert phase_state(phase, clock.today()) == state


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("2026-02-09", UPCOMING),
        ("2026-02-10", ACTIVE),
        ("2026-03-31", ACTIVE),
        ("2026-04-01", ENDED),
    ],
)
def test_the_day_a_phase_starts_and_the_day_it_ends_belong_to_it(today, state):
    phase = PhaseFactory(starts=on("2026-02-10"), ends=on("2026-03-31"))
    with time_machine.travel(dt.datetime.fromisoformat(f"{today}T08:00:00+07:00"), tick=False):
        assert phase_state(phase, clock.today()) == state


def test_a_phase_of_one_day():
    phase = PhaseFactory(starts=on("2026-02-28"), ends=on("2026-02-28"))
    states = [phase_state(phase, day(f"2026-0{d}")) for d in ("2-27", "2-28", "3-01")]
    assert states == [UPCOMING, ACTIVE, ENDED]


def tet():
    for number in range(9):  # 14-22/02/2026, weekends included
        actions_day = day("2026-02-14") + dt.timedelta(days=number)
        CalendarDay.objects.create(on=actions_day, kind="holiday", name="Tết Nguyên đán Bính Ngọ")


def test_working_days_pass_over_tet():
    tet()
    congress = EventFactory(planned_opens=day("2026-02-24"), planned_closes=day("2026-02-24"))
    phase = PhaseFactory(
        starts=event_on(congress, "opens", -3, working=True),
        ends=event_on(congress, "opens", 1, working=True),
    )
    # Monday 23/2, then Friday 13/2 and Thursday 12/2 before the holidays
    assert limits(phase) == (day("2026-02-12"), day("2026-02-25"))


def test_a_due_day_in_tet_is_said_and_kept():
    tet()
    plan = PlanFactory()
    task = TaskFactory(plan=plan, title="Báo cáo nhanh", due=on("2026-02-17"))
    assert task.due.resolved_on == day("2026-02-17")
    warnings = queries.plan_page(plan).warnings
    assert [w.code for w in warnings] == ["holiday"]
    assert "17/02/2026" in warnings[0].text


def test_a_congress_that_opens_and_closes_on_one_day():
    congress = EventFactory(planned_opens=day("2026-06-15"), planned_closes=day("2026-06-15"))
    track = TrackFactory()
    before = PhaseFactory(track=track, starts=on("2026-05"), ends=event_on(congress, "opens", -1))
    during = PhaseFactory(
        track=track, starts=event_on(congress, "opens"), ends=event_on(congress, "closes")
    )
    after = PhaseFactory(track=track, starts=event_on(congress, "closes", 1), ends=on("2026-07"))
    assert [limits(p) for p in (before, during, after)] == [
        (day("2026-05-01"), day("2026-06-14")),
        (day("2026-06-15"), day("2026-06-15")),
        (day("2026-06-16"), day("2026-07-31")),
    ]
    with time_machine.travel(dt.datetime(2026, 6, 15, 1, tzinfo=dt.UTC), tick=False):
        states = [phase_state(p, clock.today()) for p in (before, during, after)]
    assert states == [ENDED, ACTIVE, UPCOMING]
    assert queries.plan_page(track.plan).warnings == []
    # moved by a month as a whole, it is still one day
    actions.move_event(
        actor=None,
        event=congress,
        dates={"actual_opens": day("2026-07-15"), "actual_closes": day("2026-07-15")},
    )
    assert limits(during) == (day("2026-07-15"), day("2026-07-15"))


def test_without_its_day_a_phase_is_undetermined_and_comes_back():
    congress = EventFactory(planned_opens=day("2026-06-15"))
    phase = PhaseFactory(starts=event_on(congress, "opens"), ends=event_on(congress, "closes", 30))
    assert (limits(phase), phase_state(phase, day("2026-06-20"))) == (
        (day("2026-06-15"), None),
        UNDETERMINED,
    )
    actions.move_event(actor=None, event=congress, dates={"planned_closes": day("2026-06-16")})
    assert limits(phase)[1] == day("2026-07-16")
    assert phase_state(phase, day("2026-06-20")) == ACTIVE


def test_a_derived_plan_reads_before_as_its_superior_does():
    above = PlanFactory(before_includes_day=True, issued=True)
    plan = actions.derive_plan(actor=None, above=above, issuer=AgencyFactory(), title="Của sở")
    assert plan.before_includes_day is True
