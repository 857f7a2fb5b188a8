"""Ranges of dates as people say them: from a first day to a last day, both included.

The database keeps half-open ranges `[from, to)`; everything here converts between the two.
"""

import datetime as dt

from django.db.backends.postgresql.psycopg_any import DateRange

DAY = dt.timedelta(days=1)


def days(first: dt.date | None, last: dt.date | None = None) -> DateRange:
    """The range of the days `first` to `last`, both included; None leaves that end open."""
    return DateRange(first, None if last is None else last + DAY)


def first_day(valid: DateRange) -> dt.date | None:
    return valid.lower


def last_day(valid: DateRange) -> dt.date | None:
    """The last day inside, None for "until further notice"."""
    return None if valid.upper is None else valid.upper - DAY


def contains(valid: DateRange, on: dt.date) -> bool:
    return (valid.lower is None or valid.lower <= on) and (valid.upper is None or on < valid.upper)


def as_text(valid: DateRange) -> str:
    """For audit rows: '2025-07-01..2026-06-30', open ends left blank."""
    return f"{valid.lower or ''}..{last_day(valid) or ''}"
