"""Reading documents: every function here costs a fixed number of queries."""

from dataclasses import dataclass

from django.db.models import Count, Max, OuterRef, Q, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import Block, Document, Edition
from documents.rules import APPROVING_ROLES, EDITING_ROLES, INSIDE_ROLES
from portal.agencies import today
from portal.agencies.rules import grants_of

READABLE = (Edition.State.PUBLISHED, Edition.State.SUPERSEDED)


def public_documents(user):
    """Documents with a published edition that `user` may read, newest first.

    Internal documents are left out: they are reached from their agency, not from a public list.
    """
    circulations = [Document.Circulation.PUBLIC]
    if user.is_authenticated:
        circulations.append(Document.Circulation.SIGNED_IN)
    live = Edition.objects.filter(document=OuterRef("pk"), state=Edition.State.PUBLISHED)
    return (
        Document.objects.filter(circulation__in=circulations)
        .annotate(
            live_n=Subquery(live.values("n")[:1]),
            live_at=Subquery(live.values("published_at")[:1]),
            live_id=Subquery(live.values("id")[:1]),
            paragraphs=Subquery(
                Block.objects.filter(
                    edition__document=OuterRef("pk"), edition__state=Edition.State.PUBLISHED
                )
                .order_by()
                .values("edition")
                .annotate(n=Max("para_no"))
                .values("n")[:1]
            ),
        )
        .filter(live_n__isnull=False)
        .select_related("agency", "event__host")
        .order_by("-live_at", "-id")
    )


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


@dataclass(frozen=True)
class ContentsItem:
    """One line of the table of contents."""

    pos: int
    level: int
    number: str
    text: str


def contents(blocks):
    """The table of contents of a list of blocks."""
    return [
        ContentsItem(b.pos, b.level, b.number, b.plain)
        for b in blocks
        if b.kind == Block.Kind.HEADING
    ]


def blocks_of(edition):
    """All blocks of a published edition in reading order (one query)."""
    return list(edition.blocks.order_by("pos"))


def readable_editions(document):
    """The editions readers can choose from, newest first."""
    return list(document.editions.filter(state__in=READABLE).order_by("-n"))


def todays_work(user, grants, now):
    """Sections for "Việc hôm nay": editions to approve, editions sent back to the writers."""
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


def _item(edition, url_name, state=None):
    return today.Item(
        title=edition.document.title,
        url=reverse(url_name, args=[edition.document_id, edition.n]),
        state=("document", state or edition.state),
        note=edition.document.agency.name,
    )
