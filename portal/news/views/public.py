"""News for readers: lists and articles. No session, no cookie, a fixed number of queries."""

from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.common import clock, pagecache
from portal.common.addresses import absolute
from portal.news import queries
from portal.news.models import Section
from portal.news.queries import front
from portal.news.views import _metadata
from portal.news.views._common import allow_players
from portal.news.views._listing import (
    calendar,
    chosen_day,
    feeds_of,
    listed,
    of_agency,
    with_lead,
)

#: Fewer on the page of all agencies: below the list come the agencies.
PER_PAGE_OF_ALL = 12
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
    day = chosen_day(request)
    rows = queries.served(now)
    context = listed(
        request,
        queries.on_day(rows, day) if day else rows,
        per_page=PER_PAGE_OF_ALL,
        keep=["ngay"],
        feeds=feeds_of(_("Tin tức"), "news:feed"),
    )
    agencies = list(queries.publishing_agencies(now))
    shown = agencies[:AGENCIES_SHOWN] if context["page"].number == 1 and day is None else []
    context |= {
        "day": day,
        **with_lead(context["page"], plain=day is not None),
        "agencies": agencies,
        "by_agency": queries.latest_by_agency(now, shown),
        "series": queries.series_with_news(now),
        "calendar": calendar(request, now, day, reverse("news:index")),
    }
    return render(request, "news/index.html", context)


@LISTS
@require_safe
@of_agency
def agency(request, owner):
    """The section page of one agency."""
    return _agency_page(request, owner, None)


@LISTS
@require_safe
@of_agency
def section(request, owner, section_slug):
    """One chuyên mục of an agency."""
    chosen = get_object_or_404(Section, agency=owner, slug=section_slug)
    chosen.agency = owner
    return _agency_page(request, owner, chosen)


def _agency_page(request, owner, chosen):
    now = clock.now()
    day = chosen_day(request)
    home = reverse("news:agency", args=[owner.slug])
    rows = queries.served(now).filter(agency=owner)
    if chosen is not None:
        rows = rows.filter(section=chosen)
    if day is not None:
        rows = queries.on_day(rows, day)
    total, tabs = queries.section_tabs(owner, now)
    context = listed(request, rows, keep=["ngay"], feeds=_feeds(owner, chosen))
    first = context["page"].number == 1 and day is None and chosen is None
    featured = front.stories(now, agency=owner) if first else []
    context |= {
        "agency": owner,
        "section": chosen,
        "day": day,
        **with_lead(context["page"], plain=day is not None, featured=featured),
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
        "calendar": calendar(request, now, day, home, agency=owner),
        "plans": queries.public_plans(owner),
        "series": queries.series_with_news(now, owner),
    }
    return render(request, "news/agency.html", context)


def _feeds(owner, chosen=None):
    """Feeds of an agency; on the page of a chuyên mục its own come first."""
    feeds = feeds_of(owner.name, "news:agency_feed", agency_slug=owner.slug)
    if chosen is None:
        return feeds
    where = {"agency_slug": owner.slug, "section_slug": chosen.slug}
    return feeds_of(f"{chosen.title} - {owner.name}", "news:section_feed", **where) + feeds


@pagecache.public_page()
@require_safe
def article(request, agency_slug, slug, pk):
    """One article. Another slug leads to the canonical address; a withdrawn one says so (410)."""
    now = clock.now()
    shown = queries.to_read(pk, now)
    if shown is None:
        raise Http404
    if (agency_slug, slug) != (shown.agency.slug, shown.slug):
        return redirect(shown.get_absolute_url(), permanent=True)
    context = {"article": shown, "others": queries.others(shown, now)}
    if shown.withdrawn_at is not None:
        return render(request, "news/withdrawn.html", context, status=410)
    context |= {
        "text": shown,
        "responses": queries.responses_shown(shown, now),
        "items": shown.items,
        "canonical": absolute(shown.get_absolute_url()),
        "feeds": _feeds(shown.agency),
        "public_plan_states": queries.PUBLIC_PLANS,
        **_metadata.of_article(shown),
    }
    response = render(request, "news/article.html", context)
    return allow_players(response, shown.items)
