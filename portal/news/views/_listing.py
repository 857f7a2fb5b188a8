"""What the lists for readers share: whose they are, the chosen day, the page, its head."""

import datetime as dt
import re
from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse

from portal.agencies.queries import by_slug
from portal.common import clock, timeline
from portal.common.addresses import absolute
from portal.common.paging import PARAM, paginate
from portal.news import queries
from portal.news.rules.leading import lead_and_rest

PER_PAGE = 20
#: The lead story is one of so many newest.
LEAD_AMONG = 4
FIRST_YEAR, LAST_YEAR = 1930, 2199


def of_agency(view):
    """The view gets the Agency instead of `agency_slug`; a former slug leads on (301)."""

    def found(request, agency_slug, **kwargs):
        agency = by_slug(agency_slug, "site__badge_image")
        if agency is None:
            raise Http404
        if agency.slug != agency_slug:
            name = request.resolver_match.view_name
            there = reverse(name, kwargs={"agency_slug": agency.slug, **kwargs})
            query = request.META.get("QUERY_STRING", "")
            return redirect(f"{there}?{query}" if query else there, permanent=True)
        return view(request, agency, **kwargs)

    return found


def listed(request, rows, *, per_page=PER_PAGE, keep=(), feeds=()):
    """The context of a list: the page of `rows`, and what the head of the page says about it.

    Args:
        keep: the parameters besides the page that choose what is listed.
        feeds: [(title, address)] of the same list as a feed.
    """
    page = paginate(request, rows, per_page, keep=keep, keys_first=True)
    chosen = {name: request.GET[name] for name in keep if request.GET.get(name)}
    if page.number > 1:
        chosen[PARAM] = page.number
    query = f"?{urlencode(chosen)}" if chosen else ""
    return {"page": page, "canonical": absolute(request.path + query), "feeds": feeds}


def feeds_of(title, name, **kwargs):
    """[(title, address)] of the two feeds at the address `name`, RSS first."""
    return [
        (f"{title} ({label})", reverse(name, kwargs={**kwargs, "form": form}))
        for form, label in (("rss", "RSS"), ("atom", "Atom"))
    ]


def with_lead(page, *, plain=False, featured=()):
    """The lead of the first page: what was chosen (`featured`, the first of it leads), else of the
    newest few the first with a picture, else the newest.

    Later pages, and `plain` ones such as those of a day, are only a list.
    """
    if featured:
        stories = [story for story in page.items if story not in featured]
        return {"lead": featured[0], "featured": featured[1:], "stories": stories}
    if page.number != 1 or plain or not page.items:
        return {"lead": None, "stories": page.items}
    lead, stories = lead_and_rest(page.items, LEAD_AMONG)
    return {"lead": lead, "stories": stories}


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII)


def date_of(text):
    """A date within the years a calendar can show; nonsense does not exist (404)."""
    try:
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not FIRST_YEAR <= date.year <= LAST_YEAR:
        raise Http404
    return date


def chosen_day(request):
    """The date of `?ngay=`, None without one."""
    text = request.GET.get("ngay", "")
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise Http404
    return date_of(text)


def calendar(request, now, day, base, agency=None):
    """Xem tin theo ngày: one month (of `?thang=`, of the chosen day, or this one) with its days."""
    today = clock.today(now)
    asked = request.GET.get("thang", "")
    if asked and not _MONTH.fullmatch(asked):
        raise Http404
    first, last = queries.month_bounds(date_of(f"{asked}-01") if asked else day or today)
    following = last + dt.timedelta(days=1)
    return timeline.month(
        first.year,
        first.month,
        today=today,
        marked=queries.days_with_news(first, last, now, agency),
        link=lambda date: f"{base}?ngay={date:%Y-%m-%d}",
        previous_url=f"{base}?thang={first - dt.timedelta(days=1):%Y-%m}#tin-theo-ngay",
        next_url=f"{base}?thang={following:%Y-%m}#tin-theo-ngay" if following <= today else "",
        current=day,
    )
