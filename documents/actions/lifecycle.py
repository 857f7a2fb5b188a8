"""The life cycle of an edition: submitted, sent back, published, withdrawn (an hour that is set
for it: `scheduling`)."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents import blocks as cutting
from documents import notices, registry
from documents.actions._blocks import drop_blocks, store_blocks
from documents.actions._common import lock, plain_of, record, refuse_marking
from documents.actions._live import (
    APPROVAL,
    acting_under,
    approving,
    check_version,
    forget_approval,
    give_up_hour,
    live_of,
    need_valid_agency,
    put_live,
    settle,
    store,
    warn,
)
from documents.models import Edition
from documents.rules import APPROVING_ROLES, EDITING_ROLES, LIFECYCLE
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused
from portal.common.text import clean, one_line


@transaction.atomic
def submit(*, actor, edition, now=None):
    """Hand the edition to an approver: its text is cut into blocks, which are set against those of
    the last edition that was published.

    Raises:
        Refused: no text or more than MAX_BLOCKS blocks; a secrecy marking.
    """
    now = now or clock.now()
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("submit", edition.state)
    refuse_marking(edition.document.title, plain_of(edition.source))
    drafts = store_blocks(edition)
    edition.state = state
    edition.submitted_by, edition.submitted_for = acting
    edition.remark = ""
    edition.digest = cutting.digest(drafts)
    store(
        edition,
        "state", "submitted_by", "submitted_for", "remark", "digest", "paragraphs", "words",
    )  # fmt: skip
    record(acting, "submit", edition, edition.document)
    notices.tell_awaiting(edition, now=now)
    return edition


@transaction.atomic
def take_back(*, actor, edition, now=None):
    """The writers take an edition back to go on writing: a submitted one, or a scheduled one before
    its minute."""
    now = now or clock.now()
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("take_back", edition.state)
    give_up_hour(edition, actor=actor, now=now)
    _to_the_desk(edition, state, "")
    record(acting, "take_back", edition, edition.document)
    return edition


@transaction.atomic
def send_back(*, actor, edition, remark, now=None):
    """The approver returns the edition with a remark (required); a scheduled one before its
    minute."""
    now = now or clock.now()
    edition = lock(edition)
    acting = require(actor, APPROVING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("send_back", edition.state)
    remark = clean(remark)
    if not remark:
        raise Refused(_("Cần ghi nhận xét khi trả lại."), code="no_remark")
    give_up_hour(edition, actor=actor, now=now)
    submitter = edition.submitted_by_id
    _to_the_desk(edition, state, remark)
    record(acting, "send_back", edition, edition.document)
    notices.tell_returned(edition, also=submitter, now=now)
    return edition


def _to_the_desk(edition, state, remark):
    drop_blocks(edition)
    edition.state = state
    edition.remark = remark
    edition.submitted_by = edition.submitted_for = None
    forget_approval(edition)
    store(edition, "state", "remark", "submitted_by", "submitted_for", *APPROVAL)


@transaction.atomic
def publish(*, actor, edition, now=None, expected_version=None, confirmed=False):
    """Publish a submitted edition; the one before it is superseded, its keys are inherited.

    Args:
        expected_version: the `lock_version` of the text that was read, where a page says it.
        confirmed: the warnings of whoever works on the edition before were read.

    Raises:
        Refused: "own_text" when the approver submitted it, or acts on behalf of who did; "stale";
            "agency_ended"; "needs_confirmation"; it is not submitted.
    """
    now = now or clock.now()
    on = clock.today(now)
    edition = lock(edition)
    require(actor, APPROVING_ROLES, edition.document.agency)
    LIFECYCLE.target("publish", edition.state)
    grant = approving(actor, edition)
    check_version(edition, expected_version)
    need_valid_agency(edition.document.agency, on)
    warn(live_of(edition.document), now, confirmed=confirmed)
    edition.approved_by, edition.approved_for_id = actor, grant.on_behalf_of_id
    put_live(edition, at=now, actor=actor, now=now)
    record(acting_under(actor, grant), "publish", edition, edition.document)
    notices.tell_published(edition, actor=actor, now=now)
    return edition


@transaction.atomic
def withdraw(*, actor, edition, reason, now=None, confirmed=False):
    """Withdraw a published edition; its text stays, readers see the reason instead. A scheduled
    one whose minute has come is published first, for readers have it.

    Raises:
        Refused: "no_reason", "long_reason", "needs_confirmation"; the state.
    """
    now = now or clock.now()
    edition = lock(edition)
    acting = require(actor, APPROVING_ROLES, edition.document.agency)
    due = edition.state == Edition.State.SCHEDULED and edition.publish_at <= now
    if due and not settle(edition, now=now):
        return edition
    state = LIFECYCLE.target("withdraw", edition.state)
    reason = one_line(clean(reason))
    if not reason:
        raise Refused(_("Cần ghi lý do thu hồi."), code="no_reason")
    limit = Edition._meta.get_field("withdrawn_reason").max_length
    if len(reason) > limit:
        raise Refused(_("Lý do dài quá %d ký tự.") % limit, code="long_reason")
    warn(edition, now, confirmed=confirmed)
    edition.state = state
    edition.withdrawn_reason = reason
    edition.withdrawn_at = now
    store(edition, "state", "withdrawn_reason", "withdrawn_at")
    record(acting, "withdraw", edition, edition.document, {"withdrawn_reason": ["", reason]})
    registry.tell_gone(edition, actor=actor, now=now)
    notices.tell_withdrawn(edition, actor=actor, now=now)
    return edition
