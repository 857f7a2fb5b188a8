"""Opinions as rapporteurs read them: words without people, numbers below the reading level."""

from dataclasses import dataclass

from django.db.models import Count, Max, Q

from feedback.models import Consultation, LadderNode, Opinion
from feedback.rules import reading_agency_ids
from feedback.suppression import suppress


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


def counts_below(node, *, day):
    """[(child LadderNode, Shown number of opinions entered at or below it before `day`)].

    Counts only, for units that do not read; where few wrote not even that, for whoever reads the
    words here knows how many came in all and could tell the unit of each (`feedback.suppression`).
    """
    nodes = list(LadderNode.objects.filter(consultation_id=node.consultation_id))
    entered = dict(
        Opinion.objects.filter(
            consultation_id=node.consultation_id,
            state=Opinion.State.RECEIVED,
            received_on__lt=day,
        )
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
    children = sorted((n for n in nodes if n.parent_id == node.pk), key=lambda n: n.position)
    shown = suppress({child.pk: total[child.pk] for child in children}, total=total[node.pk])
    return [(child, shown[child.pk]) for child in children]
