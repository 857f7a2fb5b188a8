"""Answers: what there is to answer, and what was published."""

from dataclasses import dataclass

from django.db.models import Count, F
from django.urls import reverse

from documents.models import Block
from feedback import totals
from feedback.models import Answer, AnswerRelease, Consultation
from feedback.rules import ANSWERING_ROLES, APPROVING_ROLES
from portal.agencies.rules import grants_of


@dataclass
class Place:
    """A passage (or the whole of an edition) that was written about or is answered.

    `n` is the number of counted opinions, live, for staff; never by stance.
    """

    edition: object
    block: object
    n: int
    answer: object = None


def answer_places(consultation):
    """[Place] of a consultation in reading order; the whole of an edition first. 5 queries."""
    editions = [
        row.edition
        for row in consultation.consultation_editions.select_related("edition__document").defer(
            "edition__source"
        )
    ]
    by_block = {int(pk): n for pk, n in totals.along(consultation, "block").items()}
    by_edition = {int(pk): n for pk, n in totals.along(consultation, "edition").items()}
    answers = {
        (a.edition_id, a.block_id): a
        for a in consultation.answers.select_related("written_by").order_by("pk")
    }
    wanted = set(by_block) | {block for _edition, block in answers if block}
    blocks = {}
    for block in Block.objects.filter(pk__in=wanted).defer("html").order_by("pos"):
        blocks.setdefault(block.edition_id, []).append(block)
    places = []
    for edition in editions:
        here = blocks.get(edition.pk, [])
        rest = by_edition.get(edition.pk, 0) - sum(by_block.get(b.pk, 0) for b in here)
        whole = answers.get((edition.pk, None))
        if rest > 0 or whole:
            places.append(Place(edition, None, max(rest, 0), whole))
        places += [
            Place(edition, b, by_block.get(b.pk, 0), answers.get((edition.pk, b.pk))) for b in here
        ]
    return places


def release_of(consultation):
    """The last AnswerRelease of a consultation, or None."""
    return (
        AnswerRelease.objects.filter(consultation=consultation)
        .select_related("submitted_by", "decided_by", "paper_approval", "consultation__agency")
        .order_by("-pk")
        .first()
    )


def releases_on_paper(ids, user):
    """Registry callback (`official.registry.approved`): {id: address} of what `user` may see."""
    agencies = grants_of(user).agency_ids(ANSWERING_ROLES | APPROVING_ROLES)
    rows = AnswerRelease.objects.filter(
        pk__in=[int(pk) for pk in ids], consultation__agency__in=agencies
    )
    return {
        str(pk): reverse("feedback:answer_desk", args=[consultation])
        for pk, consultation in rows.values_list("pk", "consultation_id")
    }


def published_answers(consultation, documents):
    """Published answers of a consultation on `documents` (a queryset), in reading order."""
    return (
        Answer.objects.filter(
            consultation=consultation,
            consultation__answers_published_at__isnull=False,
            edition__document__in=documents,
        )
        .select_related("edition__document", "block")
        .defer("edition__source", "block__html")
        .order_by("edition_id", F("block__pos").asc(nulls_first=True))
    )


def outcome_counts(rows):
    """{outcome: number} of a queryset of Answer; 1 query."""
    return dict(rows.order_by().values_list("outcome").annotate(n=Count("pk")))


def published_on(blocks):
    """{block id: [Answer]} published about these blocks (ids or a queryset); 1 query."""
    found = {}
    rows = (
        Answer.objects.filter(block__in=blocks, consultation__answers_published_at__isnull=False)
        .select_related("consultation")
        .order_by("-consultation__answers_published_at")
    )
    for answer in rows:
        found.setdefault(answer.block_id, []).append(answer)
    return found


def answers_for(opinions):
    """{(consultation, edition, block or None): Answer} published for these opinions; 1 query.

    For an opinion on a passage without an answer of its own the one on the whole edition counts.
    """
    rows = Answer.objects.filter(
        consultation__in={o.consultation_id for o in opinions},
        edition__in={o.edition_id for o in opinions},
        consultation__answers_published_at__isnull=False,
    )
    return {(a.consultation_id, a.edition_id, a.block_id): a for a in rows}


def releases_waiting(grants):
    """Submitted releases at agencies where somebody with these Grants may publish or returned
    ones where they write, for "Việc hôm nay"."""
    State = AnswerRelease.State
    rows = AnswerRelease.objects.select_related("consultation__agency").order_by("submitted_at")
    submitted = rows.filter(
        state=State.SUBMITTED, consultation__agency_id__in=grants.agency_ids(APPROVING_ROLES)
    )
    returned = rows.filter(
        state=State.RETURNED,
        consultation__agency_id__in=grants.agency_ids(ANSWERING_ROLES),
        consultation__state=Consultation.State.ANNOUNCED,
        consultation__answers_published_at=None,
    ).exclude(consultation__answer_releases__state=State.SUBMITTED)
    return submitted, returned
