"""A task was given to many units in one act: one notice, after the time in which it is undone."""

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import Assignment, AssignmentBatch, Plan
from campaigns.notify.units import CONCERNED
from campaigns.rules.words import day_words
from portal.notices import actions as notices
from portal.notices import registry

BATCH = "campaigns.assignment_batch"


def task_given(batch, plan, *, due_at):
    """Tell the units of a batch; nothing while the plan is being drafted."""
    if plan.state != Plan.State.ISSUED:
        return
    notices.schedule(
        kind=registry.TASK_ASSIGNED,
        subject_kind=BATCH,
        subject_id=batch.pk,
        due_at=due_at,
        agency_id=batch.parent.agency_id if batch.parent_id else plan.issuer_id,
    )


class BatchNotices(registry.Handler):
    """Tasks given to many units. Each unit is led to its own assignment."""

    def load(self, found):
        batches = AssignmentBatch.objects.select_related(
            "task__plan__issuer", "task__due", "parent__agency"
        ).in_bulk({n.subject_id for n in found})
        given = {pk: {} for pk in batches}
        rows = Assignment.objects.filter(batch__in=batches)
        for pk, agency_id, batch_id in rows.values_list("pk", "agency_id", "batch_id"):
            given[batch_id][agency_id] = pk
        for notice in found:
            notice.subject = batches.get(notice.subject_id)
            notice.given = given.get(notice.subject_id, {})

    def still_due(self, notice, now):
        return (
            notice.subject is not None
            and bool(notice.given)
            and notice.subject.task.plan.state == Plan.State.ISSUED
        )

    def render(self, notice):
        return self.render_for(notice, frozenset())

    def render_for(self, notice, agency_ids):
        batch = notice.subject
        task = batch.task
        by = batch.parent.agency if batch.parent_id else task.plan.issuer
        lines = [_("%s giao.") % by.name]
        if task.due_id:
            lines.append(_("Hạn: %s.") % day_words(task.due.resolved_on))
        mine = [notice.given[pk] for pk in agency_ids if pk in notice.given]
        if len(mine) == 1:
            url = reverse("campaigns:assignment", args=mine)
        else:
            url = reverse("campaigns:my_assignments")
        return registry.Message(_("Nhiệm vụ mới: %s") % task.title, "\n".join(lines), url)

    def audience(self, notice):
        return registry.Audience(agency_ids=frozenset(notice.given), roles=CONCERNED)
