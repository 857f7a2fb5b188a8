"""Entries as an iCalendar file (RFC 5545): days without a time, the same UID for ever."""

import datetime as dt
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from icalendar import Calendar, Event

from portal.common import clock
from portal.notices.letters import site_url

#: Calendars ask again no sooner than this.
REFRESH = dt.timedelta(hours=6)


def calendar_of(entries, name):
    """The file for `entries` (of `queries.ahead`) as bytes."""
    host = urlsplit(settings.SITE_URL).hostname or "localhost"
    calendar = Calendar()
    calendar.add("prodid", f"-//{host}//Lich tuyen truyen//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", str(clock.TZ))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    stamp = clock.now()
    for entry in entries:
        event = Event()
        event.add("uid", f"{entry.key}@{host}")
        event.add("sequence", entry.revision)
        event.add("dtstamp", stamp)
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + dt.timedelta(days=1))
        event.add("summary", entry.title)
        if entry.note:
            event.add("description", entry.note)
        event.add("url", site_url(entry.url))
        event.add("transp", "TRANSPARENT")  # a day to know of keeps nobody busy
        calendar.add_component(event)
    return calendar.to_ical()


def file_response(content, filename, *, cache):
    """An answer that calendars understand. `cache` is the Cache-Control header."""
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'inline; filename="{filename}"'
    response["Cache-Control"] = cache
    return response
