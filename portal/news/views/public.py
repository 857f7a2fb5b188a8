"""News for readers: lists and articles. No session, no cookie, a fixed number of queries."""

from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.common import clock, pagecache
from portal.common.addresses import absolute
from portal.news import queries
from portal.news.models import Section
from portal.news.queries import front
from portal.news.views import _metadata
from portal.news.views._article import address_of, of_article
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
        "archive_url": reverse("news:archive"),
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
        "archive_url": reverse("news:agency_archive", args=[owner.slug]),
        "plans": queries.public_plans(owner),
        "series": queries.series_with_news(now, owner),
    }
    return render(request, "news/agency.html", context)


def _feeds(owner, chosen=None, *, name=""):
    """Feeds of an agency, called by `name` if given; those of a chuyên mục come first."""
    feeds = feeds_of(name or owner.name, "news:agency_feed", agency_slug=owner.slug)
    if chosen is None:
        return feeds
    where = {"agency_slug": owner.slug, "section_slug": chosen.slug}
    return feeds_of(f"{chosen.title} - {owner.name}", "news:section_feed", **where) + feeds


@pagecache.public_page()
@require_safe
@of_article
def article(request, shown, now):
    """One article: text, what goes with it, responses, Các tin khác."""
    address = address_of(shown)
    context = {
        "article": shown,
        "text": shown,
        "others": queries.others(shown, now),
        "responses": queries.responses_shown(shown, now),
        "items": shown.items,
        "canonical": absolute(shown.get_absolute_url()),
        "print_url": reverse("news:article_print", args=address),
        "save_url": reverse("news:article_save", args=address),
        "feeds": _feeds(shown.agency, name=shown.agency_name),
        "public_plan_states": queries.PUBLIC_PLANS,
        **_metadata.of_article(shown),
    }
    response = render(request, "news/article.html", context)
    return allow_players(response, shown.items)
