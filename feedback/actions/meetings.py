"""Meetings of units: entered on a phone, agreed, with opinions, or with photos of the minutes.

Audit rows name the meeting and its numbers, never what was said in it; notes and reasons for other
people stand on the meeting only.
"""

import hashlib
import uuid

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from feedback.actions import batch_undo, entries
from feedback.models import Channel, EntryBatch, EntryRow, Meeting
from feedback.rules import entering
from feedback.rules import meetings as rules
from portal.common import audit, clock
from portal.common.display import date_vi
from portal.common.errors import Refused, StaleVersion
from portal.common.text import one_line

S, Outcome = Meeting.State, Meeting.Outcome
_NUMBERS = ("held_on", "present", "speakers")


def enter_meeting(*, actor, node, held_on, present, speakers, outcome, submission_key, now=None):
    """Enter a meeting of the unit `node`; returns (Meeting, whether it had been entered before).

    "agreed" is sent with it; "opinions" and "minutes" are begun, and their opinions or photos come
    next. Whoever stands in for a unit has "minutes" only: the paper comes with it.

    Args:
        submission_key: random text made with the form. The same form with the same content makes
            nothing new; with other content it corrects what was begun and not sent.

    Raises:
        Refused: no right, not taken (any more), impossible numbers or day, or the form was sent
            with other content already.
    """
    now = now or clock.now()
    digest = hashlib.sha256(f"{node.pk}:{submission_key}".encode()).digest()
    values = {"held_on": held_on, "present": present, "speakers": speakers}
    try:
        with transaction.atomic():
            known = Meeting.objects.filter(submission_digest=digest).first()
            if known is not None:
                return _again(actor, known, outcome, values, now), True
            return _enter(actor, node, outcome, values, digest, now), False
    except IntegrityError:
        # the other of two sendings at once was first
        with transaction.atomic():
            known = Meeting.objects.filter(submission_digest=digest).first()
            if known is None:
                raise
            return _again(actor, known, outcome, values, now), True


@transaction.atomic
def correct_numbers(*, actor, meeting, expected_version, held_on, present, speakers, now=None):
    """Correct day and numbers, sent or not, as long as meetings are taken.

    Raises:
        StaleVersion: somebody else corrected them in the meantime.
    """
    now = now or clock.now()
    row = lock(meeting)
    part = _entering(actor, row)
    rules.check_takes(row.consultation, now)
    if row.state == S.UNDONE:
        raise Refused(_("Hội nghị này đã hủy."), code="undone")
    if row.lock_version != expected_version:
        raise StaleVersion(_("Hội nghị này vừa được người khác sửa."), current=row)
    _set_numbers(
        row, {"held_on": held_on, "present": present, "speakers": speakers}, now, actor, part
    )
    return row


@transaction.atomic
def put_opinion(*, actor, meeting, n=None, places=None, now=None, **fields):
    """Add an opinion to a meeting that is being entered or keyed in; returns its EntryRow.

    Args:
        n: the number the form expected it to get; the same content under that number is the same
            form sent twice, and makes nothing new.
        fields: of `entries.put_row`.
    """
    now = now or clock.now()
    row = lock(meeting)
    _writing(actor, row, now)
    known = row.batch.rows.filter(n=n).first() if n else None
    if known is not None and _same(known, fields):
        return known
    return entries.put_row(actor=actor, batch=row.batch, places=places, **fields)


@transaction.atomic
def change_opinion(*, actor, meeting, n, expected_version=None, places=None, now=None, **fields):
    """Change an opinion of a meeting that is being entered or keyed in.

    Raises:
        StaleVersion: changed in another window since `expected_version`.
    """
    row = lock(meeting)
    _writing(actor, row, now or clock.now())
    return entries.change_row(
        actor=actor,
        batch=row.batch,
        n=n,
        expected_version=expected_version,
        places=places,
        **fields,
    )


@transaction.atomic
def drop_opinion(*, actor, meeting, n, now=None):
    """Take an opinion out again; one that is gone already is no error."""
    row = lock(meeting)
    _writing(actor, row, now or clock.now())
    if row.batch.rows.filter(n=n).exists():
        entries.drop_row(actor=actor, batch=row.batch, n=n)


