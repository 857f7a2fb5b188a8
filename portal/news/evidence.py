"""Published articles prove tasks: the one place where news speaks to campaigns about evidence."""

from campaigns import actions as campaigns
from portal.common import clock

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
