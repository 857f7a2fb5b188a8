"""Where an address of an earlier system leads today."""

from django.db.models import Q

from portal.news.models import OldAddress
from portal.news.rules.old_addresses import plain


def target_of(address, now):
    """The path of the page that stands for an old address, or None. 1 query.

    The whole address with its query counts first, then the path alone.
    """
    whole = plain(address)
    bare = whole.partition("?")[0]
    reachable = Q(article=None) | Q(
        article__live_revision__isnull=False, article__published_at__lte=now
    )
    rows = OldAddress.objects.filter(reachable, path__in={whole, bare})
    found = {row.path: row for row in rows.select_related("article__agency").defer("article__body")}
    row = found.get(whole) or found.get(bare)
    if row is None:
        return None
    return row.page or row.article.get_absolute_url()


def of_agency(agency):
    """Old addresses of an agency with their articles."""
    rows = OldAddress.objects.filter(agency=agency).select_related("article__agency")
    return rows.defer("article__body", "article__plain", "article__search").order_by("path")
