"""Photos and scans of minutes: kept apart, keyed in by a clerk above, confirmed, deleted.

A photo is encoded anew, a PDF written anew (`feedback.sanitised`): without names of who made it,
without scripts and attached files.

Two clerks do not key in the same minutes: whoever takes them holds them for half an hour from the
last word typed.
"""

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from feedback import notify_meetings, sanitised
from feedback.actions import entries
from feedback.actions.entry_files import throw_away
from feedback.actions.meetings import claimed, count_opinions, lock, move, record
from feedback.models import EntryBatch, EntryFile, Meeting
from feedback.rules import meetings as rules
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import one_line
from portal.common.uploads.actions import store_pdf, store_photo

S, Outcome = Meeting.State, Meeting.Outcome


def keep_photos(*, actor, meeting, files, now=None):
    """Keep photos of the minutes, each on its own: one bad file does not lose the others.

    The names of the files are not kept, somebody's name may be in them. A photo that is there
    already is not kept twice, so that a form sent again does no harm.

    Returns (number of photos kept, [(name of the file, sentence why it was not)]).
    """
    kept, problems = 0, []
    for file in files:
        name = file.name
        try:
            with transaction.atomic():
                kept += _keep(actor, meeting, file, now or clock.now())
        except Refused as refused:
            problems.append((name, refused.message))
    return kept, problems


@transaction.atomic
def remove_photo(*, actor, file, now=None):
    """Take a photo out for good before the minutes are handed in."""
    row = lock(file.batch.meeting)
    part = _photographs(actor, row, now or clock.now())
    file = EntryFile.objects.select_for_update().filter(pk=file.pk, batch=row.batch).first()
    if file is None:
        return
    upload = file.upload
    file.delete()
    if upload is not None:
        throw_away(upload, actor)
    record(actor, part, "remove_minutes_photo", row)


@transaction.atomic
def claim(*, actor, meeting, now=None):
    """Take minutes to key them in; whoever holds them goes on holding them.

    Raises:
        Refused: "claimed" where another clerk is at it, "no_right" for others than clerks above.
    """
    now = now or clock.now()
    row = lock(meeting)
    part = rules.part_of(actor, row.node)
    if not part.clerk:
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    if row.state != S.KEYING:
        raise Refused(_("Biên bản này không còn chờ nhập."), code="state")
    if claimed(row, now) and row.claimed_by_id != actor.pk:
        raise Refused(_("%s đang nhập biên bản này.") % row.claimed_by.full_name, code="claimed")
    mine = row.claimed_by_id == actor.pk
    row.claimed_by, row.claimed_until = actor, now + rules.CLAIM
    row.save(update_fields=["claimed_by", "claimed_until"])
    if not mine:
        record(actor, part, "claim_minutes", row)
    return row


@transaction.atomic
def release(*, actor, meeting):
    """Give minutes back to the queue; what was typed stays with them."""
    row = lock(meeting)
    if row.state == S.KEYING and row.claimed_by_id == actor.pk:
        row.claimed_by = row.claimed_until = None
        row.save(update_fields=["claimed_by", "claimed_until"])
    return row


@transaction.atomic
def finish(*, actor, meeting, now=None):
    """The minutes are keyed in: the unit is asked whether this is what they say.

    Raises:
        Refused: held by somebody else, or an opinion lacks its stance.
    """
    now = now or clock.now()
    row = lock(meeting)
    part = rules.part_of(actor, row.node)
    if row.state == S.CONFIRMING and row.batch.entered_by_id == actor.pk:
        return row
    target = rules.LIFECYCLE.target("finish", row.state)
    if not rules.writes_rows(actor, row, part):
        raise Refused(
            _("Biên bản này không còn do đồng chí giữ. Hãy nhận lại rồi nhập tiếp."),
            code="claimed",
        )
    batch = row.batch
    # who keyed it in entered it; the other one confirms
    EntryBatch.objects.filter(pk=batch.pk).update(entered_by=actor)
    if batch.rows.exists():
        entries.submit(actor=actor, batch=batch, now=now)
    move(row, target, actor, part, "key_in_minutes", now, claimed_by=None, claimed_until=None,
         returned_note="")  # fmt: skip
    notify_meetings.to_confirm(row)
    return row


@transaction.atomic
def confirm(*, actor, meeting, expected_version, now=None):
    """The unit says that what was keyed in is what the minutes say: it counts from now on.

    Raises:
        Refused: no right, or who keyed it in.
        StaleVersion: not what was looked at (`expected_version` of the meeting).
    """
    now = now or clock.now()
    row = lock(meeting)
    if row.state == S.SENT:
        return row
    target = rules.LIFECYCLE.target("confirm", row.state)
    part = _confirms(actor, row)
    _check_seen(row, expected_version)
    count_opinions(actor, row, now)
    return move(row, target, actor, part, "confirm_minutes", now, sent_at=now)


