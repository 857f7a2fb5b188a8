"""Kho lưu trữ: news by year, month and day, of all agencies or of one."""

import datetime as dt
from itertools import groupby

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.common import clock, pagecache, timeline
from portal.news import queries
from portal.news.queries import archive
from portal.news.views._listing import (
    FIRST_YEAR,
    LAST_YEAR,
    chosen_day,
    feeds_of,
    listed,
    of_agency,
)

MONTH = pagecache.public_page(trang=pagecache.page_number, ngay=pagecache.day)


@pagecache.public_page()
@require_safe
def overview(request, year=None):
    """Years and months of all agencies."""
    return _overview(request, None, year)


@pagecache.public_page()
@require_safe
@of_agency
def agency_overview(request, agency, year=None):
    """Years and months of one agency."""
    return _overview(request, agency, year)


@MONTH
@require_safe
def month(request, year, number):
    """One month of all agencies, or a day of it (`?ngay=`)."""
    return _month(request, None, year, number)


@MONTH
@require_safe
@of_agency
def agency_month(request, agency, year, number):
    """One month of one agency, or a day of it."""
    return _month(request, agency, year, number)


def address(agency, name, *args):
    """The archive of all agencies, or of one."""
    if agency is None:
        return reverse(f"news:{name}", args=args)
    return reverse(f"news:agency_{name}", args=[agency.slug, *args])


def _overview(request, agency, year):
    months = archive.months_with_news(clock.now(), agency)
    if year is not None:
        months = [row for row in months if row[0].year == year]
        if not months:
            raise Http404
    years = []
    for found, rows in groupby(months, key=lambda row: row[0].year):
        rows = [
            {
                "first": first.date(),
                "count": count,
                "url": address(agency, "archive_month", first.year, first.month),
            }
            for first, count in rows
        ]
        years.append(
            {
                "year": found,
                "url": address(agency, "archive_year", found),
                "count": sum(row["count"] for row in rows),
                "months": rows[::-1],
            }
        )
    context = {
        "agency": agency,
        "year": year,
        "years": years,
        "all_url": address(agency, "archive"),
    }
    return render(request, "news/archive.html", context)


def _month(request, agency, year, number):
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= number <= 12):
        raise Http404
    now, first = clock.now(), dt.date(year, number, 1)
    today = clock.today(now)
    _first, last = queries.month_bounds(first)
    day = chosen_day(request)
    if day is not None and not first <= day <= last:
        raise Http404
    rows = queries.served(now)
    if agency is not None:
        rows = rows.filter(agency=agency)
    rows = queries.on_day(rows, day) if day else archive.in_month(rows, first)
    feeds = (
        feeds_of(_("Tin tức"), "news:feed")
        if agency is None
        else feeds_of(agency.name, "news:agency_feed", agency_slug=agency.slug)
    )
    context = listed(request, rows, keep=["ngay"], feeds=feeds)
    before, after = first - dt.timedelta(days=1), last + dt.timedelta(days=1)
    here = request.path
    context |= {
        "agency": agency,
        "first": first,
        "day": day,
        "all_url": here,
        "archive_url": address(agency, "archive"),
        "lead": None,
        "stories": context["page"].items,
        "calendar": timeline.month(
            year,
            number,
            today=today,
            marked=queries.days_with_news(first, last, now, agency),
            link=lambda date: f"{here}?ngay={date:%Y-%m-%d}",
            previous_url=address(agency, "archive_month", before.year, before.month)
            if before.year >= FIRST_YEAR
            else "",
            next_url=address(agency, "archive_month", after.year, after.month)
            if after <= today
            else "",
            current=day,
        ),
    }
    return render(request, "news/archive_month.html", context)
