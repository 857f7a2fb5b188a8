"""Autosaved pages of one person."""

from portal.news.models import ArticleDraft


def drafts_of(user, *, agency, article=None):
    """What `user` typed and did not save, of an article or of new ones of an agency. 1 query."""
    rows = ArticleDraft.objects.filter(person=user, agency=agency, article=article)
    return rows.order_by("-changed_at", "-id")


def draft(user, key):
    """One of them with what it belongs to, or None. 1 query."""
    rows = ArticleDraft.objects.select_related("agency", "article__agency", "article__working__by")
    return rows.filter(person=user, key=key).first()
