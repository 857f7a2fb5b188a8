"""How a person wants to be told. No audit: it is nobody else's business."""

from django.db import transaction

from portal.accounts.models import User
from portal.notices import registry, rules
from portal.notices.models import Preference


@transaction.atomic
def set_preferences(*, actor, modes):
    """Keep what `actor` chose.

    Args:
        modes: {kind: one of `rules.modes_of`}; kinds left out go back to their own way. What is
            the kind's own way is not kept, so that it follows the kind.

    Raises:
        ValueError: a mode that the kind does not offer.
    """
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    rows = []
    for name, mode in modes.items():
        offered = rules.modes_of(registry.notice_kinds[name])
        if mode not in offered:
            raise ValueError(f"{name} cannot be told by {mode!r}")
        if mode != offered[0]:
            rows.append(Preference(person=actor, kind=name, mode=mode))
    Preference.objects.filter(person=actor).delete()
    Preference.objects.bulk_create(rows)
