"""Remarks of colleagues on a text."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.text import clean
from portal.news import rules
from portal.news.actions._common import need_role, person_behind
from portal.news.models import Article, Remark


@transaction.atomic
def add_remark(*, actor, article_id, text, now=None):
    """Say something about the newest text of an article; editors and approvers may."""
    now = now or clock.now()
    article = Article.objects.select_related("agency", "working").get(pk=article_id)
    grant = need_role(actor, rules.REMARKERS, article.agency, clock.today(now))
    text = clean(text)
    limit = Remark._meta.get_field("text").max_length
    if not text or len(text) > limit:
        raise Refused(
            _("Nhận xét cần có nội dung, nhiều nhất %(limit)d ký tự.") % {"limit": limit},
            code="remark",
        )
    remark = Remark.objects.create(
        article=article, revision=article.working, by=actor, at=now, text=text
    )
    audit.record(
        actor=actor,
        verb="remark_on_article",
        obj=article,
        agency=article.agency_id,
        on_behalf_of=person_behind(grant),
        label=article.working.title,
    )
    return remark


@transaction.atomic
def resolve_remark(*, actor, remark_id, now=None):
    """Mark a remark as dealt with. Doing it twice changes nothing."""
    now = now or clock.now()
    remark = (
        Remark.objects.select_for_update(of=("self",))
        .select_related("article__agency", "article__working")
        .get(pk=remark_id)
    )
    article = remark.article
    grant = need_role(actor, rules.REMARKERS, article.agency, clock.today(now))
    if remark.resolved_at is not None:
        return remark
    remark.resolved_at, remark.resolved_by = now, actor
    remark.save(update_fields=["resolved_at", "resolved_by"])
    audit.record(
        actor=actor,
        verb="resolve_remark",
        obj=article,
        agency=article.agency_id,
        on_behalf_of=person_behind(grant),
        label=article.working.title,
    )
    return remark
