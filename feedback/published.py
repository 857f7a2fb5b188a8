"""Numbers for the public: taken once a day and kept, so that they tell nothing of the moment.

A number that grew the moment somebody pressed "Gửi", or fell when somebody withdrew, would tell
whoever watches where that person wrote (DESIGN section 5: refreshed daily). What is kept is also
what makes pages quick: nobody counts hundreds of thousands of opinions for a reader.
"""

from django.db import transaction
from django.db.models import Sum

from documents.models import Block, Edition
from feedback import totals as live
from feedback.models import ConsultationEdition, OpinionTotals, PublishedNumbers
from feedback.suppression import suppress
from portal.common.locks import advisory_lock


def totals(consultation_ids, *, day):
    """{consultation id: number of standing opinions} until the end of the day before `day`."""
    subjects = {f"consultation:{pk}": pk for pk in consultation_ids}
    found = _kept(subjects, day)
    missing = [pk for subject, pk in subjects.items() if subject not in found]
    if missing:
        found |= _take(missing, day)
    return {subjects[subject]: n["all"] for subject, n in found.items() if n["all"]}


def by_block(edition, *, day):
    """{block id: number of standing opinions as it may be shown} of one edition, over all its
    consultations, until the end of the day before `day`.

    A block that is not in it has too few, or would tell of one that has (`feedback.suppression`).
    """
    subject = f"edition:{edition.pk}"
    found = _kept([subject], day)
    if subject not in found:
        found = {subject: _take_blocks(subject, edition, day)}
    return {int(pk): n for pk, n in found[subject].items()}


def _kept(subjects, day):
    rows = PublishedNumbers.objects.filter(subject__in=list(subjects), day=day)
    return dict(rows.values_list("subject", "numbers"))


def _counted(dim, day):
    """OpinionTotals rows of one dimension until the end of the day before `day`, none missing."""
    live.fold()
    return OpinionTotals.objects.filter(dim=dim, day__lt=day)


@transaction.atomic
def _take(consultation_ids, day):
    advisory_lock("feedback.published.totals")
    subjects = [f"consultation:{pk}" for pk in consultation_ids]
    found = _kept(subjects, day)  # somebody else may have counted while this one waited
    if len(found) == len(subjects):
        return found
    rows = (
        _counted("all", day)
        .filter(consultation_id__in=consultation_ids)
        .values_list("consultation_id")
        .annotate(total=Sum("n"))
    )
    counted = {f"consultation:{pk}": n for pk, n in rows}
    taken = {s: {"all": counted.get(s, 0)} for s in subjects if s not in found}
    _keep(taken, day)
    return found | taken


@transaction.atomic
def _take_blocks(subject, edition, day):
    advisory_lock(f"feedback.published.{subject}")
    found = _kept([subject], day)
    if subject in found:
        return found[subject]
    numbers = {str(pk): shown.n for pk, shown in _suppressed(edition, day).items() if shown}
    _keep({subject: numbers}, day)
    return numbers


def _suppressed(edition, day):
    """{block id: Shown} of `edition`: small numbers hidden, and what the published totals of its
    consultations would tell of them."""
    rows = ConsultationEdition.objects.filter(edition=edition)
    consultations = list(rows.values_list("consultation_id", flat=True))
    together = ConsultationEdition.objects.filter(consultation_id__in=consultations)
    blocks = Block.objects.filter(edition__in=together.values("edition"))
    cells = dict.fromkeys(blocks.order_by("pos", "pk").values_list("pk", flat=True), 0)
    kept = totals(consultations, day=day)  # before `_counted`: locks are taken in this order
    counted = (
        _counted("block", day)
        .filter(consultation_id__in=consultations)
        .values_list("key")
        .annotate(total=Sum("n"))
    )
    cells |= {int(key): n for key, n in counted if n > 0}
    # totals kept earlier today may be older than an opinion that was entered for an earlier day
    total = max(sum(kept.values()), sum(cells.values()))
    own = set(blocks.filter(edition=edition).values_list("pk", flat=True))
    return {pk: shown for pk, shown in suppress(cells, total=total).items() if pk in own}


def _keep(numbers, day):
    """One row per subject: the numbers of a later day take the place of those of an earlier one."""
    PublishedNumbers.objects.bulk_create(
        [PublishedNumbers(subject=s, day=day, numbers=n) for s, n in numbers.items()],
        update_conflicts=True,
        unique_fields=["subject"],
        update_fields=["day", "numbers"],
    )


def take(*, day):
    """Take the numbers of `day` for what is open or was shown lately; for the job after midnight.

    Returns how many subjects there are.
    """
    subjects = PublishedNumbers.objects.exclude(day=day).values_list("subject", flat=True)
    consultations, editions = [], []
    by_kind = {"consultation": consultations, "edition": editions}
    for subject in subjects:
        kind, _colon, pk = subject.partition(":")
        if kind in by_kind:  # others are taken by who publishes them
            by_kind[kind].append(int(pk))
    if consultations:
        totals(consultations, day=day)
    for edition in Edition.objects.filter(pk__in=editions):
        by_block(edition, day=day)
    return len(consultations) + len(editions)
