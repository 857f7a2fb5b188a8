"""Amendments of a plan: the open one, the published ones, what differs between two versions."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from campaigns.models import Event, Plan, PlanAmendment, PlanVersion
from campaigns.rules import access
from campaigns.rules.changes import compare, mentioned
from campaigns.rules.names import event_name
from portal.agencies.models import Role
from portal.agencies.rules import grants_of

State = PlanAmendment.State


@dataclass(frozen=True)
class Point:
    """A version that readers may compare: the plan as issued, an amendment, what is under way."""

    n: int
    label: str
    on: object
    amendment: PlanAmendment | None = None

    @property
    def published(self):
        return self.amendment is None or self.amendment.state == State.PUBLISHED


@dataclass
class Amendments:
    """The amendments of one plan, read at once."""

    plan: Plan
    published: list
    under_way: PlanAmendment | None

    @property
    def last(self):
        return self.published[-1] if self.published else None

    @property
    def is_being_amended(self):
        """Whether the plan may read differently from what was published last."""
        return self.under_way is not None and self.under_way.base_version != self.plan.version

    def points(self):
        """What readers may compare, oldest first. Empty for a plan that was never issued."""
        if not self.plan.version:
            return []
        first = self.published[0].base_version if self.published else None
        if first is None:
            first = self.under_way.base_version if self.under_way else self.plan.version
        on = self.plan.document.issued_on or (self.plan.issued_at and self.plan.issued_at.date())
        points = [Point(first, _("Bản ban hành"), on)]
        for row in self.published:
            label = _("Sửa đổi lần %d") % row.n
            points.append(Point(row.version, label, row.amended_on, row))
        if self.is_being_amended:
            points.append(
                Point(self.plan.version, _("Đang sửa đổi, chưa công bố"), None, self.under_way)
            )
        return points


def amendments_of(plan):
    """The Amendments of `plan` (with its `document`). One query."""
    rows = list(
        PlanAmendment.objects.filter(plan=plan)
        .exclude(state=State.DROPPED)
        .select_related("document__type", "opened_by", "submitted_by", "paper_approval")
        .order_by("id")
    )
    under_way = [row for row in rows if row.is_open]
    return Amendments(
        plan,
        [row for row in rows if row.state == State.PUBLISHED],
        under_way[0] if under_way else None,
    )


def changes_between(plan, old, new, *, tasks):
    """The Items by which two versions (numbers) of a plan differ. A fixed number of queries."""
    data = dict(PlanVersion.objects.filter(plan=plan, n__in=[old, new]).values_list("n", "data"))
    events, plans = mentioned(data[old], data[new])
    names = {
        e.slug: event_name(e) for e in Event.objects.filter(slug__in=events).select_related("host")
    }
    if plans:
        names |= dict(
            Plan.objects.filter(key__in=plans, state__in=access.PUBLIC).values_list("key", "title")
        )
        names |= {key: _("một kế hoạch khác") for key in plans if key not in names}
    return compare(data[old], data[new], tasks=tasks, names=names)


def hands_of_amendment(amendment):
    """Ids of everybody who edited in this amendment or submitted it, or in whose name."""
    editors = PlanVersion.objects.filter(
        plan=amendment.plan_id, n__gt=amendment.base_version, made_by__isnull=False
    )
    return set(editors.values_list("made_by", flat=True)) | access.hands_of(amendment)


def waiting_for(user):
    """Amendments that wait for publication where `user` is an approver, oldest first.

    Those in which the user has a hand come too: what to do about them, their pages say.
    """
    return (
        PlanAmendment.objects.filter(
            state=State.SUBMITTED, plan__issuer__in=grants_of(user).agency_ids(Role.APPROVER)
        )
        .exclude(submitted_by=user)
        .select_related("plan__issuer", "plan__document")
        .order_by("id")
    )
