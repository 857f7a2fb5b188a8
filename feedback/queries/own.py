"""Opinions as their authors find them: by keyed token or by receipt."""

from dataclasses import dataclass

from feedback import keys
from feedback.models import Consultation, Identity, Opinion
from feedback.rules import phase_of


@dataclass(frozen=True)
class MyOpinions:
    """The opinions of one person in one consultation; `readable` is False when the key is gone."""

    consultation: Consultation
    phase: str
    opinions: list
    readable: bool = True


def my_opinions(user, now):
    """The person's opinions, by consultation, newest consultation first.

    The person's lookup is computed anew for every consultation: nothing in the database leads from
    the user to an opinion. Queries: three, whatever the number of consultations.
    """
    consultations = list(
        Consultation.objects.exclude(state=Consultation.State.EDITING)
        .exclude(key_id="")
        .select_related("opens", "closes", "agency")
        .order_by("-id")
    )
    lookups = {}
    for consultation in consultations:
        try:
            lookups[keys.ConsultationKey(consultation.key_id).lookup(user)] = consultation
        except keys.KeyUnavailable:
            continue
    identities = (
        Identity.objects.filter(lookup__in=list(lookups))
        .select_related("opinion__block", "opinion__edition__document", "opinion__group")
        .defer("opinion__block__html", "opinion__edition__source")
    )
    mine = {}
    for identity in identities:
        consultation = lookups[bytes(identity.lookup)]
        mine.setdefault(consultation.pk, []).append(identity.opinion)
    return [
        MyOpinions(
            consultation=c,
            phase=phase_of(c, now),
            opinions=sorted(
                mine[c.pk], key=lambda o: (o.block.pos if o.block else 0, str(o.public_id))
            ),
        )
        for c in consultations
        if c.pk in mine
    ]


def my_opinion(user, public_id):
    """One own opinion of `user` by its public id, or None for everybody else's."""
    opinion = (
        Opinion.objects.filter(public_id=public_id)
        .select_related(
            "consultation__opens", "consultation__closes", "block", "edition__document", "group",
            "reading_node",
        )
        .defer("block__html", "edition__source")
        .first()
    )  # fmt: skip
    if opinion is None:
        return None
    try:
        lookup = keys.ConsultationKey(opinion.consultation.key_id).lookup(user)
    except keys.KeyUnavailable:
        return None
    if not Identity.objects.filter(pk=opinion.pk, lookup=lookup).exists():
        return None
    return opinion


def by_receipt(code):
    """The opinion of a receipt code, or None. The same work is done for every typed code."""
    return (
        Opinion.objects.filter(receipt_hmac=keys.receipt_hmac(code))
        .select_related("consultation__opens", "consultation__closes", "consultation__agency")
        .first()
    )
