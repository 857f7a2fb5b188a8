"""What is done to documents and editions. Every state is written here and nowhere else."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents import blocks as cutting
from documents import lineage, secrecy
from documents.models import Block, BlockLink, Document, Edition
from documents.rules import APPROVING_ROLES, EDITING_ROLES, LIFECYCLE
from portal.agencies.rules import require
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.common.richtext import sanitize
from portal.common.text import clean, slugify_vi

MAX_BLOCKS = 5000


def refuse_marking(*texts):
    """Raise Refused if one of the plain texts carries a secrecy marking; nothing is stored."""
    for text in texts:
        marking = secrecy.find_marking(text or "")
        if marking:
            raise Refused(
                _(
                    "Văn bản có dấu độ mật “%s”. Cổng không tiếp nhận văn bản thuộc bí mật nhà "
                    "nước; chưa có gì được lưu."
                )
                % marking,
                code="secret",
            )


@transaction.atomic
def create_document(
    *, actor, agency, title, not_secret, html="", event=None, subtitle="", circulation="public",
    note="", now=None,
):  # fmt: skip
    """Create a document with its edition 1 being written.

    Args:
        not_secret: the actor confirmed "Không thuộc bí mật nhà nước"; refused without it.
        html: the text so far; sanitised here.
        circulation: one of Document.Circulation.

    Raises:
        Refused: no confirmation, a secrecy marking, or no role in the agency.
    """
    now = now or clock.now()
    if not not_secret:
        raise Refused(
            _("Đồng chí cần xác nhận văn kiện không thuộc bí mật nhà nước."), code="not_confirmed"
        )
    acting = require(actor, EDITING_ROLES, agency)
    html = sanitize(html)
    refuse_marking(title, subtitle, note, _plain_of(html))
    title = clean(title)
    document = Document.objects.create(
        agency=agency,
        event=event,
        title=title,
        subtitle=clean(subtitle),
        slug=slugify_vi(title)[:120] or "van-kien",
        circulation=circulation,
        not_secret_by=actor,
        not_secret_at=now,
        created_by=actor,
    )
    Edition.objects.create(document=document, n=1, source=html, note=clean(note))
    _audit(acting, "create_document", document, document)
    return document


@transaction.atomic
def start_edition(*, actor, document, html=None, note=""):
    """Begin the next edition from the text of the last one (or from `html`).

    Raises:
        Refused: one is being written already.
    """
    document = Document.objects.select_for_update().get(pk=document.pk)
    acting = require(actor, EDITING_ROLES, document.agency)
    if document.editions.filter(state__in=Edition.UNPUBLISHED).exists():
        raise Refused(_("Đang có một lần dự thảo chưa công bố."), code="one_unpublished")
    last = document.editions.order_by("-n").first()
    html = sanitize(html) if html is not None else last.source
    refuse_marking(note, _plain_of(html))
    edition = Edition.objects.create(document=document, n=last.n + 1, source=html, note=clean(note))
    _audit(acting, "start_edition", edition, document)
    return edition


@transaction.atomic
def save_text(*, actor, edition, html, note, expected_version):
    """Save the working text of an edition being written.

    Raises:
        StaleVersion: somebody else saved since the form was made; `current` is the stored row.
        Refused: the edition is not being written, or the text carries a secrecy marking.
    """
    edition = _lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    if edition.state != Edition.State.EDITING:
        raise Refused(_("Chỉ sửa được bản đang soạn."), code="not_editing")
    if expected_version != edition.lock_version:
        raise StaleVersion(_("Văn bản đã được người khác sửa trong lúc này."), current=edition)
    html = sanitize(html)
    refuse_marking(note, _plain_of(html))
    edition.source = html
    edition.note = clean(note)
    edition.lock_version += 1
    edition.save(update_fields=["source", "note", "lock_version"])
    _audit(acting, "save_text", edition, edition.document)
    return edition


@transaction.atomic
def submit(*, actor, edition):
    """Hand the edition to an approver. Refused when it is empty."""
    edition = _lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("submit", edition.state)
    if not cutting.cut(edition.source):
        raise Refused(_("Văn bản chưa có nội dung."), code="empty")
    edition.state = state
    edition.submitted_by = actor
    edition.remark = ""
    edition.lock_version += 1
    edition.save(update_fields=["state", "submitted_by", "remark", "lock_version"])
    _audit(acting, "submit", edition, edition.document)
    return edition


@transaction.atomic
def take_back(*, actor, edition):
    """The writers take a submitted edition back to go on writing."""
    edition = _lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    edition.state = LIFECYCLE.target("take_back", edition.state)
    edition.submitted_by = None
    edition.lock_version += 1
    edition.save(update_fields=["state", "submitted_by", "lock_version"])
    _audit(acting, "take_back", edition, edition.document)
    return edition


@transaction.atomic
def send_back(*, actor, edition, remark):
    """The approver returns the edition with a remark (required)."""
    edition = _lock(edition)
    acting = require(actor, APPROVING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("send_back", edition.state)
    remark = clean(remark)
    if not remark:
        raise Refused(_("Cần ghi nhận xét khi trả lại."), code="no_remark")
    edition.state = state
    edition.remark = remark
    edition.submitted_by = None
    edition.lock_version += 1
    edition.save(update_fields=["state", "remark", "submitted_by", "lock_version"])
    _audit(acting, "send_back", edition, edition.document)
    return edition


@transaction.atomic
def publish(*, actor, edition, now=None):
    """Publish a submitted edition: cut it into blocks, link them to the last edition, supersede it.

    Raises:
        Refused: the approver submitted it, or acts on behalf of who did; it is not submitted;
            it has no text or more than MAX_BLOCKS blocks; it carries a secrecy marking.
    """
    now = now or clock.now()
    edition = _lock(edition)
    document = Document.objects.select_for_update().get(pk=edition.document_id)
    acting = require(actor, APPROVING_ROLES, document.agency)
    state = LIFECYCLE.target("publish", edition.state)
    if edition.submitted_by_id in {person.pk for person in acting if person}:
        raise Refused(_("Người trình không tự duyệt văn bản của mình."), code="own_text")
    refuse_marking(document.title, _plain_of(edition.source))
    drafts = cutting.cut(edition.source)
    if not drafts:
        raise Refused(_("Văn bản chưa có nội dung."), code="empty")
    if len(drafts) > MAX_BLOCKS:
        raise Refused(
            _("Văn bản dài quá %d đoạn; hãy tách thành nhiều văn kiện.") % MAX_BLOCKS, code="long"
        )
    live = document.editions.filter(state=Edition.State.PUBLISHED).first()
    _store_blocks(edition, drafts, live)
    if live is not None:
        live.state = LIFECYCLE.target("supersede", live.state)
        live.save(update_fields=["state"])
    edition.state = state
    edition.approved_by = actor
    edition.published_at = now
    edition.digest = cutting.digest(drafts)
    edition.lock_version += 1
    edition.save(update_fields=["state", "approved_by", "published_at", "digest", "lock_version"])
    _audit(acting, "publish", edition, document)
    return edition


@transaction.atomic
def withdraw(*, actor, edition, reason):
    """Withdraw a published edition; its text stays, readers see the reason instead."""
    edition = _lock(edition)
    acting = require(actor, APPROVING_ROLES, edition.document.agency)
    state = LIFECYCLE.target("withdraw", edition.state)
    reason = clean(reason)
    if not reason:
        raise Refused(_("Cần ghi lý do thu hồi."), code="no_reason")
    edition.state = state
    edition.withdrawn_reason = reason
    edition.lock_version += 1
    edition.save(update_fields=["state", "withdrawn_reason", "lock_version"])
    _audit(acting, "withdraw", edition, edition.document)
    return edition


def _store_blocks(edition, drafts, live):
    """Blocks of `edition`, keys inherited one to one from the `live` edition, and the links."""
    old = list(live.blocks.order_by("pos")) if live else []
    links = lineage.propose(old, drafts)
    inherited = {link.target: old[link.source].key for link in links}
    rows, para_no = [], 0
    for index, draft in enumerate(drafts):
        numbered = draft.kind == Block.Kind.PARAGRAPH
        para_no += numbered
        row = Block(
            edition=edition,
            pos=index + 1,
            kind=draft.kind,
            level=draft.level,
            number=draft.number,
            para_no=para_no if numbered else None,
            html=draft.html,
            plain=draft.plain,
        )
        if index in inherited:
            row.key = inherited[index]
        rows.append(row)
    Block.objects.bulk_create(rows, batch_size=1000)
    BlockLink.objects.bulk_create(
        [
            BlockLink(
                source=old[link.source], target=rows[link.target], kind=link.kind, score=link.score
            )
            for link in links
        ],
        batch_size=1000,
    )


def _lock(edition):
    return (
        Edition.objects.select_for_update(of=("self",))
        .select_related("document__agency")
        .get(pk=edition.pk)
    )


def _audit(acting, verb, obj, document):
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=obj,
        agency=document.agency_id,
        on_behalf_of=acting.on_behalf_of,
        label=document.title,
    )


def _plain_of(html):
    return "\n".join(f"{b.number} {b.plain}".strip() for b in cutting.cut(html))
