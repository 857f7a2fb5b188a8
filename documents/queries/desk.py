"""What those who write and approve see of their documents."""

from django.db.models import Count, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Document, Edition
from documents.queries.alignment import to_align
from documents.queries.reading import READABLE
from documents.rules import ALIGNING_ROLES, APPROVING_ROLES, EDITING_ROLES, INSIDE_ROLES
from portal.agencies import today
from portal.agencies.rules import grants_of


def working_documents(user):
    """Documents of the agencies where `user` works, with their latest edition, for the desk."""
    latest = Edition.objects.filter(document=OuterRef("pk")).order_by("-n")
    return (
        Document.objects.filter(agency_id__in=grants_of(user).agencies(INSIDE_ROLES).values("pk"))
        .annotate(
            latest_n=Subquery(latest.values("n")[:1]),
            latest_state=Subquery(latest.values("state")[:1]),
            latest_id=Subquery(latest.values("id")[:1]),
            published=Count("editions", filter=Q(editions__state__in=READABLE)),
        )
        .select_related("agency", "event__host")
        .order_by("-id")
    )


def waiting_for_approval(agency_ids):
    """Editions that wait for an approver of one of `agency_ids`, oldest first."""
    return (
        Edition.objects.filter(
            state=Edition.State.SUBMITTED, document__agency_id__in=list(agency_ids)
        )
        .select_related("document__agency", "submitted_by")
        .order_by("id")
    )


def todays_work(user, grants, now):
    """Sections for "Việc hôm nay": editions to approve, sent back to the writers, passages to
    decide on."""
    approve = waiting_for_approval(grants.agency_ids(APPROVING_ROLES)).exclude(submitted_by=user)
    rows = list(approve[: today.MOST])
    yield today.Section(
        "documents.approve",
        _("Văn kiện chờ duyệt công bố"),
        items=[_item(e, "documents:preview") for e in rows],
    )
    returned = (
        Edition.objects.filter(
            state=Edition.State.EDITING,
            document__agency_id__in=grants.agency_ids(EDITING_ROLES),
        )
        .exclude(remark="")
        .select_related("document__agency")
        .order_by("id")
    )
    yield today.Section(
        "documents.returned",
        _("Văn kiện trả lại để sửa"),
        items=[_item(e, "documents:edit", "returned") for e in returned[: today.MOST]],
    )

    waiting = to_align(grants.agency_ids(ALIGNING_ROLES))
    yield today.Section(
        "documents.align",
        _("Đoạn văn kiện cần đối chiếu"),
        items=[
            _item(e, "documents:align", note=_("%d đoạn cần xem") % e.waiting)
            for e in waiting[: today.MOST]
        ],
    )


def _item(edition, url_name, state=None, note=""):
    return today.Item(
        title=edition.document.title,
        url=reverse(url_name, args=[edition.document_id, edition.n]),
        state=("document", state or edition.state),
        note=note or edition.document.agency.name,
    )
