"""Opinions as rapporteurs read them: words without people, numbers below the reading level."""

from bisect import bisect
from math import inf

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


def counts_below(node, *, day, seen_from=None):
    """[(child LadderNode, Shown number of opinions entered at or below it before `day`)].

    Counts only, for units that do not read; where few wrote not even that, for whoever reads the
    words here knows how many came in all and could tell the unit of each (`feedback.suppression`).

    Args:
        seen_from: the node at or above `node` from which the reader goes down: where the number of
            a unit on the way is hidden, those of the units below it are, or they would add up to
            it. None for `node` itself.

    Queries: two, and one for each step of the way.
    """
    way = _way(seen_from or node, node)
    children = {step.pk: [] for step in way}
    for child in LadderNode.objects.filter(parent__in=way).order_by("position"):
        children[child.parent_id].append(child)
    if not children[node.pk]:
        return []
    entered = totals.entered_below(way[0], before=day)
    for step, further in zip(way, [*way[1:], None], strict=True):
        shown, ends = _shown_below(step, children[step.pk], entered)
        if further is None:
            return [(child, shown[child.pk]) for child in children[step.pk]]
        if not shown[further.pk]:
            return [(child, shown[further.pk]) for child in children[node.pk]]
        entered = [row for row in entered if further.position <= row[0] < ends[further.pk]]
    raise AssertionError("a way has an end")


def _way(top, node):
    """The nodes from `top` down to `node`, both included."""
    way = [node]
    while way[0].pk != top.pk:
        way.insert(0, LadderNode.objects.get(pk=way[0].parent_id))
    return way


def _shown_below(node, children, entered):
    """({child id: Shown}, {child id: position after its last}) of what entered below `node`."""
    # positions number the ladder from the top, branch by branch; what comes first is the node's own
    begins = [node.position, *(child.position for child in children)]
    sums = [0] * len(begins)
    for position, n in entered:
        sums[bisect(begins, position) - 1] += n
    keys = [child.pk for child in children]
    ends = dict(zip(keys, [*begins[2:], inf], strict=True))
    return suppress(dict(zip(keys, sums[1:], strict=True)), total=sum(sums)), ends
