"""News for readers. No session, no cookie, a fixed number of queries."""

import datetime as dt
import re

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.agencies.queries import by_slug
from portal.common import clock, pagecache, timeline
from portal.common.paging import paginate
from portal.news import queries
from portal.news.models import Article, Section

PER_PAGE = 20
#: Fewer on the page of all agencies: below the list come the agencies.
PER_PAGE_OF_ALL = 12
#: The lead story is one of so many newest.
LEAD_AMONG = 4
#: On the page of all agencies each shows its newest three, the first so many agencies.
AGENCIES_SHOWN = 6

LISTS = pagecache.public_page(
    trang=pagecache.page_number, ngay=pagecache.day, thang=pagecache.month
)


@LISTS
@require_safe
def index(request):
    """Tin tức: the newest of all agencies, then by agency."""
    now = clock.now()
    day = _day(request)
    rows = queries.served(now)
    page = paginate(request, queries.on_day(rows, day) if day else rows, PER_PAGE_OF_ALL)
    agencies = list(queries.publishing_agencies(now))
    shown = agencies[:AGENCIES_SHOWN] if page.number == 1 and day is None else []
    context = {
        "page": page,
        "day": day,
        **_lead(page, day),
        "agencies": agencies,
        "by_agency": queries.latest_by_agency(now, shown),
        "calendar": _calendar(request, now, day, reverse("news:index")),
    }
    return render(request, "news/index.html", context)


@LISTS
@require_safe
def agency(request, agency_slug):
    """The section page of one agency."""
    owner = _agency(agency_slug)
    if owner.slug != agency_slug:
        return redirect("news:agency", owner.slug, permanent=True)
    return _agency_page(request, owner, None)


@LISTS
@require_safe
def section(request, agency_slug, section_slug):
    """One chuyên mục of an agency."""
    owner = _agency(agency_slug)
    if owner.slug != agency_slug:
        return redirect("news:section", owner.slug, section_slug, permanent=True)
    chosen = get_object_or_404(Section, agency=owner, slug=section_slug)
    return _agency_page(request, owner, chosen)


def _agency_page(request, owner, chosen):
    now = clock.now()
    day = _day(request)
    home = reverse("news:agency", args=[owner.slug])
    rows = queries.served(now).filter(agency=owner)
    if chosen is not None:
        rows = rows.filter(section=chosen)
    if day is not None:
        rows = queries.on_day(rows, day)
    total, tabs = queries.section_tabs(owner, now)
    page = paginate(request, rows, PER_PAGE)
    context = {
        "agency": owner,
        "section": chosen,
        "day": day,
        "page": page,
        **_lead(page, day),
        "tabs": [
            {"label": _("Tất cả"), "url": home, "count": total, "current": chosen is None},
            *(
                {
                    "label": tab.section.title,
                    "url": reverse("news:section", args=[owner.slug, tab.section.slug]),
                    "count": tab.count,
                    "current": chosen is not None and chosen.pk == tab.section.pk,
                }
                for tab in tabs
            ),
        ],
        "all_url": home,
        "calendar": _calendar(request, now, day, home, agency=owner),
        "plans": queries.public_plans(owner),
    }
    return render(request, "news/agency.html", context)


@pagecache.public_page()
@require_safe
def article(request, agency_slug, slug, pk):
    """One article. Another slug leads to the canonical address; a withdrawn one says so (410)."""
    now = clock.now()
    rows = Article.objects.select_related(
        "agency",
        "section__agency",
        "cover",
        "assignment__task__phase",
        "assignment__task__plan__document",
    ).defer("plain", "search")
    shown = get_object_or_404(rows, pk=pk, live_revision__isnull=False, published_at__lte=now)
    if (agency_slug, slug) != (shown.agency.slug, shown.slug):
        return redirect(shown.get_absolute_url(), permanent=True)
    context = {
        "article": shown,
        "others": queries.others(shown, now),
        "canonical": request.build_absolute_uri(shown.get_absolute_url()),
        "public_plan_states": queries.PUBLIC_PLANS,
    }
    if shown.withdrawn_at is not None:
        return render(request, "news/withdrawn.html", context, status=410)
    return render(request, "news/article.html", {**context, "text": shown})


def _agency(slug):
    found = by_slug(slug)
    if found is None:
        raise Http404
    return found


def _lead(page, day):
    """The lead of the first page: of the newest few the first with a picture, else the newest.

    A chosen day is a plain list.
    """
    if page.number != 1 or day is not None or not page.items:
        return {"lead": None, "stories": page.items}
    newest = page.items[:LEAD_AMONG]
    lead = next((story for story in newest if story.cover_id), newest[0])
    return {"lead": lead, "stories": [story for story in page.items if story is not lead]}


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MONTH = re.compile(r"\d{4}-\d{2}")


def _date(text):
    """A date within the years a calendar can show; nonsense does not exist (404)."""
    try:
        date = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Http404 from error
    if not 1930 <= date.year <= 2199:
        raise Http404
    return date


def _day(request):
    text = request.GET.get("ngay", "")
    if not text:
        return None
    if not _DAY.fullmatch(text):
        raise Http404
    return _date(text)


def _calendar(request, now, day, base, agency=None):
    """Xem tin theo ngày: one month (of `?thang=`, of the chosen day, or this one) with its days."""
    today = clock.today(now)
    asked = request.GET.get("thang", "")
    if asked and not _MONTH.fullmatch(asked):
        raise Http404
    first, last = queries.month_bounds(_date(f"{asked}-01") if asked else day or today)
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
