"""What makes a text the one readers get, and what takes it back before its minute has come."""

from django.utils.translation import gettext as _

from portal.agencies.models import Agency
from portal.agencies.queries import name_on
from portal.common import clock, richtext
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.text import slugify_vi
from portal.news import evidence, notices, rules
from portal.news.actions import showings
from portal.news.actions._common import stepped, store
from portal.news.actions.writing import show
from portal.news.models import Remark

SLUG_LENGTH = 90
#: Saved by whoever calls: `put_live` and `give_up_hour` change nothing but these and the text.
LIVE_FIELDS = (
    "state",
    "slug",
    "published_at",
    "updated_at_public",
    "agency_name",
    "live_revision",
    "withdrawn_at",
    "withdrawn_reason",
    "approved_by",
    "approved_for",
    "paper_approval",
)


def approving_grant(actor, article, on):
    """The Grant under which `actor` approves the text; Refused "own" for whoever wrote it."""
    grant = rules.publish_grant(actor, article, on=on)
    if grant is None:
        raise Refused(
            _(
                "Người viết hoặc gửi bài không tự duyệt bài của mình, kể cả khi được ủy quyền. "
                "Cần một người duyệt khác."
            ),
            code="own",
        )
    return grant


def check_complete(article):
    """Refuse a text that nobody could read: without a body, without the lead that lists show."""
    text = article.working
    if not richtext.plain(text.body).strip():
        raise Refused(_("Bài chưa có nội dung, chưa gửi duyệt được."), code="body")
    if not text.lead:
        raise Refused(_("Bài cần phần tóm tắt để hiện trong danh sách tin."), code="lead")


def put_live(article, *, at, now, approver=None, behind_id=None, paper=None):
    """Store the newest text as the approved one that readers get from the instant `at` on.

    The first time fixes address, day of publication and the name the agency has on that day; later
    times set the day of update. Approved by `approver` (in the stead of `behind_id`) or by `paper`.
    The state is the caller's.
    """
    fields = show(article, article.working)
    if article.live_revision_id is not None:
        article.updated_at_public = at
    else:
        article.slug = slugify_vi(article.title, SLUG_LENGTH) or "tin"
        article.published_at = at
        article.agency_name = str(name_on(article.agency, clock.today(at)))
    article.live_revision = article.working
    article.withdrawn_at, article.withdrawn_reason = None, ""
    article.approved_by, article.approved_for_id = approver, behind_id
    article.paper_approval = paper
    store(article, *fields, *LIVE_FIELDS, at=now)
    _mark(article.working, approver=approver, paper=paper, live_from=at)
    showings.opened(article, at=at, now=now)


def set_minute(article, at, now):
    """Let readers have the scheduled article from `at` on; returns the fields to save."""
    article.published_at = at
    article.agency_name = str(name_on(article.agency, clock.today(at)))
    article.working.live_from = at
    article.working.save(update_fields=["live_from"])
    showings.opened(article, at=at, now=now)
    return ["published_at", "agency_name"]


def give_up_hour(article, *, actor, now):
    """Take what is scheduled back before readers had it, and tell who counted on it.

    Returns the fields to save, none for an article that is not scheduled.

    Raises:
        Refused: "due", when its minute has come: readers have it, so it is withdrawn instead.
    """
    if article.state != rules.SCHEDULED:
        return []
    refuse_due(article, now)
    notices.tell_unscheduled(article, actor=actor, now=now)
    return _take_down(article, now)


def refuse_due(article, now):
    if article.published_at <= now:
        raise Refused(
            _(
                "Đã đến giờ đăng (%(at)s), người đọc đã thấy bài. Nếu cần, hãy gỡ bài "
                "hoặc đính chính."
            )
            % {"at": datetime_vi(article.published_at)},
            code="due",
        )


def settle(article, *, now):
    """Record that the minute of a scheduled article has come: published, evidence, notices.

    The row is locked by the caller. What was true when the hour was set is asked again: an agency
    that has ended by then publishes nothing, and the article goes back to the desk.

    Returns whether it is published.
    """
    day = clock.today(article.published_at)
    if not Agency.objects.filter(pk=article.agency_id, valid__contains=day).exists():
        turn_back(
            article,
            _("%(agency)s không còn hoạt động vào ngày %(day)s nên bài không đăng được.")
            % {"agency": article.agency.name, "day": f"{day:%d/%m/%Y}"},
            now=now,
        )
        return False
    actor = responsible(article)
    article.state = rules.LIFECYCLE.target("publish_due", article.state)
    store(article, "state", at=now)
    stepped(article, "publish_due", actor=actor, behind=article.approved_for, at=now)
    evidence.record(article, actor=actor)
    notices.tell_published(article, actor=None, again=False, now=now)
    return True


def turn_back(article, words, *, now):
    """Take a scheduled article from readers and return it to the desk, saying why."""
    actor = responsible(article)
    target = rules.LIFECYCLE.target("turn_back", article.state)
    Remark.objects.create(article=article, revision=article.working, by=actor, at=now, text=words)
    also, fields = actor.pk, _take_down(article, now, words)
    article.state = target
    store(article, "state", *fields, at=now)
    stepped(article, "turn_back", actor=actor, at=now)
    notices.tell_turned_back(article, also=also, now=now)


def responsible(article):
    """Who answers for a publication that happens by itself: who approved the text, or recorded
    the paper that did."""
    if article.paper_approval_id is not None:
        return article.paper_approval.recorded_by
    return article.approved_by


def _take_down(article, now, reason=""):
    showings.closed(article, now=now, reason=reason[:500])
    _mark(article.live_revision, approver=None, paper=None, live_from=None)
    article.live_revision = article.published_at = None
    article.slug = article.agency_name = ""
    article.approved_by = article.approved_for = article.paper_approval = None
    return [name for name in LIVE_FIELDS if name != "state"]


def _mark(revision, *, approver, paper, live_from):
    revision.approved_by, revision.paper_approval = approver, paper
    revision.live_from = live_from
    revision.save(update_fields=["approved_by", "paper_approval", "live_from"])
