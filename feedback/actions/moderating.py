"""How long the moderation of a consultation may take."""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from feedback.models import Consultation
from feedback.rules import MANAGING_ROLES
from portal.agencies.rules import require
from portal.common import audit
from portal.common.errors import Refused

#: Longer than this nobody waits for an answer.
MOST_DAYS = 20


@transaction.atomic
def set_moderation_days(*, actor, consultation, days):
    """Decide within `days` working days; it holds for what comes in or is written anew from now on.

    Raises:
        Refused: "days" for fewer than one or more than `MOST_DAYS`.
    """
    found = Consultation.objects.select_for_update(of=("self",)).select_related("agency")
    found = found.get(pk=consultation.pk)
    acting = require(actor, MANAGING_ROLES, found.agency)
    if not 1 <= days <= MOST_DAYS:
        raise Refused(
            _("Thời hạn từ 1 đến %(most)d ngày làm việc.") % {"most": MOST_DAYS}, code="days"
        )
    before = found.moderation_days
    if before != days:
        found.moderation_days = days
        Consultation.objects.filter(pk=found.pk).update(
            moderation_days=days, lock_version=F("lock_version") + 1
        )
        audit.record(
            actor=acting.actor,
            verb="set_moderation_days",
            obj=found,
            agency=found.agency_id,
            changes={"moderation_days": [before, days]},
            on_behalf_of=acting.on_behalf_of,
        )
    return found
