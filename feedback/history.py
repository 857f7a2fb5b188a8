"""What everybody may know of how a consultation changed after it was announced.

Rows are made where dates are moved, whoever moved them: staff with a reason of their own, or an
event that the consultation hangs on.
"""

from django.utils.translation import gettext as _

from campaigns.models import DateChangeItem
from feedback.models import Consultation, ConsultationChange
from feedback.rules import kind_of_move
from portal.common import clock


def record_moves(ids, change):
    """The ConsultationChanges of announced consultations whose boundaries `ids` moved in the
    DateChange `change`: [(row, consultation)]. Three queries and one insert.
    """
    items = {
        i.boundary_id: (i.old_on, i.new_on)
        for i in DateChangeItem.objects.filter(change=change, boundary__in=ids)
    }
    announced = Consultation.objects.filter(state=Consultation.State.ANNOUNCED).select_related(
        "agency", "opens", "closes"
    )
    rows = announced.filter(opens__in=items) | announced.filter(closes__in=items)
    now = clock.now()
    made = [(_row(found, items, change, now), found) for found in rows.order_by("pk").distinct()]
    ConsultationChange.objects.bulk_create([row for row, _found in made])
    return made


def record_withdrawal(consultation, *, reason, actor, now):
    """The ConsultationChange of a consultation that was announced and is withdrawn."""
    opens, closes = consultation.opens.resolved_on, consultation.closes.resolved_on
    return ConsultationChange.objects.create(
        consultation=consultation,
        kind=ConsultationChange.Kind.WITHDRAWN,
        reason=reason,
        old_opens=opens,
        new_opens=opens,
        old_closes=closes,
        new_closes=closes,
        made_by=actor,
        made_at=now,
    )


def _row(consultation, items, change, now):
    same = consultation.opens.resolved_on
    opens = items.get(consultation.opens_id, (same, same))
    same = consultation.closes.resolved_on
    closes = items.get(consultation.closes_id, (same, same))
    return ConsultationChange(
        consultation=consultation,
        kind=kind_of_move(opens=opens, closes=closes, today=clock.today(now)),
        reason=_reason(change),
        old_opens=opens[0],
        new_opens=opens[1],
        old_closes=closes[0],
        new_closes=closes[1],
        made_by=change.made_by,
        made_at=now,
    )


def _reason(change):
    if change.event_id is None:
        return change.reason or _("Mốc thời gian được tính theo đã đổi ngày.")
    words = _("Theo ngày mới của %s.") % change.event
    return f"{words} {change.reason}".strip()[:300]
