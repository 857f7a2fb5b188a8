"""The sender asks for a second look."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.text import clean
from portal.moderation import registry, rules
from portal.moderation.actions._common import locked, store
from portal.moderation.models import Appeal, Case

APPEAL_LENGTH = Appeal._meta.get_field("text").max_length


@transaction.atomic
def appeal(*, kind, subject_id, text, now=None):
    """The sender asks for a second look, once. The app has made sure that it is the sender.

    Of kinds that keep only days, the hour of asking is not kept either, and no audit row is written
    that would have one.

    Raises:
        Refused: "appealed" the second time, "text", or the sentence of the life cycle.
    """
    now = now or clock.now()
    today = clock.today(now)
    case = locked(kind=kind, subject_id=str(subject_id))
    day_only = registry.kinds[case.kind].day_only
    if case.was_appealed:
        raise Refused(_("Nội dung này đã được đề nghị xem lại một lần rồi."), code="appealed")
    target = rules.LIFECYCLE.target("appeal", case.state)
    text = clean(text)
    if not text or len(text) > APPEAL_LENGTH:
        raise Refused(
            _("Hãy ghi vì sao cần xem lại, nhiều nhất %(limit)d ký tự.") % {"limit": APPEAL_LENGTH},
            code="text",
        )
    against = case.decisions.order_by("-n").first()
    at = clock.start_of_day(today) if day_only else now
    Appeal.objects.create(case=case, against=against, text=text, at=at)
    case.state = target
    case.was_appealed = True
    case.priority = Case.Priority.HIGH
    case.due_on = rules.due_after(today, settings.MODERATION_DUE_DAYS)
    store(case, "state", "was_appealed", "priority", "due_on")
    if not day_only:
        audit.record(
            actor=None,
            verb="appeal_moderation",
            obj=case,
            agency=case.agency_id,
            label=case.context_label,
        )
    return case
