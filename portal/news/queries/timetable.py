"""The hours that are set: what comes when, and what should have come and has not."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min

from portal.agencies.rules import grants_of
from portal.news import rules
from portal.news.models import Article

#: So long after its minute an article may wait for the sweep without anybody worrying.
PATIENCE = dt.timedelta(minutes=5)


def timetable(user):
    """Scheduled articles whose unpublished texts `user` may see, the next first."""
    agencies = grants_of(user).agencies(rules.READERS)
    return (
        Article.objects.filter(state=rules.SCHEDULED, agency__in=agencies)
        .select_related("agency", "working", "approved_by", "paper_approval", "author")
        .defer("body", "plain", "search", "working__body")
        .order_by("published_at", "id")
    )


def same_minute(article, at):
    """Titles of other articles of the agency that come at the minute `at`. 1 query."""
    rows = Article.objects.filter(
        state=rules.SCHEDULED, agency=article.agency_id, published_at=at
    ).exclude(pk=article.pk)
    return list(rows.order_by("id").values_list("title", flat=True)[:3])


def coming(article, limit=6):
    """The next hours of the agency besides `article`: [(instant, title)]. 1 query."""
    rows = Article.objects.filter(state=rules.SCHEDULED, agency=article.agency_id)
    rows = rows.exclude(pk=article.pk).order_by("published_at", "id")
    return list(rows.values_list("published_at", "title")[:limit])


@dataclass(frozen=True)
class Overdue:
    """Due and unpublished: how many articles, and since when the oldest of them."""

    count: int
    oldest: dt.datetime | None
    now: dt.datetime

    @property
    def seconds(self):
        return int((self.now - self.oldest).total_seconds()) if self.oldest else 0

    @property
    def minutes(self):
        return self.seconds // 60

    @property
    def worrying(self):
        return self.seconds > PATIENCE.total_seconds()


def overdue(now, rows=None):
    """Overdue of `rows` (all scheduled articles if not given). 1 query."""
    if rows is None:
        rows = Article.objects.filter(state=rules.SCHEDULED)
    found = (
        rows.select_related(None)
        .defer(None)
        .order_by()
        .filter(published_at__lte=now)
        .aggregate(count=Count("pk"), oldest=Min("published_at"))
    )
    return Overdue(found["count"], found["oldest"], now)
