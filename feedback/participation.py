"""Who takes part, in numbers: opinions, people and meetings; never by stance, never a person.

The public sees a picture taken once a day, as things stood at the end of the day before; it is kept
as a whole (`PublishedNumbers`), so that the page counts nothing and two readers see the same. Staff
see the totals of the moment. What others declare (units on paper, other systems) stands beside what
was counted here and is never added to it (DOMAIN section 4: the sources need not add up).
"""

from django.db import transaction
from django.db.models import Count, Sum

from documents.models import Block
from feedback import totals
from feedback.models import (
    Channel,
    Consultation,
    DeclaredNumber,
    GuestContact,
    Identity,
    Meeting,
    Opinion,
    PublishedNumbers,
)
from portal.common import clock, pagecache
from portal.common.locks import advisory_lock


def subject_of(consultation):
    """The name of the kept picture of a consultation."""
    return f"participation:{consultation.pk}"


def count(consultation, *, before=None, people=True):
    """The picture of a consultation as a dict that JSON can hold.

    Args:
        before: only what came before this day; None for all until now.
        people: whether distinct authors are counted (seconds at millions of opinions).

    Returns {"all", "people" and "guests" (None where not counted),
    "meetings": {"n", "present", "speakers"},
    "editions": [{"id", "n", "whole", "sections": [[pos, title, n]]}], "channel": {value: n},
    "group": {id or "": n}, "origin": {value: n}, "days": [[ISO date, n]]}.

    Opinions on guiding questions without a place count for the edition as a whole.
    """
    days = totals.by_day(consultation, before=before)
    by_edition = totals.along(consultation, "edition", before=before)
    by_block = totals.along(consultation, "block", before=before)
    editions = consultation.consultation_editions.order_by("position", "id")
    return {
        "all": sum(days.values()),
        "people": people_in(consultation, before=before) if people else None,
        "guests": guests_in(consultation, before=before) if people else None,
        "meetings": meetings_in(consultation, before=before),
        "editions": [
            _edition(pk, by_edition.get(str(pk), 0), by_block)
            for pk in editions.values_list("edition_id", flat=True)
        ],
        "channel": totals.along(consultation, "channel", before=before),
        "group": totals.along(consultation, "group", before=before),
        "origin": totals.along(consultation, "origin", before=before),
        "days": [[day.isoformat(), n] for day, n in days.items()],
    }


def people_in(consultation, *, before=None):
    """Distinct authors with an account; who wrote anonymously is in no such number, for nothing
    tells one of them from another."""
    return _authors(consultation, Opinion.Origin.ACCOUNT, before).aggregate(
        n=Count("lookup", distinct=True)
    )["n"]


def guests_in(consultation, *, before=None):
    """Distinct guests who confirmed their address: one that is only typed is nobody, or many."""
    confirmed = GuestContact.objects.filter(consultation=consultation, confirmed_on__isnull=False)
    if before is not None:
        confirmed = confirmed.filter(confirmed_on__lt=before)
    rows = _authors(consultation, Opinion.Origin.GUEST, before)
    return rows.filter(lookup__in=confirmed.values("lookup")).aggregate(
        n=Count("lookup", distinct=True)
    )["n"]


def _authors(consultation, origin, before):
    rows = Identity.objects.filter(
        opinion__consultation=consultation,
        opinion__state=Opinion.State.RECEIVED,
        opinion__origin=origin,
    )
    return rows.filter(opinion__received_on__lt=before) if before is not None else rows


def meetings_in(consultation, *, before=None):
    """{"n", "present", "speakers"} of the meetings that were sent."""
    sent = Meeting.objects.filter(consultation=consultation, state=Meeting.State.SENT)
    if before is not None:
        sent = sent.filter(sent_at__lt=clock.start_of_day(before))
    row = sent.aggregate(n=Count("id"), present=Sum("present"), speakers=Sum("speakers"))
    return {name: number or 0 for name, number in row.items()}


def _edition(pk, n, by_block):
    """An edition and its sections: what stands below each of its topmost headings."""
    blocks = list(
        Block.objects.filter(edition_id=pk)
        .order_by("pos")
        .values_list("pk", "pos", "kind", "level", "number", "plain")
    )
    top = _section_level(blocks)
    sections = []
    for block_id, pos, kind, level, number, plain in blocks:
        if kind == Block.Kind.HEADING and level <= top:
            sections.append([pos, f"{number} {plain}".strip(), 0])
        here = by_block.get(str(block_id), 0)
        if here:
            if not sections:
                sections.append([pos, "", 0])
            sections[-1][2] += here
    return {"id": pk, "n": n, "whole": n - sum(s[2] for s in sections), "sections": sections}


def _section_level(blocks):
    """The level of headings that divides a text: the highest one that stands more than once."""
    found = {}
    for _pk, _pos, kind, level, _number, _plain in blocks:
        if kind == Block.Kind.HEADING:
            found[level] = found.get(level, 0) + 1
    return next((level for level in sorted(found) if found[level] > 1), 1)


def take(consultation, *, day):
    """Take the picture of `day` (all until the end of the day before) unless it was taken.

    People are counted first: a fold and the first reader of a day wait for the locks held here,
    and must not wait for seconds.
    """
    taken = PublishedNumbers.objects.filter(subject=subject_of(consultation), day__gte=day)
    if taken.exists():
        return False
    authors = {
        "people": people_in(consultation, before=day),
        "guests": guests_in(consultation, before=day),
    }
    with transaction.atomic():
        advisory_lock(f"feedback.published.{subject_of(consultation)}")
        if taken.exists():
            return False
        totals.fold()
        numbers = count(consultation, before=day, people=False) | authors
        PublishedNumbers.objects.update_or_create(
            subject=subject_of(consultation), defaults={"day": day, "numbers": numbers}
        )
    pagecache.changed()
    return True


def take_due(*, day):
    """Take the pictures of `day` of everything announced that may still change; for the sweep.

    A consultation is done with once its picture was taken 90 days after its end: until then
    batches are undone and opinions found to be spam. Returns how many were taken.
    """
    announced = Consultation.objects.filter(
        state__in=[Consultation.State.ANNOUNCED, Consultation.State.WITHDRAWN],
        mode=Consultation.Mode.COLLECTED,
        ladder_copied_at__isnull=False,
    )
    kept = dict(
        PublishedNumbers.objects.filter(subject__startswith="participation:").values_list(
            "subject", "day"
        )
    )
    taken = 0
    for consultation in announced.select_related("closes"):
        last = kept.get(subject_of(consultation))
        closed = consultation.closes.resolved_on
        done = last is not None and closed is not None and (last - closed).days > 90
        if last is None or (last < day and not done):
            taken += take(consultation, day=day)
    return taken


def kept(consultation):
    """(day, picture) as the public sees it, or (None, None) before the first night. 1 query."""
    row = PublishedNumbers.objects.filter(subject=subject_of(consultation)).first()
    return (row.day, row.numbers) if row else (None, None)


def declared(consultation):
    """The standing DeclaredNumbers: of each source, channel, measure and edition the last one, in
    the order of channels, then measures. 1 query."""
    rows = (
        DeclaredNumber.objects.filter(consultation=consultation)
        .order_by("source", "channel", "measure", "edition_id", "-as_of", "-id")
        .distinct("source", "channel", "measure", "edition_id")
        .select_related("edition__document")
    )
    channels, measures = Channel.values, DeclaredNumber.Measure.values
    return sorted(
        rows, key=lambda r: (channels.index(r.channel), measures.index(r.measure), r.source, r.pk)
    )
