"""Sets of documents for units: made, changed, taken away."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.actions._common import refuse_marking
from documents.actions.audience import lines_of, store_lines, stored_lines
from documents.models import Document, DocumentSet, DocumentSetItem
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common import audit
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean, one_line, slugify_vi


@transaction.atomic
def create_set(*, actor, agency, title, documents, audience=(), event=None, note=""):
    """A set of documents of `agency`, in this order, for these lines (as `set_circulation`).

    Raises:
        Refused: "no_right", "no_title", "no_documents", "other_agency"; a secrecy marking.
    """
    acting = require(actor, EDITING_ROLES, agency)
    title = _title(title, note)
    found = DocumentSet.objects.create(
        agency=agency,
        event=event,
        title=title,
        slug=slugify_vi(title)[:120].strip("-") or "bo-van-kien",
        note=one_line(clean(note)),
        created_by=actor,
    )
    _store(found, documents, audience)
    _record(acting, "create_document_set", found)
    return found


@transaction.atomic
def edit_set(
    *, actor, document_set, title, documents, audience=(), event=None, note="", expected_version
):
    """Change a set; its address stays as it is.

    Raises:
        StaleVersion: somebody else saved since the form was made.
        Refused: as `create_set`.
    """
    found = _locked(document_set)
    acting = require(actor, EDITING_ROLES, found.agency)
    if expected_version != found.lock_version:
        raise StaleVersion(_("Bộ văn kiện đã được người khác sửa trong lúc này."), current=found)
    before = _said(found)
    found.title, found.note, found.event = _title(title, note), one_line(clean(note)), event
    found.lock_version += 1
    found.save(update_fields=["title", "note", "event", "lock_version"])
    _store(found, documents, audience)
    _record(acting, "edit_document_set", found, audit.diff(before, _said(found)))
    return found


@transaction.atomic
def remove_set(*, actor, document_set):
    """Take a set away. Its documents stay; who read them by it reads them no more."""
    found = _locked(document_set)
    acting = require(actor, EDITING_ROLES, found.agency)
    _record(acting, "remove_document_set", found, {"set": [_said(found), None]})
    found.audience.all().delete()
    found.items.all().delete()
    found.delete()


def _title(title, note):
    refuse_marking(title, note)
    title = one_line(clean(title))
    if not title:
        raise Refused(_("Bộ văn kiện cần có tên."), code="no_title")
    return title


def _store(found, documents, audience):
    documents = list(dict.fromkeys(documents))
    if not documents:
        raise Refused(_("Hãy chọn ít nhất một văn kiện."), code="no_documents")
    if any(d.agency_id != found.agency_id for d in documents):
        raise Refused(_("Chỉ đưa vào bộ văn kiện của chính cơ quan lập bộ."), code="other_agency")
    found.items.all().delete()
    DocumentSetItem.objects.bulk_create(
        DocumentSetItem(set=found, document=d, position=n) for n, d in enumerate(documents)
    )
    store_lines(lines_of(audience), set=found)


def _said(found):
    titles = Document.objects.filter(set_items__set=found).order_by("set_items__position")
    return {
        "title": found.title,
        "note": found.note,
        "event": found.event_id,
        "documents": list(titles.values_list("title", flat=True)),
        "audience": sorted(map(str, stored_lines(found.audience).items())),
    }


def _record(acting, verb, found, changes=None):
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=found,
        agency=found.agency_id,
        changes=changes,
        on_behalf_of=acting.on_behalf_of,
        label=found.title,
    )


def _locked(document_set):
    rows = DocumentSet.objects.select_for_update(of=("self",)).select_related("agency")
    return rows.get(pk=document_set.pk)
