"""Lượt đọc: what is read, day by day, for those who write it."""

import datetime as dt

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.attachments import attachment
from portal.common.paging import paginate
from portal.common.sheets import XLSX
from portal.news import queries, rules
from portal.news.files import statistics as stats_files
from portal.news.forms.stats import DaysForm, StatisticsForm
from portal.news.queries import readership
from portal.news.views._common import for_staff, get_article, in_newsroom

PER_PAGE = 20
#: So many articles go into a file that is made while somebody waits.
FILE_MOST = 5000
PRESETS = (7, 30, 90)


def reach(user):
    """(agencies whose newsroom `user` may look into, the one looked at first)."""
    grants = grants_of(user)
    agencies = grants.agencies(rules.READERS).order_by("protocol_no", "sort_key", "id")
    held = agencies.filter(pk__in=grants.agency_ids(rules.READERS, inherited=False))
    return agencies, held.first() or agencies.first()


@in_newsroom
@require_safe
def overview(request):
    """Readings of an agency's pages, and its articles by how much they were read."""
    form, agencies, (first, last) = _asked(request)
    rows = readership.most_read(agencies, first, last)
    page = paginate(request, rows, PER_PAGE)
    context = {
        "form": form,
        "agency": form.agency,
        "with_units": form.with_units,
        "first": first,
        "last": last,
        "read": readership.of_agencies(agencies, first, last),
        "page": page,
        "lines": readership.lines(page),
        "presets": _presets(request, form),
        "query": request.GET.urlencode(),
    }
    return render(request, "news/statistics.html", context)


@in_newsroom
@require_safe
def overview_file(request):
    """The same numbers as a workbook: day by day, article by article."""
    form, agencies, (first, last) = _asked(request)
    rows = readership.most_read(agencies, first, last)
    data = stats_files.readership_xlsx(
        name=form.agency.name if form.agency else "",
        with_units=form.with_units,
        first=first,
        last=last,
        read=readership.of_agencies(agencies, first, last),
        lines=readership.lines(rows[:FILE_MOST]),
        most=FILE_MOST,
    )
    slug = form.agency.slug if form.agency else "co-quan"
    return attachment(data, f"Luot-doc-{slug}-{first:%Y%m%d}-{last:%Y%m%d}.xlsx", XLSX)


@for_staff
@require_safe
def article(request, pk):
    """Readings of one article."""
    shown = get_article(request, pk)
    form = DaysForm(request.GET or None, today=clock.today())
    first, last = form.span
    context = {
        "article": shown,
        "form": form,
        "first": first,
        "last": last,
        "read": readership.of_article(shown, first, last),
        "total": readership.total_of(readership.Scope.ARTICLE, shown.pk),
        "presets": _presets(request, form),
    }
    return render(request, "news/article_reads.html", context)


def _asked(request):
    agencies, own = reach(request.user)
    form = StatisticsForm(request.GET or None, agencies=agencies, own=own, today=clock.today())
    if form.agency is None:
        return form, [], form.span
    counted = queries.agencies_for(request.user, form.agency, with_units=form.with_units)
    return form, counted, form.span


def _presets(request, form):
    """Tabs: the last so many days."""
    first, last = form.span
    tabs = []
    for days in PRESETS:
        query = request.GET.copy()
        for name in ("trang", "tu", "den"):
            query.pop(name, None)
        start = form.today - dt.timedelta(days=days - 1)
        query["tu"], query["den"] = start.isoformat(), form.today.isoformat()
        tabs.append(
            {
                "label": _("%d ngày") % days,
                "url": f"?{query.urlencode()}",
                "current": (first, last) == (start, form.today),
            }
        )
    return tabs
