"""Batches: what units and clerks enter, row by row, until it is accepted as opinions.

The rows hold words but no author; whoever enters and checks is named on the batch. Audit rows name
the batch, with counts and the names of columns, never words.
"""

import datetime as dt
import hashlib
import json
import secrets

from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from feedback import rules, totals
from feedback.actions.opinions import MAX_PROPOSED, MAX_TEXT
from feedback.models import Consultation, EntryBatch, EntryFile, EntryRow, Opinion
from feedback.places import Places
from feedback.rules import entering
from portal.agencies.rules import Acting, person_behind
from portal.common import audit, clock
from portal.common.chunks import chunks
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean, fold, one_line

#: A batch holds so many rows; an import of more comes in several files.
MAX_ROWS = 20_000
#: Scans are deleted so long after their batch was accepted.
KEEP_SCANS = dt.timedelta(days=30)
#: A batch that was put aside can be restored for so long; then its words and files go.
KEEP_DISCARDED = dt.timedelta(days=30)
_WRITE = 1000
#: The columns of a row that somebody fills in.
FIELDS = ("edition", "block", "question", "place_typed", "stance", "text", "reason", "proposed",
          "group")  # fmt: skip


@transaction.atomic
def start(*, actor, consultation, node, kind, channel, received_on=None, note="", source_name="",
          source_digest="", public_id=None, now=None):  # fmt: skip
    """Start a batch for the unit `node` of the ladder; returns it, with no rows yet.

    Args:
        received_on: the day it came to the unit; may be added later (`describe`), before it is
            handed over.
        public_id: a UUID made with the form, so that sending the form twice starts one batch.
        source_name, source_digest: of the file that is imported.

    Raises:
        Refused: no right to enter for this unit, the consultation takes nothing (any more), a
            channel it does not have, a day outside it, the same file before ("same_file").
    """
    now = now or clock.now()
    place = entering.place_for(actor, node.pk)
    if place is None:
        raise Refused(_("Đồng chí không nhập được cho đơn vị này."), code="no_right")
    consultation = _consultation(consultation.pk)
    if public_id is not None:
        made = EntryBatch.objects.filter(public_id=public_id).first()
        if made is not None:
            if (made.entered_by_id, made.node_id) != (actor.pk, node.pk):
                raise Refused(_("Biểu mẫu này đã dùng cho một lô khác."), code="replayed")
            return made
    if node.consultation_id != consultation.pk:
        raise Refused(_("Đơn vị này không thuộc đợt lấy ý kiến."), code="node")
    entering.check_takes_entries(consultation, now)
    entering.check_channel(consultation, channel)
    if received_on is not None:
        entering.check_received_on(consultation, received_on, today=clock.today(now))
    if source_digest:
        _check_new_file(consultation, source_digest)
    batch = EntryBatch.objects.create(
        consultation=consultation,
        node=node,
        desk_id=place.node_id,
        kind=kind,
        channel=channel,
        received_on=received_on,
        note=one_line(note)[:500],
        source_name=one_line(source_name)[:200],
        source_digest=source_digest,
        entered_by=actor,
        **({"public_id": public_id} if public_id else {}),
    )
    record(Acting(actor, person_behind(place.grant)), "start_batch", batch)
    return batch


@transaction.atomic
def describe(*, actor, batch, channel, received_on, note, now=None):
    """Change the channel, the day of arrival and the note of a batch that is being entered."""
    now = now or clock.now()
    batch = lock(batch)
    acting = _typing(actor, batch)
    if batch.kind != EntryBatch.Kind.MEETING:
        entering.check_channel(batch.consultation, channel)
    if received_on is not None:
        entering.check_received_on(batch.consultation, received_on, today=clock.today(now))
    names = ["channel", "received_on", "note"]
    before = audit.snapshot(batch, names)
    batch.channel, batch.received_on, batch.note = channel, received_on, one_line(note)[:500]
    batch.save(update_fields=names)
    changes = audit.diff(before, audit.snapshot(batch, names))
    if changes:
        record(acting, "describe_batch", batch, changes)
    return batch


