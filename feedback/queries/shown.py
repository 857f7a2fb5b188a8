"""Opinions that are shown to everybody: words without name, unit and stance, the same words once.

They appear the day after they came, also where they are moderated only afterwards: what appeared at
the moment somebody pressed "Gửi" would tell whoever watches who wrote it.
"""

from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, Value
from django.db.models.functions import Coalesce

from documents.models import Edition
from feedback.models import Consultation, Opinion, OpinionAttachment
from feedback.suppression import Shown, show

IN_PUBLIC = Q(display=Opinion.Display.SHOWN, state=Opinion.State.RECEIVED, cased=True)
#: fetched apart: with two joins more planning the list takes longer than reading it
_EDITIONS = Edition.objects.select_related("document").defer("source")


def is_shown(opinion, today):
    """Whether everybody may read `opinion` (with its consultation) on the day `today`."""
    consultation = opinion.consultation
    return (
        consultation.policy == Consultation.Policy.MODERATED
        and consultation.announced_at is not None
        and opinion.display == Opinion.Display.SHOWN
        and opinion.state == Opinion.State.RECEIVED
        and opinion.cased
        and opinion.received_on < today
    )


def shown_in(consultation, today, *, block=None):
    """The shown opinions of a consultation, of the same words at one place only the first.

    Args:
        block: only those about this Block; None for all.
    """
    if consultation.policy != Consultation.Policy.MODERATED:
        return Opinion.objects.none()
    public = Opinion.objects.filter(IN_PUBLIC, consultation=consultation)
    # asked of each row: the index is entered where the page begins (`keyset(start=)`), not here
    rows = public.alias(day=Coalesce("received_on", Value(today))).filter(day__lt=today)
    if block is not None:
        rows = rows.filter(block=block)
    alike = public.filter(likeness=OuterRef("likeness"))
    # two questions, each of which an index answers with its first row
    on_days_before = alike.filter(received_on__lt=OuterRef("received_on"))
    on_that_day = alike.filter(received_on=OuterRef("received_on"), pk__lt=OuterRef("pk"))
    return (
        rows.filter(~Exists(on_days_before), ~Exists(on_that_day))
        .select_related("block", "question")
        .prefetch_related(Prefetch("edition", _EDITIONS))
        .defer("block__html", "stance")
    )


def _public(consultation, today):
    return Opinion.objects.filter(IN_PUBLIC, consultation=consultation, received_on__lt=today)


@dataclass(frozen=True)
class Voice:
    """A text that is shown, and how many people said it, as it may be shown.

    `people` counts one person once; who is anonymous cannot be told apart and counts each time.
    `guest`: it came from guests only; `some_guests`: from others as well.
    """

    opinion: Opinion
    people: Shown
    guest: bool
    some_guests: bool
    files: tuple = ()


def voices(opinions, consultation, today):
    """[Voice] of these opinions. 2 queries, however many."""
    opinions = list(opinions)
    if not opinions:
        return []
    guest = Q(origin=Opinion.Origin.GUEST)
    nobody = Q(identity__isnull=True)
    rows = (
        _public(consultation, today)
        .filter(likeness__in=[o.likeness for o in opinions])
        .order_by()
        .values_list("likeness")
        .annotate(
            known=Count("identity__lookup", distinct=True),
            unknown=Count("pk", filter=nobody),
            all=Count("pk"),
            guests=Count("pk", filter=guest),
        )
    )
    counted = {like: rest for like, *rest in rows}
    files = {}
    for file in OpinionAttachment.objects.filter(opinion__in=opinions).order_by("n"):
        files.setdefault(file.opinion_id, []).append(file)
    found = []
    for opinion in opinions:
        known, unknown, everybody, guests = counted[opinion.likeness]
        found.append(
            Voice(
                opinion,
                people=show(known + unknown),
                guest=guests == everybody,
                some_guests=0 < guests < everybody,
                files=tuple(files.get(opinion.pk, ())),
            )
        )
    return found
