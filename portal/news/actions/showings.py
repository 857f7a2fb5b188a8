"""The record of what stood before readers; kept by the verbs that publish and withdraw.

Call these inside the transaction of the verb, with the article locked.
"""

from django.db.models import Q

from portal.news.models import Showing


def opened(article, *, at, now):
    """Readers get the text of `article.live_revision` from `at` on.

    `at` lies after `now` for a scheduled article; scheduling it anew replaces what was to come.
    """
    _end(article, at=at, now=now)
    Showing.objects.create(article=article, revision=article.live_revision, since=at)


def closed(article, *, now, reason=""):
    """Readers get nothing any more; what was only to come is forgotten."""
    _end(article, at=now, now=now, reason=reason)


def _end(article, *, at, now, reason=""):
    rows = Showing.objects.filter(article=article, until=None)
    # What nobody can have seen leaves no trace: still to come, or replaced in the same instant.
    rows.filter(Q(since__gt=now) | Q(since__gte=at)).delete()
    rows.update(until=at, reason=reason)
