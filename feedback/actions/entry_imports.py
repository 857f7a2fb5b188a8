"""Lists from Excel or CSV as a batch: read, checked line by line, and only then handed over.

Nothing of a list is an opinion before a second person accepts its batch. The file is kept beside
it with its name and SHA-256; the same file is taken once.
"""

import hashlib
import io

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from feedback import unit_forms
from feedback.actions import entries
from feedback.actions.entry_files import keep_source, throw_away
from feedback.models import Consultation, EntryBatch, EntryFile, EntryRow, LadderNode, Opinion
from feedback.places import Places
from feedback.queries import entries as queries
from feedback.rules import entering
from portal.common import sheets
from portal.common.errors import Refused
from portal.common.text import fold, one_line
from portal.common.uploads.actions import clean_name, store_table

#: A larger file is read by a worker.
AT_ONCE_BYTES = 150 * 1024
_WRITE = 2000
#: What people write for the three stances beside their names.
_STANCES = {
    "dong y": Opinion.Stance.AGREE,
    "nhat tri": Opinion.Stance.AGREE,
    "tan thanh mot phan": Opinion.Stance.PARTLY,
    "nhat tri mot phan": Opinion.Stance.PARTLY,
    "khong dong y": Opinion.Stance.DISAGREE,
    "khong nhat tri": Opinion.Stance.DISAGREE,
}


class SameFile(Refused):
    """The file was imported before; `batch` is what it became."""

    def __init__(self, batch):
        super().__init__(_("Tệp này đã được nhập trước đó."), code="same_file")
        self.batch = batch


@transaction.atomic
def start_import(*, actor, consultation, node, channel, received_on, upload, note="",
                 public_id=None, now=None):  # fmt: skip
    """Start a batch of a list and keep its file; returns it, still without rows (`read_file`).

    Args:
        upload: the file, with `name` and `size`. A form of the portal must have been made for this
            consultation and unit.

    Raises:
        Refused: as `entries.start`; no list, too large, "mark" or "other_form" for the wrong form.
        SameFile: with the batch that holds it.
    """
    data = _data(upload)
    _check_mark(data, consultation, node)
    digest = hashlib.sha256(data).hexdigest()
    if public_id is not None:
        again = EntryBatch.objects.filter(public_id=public_id, source_digest=digest).first()
        if again is not None and again.entered_by_id == actor.pk:
            return again
    name = clean_name(upload.name)
    try:
        with transaction.atomic():
            batch = entries.start(
                actor=actor,
                consultation=consultation,
                node=node,
                kind=EntryBatch.Kind.IMPORT,
                channel=channel,
                received_on=received_on,
                note=note,
                source_name=name,
                source_digest=digest,
                public_id=public_id,
                now=now,
            )
    except IntegrityError:
        raise SameFile(queries.same_file(consultation, digest)) from None
    except Refused as refused:
        if refused.code == "same_file":
            raise SameFile(queries.same_file(consultation, digest)) from None
        raise
    keep_source(batch, _store(upload, actor, batch), name)
    return batch


@transaction.atomic
def import_file(**arguments):
    """`start_import`, and the rows at once where the file is small: nothing is kept of a bad one.

    The batch of a larger file has no rows yet; a worker reads it (`feedback.entry_jobs`).
    """
    small = arguments["upload"].size <= AT_ONCE_BYTES
    if small:  # before the file is stored: a transaction takes back rows, not files
        data = _data(arguments["upload"])
        _check_mark(data, arguments["consultation"], arguments["node"])
        read_lines(data)
    batch = start_import(**arguments)
    if small:
        read_file(batch=batch)
    return batch


@transaction.atomic
def replace_file(*, actor, batch, upload):
    """Another file in place of the one that was read, while the batch is being entered.

    All rows go, those changed by hand too; the old file goes with them. A small file is read at
    once, as by `import_file`.
    """
    data = _data(upload)
    if upload.size <= AT_ONCE_BYTES:
        read_lines(data)
    batch = entries.lock(batch)
    if batch.kind != EntryBatch.Kind.IMPORT or not entering.may_type(actor, batch):
        raise Refused(_("Lô này không còn ở bước nhập của đồng chí."), code="no_right")
    _check_mark(data, batch.consultation, batch.node)
    digest = hashlib.sha256(data).hexdigest()
    same = queries.same_file(batch.consultation, digest)
    if same is not None:
        raise SameFile(same)
    batch.rows.all().delete()
    for old in batch.files.filter(kind=EntryFile.Kind.SOURCE).select_related("upload"):
        gone = old.upload
        old.delete()
        if gone is not None:
            throw_away(gone, actor)
    batch.source_name, batch.source_digest = clean_name(upload.name), digest
    batch.lock_version += 1
    batch.save(update_fields=["source_name", "source_digest", "lock_version"])
    keep_source(batch, _store(upload, actor, batch), batch.source_name)
    if upload.size <= AT_ONCE_BYTES:
        read_file(batch=batch)
    return batch


