"""Putting what was read from a file before its person, and throwing it away."""

import datetime as dt
import io
from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from documents import pictures as places
from documents import restructuring
from documents.actions._blocks import MAX_BLOCKS
from documents.actions._common import lock, record, refuse_marking
from documents.actions.imports._common import need_editing
from documents.blocks import cut, to_html
from documents.models import ImportPicture, TextImport
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused
from portal.common.richtext import sanitize
from portal.common.uploads.actions import clean_name, discard_photo, store_photo

#: How long a staged text, and what a saved one replaced, is kept after the last touch.
KEPT = dt.timedelta(days=7)
#: Pictures of one text; each is decoded and made anew.
MOST_PICTURES = 60


@transaction.atomic
def stage(*, actor, edition, name, result, now=None):
    """Keep what was read (an `importing.ImportResult`) for its person to look at.

    What this person staged for this edition before is thrown away. Pictures are kept as internal
    photos; those that cannot be read leave a note.

    Raises:
        Refused: not being written, a secrecy marking, no text, too long.
    """
    now = now or clock.now()
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    need_editing(edition)
    refuse_marking(name, *(f"{b.number} {b.plain}".strip() for b in result.blocks))
    refuse_marking(*(change.text for change in result.changes))
    before = TextImport.objects.filter(edition=edition, made_by=actor).first()
    if before is not None:
        _throw_away(before, actor)
    notes = list(result.notes)
    kept, html_of = _keep_pictures(result, actor, edition.document.agency, notes)
    blocks, ids = _as_blocks(result.blocks, html_of)
    if not blocks:
        raise Refused(_("Không tìm thấy chữ nào trong nội dung này."), code="empty")
    if len(blocks) > MAX_BLOCKS:
        raise Refused(
            _("Văn bản dài quá %d đoạn; hãy tách thành nhiều văn kiện.") % MAX_BLOCKS, code="long"
        )
    made = TextImport.objects.create(
        edition=edition,
        made_by=actor,
        name=clean_name(name),
        blocks=blocks,
        next_id=len(blocks) + 1,
        notes=notes,
        changes=[
            {
                "block": ids.get(change.block),
                "kind": change.kind,
                "author": change.author,
                "on": change.on.isoformat() if change.on else "",
                "text": change.text,
            }
            for change in result.changes
        ],
        legacy=[
            {
                "block": ids.get(run.block),
                "font": run.font,
                "before": run.before.replace("\x00", ""),
                "after": run.after,
            }
            for run in result.legacy
        ],
        created_at=now,
        changed_at=now,
    )
    ImportPicture.objects.bulk_create(
        [ImportPicture(text_import=made, **fields) for fields in kept]
    )
    record(
        acting,
        "stage_import",
        made,
        edition.document,
        changes={"blocks": [0, len(blocks)], "pictures": [0, len(kept)]},
    )
    return made


def _as_blocks(drafts, html_of):
    """([block with id], {index of the draft: id}): sanitised, as saving would store them."""
    kept = {}
    for index, one in enumerate(drafts):
        one = replace(one, html=html_of(one.html))
        if one.kind == "figure" and "<img" not in one.html:
            one = restructuring.of_text(one.plain)  # its caption, if it had one
        if one.html.strip():
            kept[index] = one
    made = cut(sanitize(to_html(kept.values())))
    if len(made) == len(kept):
        parts = {index: [one] for index, one in zip(kept, made, strict=True)}
    else:  # something is gone or fell apart: what became of which is known one by one only
        parts = {index: cut(sanitize(to_html([one]))) for index, one in kept.items()}
    blocks, ids = [], {}
    for index, some in parts.items():
        for one in restructuring.as_dict(some):
            one["id"] = len(blocks) + 1
            ids.setdefault(index, one["id"])
            blocks.append(one)
    # What was read at the very end, or of a block that is gone, belongs to the one before.
    for index in range(len(drafts) + 1):
        ids.setdefault(index, ids.get(index - 1, blocks[0]["id"] if blocks else None))
    return blocks, ids


def _keep_pictures(result, actor, agency, notes):
    """(fields of ImportPictures, function that gives html its waiting pictures)."""
    kept, place = [], {}
    used = [ref for block in result.blocks for ref in places.sources(block.html)]
    used = [ref for ref in dict.fromkeys(used) if ref in result.pictures]
    for ref in used:
        picture = result.pictures[ref]
        if len(kept) >= MOST_PICTURES:
            notes.append(
                _(
                    "Văn bản có %(all)d ảnh; chỉ nhập %(most)d ảnh đầu, các ảnh còn lại hãy chèn "
                    "ở trang soạn."
                )
                % {"all": len(used), "most": MOST_PICTURES}
            )
            break
        file = io.BytesIO(picture.data)
        file.name = picture.name
        try:
            with transaction.atomic():
                upload = store_photo(file, actor=actor, agency=agency)
        except Refused as refused:
            notes.append(
                _("Không nhập được ảnh “%(name)s”: %(why)s")
                % {"name": picture.name, "why": refused.message}
            )
            continue
        place[ref] = places.place_of(upload.pk)
        alt = " ".join(picture.alt.split())[:300]
        kept.append({"upload": upload, "name": clean_name(picture.name), "alt": alt})

    def html_of(html):
        def change(attributes):
            known = place.get(attributes.get("src"))
            return {**attributes, "src": known} if known else None

        return places.changed(html, change)

    return kept, html_of


def _throw_away(found, actor):
    """Remove a staged text and the photos that only it has."""
    uploads = [p.upload for p in found.pictures.select_related("upload")]
    found.delete()
    for upload in uploads:
        discard_photo(upload, actor=actor)


@transaction.atomic
def discard_import(*, actor, text_import):
    """Throw a staged text of one's own away. Returns whether there was one."""
    found = TextImport.objects.filter(pk=text_import.pk, made_by=actor).first()
    if found is None:
        return False
    _throw_away(found, actor)
    return True


def clean_up_imports(*, now=None):
    """Throw away what nobody touched for `KEPT`. Returns how many."""
    now = now or clock.now()
    old = TextImport.objects.filter(changed_at__lt=now - KEPT).only("pk")
    count = 0
    for found in old:
        with transaction.atomic():
            _throw_away(found, None)
        count += 1
    return count
