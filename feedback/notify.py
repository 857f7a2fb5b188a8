"""Consultations as owners of boundaries, and the reminder that one of them closes.

The reminder goes to the offices of the units on the ladder and has the consultation as its subject:
who has sent an opinion and who has not is never looked at (DESIGN section 5).
"""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.registry import Described, Owner
from campaigns.rules.specs import END, START
from campaigns.rules.words import day_words
from feedback.models import Consultation, LadderNode
from portal.agencies.models import Role
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry
from portal.notices.rules import morning_of, working_day_on_or_before

OWNER_KIND = "feedback.consultation"


def describe(ids):
    """{boundary id: Described} of openings and closings. Two queries."""
    found = {}
    for side, field in ((START, "opens_id"), (END, "closes_id")):
        rows = Consultation.objects.filter(**{f"{field}__in": ids})
        for pk, slug, title, state, boundary_id in rows.values_list(
            "pk", "slug", "title", "state", field
        ):
            found[boundary_id] = Described(
                name=title,
                side=side,
                context=title,
                context_key=f"{OWNER_KIND}:{pk}",
                url=reverse("feedback:consultation", args=[pk, slug]),
                live=state == Consultation.State.ANNOUNCED,
            )
    return found


#: The reminder comes so many days before the last day, on a working day.
CLOSING_DAYS = 3
#: Who is reminded at each unit of the ladder.
TOLD = frozenset({Role.STAFF, Role.SECRETARY})


def announced(consultation, now):
    """A consultation was announced: remind of its end, unless that is so near that the
    announcement itself says it."""
    notices.schedule_many(row for row in _rows([consultation]) if row.due_at > now)


def withdrawn(consultation):
    """A consultation was withdrawn: its end concerns nobody any more."""
    notices.cancel_for_subject(subject_kind=OWNER_KIND, subject_ids=consultation.pk)


def moved(ids, change):
    """Owner callback: openings and closings got other days (or are new). Three queries."""
    notices.supersede_for_boundaries(ids)
    closing = Consultation.objects.filter(
        closes__in=ids, state=Consultation.State.ANNOUNCED
    ).select_related("closes")
    now = clock.now()
    notices.schedule_many(row for row in _rows(closing) if row.useful_until > now)


def _rows(consultations):
    for consultation in consultations:
        closes = consultation.closes
        if closes.resolved_on is None or consultation.mode != Consultation.Mode.COLLECTED:
            continue
        day = working_day_on_or_before(closes.resolved_on - dt.timedelta(days=CLOSING_DAYS))
        yield notices.NoticeRow(
            kind=registry.CONSULTATION_CLOSING,
            subject_kind=OWNER_KIND,
            subject_id=consultation.pk,
            boundary_id=consultation.closes_id,
            offset_days=-CLOSING_DAYS,
            revision=closes.revision,
            due_at=morning_of(day),
            useful_until=closes.at,
            agency_id=consultation.agency_id,
        )


class ClosingNotices(registry.Handler):
    """A consultation closes soon."""

    def load(self, found):
        rows = Consultation.objects.select_related("opens", "closes").in_bulk(
            {n.subject_id for n in found}
        )
        units = {pk: set() for pk in rows}
        nodes = LadderNode.objects.filter(consultation__in=rows)
        for pk, agency_id in nodes.values_list("consultation_id", "handled_by_id"):
            units[pk].add(agency_id)
        for notice in found:
            notice.subject = rows.get(notice.subject_id)
            notice.units = frozenset(units.get(notice.subject_id, ()))

    def still_due(self, notice, now):
        row = notice.subject
        return (
            row is not None
            and row.state == Consultation.State.ANNOUNCED
            and row.closes.revision == notice.revision
            and row.opens.at is not None
            and row.opens.at <= now
            and row.closes.at is not None
            and now < row.closes.at
        )

    def render(self, notice):
        row = notice.subject
        words = {"day": day_words(row.closes.resolved_on), "title": row.title}
        return registry.Message(
            _("Lấy ý kiến kết thúc hết ngày %(day)s: %(title)s") % words,
            _("Đề nghị đơn vị thông báo để mọi người còn muốn góp ý kịp gửi."),
            reverse("feedback:consultation", args=[row.pk, row.slug]),
        )

    def audience(self, notice):
        return registry.Audience(agency_ids=notice.units, roles=TOLD)


OWNER = Owner(describe=describe, on_moved=moved)
