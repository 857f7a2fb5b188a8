"""What feedback keeps about one person, found by the person's keyed tokens; and who looked."""

from dataclasses import dataclass, field

from django.db.models import Count, Max, Prefetch

from feedback import keys
from feedback.models import (
    ConsentText,
    ConsentWithdrawal,
    Consultation,
    Identity,
    IdentityLook,
    OpinionDraft,
)
from feedback.rules import phase_of
from portal.agencies.models import Role
from portal.agencies.rules import grants_of


@dataclass
class MyData:
    """What one consultation keeps under one person's token.

    `identities`: Identity rows with opinion, place, revisions, looks and clarifications; `drafts`:
    [(place, {field: text}, day)]; `consents`: {version: text} of those agreed to.
    """

    consultation: Consultation
    phase: str
    identities: list = field(default_factory=list)
    drafts: list = field(default_factory=list)
    consents: dict = field(default_factory=dict)
    withdrawn: ConsentWithdrawal | None = None

    @property
    def opinions(self):
        return [identity.opinion for identity in self.identities]

    @property
    def looks(self):
        return sum(len(opinion.looks.all()) for opinion in self.opinions)

    @property
    def agreed_on(self):
        """[(version, first day)] of the consents given with opinions."""
        days = {}
        for opinion in self.opinions:
            version = opinion.consent_version
            if version is not None:
                days[version] = min(opinion.received_on, days.get(version, opinion.received_on))
        return sorted(days.items())


def my_data(user, now):
    """[MyData] of `user`, newest consultation first, without those that keep nothing.

    Nothing in the database leads from the user to a row: the tokens are computed anew. Queries:
    nine, whatever the number of consultations and opinions.
    """
    consultations = list(
        Consultation.objects.exclude(key_id="")
        .filter(key_destroyed_at=None)
        .select_related("opens", "closes", "agency")
        .order_by("-id")
    )
    found, opened = {}, {}
    for consultation in consultations:
        try:
            key = keys.ConsultationKey(consultation.key_id)
        except keys.KeyUnavailable:
            continue
        lookup = key.lookup(user)
        found[lookup] = MyData(consultation, phase_of(consultation, now))
        opened[lookup] = key
    looks = IdentityLook.objects.select_related("reader").order_by("id")
    identities = (
        Identity.objects.filter(lookup__in=list(found))
        .select_related("opinion__block", "opinion__edition__document", "opinion__group")
        .select_related("opinion__question", "opinion__reading_node")
        .prefetch_related(
            Prefetch("opinion__looks", queryset=looks),
            "opinion__revisions",
            "opinion__clarifications",
        )
        .order_by("opinion__received_on", "opinion_id")
    )
    for identity in identities:
        found[bytes(identity.lookup)].identities.append(identity)
    for draft in OpinionDraft.objects.filter(lookup__in=list(found)).order_by("place"):
        lookup = bytes(draft.lookup)
        try:
            fields = opened[lookup].open_draft(lookup, draft.place, draft.ciphertext)
        except keys.KeyUnavailable:
            continue
        found[lookup].drafts.append((draft.place, fields, draft.saved_on))
    for row in ConsentWithdrawal.objects.filter(lookup__in=list(found)):
        found[bytes(row.lookup)].withdrawn = row
    kept = [data for data in found.values() if data.identities or data.drafts or data.withdrawn]
    texts = ConsentText.objects.filter(consultation__in=[data.consultation for data in kept])
    by_consultation = {}
    for text in texts:
        by_consultation.setdefault(text.consultation_id, {})[text.version] = text.text
    for data in kept:
        data.consents = by_consultation.get(data.consultation.pk, {})
    return kept


def my_data_in(user, consultation, now):
    """The MyData of `user` in one consultation, or None."""
    return next((d for d in my_data(user, now) if d.consultation.pk == consultation.pk), None)


def looks_for(user):
    """Looks at names by rapporteurs of the units that `user` administers, newest first.

    Never which opinion: who looked, for which consultation, when and why.
    """
    agencies = grants_of(user).agencies({Role.ADMIN})
    return (
        IdentityLook.objects.filter(opinion__reading_node__handled_by__in=agencies)
        .select_related("reader", "opinion__consultation", "opinion__reading_node")
        .defer("opinion__text", "opinion__reason", "opinion__proposed", "opinion__quote")
        .order_by("-id")
    )


def look_counts(user):
    """[{reader name, node name, n, last}] of `looks_for`, most first."""
    return (
        looks_for(user)
        .order_by()
        .values("reader__full_name", "opinion__reading_node__name")
        .annotate(n=Count("id"), last=Max("at"))
        .order_by("-n", "reader__full_name")
    )
