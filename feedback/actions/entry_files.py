"""Scans beside a batch, and the file it was imported from: private, under names of our own.

Names of files are not kept (somebody's name may stand in them), but that of an imported list, which
the batch says. Photos are re-encoded without metadata; a PDF is kept as it is.
"""

from django.db import transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from feedback.actions.entries import KEEP_DISCARDED, lock
from feedback.models import EntryBatch, EntryFile
from feedback.rules import entering
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.uploads.actions import discard_photo, store_pdf, store_photo
from portal.common.uploads.images import looks_like_picture
from portal.common.uploads.models import Upload

#: Scans of one batch.
MOST_SCANS = 60


@transaction.atomic
def add_scan(*, actor, batch, file):
    """Keep a PDF or a photo of the papers; returns the EntryFile.

    The same picture again is not kept twice: the first one is given back.

    Raises:
        Refused: not being entered by `actor`, too many, or what `portal.common.uploads` refuses.
    """
    batch = lock(batch)
    _may_add(actor, batch)
    if batch.files.filter(deleted_at=None).count() >= MOST_SCANS:
        raise Refused(_("Mỗi lô nhận tối đa %d tệp quét.") % MOST_SCANS, code="many_files")
    n = _next(batch)
    file.name = f"ban-quet-{n}"
    file.seek(0)
    if looks_like_picture(file.read(16)):
        file.seek(0)
        upload = store_photo(file, actor=actor, agency=batch.desk.handled_by_id)
    else:
        file.seek(0)
        file.name += ".pdf"
        upload = store_pdf(file, actor=actor, agency=batch.desk.handled_by_id)
    same = batch.files.filter(upload__sha256=upload.sha256).first()
    if same is not None:
        throw_away(upload, actor)
        return same
    return _keep(batch, EntryFile.Kind.SCAN, n, upload)


@transaction.atomic
def remove_scan(*, actor, batch, file):
    """Take a scan out of a batch that is being entered."""
    batch = lock(batch)
    _may_add(actor, batch)
    row = batch.files.filter(pk=file.pk, kind=EntryFile.Kind.SCAN).first()
    if row is None:
        return
    upload = row.upload
    row.delete()
    if upload is not None:
        throw_away(upload, actor)
    audit.record(actor=actor, verb="remove_scan", obj=batch, agency=batch.desk.handled_by_id)


def keep_source(batch, upload, name):
    """The imported file as it came, beside its batch. For the import's transaction."""
    return _keep(batch, EntryFile.Kind.SOURCE, _next(batch), upload, name=name)


def delete_due(*, now):
    """Delete scans that are due, and words and files of batches put aside or undone long ago, those
    of meetings too. For the sweep.

    What an undone batch had counted stays as opinions that count no more; what was typed into its
    rows, corrected and left out there, goes. Photos of minutes go on a day of their own
    (`actions.minutes`). Returns (files, batches).
    """
    scans = EntryFile.objects.filter(
        kind=EntryFile.Kind.SCAN, deleted_at=None, delete_on__lte=clock.today(now)
    )
    files = sum(_delete(pk, now) for pk in scans.order_by("pk").values_list("pk", flat=True))
    emptied = 0
    for batch in _over(now).filter(_HOLDS).distinct():
        with transaction.atomic():
            locked = lock(batch)
            if not _over(now).filter(pk=locked.pk).exists():
                continue
            own = locked.files.filter(deleted_at=None).exclude(kind=EntryFile.Kind.MINUTES)
            for pk in own.values_list("pk", flat=True):
                files += _delete(pk, now)
            locked.rows.all().delete()
            emptied += 1
    return files, emptied


_HOLDS = Q(rows__isnull=False) | Q(
    Q(files__isnull=False, files__deleted_at=None) & ~Q(files__kind=EntryFile.Kind.MINUTES)
)


def _over(now):
    """Batches that were put aside or undone so long ago that nobody takes them up again."""
    before = now - KEEP_DISCARDED
    return EntryBatch.objects.filter(
        Q(state=EntryBatch.State.DISCARDED, discarded_at__lte=before)
        | Q(state=EntryBatch.State.UNDONE, undone_at__lte=before)
    )


@transaction.atomic
def _delete(pk, now):
    """Delete one file for good; its row stays and says when it went."""
    file = EntryFile.objects.select_for_update(of=("self",)).select_related("upload").get(pk=pk)
    if file.deleted_at is not None:
        return 0
    upload, file.upload = file.upload, None
    file.deleted_at, file.path, file.name = now, "", ""
    file.save(update_fields=["upload", "deleted_at", "path", "name"])
    if upload is not None:
        throw_away(upload, None)
    return 1


def _keep(batch, kind, n, upload, name=""):
    return EntryFile.objects.create(
        batch=batch,
        kind=kind,
        n=n,
        upload=upload,
        path=upload.file.name,
        name=name,
        content_type=upload.content_type,
        size=upload.size,
    )


def _next(batch):
    return (batch.files.aggregate(n=Max("n"))["n"] or 0) + 1


def _may_add(actor, batch):
    if batch.kind == EntryBatch.Kind.MEETING:
        raise Refused(_("Ảnh biên bản được thêm ở trang của hội nghị."), code="kind")
    if not entering.may_type(actor, batch):
        raise Refused(_("Lô này không còn ở bước nhập của đồng chí."), code="no_right")


def throw_away(upload, actor):
    """Remove a file that nothing points at any more, when the transaction is through."""
    if upload.kind == Upload.Kind.PHOTO:
        discard_photo(upload, actor=actor)
        return
    storage, name = upload.file.storage, upload.file.name
    Upload.objects.filter(pk=upload.pk).delete()
    transaction.on_commit(lambda: storage.delete(name))
