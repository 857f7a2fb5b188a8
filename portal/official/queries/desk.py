"""What the offices that keep the register work on."""

from dataclasses import dataclass

from django.db.models import PROTECT
from django.utils.translation import gettext as _

from portal.agencies import queries as agencies
from portal.common import clock

from ..models import DocumentLink, OfficialDocument, RegisterImport, SignedCopy
from ..registry import changed_elsewhere
from ..rules import belongs_to
from .register import matching, visible_to

#: Rows that belong to a document itself and go with it.
_OWN = (SignedCopy,)


def kept_by_office(user):
    """Documents of the offices of `user` and those below that they watch over."""
    rows = OfficialDocument.objects.filter(belongs_to(user))
    return visible_to(user, rows).select_related("issuer", "type", "kept_by")


def removed_by_office(user):
    """Documents of the same offices that wait in "Đã xóa", the newest first."""
    rows = OfficialDocument.objects.filter(belongs_to(user), removed_at__isnull=False)
    return rows.select_related("issuer", "type", "kept_by").order_by("-removed_at", "-pk")


def kept_elsewhere(ids):
    """{document id: sentence} of documents that are changed elsewhere, in a plan."""
    found = {}
    for _name, ask in changed_elsewhere:
        found.update(ask(ids))
    return found


def users_of(document):
    """Vietnamese phrases saying what leads to a document, so that it has to stay; [] if nothing.

    Every row with a protected reference counts, of whatever app, seen by the asker or not.
    """
    phrases = []
    for relation in OfficialDocument._meta.related_objects:
        if relation.on_delete is not PROTECT or relation.related_model in _OWN:
            continue
        rows = relation.related_model._base_manager.filter(**{relation.field.name: document})
        if relation.related_model is DocumentLink:
            if relation.field.name == "source":
                continue
            rows = rows.filter(source__removed_at=None)
        n = rows.count()
        if n:
            name = relation.related_model._meta.verbose_name
            phrases.append(_("%(n)d %(name)s") % {"n": n, "name": str(name).lower()})
    return phrases


def alike(symbol, user, *, issued_on=None, scope_key="", leave_out=None):
    """Documents `user` may see that may be the same: the symbol reads the same, and neither year
    nor term says that it is another one. Newest first, at most five."""
    found = visible_to(user, matching(symbol))
    if leave_out is not None:
        found = found.exclude(pk=leave_out.pk)
    rows = []
    for row in found[:20]:
        if issued_on and row.issued_on and row.issued_on.year != issued_on.year:
            continue
        if "-" in scope_key and "-" in row.scope_key and row.scope_key != scope_key:
            continue
        rows.append(row)
    return rows[:5]


def issuer_of(words, on=None):
    """(Agency or None, the name on the paper) for what somebody typed as the issuer.

    A name, code or address of one agency means that agency; its committee counts as well
    ("Ban Thường vụ Tỉnh ủy" is who issues for the Party organisation). Whatever else is typed is
    kept as it stands. A code gives the name of the day `on`.
    """
    if not words:
        return None, ""
    found = agencies.by_text(words)
    if not found:
        found = list(agencies.public().filter(committee_name__iexact=words)[:2])
    if len(found) != 1:
        return None, words
    agency = found[0]
    if words.casefold() in {agency.slug.casefold(), (agency.code or "").casefold()}:
        return agency, str(agencies.name_on(agency, on or clock.today()))
    return agency, words


@dataclass
class ImportEffects:
    """What undoing a list would take back: its `entries`, and how many documents stay."""

    entries: list
    kept: int


def import_effects(batch, rows=None):
    """Which documents of a RegisterImport nobody touched since, so that they can be taken back.

    Touched is what was changed or removed, and what is new and used by something that stays.
    """
    if rows is None:
        rows = OfficialDocument.objects.in_bulk([entry["id"] for entry in batch.changes])
    fine = {
        entry["id"]: entry
        for entry in batch.changes
        if (row := rows.get(entry["id"])) is not None
        and row.removed_at is None
        and row.lock_version == entry["version"]
    }
    new = [pk for pk, entry in fine.items() if entry["new"]]
    used = set()
    for relation in OfficialDocument._meta.related_objects:
        if relation.on_delete is not PROTECT or relation.related_model in (*_OWN, DocumentLink):
            continue
        field = relation.field.name
        found = relation.related_model._base_manager.filter(**{f"{field}__in": new})
        used |= set(found.values_list(field, flat=True))
    links = DocumentLink.objects.filter(target__in=new, source__removed_at=None)
    ends = list(links.values_list("source_id", "target_id", "kind"))
    used |= set(SignedCopy.objects.filter(document__in=new).values_list("document_id", flat=True))
    while True:
        fine = {pk: entry for pk, entry in fine.items() if pk not in used}
        going = {
            (pk, target, kind) for pk, entry in fine.items() for kind, target in entry["links"]
        }
        used = {
            target
            for source, target, kind in ends
            if target in fine
            and not (fine.get(source, {}).get("new") or (source, target, kind) in going)
        }
        if not used:
            break
    return ImportEffects(list(fine.values()), len(batch.changes) - len(fine))


def imports_of(agency_ids):
    """RegisterImports of these agencies, newest first."""
    rows = RegisterImport.objects.filter(agency__in=agency_ids).defer("changes")
    return rows.select_related("agency", "made_by", "undone_by").order_by("-made_at", "-pk")
