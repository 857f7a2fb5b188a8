"""What people are told about editions: waiting for approval, returned, an hour set or given up,
published, withdrawn."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from portal.agencies.models import Role
from portal.common import clock
from portal.common.display import datetime_vi
from portal.notices.actions import cancel_for_subject, notify_now
from portal.notices.registry import (
    APPROVED,
    AWAITING_APPROVAL,
    INFORMATION,
    RETURNED,
    Audience,
    Handler,
    Message,
)

SUBJECT = "documents.edition"
#: After this the news that an edition was published or withdrawn is no news any more.
USEFUL = dt.timedelta(days=7)


def tell_awaiting(edition, *, now):
    _tell(AWAITING_APPROVAL, edition, now=now)


def tell_returned(edition, *, also, now):
    """`also` is who had submitted it."""
    _settle(edition)
    _tell(RETURNED, edition, now=now, also=also)


def tell_scheduled(edition, *, actor, now, before=None):
    """The text is approved and has an hour, or another one than `before`."""
    _settle(edition)
    _tell(
        APPROVED,
        edition,
        now=now,
        until=edition.publish_at,
        by=actor.pk,
        also=edition.approved_by_id,
        at=_iso(edition.publish_at),
        moved=before is not None,
    )


def tell_unscheduled(edition, *, actor, now):
    """The hour is given up; called while the edition still has it."""
    _settle(edition)
    _tell(
        INFORMATION,
        edition,
        now=now,
        until=now + USEFUL,
        by=actor.pk,
        also=edition.approved_by_id,
        unscheduled=_iso(edition.publish_at),
    )


def tell_turned_back(edition, *, also, now):
    """It could not be published at its hour: the office hears of it, and `also`."""
    _settle(edition)
    _tell(RETURNED, edition, now=now, also=also, turned_back=True)


def tell_published(edition, *, actor, now):
    """`actor` None: at its hour, by itself; then its approver is told as well."""
    _settle(edition)
    by, also = (actor.pk, None) if actor else (None, edition.approved_by_id)
    _tell(APPROVED, edition, now=now, until=now + USEFUL, by=by, also=also)


def tell_withdrawn(edition, *, actor, now):
    _settle(edition)
    _tell(INFORMATION, edition, now=now, until=now + USEFUL, by=actor.pk)


def _settle(edition):
    """What was asked has been decided: nobody needs to hear of it now."""
    cancel_for_subject(
        subject_kind=SUBJECT, subject_ids=edition.pk, kinds=[AWAITING_APPROVAL, RETURNED]
    )


def _tell(kind, edition, *, now, until=None, **payload):
    if until is not None and until <= clock.now():
        return
    notify_now(
        kind=kind,
        subject_kind=SUBJECT,
        subject_id=edition.pk,
        revision=edition.lock_version,
        useful_until=until,
        agency_id=edition.document.agency_id,
        payload=payload,
    )


def _iso(at):
    return at.astimezone(dt.UTC).isoformat() if at else None


def _said(iso):
    return datetime_vi(dt.datetime.fromisoformat(iso))


class EditionNotices(Handler):
    """Words and recipients of notices about editions (registered as "documents.edition")."""

    def load(self, notices):
        from documents.models import Edition

        found = (
            Edition.objects.select_related("document__agency")
            .defer("source")
            .in_bulk({n.subject_id for n in notices})
        )
        for notice in notices:
            notice.subject = found.get(notice.subject_id)

    def still_due(self, notice, now):
        edition = self._edition(notice)
        if edition is None:
            return False
        state, told = edition.State, notice.payload
        if notice.kind == AWAITING_APPROVAL or told.get("turned_back"):
            return edition.state == state.SUBMITTED
        if notice.kind == RETURNED:
            return edition.state == state.EDITING and bool(edition.remark)
        if notice.kind == APPROVED and told.get("at"):
            return edition.state == state.SCHEDULED and told["at"] == _iso(edition.publish_at)
        if notice.kind == APPROVED:
            return edition.state in (state.PUBLISHED, state.SUPERSEDED)
        if "unscheduled" in told:
            return edition.state in (state.EDITING, state.SUBMITTED)
        return edition.state == state.WITHDRAWN

    def audience(self, notice):
        edition = self._edition(notice)
        agency, told = edition.document.agency_id, notice.payload
        if notice.kind == AWAITING_APPROVAL:
            return Audience(agency_ids=frozenset({agency}), roles=frozenset({Role.APPROVER}))
        people = {edition.submitted_by_id, edition.document.created_by_id, told.get("also")}
        office = told.get("turned_back", False)
        return Audience(
            agency_ids=frozenset({agency} if office else ()),
            roles=frozenset({Role.STAFF, Role.APPROVER} if office else ()),
            user_ids=frozenset(people - {None, told.get("by")}),
        )

    def render(self, notice):
        edition, told = self._edition(notice), notice.payload
        document = edition.document
        name = {"title": document.title, "n": edition.n}
        desk = reverse("documents:manage", args=[document.pk])
        if notice.kind == AWAITING_APPROVAL:
            return Message(
                _("Chờ bạn duyệt: %(title)s, dự thảo lần %(n)s") % name,
                document.agency.name,
                reverse("documents:preview", args=[document.pk, edition.n]),
            )
        if told.get("turned_back"):
            return Message(
                _("Không công bố được theo giờ hẹn: %(title)s, dự thảo lần %(n)s") % name,
                edition.remark,
                desk,
            )
        if notice.kind == RETURNED:
            return Message(
                _("Trả lại để sửa: %(title)s, dự thảo lần %(n)s") % name,
                _("Người duyệt đã ghi nhận xét. Hãy sửa rồi trình lại."),
                desk,
            )
        if notice.kind == APPROVED and told.get("at"):
            words = (
                _("Đổi giờ công bố thành %(at)s: %(title)s, dự thảo lần %(n)s")
                if told.get("moved")
                else _("Đã duyệt, hẹn công bố %(at)s: %(title)s, dự thảo lần %(n)s")
            )
            return Message(words % {**name, "at": _said(told["at"])}, "", desk)
        if notice.kind == APPROVED:
            return Message(
                _("Đã công bố: %(title)s, dự thảo lần %(n)s") % name,
                "",
                reverse("documents:edition", args=[document.pk, document.slug, edition.n]),
            )
        if "unscheduled" in told:
            return Message(
                _("Hủy giờ công bố %(at)s: %(title)s, dự thảo lần %(n)s")
                % {**name, "at": _said(told["unscheduled"])},
                _("Văn bản không tự công bố nữa."),
                desk,
            )
        return Message(
            _("Đã thu hồi: %(title)s, dự thảo lần %(n)s") % name,
            _("Lý do: %(reason)s") % {"reason": edition.withdrawn_reason},
            desk,
        )

    def _edition(self, notice):
        if not hasattr(notice, "subject"):
            self.load([notice])
        return notice.subject
