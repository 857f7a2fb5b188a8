"""Published articles prove tasks: the one place where news speaks to campaigns about evidence."""

from campaigns import actions as campaigns
from campaigns.models import Evidence
from campaigns.registry import MOST, EvidenceSource, Found
from portal.common import clock
from portal.news import queries

SOURCE_KIND = "news.article"


def record(article, *, actor):
    """Make the published article evidence of its assignment, and of no other."""
    campaigns.record_evidence(
        actor=actor,
        assignment=article.assignment,
        source_kind=SOURCE_KIND,
        source_id=article.pk,
        title=article.title,
        url=article.get_absolute_url(),
        happened_on=clock.today(article.published_at),
    )


def retract(article, *, actor):
    """Take the article back as evidence."""
    campaigns.retract_evidence(actor=actor, source_kind=SOURCE_KIND, source_id=article.pk)


def _served(agency):
    return queries.served(clock.now()).filter(agency=agency)


def _found(article):
    return Found(
        id=str(article.pk),
        title=article.title,
        url=article.get_absolute_url(),
        on=clock.today(article.published_at),
    )


def search(agency, words):
    """Articles of `agency` that readers get now, newest first. 1 query."""
    return [_found(article) for article in queries.find(_served(agency), words)[:MOST]]


def find(agency, source_id):
    """The article of this key, if `agency` has published it."""
    if not source_id.isascii() or not source_id.isdigit() or len(source_id) > 18:
        return None
    article = _served(agency).filter(pk=int(source_id)).first()
    return _found(article) if article else None


SOURCE = EvidenceSource(kind=Evidence.Kind.ARTICLE, search=search, find=find)
