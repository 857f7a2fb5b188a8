"""Taking up a saved text again."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies.rules import acting
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.news import rules
from portal.news.actions.items import items_as_given
from portal.news.actions.writing import save_article
from portal.news.models import Article, ArticleRevision


@transaction.atomic
def restore_revision(*, actor, article_id, n, expected_version, now=None):
    """Make the text of revision `n` the newest one, as a new revision; nothing is overwritten.

    Readers see it when it is approved like any other text.

    Raises:
        Refused: "alike" when it is the newest text already; else as `save_article`.
        StaleVersion: somebody saved since the difference was shown.
    """
    now = now or clock.now()
    old = ArticleRevision.objects.select_related(*Article.ROW_FIELDS).get(article=article_id, n=n)
    before = Article.objects.values_list("working", flat=True).get(pk=article_id)
    article = save_article(
        actor=actor,
        article_id=article_id,
        expected_version=expected_version,
        text=old.text(),
        items=items_as_given(old),
        now=now,
    )
    if article.working_id == before:
        raise Refused(
            _("Bản %(n)d giống hệt bản mới nhất, không có gì để khôi phục.") % {"n": n},
            code="alike",
        )
    article.working.restored_from = old
    article.working.save(update_fields=["restored_from"])
    audit.record(
        **acting(actor, rules.WRITERS, article.agency_id, on=clock.today(now))._asdict(),
        verb="restore_article_revision",
        obj=article,
        agency=article.agency_id,
        changes={"revision": [n, article.working.n]},
        label=article.working.title,
    )
    return article
