"""Undoing an accepted batch: one person asks for it, another one confirms it.

Two people looked at what was accepted; one alone does not take the opinions of many out of the
count again. The second person is whoever could have been the one who checks: of the unit that
keyed the batch in, or of a unit above it. A meeting is taken back by the unit itself
(`actions.meetings`).
"""

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import totals
from feedback.actions.entries import check_version, lock, record, save
from feedback.models import EntryBatch, Opinion
from feedback.rules import entering
from portal.common import clock
from portal.common.errors import Refused
from portal.common.text import one_line

S = EntryBatch.State
_ASKED = ("undo_asked_by", "undo_asked_at", "undone_reason")


@transaction.atomic
def ask(*, actor, batch, reason, now=None):
    """Ask for an accepted batch to be undone as a whole; it counts on until somebody confirms.

    Asking twice does nothing.

    Raises:
        Refused: no right, no reason, not accepted, a meeting's, somebody else asked already
            ("asked"), the consultation is over for longer than `entering.GRACE_DAYS` ("over").
    """
    now = now or clock.now()
    reason = one_line(reason)
    if not reason:
        raise Refused(_("Cần ghi lý do hủy lô."), code="no_reason")
    batch = lock(batch)
    acting = entering.require_seen(actor, batch)
    entering.check_undoable(batch, now)
    if batch.undo_asked_by_id is not None:
        if batch.undo_asked_by_id == actor.pk:
            return batch
        raise Refused(_("Lô này đã có người đề nghị hủy; hãy xác nhận hoặc giữ lô."), code="asked")
    batch.undo_asked_by, batch.undo_asked_at = actor, now
    batch.undo_asked_for = acting.on_behalf_of
    batch.undone_reason = reason[:300]
    save(batch, *_ASKED, "undo_asked_for")
    record(acting, "ask_undo_batch", batch, {"reason": [None, batch.undone_reason]})
    return batch


@transaction.atomic
def confirm(*, actor, batch, expected_version=None, now=None):
    """Undo a batch that somebody else asked to undo: its opinions stay, but count no more.

    Confirming twice does nothing.

    Raises:
        Refused: no right, nobody asked, who asked ("own"), over.
        StaleVersion: something changed since `expected_version`.
    """
    now = now or clock.now()
    batch = lock(batch)
    acting = entering.require_seen(actor, batch)
    if batch.state == S.UNDONE:
        return batch
    entering.check_undoable(batch, now)
    if batch.undo_asked_by_id is None:
        raise Refused(_("Chưa có ai đề nghị hủy lô này."), code="not_asked")
    if not entering.may_confirm_undo(actor, batch):
        raise Refused(
            _("Người đề nghị không tự xác nhận; cần người thứ hai cùng đơn vị hoặc cấp trên."),
            code="own",
        )
    check_version(batch, expected_version)
    return undo(acting=acting, batch=batch, now=now)


@transaction.atomic
def keep(*, actor, batch):
    """Leave a batch as it is that was asked to be undone: who asked takes it back, or another one
    declines. Without a question nothing happens."""
    batch = lock(batch)
    acting = entering.require_seen(actor, batch)
    if batch.state != S.ACCEPTED or batch.undo_asked_by_id is None:
        return batch
    reason = batch.undone_reason
    batch.undo_asked_by = batch.undo_asked_for = batch.undo_asked_at = None
    batch.undone_reason = ""
    save(batch, *_ASKED, "undo_asked_for")
    record(acting, "keep_batch", batch, {"reason": [reason, None]})
    return batch


def undo(*, acting, batch, now):
    """Take the opinions of a locked batch out of the count. For the caller's transaction, which
    has checked who may; `batch.undone_reason` is set. Returns the batch.

    Opinions that no longer count (spam) are not subtracted again.
    """
    batch.state = entering.LIFECYCLE.target("undo", batch.state)
    opinions = Opinion.objects.filter(batch=batch, state=Opinion.State.RECEIVED)
    # locked before they are counted: one that is called spam meanwhile would be subtracted twice
    list(opinions.select_for_update().order_by("pk").values_list("pk"))
    totals.changed_in_bulk(opinions, -1)
    count = opinions.update(state=Opinion.State.UNDONE, cased=False)
    batch.undone_by, batch.undone_at = acting.actor, now
    save(batch, "state", "undone_by", "undone_at", "undone_reason")
    reason = [None, batch.undone_reason]
    record(acting, "undo_batch", batch, {"opinions": [count, 0], "reason": reason})
    return batch
