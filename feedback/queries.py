"""Reading consultations and opinions: a fixed number of queries, and never person with opinion."""

from dataclasses import dataclass

from django.db.models import Case, Count, IntegerField, Max, Prefetch, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import DateChangeItem
from feedback import keys, published
from feedback.models import (
    Consultation,
    ConsultationEdition,
    Identity,
    LadderNode,
    Opinion,
)
from feedback.rules import MANAGING_ROLES, phase_of, reading_agency_ids
from portal.agencies import today
from portal.agencies.rules import grants_of
from portal.common.display import number_vi

#: Public counts below this many are shown as "dưới 5".
SUPPRESSED_BELOW = 5


def announced():
    """Announced consultations with what every list shows; newest first."""
    editions = ConsultationEdition.objects.select_related("edition__document").defer(
        "edition__source"
    )
    return (
        Consultation.objects.filter(state=Consultation.State.ANNOUNCED)
        .select_related("agency", "opens", "closes")
        .prefetch_related(Prefetch("consultation_editions", queryset=editions), "groups")
    )


def announced_in_order(now):
    """Announced consultations for readers: open first (closing soonest), then upcoming, closed."""
    rank = Case(
        When(closes__at__lte=now, then=Value(2)),
        When(opens__at__lte=now, then=Value(0)),
        default=Value(1),
        output_field=IntegerField(),
    )
    return announced().annotate(rank=rank).order_by("rank", "closes__at", "-id")


def of_plan(plan, now):
    """Announced consultations on drafts for the congresses of a plan, as `announced_in_order`."""
    drafts = ConsultationEdition.objects.filter(edition__document__event__plans=plan)
    return announced_in_order(now).filter(pk__in=drafts.values("consultation"))


def consultation_of(edition, now):
    """The announced consultation readers of `edition` should see: open, upcoming, last closed.

    1 query, without the editions and groups that lists show.
    """
    rows = announced_in_order(now).prefetch_related(None)
    return rows.filter(consultation_editions__edition=edition).first()


def public_count(number):
    """How a number is shown to the public: itself from 5 on, "dưới 5" below, "" for none."""
    if number == 0:
        return ""
    return _("dưới 5") if number < SUPPRESSED_BELOW else number_vi(number)


def date_changes(consultation):
    """The moves of the two boundaries that somebody gave a reason for, newest first."""
    return (
        DateChangeItem.objects.filter(
            boundary_id__in=[consultation.opens_id, consultation.closes_id]
        )
        .exclude(change__reason="")
        .select_related("change")
        .order_by("-change_id")
    )


def totals(consultation_ids, *, day):
    """{consultation id: number of standing opinions until the end of the day before `day`}."""
    return published.totals(consultation_ids, day=day)


def counts_by_block(edition, *, day):
    """{block id: number of standing opinions} of one edition, over all its consultations, until
    the end of the day before `day`."""
    return published.by_block(edition, day=day)


def working_consultations(user):
    """Consultations that `user` prepares and runs, for the desk."""
    return (
        Consultation.objects.filter(agency_id__in=grants_of(user).agency_ids(MANAGING_ROLES))
        .select_related("agency", "opens", "closes")
        .annotate(received=Count("opinions", filter=Q(opinions__state="received")))
        .order_by("-id")
    )


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
    identities = Identity.objects.filter(lookup__in=list(lookups)).select_related(
        "opinion__block", "opinion__edition__document", "opinion__group"
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


def reading_nodes(user):
    """Ladder nodes whose opinions `user` reads, with their consultation and numbers."""
    return (
        LadderNode.objects.filter(handled_by_id__in=reading_agency_ids(user), reads=True)
        .exclude(consultation__state=Consultation.State.EDITING)
        .select_related("consultation__opens", "consultation__closes", "consultation__agency")
        .annotate(received=Count("read_here", filter=Q(read_here__state="received")))
        .order_by("-consultation_id", "position")
    )


def opinions_at(node, *, blocks=None, general=False):
    """The words of the opinions read at `node`, in order of arrival; never the person.

    Order: day of arrival, then the random id, so that the order within a day says nothing.

    Args:
        blocks: ids of the blocks they were written about; None for all.
        general: only those on a document as a whole.
    """
    rows = (
        Opinion.objects.filter(reading_node=node, state=Opinion.State.RECEIVED)
        .select_related("block", "edition__document")
        .defer("block__html", "edition__source")
        .order_by("-received_on", "id")
    )
    if general:
        return rows.filter(block=None)
    return rows if blocks is None else rows.filter(block__in=blocks)


@dataclass(frozen=True)
class NodeNumbers:
    """What a rapporteur sees of a node at a glance; "dưới 5" is decided by the page."""

    received: int
    passages: int
    latest_on: object


def numbers_at(node):
    """NodeNumbers of the standing opinions read at `node` (one query)."""
    row = Opinion.objects.filter(reading_node=node, state=Opinion.State.RECEIVED).aggregate(
        received=Count("id"), passages=Count("block", distinct=True), latest=Max("received_on")
    )
    return NodeNumbers(row["received"], row["passages"], row["latest"])


def counts_below(node):
    """[(child LadderNode, number of opinions entered at or below it)] for one node.

    Counts only, for units that do not read: below the reading level nobody sees words.
    """
    nodes = list(LadderNode.objects.filter(consultation_id=node.consultation_id))
    entered = dict(
        Opinion.objects.filter(consultation_id=node.consultation_id, state=Opinion.State.RECEIVED)
        .values_list("entry_node")
        .annotate(n=Count("id"))
    )
    parents = {n.pk: n.parent_id for n in nodes}
    total = dict.fromkeys(parents, 0)
    for entry, count in entered.items():
        at = entry
        while at is not None:
            total[at] += count
            at = parents[at]
    children = [n for n in nodes if n.parent_id == node.pk]
    return [(child, total[child.pk]) for child in sorted(children, key=lambda n: n.position)]


def todays_work(user, grants, now):
    """Sections for "Việc hôm nay": consultations to prepare or closing soon, opinions to read.

    An opinion never appears here, only the number that came to a node.
    """
    managed = list(
        Consultation.objects.filter(agency_id__in=grants.agency_ids(MANAGING_ROLES))
        .exclude(state=Consultation.State.WITHDRAWN)
        .filter(Q(state=Consultation.State.EDITING) | Q(closes__at__gt=now))
        .select_related("agency", "opens", "closes")
        .order_by("closes__at", "id")[: today.MOST]
    )
    yield today.Section(
        "feedback.run",
        _("Đợt lấy ý kiến đang theo dõi"),
        items=[
            today.Item(
                title=c.title,
                url=reverse("feedback:manage", args=[c.pk]),
                deadline=c.closes.resolved_on,
                state=("consultation", phase_of(c, now)),
                note=c.agency.name,
            )
            for c in managed
        ],
    )
    nodes = reading_nodes(user).filter(received__gt=0)
    yield today.Section(
        "feedback.read",
        _("Ý kiến góp ý để tổng hợp"),
        items=[
            today.Item(
                title=_("%(title)s: %(n)s ý kiến")
                % {"title": node.consultation.title, "n": number_vi(node.received)},
                url=reverse("feedback:reading_node", args=[node.pk]),
                deadline=node.consultation.closes.resolved_on
                if phase_of(node.consultation, now) == "open"
                else None,
                state=("consultation", phase_of(node.consultation, now)),
                note=node.name,
            )
            for node in nodes[: today.MOST]
        ],
    )
