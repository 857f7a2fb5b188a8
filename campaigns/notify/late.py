"""Nhắc đơn vị chậm: the committee calls the units that are behind."""

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import LateReminder, Plan
from campaigns.queries.late import CALLED, late_units, what_is_late
from portal.common import clock
from portal.notices import actions as notices
from portal.notices import registry

REMINDER = "campaigns.late_reminder"
#: So many overdue tasks are named to one unit.
LISTED = 12


def units_called(reminder):
    """A LateReminder was written: tell its units now."""
    notices.notify_now(
        kind=registry.LATE_REMINDER,
        subject_kind=REMINDER,
        subject_id=reminder.pk,
        agency_id=reminder.plan.issuer_id,
        useful_until=clock.end_of_day(reminder.on),
    )


class LateNotices(registry.Handler):
    """Each unit reads the words of the committee and what it is behind with itself."""

    def load(self, found):
        rows = LateReminder.objects.select_related("plan__document").in_bulk(
            {n.subject_id for n in found}
        )
        now = clock.now()
        # A plan is called at most once a day: a batch holds few of these.
        late = {
            pk: {
                unit.agency.pk: unit
                for unit in late_units(row.plan, now, clock.today(now), agency_ids=row.agencies)
            }
            for pk, row in rows.items()
        }
        for notice in found:
            notice.subject = rows.get(notice.subject_id)
            notice.late = late.get(notice.subject_id, {})

    def still_due(self, notice, now):
        row = notice.subject
        return row is not None and row.plan.state == Plan.State.ISSUED and bool(notice.late)

    def render(self, notice):
        row = notice.subject
        plan = row.plan
        title = _("%(committee)s nhắc việc chậm: %(plan)s") % {
            "committee": row.signed,
            "plan": plan.document.symbol or plan.title,
        }
        return registry.Message(
            title, f"{row.text}\nTM. {row.signed}", reverse("campaigns:my_assignments")
        )

    def render_for(self, notice, agency_ids):
        row, message = notice.subject, self.render(notice)
        lines = [row.text]
        for agency_id in agency_ids:
            if agency_id in notice.late:
                lines += what_is_late(notice.late[agency_id], LISTED)
        lines.append(f"TM. {row.signed}")
        return registry.Message(message.title, "\n".join(lines), message.url)

    def audience(self, notice):
        return registry.Audience(agency_ids=frozenset(notice.late), roles=CALLED)
