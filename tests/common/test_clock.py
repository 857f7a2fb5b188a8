"""Times: instants are aware, days are those of Vietnam."""

import datetime as dt

import pytest

from portal.common import clock

UTC = dt.UTC


def test_today_is_the_day_in_vietnam():
    before = dt.datetime(2026, 1, 19, 16, 59, 59, tzinfo=UTC)
    assert clock.today(before) == dt.date(2026, 1, 19)
    assert clock.today(before + dt.timedelta(seconds=1)) == dt.date(2026, 1, 20)


def test_now_and_today_agree(time_machine):
    time_machine.move_to(dt.datetime(2026, 6, 30, 17, 30, tzinfo=UTC), tick=False)
    assert clock.now() == dt.datetime(2026, 6, 30, 17, 30, tzinfo=UTC)
    assert clock.today() == dt.date(2026, 7, 1)
    assert clock.local(clock.now()).strftime("%d/%m/%Y %H:%M") == "01/07/2026 00:30"


def test_a_day_is_half_open():
    day = dt.date(2025, 6, 30)
    assert clock.start_of_day(day) == dt.datetime(2025, 6, 29, 17, tzinfo=UTC)
    assert clock.end_of_day(day) == clock.start_of_day(dt.date(2025, 7, 1))


def test_naive_times_are_refused():
    with pytest.raises(ValueError, match="naive"):
        clock.today(dt.datetime(2025, 1, 1))  # noqa: DTZ001