@transaction.atomic
def send(*, actor, meeting, now=None):
    """Send a meeting with its opinions: from now on both count. Sending it twice does nothing.

    Raises:
        Refused: "empty" without opinions, "incomplete" where one lacks its stance.
    """
    now = now or clock.now()
    row = lock(meeting)
    part = _entering(actor, row)
    if row.state == S.SENT:
        return row
    target = rules.LIFECYCLE.target("send", row.state)
    rules.check_takes(row.consultation, now)
    if row.outcome != Outcome.OPINIONS:
        raise Refused(_("Hãy gửi ảnh biên bản, hoặc nhập ý kiến."), code="outcome")
    if not row.batch.rows.exists():
        raise Refused(
            _("Chưa có ý kiến nào. Nếu hội nghị không có ý kiến, hãy chọn “Nhất trí toàn văn”."),
            code="empty",
        )
    count_opinions(actor, row, now)
    return move(row, target, actor, part, "send_meeting", now, sent_at=now)


@transaction.atomic
def choose_outcome(*, actor, meeting, outcome, now=None):
    """Go another of the three ways with a meeting that is not sent; "agreed" sends it.

    Raises:
        Refused: "has_content" where opinions or photos stand in the way.
    """
    now = now or clock.now()
    row = lock(meeting)
    part = _entering(actor, row)
    if row.outcome == outcome:
        return row
    if row.state != S.ENTERING:
        raise Refused(_("Hội nghị này đã gửi hoặc đã hủy."), code="state")
    rules.check_takes(row.consultation, now)
    change_outcome(actor, row, part, outcome, now)
    return row


@transaction.atomic
def hand_in(*, actor, meeting, now=None):
    """Hand photos of the minutes to the superior's clerks. Doing it twice does nothing."""
    now = now or clock.now()
    row = lock(meeting)
    part = _entering(actor, row)
    if row.state == S.KEYING:
        return row
    target = rules.LIFECYCLE.target("hand_in", row.state)
    rules.check_takes(row.consultation, now)
    if row.outcome != Outcome.MINUTES or not row.batch.files.exists():
        raise Refused(_("Chưa có ảnh biên bản nào."), code="no_photos")
    return move(row, target, actor, part, "hand_in_minutes", now, handed_in_at=now)


@transaction.atomic
def take_back(*, actor, meeting, now=None):
    """Take minutes back that no clerk is typing, to add a photo or to type them oneself."""
    now = now or clock.now()
    row = lock(meeting)
    part = _entering(actor, row)
    target = rules.LIFECYCLE.target("take_back", row.state)
    rules.check_takes(row.consultation, now)
    if claimed(row, now) or row.batch.rows.exists():
        raise Refused(
            _("Cán bộ cấp trên đã bắt đầu nhập biên bản này; hãy chờ xác nhận rồi trả lại."),
            code="claimed",
        )
    return move(row, target, actor, part, "take_back_minutes", now, handed_in_at=None)


@transaction.atomic
def reopen(*, actor, meeting, reason, now=None):
    """Take a sent meeting back to correct its opinions: until it is sent again none counts.

    The batch that counted is undone as a whole and stays as it was; its rows are copied.
    """
    now = now or clock.now()
    reason = _reason(reason)
    row = lock(meeting)
    part = _entering(actor, row)
    target = rules.LIFECYCLE.target("reopen", row.state)
    rules.check_takes(row.consultation, now)
    old = row.batch
    _uncount(actor, row, reason, now)
    row.batch = _new_batch(actor, row, now)
    if old is not None:
        EntryRow.objects.bulk_create(_copies(old, row.batch))
        old.files.update(batch=row.batch, delete_on=None)
    if row.on_behalf:
        # what is entered for somebody else takes two people every time
        target = S.KEYING
    else:
        row.outcome = Outcome.OPINIONS
    row.save(update_fields=["batch", "outcome"])
    return move(row, target, actor, part, "reopen_meeting", now, {"reason": [None, reason]},
               sent_at=None)  # fmt: skip


@transaction.atomic
def undo(*, actor, meeting, reason, now=None):
    """Undo a meeting, sent or not, with a reason: neither it nor its opinions count."""
    now = now or clock.now()
    row = lock(meeting)
    part = _entering(actor, row)
    if row.state == S.UNDONE:
        return row
    reason = _reason(reason)
    target = rules.LIFECYCLE.target("undo", row.state)
    rules.check_takes(row.consultation, now)
    _uncount(actor, row, reason, now)
    row.undone_reason = reason
    row.save(update_fields=["undone_reason"])
    return move(row, target, actor, part, "undo_meeting", now, {"reason": [None, reason]},
               claimed_by=None, claimed_until=None)  # fmt: skip


