"""Remarks of colleagues on a text."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock
from portal.common.errors import Refused
from portal.common.text import clean
from portal.news import rules
from portal.news.actions._common import need_role, record
from portal.news.models import Article, Remark


@transaction.atomic
def add_remark(*, actor, article_id, text, reply_to=None, now=None):
    """Say something about the newest text of an article; editors and approvers may.

    Args:
        reply_to: id of the remark of this article that is answered; an answer to an answer stands
            in the same thread, and one to what was dealt with opens it again.
    """
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
    parent = _thread(article, reply_to) if reply_to is not None else None
    remark = Remark.objects.create(
        article=article, revision=article.working, by=actor, at=now, text=text, parent=parent
    )
    _record("remark_on_article", article, actor, grant)
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
    if remark.parent_id is not None:
        raise Refused(_("Hãy đánh dấu nhận xét đầu tiên của cuộc trao đổi."), code="reply")
    remark.resolved_at, remark.resolved_by = now, actor
    remark.save(update_fields=["resolved_at", "resolved_by"])
    _record("resolve_remark", article, actor, grant)
    return remark


def _thread(article, remark_id):
    """The first remark of the thread, open again."""
    found = Remark.objects.filter(article=article, pk=remark_id).first()
    if found is None:
        raise Refused(_("Nhận xét này không còn ở bài này."), code="gone")
    first = Remark.objects.select_for_update().get(pk=found.parent_id or found.pk)
    if first.resolved_at is not None:
        first.resolved_at = first.resolved_by = None
        first.save(update_fields=["resolved_at", "resolved_by"])
    return first


def _record(verb, article, actor, grant):
    title = article.working.title
    record(verb, article, actor=actor, grant=grant, agency=article.agency_id, label=title)