@transaction.atomic
def put_row(*, actor, batch, key=None, places=None, **fields):
    """Add a row to a batch that is being entered; returns it. Nothing is required yet.

    Args:
        key: a UUID made with the form of the row: a row that has it already is changed instead, so
            that autosave, a retry and the button make one row.
        fields: any of `edition`, `block`, `question`, `place_typed`, `stance`, `text`, `reason`,
            `proposed`, `group`. Where neither block nor question is given, `place_typed` is looked
            up (`feedback.places`); what is missing or not found stands in the row's `problems`.
        places: the Places of the consultation, where the caller has them.

    Raises:
        Refused: no right, no longer being entered, too many rows.
    """
    batch = lock(batch)
    _typing(actor, batch)
    if key is not None and (known := EntryRow.objects.filter(key=key).first()) is not None:
        if known.batch_id != batch.pk:
            raise Refused(_("Dòng này thuộc một lô khác."), code="no_row")
        return change_row(actor=actor, batch=batch, n=known.n, places=places, **fields)
    last = batch.rows.aggregate(n=Max("n"))["n"] or 0
    if last >= MAX_ROWS:
        raise Refused(_("Mỗi lô nhận tối đa %d dòng.") % MAX_ROWS, code="rows")
    row = EntryRow(batch=batch, n=last + 1, **({"key": key} if key else {}))
    _fill(row, fields, places or Places(batch.consultation))
    row.save(force_insert=True)
    return row


@transaction.atomic
def change_row(*, actor, batch, n, expected_version=None, places=None, **fields):
    """Change a row: whoever enters it, or, waiting for the check, whoever may check it.

    What the person who checks changes is kept as it was typed. Fields that are not given stay.

    Raises:
        Refused: no right, no such row, another step.
        StaleVersion: somebody else saved the row since `expected_version`.
    """
    batch = lock(batch)
    acting, correcting = _may_change(actor, batch)
    row = _row(batch, n)
    if expected_version is not None and row.lock_version != expected_version:
        raise StaleVersion(_("Dòng này vừa được sửa ở một cửa sổ khác."), current=row)
    before = _values(row)
    _fill(row, fields, places or Places(batch.consultation))
    after = _values(row)
    changed = [name for name in FIELDS if before[name] != after[name]]
    if not changed:
        row.save(update_fields=["problems"])
        return row
    row.lock_version += 1
    if correcting:
        row.was = row.was or before
        _touch(batch)
        record(acting, "correct_row", batch, {"row": [None, n], "columns": [None, changed]})
    row.save()
    return row


@transaction.atomic
def drop_row(*, actor, batch, n):
    """Take a row out: while it is being entered it is gone; in the check it stays, left out."""
    batch = lock(batch)
    acting, correcting = _may_change(actor, batch)
    row = _row(batch, n)
    if not correcting:
        row.delete()
        return
    row.dropped = True
    row.lock_version += 1
    row.save(update_fields=["dropped", "lock_version"])
    _touch(batch)
    record(acting, "drop_row", batch, {"row": [None, n]})


@transaction.atomic
def drop_repeats(*, actor, batch):
    """Take out all rows that repeat others (`flag_repeats`); returns how many."""
    batch = lock(batch)
    acting, correcting = _may_change(actor, batch)
    rows = batch.rows.filter(dropped=False).exclude(warnings=[])
    if correcting:
        count = rows.update(dropped=True, lock_version=F("lock_version") + 1)
    else:
        count, _by_model = rows.delete()
    if count:
        _touch(batch)
        record(acting, "drop_repeats", batch, {"rows": [None, count]})
    return count