def claimed(meeting, now):
    """Whether a clerk holds the minutes at `now`."""
    return meeting.claimed_until is not None and meeting.claimed_until > now


# --- Shared with minutes --------------------------------------------------------------------


def lock(meeting):
    """The meeting, locked, with what the rules need. For the caller's transaction."""
    return (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("consultation__opens", "consultation__closes", "node", "batch")
        .get(pk=meeting.pk)
    )


def count_opinions(actor, row, now):
    """Make the rows of a meeting opinions; a batch without any is put aside.

    Photos go in 30 days.
    """
    row.batch.files.filter(delete_on=None).update(delete_on=clock.today(now) + rules.KEEP_PHOTOS)
    if not row.batch.rows.exists():
        entries.discard(actor=actor, batch=row.batch, now=now)
        return
    if row.batch.state == EntryBatch.State.ENTERING:
        entries.submit(actor=actor, batch=row.batch, now=now)
    entries.accept(actor=actor, batch=row.batch, second_person_required=False, now=now)


def move(row, state, actor, part, verb, now, changes=None, **values):
    """Save the new state of a locked meeting and what goes with it; one audit row."""
    row.state = state
    for name, value in values.items():
        setattr(row, name, value)
    row.lock_version += 1
    row.save(update_fields=["state", "lock_version", *values])
    record(actor, part, verb, row, changes)
    return row


def record(actor, part, verb, row, changes=None):
    """An audit row of the unit that met: numbers and days, never what was said."""
    audit.record(
        **part.acting(actor)._asdict(),
        verb=verb,
        obj=row,
        agency=row.node.handled_by_id,
        changes=changes,
        label=_("Hội nghị góp ý ngày %(day)s: %(unit)s")
        % {"day": date_vi(row.held_on), "unit": row.node.name},
    )


def _enter(actor, node, outcome, values, digest, now):
    part = rules.part_of(actor, node)
    if not part.enters:
        raise Refused(_("Đồng chí không nhập được cho đơn vị này."), code="no_right")
    consultation = node.consultation
    rules.check_takes(consultation, now)
    if not rules.in_audience(consultation, node):
        raise Refused(_("Đợt lấy ý kiến này dành cho đơn vị khác."), code="audience")
    rules.check_numbers(consultation, **values, today=clock.today(now))
    _check_outcome(outcome, part)
    sent = outcome == Outcome.AGREED
    row = Meeting.objects.create(
        consultation=consultation,
        node=node,
        outcome=outcome,
        on_behalf=part.stands_in,
        submission_digest=digest,
        entered_by=actor,
        state=S.SENT if sent else S.ENTERING,
        sent_at=now if sent else None,
        **values,
    )
    if not sent:
        row.batch = _new_batch(actor, row, now)
        row.save(update_fields=["batch"])
    record(actor, part, "send_meeting" if sent else "enter_meeting", row, _numbers_changes(row))
    return row


def _check_outcome(outcome, part):
    if outcome not in Outcome.values:
        raise Refused(_("Hãy chọn một trong ba cách gửi."), code="outcome")
    if part.stands_in and outcome != Outcome.MINUTES:
        raise Refused(_("Nhập thay đơn vị thì phải có ảnh chụp biên bản."), code="needs_minutes")


def _again(actor, known, outcome, values, now):
    """The form was sent before: the same is the same; what was begun only is corrected."""
    row = lock(known)
    part = _entering(actor, row)
    same = all(getattr(row, name) == value for name, value in values.items())
    if same and row.outcome == outcome:
        return row
    if row.state != S.ENTERING:
        raise Refused(
            _("Biểu mẫu này đã gửi với nội dung khác. Hội nghị đã gửi vẫn còn nguyên; hãy mở hội "
              "nghị đó để sửa."),
            code="replayed",
        )  # fmt: skip
    rules.check_takes(row.consultation, now)
    _check_outcome(outcome, part)
    _set_numbers(row, values, now, actor, part)
    if row.outcome != outcome:
        change_outcome(actor, row, part, outcome, now)
    return row


