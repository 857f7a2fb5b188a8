"""Lịch: days of phases, congresses and commemorations, month by month."""

import datetime as dt
import re

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns import queries as campaigns
from portal.common import clock, pagecache, timeline
from portal.views.front import date_row

_MONTH = re.compile(r"(\d{4})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 1990, 2100


def wanted_month(raw: str, today: dt.date) -> dt.date:
    """The first day of the month in "2025-08"; this month for nothing. 404 for anything else."""
    if not raw:
        return today.replace(day=1)
    found = _MONTH.fullmatch(raw)
    if found is None:
        raise Http404
    year, number = int(found[1]), int(found[2])
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= 12):
        raise Http404
    return dt.date(year, number, 1)


@pagecache.public_page(thang=pagecache.month)
@require_safe
def calendar_page(request: HttpRequest) -> HttpResponse:
    """One month as a grid and as a list."""
    today = clock.today()
    first = wanted_month(request.GET.get("thang", ""), today)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    previous = (first - dt.timedelta(days=1)).replace(day=1)
    rows = campaigns.upcoming(first=first, last=following - dt.timedelta(days=1))
    marked: dict[dt.date, int] = {}
    for row in rows:
        marked[row.on] = marked.get(row.on, 0) + 1
    here = reverse("calendar")
    context = {
        "first": first,
        "is_now": first == today.replace(day=1),
        "dates": [
            date_row(row, today) | {"anchor": i == 0 or rows[i - 1].on != row.on}
            for i, row in enumerate(rows)
        ],
        "month": timeline.month(
            first.year,
            first.month,
            today=today,
            marked=marked,
            link=lambda date: f"#ngay-{date.day}",
            previous_url=f"{here}?thang={previous:%Y-%m}" if first.year > FIRST_YEAR else "",
            next_url=f"{here}?thang={following:%Y-%m}" if following.year <= LAST_YEAR else "",
        ),
    }
    return render(request, "portal/calendar.html", context)
