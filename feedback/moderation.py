"""Opinions in the queue of moderation: about public display alone, and about spam.

Cases are not made when an opinion comes in (intake writes three rows and no more): a sweep makes
them. `Opinion.cased` says that moderation knows these words; whoever changes the words or takes
them back clears it in the same statement, and the sweep puts the case back or closes it. A decision
on an opinion whose `cased` is clear is refused, for the words are no longer those that were read.
So no lock is ever taken but in the order case, opinion.
"""

import hashlib
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import CharField, Count, Min, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg2.extras import execute_values

from feedback import keys, participants, totals
from feedback.models import Identity, Opinion
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused
from portal.common.locks import advisory_lock
from portal.moderation import actions as moderation
from portal.moderation import queries, registry, rules
from portal.moderation.actions import NewCase
from portal.moderation.models import Case

KIND = "feedback.opinion"
#: So many opinions become cases in one transaction.
AT_ONCE = 2000
State, Display = Opinion.State, Opinion.Display


class OpinionCases(registry.Handler):
    """Registered as "feedback.opinion". Loads neither person, unit, group nor stance."""

    label = gettext_lazy("Ý kiến góp ý")
    roles = frozenset({Role.MODERATOR})
    approve_label = gettext_lazy("Hiển thị")
    hide_label = gettext_lazy("Không hiển thị")
    hidden_label = gettext_lazy("Không hiển thị công khai (vẫn được tính và gửi lên)")
    hide_means = gettext_lazy(
        "Ý kiến vẫn được tính, vẫn được người tổng hợp đọc và gửi lên; chỉ không hiện cho mọi "
        "người. Người gửi đọc lý do qua mã tiếp nhận và có thể đề nghị xem lại một lần."
    )
    spam_label = gettext_lazy("Thư rác, gửi trùng hàng loạt")
    spam_means = gettext_lazy(
        "Không được tính là ý kiến. Người gửi đọc lý do và có thể đề nghị xem lại; nếu đúng thì ý "
        "kiến được tính trở lại."
    )
    day_only = True

    def load(self, subject_ids):
        """2 queries."""
        rows = (
            Opinion.objects.filter(
                pk__in=[int(pk) for pk in subject_ids], state__in=[State.RECEIVED, State.SPAM]
            )
            .exclude(display=Display.NONE)
            .select_related("edition__document", "question", "block")
            .prefetch_related("attachments")
            .only(
                "text", "reason", "proposed", "quote", "public_id", "edition__n",
                "edition__document__title", "question__text", "block__number",
            )
        )  # fmt: skip
        return {str(row.pk): _shown(row) for row in rows}

    def apply(self, case, outcome, *, decision, now):
        opinion = Opinion.objects.select_for_update().get(pk=int(case.subject_id))
        _check_not_own(opinion, decision)
        if opinion.state not in (State.RECEIVED, State.SPAM):
            raise Refused(_("Người gửi đã rút nội dung này."), code="decided")
        if not opinion.cased or opinion.display == Display.NONE:
            raise Refused(
                _("Nội dung này đã thay đổi từ lúc mở trang. Hãy đọc lại rồi quyết định."),
                code="decided",
            )
        counted = opinion.state == State.RECEIVED
        counts = outcome != rules.SPAM
        opinion.state = State.RECEIVED if counts else State.SPAM
        opinion.display = Display.SHOWN if outcome == rules.APPROVED else Display.HIDDEN
        opinion.save(update_fields=["state", "display"])
        if counted != counts:
            totals.changed(opinion, 1 if counts else -1)
        if outcome != rules.APPROVED or case.was_appealed:
            participants.tell(opinion.consultation_id, participants.MODERATED, now=now)

    def apply_many(self, cases, outcome, *, now):
        by_opinion = {int(case.subject_id): case.pk for case in cases}
        same = list(
            Opinion.objects.select_for_update()
            .filter(pk__in=by_opinion, state=State.RECEIVED, cased=True)
            .exclude(display=Display.NONE)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        rows = Opinion.objects.filter(pk__in=same)
        if outcome == rules.SPAM:
            totals.changed_in_bulk(rows, -1)
            rows.update(state=State.SPAM, display=Display.HIDDEN)
            for pk in set(rows.order_by().values_list("consultation_id", flat=True)):
                participants.tell(pk, participants.MODERATED, now=now)
        else:
            rows.update(display=Display.SHOWN)
        return {case for opinion, case in by_opinion.items() if opinion not in set(same)}


def _check_not_own(opinion, decision):
    """Refuse whoever would decide on their own words; nothing is kept of it. Anonymous opinions
    cannot be told."""
    try:
        key = keys.ConsultationKey(opinion.consultation.key_id)
    except keys.KeyUnavailable:
        return
    people = [p for p in (decision.by, decision.on_behalf_of) if p is not None]
    own = Identity.objects.filter(pk=opinion.pk, lookup__in=[key.lookup(p) for p in people])
    if own.exists():
        raise Refused(_("Đây là ý kiến của chính đồng chí; cần người khác quyết định."), code="own")


def _shown(opinion):
    title = opinion.edition.document.title
    about = opinion.question.text if opinion.question_id else opinion.quote
    parts = [
        (heading, words)
        for heading, words in (
            (_("Lý do"), opinion.reason),
            (_("Đề xuất sửa câu chữ"), opinion.proposed),
        )
        if words
    ]
    return registry.Shown(
        text=opinion.text,
        answers=about or _("Toàn văn: %s") % title,
        answers_label=title if about else _("Góp ý về"),
        parts=tuple(parts),
        files=tuple(
            (file.label, reverse("feedback:attachment", args=[file.public_id]))
            for file in opinion.attachments.all()
        ),
    )


def likeness(opinion, *place):
    """The same for opinions with the same words (at the same `place`), however spaced or
    capitalised."""
    words = [
        " ".join(part.split()).casefold()
        for part in (opinion.text, opinion.reason, opinion.proposed)
    ]
    told = "\0".join([*words, *map(str, place)])
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _at_its_place(opinion):
    return likeness(opinion, opinion.edition_id, opinion.block_id, opinion.question_id)


def sweep(*, now=None):
    """Make the cases of opinions that wait for one, put back those whose words changed, close those
    that were taken back. Beat runs it each minute; returns how many opinions it saw."""
    now = now or clock.now()
    seen = 0
    while batch := _sweep_once(now):
        seen += batch
    return seen


#: What the sweep has not seen. Where nothing is shown only what was changed later matters.
TO_SEE = Q(cased=False) & (~Q(display=Display.NONE) | Q(lock_version__gt=0))


@transaction.atomic
def _sweep_once(now):
    advisory_lock("feedback.moderation.sweep")
    found = list(
        Opinion.objects.filter(TO_SEE)
        .select_related("consultation")
        .only(
            "text", "reason", "proposed", "state", "display", "received_on", "lock_version",
            "edition_id", "block_id", "question_id", "consultation__agency",
            "consultation__title", "consultation__slug", "consultation__moderation_days",
        )
        .order_by("pk")[:AT_ONCE]
    )  # fmt: skip
    if not found:
        return 0
    shown = [o for o in found if o.state == State.RECEIVED and o.display != Display.NONE]
    moderation.put_many_in_queue(kind=KIND, rows=_new_cases(shown, now))
    gone = {o.pk for o in found} - {o.pk for o in shown}
    if gone:
        moderation.close_many(kind=KIND, subject_ids=[str(pk) for pk in gone])
    with connection.cursor() as cursor:
        # what was changed since it was read stays to be seen again
        execute_values(
            cursor,
            "UPDATE feedback_opinion o SET cased = true, likeness = v.likeness "
            "FROM (VALUES %s) v (id, version, likeness) "
            "WHERE o.id = v.id AND o.lock_version = v.version",
            [(o.pk, o.lock_version, _at_its_place(o)) for o in found],
            page_size=AT_ONCE,
        )
    return len(found)


def _new_cases(opinions, now):
    due = {}
    for opinion in opinions:
        days = opinion.consultation.moderation_days
        # what was written anew is new work
        since = clock.today(now) if opinion.lock_version else opinion.received_on
        if (since, days) not in due:
            due[since, days] = rules.due_after(since, days)
        yield NewCase(
            subject_id=str(opinion.pk),
            agency_id=opinion.consultation.agency_id,
            context_label=opinion.consultation.title,
            context_url=reverse(
                "feedback:consultation",
                args=[opinion.consultation_id, opinion.consultation.slug],
            ),
            submitted_on=opinion.received_on,
            due_on=due[since, days],
            likeness=likeness(opinion),
        )


@dataclass(frozen=True)
class Moderated:
    """What an author is told of the moderation of an opinion; never its words.

    state: "pending", "shown", "hidden", "spam", "appealed". `told` are the sentences of the rules
    that were applied. `second` is True once somebody else has looked at it again.
    """

    state: str
    told: tuple = ()
    may_appeal: bool = False
    asked_on: object = None
    second: bool = False


def moderated(opinion):
    """Moderated of one opinion, or None where nothing of it is shown to anybody. 4 queries.

    Without an opinion the case is looked for all the same, so that a receipt that leads nowhere
    costs what one does that leads to an opinion without a case.
    """
    case = queries.of_subject(KIND, opinion.pk if opinion is not None else 0)
    if opinion is None:
        return None
    if opinion.display == Display.NONE or opinion.state not in (State.RECEIVED, State.SPAM):
        return None
    if case is None or not opinion.cased:
        return Moderated(state=str(opinion.display))
    decisions = list(case.decisions.all())
    last = decisions[-1] if decisions else None
    appeal = queries.appeal_of(case)
    state = _STATES.get(case.state, str(opinion.display))
    told = last.told if last is not None and state in ("hidden", "spam", "appealed") else ""
    return Moderated(
        state=state,
        told=tuple(told.split("\n")) if told else (),
        may_appeal=state in ("hidden", "spam") and not case.was_appealed,
        asked_on=clock.today(appeal.at) if appeal else None,
        second=appeal is not None and last is not None and last.pk != appeal.against_id,
    )


_STATES = {rules.HIDDEN: "hidden", rules.SPAM: "spam", rules.APPEALED: "appealed"}


def appeal(opinion, *, text, now=None):
    """The author, known by receipt or by keyed token, asks once for a second look."""
    if moderated(opinion) is None:
        raise Refused(_("Không có quyết định nào để đề nghị xem lại."), code="appeal")
    return moderation.appeal(kind=KIND, subject_id=opinion.pk, text=text, now=now)


@dataclass(frozen=True)
class Workload:
    """How much waits in one consultation; `oldest` is the earliest due day among it."""

    waiting: int
    overdue: int
    appealed: int
    proposed: int
    oldest: object


def workload(consultation, today):
    """Workload of a consultation. 1 query."""
    of_it = Opinion.objects.filter(consultation=consultation).annotate(
        text_id=Cast("pk", CharField())
    )
    late = Q(due_on__lt=today)
    row = Case.objects.filter(
        kind=KIND,
        agency=consultation.agency_id,
        state__in=rules.OPEN,
        subject_id__in=of_it.values("text_id"),
    ).aggregate(
        waiting=Count("pk"),
        overdue=Count("pk", filter=late),
        appealed=Count("pk", filter=Q(state=rules.APPEALED)),
        proposed=Count("pk", filter=Q(state=rules.PROPOSED)),
        oldest=Min("due_on"),
    )
    return Workload(**row)
