"""Verbs of the register. Keyword-only, atomic, audited."""

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from portal.common import audit
from portal.common.errors import Refused, StaleVersion
from portal.common.locks import advisory_lock
from portal.common.text import clean, one_line

from ..models import DocumentLink, OfficialDocument
from ..queries import type_of
from ..symbols import PARTY, parse_symbol

FIELDS = (
    "issuer",
    "issuer_name",
    "symbol",
    "type",
    "issued_on",
    "title",
    "signer",
    "signer_position",
    "recipients",
    "scope_key",
    "kept_by",
    "is_public",
)
_LINES = ("issuer_name", "title", "signer", "signer_position")


def register_document(*, actor, **values):
    """Add a document to the register.

    Args:
        values: any of FIELDS; public unless `is_public` says otherwise. `symbol` may be empty and
            is kept as written, its parts are read from it. `type` (a DocumentType) is read from
            the symbol when not given. `scope_key` is the term of a Party document ("2020-2025");
            of a state document the year, known from symbol or date. A Party document without a
            term is told apart by its year.

    Raises:
        Refused: "duplicate" when issuer, type, number and term or year are already there;
            "symbol_long" when the symbol is longer than 80 characters.
    """
    document = OfficialDocument(created_by=actor)
    with transaction.atomic():
        _assign(document, values)
        _save(document)
        audit.record(
            actor=actor,
            verb="register_document",
            obj=document,
            changes=audit.diff({}, audit.snapshot(document, FIELDS)),
            agency=home_of(document),
        )
    return document


def home_of(document):
    """Id of the agency in whose affairs the register writes: who entered it, else the issuer."""
    return document.kept_by_id or document.issuer_id


def update_document(*, actor, document, lock_version=None, **values):
    """Change fields of a registered document (same values as `register_document`).

    Raises:
        StaleVersion: when `lock_version` is given and the row has moved on.
        Refused: as `register_document`; "removed" for one in "Đã xóa".
    """
    with transaction.atomic():
        current = OfficialDocument.objects.select_for_update().get(pk=document.pk)
        if current.removed_at is not None:
            raise Refused(_("Văn bản này đã xóa khỏi sổ."), code="removed")
        if lock_version is not None and current.lock_version != lock_version:
            raise StaleVersion(
                _("Văn bản này vừa được người khác sửa; hãy đối chiếu rồi lưu lại."),
                current=current,
            )
        before = audit.snapshot(current, FIELDS)
        _assign(current, values)
        changes = audit.diff(before, audit.snapshot(current, FIELDS))
        if not changes:
            return current
        current.lock_version += 1
        _save(current)
        audit.record(
            actor=actor,
            verb="update_document",
            obj=current,
            changes=changes,
            agency=home_of(current),
        )
    return current


def _assign(document, values, *, type_of=type_of):
    unknown = set(values) - set(FIELDS)
    if unknown:
        raise TypeError(f"unknown fields of a document: {sorted(unknown)}")
    symbol_before = document.symbol
    for name, value in values.items():
        if name in _LINES:
            value = one_line(value or "")
        elif name == "recipients":
            value = clean(value or "")
        elif name in ("symbol", "scope_key"):
            value = value or ""
        setattr(document, name, value)
    document.symbol = one_line(document.symbol)
    if len(document.symbol) > OfficialDocument._meta.get_field("symbol").max_length:
        raise Refused(_("Số, ký hiệu dài quá 80 ký tự."), code="symbol_long")
    parts = parse_symbol(document.symbol)
    document.canonical = parts.canonical
    document.kind = parts.kind if document.symbol else ""
    document.number = parts.number
    document.number_suffix = parts.number_suffix
    document.type_abbreviation = parts.type
    document.issuer_code = f"{parts.issuer}-{parts.unit}" if parts.unit else parts.issuer
    retyped = document.symbol != symbol_before and "type" not in values
    if document.symbol and (retyped or document.type_id is None):
        document.type = type_of(document.symbol)
    _scope(document, parts, given=bool(values.get("scope_key")))


