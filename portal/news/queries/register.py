"""Bảng kê tin bài theo tác giả, thể loại: what was published in a month, by whom."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field

from portal.common import clock
from portal.common.text import person_sort_key
from portal.news.models import Article, Genre, VisitTotal

_CHUNK = 500


@dataclass(frozen=True)
class Entry:
    """One article as it is counted: under its printed byline, with the account that wrote it."""

    pk: int
    byline: str
    account: str
    genre_id: int | None
    published_at: dt.datetime
    withdrawn: bool


@dataclass
class Author:
    """One byline: the accounts behind it, its articles by genre."""

    byline: str
    accounts: list = field(default_factory=list)
    counts: Counter = field(default_factory=Counter)

    @property
    def total(self):
        return self.counts.total()


@dataclass(frozen=True)
class Register:
    """A month: articles by author, genre, day; authors by given name; genres that occur.

    `columns` are (id, name), the id None for articles without a genre. Articles taken down since
    are counted, they were published; `withdrawn` says how many.
    """

    entries: list
    authors: list
    columns: list

    @property
    def total(self):
        return len(self.entries)

    @property
    def withdrawn(self):
        return sum(entry.withdrawn for entry in self.entries)

    def counts_of(self, author):
        """Numbers in the order of the columns."""
        return [author.counts[pk] for pk, _name in self.columns]

    @property
    def sums(self):
        counts = Counter(entry.genre_id for entry in self.entries)
        return [counts[pk] for pk, _name in self.columns]

    def of_author(self, byline):
        """The entries under one byline."""
        return [entry for entry in self.entries if entry.byline == byline]


@dataclass(frozen=True)
class Line:
    """One row of the list."""

    entry: Entry
    article: Article
    views: int


def bounds(month):
    """(first instant, first instant after) of the month that begins on the day `month`, here."""
    following = (month + dt.timedelta(days=32)).replace(day=1)
    return clock.start_of_day(month), clock.start_of_day(following)


def of_month(agencies, month, *, now, no_genre):
    """The Register of what readers got from `agencies` in a month in Vietnam. 2 queries.

    Args:
        month: its first day.
        now: what is published later does not count yet.
        no_genre: what the column of articles without a genre is called.
    """
    first, after = bounds(month)
    genres = {genre.pk: genre for genre in Genre.objects.all()}
    places = {pk: n for n, pk in enumerate(genres)}
    rows = Article.objects.filter(
        agency__in=agencies,
        live_revision__isnull=False,
        published_at__gte=first,
        published_at__lt=min(after, now + dt.timedelta(microseconds=1)),
    ).values_list("pk", "byline", "author__full_name", "genre_id", "published_at", "withdrawn_at")
    entries = [Entry(*row[:5], withdrawn=row[5] is not None) for row in rows.order_by()]
    keys = {name: _author_key(name) for name in {entry.byline for entry in entries}}
    last = len(places)
    entries.sort(key=lambda e: (keys[e.byline], places.get(e.genre_id, last), e.published_at, e.pk))
    found = {entry.genre_id for entry in entries}
    columns = [(pk, genre.name) for pk, genre in genres.items() if pk in found]
    if None in found:
        columns.append((None, no_genre))
    return Register(entries, _authors(entries), columns)


def lines(entries):
    """Yield a Line for every entry, in order; 2 queries for each 500."""
    for at in range(0, len(entries), _CHUNK):
        some = entries[at : at + _CHUNK]
        ids = [entry.pk for entry in some]
        articles = (
            Article.objects.select_related("agency", "section", "genre")
            .defer("body", "plain", "search")
            .in_bulk(ids)
        )
        views = dict(
            VisitTotal.objects.filter(scope=VisitTotal.Scope.ARTICLE, target__in=ids).values_list(
                "target", "views"
            )
        )
        for entry in some:
            yield Line(entry, articles[entry.pk], views.get(entry.pk, 0))


def _authors(entries):
    found = {}
    for entry in entries:
        author = found.setdefault(entry.byline, Author(entry.byline))
        author.counts[entry.genre_id] += 1
        if entry.account not in author.accounts:
            author.accounts.append(entry.account)
    return list(found.values())


def _author_key(byline):
    """By given name; articles without a byline stand last."""
    return (not byline, person_sort_key(byline), byline)
