"""Making documents and writing the text of their editions."""

from django.db import transaction
from django.utils.translation import gettext as _

from documents import blocks as cutting
from documents import sections
from documents.actions._common import lock, plain_of, record, refuse_marking
from documents.models import Document, Edition
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.richtext import sanitize
from portal.common.text import clean, slugify_vi


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
    refuse_marking(title, subtitle, note, plain_of(html))
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
    record(acting, "create_document", document, document)
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
    refuse_marking(note, plain_of(html))
    edition = Edition.objects.create(document=document, n=last.n + 1, source=html, note=clean(note))
    record(acting, "start_edition", edition, document)
    return edition


@transaction.atomic
def save_text(*, actor, edition, html, note, expected_version):
    """Save the working text of an edition being written.

    Raises:
        StaleVersion: somebody else saved since the form was made; `current` is the stored row.
        Refused: the edition is not being written, or the text carries a secrecy marking.
    """
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    if edition.state != Edition.State.EDITING:
        raise Refused(_("Chỉ sửa được bản đang soạn."), code="not_editing")
    if expected_version != edition.lock_version:
        raise StaleVersion(_("Văn bản đã được người khác sửa trong lúc này."), current=edition)
    html = sanitize(html)
    refuse_marking(note, plain_of(html))
    edition.source = html
    edition.note = clean(note)
    edition.lock_version += 1
    edition.save(update_fields=["source", "note", "lock_version"])
    record(acting, "save_text", edition, edition.document)
    return edition


@transaction.atomic
def save_section(*, actor, edition, pos, base, html):
    """Save one section of the working text; the rest stays as it stands by now.

    Args:
        pos: where the section began when it was opened. base: `sections.digest` of its text then;
            "" puts the text at the end.

    Returns (edition, pos of the section now).

    Raises:
        StaleVersion: the section reads otherwise by now or is gone.
        Refused: "not_editing", "secret", "empty" (to remove a section the whole text is edited).
    """
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    if edition.state != Edition.State.EDITING:
        raise Refused(_("Chỉ sửa được bản đang soạn."), code="not_editing")
    blocks = cutting.cut(edition.source)
    if base:
        section = sections.find(blocks, pos, base)
        if section is None:
            raise StaleVersion(_("Mục này đã được người khác sửa trong lúc này."), current=edition)
        first, last = section.pos - 1, section.last
    else:
        first = last = len(blocks)
    html = sanitize(html)
    made = cutting.cut(html)
    if not made:
        raise Refused(
            _("Mục không còn chữ nào. Muốn xóa cả mục, hãy xóa ở trang soạn cả văn bản."),
            code="empty",
        )
    refuse_marking(plain_of(html))
    edition.source = cutting.to_html([*blocks[:first], *made, *blocks[last:]])
    edition.lock_version += 1
    edition.save(update_fields=["source", "lock_version"])
    record(acting, "save_text", edition, edition.document, changes={"section": [pos, first + 1]})
    return edition, first + 1
