"""How much is read, for the desk. Each function costs a fixed number of queries, given there."""

import datetime as dt
from dataclasses import dataclass, replace

from django.db.models import Sum

from portal.news.models import Article, DailyVisits, VisitTotal

Scope = DailyVisits.Scope
#: Longer stretches are drawn week by week.
DAYS_DRAWN = 92


@dataclass(frozen=True)
class Day:
    """One day (or week, then `ends` is later than `day`) and how tall it is drawn, 0 to 100."""

    day: dt.date
    ends: dt.date
    views: int
    visitors: int
    height: int = 0


@dataclass(frozen=True)
class Line:
    """An article with its readings in a stretch of time."""

    article: Article
    views: int
    visitors: int


@dataclass(frozen=True)
class Readership:
    """Readings day by day, none left out, the oldest first."""

    days: list

    @property
    def views(self):
        return sum(day.views for day in self.days)

    @property
    def visitors(self):
        return sum(day.visitors for day in self.days)

    @property
    def average(self):
        """Views a day, rounded."""
        return round(self.views / len(self.days)) if self.days else 0

    @property
    def best(self):
        """The day read most (the first of several), None where nothing was read."""
        best = max(self.days, key=lambda day: day.views, default=None)
        return best if best and best.views else None

    @property
    def by_week(self):
        return len(self.days) > DAYS_DRAWN

    @property
    def bars(self):
        """What is drawn: days, or weeks from Monday where there are many days."""
        bars = _weeks(self.days) if self.by_week else self.days
        most = max((bar.views for bar in bars), default=0) or 1
        return [replace(bar, height=_height(bar.views, most)) for bar in bars]

    @property
    def highest(self):
        return max((bar.views for bar in self.bars), default=0)

    @property
    def newest_first(self):
        return self.days[::-1]


def of_agencies(agencies, first, last):
    """The Readership of the pages of `agencies` (ids or queryset of them), added up. 1 query."""
    rows = DailyVisits.objects.filter(scope=Scope.AGENCY, target__in=agencies)
    return _readership(rows, first, last)


def of_article(article, first, last):
    """The Readership of one article. 1 query."""
    rows = DailyVisits.objects.filter(scope=Scope.ARTICLE, target=article.pk)
    return _readership(rows, first, last)


def total_of(scope, target):
    """All views ever counted here. 1 query."""
    found = VisitTotal.objects.filter(scope=scope, target=target).values_list("views", flat=True)
    return found.first() or 0


def most_read(agencies, first, last):
    """Rows {"target", "views", "visitors"} of the articles of `agencies`, most read first. Lazy."""
    articles = Article.objects.filter(agency__in=agencies, live_revision__isnull=False)
    return (
        DailyVisits.objects.filter(
            scope=Scope.ARTICLE, target__in=articles.values("pk"), day__range=(first, last)
        )
        .order_by()
        .values("target")
        .annotate(views=Sum("views"), visitors=Sum("visitors"))
        .filter(views__gt=0)
        .order_by("-views", "-target")
    )


def lines(rows):
    """[Line] of rows of `most_read`, in their order. 1 query."""
    rows = list(rows)
    articles = (
        Article.objects.select_related("agency", "genre")
        .defer("body", "plain", "search")
        .in_bulk([row["target"] for row in rows])
    )
    return [
        Line(articles[row["target"]], row["views"], row["visitors"])
        for row in rows
        if row["target"] in articles
    ]


def _readership(rows, first, last):
    counted = {
        row["day"]: row
        for row in rows.filter(day__range=(first, last))
        .order_by()
        .values("day")
        .annotate(n=Sum("views"), people=Sum("visitors"))
    }
    days, day = [], first
    while day <= last:
        row = counted.get(day, {"n": 0, "people": 0})
        days.append(Day(day, day, row["n"], row["people"]))
        day += dt.timedelta(days=1)
    return Readership(days)


def _height(views, most):
    """Whole percents; what was read at all is seen."""
    return max(round(100 * views / most), min(views, 1))


def _weeks(days):
    weeks = []
    for day in days:
        if weeks and day.day.weekday():
            before = weeks[-1]
            views, visitors = before.views + day.views, before.visitors + day.visitors
            weeks[-1] = Day(before.day, day.day, views, visitors)
        else:
            weeks.append(Day(day.day, day.day, day.views, day.visitors))
    return weeks