@transaction.atomic
def take_back_row(*, actor, batch, n):
    """Take a row in again that was left out in the check."""
    batch = lock(batch)
    acting, _correcting = _may_change(actor, batch)
    row = _row(batch, n)
    if row.dropped:
        row.dropped = False
        row.lock_version += 1
        row.save(update_fields=["dropped", "lock_version"])
        _touch(batch)
        record(acting, "take_back_row", batch, {"row": [None, n]})
    return row


@transaction.atomic
def submit(*, actor, batch, now=None):
    """Hand a batch over to the second person. Rows that are wholly empty are dropped.

    Raises:
        Refused: "incomplete" where a row has a problem, "empty" without rows, no day of arrival.
    """
    now = now or clock.now()
    batch = lock(batch)
    acting = _typing(actor, batch)
    state = entering.LIFECYCLE.target("submit", batch.state)
    entering.check_takes_entries(batch.consultation, now)
    entering.check_received_on(batch.consultation, batch.received_on, today=clock.today(now))
    batch.rows.filter(
        stance="", text="", reason="", proposed="", place_typed="", block=None, question=None
    ).delete()
    count = _check_complete(batch)
    if batch.kind != EntryBatch.Kind.MEETING:
        flag_repeats(batch)
    batch.state = state
    batch.submitted_at = now
    save(batch, "state", "submitted_at")
    record(acting, "submit_batch", batch, {"rows": [None, count]})
    return batch


@transaction.atomic
def accept(*, actor, batch, expected_version=None, second_person_required=True, now=None,
           report=None):  # fmt: skip
    """Make the rows of a batch opinions, all at once, and count them. Returns the batch.

    Accepting a batch that is accepted already does nothing, so retries and two people at once make
    each opinion once.

    Args:
        second_person_required: False only for a meeting, whose own unit answers for what it sends.
        expected_version: the `lock_version` that was looked at.
        report: callable(done, total) that is told how far it is, for a job.

    Raises:
        Refused: no right, who entered it ("own"), another step, rows with problems.
        StaleVersion: somebody corrected it since.
    """
    now = now or clock.now()
    if not second_person_required and batch.kind != EntryBatch.Kind.MEETING:
        raise ValueError("only the unit that met confirms its own batch")
    batch = lock(batch)
    acting = entering.require_checker(actor, batch, second_person_required=second_person_required)
    if batch.state == EntryBatch.State.ACCEPTED:
        return batch
    state = entering.LIFECYCLE.target("accept", batch.state)
    check_version(batch, expected_version)
    entering.check_takes_entries(batch.consultation, now)
    count = _check_complete(batch)
    _make_opinions(batch, report and (lambda done: report(done, count)))
    batch.state = state
    batch.opinions_made = count
    batch.checked_by, batch.checked_at = actor, now
    save(batch, "state", "opinions_made", "checked_by", "checked_at")
    # names may stand on papers: once checked they are kept no longer than they may be asked for
    scans = batch.files.filter(kind=EntryFile.Kind.SCAN, deleted_at=None)
    scans.update(delete_on=clock.today(now) + KEEP_SCANS)
    record(acting, "accept_batch", batch, {"opinions": [0, count]})
    return batch


@transaction.atomic
def send_back(*, actor, batch, reason, expected_version=None):
    """Give a batch back to who entered it, with what is to be mended."""
    reason = one_line(reason)
    if not reason:
        raise Refused(_("Hãy ghi cần sửa gì để người nhập biết."), code="no_reason")
    batch = lock(batch)
    acting = entering.require_checker(actor, batch)
    batch.state = entering.LIFECYCLE.target("send_back", batch.state)
    check_version(batch, expected_version)
    batch.returned_note = reason[:500]
    batch.submitted_at = None
    save(batch, "state", "returned_note", "submitted_at")
    record(acting, "send_back_batch", batch)
    return batch


