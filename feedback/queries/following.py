"""What became of an opinion: by its receipt, for its author, for the rapporteur who asked back."""

from dataclasses import dataclass, field

from django.db.models import Count

from feedback import keys
from feedback.models import Clarification, ClarificationThread, Consultation, Opinion
from feedback.rules import may_change_by_receipt, may_talk, phase_of, reading_agency_ids
from portal.moderation.models import Case, Decision

State = ClarificationThread.State
#: Kind of the moderation cases of opinions; their subject is the opinion's id.
CASE_KIND = "feedback.opinion"


@dataclass(frozen=True)
class Status:
    """What a receipt tells: never the words, the stance or the place of the opinion.

    Somebody may be made to show a receipt. So of an exchange it shows the questions (the reader is
    kept from repeating the opinion in them) and that they were answered, not what; and of published
    answers where all of them are, not the one about the passage, for that would tell the place.
    Authors find "their" answer in “Ý kiến của tôi”, or by the passage they remember.

    state: a key of the looks of "opinion": "received", "clarify", "answered", "withdrawn", "spam",
    "undone". told: the sentences of the moderation decision where the words are not shown.
    messages: [Clarification], of which the page shows those of the reader. `opinion` is for actions
    and their forms.
    """

    opinion: Opinion
    consultation: Consultation
    phase: str
    state: str
    told: str = ""
    messages: list = field(default_factory=list)
    may_reply: bool = False
    may_change: bool = False
    answered: bool = False


def status_by_receipt(code, now):
    """The Status of a receipt code, or None.

    The same three queries are made for a right code, a wrong one and one that cannot be one, so
    that neither answer nor time tells more than that there is nothing (DESIGN section 5).
    """
    opinion = (
        Opinion.objects.filter(receipt_hmac=keys.receipt_hmac(code))
        .select_related("consultation__opens", "consultation__closes", "consultation__agency")
        .first()
    )
    pk = opinion.pk if opinion is not None else 0
    told = told_of([pk]).get(pk, "")
    messages = list(messages_of(pk))
    if opinion is None:
        return None
    waiting = bool(messages) and messages[-1].side == Clarification.Side.READER
    may_reply = waiting and may_talk(opinion)
    return Status(
        opinion=opinion,
        consultation=opinion.consultation,
        phase=phase_of(opinion.consultation, now),
        state=state_of(opinion, may_reply),
        told=told,
        messages=messages,
        may_reply=may_reply,
        may_change=may_change_by_receipt(opinion, now),
        answered=opinion.consultation.answers_published_at is not None,
    )


def state_of(opinion, asked):
    """The one word for where an opinion is; `asked`: a question to its author is open."""
    if opinion.state != Opinion.State.RECEIVED:
        return opinion.state
    if opinion.consultation.answers_published_at is not None:
        return "answered"
    return "clarify" if asked else opinion.state


def told_of(ids):
    """{opinion id: the sentences of the last moderation decision}, where it is not shown; 1 query.

    Sentences are kept as they were told; a decision to show has none.
    """
    rows = (
        Decision.objects.filter(
            case__kind=CASE_KIND,
            case__subject_id__in=[str(pk) for pk in ids],
            case__state__in=[Case.State.HIDDEN, Case.State.SPAM, Case.State.APPEALED],
        )
        .order_by("n")
        .values_list("case__subject_id", "told")
    )
    return {int(subject): told for subject, told in rows}


def messages_of(opinion_id):
    """The exchange about an opinion, oldest first. The reader's name is nowhere on it."""
    return Clarification.objects.filter(opinion_id=opinion_id).order_by("n")


def threads_at(node, state=None):
    """Exchanges about opinions read at `node`, newest first, with their opinions.

    state: a ClarificationThread.State, or None for all.
    """
    rows = (
        ClarificationThread.objects.filter(node=node)
        .select_related("opinion__block", "opinion__edition__document", "opinion__consultation")
        .defer("opinion__block__html", "opinion__edition__source")
        .order_by("-on", "opinion")
    )
    return rows if state is None else rows.filter(state=state)


def replies_waiting(user):
    """Exchanges with a new reply at the nodes where `user` reads, oldest first."""
    return (
        ClarificationThread.objects.filter(
            node__handled_by_id__in=reading_agency_ids(user),
            node__reads=True,
            state=ClarificationThread.State.REPLIED,
            opinion__state=Opinion.State.RECEIVED,
            opinion__consultation__answers_published_at=None,
        )
        .select_related("node__consultation", "opinion")
        .order_by("on", "opinion")
    )


def asked_among(ids):
    """The ids among these opinions whose authors have a question to answer; 1 query."""
    return set(
        ClarificationThread.objects.filter(
            opinion__in=ids, state=ClarificationThread.State.WAITING
        ).values_list("opinion_id", flat=True)
    )


def thread_counts(node):
    """{state: number of exchanges} of one node; 1 query."""
    rows = ClarificationThread.objects.filter(node=node).values_list("state")
    return dict(rows.annotate(n=Count("pk")).order_by())


def thread_states(ids):
    """{opinion id: ClarificationThread.State} of those among these that were asked about."""
    rows = ClarificationThread.objects.filter(opinion__in=ids)
    return {pk: State(state) for pk, state in rows.values_list("opinion_id", "state")}
