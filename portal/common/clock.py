"""One source of time. Instants are aware and stored in UTC; people live in Asia/Ho_Chi_Minh.

A decision that depends on "today" takes it once and hands it on, so that midnight cannot fall
in the middle of it.
"""

import datetime as dt
from zoneinfo import ZoneInfo

from django.utils import timezone

TZ = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present instant, aware."""
    return timezone.now()


def local(at: dt.datetime) -> dt.datetime:
    """The same instant on a clock in Vietnam. Refuses naive values (ValueError)."""
    if timezone.is_naive(at):
        raise ValueError("naive datetime: every instant carries its zone")
    return at.astimezone(TZ)


def today(at: dt.datetime | None = None) -> dt.date:
    """The date in Vietnam at the instant `at` (default: now)."""
    return local(now() if at is None else at).date()


def start_of_day(date: dt.date) -> dt.datetime:
    """The first instant of `date` in Vietnam, aware."""
    return dt.datetime.combine(date, dt.time.min, tzinfo=TZ)


def end_of_day(date: dt.date) -> dt.datetime:
    """The first instant after `date`: the open end of the half-open interval of that day."""
    return start_of_day(date + dt.timedelta(days=1))
