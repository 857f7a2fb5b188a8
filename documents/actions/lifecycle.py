"""The life cycle of an edition: submitted, sent back, published, withdrawn."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents import blocks as cutting
from documents.actions._blocks import drop_blocks, inherit_keys, store_blocks
from documents.actions._common import lock, plain_of, record, refuse_marking
from documents.models import Document, Edition
from documents.rules import APPROVING_ROLES, EDITING_ROLES, LIFECYCLE
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused
from portal.common.text import clean


@transaction.atomic
def submit(*, actor, edition):
    """Hand the edition to an approver: its text is cut into blocks, which are set against those of
    the last edition that was published.

    Raises:
        Refused: no text or more than MAX_BLOCKS blocks; a secrecy marking.
    """
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("submit", edition.state)
    refuse_marking(edition.document.title, plain_of(edition.source))
    drafts = store_blocks(edition)
    edition.state = state
    edition.submitted_by = actor
    edition.remark = ""
    edition.digest = cutting.digest(drafts)
    edition.lock_version += 1
    edition.save(
        update_fields=[
            "state", "submitted_by", "remark", "digest", "paragraphs", "words", "lock_version"
        ]
    )  # fmt: skip
    record(acting, "submit", edition, edition.document)
    return edition


@transaction.atomic
def take_back(*, actor, edition):
    """The writers take a submitted edition back to go on writing."""
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    edition.state = LIFECYCLE.target("take_back", edition.state)
    drop_blocks(edition)
    edition.submitted_by = None
    edition.lock_version += 1
    edition.save(update_fields=["state", "submitted_by", "lock_version"])
    record(acting, "take_back", edition, edition.document)
    return edition


@transaction.atomic
def send_back(*, actor, edition, remark):
    """The approver returns the edition with a remark (required)."""
    edition = lock(edition)
    acting = require(actor, APPROVING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("send_back", edition.state)
    remark = clean(remark)
    if not remark:
        raise Refused(_("Cần ghi nhận xét khi trả lại."), code="no_remark")
    drop_blocks(edition)
    edition.state = state
    edition.remark = remark
    edition.submitted_by = None
    edition.lock_version += 1
    edition.save(update_fields=["state", "remark", "submitted_by", "lock_version"])
    record(acting, "send_back", edition, edition.document)
    return edition


@transaction.atomic
def publish(*, actor, edition, now=None):
    """Publish a submitted edition; the one before it is superseded, its keys are inherited.

    Raises:
        Refused: the approver submitted it, or acts on behalf of who did; it is not submitted.
    """
    now = now or clock.now()
    edition = lock(edition)
    document = Document.objects.select_for_update().get(pk=edition.document_id)
    acting = require(actor, APPROVING_ROLES, document.agency)
    state = LIFECYCLE.target("publish", edition.state)
    if edition.submitted_by_id in {person.pk for person in acting if person}:
        raise Refused(_("Người trình không tự duyệt văn bản của mình."), code="own_text")
    live = document.editions.filter(state=Edition.State.PUBLISHED).first()
    inherit_keys(edition)
    if live is not None:
        live.state = LIFECYCLE.target("supersede", live.state)
        live.save(update_fields=["state"])
    edition.state = state
    edition.approved_by = actor
    edition.published_at = now
    edition.lock_version += 1
    edition.save(update_fields=["state", "approved_by", "published_at", "lock_version"])
    record(acting, "publish", edition, document)
    return edition


@transaction.atomic
def withdraw(*, actor, edition, reason, now=None):
    """Withdraw a published edition; its text stays, readers see the reason instead."""
    now = now or clock.now()
    edition = lock(edition)
    acting = require(actor, APPROVING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("withdraw", edition.state)
    reason = clean(reason)
    if not reason:
        raise Refused(_("Cần ghi lý do thu hồi."), code="no_reason")
    edition.state = state
    edition.withdrawn_reason = reason
    edition.withdrawn_at = now
    edition.lock_version += 1
    edition.save(update_fields=["state", "withdrawn_reason", "withdrawn_at", "lock_version"])
    record(acting, "withdraw", edition, edition.document)
    return edition