@transaction.atomic
def discard(*, actor, batch, expected_version=None, now=None):
    """Put a batch aside that was not accepted; it can be restored for `KEEP_DISCARDED`."""
    batch = lock(batch)
    acting = entering.require_seen(actor, batch)
    batch.state = entering.LIFECYCLE.target("discard", batch.state)
    check_version(batch, expected_version)
    batch.submitted_at, batch.discarded_at = None, now or clock.now()
    save(batch, "state", "submitted_at", "discarded_at")
    record(acting, "discard_batch", batch)
    return batch


@transaction.atomic
def restore(*, actor, batch, now=None):
    """Take up a batch again that was put aside."""
    batch = lock(batch)
    acting = entering.require_seen(actor, batch)
    batch.state = entering.LIFECYCLE.target("restore", batch.state)
    if batch.discarded_at and batch.discarded_at <= (now or clock.now()) - KEEP_DISCARDED:
        raise Refused(_("Lô đã bỏ quá 30 ngày nên không khôi phục được."), code="gone")
    if batch.source_digest:
        _check_new_file(batch.consultation, batch.source_digest)
    batch.discarded_at = None
    save(batch, "state", "discarded_at")
    record(acting, "restore_batch", batch)
    return batch


# --- Shared with the import and the undoing ------------------------------------------------


def lock(batch):
    """The batch, locked, with what the rules need. For the caller's transaction."""
    return (
        EntryBatch.objects.select_for_update(of=("self",))
        .select_related("consultation__opens", "consultation__closes", "node", "desk")
        .get(pk=batch.pk)
    )


def problems_of(row, groups):
    """Sentences about what keeps a row from being an opinion.

    Args:
        groups: ids of the respondent groups of the consultation.
    """
    found = []
    if row.edition_id is None:
        found.append(_unknown(row, "edition", _("văn kiện của đợt này"), _("Chưa chọn văn kiện.")))
    if row.stance not in Opinion.Stance.values:
        found.append(_unknown(row, "stance", _("một quan điểm"), _("Chưa chọn quan điểm.")))
    if "group" in row.typed:
        found.append(_unknown(row, "group", _("đối tượng góp ý của đợt này"), ""))
    if max(len(row.text), len(row.reason)) > MAX_TEXT or len(row.proposed) > MAX_PROPOSED:
        found.append(_("Mỗi ô nhận tối đa %d ký tự.") % MAX_TEXT)
    if row.group_id is not None and row.group_id not in groups:
        found.append(_("Đối tượng góp ý không thuộc đợt này."))
    return found


def content_digest(row):
    """What tells that two rows say the same of the same place, whatever capitals and spaces."""
    return _digest(
        row.edition_id, row.block_id, row.question_id,
        "" if row.block_id or row.question_id else fold(row.place_typed),
        row.stance, fold(row.text), fold(row.reason), fold(row.proposed),
    )  # fmt: skip


def flag_repeats(batch):
    """Set `warnings` of rows with the same words as another row, an opinion of the unit's earlier
    batches, or a row that waits in another batch of the unit. A stance alone repeats nothing.

    Returns how many rows were flagged. Two people may say the same: it is for people to decide.
    """
    rows = list(batch.rows.filter(dropped=False).order_by("n"))
    digests = {row.pk: content_digest(row) for row in rows if row.text or row.proposed}
    before = _said_before(batch, set(digests.values()))
    first, changed = {}, []
    for row in rows:
        found = []
        digest = digests.get(row.pk)
        if digest is not None:
            if digest in first:
                found.append(_("Giống dòng %d.") % first[digest])
            first.setdefault(digest, row.n)
            if digest in before:
                found.append(before[digest])
        if found != row.warnings:
            row.warnings = found
            changed.append(row)
    EntryRow.objects.bulk_update(changed, ["warnings"], batch_size=_WRITE)
    return sum(1 for row in rows if row.warnings)


