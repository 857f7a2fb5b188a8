"""The calendar for the digest."""

from django.core.cache import cache

from campaigns.models import CalendarDay

CALENDAR_KEY = "campaigns.free-days"
CALENDAR_SECONDS = 300


def is_working_day(date):
    """Whether offices work on `date`; the list of special days is kept in the cache."""
    days = cache.get(CALENDAR_KEY)
    if days is None:
        days = dict(CalendarDay.objects.values_list("on", "kind"))
        cache.set(CALENDAR_KEY, days, CALENDAR_SECONDS)
    kind = days.get(date)
    if kind is not None:
        return kind == CalendarDay.Kind.WORKDAY
    return date.weekday() < 5


def calendar_changed():
    """The calendar was edited."""
    cache.delete(CALENDAR_KEY)
