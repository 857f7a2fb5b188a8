"""Working days: weekends and holidays are free, swapped weekend days are worked."""

import datetime as dt
from dataclasses import dataclass

_ONE = dt.timedelta(days=1)
HOLIDAY, WORKDAY = "holiday", "workday"


@dataclass(frozen=True)
class WorkCalendar:
    """The days that are not ordinary: free ones, and weekend days that are worked."""

    holidays: frozenset = frozenset()
    workdays: frozenset = frozenset()

    @classmethod
    def of(cls, pairs):
        """From (date, kind) pairs as CalendarDay holds them."""
        days = {HOLIDAY: set(), WORKDAY: set()}
        for on, kind in pairs:
            days[kind].add(on)
        return cls(frozenset(days[HOLIDAY]), frozenset(days[WORKDAY]))

    def is_working(self, day):
        """Whether offices work on `day`."""
        if day in self.workdays:
            return True
        return day.weekday() < 5 and day not in self.holidays

    def shift(self, day, n):
        """The n-th working day after (n < 0: before) `day`, which itself is not counted.

        So "1 working day before X" is the last working day that lies strictly before X, whether or
        not X is a working day itself. n == 0 is `day`, even when it is free: a date that somebody
        wrote down is flagged, never moved.
        """
        step = _ONE if n > 0 else -_ONE
        left = abs(n)
        while left:
            day += step
            if self.is_working(day):
                left -= 1
        return day

    def last_working_until(self, day):
        """`day` if it is worked, else the last working day before it."""
        return day if self.is_working(day) else self.shift(day, -1)


def shifted(day, offset, working, calendar):
    """`day` moved by `offset` calendar or working days; None stays None.

    Raises:
        OverflowError: when the result lies outside the years 1-9999.
    """
    if day is None or not offset:
        return day
    return calendar.shift(day, offset) if working else day + dt.timedelta(days=offset)