def _said_before(batch, digests):
    """{digest: sentence} of what other batches of the unit hold already."""
    found = {}
    waiting = EntryRow.objects.filter(
        batch__node_id=batch.node_id, batch__state=EntryBatch.State.CHECKING, dropped=False
    ).exclude(batch_id=batch.pk)
    for row in waiting.iterator(chunk_size=2000):
        digest = content_digest(row)
        if digest in digests:
            found[digest] = _("Giống một dòng trong lô đang chờ kiểm tra của đơn vị.")
    for some in chunks(digests, _WRITE):
        said = Opinion.objects.filter(
            batch__node_id=batch.node_id,
            batch__isnull=False,
            state=Opinion.State.RECEIVED,
            content_digest__in=some,
        ).values_list("content_digest", "received_on")
        for digest, on in said:
            found[bytes(digest)] = _("Giống ý kiến đã tiếp nhận của đơn vị ngày %s.") % (
                f"{on:%d/%m/%Y}"
            )
    return found


def _unknown(row, column, kind, else_):
    if column not in row.typed:
        return else_
    return _("“%(typed)s” không phải %(kind)s.") % {"typed": row.typed[column][:60], "kind": kind}


def _fill(row, fields, places):
    row.typed = {name: words for name, words in row.typed.items() if name not in fields}
    unknown = set(fields) - set(FIELDS)
    if unknown:
        raise TypeError(f"no column {unknown}")
    for name in ("text", "reason", "proposed"):
        if name in fields:
            setattr(row, name, clean(fields[name]))
    if "stance" in fields:
        row.stance = fields["stance"] if fields["stance"] in Opinion.Stance.values else ""
    if "group" in fields:
        row.group = fields["group"]
    if "edition" in fields:
        row.edition = fields["edition"]
    if row.edition_id is None:
        row.edition = places.only_edition
    if row.edition_id is not None and row.edition_id not in {e.pk for e in places.editions}:
        raise Refused(_("Văn kiện này không thuộc đợt lấy ý kiến."), code="place")
    problem = _fill_place(row, fields, places)
    groups = set(places.consultation.groups.values_list("pk", flat=True))
    row.problems = problems_of(row, groups) + ([problem] if problem else [])


def _fill_place(row, fields, places):
    """Set where the row belongs; returns a problem or ""."""
    if "place_typed" in fields:
        row.place_typed = one_line(fields["place_typed"])[:200]
    if fields.get("block") or fields.get("question"):
        row.block, row.question = fields.get("block"), fields.get("question")
        block, question = row.block, row.question
        if block is not None and block.edition_id != row.edition_id:
            raise Refused(_("Đoạn này không thuộc văn kiện đã chọn."), code="place")
        if question is not None and not any(
            ce.pk == question.consultation_edition_id and ce.edition_id == row.edition_id
            for ce in places.rows
        ):
            raise Refused(_("Câu hỏi này không thuộc văn kiện đã chọn."), code="place")
        return ""
    untouched = {"place_typed", "block", "question", "edition"}.isdisjoint(fields)
    if untouched and (row.block_id or row.question_id):
        return ""
    if row.edition_id is None:
        row.block = row.question = None
        return ""
    edition = next(e for e in places.editions if e.pk == row.edition_id)
    found = places.find(edition, row.place_typed)
    row.block, row.question = found.block, found.question
    return found.problem


