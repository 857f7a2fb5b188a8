"""Making a staged text the working text of its edition, and the way back."""

import io

from django.db import transaction
from django.utils.translation import gettext as _

from documents import pictures as places
from documents import restructuring
from documents.actions._common import lock, plain_of, record, refuse_marking
from documents.actions.imports._common import check_version, locked, need_editing
from documents.blocks import to_html
from documents.models import ImportPicture, TextImport
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.richtext import sanitize
from portal.common.uploads.actions import discard_photo, store_image


@transaction.atomic
def save_import(
    *, actor, text_import, expected_version, edition_version, replace=False, now=None
):  # fmt: skip
    """Write the staged text into the edition; its pictures become public.

    Args:
        expected_version: lock_version of the staged text as the person saw it.
        edition_version: lock_version of the edition as the person saw it.
        replace: the person confirmed that the text standing there is replaced. It is kept with
            the import (`restore_replaced`).

    Raises:
        StaleVersion: `current` is the TextImport or the Edition that changed.
        Refused: "replace" (there is a text and nobody confirmed), "alt" (a picture without
            alternative text), "empty", "secret", and what `store_image` refuses.
    """
    now = now or clock.now()
    found, acting = locked(actor, text_import)
    check_version(found, expected_version)
    edition = lock(found.edition)
    need_editing(edition)
    if edition.lock_version != edition_version:
        raise StaleVersion(
            _("Bản đang soạn đã được người khác sửa trong lúc này."), current=edition
        )
    if not found.blocks:
        raise Refused(_("Văn bản chưa có nội dung."), code="empty")
    if edition.source.strip() and not replace:
        raise Refused(
            _("Bản đang soạn đã có nội dung. Hãy xác nhận thay bằng văn bản nhập."), code="replace"
        )
    html = to_html([restructuring.draft(block) for block in found.blocks])
    html, uploads = _with_pictures(found, html, actor, edition.document.agency)
    html = sanitize(html)
    refuse_marking(plain_of(html))
    found.replaced, edition.source = edition.source, html
    edition.lock_version += 1
    edition.save(update_fields=["source", "lock_version"])
    found.saved_at, found.saved_version, found.changed_at = now, edition.lock_version, now
    count = len(found.blocks)
    found.blocks, found.steps, found.changes, found.legacy = [], [], [], []
    found.lock_version += 1
    found.save()
    for upload in uploads:
        discard_photo(upload, actor=actor)
    record(
        acting,
        "save_import",
        edition,
        edition.document,
        changes={
            "file": ["", found.name],
            "blocks": [0, count],
            "corrections": [{}, found.corrections],
        },
    )
    return edition


def _with_pictures(found, html, actor, agency):
    """(html with public pictures, the internal photos nobody needs any more)."""
    rows = {str(row.upload_id): row for row in found.pictures.select_related("upload")}
    public = {}
    used = dict.fromkeys(places.waiting(html))
    missing = [rows[pk].name for pk in used if pk in rows and not rows[pk].alt]
    if missing:
        raise Refused(
            _("Còn %(n)d ảnh chưa có chữ thay thế: %(names)s.")
            % {"n": len(missing), "names": ", ".join(missing[:5])},
            code="alt",
        )
    for pk in used:
        row = rows.get(pk)
        if row is None:
            continue
        with row.upload.file.open() as kept:
            file = io.BytesIO(kept.read())
        file.name = row.name
        upload = store_image(file, actor=actor, agency=agency, alt=row.alt)
        public[places.place_of(pk)] = upload, row.alt

    def change(attributes):
        src = attributes.get("src", "")
        if src not in public:
            return None if places.waiting(f'src="{src}"') else attributes
        upload, alt = public[src]
        rest = {n: v for n, v in attributes.items() if n not in ("width", "height")}
        return {
            **rest,
            "src": upload.medium_url,
            "alt": alt,
            "width": str(upload.width),
            "height": str(upload.height),
        }

    html = places.changed(html, change)
    ImportPicture.objects.filter(text_import=found).delete()
    return html, [row.upload for row in rows.values()]


@transaction.atomic
def restore_replaced(*, actor, text_import, now=None):
    """Put the text back that saving replaced, while nobody has changed the edition since.

    Raises:
        Refused: "gone", "nothing" (there was no text), "changed" (somebody wrote on since),
            "not_editing", no role.
    """
    found = (
        TextImport.objects.select_for_update(of=("self",))
        .select_related("edition__document__agency")
        .filter(pk=text_import.pk, made_by=actor)
        .first()
    )
    if found is None:
        raise Refused(_("Bản nhập này đã được bỏ."), code="gone")
    acting = require(actor, EDITING_ROLES, found.edition.document.agency)
    edition = lock(found.edition)
    need_editing(edition)
    if found.saved_at is None or not found.replaced.strip():
        raise Refused(_("Không có văn bản nào bị thay để lấy lại."), code="nothing")
    if edition.lock_version != found.saved_version:
        raise Refused(
            _(
                "Bản đang soạn đã được sửa sau khi nhập nên không tự lấy lại được. Văn bản trước "
                "khi nhập vẫn còn ở trang này: hãy chép phần cần dùng."
            ),
            code="changed",
        )
    imported, edition.source = edition.source, found.replaced
    edition.lock_version += 1
    edition.save(update_fields=["source", "lock_version"])
    # The other way round from here on: what was imported is what can be had back.
    found.replaced, found.saved_version = imported, edition.lock_version
    found.changed_at = now or clock.now()
    found.lock_version += 1
    found.save(update_fields=["replaced", "saved_version", "changed_at", "lock_version"])
    record(acting, "restore_replaced", edition, edition.document)
    return edition
