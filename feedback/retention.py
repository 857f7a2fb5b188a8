"""How long what ties a person to an opinion is kept, and what ends it.

| What | Kept until |
|---|---|
| key, identities, withdrawals of consent, guests' addresses | `keep_months` after the closing |
| drafts | 30 days after the closing (`actions.purge_drafts`) |
| guests' addresses that were not confirmed | the link to confirm has run out |
| who looked at which name | a year after the key is destroyed |
| files that came with opinions | taken back with the opinion, else as the key |
| rows and files of batches put aside or undone | 30 days after that (`entry_files.delete_due`) |
| scans of accepted batches, photos of minutes | 30 days after they were accepted |
| words, counts, receipts, answers | not ended here: they are records of the agency |

A key is destroyed at the earliest 30 days after the staff of the agency was told.
"""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import guests, keys
from feedback.actions.privacy import TOLD_BEFORE, destroy_key, drop_old_looks
from feedback.models import Consultation
from portal.agencies.models import Role
from portal.common import clock
from portal.common.display import date_vi
from portal.notices.actions import notify_now
from portal.notices.registry import INFORMATION, Audience, Handler, Message

SUBJECT = "feedback.retention"


def ends_on(consultation):
    """The first day on which the key may be destroyed; None while the closing day is unknown.

    A consultation that was called off ends with the day it was to close on.
    """
    closed = consultation.closes.resolved_on
    if closed is None:
        return None
    months = closed.month - 1 + consultation.keep_months
    year, month = closed.year + months // 12, months % 12 + 1
    for day in (closed.day, 30, 29, 28):
        try:
            return closed.replace(year=year, month=month, day=day)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def sweep(*, now=None):
    """Tell who must be told, destroy what is due, forget old looks; for a job once a day.

    Returns (consultations told of, keys destroyed).
    """
    now = now or clock.now()
    today = clock.today(now)
    told = destroyed = 0
    kept = Consultation.objects.exclude(key_id="").select_related("closes", "agency")
    for consultation in kept.filter(key_destroyed_at=None):
        ends = ends_on(consultation)
        if ends is None or today < ends - TOLD_BEFORE:
            _not_yet(consultation)
        elif consultation.key_end_told_on is None:
            _tell(consultation, max(ends, today + TOLD_BEFORE), today)
            told += 1
        elif today >= max(ends, consultation.key_end_told_on + TOLD_BEFORE):
            destroy_key(consultation=consultation, now=now)
            destroyed += 1
    # a file that outlived its ledger row (the process died between the two) goes now
    for key_id in kept.filter(key_destroyed_at__isnull=False).values_list("key_id", flat=True):
        keys.destroy(key_id)
    drop_old_looks(now=now)
    guests.drop_unconfirmed(now=now)
    return told, destroyed


def _not_yet(consultation):
    """Extended or reopened since: it will be told anew."""
    if consultation.key_end_told_on is not None:
        Consultation.objects.filter(pk=consultation.pk).update(key_end_told_on=None)


def _tell(consultation, day, today):
    Consultation.objects.filter(pk=consultation.pk).update(key_end_told_on=today)
    notify_now(
        kind=INFORMATION,
        subject_kind=SUBJECT,
        subject_id=consultation.pk,
        revision=day.toordinal(),
        agency_id=consultation.agency_id,
        payload={"day": day.isoformat()},
    )


class RetentionNotices(Handler):
    """The key of a consultation is about to be destroyed; told to the staff of its agency."""

    def load(self, notices):
        found = Consultation.objects.in_bulk({n.subject_id for n in notices})
        for notice in notices:
            notice.subject = found.get(notice.subject_id)

    def still_due(self, notice, now):
        row = notice.subject
        return row is not None and row.key_end_told_on is not None and row.key_destroyed_at is None

    def audience(self, notice):
        return Audience(
            agency_ids=frozenset({notice.subject.agency_id}),
            roles=frozenset({Role.STAFF, Role.ADMIN}),
        )

    def render(self, notice):
        row = notice.subject
        words = {"title": row.title, "day": date_vi(dt.date.fromisoformat(notice.payload["day"]))}
        return Message(
            _("Khóa danh tính sẽ bị hủy ngày %(day)s: %(title)s") % words,
            _(
                "Sau ngày đó không ai xem được tên người gửi, người gửi không tìm lại được ý kiến "
                "trong “Ý kiến của tôi”. Nội dung, số liệu và mã tiếp nhận vẫn giữ nguyên. Cần xem "
                "tên để làm rõ thì xem trước ngày đó."
            ),
            reverse("feedback:manage", args=[row.pk]),
        )
