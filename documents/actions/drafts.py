"""Autosave. No audit rows: a draft is its person's alone, and it comes every few seconds."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from documents.models import Edition, EditionDraft
from documents.rules import EDITING_ROLES
from portal.agencies.rules import require
from portal.common import clock
from portal.common.errors import Refused

KEPT_DRAFTS = dt.timedelta(days=30)
#: Of one person and edition; the oldest gives way.
MOST_PAGES = 8
#: In characters: the longest text and its note.
DRAFT_LIMIT = 3_100_000
MOST_FIELDS = 50


@transaction.atomic
def keep_draft(*, actor, edition, key, fields, base_version, section="", now=None):
    """Keep what the editor page `key` holds, in place of what it held before.

    Args:
        edition: with its document. key: UUID of the page. fields: {name: [values]} of its form.
        section: the address parameter of the section that is edited, "" for the whole text.

    Raises:
        Refused: no role, "not_editing", "size", "other_person".
    """
    now = now or clock.now()
    require(actor, EDITING_ROLES, edition.document.agency)
    if edition.state != Edition.State.EDITING:
        raise Refused(
            _("Văn bản không còn ở trạng thái đang soạn; hãy chép phần vừa gõ ra nơi khác."),
            code="not_editing",
        )
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if size > DRAFT_LIMIT or len(fields) > MOST_FIELDS:
        raise Refused(_("Văn bản quá dài, không tự lưu được. Hãy soạn từng mục."), code="size")
    # NUL cannot be stored in JSON; the form itself would drop it as well.
    fields = {n: [v.replace("\x00", "") for v in values] for n, values in fields.items()}
    made = {
        "person": actor,
        "edition": edition,
        "section": section,
        "fields": fields,
        "base_version": base_version,
        "changed_at": now,
    }
    draft, new = EditionDraft.objects.select_for_update().get_or_create(key=key, defaults=made)
    if new:
        rest = EditionDraft.objects.filter(person=actor, edition=edition)
        rest.filter(pk__in=list(rest.values_list("pk", flat=True)[MOST_PAGES:])).delete()
        return draft
    if (draft.person_id, draft.edition_id) != (actor.pk, edition.pk):
        raise Refused(_("Trang này thuộc về người khác."), code="other_person")
    for name in ("section", "fields", "base_version", "changed_at"):
        setattr(draft, name, made[name])
    draft.save(update_fields=["section", "fields", "base_version", "changed_at"])
    return draft


def drop_draft(*, actor, key):
    """Forget a draft of one's own: saved, or not wanted. Returns whether there was one."""
    count, _rows = EditionDraft.objects.filter(person=actor, key=key).delete()
    return bool(count)


def clean_up_drafts(*, now=None):
    """Forget what was left lying for `KEPT_DRAFTS`. Returns how many."""
    now = now or clock.now()
    count, _rows = EditionDraft.objects.filter(changed_at__lt=now - KEPT_DRAFTS).delete()
    return count