def _scope(document, parts, *, given):
    """Term or year. A year that was derived follows symbol and date when they change."""
    if given:
        return
    derived = parts.year or (document.issued_on.year if document.issued_on else None)
    if parts.kind == PARTY and "-" in document.scope_key:
        return  # a term given earlier stands
    document.scope_key = str(derived) if derived else ""


def _save(document):
    try:
        with transaction.atomic():
            document.save()
    except IntegrityError as error:
        if "official_doc_symbol" not in str(error):
            raise
        raise Refused(
            _(
                "Văn bản %(symbol)s của cơ quan này đã có trong sổ. Số được đánh lại theo nhiệm kỳ "
                "(văn bản của Đảng) hoặc theo năm; nếu là văn bản khác, hãy ghi rõ nhiệm kỳ."
            )
            % {"symbol": document.symbol},
            code="duplicate",
        ) from error


_REACHES = """
WITH RECURSIVE reach(id) AS (
    SELECT target_id FROM official_documentlink WHERE source_id = %s AND kind = %s
  UNION
    SELECT l.target_id FROM official_documentlink l JOIN reach r ON l.source_id = r.id
    WHERE l.kind = %s
)
SELECT EXISTS (SELECT 1 FROM reach WHERE id = %s)
"""


def _reaches(source_id, target_id, kind):
    with connection.cursor() as cursor:
        cursor.execute(_REACHES, [source_id, kind, kind, target_id])
        return cursor.fetchone()[0]


def set_links(*, actor, source, kind, targets):
    """Make `targets` (documents, in the order of the text) the whole list of one kind of link.

    Idempotent. Returns the links.

    Raises:
        Refused: "link_self" for a document linked to itself, "link_cycle" when a target already
            stands on `source` by the same kind.
    """
    if kind not in DocumentLink.Kind.values:
        raise ValueError(f"unknown kind of link: {kind}")
    wanted = {target.pk: target for target in targets}
    if source.pk in wanted:
        raise Refused(_("Một văn bản không thể liên kết với chính nó."), code="link_self")
    with transaction.atomic():
        advisory_lock("official.links")  # two edits could close a cycle together
        links = DocumentLink.objects.filter(source=source, kind=kind)
        had = {link.target_id: link for link in links}
        before = [str(link.target) for link in links.select_related("target")]
        links.exclude(target_id__in=wanted).delete()
        result = []
        for position, (pk, target) in enumerate(wanted.items()):
            if pk not in had and _reaches(pk, source.pk, kind):
                raise Refused(
                    _("%(target)s đã dựa vào %(source)s; liên kết này sẽ thành vòng.")
                    % {"target": target, "source": source},
                    code="link_cycle",
                )
            link, _made = DocumentLink.objects.update_or_create(
                source=source, target=target, kind=kind, defaults={"position": position}
            )
            result.append(link)
        after = [str(target) for target in wanted.values()]
        if before != after:
            audit.record(
                actor=actor,
                verb="link_documents",
                obj=source,
                changes={kind: [before, after]},
                agency=home_of(source),
            )
    return result


def link_documents(*, actor, source, target, kind):
    """Add one link at the end of its kind; already there is fine. Refusals as in `set_links`."""
    links = DocumentLink.objects.filter(source=source, kind=kind).select_related("target")
    targets = [link.target for link in links]
    if target not in targets:
        targets.append(target)
    set_links(actor=actor, source=source, kind=kind, targets=targets)
    return DocumentLink.objects.get(source=source, target=target, kind=kind)


def unlink_documents(*, actor, source, target, kind):
    """Take one link away; not there is fine."""
    links = DocumentLink.objects.filter(source=source, kind=kind).select_related("target")
    targets = [link.target for link in links if link.target_id != target.pk]
    set_links(actor=actor, source=source, kind=kind, targets=targets)
