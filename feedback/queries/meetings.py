"""Meetings of units: what somebody has to enter, key in or confirm, and how many were held."""

from dataclasses import dataclass, field

from django.db import connection
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from documents.models import BLOCK_WORDS, Block
from feedback.models import Channel, Consultation, LadderNode, Meeting
from feedback.rules import entering
from feedback.rules import meetings as rules
from portal.agencies import today
from portal.agencies.models import Membership
from portal.common import clock, fulltext
from portal.common.display import date_vi

S = Meeting.State

#: A meeting with what its pages say of it.
MEETINGS = Meeting.objects.select_related(
    "consultation__opens",
    "consultation__closes",
    "consultation__agency",
    "node__reader",
    "batch",
    "entered_by",
    "claimed_by",
)
#: Passages offered for words that stand in several.
_OFFERED = 8


@dataclass(frozen=True)
class UnitRow:
    """A unit of mine in a consultation that takes meetings, with its meetings, newest first."""

    node: LadderNode
    meetings: list = field(default_factory=list)

    @property
    def consultation(self):
        return self.node.consultation

    @property
    def begun(self):
        """Meetings that wait for somebody of the unit."""
        return [m for m in self.meetings if m.state in (S.ENTERING, S.CONFIRMING)]


def units_of(grants, now):
    """[UnitRow] of the units where somebody enters meetings, what closes first on top.

    3 queries, whatever the number; more only where a consultation chose its units.
    """
    nodes = (
        LadderNode.objects.filter(
            handled_by_id__in=grants.agency_ids(rules.OWN_ROLES),
            consultation__state=Consultation.State.ANNOUNCED,
            consultation__mode=Consultation.Mode.COLLECTED,
            consultation__channels__contains=[Channel.MEETING],
            consultation__opens__at__lte=now,
        )
        .filter(
            Q(consultation__closes__at=None) | Q(consultation__closes__at__gt=now - rules.GRACE)
        )
        .select_related(
            "consultation__opens", "consultation__closes", "consultation__agency", "handled_by"
        )
        .prefetch_related(
            Prefetch("meetings", queryset=with_opinions(Meeting.objects.exclude(state=S.UNDONE)))
        )
        .order_by("consultation__closes__at", "consultation_id", "position")[:200]
    )
    return [
        UnitRow(node, list(node.meetings.all()))
        for node in nodes
        if rules.in_audience(node.consultation, node)
    ]


def with_opinions(meetings):
    """Meetings with `opinions`, the number of rows they have, and `photos`."""
    return meetings.annotate(
        opinions=Count("batch__rows", filter=Q(batch__rows__dropped=False), distinct=True),
        photos=Count("batch__files", filter=Q(batch__files__deleted_at=None), distinct=True),
    )


def rows_of(meeting):
    """The opinions of a meeting in the order they were entered. 1 query."""
    if meeting.batch_id is None:
        return []
    rows = meeting.batch.rows.filter(dropped=False).select_related(
        "edition__document", "block", "question", "group"
    )
    return list(rows.defer("edition__source", "block__html").order_by("n"))


def photos_of(meeting):
    """The photos of the minutes that are still there. 1 query."""
    if meeting.batch_id is None:
        return []
    rows = meeting.batch.files.filter(deleted_at=None, upload__isnull=False)
    return list(rows.select_related("upload").order_by("n"))


