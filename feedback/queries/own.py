"""Opinions as their authors find them: by keyed token or by receipt."""

from dataclasses import dataclass

from django.db.models import Count, F

from feedback import keys
from feedback.models import ClarificationThread, Consultation, Identity, IdentityLook, Opinion
from feedback.queries.answers import answers_for
from feedback.queries.following import asked_among, state_of, told_of
from feedback.rules import may_talk, phase_of


@dataclass(frozen=True)
class MyOpinions:
    """The opinions of one person in one consultation; `readable` is False when the key is gone."""

    consultation: Consultation
    phase: str
    opinions: list
    readable: bool = True


def own_tokens(user):
    """([Consultation] newest first, {keyed token of `user`: Consultation}); 1 query.

    Computed anew each time: nothing in the database leads from the user to an opinion. A
    consultation whose key is gone has no token.
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
    return consultations, lookups


def own_opinions(lookups, *, asked=False):
    """The opinions of somebody's tokens, newest consultation first, then in reading order.

    lookups: of `own_tokens`; asked: only those with a question that waits for a reply.
    """
    rows = Opinion.objects.filter(identity__lookup__in=list(lookups))
    if asked:
        rows = rows.filter(
            state=Opinion.State.RECEIVED,
            thread__state=ClarificationThread.State.WAITING,
            consultation__answers_published_at=None,
        )
    return (
        rows.select_related("block", "edition__document")
        .defer("block__html", "edition__source")
        .order_by(
            "-consultation_id", "edition_id", F("block__pos").asc(nulls_first=True), "public_id"
        )
    )


def attach_following(opinions):
    """Set what became of own opinions (with their consultation): `where` (a look of "opinion"),
    `asked`, `told`, `answer`, `looked` (how often the name was read). 4 queries, however many.
    """
    ids = [o.pk for o in opinions]
    waiting, told = asked_among(ids), told_of(ids)
    answers = answers_for(opinions)
    looks = dict(
        IdentityLook.objects.filter(opinion__in=ids)
        .values_list("opinion")
        .annotate(n=Count("pk"))
        .order_by()
    )
    for o in opinions:
        o.asked = o.pk in waiting and may_talk(o)
        o.where = state_of(o, o.asked)
        o.told = told.get(o.pk, "")
        o.looked = looks.get(o.pk, 0)
        o.answer = None
        if o.where == "answered":
            whole = (o.consultation_id, o.edition_id, None)
            o.answer = answers.get(
                (o.consultation_id, o.edition_id, o.block_id), answers.get(whole)
            )


def my_opinions(user, now):
    """The person's opinions, by consultation, newest consultation first.

    Queries: two, whatever the number of consultations.
    """
    consultations, lookups = own_tokens(user)
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
