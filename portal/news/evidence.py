"""Published articles prove tasks: the one place where news speaks to campaigns about evidence."""

from campaigns.models import Evidence
from portal.common import clock

SOURCE_KIND = "news.article"


def record(article, *, actor):
    """Make the published article evidence of its assignment, and of no other."""
    retract(article, actor=actor, but=article.assignment_id)
    if article.assignment is None:
        return
    from campaigns.actions import record_evidence

    record_evidence(
        actor=actor,
        assignment=article.assignment,
        source_kind=SOURCE_KIND,
        source_id=str(article.pk),
        title=article.title,
        url=article.get_absolute_url(),
        happened_on=clock.today(article.published_at),
    )


def retract(article, *, actor, but=None):
    """Take the article back as evidence, from every assignment except the one with id `but`."""
    rows = Evidence.objects.filter(
        source_kind=SOURCE_KIND, source_id=str(article.pk), retracted_at=None
    )
    for row in rows.exclude(assignment=but).select_related("assignment"):
        from campaigns.actions import retract_evidence

        retract_evidence(
            actor=actor,
            assignment=row.assignment,
            source_kind=SOURCE_KIND,
            source_id=str(article.pk),
        )
