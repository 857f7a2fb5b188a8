"""News for readers and for the home page. Every function costs a fixed number of queries, given
beside it."""

import datetime as dt
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, OuterRef
from django.db.models.functions import TruncDate

from campaigns.models import Plan
from portal.agencies.models import Agency
from portal.common import clock
from portal.common.text import fold
from portal.news.models import Article, Section

PUBLIC_PLANS = (Plan.State.ISSUED, Plan.State.CLOSED)


def served(now):
    """Articles that readers get at `now`, newest first, as lists show them."""
    return Article.objects.served(now).newest_first().for_list()


def latest_by_agency(now, agencies, per_agency=3):
    """[(agency, [articles])] in the order given, agencies without articles left out. 2 queries."""
    agencies = list(agencies)
    newest = Article.objects.served(now).filter(agency=OuterRef("pk")).newest_first()
    wanted = (
        Agency.objects.filter(pk__in=[a.pk for a in agencies])
        .annotate(newest=ArraySubquery(newest.values("pk")[:per_agency]))
        .values_list("newest", flat=True)
    )
    ids = [pk for row in wanted for pk in row]
    by_agency = {}
    for article in served(now).filter(pk__in=ids):
        by_agency.setdefault(article.agency_id, []).append(article)
    return [(agency, by_agency[agency.pk]) for agency in agencies if agency.pk in by_agency]


def publishing_agencies(now):
    """Agencies with at least one article for readers, in protocol order. 1 query."""
    with_news = Article.objects.served(now).values("agency")
    return Agency.objects.filter(pk__in=with_news)


@dataclass(frozen=True)
class SectionTab:
    """One chuyên mục with the number of its articles for readers."""

    section: Section
    count: int


def section_tabs(agency, now):
    """(number of all articles, [SectionTab]) of an agency; empty sections left out. 2 queries."""
    rows = (
        Article.objects.served(now)
        .filter(agency=agency)
        .order_by()
        .values_list("section")
        .annotate(n=Count("pk"))
    )
    counts = dict(rows)
    tabs = [SectionTab(s, counts[s.pk]) for s in agency.sections.all() if counts.get(s.pk)]
    return sum(counts.values()), tabs


def sections_with_news(now):
    """[(slug of the agency, slug)] of every section with articles for readers. 1 query."""
    shown = Article.objects.served(now).filter(section__isnull=False).values("section")
    return Section.objects.filter(pk__in=shown).order_by("pk").values_list("agency__slug", "slug")


def days_with_news(first, last, now, agency=None):
    """{date: number of articles} from `first` to `last` inclusive, in Vietnam. 1 query."""
    rows = Article.objects.served(now).filter(
        published_at__gte=clock.start_of_day(first), published_at__lt=clock.end_of_day(last)
    )
    if agency is not None:
        rows = rows.filter(agency=agency)
    return dict(
        rows.order_by()
        .values_list(TruncDate("published_at", tzinfo=clock.TZ))
        .annotate(n=Count("pk"))
    )


def on_day(queryset, date):
    """Those published on `date` in Vietnam."""
    return queryset.filter(
        published_at__gte=clock.start_of_day(date), published_at__lt=clock.end_of_day(date)
    )


def find(queryset, words):
    """Those whose folded text holds every word of `words`."""
    for word in words_of(words):
        queryset = queryset.filter(search__contains=word)
    return queryset


def words_of(text):
    return fold(text).split()[:12]


def public_plans(agency, limit=4):
    """Issued plans of an agency, newest first. 1 query."""
    return list(
        Plan.objects.filter(issuer=agency, state__in=PUBLIC_PLANS)
        .select_related("document")
        .order_by(F("document__issued_on").desc(nulls_last=True), "-id")[:limit]
    )


def month_bounds(day):
    """First and last date of the month of `day`."""
    first = day.replace(day=1)
    following = (first + dt.timedelta(days=32)).replace(day=1)
    return first, following - dt.timedelta(days=1)
