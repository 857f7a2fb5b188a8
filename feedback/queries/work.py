"""What waits for the people who run consultations and read opinions."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.models import Consultation
from feedback.queries.answers import releases_waiting
from feedback.queries.following import replies_waiting
from feedback.queries.reading import reading_nodes
from feedback.rules import MANAGING_ROLES, phase_of
from portal.agencies import today
from portal.common.display import number_vi


def todays_work(user, grants, now):
    """Sections for "Việc hôm nay": consultations to prepare or closing soon, opinions to read.

    An opinion never appears here, only the number that came to a node, and that a reply came.
    """
    managed = list(
        Consultation.objects.filter(agency_id__in=grants.agency_ids(MANAGING_ROLES))
        .exclude(state=Consultation.State.WITHDRAWN)
        .filter(Q(state=Consultation.State.EDITING) | Q(closes__at__gt=now))
        .select_related("agency", "opens", "closes")
        .order_by("closes__at", "id")[: today.MOST]
    )
    yield today.Section(
        "feedback.run",
        _("Đợt lấy ý kiến đang theo dõi"),
        items=[
            today.Item(
                title=c.title,
                url=reverse("feedback:manage", args=[c.pk]),
                deadline=c.closes.resolved_on,
                state=("consultation", phase_of(c, now)),
                note=c.agency.name,
            )
            for c in managed
        ],
    )
    nodes = reading_nodes(user).filter(received__gt=0)
    yield today.Section(
        "feedback.read",
        _("Ý kiến góp ý để tổng hợp"),
        items=[
            today.Item(
                title=_("%(title)s: %(n)s ý kiến")
                % {"title": node.consultation.title, "n": number_vi(node.received)},
                url=reverse("feedback:reading_node", args=[node.pk]),
                deadline=node.consultation.closes.resolved_on
                if phase_of(node.consultation, now) == "open"
                else None,
                state=("consultation", phase_of(node.consultation, now)),
                note=node.name,
            )
            for node in nodes[: today.MOST]
        ],
    )
    replies = list(replies_waiting(user)[: today.MOST])
    if replies:
        yield today.Section(
            "feedback.replies",
            _("Người góp ý đã trả lời câu hỏi"),
            items=[
                today.Item(
                    title=thread.node.consultation.title,
                    url=reverse("feedback:thread", args=[thread.node_id, thread.opinion.public_id]),
                    state=("exchange", thread.state),
                    note=thread.node.name,
                )
                for thread in replies
            ],
        )
    submitted, returned = releases_waiting(grants)
    for key, title, rows in (
        ("feedback.answers", _("Trả lời ý kiến chờ duyệt"), submitted),
        ("feedback.answers_returned", _("Trả lời ý kiến bị trả lại"), returned),
    ):
        releases = list(rows[: today.MOST])
        if releases:
            yield today.Section(
                key,
                title,
                items=[
                    today.Item(
                        title=release.consultation.title,
                        url=reverse("feedback:answer_desk", args=[release.consultation_id]),
                        state=("answer_release", release.state),
                        note=release.consultation.agency.name,
                    )
                    for release in releases
                ],
            )
