"""What people are told about articles: waiting for approval, returned, an hour set or given up,
published, withdrawn."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies.models import Role
from portal.common import clock
from portal.common.display import datetime_vi
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


def tell_scheduled(article, *, actor, now, before=None):
    """The text is approved and has an hour, or another one than `before`."""
    _settle(article)
    _tell(
        APPROVED,
        article,
        now=now,
        until=article.published_at,
        by=actor.pk,
        also=article.approved_by_id,
        at=_hour(article),
        moved=before is not None,
    )


def tell_unscheduled(article, *, actor, now):
    """The hour is given up; called while the article still has it."""
    _settle(article)
    _tell(
        INFORMATION,
        article,
        now=now,
        until=now + USEFUL,
        by=actor.pk,
        also=article.approved_by_id,
        unscheduled=_hour(article),
    )


def tell_touched_up(article, *, actor, now):
    """An approver put something small right; the writer sees what."""
    _tell(
        INFORMATION,
        article,
        now=now,
        until=now + USEFUL,
        by=actor.pk,
        touched_up=article.working.n,
    )


def tell_turned_back(article, *, also, now):
    """An article could not be published at its hour: the whole newsroom hears of it."""
    _settle(article)
    _tell(RETURNED, article, now=now, also=also, turned_back=True)


def tell_published(article, *, actor, again, now):
    """`actor` None: at its hour, by itself; then its approver is told as well."""
    _settle(article)
    by, also = (actor.pk, None) if actor else (None, article.approved_by_id)
    _tell(APPROVED, article, now=now, until=now + USEFUL, by=by, also=also, again=again)


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


def _hour(article):
    at = article.published_at
    return at.astimezone(dt.UTC).isoformat() if at else None


def _said(iso):
    return datetime_vi(dt.datetime.fromisoformat(iso))


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
            hour = notice.payload.get("at")
            if hour is None:
                return article.live_at(now)
            return article.state == article.State.SCHEDULED and hour == _hour(article)
        if "touched_up" in notice.payload:
            return article.working.n == notice.payload["touched_up"]
        if "unscheduled" in notice.payload:
            return article.state != article.State.SCHEDULED and not article.live_at(now)
        return article.withdrawn_at is not None

    def audience(self, notice):
        article = self._article(notice)
        if notice.kind == AWAITING_APPROVAL:
            return Audience(
                agency_ids=frozenset({article.agency_id}), roles=frozenset({Role.APPROVER})
            )
        told = notice.payload
        people = {article.author_id, article.submitted_by_id, told.get("also")}
        newsroom = told.get("turned_back", False)
        return Audience(
            agency_ids=frozenset({article.agency_id} if newsroom else ()),
            roles=frozenset({Role.EDITOR, Role.APPROVER} if newsroom else ()),
            user_ids=frozenset(people - {None, told.get("by")}),
        )

    def render(self, notice):
        article = self._article(notice)
        desk = reverse("news:desk_article", args=[article.pk])
        title = article.working.title
        if notice.kind == AWAITING_APPROVAL:
            return Message(
                _("Chờ bạn duyệt: %(title)s") % {"title": title}, article.agency.name, desk
            )
        if notice.payload.get("turned_back"):
            return Message(
                _("Không đăng được theo giờ hẹn: %(title)s") % {"title": title},
                _("Lý do nằm trong nhận xét của bài."),
                desk,
            )
        if notice.kind == RETURNED:
            return Message(
                _("Trả lại để sửa: %(title)s") % {"title": title},
                _("Người duyệt đã ghi nhận xét. Hãy sửa rồi gửi duyệt lại."),
                desk,
            )
        if notice.kind == APPROVED and notice.payload.get("at"):
            words = (
                _("Đổi giờ đăng thành %(at)s: %(title)s")
                if notice.payload.get("moved")
                else _("Đã duyệt, hẹn giờ đăng %(at)s: %(title)s")
            )
            return Message(words % {"at": _said(notice.payload["at"]), "title": title}, "", desk)
        if "touched_up" in notice.payload:
            return Message(
                _("Người duyệt sửa nhỏ: %(title)s") % {"title": title},
                _("Mở bài để xem từng chỗ đã sửa."),
                desk,
            )
        if "unscheduled" in notice.payload:
            return Message(
                _("Hủy giờ đăng %(at)s: %(title)s")
                % {"at": _said(notice.payload["unscheduled"]), "title": title},
                _("Bài không tự đăng nữa."),
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
