"""Which days a reporting period holds, and when its reports are due."""

import datetime as dt
from itertools import islice

import pytest

from campaigns.rules import periods
from campaigns.rules.workdays import WorkCalendar
from portal.common import clock

D = dt.date
TET_2026 = WorkCalendar(
    holidays=frozenset(D(2026, 2, day) for day in range(16, 21)), workdays=frozenset()
)


def days(kind, since, until=None, count=50, **rule):
    found = islice(periods.stretches(kind, since=since, until=until, **rule), count)
    return [(s.first_on, s.last_on) for s in found]


def test_the_month_of_the_state_runs_from_the_15th_to_the_14th():
    assert days("monthly", D(2025, 11, 15), count=3, day=14) == [
        (D(2025, 11, 15), D(2025, 12, 14)),
        (D(2025, 12, 15), D(2026, 1, 14)),
        (D(2026, 1, 15), D(2026, 2, 14)),
    ]


def test_a_month_without_the_day_is_cut_off_on_its_last():
    assert days("monthly", D(2028, 1, 1), count=4, day=31) == [
        (D(2028, 1, 1), D(2028, 1, 31)),
        (D(2028, 2, 1), D(2028, 2, 29)),
        (D(2028, 3, 1), D(2028, 3, 31)),
        (D(2028, 4, 1), D(2028, 4, 30)),
    ]
    assert days("monthly", D(2027, 2, 1), count=1, day=29) == [(D(2027, 2, 1), D(2027, 2, 28))]


def test_the_29th_of_february_is_a_cut_off_like_others():
    assert days("monthly", D(2028, 1, 30), count=2, day=29) == [
        (D(2028, 1, 30), D(2028, 2, 29)),
        (D(2028, 3, 1), D(2028, 3, 29)),
    ]


def test_weeks_run_on_through_new_year():
    assert days("weekly", D(2025, 12, 26), count=2, weekday=3) == [
        (D(2025, 12, 26), D(2026, 1, 1)),
        (D(2026, 1, 2), D(2026, 1, 8)),
    ]


def test_the_first_and_the_last_may_be_short():
    assert days("weekly", D(2026, 3, 4), D(2026, 3, 17), weekday=4) == [
        (D(2026, 3, 4), D(2026, 3, 6)),
        (D(2026, 3, 7), D(2026, 3, 13)),
        (D(2026, 3, 14), D(2026, 3, 17)),
    ]
    assert days("weekly", D(2026, 3, 6), D(2026, 3, 6), weekday=4) == [
        (D(2026, 3, 6), D(2026, 3, 6))
    ]


@pytest.mark.parametrize("day", range(1, 32))
def test_months_leave_no_gap_and_never_overlap(day):
    found = days("monthly", D(2027, 6, 10), count=24, day=day)
    after = [first for first, _last in found[1:]]
    assert after == [last + dt.timedelta(days=1) for _first, last in found[:-1]]


def test_a_deadline_passes_over_tet_and_weekends():
    due = periods.deadline(D(2026, 2, 13), days=1, hour=17, calendar=TET_2026)
    assert due == dt.datetime(2026, 2, 23, 17, tzinfo=clock.TZ)  # Friday before Tết -> Monday after
    week = days("weekly", D(2026, 2, 14), count=1, weekday=4)
    assert week == [(D(2026, 2, 14), D(2026, 2, 20))]
    due = periods.deadline(week[0][1], days=2, hour=9, calendar=TET_2026)
    assert due == dt.datetime(2026, 2, 24, 9, tzinfo=clock.TZ)


def test_a_deadline_on_the_day_itself_ends_with_it():
    due = periods.deadline(D(2026, 2, 17), days=0, hour=24, calendar=TET_2026)
    assert due == clock.start_of_day(D(2026, 2, 18))


def test_names():
    week, month = (
        periods.Stretch(D(2026, 1, 5), D(2026, 1, 11)),
        periods.Stretch(D(2026, 1, 15), D(2026, 2, 14)),
    )
    assert periods.name_of("weekly", week) == "Tuần 05/01 – 11/01/2026"
    assert periods.name_of("monthly", month) == "Tháng 02/2026"
    assert periods.name_of("custom", periods.Stretch(D(2025, 12, 30), D(2026, 1, 2))) == (
        "30/12/2025 – 02/01/2026"
    )