def change_outcome(actor, row, part, outcome, now):
    """Go another of the three ways with a locked meeting that is not sent."""
    _check_outcome(outcome, part)
    if outcome == Outcome.AGREED:
        if row.batch.rows.exists() or row.batch.files.exists():
            raise Refused(
                _("Hội nghị này đã có ý kiến hoặc ảnh biên bản. Hãy xóa hết rồi mới chọn “Nhất trí "
                  "toàn văn”."),
                code="has_content",
            )  # fmt: skip
        entries.discard(actor=actor, batch=row.batch, now=now)
        row.outcome, row.batch = outcome, None
        row.save(update_fields=["outcome", "batch"])
        move(row, rules.LIFECYCLE.target("send", row.state), actor, part, "send_meeting", now,
            sent_at=now)  # fmt: skip
        return
    if outcome == Outcome.MINUTES and row.batch.rows.exists():
        raise Refused(
            _(
                "Hội nghị này đã nhập ý kiến. Hãy gửi các ý kiến đó, hoặc xóa hết rồi chụp "
                "biên bản."
            ),
            code="has_content",
        )
    row.outcome = outcome
    row.lock_version += 1
    row.save(update_fields=["outcome", "lock_version"])


def _entering(actor, row):
    part = rules.part_of(actor, row.node)
    if part.own or (part.clerk and row.on_behalf and _staff_above(part)):
        return part
    raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")


def _staff_above(part):
    return part.grant.role in rules.OWN_ROLES


def _writing(actor, row, now):
    """Refuse who may not type now; a clerk who types holds the minutes longer."""
    part = rules.part_of(actor, row.node)
    if not rules.writes_rows(actor, row, part):
        if row.state == S.KEYING and part.clerk:
            raise Refused(
                _("Biên bản này không còn do đồng chí giữ. Hãy nhận lại rồi nhập tiếp."),
                code="claimed",
            )
        raise Refused(_("Hội nghị này không còn ở bước nhập ý kiến."), code="state")
    if row.state == S.KEYING:
        row.claimed_until = now + rules.CLAIM
        row.save(update_fields=["claimed_until"])
    else:
        rules.check_takes(row.consultation, now)


def _set_numbers(row, values, now, actor, part):
    rules.check_numbers(row.consultation, **values, today=clock.today(now))
    before = audit.snapshot(row, _NUMBERS)
    for name, value in values.items():
        setattr(row, name, value)
    changes = audit.diff(before, audit.snapshot(row, _NUMBERS))
    if changes:
        row.lock_version += 1
        row.save(update_fields=[*_NUMBERS, "lock_version"])
        record(actor, part, "correct_meeting", row, changes)


def _numbers_changes(row):
    return {name: [None, value] for name, value in audit.snapshot(row, _NUMBERS).items()}


def _new_batch(actor, row, now):
    return entries.start(
        actor=actor,
        consultation=row.consultation,
        node=row.node,
        kind=EntryBatch.Kind.MEETING,
        channel=Channel.MEETING,
        received_on=rules.arrival_day(row.consultation, clock.today(now)),
        now=now,
    )


def _uncount(actor, row, reason, now):
    """Undo the batch that counted, put aside the one that did not; photos go in 30 days."""
    if row.batch is None:
        return
    if row.batch.state == EntryBatch.State.ACCEPTED:
        batch = entries.lock(row.batch)
        batch.undone_reason = reason
        batch_undo.undo(acting=entering.require_seen(actor, batch), batch=batch, now=now)
    elif row.batch.state in (EntryBatch.State.ENTERING, EntryBatch.State.CHECKING):
        entries.discard(actor=actor, batch=row.batch, now=now)
    row.batch.files.filter(delete_on=None).update(delete_on=clock.today(now) + rules.KEEP_PHOTOS)


def _copies(old, new):
    for row in old.rows.filter(dropped=False).order_by("n"):
        row.pk, row._state.adding = None, True
        row.key = uuid.uuid4()
        row.batch, row.was, row.lock_version = new, None, 0
        yield row


_SAID = ("edition", "block", "question", "stance", "text", "reason", "proposed", "group")


def _same(row, fields):
    return all(
        (getattr(row, name) or None) == (value or None)
        for name, value in fields.items()
        if name in _SAID
    )


def _reason(reason):
    reason = one_line(reason)
    if not reason:
        raise Refused(_("Hãy ghi lý do."), code="no_reason")
    return reason[:300]
