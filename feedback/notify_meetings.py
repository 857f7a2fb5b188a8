"""Notices about meetings of units: minutes to confirm, a reminder of meetings not yet entered.

The subject is the consultation; what was said in a meeting is nowhere in them.
"""

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.rules.words import day_words
from feedback.models import LadderNode, Meeting
from feedback.rules import meetings as rules
from portal.notices.actions import notify_now
from portal.notices.registry import (
    AWAITING_APPROVAL,
    CONSULTATION_CLOSING,
    Audience,
    Handler,
    Message,
)

CONFIRM = "feedback.minutes"
REMIND = "feedback.meetings"


def to_confirm(meeting):
    """Tell the unit that its minutes were keyed in."""
    notify_now(
        kind=AWAITING_APPROVAL,
        subject_kind=CONFIRM,
        subject_id=meeting.pk,
        revision=meeting.lock_version,
        agency_id=meeting.node.handled_by_id,
    )


def remind(node, agency_ids, *, today):
    """Remind units below `node` that their meetings are awaited; False where today it was done."""
    return notify_now(
        kind=CONSULTATION_CLOSING,
        subject_kind=REMIND,
        subject_id=node.pk,
        revision=today.toordinal(),
        useful_until=rules.last_moment(node.consultation),
        agency_id=node.handled_by_id,
        payload={"units": sorted(agency_ids)},
    )


class MinutesNotices(Handler):
    """Minutes that wait for the unit's word."""

    def load(self, notices):
        found = Meeting.objects.select_related("consultation", "node").in_bulk(
            {n.subject_id for n in notices}
        )
        for notice in notices:
            notice.subject = found.get(notice.subject_id)

    def still_due(self, notice, now):
        row = notice.subject
        return row is not None and row.state == Meeting.State.CONFIRMING

    def audience(self, notice):
        return Audience(
            agency_ids=frozenset({notice.subject.node.handled_by_id}), roles=rules.OWN_ROLES
        )

    def render(self, notice):
        row = notice.subject
        return Message(
            _("Biên bản họp ngày %s đã được nhập, chờ xác nhận") % day_words(row.held_on),
            _("Đợt lấy ý kiến: %s. Đề nghị đối chiếu với biên bản rồi xác nhận.")
            % row.consultation.title,
            reverse("feedback:meeting_confirm", args=[row.public_id]),
        )


class MeetingReminders(Handler):
    """The superior reminds units of entering their meetings."""

    def load(self, notices):
        found = LadderNode.objects.select_related(
            "consultation__opens", "consultation__closes"
        ).in_bulk({n.subject_id for n in notices})
        for notice in notices:
            notice.subject = found.get(notice.subject_id)

    def still_due(self, notice, now):
        return notice.subject is not None and rules.takes(notice.subject.consultation, now)

    def audience(self, notice):
        return Audience(agency_ids=frozenset(notice.payload["units"]), roles=rules.OWN_ROLES)

    def render(self, notice):
        row = notice.subject.consultation
        closes = row.closes.resolved_on
        text = _("Đã họp thì nhập kết quả, chưa họp thì tổ chức họp.")
        if closes:
            text = _("Nhận hội nghị họp đến hết ngày %s.") % day_words(closes) + " " + text
        return Message(
            _("%(unit)s nhắc nhập hội nghị góp ý: %(title)s")
            % {"unit": notice.subject.name, "title": row.title},
            text,
            reverse("feedback:units"),
        )
