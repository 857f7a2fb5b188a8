"""What makes an edition the one readers get, and what takes it back before its minute has come."""

from django.utils.translation import gettext as _

from documents import notices, registry
from documents.actions._blocks import inherit_keys
from documents.actions._common import record
from documents.actions.rendering import render_text
from documents.models import Document, Edition
from documents.rules import LIFECYCLE, approving_grant
from portal.agencies.models import Agency
from portal.agencies.rules import Acting, person_behind
from portal.common import clock
from portal.common.display import date_vi, datetime_vi
from portal.common.errors import Refused

#: What `forget_approval` empties; saved by whoever calls it.
APPROVAL = ("approved_by", "approved_for", "paper_approval", "publish_at")


def check_version(edition, expected):
    """Refuse what was decided on another text than the one that stands here now."""
    if expected is not None and expected != edition.lock_version:
        raise Refused(
            _("Văn bản đã thay đổi từ lúc đồng chí mở trang này. Hãy xem lại rồi làm tiếp."),
            code="stale",
        )


def approving(actor, edition):
    """The Grant under which `actor` approves; Refused "own_text" for whoever submitted it."""
    grant = approving_grant(actor, edition)
    if grant is None:
        raise Refused(
            _("Người trình không tự duyệt văn bản của mình, kể cả khi được ủy quyền."),
            code="own_text",
        )
    return grant


def acting_under(actor, grant):
    """Acting for `_common.record`, of an actor and the Grant they use."""
    return Acting(actor, person_behind(grant))


def need_valid_agency(agency, on):
    """Agencies that have ended, or not begun, publish nothing."""
    if not Agency.objects.filter(pk=agency.pk, valid__contains=on).exists():
        raise Refused(
            _("%(agency)s không còn hoạt động vào ngày %(day)s nên không công bố được.")
            % {"agency": agency.name, "day": date_vi(on)},
            code="agency_ended",
        )


def live_of(document):
    """The edition readers have now, locked; or None."""
    rows = document.editions.select_for_update(of=("self",))
    return rows.filter(state=Edition.State.PUBLISHED).first()


def warn(edition, now, *, confirmed):
    """Refuse, with every sentence, what would take `edition` from those who work on it.

    Raises:
        Refused: "needs_confirmation", unless `confirmed` or nothing stands on it.
    """
    if edition is None or confirmed:
        return
    if sentences := registry.warnings_of(edition, now):
        raise Refused(" ".join(sentences), code="needs_confirmation")


def put_live(edition, *, at, actor, now):
    """Make the locked edition the one readers have since `at`; the one before is superseded.

    Saves `state`, `published_at` and what the edition carries of its approval.
    """
    document = Document.objects.select_for_update().get(pk=edition.document_id)
    before = live_of(document)
    inherit_keys(edition)
    if before is not None:
        before.state = LIFECYCLE.target("supersede", before.state)
        before.lock_version += 1
        before.save(update_fields=["state", "lock_version"])
    edition.state = Edition.State.PUBLISHED
    edition.published_at = at
    edition.remark = ""
    store(edition, "state", "published_at", "remark", *APPROVAL)
    render_text(edition)
    if before is not None:
        registry.tell_gone(before, actor=actor, now=now)


def store(edition, *fields):
    """Save these fields; every write counts `lock_version` up."""
    edition.lock_version += 1
    edition.save(update_fields=[*fields, "lock_version"])


def give_up_hour(edition, *, actor, now):
    """Take back what is scheduled before readers had it, and tell who counted on it.

    Raises:
        Refused: "due", when its minute has come: readers have it, so it is withdrawn instead.
    """
    if edition.state == Edition.State.SCHEDULED:
        refuse_due(edition, now)
        notices.tell_unscheduled(edition, actor=actor, now=now)
        forget_approval(edition)


def forget_approval(edition):
    edition.approved_by = edition.approved_for = edition.paper_approval = None
    edition.publish_at = None


def refuse_due(edition, now):
    if edition.publish_at <= now:
        raise Refused(
            _("Đã đến giờ công bố (%(at)s), người đọc đã thấy văn bản. Nếu cần, hãy thu hồi.")
            % {"at": datetime_vi(edition.publish_at)},
            code="due",
        )


def responsible(edition):
    """Who answers for a publication that happens by itself: who approved, or recorded the paper."""
    if edition.paper_approval_id is not None:
        return edition.paper_approval.recorded_by
    return edition.approved_by


def settle(edition, *, now):
    """Publish the locked scheduled edition whose minute has come; True when it is published.

    What was true when the hour was set is asked again for that day. An agency that has ended, or
    an approver who holds the role no more, publishes nothing: the edition waits for approval again.
    """
    actor, at = responsible(edition), edition.publish_at
    obstacle = _obstacle(edition, clock.today(at))
    if obstacle:
        forget_approval(edition)
        edition.state = LIFECYCLE.target("turn_back", edition.state)
        edition.remark = obstacle
        store(edition, "state", "remark", *APPROVAL)
        record(Acting(actor, None), "turn_back", edition, edition.document)
        notices.tell_turned_back(edition, also=actor.pk, now=now)
        return False
    LIFECYCLE.target("publish_due", edition.state)
    put_live(edition, at=at, actor=actor, now=now)
    record(Acting(actor, edition.approved_for), "publish_due", edition, edition.document)
    notices.tell_published(edition, actor=None, now=now)
    return True


def _obstacle(edition, day):
    agency = edition.document.agency
    try:
        need_valid_agency(agency, day)
    except Refused as refused:
        return refused.message
    if edition.paper_approval_id is None and not approving_grant(
        edition.approved_by, edition, on=day
    ):
        return _(
            "Đến giờ hẹn (%(at)s), người duyệt %(name)s không còn quyền duyệt ở %(agency)s nên "
            "văn bản chưa công bố. Cần người duyệt khác."
        ) % {
            "at": datetime_vi(edition.publish_at),
            "name": edition.approved_by,
            "agency": agency.name,
        }
    return ""
