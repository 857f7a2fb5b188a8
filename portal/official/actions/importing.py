"""Carrying out a list from Excel that was shown and confirmed, and undoing it; set-based."""

import datetime as dt
from collections import defaultdict

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.locks import advisory_lock

from ..models import DocumentLink, OfficialDocument, RegisterImport
from ..queries.desk import import_effects
from .register import FIELDS, _assign

#: So long a list can be undone.
UNDOABLE_FOR = dt.timedelta(days=30)
_PARSED = (
    "canonical", "kind", "number", "number_suffix", "type_abbreviation", "issuer_code",
)  # fmt: skip
_DATES = ("issued_on",)


@transaction.atomic
def import_documents(*, actor, agency, is_public, targets, file_name=""):
    """Write what the dry run of a list said, in one transaction, and keep what it takes to undo it.

    Args:
        agency: in whose name new documents are entered; `is_public` is theirs too.
        targets: `importing.targets.Target` without problems; those that say nothing new are left
            alone.

    Raises:
        Refused: "stale" when a row of the register is another one by now.
    """
    advisory_lock("official.links")
    work = [t for t in targets if t.document is None or t.values or t.links]
    known = {t.document.pk: t.document.lock_version for t in work if t.document is not None}
    rows = OfficialDocument.objects.select_for_update().in_bulk(known)
    if any(pk not in rows or rows[pk].lock_version != seen for pk, seen in known.items()):
        raise Refused(_("Sổ đã thay đổi sau khi kiểm tra; hãy tải tệp lên lại."), code="stale")
    before = {pk: audit.snapshot(row, FIELDS) for pk, row in rows.items()}
    new, changed, row_of = [], [], {}
    for target in work:
        # The types are told by the list: nothing is asked of the database row by row.
        if target.document is None:
            row = OfficialDocument(created_by=actor)
            values = {**target.values, "kept_by": agency, "is_public": is_public}
            new.append(row)
        else:
            row, values = rows[target.document.pk], target.values
            row.lock_version += 1
            changed.append(row)
        _assign(row, values, type_of=lambda symbol: None)
        row_of[id(target)] = row
    try:
        with transaction.atomic():
            OfficialDocument.objects.bulk_create(new)
            OfficialDocument.objects.bulk_update(
                changed, [*FIELDS, *_PARSED, "lock_version"], batch_size=500
            )
    except IntegrityError as error:
        raise Refused(
            _("Sổ đã thay đổi sau khi kiểm tra; hãy tải tệp lên lại."), code="stale"
        ) from error
    links = _links(work, row_of)
    batch = RegisterImport.objects.create(
        agency=agency,
        file_name=file_name[-200:],
        made_by=actor,
        added=len(new),
        changed=len(changed),
        changes=[_entry(row, before.get(row.pk), links) for row in [*new, *changed]],
    )
    _record(actor, agency, batch, new, changed, before)
    return batch


def _links(work, row_of):
    """Add the links; {source id: [[kind, target id]]} of what was added."""
    last = defaultdict(int)
    sources = [t.document.pk for t in work if t.document is not None and t.links]
    rows = DocumentLink.objects.filter(source__in=sources).values_list("source_id", "kind")
    for source, kind, position in rows.annotate(last=Max("position")):
        last[source, kind] = position + 1
    links, added = [], defaultdict(list)
    for target in work:
        source = row_of[id(target)]
        for kind, others in target.links.items():
            for other in others:
                end = row_of.get(id(other)) or getattr(other, "document", other)
                position = last[source.pk, kind]
                last[source.pk, kind] += 1
                links.append(DocumentLink(source=source, target=end, kind=kind, position=position))
                added[source.pk].append([kind, end.pk])
    DocumentLink.objects.bulk_create(links, batch_size=1000)
    return added


def _entry(row, before, links):
    return {
        "id": row.pk,
        "new": before is None,
        "version": row.lock_version,
        "before": before or {},
        "links": links.get(row.pk, []),
    }


def _record(actor, agency, batch, new, changed, before):
    for verb, rows in (("register_document", new), ("update_document", changed)):
        said = [
            (row, audit.diff(before.get(row.pk, {}), audit.snapshot(row, FIELDS))) for row in rows
        ]
        audit.record_many(actor=actor, verb=verb, rows=said, agency=agency)
    audit.record(
        actor=actor,
        verb="import_documents",
        obj=batch,
        agency=agency,
        changes={"added": [None, len(new)], "changed": [None, len(changed)]},
    )


@transaction.atomic
def undo_import(*, actor, batch):
    """Take back what a list did, as far as nobody touched it since; what was touched stays.

    New documents go to "Đã xóa", changed ones get back what stood there, added links go.

    Returns:
        (how many documents were taken back, how many stay).

    Raises:
        Refused: "undone" the second time, "too_late" after 30 days.
    """
    advisory_lock("official.links")
    batch = RegisterImport.objects.select_for_update().get(pk=batch.pk)
    if batch.undone_at is not None:
        raise Refused(_("Lần nhập này đã được hoàn tác."), code="undone")
    now = clock.now()
    if now - batch.made_at > UNDOABLE_FOR:
        raise Refused(_("Đã quá 30 ngày, không hoàn tác được nữa."), code="too_late")
    ids = [entry["id"] for entry in batch.changes]
    rows = OfficialDocument.objects.select_for_update().in_bulk(ids)
    effects = import_effects(batch, rows)
    gone, back = [], []
    for entry in effects.entries:
        row = rows[entry["id"]]
        row.lock_version += 1
        if entry["new"]:
            row.removed_at = now
            gone.append(row)
        else:
            _give_back(row, entry["before"])
            back.append(row)
        for kind, target in entry["links"]:
            DocumentLink.objects.filter(source=row, target=target, kind=kind).delete()
    OfficialDocument.objects.bulk_update(gone, ["removed_at", "lock_version"], batch_size=500)
    OfficialDocument.objects.bulk_update(back, [*FIELDS, *_PARSED, "lock_version"], batch_size=500)
    batch.undone_at, batch.undone_by = now, actor
    batch.save(update_fields=["undone_at", "undone_by"])
    for verb, some in (("remove_document", gone), ("update_document", back)):
        audit.record_many(
            actor=actor, verb=verb, rows=[(row, {}) for row in some], agency=batch.agency
        )
    audit.record(
        actor=actor,
        verb="undo_import",
        obj=batch,
        agency=batch.agency,
        changes={"back": [None, len(gone) + len(back)], "kept": [None, effects.kept]},
    )
    return len(gone) + len(back), effects.kept


def _give_back(row, before):
    """The values of a snapshot, and what is read from the symbol, which a list never changes."""
    for name, value in before.items():
        field = OfficialDocument._meta.get_field(name)
        setattr(row, field.attname, field.to_python(value) if name in _DATES else value)
