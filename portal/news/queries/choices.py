"""What an editor may choose from. What the text already has stays among the choices.

`working` is the newest text of the article, None for a new one.
"""

from collections import Counter

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from campaigns.models import Phase
from portal.common import clock
from portal.common.text import fold
from portal.news.models import Article, Genre, Microsite, Series

#: Keywords are learned from so many of the newest articles of an agency.
LEARNED_FROM = 1000


def genres_for(working=None):
    """Thể loại in use, in their order."""
    return Genre.objects.filter(Q(active=True) | Q(pk=getattr(working, "genre_id", None)))


def series_for(agency, working=None):
    """Loạt bài that take articles: those of the agency and those of all."""
    open_ones = Q(active=True) & (Q(agency=agency) | Q(agency=None))
    return Series.objects.filter(open_ones | Q(pk=getattr(working, "series_id", None)))


def series_kept(agency):
    """Series of the agency, then those of all, each with `articles`, their number. 1 query."""
    mine = Article.objects.filter(series=OuterRef("pk")).order_by().values("series")
    number = Subquery(mine.annotate(n=Count("pk")).values("n"))
    rows = Series.objects.filter(Q(agency=agency) | Q(agency=None))
    return rows.annotate(articles=Coalesce(number, 0)).order_by("agency", "order", "id")


def _microsites(agency, working):
    now = clock.now()
    mine = Q(agency=agency) | Q(opens_at__lte=now)
    still = Q(closes_at=None) | Q(closes_at__gt=now)
    return (mine & still) | Q(pk=getattr(working, "microsite_id", None))


def microsites_for(agency, working=None):
    """Chuyên trang that are open, and those the agency itself prepares."""
    return Microsite.objects.filter(_microsites(agency, working)).order_by("title")


def phases_for(agency, working=None):
    """Phases of the plans of these chuyên trang, by plan, with track and plan."""
    microsites = Microsite.objects.filter(_microsites(agency, working))
    return (
        Phase.objects.filter(
            Q(track__plan__in=microsites.values("plan"))
            | Q(pk=getattr(working, "phase_id", None), track__plan__microsite__isnull=False)
        )
        .select_related("track__plan__microsite")
        .order_by("track__plan__microsite__title", "track__plan", "track__position", "position")
    )


def tags_of(agency, words="", limit=12):
    """Keywords the agency used lately that hold `words` (folded), the most used first. 1 query."""
    wanted = fold(words)
    newest = Article.objects.filter(agency=agency).exclude(tags=[]).order_by("-changed_at")
    used = Counter()
    for tags in newest.values_list("tags", flat=True)[:LEARNED_FROM]:
        used.update(tags)
    found = [tag for tag, _times in used.most_common() if wanted in fold(tag)]
    return found[:limit]
