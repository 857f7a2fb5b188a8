"""What people are told about articles: waiting for approval, returned, published, withdrawn."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies.models import Role
from portal.common import clock
from portal.notices.actions import cancel_for_subject, notify_now
from portal.notices.registry import (
    APPROVED,
    AWAITING_APPROVAL,
    INFORMATION,
    RETURNED,
    Audience,
    Handler,
    Message,
)

SUBJECT = "news.article"
#: After this the news that an article was published or withdrawn is no news any more.
USEFUL = dt.timedelta(days=7)


def tell_awaiting(article, *, now):
    _tell(AWAITING_APPROVAL, article, now=now)


def tell_returned(article, *, now):
    _settle(article)
    _tell(RETURNED, article, now=now)


def tell_published(article, *, actor, again, now):
    _settle(article)
    _tell(APPROVED, article, now=now, until=now + USEFUL, by=actor.pk, again=again)


def tell_withdrawn(article, *, actor, now):
    _settle(article)
    _tell(INFORMATION, article, now=now, until=now + USEFUL, by=actor.pk)


def _settle(article):
    """What was asked has been decided: nobody needs to hear of it now."""
    cancel_for_subject(
        subject_kind=SUBJECT, subject_ids=article.pk, kinds=[AWAITING_APPROVAL, RETURNED]
    )


def _tell(kind, article, *, now, until=None, **payload):
    if until is not None and until <= clock.now():
        return
    notify_now(
        kind=kind,
        subject_kind=SUBJECT,
        subject_id=article.pk,
        revision=article.lock_version,
        useful_until=until,
        agency_id=article.agency_id,
        payload=payload,
    )


class ArticleNotices(Handler):
    """Words and recipients of notices about articles (registered as "news.article")."""

    def load(self, notices):
        from portal.news.models import Article

        found = (
            Article.objects.select_related("agency", "working")
            .defer("body", "plain", "search", "working__body")
            .in_bulk({n.subject_id for n in notices})
        )
        for notice in notices:
            notice.subject = found.get(notice.subject_id)

    def still_due(self, notice, now):
        article = self._article(notice)
        if article is None:
            return False
        if notice.kind == AWAITING_APPROVAL:
            return article.state == article.State.SUBMITTED
        if notice.kind == RETURNED:
            return article.state == article.State.RETURNED
        if notice.kind == APPROVED:
            return article.is_live
        return article.withdrawn_at is not None

    def audience(self, notice):
        article = self._article(notice)
        if notice.kind == AWAITING_APPROVAL:
            return Audience(
                agency_ids=frozenset({article.agency_id}), roles=frozenset({Role.APPROVER})
            )
        people = {article.author_id, article.submitted_by_id} - {None, notice.payload.get("by")}
        return Audience(user_ids=frozenset(people))

    def render(self, notice):
        article = self._article(notice)
        desk = reverse("news:desk_article", args=[article.pk])
        title = article.working.title
        if notice.kind == AWAITING_APPROVAL:
            return Message(
                _("Chờ bạn duyệt: %(title)s") % {"title": title}, article.agency.name, desk
            )
        if notice.kind == RETURNED:
            return Message(
                _("Trả lại để sửa: %(title)s") % {"title": title},
                _("Người duyệt đã ghi nhận xét. Hãy sửa rồi gửi duyệt lại."),
                desk,
            )
        if notice.kind == APPROVED:
            words = (
                _("Đã đăng bản sửa: %(title)s")
                if notice.payload.get("again")
                else _("Đã đăng: %(title)s")
            )
            return Message(words % {"title": article.title}, "", article.get_absolute_url())
        return Message(
            _("Đã gỡ bài: %(title)s") % {"title": article.title},
            _("Lý do: %(reason)s") % {"reason": article.withdrawn_reason},
            desk,
        )

    def _article(self, notice):
        if not hasattr(notice, "subject"):
            self.load([notice])
        return notice.subject
