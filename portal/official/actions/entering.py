"""Entering a document by hand: its facts, links and signed copy in one step."""

from django.db import transaction
from django.db.models import F

from portal.common.errors import Refused

from ..models import DocumentLink, OfficialDocument
from ..queries import visible_to
from ..queries.desk import kept_elsewhere
from .register import register_document, set_links, update_document
from .signed import add_signed_copy


@transaction.atomic
def enter_document(*, actor, agency, links=None, file=None, **values):
    """Put a document into the register in the name of `agency`.

    Args:
        links: {kind: targets}; a target is an OfficialDocument, or {symbol, issued_on} of one that
            the register does not have: it is entered with what is known.
        file: the signed PDF.
        values: as `register_document`.

    Raises:
        Refused: as `register_document`, `set_links`, `add_signed_copy`.
    """
    document = register_document(actor=actor, kept_by=agency, **values)
    for kind, targets in (links or {}).items():
        targets = _registered(actor, document, targets)
        if targets:
            set_links(actor=actor, source=document, kind=kind, targets=targets)
    if file:
        add_signed_copy(actor=actor, document=document, file=file)
    return document


@transaction.atomic
def revise_document(*, actor, document, lock_version, links=None, **values):
    """Change facts and links of a document; what `actor` may not see of its links stays.

    Raises:
        StaleVersion: when the row has moved on, whether by facts or by links.
        Refused: as `update_document` and `set_links`; "elsewhere" for the document of a plan.
    """
    sentence = kept_elsewhere([document.pk]).get(document.pk)
    if sentence:
        raise Refused(sentence, code="elsewhere")
    current = update_document(actor=actor, document=document, lock_version=lock_version, **values)
    for kind, targets in (links or {}).items():
        rows = DocumentLink.objects.filter(source=current, kind=kind).select_related("target")
        before = [link.target for link in rows]
        ids = [target.pk for target in before]
        seen = visible_to(actor, OfficialDocument.objects.filter(pk__in=ids))
        seen = set(seen.values_list("pk", flat=True))
        wanted = _registered(actor, current, targets)
        wanted += [target for target in before if target.pk not in seen]
        if [target.pk for target in wanted] == ids:
            continue
        set_links(actor=actor, source=current, kind=kind, targets=wanted)
        if current.lock_version == lock_version:
            current.lock_version += 1
            OfficialDocument.objects.filter(pk=current.pk).update(
                lock_version=F("lock_version") + 1
            )
    return current


def _registered(actor, document, targets):
    """OfficialDocuments for what a DocumentsField gives."""
    return [
        register_document(
            actor=actor, kept_by=document.kept_by, is_public=document.is_public, **target
        )
        if isinstance(target, dict)
        else target
        for target in targets
    ]
