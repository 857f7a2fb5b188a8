"""Consultations as owners of boundaries, the reminder that one of them closes, and the news that
its dates changed or that it is withdrawn.

The reminder goes to the offices of the units on the ladder, news of changes to the members of the
audience as well; both have the consultation as their subject: who has sent an opinion and who has
not is never looked at (DESIGN section 5).
"""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.registry import Described, Owner
from campaigns.rules.specs import END, START
from campaigns.rules.words import day_words
from feedback import history
from feedback.models import Consultation, ConsultationChange, LadderNode
from portal.agencies.models import Role
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import queries as notice_queries
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
#: Who is told of changes for the work they do, and as those who may write.
OFFICES = TOLD | {Role.RAPPORTEUR, Role.MODERATOR}
WRITERS = frozenset({Role.MEMBER, Role.SECRETARY})
#: Subject of the news that dates changed: the consultation, the ConsultationChange as revision.
CHANGE = "feedback.consultation_change"


def announced(consultation, now):
    """A consultation was announced: remind of its end, unless that is so near that the
    announcement itself says it."""
    notices.schedule_many(row for row in _rows([consultation]) if row.due_at > now)


def withdrawn(consultation, change):
    """A consultation was withdrawn: its end concerns nobody any more.

    `change` is the ConsultationChange everybody is told of; None where it was never announced.
    """
    notices.cancel_for_subject(subject_kind=OWNER_KIND, subject_ids=consultation.pk)
    if change is not None:
        _tell(change, consultation, clock.now())


def moved(ids, change):
    """Owner callback: openings and closings got other days (or are new).

    A fixed number of queries, and one notice for each announced consultation that moved.
    """
    notices.supersede_for_boundaries(ids)
    closing = Consultation.objects.filter(
        closes__in=ids, state=Consultation.State.ANNOUNCED
    ).select_related("closes")
    now = clock.now()
    # Where the reminder would be due already, the news of the change says the same.
    notices.schedule_many(row for row in _rows(closing) if row.due_at > now)
    if change is not None:
        for row, consultation in history.record_moves(ids, change):
            _tell(row, consultation, now)


def _tell(row, consultation, now):
    """Tell everybody of a change, unless it is about days that are all over."""
    days = {row.old_opens, row.new_opens, row.old_closes, row.new_closes} - {None}
    today = clock.today(now)
    if row.kind != ConsultationChange.Kind.WITHDRAWN and days and max(days) < today:
        return
    notices.notify_now(
        kind=registry.DATES_CHANGED,
        subject_kind=CHANGE,
        subject_id=consultation.pk,
        revision=row.pk,
        agency_id=consultation.agency_id,
        payload={"dates": sorted(day.isoformat() for day in days)},
    )


def people_told(consultation):
    """How many people would be told of a change of `consultation` now, each counted once."""
    audience = _everybody(consultation, _units_of([consultation.pk])[consultation.pk])
    return len(notice_queries.recipients({0: audience}, clock.today())[0])


def _units_of(ids):
    """{consultation id: ids of the agencies that handle its ladder}; one query."""
    units = {pk: set() for pk in ids}
    nodes = LadderNode.objects.filter(consultation__in=units)
    for pk, agency_id in nodes.values_list("consultation_id", "handled_by_id"):
        units[pk].add(agency_id)
    return units


def _everybody(consultation, units):
    """The Audience of news about `consultation`: offices, and the members it is meant for.

    Before the ladder is copied that is the tree of today. Whoever has an account but belongs to no
    unit, and the public, read the page of the consultation.
    """
    roles = OFFICES
    also = ()
    if consultation.audience == Consultation.Audience.UNITS:
        chosen = frozenset(consultation.audience_units.values_list("pk", flat=True))
        also = (registry.Audience(agency_ids=chosen, roles=WRITERS, subtree=True),)
    else:
        roles |= WRITERS
    return registry.Audience(
        agency_ids=frozenset(units or {consultation.agency_id}),
        roles=roles,
        subtree=not units,
        also=also,
    )


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
        units = _units_of(rows)
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


class ChangeNotices(registry.Handler):
    """The dates of a consultation changed, or it is withdrawn; the last change is what is told."""

    def load(self, found):
        ids = {n.subject_id for n in found}
        rows = Consultation.objects.select_related("agency", "opens", "closes").in_bulk(ids)
        units = _units_of(rows)
        last = {}
        changes = ConsultationChange.objects.filter(consultation__in=rows)
        for change in changes.order_by("consultation_id", "-id").distinct("consultation_id"):
            last[change.consultation_id] = change
        for notice in found:
            notice.subject = rows.get(notice.subject_id)
            notice.change = last.get(notice.subject_id)
            notice.units = units.get(notice.subject_id, frozenset())

    def still_due(self, notice, now):
        if not hasattr(notice, "subject"):
            self.load([notice])
        return notice.change is not None and notice.change.pk == notice.revision

    def audience(self, notice):
        return _everybody(notice.subject, notice.units)

    def render(self, notice):
        change, row = notice.change, notice.subject
        return registry.Message(
            change_title(change, row),
            "\n".join([*change_lines(change), _("Lý do: %s") % change.reason]),
            reverse("feedback:consultation", args=[row.pk, row.slug]),
        )


def change_title(change, consultation):
    """One line that says what became of a consultation, with the day in it."""
    kinds = ConsultationChange.Kind
    words = {"title": consultation.title, "day": day_words(change.new_closes)}
    if change.kind == kinds.WITHDRAWN:
        return _("Hủy đợt lấy ý kiến: %(title)s") % words
    if change.new_closes is None:
        return _("Đổi thời gian lấy ý kiến: %(title)s") % words
    if change.kind == kinds.EXTENDED:
        return _("Gia hạn lấy ý kiến đến hết ngày %(day)s: %(title)s") % words
    if change.kind == kinds.SHORTENED:
        return _("Kết thúc sớm, nhận ý kiến đến hết ngày %(day)s: %(title)s") % words
    if change.kind == kinds.REOPENED:
        return _("Mở lại lấy ý kiến đến hết ngày %(day)s: %(title)s") % words
    return _("Đổi thời gian lấy ý kiến: %(title)s") % words


def change_lines(change):
    """What moved, from which day to which."""
    lines = []
    if change.opens_moved:
        words = {"old": day_words(change.old_opens), "new": day_words(change.new_opens)}
        lines.append(_("Ngày bắt đầu: %(old)s → %(new)s") % words)
    if change.closes_moved:
        words = {"old": day_words(change.old_closes), "new": day_words(change.new_closes)}
        lines.append(_("Ngày kết thúc: %(old)s → %(new)s") % words)
    if change.kind == ConsultationChange.Kind.WITHDRAWN:
        lines.append(_("Ý kiến đã gửi vẫn được giữ và đọc."))
    return lines


OWNER = Owner(describe=describe, on_moved=moved)
