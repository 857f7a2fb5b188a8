"""Publishing at an appointed minute: setting the hour, moving it, giving it up, and its coming.

Readers get the article from that minute on by themselves (`ArticleQuerySet.served`); the sweep
records what follows from it: the state, evidence, notices. So a worker that is down delays a
notice and never an article.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock
from portal.common.display import datetime_vi
from portal.common.due import settle_due
from portal.common.errors import Refused
from portal.common.minutes import checked_minute
from portal.news import evidence, notices, rules
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
    refuse_due,
    responsible,
    set_minute,
    settle,
)
from portal.news.models import Article


@transaction.atomic
def schedule(*, actor, article_id, expected_version, at, now=None):
    """Approve the submitted text, to be published at the minute `at`.

    Raises:
        Refused: as `publish`; "past", "far" (see `checked_minute`); "correction" for an article
            that readers have had: its corrections are published at once; "agency_ended" when the
            agency will be no more on that day.
        StaleVersion: the text is not the one that was read.
    """
    now = now or clock.now()
    on = clock.today(now)
    article = locked(article_id)
    need_role(actor, rules.APPROVERS, article.agency, on)
    target = rules.LIFECYCLE.target("schedule", article.state)
    grant = approving_grant(actor, article, on)
    check_version(article, expected_version)
    at = checked_hour(article, at, now)
    article.state = target
    put_live(article, at=at, now=now, approver=actor, behind_id=grant.on_behalf_of_id)
    stepped(article, "schedule", actor=actor, grant=grant, at=now, changes=_change(None, at))
    notices.tell_scheduled(article, actor=actor, now=now)
    return article


@transaction.atomic
def reschedule(*, actor, article_id, expected_version, at, now=None):
    """Move the hour of a scheduled article.

    Raises:
        Refused: "role", "past", "far", "agency_ended", "same"; "due" when its minute has come.
        StaleVersion: somebody else decided since the page was opened.
    """
    now = now or clock.now()
    article, grant = _timed(actor, article_id, "reschedule", now)
    check_version(article, expected_version)
    refuse_due(article, now)
    at = checked_hour(article, at, now)
    before = article.published_at
    if at == before:
        raise Refused(_("Bài đã hẹn đúng giờ này."), code="same")
    store(article, *set_minute(article, at, now), at=now)
    stepped(article, "reschedule", actor=actor, grant=grant, at=now, changes=_change(before, at))
    notices.tell_scheduled(article, actor=actor, now=now, before=before)
    return article


@transaction.atomic
def unschedule(*, actor, article_id, expected_version, now=None):
    """Give the hour up: the text waits for approval again.

    Raises:
        Refused: "role"; "due" when its minute has come.
    """
    now = now or clock.now()
    article, grant = _timed(actor, article_id, "unschedule", now)
    check_version(article, expected_version)
    before = article.published_at
    fields = give_up_hour(article, actor=actor, now=now)
    article.state = rules.LIFECYCLE.target("unschedule", article.state)
    store(article, "state", *fields, at=now)
    stepped(article, "unschedule", actor=actor, grant=grant, at=now, changes=_change(before, None))
    return article


@transaction.atomic
def publish_now(*, actor, article_id, expected_version, now=None):
    """Publish a scheduled article without waiting for its hour. After its minute this does what
    the sweep would do."""
    now = now or clock.now()
    article, grant = _timed(actor, article_id, "publish_now", now)
    check_version(article, expected_version)
    if article.published_at <= now:
        settle(article, now=now)
        return article
    need_valid_agency(article.agency, clock.today(now))
    before = article.published_at
    fields = set_minute(article, now, now)
    article.state = rules.LIFECYCLE.target("publish_now", article.state)
    store(article, "state", *fields, at=now)
    stepped(article, "publish_now", actor=actor, grant=grant, at=now, changes=_change(before, now))
    evidence.record(article, actor=responsible(article))
    notices.tell_published(article, actor=actor, again=False, now=now)
    return article


def publish_due(*, now=None, dry_run=False, report=None):
    """Settle every scheduled article whose minute has come; see `settle_due`. Beat calls it."""
    now = now or clock.now()
    due = Article.objects.filter(state=rules.SCHEDULED, published_at__lte=now)

    def settled(claimed):
        article = locked(claimed.pk)
        return article, settle(article, now=now)

    due = due.order_by("published_at", "id").only("pk", "published_at")
    return settle_due(due, settled, dry_run=dry_run, report=report)


def refuse_correction(article):
    """Refuse an hour for the correction of an article that readers have."""
    if article.live_revision_id is not None and article.state != rules.SCHEDULED:
        raise Refused(
            _("Bản sửa của bài đã đăng được đăng ngay khi duyệt, không hẹn giờ."),
            code="correction",
        )


def checked_hour(article, at, now):
    """`at` on its minute, if the newest text of `article` may be published then; Refused if not."""
    refuse_correction(article)
    at = checked_minute(at, now)
    need_valid_agency(article.agency, clock.today(at))
    check_complete(article)
    return at


def _timed(actor, article_id, verb, now):
    """(locked article, Grant) for changing the hour; the life cycle speaks before the role."""
    article = locked(article_id)
    on = clock.today(now)
    rules.LIFECYCLE.target(verb, article.state)
    held = rules.APPROVERS if article.paper_approval_id is None else rules.REMARKERS
    return article, need_role(actor, held, article.agency, on)


def _change(before, after):
    return {"published_at": [datetime_vi(before) or None, datetime_vi(after) or None]}
