"""What search engines are told: /sitemap.xml with its parts, and /robots.txt.

Articles are parted by their numbers, 5.000 to a part, so that no part is counted or skipped
through; everything else has one part of its kind. Each part costs one or two queries.
"""

import datetime as dt
from xml.sax.saxutils import escape

from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaigns import queries as campaigns
from campaigns.models import Event
from campaigns.rules.names import plan_path
from documents import queries as documents
from documents.actions import serve_due
from feedback import queries as feedback
from portal.agencies import queries as agencies
from portal.common import clock, pagecache
from portal.common.addresses import absolute
from portal.news import queries as news
from portal.news.models import Microsite
from portal.official import queries as registered

#: The most addresses a part may hold, by the standard.
MOST = 50_000
ARTICLES = "tin-"
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def _fixed(now):
    names = ["home", "news:index", "campaigns:plans", "campaigns:events", "feedback:list"]
    names += [
        "documents:list",
        "official:list",
        "agencies:index",
        "calendar",
        "news:series_index",
        "microsites",
    ]
    return [(reverse(name), None) for name in names]


def _sections(now):
    """Pages of agencies with news, their chuyên mục, series and campaigns."""
    found = list(news.publishing_agencies(now))
    rows = [(reverse("news:agency", args=[agency.slug]), None) for agency in found]
    rows += [
        (reverse("news:section", args=[agency, section]), None)
        for agency, section in news.sections_with_news(now)
    ]
    rows += [(series.get_absolute_url(), None) for series in news.series_with_news(now)]
    slugs = Microsite.objects.opened(now).values_list("slug", flat=True)
    return rows + [(f"/chuyen-trang/{slug}/", None) for slug in slugs]


def _agencies(now):
    slugs = agencies.public().values_list("slug", flat=True)
    return [(reverse("agencies:agency", args=[slug]), None) for slug in slugs]


def _plans(now):
    rows = campaigns.visible_plans(AnonymousUser()).values_list("slug", "pk")
    return [(plan_path(*row), None) for row in rows]


def _events(now):
    return [(event.get_absolute_url(), None) for event in Event.objects.select_related("host")]


def _documents(now):
    serve_due(now=now)
    return [
        (reverse("documents:document", args=[row.pk, row.slug]), row.live_at)
        for row in documents.public_documents(AnonymousUser())
    ]


def _register(now):
    rows = registered.visible_to(AnonymousUser()).order_by("-pk").values_list("pk", flat=True)
    return [(reverse("official:document", args=[pk]), None) for pk in rows[:MOST]]


def _consultations(now):
    rows = feedback.announced().values_list("pk", "slug")
    return [(reverse("feedback:consultation", args=row), None) for row in rows]


PARTS = {
    "trang": _fixed,
    "tin-tuc": _sections,
    "co-quan": _agencies,
    "ke-hoach": _plans,
    "dai-hoi": _events,
    "van-kien": _documents,
    "van-ban": _register,
    "lay-y-kien": _consultations,
}


@pagecache.public_page()
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The parts, with the last change of those that know it."""
    rows = [(reverse("sitemap", args=[name]), None) for name in PARTS]
    rows += [
        (reverse("sitemap", args=[f"{ARTICLES}{number}"]), changed)
        for number, changed in news.stretches(clock.now())
    ]
    parts = "".join(f"<sitemap>{_entry(*row)}</sitemap>" for row in rows)
    return _xml(f"<sitemapindex {_SPACE}>{parts}</sitemapindex>")


@pagecache.public_page()
@require_safe
def sitemap(request: HttpRequest, part: str) -> HttpResponse:
    """One part; one that is not there, or empty, does not exist."""
    now = clock.now()
    number = part.removeprefix(ARTICLES)
    if part in PARTS:
        rows = PARTS[part](now)
    elif part.startswith(ARTICLES) and number.isascii() and number.isdecimal():
        rows = [
            (reverse("news:article", args=[agency, slug, pk]), changed)
            for agency, slug, pk, changed in news.of_stretch(int(number), now)
        ]
    else:
        rows = []
    if not rows:
        raise Http404
    urls = "".join(f"<url>{_entry(*row)}</url>" for row in rows[:MOST])
    return _xml(f"<urlset {_SPACE}>{urls}</urlset>")


@pagecache.public_page()
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where search engines need not go: work pages, forms, searches, files for one reader."""
    closed = ["/lam-viec/", "/quan-tri/", "/tai-khoan/", "/viec-hom-nay/", "/tim-kiem/", "/y-kien/"]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    lines += ["", f"Sitemap: {absolute(reverse('sitemaps'))}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


def _entry(path: str, changed: dt.datetime | None) -> str:
    text = f"<loc>{escape(absolute(path))}</loc>"
    if changed is not None:
        text += f"<lastmod>{clock.local(changed).isoformat(timespec='seconds')}</lastmod>"
    return text


def _xml(text: str) -> HttpResponse:
    return HttpResponse(_HEAD + text, content_type="application/xml; charset=utf-8")