def minutes_to_key(grants):
    """Minutes that wait for a clerk at one of the units of `grants` or above, oldest first.

    Own minutes are not among them. 1 query for the units, 1 for the rows.
    """
    clerk = grants.agency_ids(entering.CLERK_ROLES)
    if not clerk:
        return Meeting.objects.none()
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE up AS (
              SELECT id AS start, parent_id, handled_by_id FROM feedback_laddernode
              WHERE id IN (SELECT node_id FROM feedback_meeting WHERE state = 'keying')
              UNION ALL
              SELECT up.start, n.parent_id, n.handled_by_id
              FROM feedback_laddernode n JOIN up ON n.id = up.parent_id)
            SELECT DISTINCT start FROM up WHERE handled_by_id = ANY(%s)
            """,
            [list(clerk)],
        )
        nodes = [pk for (pk,) in cursor.fetchall()]
    rows = MEETINGS.filter(state=S.KEYING, node__in=nodes)
    own = grants.agency_ids(rules.OWN_ROLES)
    return with_opinions(rows.exclude(node__handled_by__in=own)).order_by("handed_in_at", "id")


@dataclass(frozen=True)
class Below:
    """How a child unit and those below it hold meetings: numbers, never what they said."""

    node: LadderNode
    units: int
    held_in: int
    meetings: int
    present: int
    speakers: int


def meetings_below(node):
    """[Below] for the children of `node`, in the order of the ladder. 2 queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE down AS (
              SELECT id AS top, id FROM feedback_laddernode WHERE parent_id = %s
              UNION ALL
              SELECT down.top, n.id FROM feedback_laddernode n JOIN down ON n.parent_id = down.id)
            SELECT down.top, count(DISTINCT down.id), count(DISTINCT m.node_id), count(m.id),
              coalesce(sum(m.present), 0), coalesce(sum(m.speakers), 0)
            FROM down LEFT JOIN feedback_meeting m ON m.node_id = down.id AND m.state = 'sent'
            GROUP BY down.top
            """,
            [node.pk],
        )
        numbers = {row[0]: row[1:] for row in cursor.fetchall()}
    children = LadderNode.objects.filter(parent=node).select_related("handled_by")
    return [Below(child, *numbers[child.pk]) for child in children.order_by("position")]


def unmanned(rows):
    """Ids of the nodes of [Below] where nobody could enter a meeting today. 1 query."""
    agencies = {row.node.handled_by_id for row in rows}
    manned = set(
        Membership.objects.filter(
            agency__in=agencies,
            role__in=rules.OWN_ROLES,
            valid__contains=clock.today(),
            user__is_active=True,
        ).values_list("agency_id", flat=True)
    )
    return {row.node.pk for row in rows if row.node.handled_by_id not in manned}


def without_meeting(node):
    """Ids of the agencies of the lowest units below `node` that entered no meeting. 1 query."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH RECURSIVE down AS (
              SELECT id, handled_by_id FROM feedback_laddernode WHERE parent_id = %s
              UNION ALL
              SELECT n.id, n.handled_by_id
              FROM feedback_laddernode n JOIN down ON n.parent_id = down.id)
            SELECT DISTINCT handled_by_id FROM down
            WHERE NOT EXISTS (SELECT FROM feedback_laddernode c WHERE c.parent_id = down.id)
              AND NOT EXISTS (SELECT FROM feedback_meeting m
                              WHERE m.node_id = down.id AND m.state <> 'undone')
            """,
            [node.pk],
        )
        return {pk for (pk,) in cursor.fetchall()}


@dataclass(frozen=True)
class Passages:
    """What somebody meant who typed a place: one passage, the whole text, or a choice.

    block: the passage found. choices: several that fit. problem: a sentence where nothing was
    found. None of them: the whole document.
    """

    block: Block | None = None
    question: object = None
    choices: list = field(default_factory=list)
    problem: str = ""

    @property
    def whole(self):
        return not (self.block or self.question or self.choices or self.problem)


def passages(places, edition, typed):
    """The Passages of `edition` that `typed` (a number, a heading, some words) may mean."""
    found = places.find(edition, typed)
    if not found.problem:
        return Passages(block=found.block, question=found.question)
    asked = fulltext.asked(typed)
    blocks = []
    if asked and not typed.strip().isdecimal():
        hits = edition.blocks.alias(said=BLOCK_WORDS).filter(said=asked.query).defer("html")
        blocks = list(hits.exclude(kind=Block.Kind.FOOTNOTE).order_by("pos")[: _OFFERED + 1])
    if len(blocks) == 1:
        return Passages(block=blocks[0])
    if blocks:
        return Passages(choices=blocks)
    return Passages(problem=found.problem)


def todays_meetings(user, grants, now):
    """Sections for "Việc hôm nay": meetings to enter, to send and to confirm; minutes to key in."""
    items = []
    for unit in units_of(grants, now):
        url, state = None, ("consultation", "open")
        for row in unit.begun:
            state = ("meeting", row.state)
            if row.state == S.CONFIRMING:
                title, name = _("Xác nhận biên bản họp ngày %s"), "feedback:meeting_confirm"
            else:
                title, name = _("Gửi nốt hội nghị ngày %s"), "feedback:meeting"
            url = reverse(name, args=[row.public_id])
            items.append(_item(unit, title % date_vi(row.held_on), url, state))
        if not unit.meetings:
            url = reverse("feedback:meeting_new", args=[unit.consultation.pk, unit.node.pk])
            title = _("Nhập hội nghị góp ý: %s") % unit.consultation.title
            items.append(_item(unit, title, url, state))
    yield today.Section(
        "feedback.meetings",
        _("Hội nghị góp ý của đơn vị"),
        items=items[: today.MOST],
        count=len(items),
        more_url=reverse("feedback:units"),
    )
    waiting = list(minutes_to_key(grants)[: today.MOST])
    yield today.Section(
        "feedback.minutes",
        _("Biên bản chờ nhập"),
        items=[
            today.Item(
                title=_("Nhập biên bản họp ngày %s") % date_vi(row.held_on),
                url=reverse("feedback:minutes_key", args=[row.public_id]),
                state=("meeting", row.state),
                note=row.node.name,
            )
            for row in waiting
        ],
        more_url=reverse("feedback:minutes"),
    )


def _item(unit, title, url, state):
    return today.Item(
        title=title,
        url=url,
        deadline=unit.consultation.closes.resolved_on,
        state=state,
        note=unit.node.name,
    )
