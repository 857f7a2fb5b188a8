"""The links to an unpublished text, and how often they were opened."""

from django.db.models import Count, Max

from portal.news.models import PreviewLink


def preview_links(article):
    """Links of an article, newest first, with `times` and `last` of their openings. 1 query."""
    return (
        PreviewLink.objects.filter(article=article)
        .select_related("made_by", "revoked_by")
        .annotate(times=Count("openings"), last=Max("openings__at"))
        .order_by("-id")
    )
