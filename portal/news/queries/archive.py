"""News by month and day. Every function costs one query, answered from an index alone."""

from django.db.models import Count
from django.db.models.functions import TruncMonth

from portal.common import clock
from portal.news.models import Article
from portal.news.queries.public import month_bounds


def months_with_news(now, agency=None):
    """[(first day of the month, number of articles)], newest first; of one agency if given."""
    rows = Article.objects.served(now)
    if agency is not None:
        rows = rows.filter(agency=agency)
    return list(
        rows.order_by()
        .annotate(month=TruncMonth("published_at", tzinfo=clock.TZ))
        .values_list("month")
        .annotate(n=Count("pk"))
        .order_by("-month")
    )


def in_month(queryset, first):
    """Those published in the month that begins on `first`, in Vietnam."""
    _first, last = month_bounds(first)
    return queryset.filter(
        published_at__gte=clock.start_of_day(first), published_at__lt=clock.end_of_day(last)
    )
