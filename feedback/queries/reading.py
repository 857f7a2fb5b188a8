"""Opinions as rapporteurs read them: words without people, numbers below the reading level."""

from bisect import bisect

from feedback import totals
from feedback.models import Consultation, LadderNode, Opinion
from feedback.rules import reading_agency_ids
from feedback.suppression import suppress


def reading_nodes(user):
    """Ladder nodes whose opinions `user` reads, with their consultation and numbers."""
    return (
        LadderNode.objects.filter(handled_by_id__in=reading_agency_ids(user), reads=True)
        .exclude(consultation__state=Consultation.State.EDITING)
        .select_related("consultation__opens", "consultation__closes", "consultation__agency")
        .annotate(received=totals.read_at_node())
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
        .prefetch_related("attachments")
        .order_by("-received_on", "-id")
    )
    if general:
        return rows.filter(block=None)
    return rows if blocks is None else rows.filter(block__in=blocks)


def counts_below(node, *, day):
    """[(child LadderNode, Shown number of opinions entered at or below it before `day`)].

    Counts only, for units that do not read; where few wrote not even that, for whoever reads the
    words here knows how many came in all and could tell the unit of each (`feedback.suppression`).
    Queries: two, whatever there is below.
    """
    children = list(LadderNode.objects.filter(parent=node).order_by("position"))
    if not children:
        return []
    # positions number the ladder from the top, branch by branch; what comes first is the node's own
    begins = [node.position, *(child.position for child in children)]
    sums = [0] * len(begins)
    for position, n in totals.entered_below(node, before=day):
        sums[bisect(begins, position) - 1] += n
    total = dict(zip((child.pk for child in children), sums[1:], strict=True))
    shown = suppress(total, total=sum(sums))
    return [(child, shown[child.pk]) for child in children]
