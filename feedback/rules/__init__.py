"""Who may write, who may read, and when a consultation is open."""

from django.db.models import Q

from feedback.models import Channel, Consultation, ConsultationChange, Opinion
from portal.agencies.models import AgencyNode, Role
from portal.agencies.rules import grants_of, own_grants_of, path_of
from portal.common.transitions import Lifecycle, transition

S = Consultation.State

LIFECYCLE = Lifecycle(
    transition("announce", {S.EDITING}, S.ANNOUNCED, "Đợt lấy ý kiến này đã được công bố."),
    transition("withdraw", {S.EDITING, S.ANNOUNCED}, S.WITHDRAWN, "Đợt lấy ý kiến đã hủy."),
)

MANAGING_ROLES = frozenset({Role.STAFF})
READING_ROLES = frozenset({Role.RAPPORTEUR})
ANSWERING_ROLES = frozenset({Role.STAFF, Role.RAPPORTEUR})
APPROVING_ROLES = frozenset({Role.APPROVER})


def phase_of(consultation, now):
    """Where an announced consultation is at `now`: "upcoming", "open", "closed", "undetermined".

    Instants are half-open: it opens at `opens.at` and is closed from `closes.at` on. A consultation
    that is not announced is "editing" or "withdrawn".
    """
    if consultation.state != S.ANNOUNCED:
        return consultation.state
    opens, closes = consultation.opens.at, consultation.closes.at
    if closes is not None and now >= closes:
        return "closed"
    if opens is None:
        return "undetermined"
    return "open" if now >= opens else "upcoming"


def is_open(consultation, now):
    """Whether opinions are accepted at `now`."""
    return phase_of(consultation, now) == "open"


def may_manage(user, consultation):
    """Whether `user` may edit, announce and change the dates of `consultation`."""
    return grants_of(user).has(MANAGING_ROLES, consultation.agency_id)


def may_see(user, consultation):
    """What was announced is public, withdrawn or not; drafts belong to those who write them."""
    return consultation.announced_at is not None or may_manage(user, consultation)


def takes_online(consultation):
    """Whether opinions are written on the portal itself (whatever the time)."""
    return (
        consultation.mode == Consultation.Mode.COLLECTED and Channel.ONLINE in consultation.channels
    )


def may_write(author, consultation):
    """Whether `author` belongs to the audience (whatever the time). At most two queries.

    Args:
        author: a User, the AnonymousUser, or a guest (anything without `is_authenticated`).

    Public: everybody. Signed in: whoever has an account. Members: anyone with a role of their own
    in the consulting agency or below it today. Units: the same in a chosen unit or below one.
    """
    audience, kinds = consultation.audience, Consultation.Audience
    if audience == kinds.PUBLIC:
        return True
    if not getattr(author, "is_authenticated", False):
        return False
    if audience == kinds.SIGNED_IN:
        return author.is_active
    own = list(own_grants_of(author))
    if audience == kinds.UNITS:
        ids, above = {g.agency_id for g in own}, _ancestors({g.path for g in own})
        chosen = Q(pk__in=ids) | Q(node__path__in=above) | Q(heir__node__path__in=above)
        return bool(own) and consultation.audience_units.filter(chosen).exists()
    path = path_of(consultation.agency)
    return any(
        g.agency_id == consultation.agency_id or (path and g.path.startswith(path)) for g in own
    )


def display_of(consultation, *, has_words):
    """Opinion.Display of an opinion that comes in now; without words there is nothing to show."""
    if consultation.policy == Consultation.Policy.COUNTS or not has_words:
        return "none"
    after = consultation.moderation == Consultation.Moderation.AFTER
    return "shown" if after else "pending"


def display_after(opinion, consultation, *, has_words):
    """Opinion.Display of an opinion whose words were changed: what was not to be shown is looked at
    again, and so is everything where words are moderated before they are shown."""
    display = display_of(consultation, has_words=has_words)
    return "pending" if display == "shown" and opinion.display == "hidden" else display


def _ancestors(paths):
    """The tree paths themselves and all above them."""
    step = AgencyNode.steplen
    return {path[:end] for path in paths for end in range(step, len(path) + 1, step)}


def kind_of_move(*, opens, closes, today):
    """What a move of the days of a consultation is: a ConsultationChange.Kind.

    Args:
        opens, closes: (old day, new day), None for a day that is not known; `today` is the day on
            which it is done.
    """
    kinds = ConsultationChange.Kind
    if opens[0] != opens[1]:
        return kinds.MOVED
    old, new = closes
    if old is None or old == new:
        return kinds.MOVED
    if old < today:
        return kinds.REOPENED if new is None or new >= today else kinds.MOVED
    return kinds.EXTENDED if new is None or new > old else kinds.SHORTENED


def reading_agency_ids(user):
    """Ids of the agencies whose opinions `user` reads as rapporteur."""
    return grants_of(user).agency_ids(READING_ROLES)


def may_read_node(user, node):
    """Whether `user` reads the words of opinions that are read at `node`.

    Being portal administrator gives no right here (DESIGN section 5).
    """
    return node.reads and node.handled_by_id in reading_agency_ids(user)


def readers_of(node, parents):
    """(reader, reader above) of a ladder node: who reads what enters there, by either route.

    Args:
        node: anything with `reads`; parents: {node: its parent or None} of the whole ladder.

    The first is the lowest node at or above `node` that reads; the second the next one above that,
    or the first again where there is none higher.
    """
    readers = []
    while node is not None:
        if node.reads:
            readers.append(node)
        node = parents[node]
    return readers[0], readers[min(1, len(readers) - 1)]


def reads_at(*, members, level_order, is_cell, reading_level_order, minimum, is_root):
    """Whether a node reads texts: at the reading level or above (a lower order), never a cell,
    enough members.

    The root always reads, or an opinion would have no reader at all.
    """
    if is_root:
        return True
    return not is_cell and level_order <= reading_level_order and members >= minimum


def may_talk(opinion):
    """Whether rapporteur and author may still exchange messages about `opinion`.

    Not once answers are published, not about what no longer counts, and not about what a unit
    entered: behind that nobody would read the question.
    """
    return (
        opinion.state == Opinion.State.RECEIVED
        and opinion.origin != Opinion.Origin.UNIT
        and opinion.consultation.answers_published_at is None
    )


def may_change_by_receipt(opinion, now):
    """Whether the receipt alone withdraws or rewrites `opinion`: only where nothing else can.

    Who has an account and did not choose to be anonymous does so in “Ý kiến của tôi”, so that
    somebody who was made to hand over a receipt does not lose the opinion with it.
    """
    alone = (
        opinion.naming == Opinion.Naming.ANONYMOUS or opinion.origin == Opinion.Origin.GUEST
    ) and opinion.origin != Opinion.Origin.UNIT
    return alone and opinion.state == Opinion.State.RECEIVED and is_open(opinion.consultation, now)


def may_answer(user, consultation):
    """Whether `user` writes the answers of `consultation`: staff and rapporteurs at its agency."""
    return grants_of(user).has(ANSWERING_ROLES, consultation.agency_id)


def may_approve_answers(user, consultation):
    """Whether `user` is an approver of the consulting agency."""
    return grants_of(user).has(APPROVING_ROLES, consultation.agency_id)


def may_see_answers(user, consultation):
    """Who sees answers before they are published: those who write and those who approve."""
    return may_answer(user, consultation) or may_approve_answers(user, consultation)
