"""A superior reminds its units of the meetings they have not entered."""

from django.db import transaction
from django.utils.translation import gettext as _

from feedback import notify_meetings
from feedback.queries.meetings import without_meeting
from feedback.rules import entering
from feedback.rules import meetings as rules
from portal.agencies.rules import person_behind
from portal.common import audit, clock
from portal.common.errors import Refused


@transaction.atomic
def remind_units(*, actor, node, now=None):
    """Remind the lowest units below `node` that entered no meeting; returns how many.

    It is about a unit's duty to meet, never about who wrote an opinion.

    Raises:
        Refused: no right, meetings not taken, nobody to remind, reminded today already.
    """
    now = now or clock.now()
    place = entering.place_for(actor, node.pk)
    if place is None or not place.is_clerk:
        raise Refused(_("Đồng chí không có quyền làm việc này."), code="no_right")
    rules.check_takes(node.consultation, now)
    agency_ids = without_meeting(node)
    if not agency_ids:
        raise Refused(_("Mọi đơn vị đã nhập hội nghị."), code="nobody")
    if not notify_meetings.remind(node, agency_ids, today=clock.today(now)):
        raise Refused(_("Hôm nay đã nhắc rồi; mỗi ngày nhắc một lần."), code="reminded")
    audit.record(
        actor=actor,
        on_behalf_of=person_behind(place.grant),
        verb="remind_meetings",
        obj=node.consultation,
        agency=node.handled_by_id,
        changes={"units": [None, len(agency_ids)]},
    )
    return len(agency_ids)
