"""The verbs of moderation: only they write cases, decisions and appeals.

Atomic, keyword arguments only; what they will not do is `Refused` with a sentence. Audit rows carry
who decided what about which case, never the words of the sender.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies.rules import person_behind
from portal.common import audit, clock
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.text import clean, one_line
from portal.moderation import registry, rules
from portal.moderation.models import Appeal, Case, Decision, ReasonCode

APPEAL_LENGTH = Appeal._meta.get_field("text").max_length
NOTE_LENGTH = Decision._meta.get_field("note").max_length
#: So many at once is more than anybody has read.
MOST_AT_ONCE = 50


@transaction.atomic
def put_in_queue(
    *,
    kind,
    subject_id,
    agency,
    context_label,
    context_url="",
    submitted_at,
    priority=Case.Priority.NORMAL,
):
    """The Case of a subject, made where there is none yet. Called by the app that owns the subject.

    Args:
        kind: a name of `registry.kinds`.
        subject_id: its random or plain id, as text.
        agency: the Agency (or its id) whose people decide.
        context_label, context_url: what it answers, for people; never who sent it.
        submitted_at: aware instant; the start of the day where only the day may be kept.
    """
    registry.kinds[kind]  # a misspelt kind would wait for ever
    case, _made = Case.objects.get_or_create(
        kind=kind,
        subject_id=str(subject_id),
        defaults={
            "agency_id": getattr(agency, "pk", agency),
            "context_label": one_line(context_label)[:300],
            "context_url": context_url[:300],
            "submitted_at": submitted_at,
            "priority": priority,
        },
    )
    return case


@transaction.atomic
def put_back(*, kind, subject_id):
    """The words changed: the case waits for a decision on them, whatever was decided before."""
    case = _locked(kind=kind, subject_id=str(subject_id))
    case.state = rules.LIFECYCLE.target("resubmit", case.state)
    _store(case, "state")
    return case


@transaction.atomic
def close(*, kind, subject_id):
    """The sender took it back: nothing is left to decide. Twice is harmless.

    Who decided what stays; the words of an appeal go like the others.
    """
    case = _locked(kind=kind, subject_id=str(subject_id))
    if case.state == Case.State.CLOSED:
        return case
    before = case.state
    case.state = rules.LIFECYCLE.target("close", case.state)
    _store(case, "state")
    Appeal.objects.filter(case=case).update(text=_("Người gửi đã rút."))
    audit.record(
        actor=None,
        verb="close_case",
        obj=case,
        agency=case.agency_id,
        changes={"state": [before, case.state]},
        label=case.context_label,
    )
    return case


@transaction.atomic
def decide(*, actor, case_id, expected_version, outcome, reasons=(), note="", now=None):
    """Decide a case, for the first time, as a second look, or otherwise than before.

    Args:
        outcome: `rules.APPROVED` or `rules.HIDDEN`.
        reasons: codes of active ReasonCodes; needed for hiding, ignored for approving.
        note: for colleagues, never for the sender.

    Raises:
        Refused: "decided" when somebody was quicker (the sentence says who and what), "role",
            "same_person" for a second look by who decided before, "reason" without a reason.
    """
    now = now or clock.now()
    on = clock.today(now)
    if outcome not in rules.OUTCOMES:
        raise ValueError(f"no outcome {outcome!r}")
    case = _locked(pk=case_id)
    if not rules.may_see(actor, case, on=on):
        raise Refused(_("Đồng chí không kiểm duyệt nội dung của cơ quan này."), code="role")
    if expected_version != case.lock_version:
        raise Refused(_said_already(case), code="decided")
    target = rules.LIFECYCLE.target(rules.VERBS[outcome], case.state)
    grant = rules.deciding_grant(actor, case, on=on)
    if grant is None:
        raise Refused(
            _("Người đã quyết định trước đó không tự xem lại. Cần một người khác."),
            code="same_person",
        )
    codes, told = _reasons(outcome, reasons)
    note = one_line(note)
    if len(note) > NOTE_LENGTH:
        raise Refused(_("Ghi chú dài quá %(limit)d ký tự.") % {"limit": NOTE_LENGTH}, code="note")
    last = case.decisions.order_by("-n").first()
    looked_at = last if last is not None and last.by_id != actor.pk else None
    before = case.state
    decision = Decision.objects.create(
        case=case,
        n=1 if last is None else last.n + 1,
        by=actor,
        on_behalf_of_id=grant.on_behalf_of_id,
        at=now,
        outcome=outcome,
        reasons=codes,
        told=told,
        note=note,
        looks_at=looked_at,
        looks_at_by_id=looked_at and looked_at.by_id,
    )
    case.state = target
    case.decided_at = now
    case.priority = Case.Priority.NORMAL
    _store(case, "state", "decided_at", "priority")
    audit.record(
        actor=actor,
        verb="moderate",
        obj=case,
        agency=case.agency_id,
        on_behalf_of=person_behind(grant),
        changes={"state": [before, target], "reasons": [[], codes]},
        label=case.context_label,
    )
    registry.kinds[case.kind].apply(case, outcome, decision=decision, now=now)
    return decision


def approve_many(*, actor, versions, now=None):
    """Approve the ticked cases, each by itself: one that somebody else decided holds up no other.

    Args:
        versions: {case id: lock_version as the person saw it}.

    Returns:
        (number approved, [sentence about one that was not]).
    """
    if len(versions) > MOST_AT_ONCE:
        raise Refused(
            _("Mỗi lần duyệt nhiều nhất %(most)d nội dung.") % {"most": MOST_AT_ONCE}, code="many"
        )
    done, refusals = 0, []
    # In one order, so that two people with the same ticks do not wait for each other.
    for case_id in sorted(versions, key=str):
        try:
            decide(
                actor=actor,
                case_id=case_id,
                expected_version=versions[case_id],
                outcome=rules.APPROVED,
                now=now,
            )
        except Refused as refused:
            refusals.append(str(refused.message))
        except Case.DoesNotExist:
            refusals.append(_("Có nội dung không còn trong danh sách."))
        else:
            done += 1
    return done, refusals


@transaction.atomic
def appeal(*, kind, subject_id, text, now=None):
    """The sender asks for a second look, once. The app has made sure that it is the sender.

    Raises:
        Refused: "appealed" the second time, "text", or the sentence of the life cycle.
    """
    now = now or clock.now()
    case = _locked(kind=kind, subject_id=str(subject_id))
    if case.was_appealed:
        raise Refused(_("Nội dung này đã được đề nghị xem lại một lần rồi."), code="appealed")
    target = rules.LIFECYCLE.target("appeal", case.state)
    text = clean(text)
    if not text or len(text) > APPEAL_LENGTH:
        raise Refused(
            _("Hãy ghi vì sao cần xem lại, nhiều nhất %(limit)d ký tự.") % {"limit": APPEAL_LENGTH},
            code="text",
        )
    against = case.decisions.order_by("-n").first()
    Appeal.objects.create(case=case, against=against, text=text, at=now)
    case.state = target
    case.was_appealed = True
    case.priority = Case.Priority.HIGH
    _store(case, "state", "was_appealed", "priority")
    audit.record(
        actor=None,
        verb="appeal_moderation",
        obj=case,
        agency=case.agency_id,
        label=case.context_label,
    )
    return case


def _locked(**which):
    # Two statements: what is joined to a locked row is of before the waiting.
    pk = Case.objects.select_for_update().only("pk").get(**which).pk
    return Case.objects.select_related("agency").prefetch_related("decisions").get(pk=pk)


def _store(case, *fields):
    case.lock_version += 1
    case.save(update_fields=[*fields, "lock_version"])


def _reasons(outcome, codes):
    """(codes in their order, what the sender is told)."""
    if outcome == rules.APPROVED:
        return [], ""
    found = list(ReasonCode.objects.filter(active=True, code__in=list(codes)))
    if not found:
        raise Refused(_("Hãy chọn ít nhất một lý do; người gửi sẽ đọc lý do này."), code="reason")
    return [r.code for r in found], "\n".join(r.sentence for r in found)


def _said_already(case):
    if case.state == Case.State.CLOSED:
        return _("Người gửi đã rút nội dung này.")
    last = case.decisions.select_related("by").order_by("-n").first()
    if last is None or case.is_open:
        return _("Nội dung này đã thay đổi từ lúc mở trang. Hãy đọc lại rồi quyết định.")
    handler = registry.kinds[case.kind]
    words = handler.approve_label if last.outcome == rules.APPROVED else handler.hide_label
    return _("%(name)s đã quyết định “%(outcome)s” lúc %(at)s.") % {
        "name": last.by.full_name,
        "outcome": words,
        "at": datetime_vi(last.at),
    }
