"""Drafts as their authors find them again: by keyed token and place."""

from dataclasses import dataclass, replace
from datetime import date

from django.urls import reverse

from documents.models import Block, Edition
from feedback import keys
from feedback.about import Place
from feedback.models import Consultation, GuideQuestion, OpinionDraft
from feedback.rules import phase_of


@dataclass(frozen=True)
class Draft:
    """What somebody typed and has not sent: {field: text}, and the day it was kept."""

    fields: dict
    saved_on: date


@dataclass(frozen=True)
class OwnDraft:
    """A Draft in the list of its author: what it is about and where it is gone on with.

    `pk` names it for throwing it away; `phase` is that of its consultation (`rules.phase_of`).
    """

    pk: int
    consultation: Consultation
    phase: str
    place: Place
    words: str
    saved_on: date

    @property
    def url(self):
        """The form with what was typed; once it is closed, the words to be copied."""
        names = [self.consultation.pk, self.place.edition.pk]
        return reverse("feedback:say", args=names) + self.place.query


def my_drafts(lookups, now):
    """[OwnDraft] of somebody's tokens (`queries.own_tokens`), the latest day first.

    Four queries however many there are, one where there is none. A draft that cannot be opened, or
    whose place is gone, is left out.
    """
    rows = list(OpinionDraft.objects.filter(lookup__in=list(lookups)).order_by("-saved_on", "pk"))
    if not rows:
        return []
    places = places_of({row.place for row in rows})
    opened, made = {}, []
    for row in rows:
        lookup = bytes(row.lookup)
        found = lookups[lookup]
        if row.place not in places:
            continue
        try:
            if found.pk not in opened:
                opened[found.pk] = keys.ConsultationKey(found.key_id)
            fields = opened[found.pk].open_draft(lookup, row.place, row.ciphertext)
        except keys.KeyUnavailable:
            continue
        place = replace(places[row.place], quote=fields.get("quote", ""))
        words = fields.get("text") or fields.get("reason") or fields.get("proposed") or ""
        made.append(OwnDraft(row.pk, found, phase_of(found, now), place, words, row.saved_on))
    return made


def places_of(names):
    """{Place.key: Place without its quote} of those that are there; three queries, or none."""
    named = {name: ids for name in names if (ids := _ids(name)) is not None}
    if not named:
        return {}
    editions = Edition.objects.select_related("document").defer("source")
    editions = editions.in_bulk({ids[0] for ids in named.values()})
    blocks = Block.objects.defer("html").in_bulk({ids[1] for ids in named.values()} - {None})
    questions = GuideQuestion.objects.in_bulk({ids[2] for ids in named.values()} - {None})
    return {
        name: Place(editions[edition], blocks.get(block), questions.get(question))
        for name, (edition, block, question) in named.items()
        if edition in editions
    }


def _ids(name):
    """(edition, block or None, question or None) of a Place.key, None for what is none."""
    parts = name.split(":")
    if len(parts) != 4 or not parts[0] or any(p and not p.isdecimal() for p in parts[:3]):
        return None
    return tuple(int(part) if part else None for part in parts[:3])


def my_draft_by_id(user, pk):
    """The OpinionDraft `pk` if it is of `user`, else None."""
    row = OpinionDraft.objects.select_related("consultation").filter(pk=pk).first()
    if row is None:
        return None
    try:
        lookup = keys.ConsultationKey(row.consultation.key_id).lookup(user)
    except keys.KeyUnavailable:
        return None
    return row if bytes(row.lookup) == lookup else None


def my_draft(user, consultation, place):
    """The Draft of `user` about `place` (Place.key), or None. One query."""
    if not user.is_authenticated:
        return None
    try:
        key = keys.of(consultation)
        lookup = key.lookup(user)
        row = OpinionDraft.objects.filter(
            consultation=consultation, lookup=lookup, place=place
        ).first()
        return row and Draft(key.open_draft(lookup, place, row.ciphertext), row.saved_on)
    except keys.KeyUnavailable:
        return None
