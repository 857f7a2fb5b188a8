"""From the desk to the readers: submitting, sending back, publishing, withdrawing (an hour
that is set for it: `scheduling`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock
from portal.common.errors import Refused
from portal.common.text import clean, one_line
from portal.news import evidence, notices, rules
from portal.news.actions import showings
from portal.news.actions._common import (
    check_version,
    locked,
    need_role,
    need_valid_agency,
    stepped,
    store,
)
from portal.news.actions._live import (
    approving_grant,
    check_complete,
    give_up_hour,
    put_live,
    settle,
)
from portal.news.models import Article, Remark


@transaction.atomic
def submit(*, actor, article_id, expected_version, now=None):
    """Ask for approval of the newest text.

    Raises:
        Refused: no role, wrong state, a text without a body, an agency that has ended.
        StaleVersion: somebody saved since the page was opened.
    """
    now = now or clock.now()
    on = clock.today(now)
    article = locked(article_id)
    grant = need_role(actor, rules.WRITERS, article.agency, on)
    target = rules.LIFECYCLE.target("submit", article.state)
    check_version(article, expected_version)
    need_valid_agency(article.agency, on)
    check_complete(article)
    article.state = target
    article.submitted_by = actor
    article.submitted_for_id = grant.on_behalf_of_id
    article.submitted_at = now
    article.approved_by = article.approved_for = article.paper_approval = None
    store(
        article,
        "state",
        "submitted_by",
        "submitted_for",
        "submitted_at",
        "approved_by",
        "approved_for",
        "paper_approval",
        at=now,
    )
    stepped(article, "submit", actor=actor, grant=grant, at=now)
    notices.tell_awaiting(article, now=now)
    return article


@transaction.atomic
def take_back(*, actor, article_id, expected_version, now=None):
    """Take an article back to the desk: a submitted one, or a scheduled one before its minute."""
    now = now or clock.now()
    article = locked(article_id)
    grant = need_role(actor, rules.WRITERS, article.agency, clock.today(now))
    target = rules.LIFECYCLE.target("take_back", article.state)
    check_version(article, expected_version)
    fields = give_up_hour(article, actor=actor, now=now)
    article.state = target
    store(article, "state", *fields, at=now)
    stepped(article, "take_back", actor=actor, grant=grant, at=now)
    return article


@transaction.atomic
def send_back(*, actor, article_id, expected_version, remark, now=None):
    """Return an article with what has to be changed; `remark` must say it. A scheduled one too,
    as long as its minute has not come."""
    now = now or clock.now()
    article = locked(article_id)
    grant = need_role(actor, rules.APPROVERS, article.agency, clock.today(now))
    target = rules.LIFECYCLE.target("send_back", article.state)
    check_version(article, expected_version)
    remark = clean(remark)
    if not remark:
        raise Refused(_("Hãy ghi cần sửa gì, để người viết biết."), code="remark")
    Remark.objects.create(article=article, revision=article.working, by=actor, at=now, text=remark)
    fields = give_up_hour(article, actor=actor, now=now)
    article.state = target
    store(article, "state", *fields, at=now)
    stepped(article, "send_back", actor=actor, grant=grant, at=now)
    notices.tell_returned(article, now=now)
    return article


@transaction.atomic
def publish(*, actor, article_id, expected_version, now=None):
    """Approve the submitted text and show it to readers from `now` on.

    The first time fixes the address, the day of publication and the name the agency has on that
    day; later times are corrections and set the day of update. The article becomes evidence of
    its task.

    Raises:
        Refused: "own" when the approver, or whoever they act for, wrote or submitted the text;
            "role", "agency_ended", or the sentence of the life cycle.
        StaleVersion: the text is not the one that was read.
    """
    now = now or clock.now()
    on = clock.today(now)
    article = locked(article_id)
    need_role(actor, rules.APPROVERS, article.agency, on)
    target = rules.LIFECYCLE.target("publish", article.state)
    grant = approving_grant(actor, article, on)
    check_version(article, expected_version)
    need_valid_agency(article.agency, on)
    check_complete(article)
    again = article.live_revision_id is not None
    article.state = target
    put_live(article, at=now, now=now, approver=actor, behind_id=grant.on_behalf_of_id)
    stepped(article, "publish", actor=actor, grant=grant, at=now)
    evidence.record(article, actor=actor)
    notices.tell_published(article, actor=actor, again=again, now=now)
    return article


@transaction.atomic
def withdraw(*, actor, article_id, expected_version, reason, now=None):
    """Take a published article away from readers; its page says so and gives the reason.

    Nothing is deleted; the task loses the article as evidence. A scheduled article whose minute
    has come is published first, for readers have it, whatever the sweep has done.
    """
    now = now or clock.now()
    article = locked(article_id)
    grant = need_role(actor, rules.APPROVERS, article.agency, clock.today(now))
    target = rules.LIFECYCLE.target("withdraw", article.state)
    if not article.live_at(now):
        raise Refused(
            _("Bài chưa đến giờ đăng. Hãy hủy hẹn giờ hoặc trả lại bài.")
            if article.state == rules.SCHEDULED
            else _("Chỉ gỡ được bài đang đăng."),
            code="not_live",
        )
    check_version(article, expected_version)
    reason = one_line(reason)
    if not reason:
        raise Refused(_("Hãy ghi lý do gỡ bài; người đọc sẽ thấy lý do này."), code="reason")
    limit = Article._meta.get_field("withdrawn_reason").max_length
    if len(reason) > limit:
        raise Refused(_("Lý do dài quá %(limit)d ký tự.") % {"limit": limit}, code="reason")
    if article.state == rules.SCHEDULED and not settle(article, now=now):
        return article
    article.state = target
    article.withdrawn_at, article.withdrawn_reason = now, reason
    store(article, "state", "withdrawn_at", "withdrawn_reason", at=now)
    showings.closed(article, now=now, reason=reason)
    stepped(
        article,
        "withdraw",
        actor=actor,
        grant=grant,
        at=now,
        changes={"withdrawn_reason": ["", reason]},
    )
    evidence.retract(article, actor=actor)
    notices.tell_withdrawn(article, actor=actor, now=now)
    return article
