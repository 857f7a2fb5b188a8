"""Autosave. No audit rows: a draft is its person's alone, and it comes every few seconds."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import clock
from portal.common.errors import Refused
from portal.news import rules
from portal.news.actions._common import need_role
from portal.news.models import ArticleDraft

KEPT = dt.timedelta(days=30)
#: Of one person and article (or of new articles of one agency); the oldest gives way.
MOST_PAGES = 8
#: In characters, names and values together: the longest body and all else that belongs to it.
SIZE_LIMIT = 900_000
MOST_FIELDS = 1000


@transaction.atomic
def keep_draft(*, actor, agency, article=None, key, fields, base_version=None, now=None):
    """Keep what the editor page `key` holds, in place of what it held before.

    Args:
        agency: where the article is, or will be, written.
        article: None for a new one; then `base_version` is None too.
        key: UUID of the page.
        fields: {name: [values]} of its form.

    Raises:
        Refused: no role, too long, or a page of somebody else.
    """
    now = now or clock.now()
    need_role(actor, rules.WRITERS, agency, clock.today(now))
    size = sum(len(name) + sum(map(len, values)) for name, values in fields.items())
    if size > SIZE_LIMIT or len(fields) > MOST_FIELDS:
        raise Refused(_("Bài quá dài, không tự lưu được. Hãy chia thành nhiều bài."), code="size")
    # NUL cannot be stored in JSON; the form itself would drop it as well.
    fields = {n: [v.replace("\x00", "") for v in values] for n, values in fields.items()}
    made = {
        "person": actor,
        "agency": agency,
        "article": article,
        "fields": fields,
        "base_version": base_version,
        "changed_at": now,
    }
    draft, new = ArticleDraft.objects.select_for_update().get_or_create(key=key, defaults=made)
    if new:
        rest = ArticleDraft.objects.filter(person=actor, agency=agency, article=article)
        rest.filter(pk__in=list(rest.values_list("pk", flat=True)[MOST_PAGES:])).delete()
        return draft
    if (draft.person_id, draft.article_id) != (actor.pk, getattr(article, "pk", None)):
        raise Refused(_("Trang này thuộc về người khác."), code="other_person")
    draft.fields, draft.base_version, draft.changed_at = fields, base_version, now
    draft.save(update_fields=["fields", "base_version", "changed_at"])
    return draft


def drop_draft(*, actor, key):
    """Forget a draft of one's own: saved, or not wanted. Returns whether there was one."""
    count, _rows = ArticleDraft.objects.filter(person=actor, key=key).delete()
    return bool(count)


def clean_up_drafts(*, now=None):
    """Forget what was left lying for `KEPT`. Returns how many."""
    now = now or clock.now()
    count, _rows = ArticleDraft.objects.filter(changed_at__lt=now - KEPT).delete()
    return count
