"""Reporting periods: which days they hold and when their reports are due. No database here.

A period is named by its cut-off (ngày chốt số liệu), which belongs to it. The usual month of state
reports runs from the 15th of the month before to the 14th.
"""

import calendar as months
import datetime as dt
from dataclasses import dataclass

from portal.common import clock

WEEKLY, MONTHLY, CUSTOM = "weekly", "monthly", "custom"
_ONE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Stretch:
    """The days of one period, both inclusive."""

    first_on: dt.date
    last_on: dt.date


def cutoff_in(year, month, day):
    """The cut-off of a month; a month without that day is cut off on its last one."""
    return dt.date(year, month, min(day, months.monthrange(year, month)[1]))


def cutoffs(kind, *, since, weekday=None, day=None):
    """Every cut-off on or after `since`, without end.

    Args:
        weekday: of weekly ones, 0 is Monday.
        day: of monthly ones, 1 to 31.
    """
    if kind == WEEKLY:
        on = since + dt.timedelta(days=(weekday - since.weekday()) % 7)
        while True:
            yield on
            on += dt.timedelta(days=7)
    elif kind == MONTHLY:
        year, month = since.year, since.month
        while True:
            on = cutoff_in(year, month, day)
            if on >= since:
                yield on
            year, month = (year + 1, 1) if month == 12 else (year, month + 1)
    else:
        raise ValueError(f"periods of the kind {kind!r} follow no rule")


def stretches(kind, *, since, until=None, weekday=None, day=None):
    """The periods that hold the days from `since` to `until`, without a gap; yields Stretches.

    The first begins on `since` and the last ends on `until`, so either may be short; every other
    one begins the day after a cut-off and ends on the next. Without `until` there is no last.
    """
    first_on = since
    for last_on in cutoffs(kind, since=since, weekday=weekday, day=day):
        if until is not None and first_on > until:
            return
        yield Stretch(first_on, last_on if until is None else min(last_on, until))
        first_on = last_on + _ONE


def deadline(last_on, *, days, hour, calendar):
    """The instant at which reports of a period are due: `days` working days after its cut-off.

    Nought is the day of the cut-off itself, even when nobody works on it; the end of a day is
    written as hour 24.
    """
    on = calendar.shift(last_on, days)
    return clock.start_of_day(on) + dt.timedelta(hours=hour)


def name_of(kind, stretch):
    """What people call a period: "Tuần 12/01 – 18/01/2026", "Tháng 02/2026"."""
    if kind == MONTHLY:
        return f"Tháng {stretch.last_on:%m/%Y}"
    if stretch.first_on.year == stretch.last_on.year:
        days = f"{stretch.first_on:%d/%m} – {stretch.last_on:%d/%m/%Y}"
    else:
        days = f"{stretch.first_on:%d/%m/%Y} – {stretch.last_on:%d/%m/%Y}"
    return f"Tuần {days}" if kind == WEEKLY else days
