"""Signed papers: the copy kept byte for byte, and approvals that were given on paper."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.text import clean, one_line
from portal.common.uploads import actions as uploads

from ..models import OfficialDocument, PaperApproval, SignedCopy
from .register import home_of


def add_signed_copy(*, actor, document, file, note=""):
    """Keep a signed PDF as the next copy of a document; the copies before it stay.

    Args:
        file: an uploaded file. Its bytes are kept as they are.
        note: why there is another one ("bản đính chính"); asked for from the second copy on.

    Raises:
        Refused: "empty", "too_large", "not_pdf", "cut_off", "note", "same_file".
    """
    with transaction.atomic():
        upload = uploads.store_pdf(file, actor=actor, agency=home_of(document))
        return keep_signed_copy(actor=actor, document=document, upload=upload, note=note)


@transaction.atomic
def keep_signed_copy(*, actor, document, upload, note=""):
    """As `add_signed_copy`, of a PDF that is stored already (an Upload).

    Raises:
        Refused: "note", "same_file".
    """
    document = OfficialDocument.objects.select_for_update().get(pk=document.pk)
    last = document.signed_copies.select_related("upload").order_by("-n").first()
    note = one_line(clean(note or ""))[:300]
    if last is not None and last.upload.sha256 == upload.sha256:
        raise Refused(_("Tệp này giống hệt bản ký đang lưu."), code="same_file")
    if last is not None and not note:
        raise Refused(_("Ghi lý do thay bản ký."), code="note")
    copy = SignedCopy.objects.create(
        document=document,
        n=last.n + 1 if last else 1,
        upload=upload,
        note=note,
        added_by=actor,
    )
    audit.record(
        actor=actor,
        verb="add_signed_copy",
        obj=document,
        agency=home_of(document),
        changes={"signed_copy": [last and last.upload.sha256, upload.sha256]},
    )
    return copy


@transaction.atomic
def keep_as_issued(*, actor, document, upload):
    """The PDF with which a document is issued; nothing to do where it is kept already."""
    try:
        return keep_signed_copy(
            actor=actor, document=document, upload=upload, note=_("Bản ban hành")
        )
    except Refused as refused:
        if refused.code != "same_file":
            raise
        return document.signed_copies.order_by("-n").first()


@transaction.atomic
def record_paper_approval(
    *, actor, agency, subject_kind, subject_id, subject_label, act, scan, **paper
):
    """Record that something was approved by a signature on paper.

    For offices with no second person (DESIGN section 3): whoever records it may be the one who
    submitted; the superior sees the list. Whether the office has a second person is for the caller
    to decide.

    Args:
        agency: whose approval it is.
        subject_kind, subject_id, subject_label: the row that was approved ("campaigns.plan").
        act: what was approved of it ("issue", "amend").
        scan: an uploaded file (PDF, or a photo of the paper) or an Upload kept already.
        paper: `signer`, `position`, `number`, `signed_on` as on the paper; all are required.

    Raises:
        Refused: "missing_<field>", "future", and as `uploads.store_scan`.
    """
    values = {}
    for name, label in _PAPER.items():
        value = paper.pop(name, None)
        value = one_line(value or "") if name != "signed_on" else value
        if not value:
            raise Refused(_("Thiếu: %s.") % label(), code=f"missing_{name}")
        limit = PaperApproval._meta.get_field(name).max_length
        if limit and len(value) > limit:
            raise Refused(
                _("%(label)s dài quá %(n)d ký tự.") % {"label": label(), "n": limit},
                code=f"long_{name}",
            )
        values[name] = value
    if paper:
        raise TypeError(f"not on the paper: {sorted(paper)}")
    if values["signed_on"] > clock.today():
        raise Refused(_("Ngày ký chưa đến."), code="future")
    if not scan:
        raise Refused(_("Thiếu bản quét giấy đã ký."), code="missing_scan")
    if not hasattr(scan, "sha256"):
        scan = uploads.store_scan(scan, actor=actor, agency=agency)
    approval = PaperApproval.objects.create(
        agency=agency,
        subject_kind=subject_kind,
        subject_id=str(subject_id),
        subject_label=one_line(subject_label)[:300],
        act=act,
        scan=scan,
        recorded_by=actor,
        **values,
    )
    audit.record(
        actor=actor,
        verb="record_paper_approval",
        obj=approval,
        agency=agency,
        label=approval.subject_label,
        changes={name: [None, str(value)] for name, value in values.items()},
    )
    return approval


_PAPER = {
    "signer": lambda: _("Người ký"),
    "position": lambda: _("Chức vụ"),
    "number": lambda: _("Số"),
    "signed_on": lambda: _("Ngày ký"),
}
