"""RSS and Atom: of all agencies, of one, of a chuyên mục, a series, a campaign.

The address ends with the form, `rss` or `atom`. A feed reader that tells what it has (ETag or
Last-Modified) is answered 304 while nothing changed.
"""

import datetime as dt
import hashlib

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseNotModified
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from portal.common import clock, pagecache
from portal.common.addresses import absolute
from portal.news import queries
from portal.news.models import Microsite, Section
from portal.news.queries.microsites import campaign_news
from portal.news.views._listing import of_agency
from portal.news.views._metadata import describe

#: Articles in one feed.
LENGTH = 30
FORMS = {"rss": Rss201rev2Feed, "atom": Atom1Feed}
#: What a feed without articles says was its last change.
_EPOCH = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


@pagecache.public_page()
@require_safe
def of_all(request, form):
    """Every agency."""
    now = clock.now()
    return _feed(request, form, _("Tin tức"), reverse("news:index"), queries.served(now), now)


@pagecache.public_page()
@require_safe
@of_agency
def of_one(request, agency, form):
    """One agency."""
    now = clock.now()
    rows = queries.served(now).filter(agency=agency)
    return _feed(request, form, agency.name, reverse("news:agency", args=[agency.slug]), rows, now)


@pagecache.public_page()
@require_safe
@of_agency
def of_section(request, agency, section_slug, form):
    """One chuyên mục."""
    now = clock.now()
    section = get_object_or_404(Section, agency=agency, slug=section_slug)
    section.agency = agency
    rows = queries.served(now).filter(section=section)
    title = f"{section.title} - {agency.name}"
    return _feed(request, form, title, section.get_absolute_url(), rows, now)


@pagecache.public_page()
@require_safe
def of_series(request, slug, form):
    """One series."""
    now = clock.now()
    series = queries.series_by_slug(slug)
    if series is None:
        raise Http404
    rows = queries.of_series(series, now)
    return _feed(request, form, series.title, series.get_absolute_url(), rows, now)


@pagecache.public_page()
@require_safe
def of_microsite(request, slug, form):
    """One campaign: what was written for its chuyên trang, once that is open."""
    now = clock.now()
    found = get_object_or_404(Microsite.objects.opened(now), slug=slug)
    rows = campaign_news(found, now)
    return _feed(request, form, found.title, found.get_absolute_url(), rows, now)


@pagecache.public_page()
@require_safe
def index(request):
    """Kênh RSS: which feeds there are."""
    now = clock.now()
    context = {
        "agencies": queries.publishing_agencies(now),
        "series": queries.series_with_news(now),
        "microsites": Microsite.objects.opened(now),
        "canonical": absolute(reverse("news:feeds")),
    }
    return render(request, "news/feeds.html", context)


def _feed(request, form, title, page, rows, now):
    rows = list(rows[:LENGTH])
    changes = [row.updated_at_public or row.published_at for row in rows]
    here = absolute(request.path)
    feed = _Feed(form, f"{title} | {settings.SITE['name']}", absolute(page), here)
    for row in rows:
        feed.add(row)
    # Without articles there is no change to name; the instant of asking would never be the same.
    changed = max(changes, default=None)
    return _answer(request, feed.text(), feed.content_type, changed)


class _Feed:
    """One feed in either form; both take their dates as on a clock in Vietnam."""

    def __init__(self, form, title, link, here):
        make = FORMS[form]
        self.content_type = make.content_type
        self.feed = make(
            title=title,
            link=link,
            description=settings.SITE["line"],
            subtitle=settings.SITE["line"] if form == "atom" else None,
            language="vi",
            feed_url=here,
            feed_guid=here,
        )
        self.feed.latest_post_date = self._latest
        self.dates = []

    def _latest(self):
        return max(self.dates, default=clock.local(_EPOCH))

    def add(self, row):
        published = clock.local(row.published_at)
        updated = clock.local(row.updated_at_public or row.published_at)
        self.dates.append(updated)
        address = absolute(row.get_absolute_url())
        self.feed.add_item(
            title=row.title,
            link=address,
            description=row.lead or describe(row),
            unique_id=address,
            unique_id_is_permalink=True,
            author_name=row.byline or row.agency_name,
            pubdate=published,
            updateddate=updated,
            categories=[c for c in (row.section and row.section.title, *row.tags) if c],
            enclosures=_enclosures(row),
        )

    def text(self):
        return self.feed.writeString("utf-8")


def _enclosures(row):
    cover = row.cover
    if cover is None:
        return []
    return [Enclosure(absolute(cover.url), str(cover.size), cover.content_type)]


def _answer(request, text, content_type, changed):
    """The feed, or 304 for who has it. Equal, not "since": a withdrawal turns the day back."""
    body = text.encode()
    headers = {"ETag": quote_etag(hashlib.sha256(body).hexdigest()[:24])}
    if changed is not None:
        headers["Last-Modified"] = http_date(changed.timestamp())
    tags, day = request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")
    known = headers["ETag"] in tags if tags else day and day == headers.get("Last-Modified")
    if known:
        return HttpResponseNotModified(headers=headers)
    return HttpResponse(body, content_type=content_type, headers=headers)
