"""Other dates for what was announced, and calling it off: with a public reason, everybody told."""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.boundaries import editing, spec_of
from feedback import evidence, history, notify
from feedback.actions.consultations import fresh, lock, record
from feedback.rules import LIFECYCLE, MANAGING_ROLES, phase_of
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean

ANNOUNCED = frozenset({"upcoming", "open", "closed", "undetermined"})


@transaction.atomic
def change_dates(
    *, actor, consultation, opens, closes, reason, expected_version=None, now=None
):  # fmt: skip
    """Extend, end early, reopen or postpone an announced consultation, with a public reason.

    Everybody whom it concerns is told once, with the old and the new days (`feedback.notify`).

    Args:
        opens, closes: boundary specs; None leaves the boundary as it is.
        expected_version: `lock_version` that was seen, or None.

    Raises:
        Refused: "no_reason"; "state" (not announced); "opened" (the opening of what opened is
            history); "same"; "dates" (the end before the beginning); "too_early" (a new last day
            before today, or somebody who is writing would lose it); "past_opening".
        StaleVersion: somebody else changed it meanwhile.
    """
    now = now or clock.now()
    today = clock.today(now)
    reason = clean(reason)
    if not reason:
        raise Refused(_("Cần ghi lý do đổi thời gian để công bố."), code="no_reason")
    with editing(actor=actor, reason=reason) as graph:  # the graph is locked before any row
        consultation = lock(consultation)
        acting = require(actor, MANAGING_ROLES, consultation.agency)
        if expected_version is not None and consultation.lock_version != expected_version:
            raise StaleVersion(
                _("Đợt lấy ý kiến đã được người khác sửa trong lúc này."), current=consultation
            )
        was = phase_of(consultation, now)
        if was not in ANNOUNCED:
            raise Refused(_("Chỉ đổi được thời gian của đợt đã công bố."), code="state")
        before = _days(consultation)
        wanted = [(consultation.opens, opens), (consultation.closes, closes)]
        wanted = [(b, spec) for b, spec in wanted if spec is not None and spec != spec_of(b)]
        if not wanted:
            raise Refused(_("Thời gian chưa có gì thay đổi."), code="same")
        for boundary, spec in wanted:
            graph.replace(boundary, spec)
    consultation = fresh(consultation)
    after = _days(consultation)
    check_days(was, before, after, today)
    consultation.lock_version += 1
    consultation.save(update_fields=["lock_version"])
    changes = {
        name: [old and str(old), new and str(new)]
        for name, old, new in zip(("opens", "closes"), before, after, strict=True)
        if old != new
    }
    record(acting, "change_dates", consultation, {**changes, "reason": [None, reason]})
    return consultation


def _days(consultation):
    return consultation.opens.resolved_on, consultation.closes.resolved_on


def check_days(was, before, after, today):
    """Refuse days that cannot be: see `change_dates`.

    Args:
        was: the phase before; before, after: (opening day, closing day), None where not known.
    """
    (old_opens, old_closes), (opens, closes) = before, after
    if was in {"open", "closed"} and old_opens != opens:
        raise Refused(_("Đã bắt đầu nhận ý kiến nên không đổi được ngày bắt đầu."), code="opened")
    if opens is not None and closes is not None and closes < opens:
        raise Refused(_("Ngày kết thúc phải từ ngày bắt đầu trở đi."), code="dates")
    if closes != old_closes and closes is not None and closes < today:
        raise Refused(
            _("Sớm nhất là hết hôm nay, để người đang viết không mất nội dung."), code="too_early"
        )
    if opens != old_opens and opens is not None and opens < today:
        raise Refused(_("Ngày bắt đầu mới phải từ hôm nay trở đi."), code="past_opening")


@transaction.atomic
def withdraw_consultation(*, actor, consultation, reason, now=None):
    """Withdraw a consultation; what was sent stays and is still read. Tasks lose it as evidence,
    and whoever was to take part is told why.

    Raises:
        Refused: "no_reason", or withdrawn already.
    """
    now = now or clock.now()
    reason = clean(reason)
    if not reason:
        raise Refused(_("Cần ghi lý do hủy để công bố."), code="no_reason")
    consultation = lock(consultation)
    acting = require(actor, MANAGING_ROLES, consultation.agency)
    consultation.state = LIFECYCLE.target("withdraw", consultation.state)
    consultation.lock_version += 1
    consultation.save(update_fields=["state", "lock_version"])
    evidence.retract(consultation, actor=actor)
    change = None
    if consultation.announced_at is not None:
        change = history.record_withdrawal(consultation, reason=reason, actor=actor, now=now)
    notify.withdrawn(consultation, change)
    record(acting, "withdraw_consultation", consultation, {"reason": [None, reason]})
    return consultation
