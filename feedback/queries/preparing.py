"""What staff see who prepare a consultation: its documents and questions, its units, its ladder."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from feedback.ladder import reader_above
from feedback.models import Channel, Consultation, GuideQuestion, LadderNode
from portal.agencies.models import Level, Membership, Role

#: `?xem=` of the ladder: all nodes, those that read, those that count.
LADDER_VIEWS = {"": None, "doc": True, "dem": False}


def channel_names(consultation):
    """The channels in words, in the usual order."""
    return [channel.label for channel in Channel if channel in consultation.channels]


def number_of_units(consultation):
    """How many units may write; None where the audience is another one."""
    if consultation.audience != Consultation.Audience.UNITS:
        return None
    return consultation.audience_units.count()


@dataclass(frozen=True)
class Asked:
    """The guiding questions of one place: the block (None for the whole document), in order."""

    block: object
    questions: list


def editions_with_questions(consultation):
    """The ConsultationEditions in order, each with `places`: [Asked], the whole document first and
    then the headings as they stand in the text. Two queries.
    """
    rows = list(
        consultation.consultation_editions.select_related("edition__document")
        .defer("edition__source")
        .order_by("position", "id")
    )
    asked = {row.pk: {} for row in rows}
    questions = GuideQuestion.objects.filter(consultation_edition__in=asked).select_related("block")
    for q in questions.defer("block__html").order_by("position", "id"):
        asked[q.consultation_edition_id].setdefault(
            q.block_id, Asked(q.block, [])
        ).questions.append(q)
    for row in rows:
        places = asked[row.pk].values()
        row.places = sorted(places, key=lambda place: place.block.pos if place.block else 0)
        row.asked = sum(len(place.questions) for place in row.places)
    return rows


def ladder_numbers(consultation):
    """{"nodes": how many, "reads": how many of them read words}, of the copied ladder; None before
    it is copied."""
    if not consultation.ladder_copied_at:
        return None
    return consultation.nodes.aggregate(nodes=Count("id"), reads=Count("id", filter=Q(reads=True)))


def ladder_rows(consultation, shown=""):
    """The copied ladder in order; `shown` is a key of LADDER_VIEWS."""
    rows = LadderNode.objects.filter(consultation=consultation).select_related(
        "agency__level", "handled_by", "reader"
    )
    reads = LADDER_VIEWS[shown]
    if reads is not None:
        rows = rows.filter(reads=reads)
    return rows.order_by("position")


def with_readers(consultation, nodes, *, on):
    """Ladder nodes (copied or planned) of one page as dicts: `node`, `level`, `why` it does not
    read, `reader` (the name of the unit that reads what enters here), `people` (rapporteurs of a
    node that reads, on the day `on`). Two queries, whatever the number.
    """
    levels = Level.objects.in_bulk({node.agency.level_id for node in nodes})
    people = dict(
        Membership.objects.filter(
            agency__in={node.handled_by_id for node in nodes if node.reads},
            role=Role.RAPPORTEUR,
            valid__contains=on,
            user__is_active=True,
        )
        .values_list("agency")
        .annotate(n=Count("user", distinct=True))
        .order_by()
    )
    return [
        {
            "node": node,
            "level": levels[node.agency.level_id].name,
            "why": _why_not(consultation, node, levels[node.agency.level_id]),
            "reader": (node.reader or reader_above(node)).name if not node.reads else "",
            "people": people.get(node.handled_by_id, 0),
        }
        for node in nodes
    ]


def _why_not(consultation, node, level):
    if node.reads:
        return ""
    if node.agency.is_cell:
        return _("Chi bộ không đọc ý kiến của từng người")
    if level.order > consultation.reading_level.order:
        return _("Dưới cấp được đọc")
    return _("Ít hơn %d thành viên") % consultation.reading_min_members
