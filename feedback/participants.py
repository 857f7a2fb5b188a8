"""Telling people who wrote that something came of a consultation: never of an opinion.

A notice names the consultation and a kind ("questions were asked", "moderation decided", "answers
are published"); there is one per consultation, kind and day, and it goes the next morning, so that
neither its time nor its words lead to an opinion. Who is concerned is computed when it goes: the
keyed token of every account is compared with the tokens of the opinions concerned, in memory.

The stored deliveries and the days of two questions, compared, would say who wrote what. So those
who wrote are told in groups of at least `TOLD_AT_LEAST`: everybody of a group hears when it is
about one of them, and the words fit everybody ("some people were asked; see whether you are among
them"). Groups are made by a keyed hash and stay as they are from day to day. Where fewer wrote than
make a group nobody is told, for the deliveries would be the list of authors; the receipt and "Ý
kiến của tôi" say it all the same (ADR 0005).
"""

import datetime as dt

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback import keys
from feedback.models import ClarificationThread, Consultation, GuestContact, Identity, Opinion
from portal.accounts.models import User
from portal.common import clock
from portal.common.chunks import chunks
from portal.moderation.models import Case, Decision
from portal.notices import actions as notices
from portal.notices import registry
from portal.notices.models import Letter, ScheduledNotice
from portal.notices.rules import morning_of

KIND = "opinion_followup"
CLARIFY, MODERATED, ANSWERED = "clarify", "moderated", "answered"
SUBJECTS = {kind: f"feedback.followup.{kind}" for kind in (CLARIFY, MODERATED, ANSWERED)}
#: Subject of letters to guests: a GuestContact.
GUEST = "feedback.guest"
TOLD_AT_LEAST = 10
#: What its author did not take back.
_STANDING = (Opinion.State.RECEIVED, Opinion.State.SPAM)
_USERS_AT_ONCE = 5_000
_USEFUL = dt.timedelta(days=7)


def tell(consultation_id, kind, *, now=None):
    """Something of `kind` happened today in a consultation; its participants hear tomorrow morning.

    A second call on the same day changes nothing.
    """
    now = now or clock.now()
    day = clock.today(now)
    due = morning_of(day + dt.timedelta(days=1))
    notices.schedule(
        kind=KIND,
        subject_kind=SUBJECTS[kind],
        subject_id=consultation_id,
        revision=day.toordinal(),
        due_at=due,
        useful_until=due + _USEFUL,
        payload={"day": day.isoformat()},
    )


class FollowupNotices(registry.Handler):
    """News for the participants of a consultation, of one kind."""

    def __init__(self, kind):
        self.kind = kind

    def load(self, found):
        rows = Consultation.objects.in_bulk({notice.subject_id for notice in found})
        for notice in found:
            notice.subject = rows.get(notice.subject_id)

    def still_due(self, notice, now):
        row = notice.subject
        if row is None or row.state != Consultation.State.ANNOUNCED:
            return False
        return self.kind != ANSWERED or row.answers_published_at is not None

    def render(self, notice):
        row = notice.subject
        title, text = words(self.kind, row)
        return registry.Message(title, text, _link(self.kind, row))

    def audience(self, notice):
        day = dt.date.fromisoformat(notice.payload["day"])
        return registry.Audience(user_ids=frozenset(people(notice.subject, self.kind, day)))


def words(kind, consultation):
    """(title, text) that say what happened and fit everybody who wrote."""
    name = {"title": consultation.title}
    return {
        CLARIFY: (
            _("Có câu hỏi làm rõ trong đợt %(title)s") % name,
            _(
                "Người tổng hợp vừa hỏi lại một số người góp ý. Mời đồng chí xem có câu hỏi nào "
                "cho mình không; trả lời không phải nêu tên."
            ),
        ),
        MODERATED: (
            _("Đã có kết quả kiểm duyệt trong đợt %(title)s") % name,
            _(
                "Đã quyết định việc hiển thị công khai một số ý kiến. Mọi ý kiến vẫn được tính và "
                "gửi lên. Mời đồng chí xem có quyết định nào về ý kiến của mình không."
            ),
        ),
        ANSWERED: (
            _("Đã công bố trả lời ý kiến góp ý: %(title)s") % name,
            _("Cơ quan đã công bố phần tiếp thu, giải trình cho tất cả các đoạn."),
        ),
    }[kind]