@transaction.atomic
def read_file(*, batch, report=None):
    """Read the file of a batch into rows, with what is wrong in each. Returns how many there are.

    A batch that has rows is left alone, so that a retry reads nothing twice.

    Args:
        report: callable(done, total) that is told how far it is, for a job.

    Raises:
        Refused: what `portal.common.sheets` refuses; nothing is kept then.
    """
    batch = entries.lock(batch)
    if batch.state != EntryBatch.State.ENTERING or batch.rows.exists():
        return batch.rows.count()
    file = batch.files.select_related("upload").get(kind=EntryFile.Kind.SOURCE)
    with file.upload.file.open() as opened:
        data = opened.read()
    lines = read_lines(data)
    makes = _Lines(Places(batch.consultation))
    made = []
    for done, line in enumerate(lines, start=1):
        made.append(makes.row(batch, line))
        if report and done % 500 == 0:
            report(done, len(lines))
    EntryRow.objects.bulk_create(made, batch_size=_WRITE)
    entries.flag_repeats(batch)
    return len(made)


def read_lines(data):
    """[sheets.Row] of the bytes of an XLSX or CSV."""
    file = io.BytesIO(data)
    file.size = len(data)
    read = sheets.read if data.startswith(b"PK") else sheets.read_csv
    return read(file, unit_forms.COLUMNS, max_rows=unit_forms.MAX_ROWS)


class _Lines:
    """Lines of a list as rows of a batch: what each cell names, looked up once."""

    def __init__(self, places):
        self.places = places
        groups = list(places.consultation.groups.all())
        self.groups = {fold(group.name): group for group in groups}
        self.group_ids = {group.pk for group in groups}
        self.stances = {fold(str(label)): value for value, label in Opinion.Stance.choices}
        self.stances |= _STANCES
        self.found = {}

    def row(self, batch, line):
        problems, values = [], {}
        for column in unit_forms.COLUMNS:
            value = line[column.key]
            if value == sheets.FORMULA:
                problems.append(
                    _("Ô “%s” là công thức; hãy dán giá trị thay cho công thức.") % column.title
                )
                value = ""
            values[column.key] = value
        row = EntryRow(
            batch=batch,
            n=line.number,
            text=values["text"],
            reason=values["reason"],
            proposed=values["proposed"],
        )
        self._named(row, values)
        self._place(row, values["place"], problems)
        row.problems = entries.problems_of(row, self.group_ids) + problems
        return row

    def _named(self, row, values):
        row.typed = {}
        row.edition = self._edition(values["edition"])
        row.stance = self.stances.get(fold(values["stance"]).strip(" ."), "")
        row.group = self.groups.get(fold(values["group"]))
        for name, there in [
            ("edition", row.edition), ("stance", row.stance), ("group", row.group)
        ]:  # fmt: skip
            if values[name] and not there:
                row.typed[name] = one_line(values[name])[:200]

    def _edition(self, typed):
        key = ("edition", typed)
        if key not in self.found:
            self.found[key] = self.places.edition(typed)
        return self.found[key]

    def _place(self, row, typed, problems):
        typed = one_line(typed)
        row.place_typed = typed[:200]
        if len(typed) > 200:
            problems.append(_("Chỗ góp ý dài quá 200 ký tự."))
        if row.edition is None:
            return
        key = (row.edition.pk, row.place_typed)
        if key not in self.found:
            self.found[key] = self.places.find(row.edition, row.place_typed)
        place = self.found[key]
        row.block, row.question = place.block, place.question
        if place.problem:
            problems.append(place.problem)


def _data(upload):
    if upload.size > sheets.MAX_BYTES:
        raise Refused(_("Tệp lớn hơn 8 MB."), code="size")
    upload.seek(0)
    data = upload.read(sheets.MAX_BYTES + 1)
    upload.seek(0)
    if not data:
        raise Refused(_("Tệp trống."), code="empty")
    return data


def _check_mark(data, consultation, node):
    """Refuse a form that was made for another consultation or unit."""
    if not data.startswith(b"PK"):
        return
    found = unit_forms.read_mark(data)
    if found is None or found == (consultation.pk, node.pk):
        return
    other = LadderNode.objects.filter(pk=found[1], consultation_id=found[0]).first()
    words = _("Biểu mẫu này phát cho đơn vị hoặc đợt lấy ý kiến khác.")
    if other is not None:
        title = Consultation.objects.values_list("title", flat=True).get(pk=found[0])
        words = _("Biểu mẫu này phát cho “%(unit)s”, đợt “%(title)s”; hãy nhập ở đúng đơn vị.") % {
            "unit": other.name,
            "title": title,
        }
    raise Refused(words, code="other_form")


def _store(upload, actor, batch):
    kept_as = upload.name
    upload.name = "danh-sach"  # the name stands on the batch alone
    try:
        return store_table(upload, actor=actor, agency=batch.desk.handled_by_id)
    finally:
        upload.name = kept_as
