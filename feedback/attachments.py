"""Files that come with an opinion: uploaded with its form, before there is an opinion.

What is stored is not what was sent: pictures are encoded anew, PDF and Word files written anew
without what tells of their maker (`feedback.sanitised`); the name they had is never kept. They are
private; readers see them only with words that moderation approved. A row knows its form by the
digest of the form's key and becomes the opinion's when that is sent; no row knows a person. They go
when the opinion is taken back, and with the consultation's key.
"""

import datetime as dt
import os
import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils.translation import gettext as _

from feedback import sanitised
from feedback.models import Erasure, Opinion, OpinionAttachment
from portal.common import clock
from portal.common.errors import Refused
from portal.common.locks import advisory_lock

#: Where they are kept in the storage; nothing else is.
FOLDER = "gop-y"
#: So many files with one opinion.
MOST = 3
#: Files of forms that were never sent are deleted after so long.
KEPT_FOR = dt.timedelta(days=2)


def waiting(submission_digest):
    """The files uploaded with a form that was not sent yet, in order. 1 query."""
    rows = OpinionAttachment.objects.filter(submission_digest=submission_digest, opinion=None)
    return list(rows.order_by("n"))


def add(*, submission_digest, file, now=None):
    """Keep one uploaded file with the form it belongs to.

    Args:
        submission_digest: `actions.submission_digest` of the form.
        file: an uploaded file; its name is not looked at.

    Raises:
        Refused: "files" when there are `MOST` already, "sent" when the form was sent, and what
            `sanitised.clean` will not take.
    """
    cleaned = sanitised.clean(file)
    public_id = uuid.uuid4()
    name = default_storage.save(f"{FOLDER}/{public_id}.{cleaned.ending}", ContentFile(cleaned.data))
    today = clock.today(now)
    try:
        forget_hour(name, today)
        return _add_row(submission_digest, public_id, name, cleaned, today)
    except BaseException:
        default_storage.delete(name)
        raise


def forget_hour(name, today):
    """Leave the day alone on the file too: its second would be that of the sending."""
    try:
        path = default_storage.path(name)
    except NotImplementedError:  # not files of a disk
        return
    start = clock.start_of_day(today).timestamp()
    os.utime(path, (start, start))


@transaction.atomic
def _add_row(submission_digest, public_id, name, cleaned, today):
    advisory_lock(f"feedback.attachment.{bytes(submission_digest).hex()}")
    if Opinion.objects.filter(submission_digest=submission_digest).exists():
        raise Refused(_("Ý kiến này đã gửi nên không thêm tệp được nữa."), code="sent")
    taken = set(
        OpinionAttachment.objects.filter(submission_digest=submission_digest).values_list(
            "n", flat=True
        )
    )
    free = next((n for n in range(1, MOST + 1) if n not in taken), None)
    if free is None:
        raise Refused(_("Mỗi ý kiến kèm nhiều nhất %d tệp.") % MOST, code="files")
    return OpinionAttachment.objects.create(
        public_id=public_id,
        submission_digest=submission_digest,
        n=free,
        path=name,
        content_type=cleaned.content_type,
        size=len(cleaned.data),
        uploaded_on=today,
    )


@transaction.atomic
def remove(*, submission_digest, public_id):
    """Take a file back before the form is sent; returns whether it was there."""
    row = (
        OpinionAttachment.objects.select_for_update()
        .filter(submission_digest=submission_digest, public_id=public_id, opinion=None)
        .first()
    )
    if row is None:
        return False
    _delete([row])
    return True


def sweep_orphans(*, now=None):
    """Delete the files of forms that were never sent; returns how many."""
    before = clock.today(now or clock.now()) - KEPT_FOR
    gone = 0
    while True:
        with transaction.atomic():
            rows = list(
                OpinionAttachment.objects.select_for_update(skip_locked=True).filter(
                    opinion=None, uploaded_on__lt=before
                )[:200]
            )
            _delete(rows)
        gone += len(rows)
        if not rows:
            return gone


def forget(opinion, *, now=None):
    """Delete the files of an opinion that its author takes back, in the caller's transaction; the
    ledger keeps a restore from bringing them back. Returns how many."""
    rows = list(OpinionAttachment.objects.select_for_update().filter(opinion=opinion))
    today = clock.today(now or clock.now())
    Erasure.objects.bulk_create(
        [Erasure(kind=Erasure.Kind.FILE, subject=row.public_id.hex, on=today) for row in rows],
        ignore_conflicts=True,
    )
    _delete(rows)
    return len(rows)


def forget_all(consultation):
    """Delete the files of a consultation whose time is over, in the caller's transaction; the line
    of its key stands for them in the ledger."""
    _delete(list(OpinionAttachment.objects.filter(opinion__consultation=consultation)))


def forget_again(public_id):
    """Delete one file once more, for the replay after a restore."""
    _delete(list(OpinionAttachment.objects.filter(public_id=public_id)))


def _delete(rows):
    names = [row.path for row in rows]
    OpinionAttachment.objects.filter(pk__in=[row.pk for row in rows]).delete()
    transaction.on_commit(lambda: [default_storage.delete(name) for name in names])
