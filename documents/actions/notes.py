"""Writing why a passage was changed."""

from collections import Counter

from django.db import transaction
from django.utils.translation import gettext as _

from documents.actions._common import lock, record, refuse_marking
from documents.models import Block, ChangeNote, Edition
from documents.queries.lineage import before
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean

State = Edition.State
#: Editions that have blocks and are not withdrawn.
EXPLAINED = frozenset({State.SUBMITTED, State.SCHEDULED, State.PUBLISHED, State.SUPERSEDED})
MAX_NOTE = 2000


@transaction.atomic
def write_change_note(*, actor, edition, block, text, expected_version, now=None):
    """Say why `edition` changed a passage; readers get it with the edition, at once if published.

    Args:
        block: one of `edition`, or of the edition before it: why it is gone.
        text: an empty one takes the note back.
        expected_version: `lock_version` of the note the writer saw, 0 where there was none.

    Raises:
        StaleVersion: somebody else wrote meanwhile; `current` is the note.
        Refused: "no_blocks" (not submitted yet, or withdrawn), "elsewhere", "long", a marking.
    """
    edition = lock(edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    if edition.state not in EXPLAINED:
        raise Refused(
            _("Chỉ ghi lý do cho bản đã trình hoặc đã công bố, chưa thu hồi."), code="no_blocks"
        )
    place = _place(edition, block)
    text = clean(text)
    if len(text) > MAX_NOTE:
        raise Refused(_("Lý do dài quá %d ký tự.") % MAX_NOTE, code="long")
    refuse_marking(text)
    note = ChangeNote.objects.select_for_update().filter(edition=edition, **place).first()
    if expected_version != (note.lock_version if note else 0):
        raise StaleVersion(
            _("Lý do đã được người khác sửa trong lúc này."), current=note or ChangeNote(**place)
        )
    if note is None:
        note = ChangeNote(edition=edition, **place)
    old = note.text
    if text == old:
        return note
    note.text, note.plain = text, block.plain
    note.written_by, note.written_at = actor, now or clock.now()
    note.lock_version += 1
    note.save()
    record(acting, "write_change_note", edition, edition.document, {"text": [old, text]})
    return note


@transaction.atomic
def drop_change_note(*, actor, note):
    """Throw a note away whose passage was written anew.

    Raises:
        Refused: "has_place": it has a passage; "no_right".
    """
    edition = lock(note.edition)
    acting = require(actor, EDITING_ROLES, edition.document.agency)
    note = ChangeNote.objects.select_for_update().filter(pk=note.pk).first()
    if note is None:
        return
    if note.block_id or note.source_id:
        raise Refused(_("Lý do này đang gắn với một đoạn."), code="has_place")
    record(acting, "drop_change_note", edition, edition.document, {"text": [note.text, ""]})
    note.delete()


def detach(edition):
    """The blocks of `edition` are about to be dropped: its notes wait without them."""
    ChangeNote.objects.filter(edition=edition, block__isnull=False).update(block=None)


def attach(edition, rows):
    """Give waiting notes the blocks that read word for word as those they were written about."""
    waiting = list(
        ChangeNote.objects.filter(edition=edition, block=None, source=None).order_by("pk")
    )
    if not waiting:
        return
    many = Counter(row.plain for row in rows)
    free = {row.plain: row for row in rows if many[row.plain] == 1}
    found = []
    for note in waiting:
        note.block = free.pop(note.plain, None)
        if note.block is not None:
            found.append(note)
    ChangeNote.objects.bulk_update(found, ["block"])


def _place(edition, block):
    if block.edition_id == edition.pk:
        return {"block": block, "source": None}
    last = before(edition)
    if last is None or block.edition_id != last.pk or not isinstance(block, Block):
        raise Refused(_("Đoạn này không thuộc hai lần dự thảo đang so sánh."), code="elsewhere")
    return {"block": None, "source": block}
