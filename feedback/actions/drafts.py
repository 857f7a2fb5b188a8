"""What somebody is typing: sealed under the consultation's key, found by keyed token and place."""

import datetime as dt

from django.db.models import Q
from django.utils.translation import gettext as _

from feedback import keys, rules
from feedback.models import Consultation, OpinionDraft
from portal.common import clock
from portal.common.errors import Refused

#: What a draft holds; nothing else of a form is kept.
FIELDS = (
    "submission_key", "quote", "stance", "text", "reason", "proposed", "group", "route", "naming",
)  # fmt: skip
MAX_DRAFT = 200_000
KEEP_DAYS = 30


def save_draft(*, author, consultation, place, fields, now=None):
    """Keep what `author` (a User) has typed about `place` (Place.key), over what was kept before.

    A draft of an anonymous opinion is not kept: it would lead from the person to the words.

    Raises:
        Refused: closed, not in the audience, far too long, or the key cannot be used.
    """
    now = now or clock.now()
    kept = {name: fields[name] for name in FIELDS if fields.get(name)}
    if kept.get("naming") == "anonymous":
        discard_draft(author=author, consultation=consultation, place=place)
        raise Refused(
            _("Ý kiến ẩn danh không lưu nháp trên cổng; câu chữ chỉ ở máy này."), code="anonymous"
        )
    if not rules.is_open(consultation, now) or not rules.may_write(author, consultation):
        raise Refused(_("Đợt lấy ý kiến này hiện không nhận ý kiến."), code="not_open")
    if sum(map(len, kept.values())) > MAX_DRAFT:
        raise Refused(_("Nội dung quá dài nên chưa lưu nháp được."), code="long")
    try:
        key = keys.ConsultationKey(consultation.key_id)
    except keys.KeyUnavailable:
        raise Refused(_("Chưa lưu nháp được."), code="key") from None
    lookup = key.lookup(author)
    OpinionDraft.objects.bulk_create(
        [
            OpinionDraft(
                consultation=consultation,
                lookup=lookup,
                place=place,
                ciphertext=key.seal_draft(lookup, place, kept),
                saved_on=clock.today(now),
            )
        ],
        update_conflicts=True,
        unique_fields=["consultation", "lookup", "place"],
        update_fields=["ciphertext", "saved_on"],
    )


def discard_draft(*, author, consultation, place):
    """Forget what `author` typed about `place`; nothing happens where nothing was kept."""
    if not author.is_authenticated:
        return
    try:
        lookup = keys.ConsultationKey(consultation.key_id).lookup(author)
    except keys.KeyUnavailable:
        return
    OpinionDraft.objects.filter(consultation=consultation, lookup=lookup, place=place).delete()


def purge_drafts(*, now=None):
    """Delete drafts of consultations that closed KEEP_DAYS ago, were withdrawn, or whose key is
    gone; returns how many. A beat task calls it daily."""
    now = now or clock.now()
    over = Consultation.objects.filter(
        Q(closes__at__lt=now - dt.timedelta(days=KEEP_DAYS))
        | Q(state=Consultation.State.WITHDRAWN)
        | Q(key_destroyed_at__isnull=False)
    )
    deleted, _by_model = OpinionDraft.objects.filter(consultation__in=over).delete()
    return deleted