def people(consultation, kind, day):
    """Ids of the accounts to tell; see the module. Some seconds for a million accounts.

    One query per 5.000 accounts and one for those concerned. Nothing is stored or logged here.
    """
    try:
        key = keys.ConsultationKey(consultation.key_id)
    except keys.KeyUnavailable:
        return set()
    concerned = _concerned(consultation, kind, day)
    wrote = {}
    users = User.objects.filter(is_active=True).only("pk", "public_id").order_by("pk")
    for chunk in chunks(users.iterator(_USERS_AT_ONCE), _USERS_AT_ONCE):
        by_token = {key.lookup(user): user.pk for user in chunk}
        wrote |= {token: by_token[token] for token in _tokens_of(by_token)}
    return {wrote[token] for token in _told_with(concerned, wrote, key)}


def _told_with(concerned, wrote, key):
    """The tokens of all groups of `wrote` in which somebody is `concerned` (None: everybody is)."""
    told = set()
    for group in _groups([(key.group(token), token) for token in wrote]):
        if concerned is None or not concerned.isdisjoint(group):
            told.update(group)
    return told


def _groups(rows, bit=255):
    """[[token]] of rows (keyed hash, token): halved by one bit of the hash after the other as long
    as both halves are large enough, so that who comes later splits a group but moves nobody."""
    if len(rows) < TOLD_AT_LEAST:
        return []
    halves = [[row for row in rows if (row[0] >> bit & 1) == side] for side in (0, 1)]
    if bit and min(len(half) for half in halves) >= TOLD_AT_LEAST:
        return _groups(halves[0], bit - 1) + _groups(halves[1], bit - 1)
    return [[token for _hash, token in rows]]


def _tokens_of(tokens):
    rows = Identity.objects.filter(
        lookup__in=list(tokens), opinion__state__in=_STANDING
    ).values_list("lookup", flat=True)
    return {bytes(token) for token in rows.distinct()}


def _concerned(consultation, kind, day):
    """The tokens of those whom it is about; None: everybody who wrote."""
    rows = Identity.objects.filter(opinion__consultation=consultation, opinion__state__in=_STANDING)
    if kind == ANSWERED:
        return None
    if kind == CLARIFY:
        rows = rows.filter(opinion__thread__state=ClarificationThread.State.WAITING)
    else:
        rows = rows.filter(pk__in=_decided_on(day))
    return {bytes(token) for token in rows.values_list("lookup", flat=True)}


def _decided_on(day):
    """Ids of opinions that were hidden, or looked at a second time, on a day."""
    rows = Decision.objects.filter(
        case__kind="feedback.opinion",
        at__gte=clock.start_of_day(day),
        at__lt=clock.start_of_day(day + dt.timedelta(days=1)),
    )
    found = rows.values_list("case__subject_id", "outcome", "case__was_appealed")
    return {int(pk) for pk, outcome, again in found if outcome != Case.State.APPROVED or again}


def _link(kind, consultation):
    if kind == ANSWERED:
        return reverse("feedback:answers", args=[consultation.pk, consultation.slug])
    return reverse("feedback:mine")


# --- Guests ---------------------------------------------------------------------------------


def write_to_guests():
    """Post the letters that notices which went to accounts owe to confirmed guests; a job.

    A letter is about a GuestContact and a kind. For one notice they are posted all in one
    transaction, so that the lot is not drawn twice. Returns how many are new.
    """
    posted = 0
    rows = ScheduledNotice.objects.filter(
        subject_kind__in=SUBJECTS.values(),
        state=ScheduledNotice.State.EXPANDED,
        settled_at__gte=clock.now() - _USEFUL,
    ).order_by("pk")
    for notice in rows:
        if not Letter.objects.filter(subject_kind=GUEST, revision=notice.pk).exists():
            posted += _write(notice)
    return posted


@transaction.atomic
def _write(notice):
    kind = notice.subject_kind.rpartition(".")[2]
    consultation = Consultation.objects.get(pk=notice.subject_id)
    contacts = GuestContact.objects.filter(
        consultation=consultation, confirmed_on__isnull=False
    ).only("pk", "lookup")
    concerned = _concerned(consultation, kind, dt.date.fromisoformat(notice.payload["day"]))
    try:
        key = keys.ConsultationKey(consultation.key_id)
    except keys.KeyUnavailable:
        return 0
    wrote = {}
    for chunk in chunks(contacts.iterator(_USERS_AT_ONCE), _USERS_AT_ONCE):
        by_token = {bytes(contact.lookup): contact.pk for contact in chunk}
        wrote |= {token: by_token[token] for token in _tokens_of(by_token)}
    # all of them asked for the answers, and that they wrote their own mailbox has said already
    told = wrote if kind == ANSWERED else _told_with(concerned, wrote, key)
    for pk in sorted(wrote[token] for token in told):
        notices.post_letter(kind=kind, subject_kind=GUEST, subject_id=pk, revision=notice.pk)
    return len(told)
