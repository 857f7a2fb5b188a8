"""One article as its readers get it, and the lists that lead there. Every function costs a fixed
number of queries, given beside it."""

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, Max, OuterRef
from django.db.models.functions import Greatest, JSONObject

from portal.common import richtext
from portal.common.uploads.models import Upload
from portal.news.models import Article, ArticleItem, Microsite, Series
from portal.news.queries.items import Items
from portal.news.queries.public import served

_UPLOAD = ("kind", "file", "original_name", "content_type", "width", "height", "size", "sha256")
_ITEM = ("id", "kind", "position", "provider", "ref", "title", "alt", "caption", "credit")


def to_read(pk, now):
    """The article with everything its page shows, withdrawn ones as well, or None. 1 query.

    `items` (Items) goes with the text, as rows that are not saved; `section.agency` is `agency`.
    """
    items = ArticleItem.objects.filter(revision=OuterRef("live_revision"))
    parts = JSONObject(
        upload_id=F("upload"),
        **{name: F(name) for name in _ITEM},
        **{f"upload_{name}": F(f"upload__{name}") for name in _UPLOAD},
    )
    rows = Article.objects.select_related(
        "agency__site__badge_image",
        "section",
        "series",
        "microsite",
        "cover",
        "assignment__task__phase",
        "assignment__task__plan__document",
    ).defer("plain", "search", "agency__about", "microsite__lead", "series__about")
    article = (
        rows.annotate(
            item_rows=ArraySubquery(items.order_by("kind", "position").values(row=parts)),
            microsite_opened=Exists(
                Microsite.objects.opened(now).filter(pk=OuterRef("microsite")).order_by()
            ),
        )
        .filter(pk=pk, live_revision__isnull=False, published_at__lte=now)
        .first()
    )
    if article is None:
        return None
    found = {kind: [] for kind in ArticleItem.Kind.values}
    for row in article.item_rows:
        found[row["kind"]].append(_item(row))
    article.items = Items(found["image"], found["file"], found["video"])
    if article.section is not None:
        article.section.agency = article.agency
    if not article.microsite_opened:  # not yet, or its plan was taken back
        article.microsite = None
    return article


def _item(row):
    """An ArticleItem with its Upload, not saved, from what the database gave as JSON."""
    upload = None
    if row["upload_id"] is not None:
        upload = Upload(id=row["upload_id"], **{name: row[f"upload_{name}"] for name in _UPLOAD})
    return ArticleItem(upload=upload, **{name: row[name] for name in _ITEM})


def others(article, now, limit=6):
    """Các tin khác: the newest of the same agency besides `article`. 1 query."""
    rows = Article.objects.served(now).filter(agency=article.agency_id).exclude(pk=article.pk)
    found = list(rows.newest_first().only("title", "slug", "published_at", "agency")[:limit])
    for row in found:
        row.agency = article.agency
    return found


def picture_sizes(body):
    """{id: [name, width, height]} of the pictures in a text. 1 query, none without pictures."""
    ids = richtext.picture_ids(body)
    if not ids:
        return {}
    rows = Upload.objects.filter(pk__in=ids, kind=Upload.Kind.IMAGE)
    return {str(row.pk): [row.file.name, row.width, row.height] for row in rows}


def series_by_slug(slug):
    """The Series with its agency, or None. 1 query."""
    return Series.objects.filter(slug=slug).select_related("agency").first()


def series_with_news(now, agency=None):
    """Series in which readers find articles, only those of `agency` where given. 1 query."""
    rows = Series.objects.select_related("agency")
    shown = Article.objects.served(now)
    if agency is not None:
        shown = shown.filter(agency=agency)
    return list(rows.filter(pk__in=shown.filter(series__isnull=False).values("series")))


def series_with_counts(now):
    """[(Series, number of its articles, when the newest was published)], in order. 2 queries."""
    counts = {
        pk: (n, newest)
        for pk, n, newest in Article.objects.served(now)
        .filter(series__isnull=False)
        .order_by()
        .values_list("series")
        .annotate(n=Count("pk"), newest=Max("published_at"))
    }
    rows = Series.objects.select_related("agency").filter(pk__in=counts)
    return [(series, *counts[series.pk]) for series in rows]


def of_series(series, now):
    """Articles of a series, newest first."""
    return served(now).filter(series=series)


def of_tag(slug, now):
    """Articles with a tag that has this slug, newest first."""
    return served(now).filter(tag_slugs__contains=[slug])


def tag_named(slug, article):
    """The tag with this slug as `article` writes it."""
    return next(tag for tag, found in article.tag_links if found == slug)


#: Articles whose numbers fall into one stretch stand in one part of the sitemap.
STRETCH = 5000


def stretches(now):
    """[(number, last change)] of the stretches that hold articles for readers. 1 query.

    Read from an index alone (news_article_sitemap), whatever the number of articles.
    """
    return list(
        Article.objects.served(now)
        .order_by()
        .annotate(number=(F("id") - 1) / STRETCH)
        .values_list("number")
        .annotate(changed=Max(Greatest("published_at", "updated_at_public")))
        .order_by("number")
    )


def of_stretch(number, now):
    """[(slug of the agency, slug, id, last change)] of one stretch. 1 query."""
    first = number * STRETCH
    return list(
        Article.objects.served(now)
        .filter(pk__gt=first, pk__lte=first + STRETCH)
        .order_by("pk")
        .values_list("agency__slug", "slug", "pk", Greatest("published_at", "updated_at_public"))
    )
