"""Drafts as their authors find them again: by keyed token and place."""

from dataclasses import dataclass
from datetime import date

from feedback import keys
from feedback.models import OpinionDraft


@dataclass(frozen=True)
class Draft:
    """What somebody typed and has not sent: {field: text}, and the day it was kept."""

    fields: dict
    saved_on: date


def my_draft(user, consultation, place):
    """The Draft of `user` about `place` (Place.key), or None. One query."""
    if not user.is_authenticated:
        return None
    try:
        key = keys.ConsultationKey(consultation.key_id)
        lookup = key.lookup(user)
        row = OpinionDraft.objects.filter(
            consultation=consultation, lookup=lookup, place=place
        ).first()
        return row and Draft(key.open_draft(lookup, place, row.ciphertext), row.saved_on)
    except keys.KeyUnavailable:
        return None
