"""What a plan will remind of next."""

from campaigns.models import Plan
from campaigns.notify import to_come
from portal.notices import queries as notices
from portal.notices import registry
from portal.notices.models import ScheduledNotice

#: So far ahead one looks, and so many reminders are shown.
DAYS, SHOWN = 365, 20


def upcoming_notices(plan):
    """(the next reminders of `plan` with `due_at`, `title` and `label`, how many there are).

    Computed from the rules and dates of this moment, whether they are made already or not. A fixed
    number of queries.
    """
    if plan.state != Plan.State.ISSUED:
        return [], 0
    rows = to_come(plan, DAYS)
    found = [
        ScheduledNotice(
            kind=row.kind,
            subject_kind=row.subject_kind,
            subject_id=row.subject_id,
            boundary_id=row.boundary_id,
            offset_days=row.offset_days,
            revision=row.revision,
            due_at=row.due_at,
        )
        for row in rows[:SHOWN]
    ]
    notices.load_subjects(found)
    for notice in found:
        notice.title = registry.kinds[notice.subject_kind].render(notice).title
        notice.label = registry.kind_of(notice).label
    return found, len(rows)
