"""Saved texts of an article, and which of them readers had when."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Prefetch

from portal.common import clock
from portal.news.models import Article, ArticleItem, ArticleRevision, Showing

BEFORE, SHOWN, WITHDRAWN = "before", "shown", "withdrawn"


def revisions(article):
    """Saved texts of an article, newest first, each with its showings. 2 queries for a list."""
    return (
        ArticleRevision.objects.filter(article=article)
        .select_related("by", "approved_by", "restored_from")
        .defer("body", "lead", "restored_from__body")
        .prefetch_related(Prefetch("showings", Showing.objects.order_by("since")))
        .order_by("-n")
    )


def revision(article, n):
    """One saved text with all it points to, or None. 1 query."""
    rows = ArticleRevision.objects.select_related(
        "by", "approved_by", *Article.ROW_FIELDS, "section__agency"
    )
    return rows.filter(article=article, n=n).first()


def items_of_both(old, new):
    """What goes with two revisions: two lists, each in its order. 1 query."""
    rows = ArticleItem.objects.filter(revision__in=[old.pk, new.pk]).select_related("upload")
    rows = list(rows.order_by("kind", "position"))
    return [r for r in rows if r.revision_id == old.pk], [
        r for r in rows if r.revision_id == new.pk
    ]


def showings(article):
    """What readers had of an article, newest first. 1 query."""
    return article.showings.select_related("revision").defer("revision__body").order_by("-since")


@dataclass(frozen=True)
class Span:
    """What readers got at the address of an article from `since` until before `until`.

    Attributes:
        kind: BEFORE the first publication, SHOWN, or WITHDRAWN.
        n: number of the revision shown, or of the one that was withdrawn; None before the first.
        since, until: None where it is open.
        reason: why it was withdrawn.
        first: whether this is the text of the first publication.
    """

    kind: str
    n: int | None
    since: dt.datetime | None
    until: dt.datetime | None
    reason: str = ""
    first: bool = False

    def holds(self, at):
        return (self.since is None or self.since <= at) and (self.until is None or at < self.until)

    def cut(self, start, end):
        """The part within [start, end), or None."""
        since = start if self.since is None else max(self.since, start)
        until = end if self.until is None else min(self.until, end)
        if since >= until:
            return None
        return Span(self.kind, self.n, since, until, self.reason, self.first)


def spans(article):
    """[Span] without gaps, from ever until for ever, in order of time. 1 query."""
    rows = list(
        article.showings.order_by("since").values_list("revision__n", "since", "until", "reason")
    )
    out = [Span(BEFORE, None, None, rows[0][1] if rows else None)]
    for place, (n, since, until, reason) in enumerate(rows):
        out.append(Span(SHOWN, n, since, until, first=place == 0))
        following = rows[place + 1][1] if place + 1 < len(rows) else None
        if until is not None and until != following:
            out.append(Span(WITHDRAWN, n, until, following, reason))
    return out


def spans_on(article, date, now):
    """What readers got on `date` in Vietnam, up to `now`: [Span] cut to that day. 1 query."""
    start, end = clock.start_of_day(date), min(clock.end_of_day(date), now)
    cut = (span.cut(start, end) for span in spans(article))
    return [span for span in cut if span is not None]