def _make_opinions(batch, report=None):
    """The rows of a locked batch as opinions, without an author, and their totals."""
    done = 0
    consultation, node = batch.consultation, batch.node
    reading = node.reader_id or node.pk
    rows = batch.rows.filter(dropped=False).select_related("block").defer("block__html")
    for chunk in chunks(rows.order_by("n").iterator(chunk_size=_WRITE), _WRITE):
        Opinion.objects.bulk_create(
            Opinion(
                consultation=consultation,
                edition_id=row.edition_id,
                block_id=row.block_id,
                question_id=row.question_id,
                batch=batch,
                # a page or line of the printed draft is all the paper says of its place
                quote=row.block.plain if row.block_id else row.place_typed,
                entry_node=node,
                reading_node_id=reading,
                route=Opinion.Route.UNIT,
                stance=row.stance,
                text=row.text,
                reason=row.reason,
                proposed=row.proposed,
                group_id=row.group_id,
                origin=Opinion.Origin.UNIT,
                channel=batch.channel,
                naming=Opinion.Naming.ANONYMOUS,
                display=rules.display_of(
                    consultation, has_words=bool(row.text or row.reason or row.proposed)
                ),
                consent_version=None,
                submission_digest=_digest(str(batch.public_id), row.n),
                content_digest=content_digest(row),
                # nobody keeps a code for these: the unit follows its batch instead
                receipt_hmac=secrets.token_bytes(32),
                received_on=batch.received_on,
            )
            for row in chunk
        )  # fmt: skip
        done += len(chunk)
        if report:
            report(done)
    totals.changed_in_bulk(Opinion.objects.filter(batch=batch), 1)


def _check_complete(batch):
    """How many opinions the batch makes; Refused where a row is not complete or there is none."""
    rows = batch.rows.filter(dropped=False)
    wrong = list(rows.exclude(problems=[]).order_by("n").values_list("n", flat=True)[:6])
    if wrong:
        shown = ", ".join(str(n) for n in wrong[:5]) + ("…" if len(wrong) > 5 else "")
        raise Refused(_("Còn dòng chưa xong: %s. Hãy sửa rồi gửi lại.") % shown, code="incomplete")
    count = rows.count()
    if not count:
        raise Refused(_("Lô chưa có dòng nào."), code="empty")
    return count


def _may_change(actor, batch):
    """(Acting, whether it is a correction in the check) of somebody who changes rows now."""
    if batch.state == EntryBatch.State.CHECKING:
        return entering.require_checker(actor, batch), True
    return _typing(actor, batch), False


def _typing(actor, batch):
    acting = entering.require_seen(actor, batch)
    if batch.state != EntryBatch.State.ENTERING:
        raise Refused(_("Lô này không còn ở bước nhập."), code="state")
    if not entering.may_type(actor, batch):
        raise Refused(_("Lô này do người khác đang nhập."), code="no_right")
    return acting


def _row(batch, n):
    row = batch.rows.filter(n=n).first()
    if row is None:
        raise Refused(_("Dòng %s không còn trong lô.") % n, code="no_row")
    return row


def _values(row):
    names = ("place_typed", "stance", "text", "reason", "proposed")
    return {name: getattr(row, name) for name in names} | {
        name: getattr(row, f"{name}_id") for name in ("edition", "block", "question", "group")
    }


def check_version(batch, expected):
    """Raise StaleVersion unless the batch is as it was looked at; None for not asked."""
    if expected is not None and batch.lock_version != expected:
        raise StaleVersion(
            _("Lô này vừa được người khác xử lý; hãy xem lại trước khi quyết định."), current=batch
        )


def _check_new_file(consultation, digest):
    before = EntryBatch.objects.filter(consultation=consultation, source_digest=digest).exclude(
        state__in=[EntryBatch.State.DISCARDED, EntryBatch.State.UNDONE]
    )
    if before.exists():
        raise Refused(_("Tệp này đã được nhập trước đó."), code="same_file")


def _consultation(pk):
    return Consultation.objects.select_related("opens", "closes").get(pk=pk)


def _touch(batch):
    save(batch)


def save(batch, *names):
    """Save these columns of a locked batch as its next version."""
    batch.lock_version += 1
    batch.save(update_fields=[*names, "lock_version"])


def _digest(*parts):
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).digest()


def record(acting, verb, batch, changes=None):
    """An audit row of the unit whose desk it is: counts and columns, never words."""
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=batch,
        agency=batch.desk.handled_by_id,
        changes=changes,
        on_behalf_of=acting.on_behalf_of,
        label=f"{batch.get_kind_display()}: {batch.node.name}",
    )
