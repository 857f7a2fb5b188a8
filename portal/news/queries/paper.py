"""Whether an office has to approve its articles on paper, and where those articles are."""

from django.urls import reverse

from campaigns.queries.approval import second_people
from portal.agencies.rules import grants_of
from portal.news import rules
from portal.news.models import Article


def needs_paper(user, article):
    """Whether `user` may record a signature on paper for this article: it waits, they work at it,
    and nobody else of the office can approve it here. At most 3 queries."""
    return (
        article.state == rules.SUBMITTED
        and rules.may_remark(user, article)
        and rules.publish_grant(user, article) is None
        and not second_people(article.agency, rules.writers_of(article))
    )


def approved_articles(ids, user):
    """Registry callback (`official.registry.approved`): {id: address} of what `user` may see."""
    agencies = grants_of(user).agencies(rules.READERS)
    rows = Article.objects.filter(pk__in=[int(pk) for pk in ids], agency__in=agencies)
    return {
        str(pk): reverse("news:desk_article", args=[pk]) for pk in rows.values_list("pk", flat=True)
    }
