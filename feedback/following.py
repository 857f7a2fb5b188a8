"""What following an opinion registers with notices: news for participants, letters, releases."""

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from feedback import guests, participants, rules
from feedback.actions.answers import RELEASE, may_decide, needs_paper
from feedback.models import AnswerRelease
from portal.agencies.queries import people_with_roles
from portal.notices import registry


def register():
    """Called once, by `AppConfig.ready()`."""
    registry.notice_kinds.register(
        participants.KIND, registry.NoticeKind(gettext_lazy("Tin về đợt đồng chí đã góp ý"))
    )
    for kind, subject in participants.SUBJECTS.items():
        registry.kinds.register(subject, participants.FollowupNotices(kind))
    registry.kinds.register(RELEASE, ReleaseNotices())
    registry.writers.register(participants.GUEST, guests.write_letter)


class ReleaseNotices(registry.Handler):
    """Answers wait for who may publish them, or were returned to who submitted them."""

    def load(self, found):
        rows = AnswerRelease.objects.select_related("consultation__agency").in_bulk(
            {notice.subject_id for notice in found}
        )
        for notice in found:
            notice.subject = rows.get(notice.subject_id)

    def still_due(self, notice, now):
        wanted = {
            registry.AWAITING_APPROVAL: AnswerRelease.State.SUBMITTED,
            registry.RETURNED: AnswerRelease.State.RETURNED,
        }
        return notice.subject is not None and notice.subject.state == wanted[notice.kind]

    def render(self, notice):
        release = notice.subject
        title = {"title": release.consultation.title}
        url = reverse("feedback:answer_desk", args=[release.consultation_id])
        if notice.kind == registry.RETURNED:
            return registry.Message(
                _("Trả lời ý kiến bị trả lại: %(title)s") % title, release.reason, url
            )
        return registry.Message(
            _("Trả lời ý kiến chờ duyệt công bố: %(title)s") % title,
            _("Có %d câu trả lời được trình.") % release.answers,
            url,
        )

    def audience(self, notice):
        release = notice.subject
        if notice.kind == registry.RETURNED:
            return registry.Audience(user_ids=frozenset({release.submitted_by_id}))
        agency = release.consultation.agency_id
        roles = rules.APPROVING_ROLES | rules.ANSWERING_ROLES
        holders = {h.user_id for h in people_with_roles([agency], roles)}
        users = get_user_model().objects.filter(pk__in=holders)
        told = {u.pk for u in users if may_decide(u, release) or needs_paper(u, release)}
        return registry.Audience(user_ids=frozenset(told))
