"""What a consultation loses when an edition it asks about is superseded or withdrawn: whoever does
it reads a warning first, and those who run the consultation are told."""

from django.urls import reverse
from django.utils.translation import gettext as _

from documents.registry import Concern
from feedback.models import Consultation
from feedback.rules import phase_of
from portal.agencies.models import Role
from portal.common.display import datetime_vi
from portal.notices.actions import notify_now
from portal.notices.registry import INFORMATION, Audience, Handler, Message

SUBJECT = "feedback.consultation_edition"
RUNNING = ("open", "upcoming", "undetermined")


def running_on(edition, now):
    """Announced consultations on `edition` that are not over."""
    rows = Consultation.objects.filter(
        state=Consultation.State.ANNOUNCED, consultation_editions__edition=edition
    ).select_related("opens", "closes", "agency")
    return [row for row in rows.order_by("id") if phase_of(row, now) in RUNNING]


class EditionConcern(Concern):
    """Registered with documents."""

    def warnings(self, edition, now):
        return [_warning(row, edition, now) for row in running_on(edition, now)]

    def gone(self, edition, *, actor, now):
        for row in running_on(edition, now):
            notify_now(
                kind=INFORMATION,
                subject_kind=SUBJECT,
                subject_id=row.pk,
                revision=edition.pk * 10 + (edition.state == edition.State.WITHDRAWN),
                useful_until=row.closes.at if row.closes.at and row.closes.at > now else None,
                agency_id=row.agency_id,
                payload={
                    "document": edition.document.title,
                    "n": edition.n,
                    "withdrawn": edition.state == edition.State.WITHDRAWN,
                },
            )


def _warning(consultation, edition, now):
    words = {"title": consultation.title, "n": edition.n}
    if phase_of(consultation, now) != "open":
        return _("Đợt lấy ý kiến “%(title)s” sắp mở trên dự thảo lần %(n)d.") % words
    if consultation.closes.at is None:
        return _("Đang lấy ý kiến trên dự thảo lần %(n)d: “%(title)s”.") % words
    words["until"] = datetime_vi(consultation.closes.at)
    return (
        _(
            "Đang lấy ý kiến trên dự thảo lần %(n)d: “%(title)s”, đến %(until)s. Ý kiến đã gửi "
            "được giữ nguyên; cán bộ phụ trách đợt lấy ý kiến sẽ được báo."
        )
        % words
    )


class EditionChangeNotices(Handler):
    """Words and recipients: the staff of the agency that runs the consultation."""

    def load(self, notices):
        found = Consultation.objects.select_related("agency", "opens", "closes").in_bulk(
            {n.subject_id for n in notices}
        )
        for notice in notices:
            notice.subject = found.get(notice.subject_id)

    def still_due(self, notice, now):
        consultation = self._consultation(notice)
        return consultation is not None and phase_of(consultation, now) in RUNNING

    def audience(self, notice):
        agency = self._consultation(notice).agency_id
        return Audience(agency_ids=frozenset({agency}), roles=frozenset({Role.STAFF}))

    def render(self, notice):
        consultation, told = self._consultation(notice), notice.payload
        words = {"title": told["document"], "n": told["n"]}
        if told["withdrawn"]:
            title = _("Đã thu hồi văn kiện đang lấy ý kiến: %(title)s, dự thảo lần %(n)s") % words
        else:
            title = _("Văn kiện đang lấy ý kiến có lần mới: %(title)s, sau lần %(n)s") % words
        return Message(
            title,
            _("Đợt lấy ý kiến: %s. Hãy xem có cần đổi văn kiện hoặc kết thúc đợt này.")
            % consultation.title,
            reverse("feedback:manage", args=[consultation.pk]),
        )

    def _consultation(self, notice):
        if not hasattr(notice, "subject"):
            self.load([notice])
        return notice.subject