@transaction.atomic
def give_back(*, actor, meeting, note, expected_version, now=None):
    """The unit found something wrong: back to the clerks, with a note what is to be mended."""
    row = lock(meeting)
    target = rules.LIFECYCLE.target("give_back", row.state)
    part = _confirms(actor, row)
    _check_seen(row, expected_version)
    note = one_line(note)[:300]
    if not note:
        raise Refused(_("Hãy ghi cần sửa gì để người nhập biết."), code="no_reason")
    if row.batch.state == EntryBatch.State.CHECKING:
        entries.send_back(actor=actor, batch=row.batch, reason=_("Đơn vị trả lại biên bản đã nhập"))
    return move(row, target, actor, part, "give_back_minutes", now or clock.now(),
                returned_note=note)  # fmt: skip


def delete_due_photos(*, today):
    """Delete photos of minutes that are due; returns how many. For a daily job.

    Due are those whose `delete_on` has come, and those of minutes never handed in, so many days
    after the last day on which they could have been. The rows stay and say when the photo went.
    """
    abandoned = Q(
        delete_on=None,
        batch__meeting__state=S.ENTERING,
        batch__consultation__closes__at__lte=clock.start_of_day(today - rules.KEEP_PHOTOS)
        - rules.GRACE,
    )
    due = EntryFile.objects.filter(
        Q(delete_on__lte=today) | abandoned, kind=EntryFile.Kind.MINUTES, deleted_at=None
    )
    deleted = 0
    for pk in due.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            file = EntryFile.objects.select_for_update().get(pk=pk)
            if file.deleted_at is not None:
                continue
            upload, file.upload = file.upload, None
            file.deleted_at, file.path = clock.now(), ""
            file.save(update_fields=["upload", "deleted_at", "path"])
            if upload is not None:
                throw_away(upload, None)
            deleted += 1
    return deleted


def _keep(actor, meeting, file, now):
    row = lock(meeting)
    part = _photographs(actor, row, now)
    have = row.batch.files.aggregate(n=Max("n"))["n"] or 0
    if row.batch.files.count() >= rules.MOST_PHOTOS:
        raise Refused(
            _("Mỗi biên bản nhiều nhất %d ảnh, tệp PDF.") % rules.MOST_PHOTOS, code="too_many"
        )
    upload = _store(actor, row, file, f"bien-ban-{have + 1}")
    if row.batch.files.filter(upload__sha256=upload.sha256).exists():
        throw_away(upload, actor)
        return 0
    EntryFile.objects.create(
        batch=row.batch,
        kind=EntryFile.Kind.MINUTES,
        n=have + 1,
        upload=upload,
        path=upload.file.name,
        content_type=upload.content_type,
        size=upload.size,
    )
    record(actor, part, "add_minutes_photo", row)
    return 1


def _store(actor, row, file, name):
    """The Upload of a photo or of a PDF, told by content."""
    agency = row.node.handled_by_id
    file.seek(0)
    if not file.read(8).startswith(b"%PDF-"):
        file.name = name
        return store_photo(file, actor=actor, agency=agency)
    if file.size > rules.MOST_PDF_MB * 1024 * 1024:
        raise Refused(
            _("Tệp PDF lớn quá %d MB. Hãy quét đen trắng hoặc chia thành nhiều tệp.")
            % rules.MOST_PDF_MB,
            code="too_large",
        )
    file.seek(0)
    data = sanitised.clean_pdf(file.read(), most_pages=rules.MOST_PDF_PAGES)
    return store_pdf(ContentFile(data, name=f"{name}.pdf"), actor=actor, agency=agency)


def _photographs(actor, row, now):
    part = rules.part_of(actor, row.node)
    if not (part.own or (part.clerk and row.on_behalf)):
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    if row.state != S.ENTERING or row.outcome != Outcome.MINUTES:
        raise Refused(_("Biên bản này đã gửi; không thêm, bớt ảnh được nữa."), code="state")
    rules.check_takes(row.consultation, now)
    return part


def _confirms(actor, row):
    part = rules.part_of(actor, row.node)
    if not rules.confirms(actor, row, part):
        if row.batch.entered_by_id == actor.pk:
            raise Refused(
                _("Người nhập không tự xác nhận; cần người thứ hai đối chiếu với biên bản."),
                code="own",
            )
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    return part


def _check_seen(row, expected_version):
    if row.lock_version != expected_version:
        raise StaleVersion(
            _("Biên bản này vừa có thay đổi; hãy đối chiếu lại rồi xác nhận."), current=row
        )
