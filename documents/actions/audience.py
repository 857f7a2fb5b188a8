"""Whom a document is given to, and its own fields."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents.actions._common import record, refuse_marking
from documents.models import Audience, Document
from documents.rules import APPROVING_ROLES, EDITING_ROLES
from portal.agencies.rules import require
from portal.common import audit
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean, one_line, slugify_vi

_ORDER = [
    Document.Circulation.INTERNAL,
    Document.Circulation.UNITS,
    Document.Circulation.SIGNED_IN,
    Document.Circulation.PUBLIC,
]


@transaction.atomic
def edit_document(*, actor, document, expected_version, **values):
    """Change what a document says of itself.

    Args:
        values: any of `title`, `subtitle`, `event`, `summary_of`. Once readers have had an edition
            the address stays as it is, and only an approver changes title and subtitle.

    Raises:
        StaleVersion: somebody else saved since the form was made.
        Refused: "approver_only", "loop" (summaries of each other), "no_title", a marking.
    """
    document = _locked(document)
    acting = require(actor, EDITING_ROLES | APPROVING_ROLES, document.agency)
    _check(document, expected_version)
    values = {k: clean(v) if isinstance(v, str) else v for k, v in values.items()}
    for name in ("title", "subtitle"):
        if name in values:
            values[name] = one_line(values[name])
    refuse_marking(values.get("title", ""), values.get("subtitle", ""))
    if "title" in values and not values["title"]:
        raise Refused(_("Văn kiện cần có tên."), code="no_title")
    before = audit.snapshot(document, values)
    for name, value in values.items():
        setattr(document, name, value)
    changes = audit.diff(before, audit.snapshot(document, values))
    if not changes:
        return document
    if had_readers(document):
        if {"title", "subtitle"} & set(changes):
            acting = require_approver(
                actor, document, _("Văn kiện đã công bố: chỉ người duyệt đổi được tên.")
            )
    elif "title" in changes:
        document.slug = slugify_vi(document.title)[:120].strip("-") or "van-kien"
    _check_summary(document)
    document.lock_version += 1
    document.save(update_fields=[*values, "slug", "lock_version"])
    record(acting, "edit_document", document, document, changes)
    return document


@transaction.atomic
def set_circulation(*, actor, document, circulation, audience=(), reason="", expected_version):
    """Say who reads the document.

    Args:
        audience: (Agency, with_below, Level or None) for each line, for chosen units only.
        reason: asked for where readers have had the document and fewer may read it now.

    Raises:
        Refused: "approver_only" when more people than before would read what is published, and the
            actor is no approver; "no_reason"; "no_audience".
        StaleVersion: somebody else saved since the form was made.
    """
    document = _locked(document)
    acting = require(actor, EDITING_ROLES | APPROVING_ROLES, document.agency)
    _check(document, expected_version)
    units = circulation == Document.Circulation.UNITS
    lines = lines_of(audience) if units else {}
    if units and not lines:
        raise Refused(_("Hãy chọn ít nhất một nơi được đọc."), code="no_audience")
    before = stored_lines(document.audience)
    was = document.circulation
    if (was, before) == (circulation, lines):
        return document
    reason = one_line(clean(reason))[:300]
    if had_readers(document):
        if _widens(was, before, circulation, lines):
            acting = require_approver(
                actor,
                document,
                _("Văn kiện đã công bố: chỉ người duyệt mở rộng được phạm vi người đọc."),
            )
        elif not reason:
            raise Refused(_("Cần ghi lý do thu hẹp phạm vi người đọc."), code="no_reason")
    document.circulation = circulation
    document.lock_version += 1
    document.save(update_fields=["circulation", "lock_version"])
    store_lines(lines, document=document)
    changes = {"circulation": [was, circulation]}
    if before != lines:
        changes["audience"] = [len(before), len(lines)]
    if reason:
        changes["reason"] = ["", reason]
    record(acting, "set_circulation", document, document, changes)
    return document


def lines_of(audience):
    """{(agency id, level id or None): with_below}, each line once; a wider one takes a narrower."""
    found = {}
    for agency, with_below, level in audience:
        key = (agency.pk, level and level.pk)
        found[key] = found.get(key, False) or with_below or level is not None
    return found


def stored_lines(rows):
    """The same of stored lines."""
    return {
        (agency, level): below
        for agency, level, below in rows.values_list("agency_id", "level_id", "with_below")
    }


def store_lines(lines, **owner):
    """Make these the lines of a document or a set."""
    Audience.objects.filter(**owner).delete()
    Audience.objects.bulk_create(
        Audience(agency_id=agency, level_id=level, with_below=below, **owner)
        for (agency, level), below in lines.items()
    )


def had_readers(document):
    """Whether an edition was ever published."""
    return document.editions.filter(published_at__isnull=False).exists()


def require_approver(actor, document, sentence):
    """Acting of an approver; Refused "approver_only" with the sentence."""
    try:
        return require(actor, APPROVING_ROLES, document.agency)
    except Refused as refused:
        raise Refused(sentence, code="approver_only") from refused


def _widens(was, before, circulation, lines):
    """Whether somebody may read now who could not before, as far as the choice itself says."""
    if was == circulation:
        return any(key not in before or (below and not before[key]) for key, below in lines.items())
    return _ORDER.index(circulation) > _ORDER.index(was) or (
        was == Document.Circulation.UNITS and (circulation == Document.Circulation.INTERNAL)
    )


def _check_summary(document):
    other = document.summary_of
    if other is None:
        return
    if other.pk == document.pk or other.summary_of_id is not None:
        raise Refused(
            _("Bản tóm tắt phải là của một văn kiện toàn văn, không phải của chính nó."),
            code="loop",
        )
    if other.agency_id != document.agency_id:
        raise Refused(_("Bản tóm tắt và toàn văn phải của cùng cơ quan."), code="other_agency")
    if document.summaries.exists():
        raise Refused(_("Văn kiện này đang có bản tóm tắt của nó."), code="loop")


def _check(document, expected_version):
    if expected_version != document.lock_version:
        raise StaleVersion(_("Văn kiện đã được người khác sửa trong lúc này."), current=document)


def _locked(document):
    return (
        Document.objects.select_for_update(of=("self",))
        .select_related("agency", "event", "summary_of")
        .get(pk=document.pk)
    )
