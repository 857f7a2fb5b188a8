"""Deciding a case, and proposing what needs two people."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.agencies.rules import person_behind
from portal.common import audit, clock
from portal.common.display import datetime_vi
from portal.common.errors import Refused
from portal.common.text import one_line
from portal.moderation import registry, rules
from portal.moderation.actions._common import locked, store
from portal.moderation.models import Case, Decision, Proposal, ReasonCode

NOTE_LENGTH = Decision._meta.get_field("note").max_length
CITED_LENGTH = Decision._meta.get_field("cited").max_length
#: So many at once is more than anybody has read.
MOST_AT_ONCE = 50


@transaction.atomic
def decide(
    *, actor, case_id, expected_version, outcome, reasons=(), cited="", note="", now=None
):  # fmt: skip
    """Decide a case, for the first time, as a second look, or otherwise than before.

    Args:
        outcome: one of `rules.OUTCOMES`.
        reasons: codes of active ReasonCodes; needed for hiding, ignored for approving; for spam
            the reason of spam where none is given.
        cited: the provision that was broken; needed where a reason needs two people.
        note: for colleagues, never for the sender.

    Raises:
        Refused: "decided" when somebody was quicker (the sentence says who and what), "claimed"
            while somebody else has it open, "role", "same_person" for a second look by who decided
            before, "reason" without a reason, "cited", "second_person" where somebody else has to
            propose it first.
    """
    now = now or clock.now()
    if outcome not in rules.OUTCOMES:
        raise ValueError(f"no outcome {outcome!r}")
    case, grant = _ready(actor, case_id, expected_version, now)
    target = rules.LIFECYCLE.target(rules.VERBS[outcome], case.state)
    found = find_reasons(case.kind, outcome, reasons)
    proposal = case.open_proposal()
    cited = _cited(found, cited)
    last = case.decisions.order_by("-n").first()
    if cited and not _seconds(case, proposal, last, found):
        raise Refused(
            _("Lý do này cần hai người: một người đề nghị, nêu căn cứ; người khác quyết định."),
            code="second_person",
        )
    looked_at = last if last is not None and last.by_id != actor.pk else None
    before = case.state
    decision = Decision.objects.create(
        case=case,
        n=1 if last is None else last.n + 1,
        by=actor,
        on_behalf_of_id=grant.on_behalf_of_id,
        at=now,
        outcome=outcome,
        reasons=[r.code for r in found],
        told=told(found, cited),
        cited=cited,
        note=_note(note),
        proposal=proposal,
        proposed_by_id=proposal and proposal.by_id,
        looks_at=looked_at,
        looks_at_by_id=looked_at and looked_at.by_id,
    )
    if proposal is not None:
        Proposal.objects.filter(pk=proposal.pk).update(closed_at=now)
    _settle(case, target, now)
    audit.record(
        actor=actor,
        verb="moderate",
        obj=case,
        agency=case.agency_id,
        on_behalf_of=person_behind(grant),
        changes={"state": [before, target], "reasons": [[], decision.reasons]},
        label=case.context_label,
    )
    registry.kinds[case.kind].apply(case, outcome, decision=decision, now=now)
    return decision


@transaction.atomic
def propose(*, actor, case_id, expected_version, reasons, cited, note="", now=None):
    """The first of two people: propose to hide `case` as against the law, citing the provision.

    Nothing happens to the words until somebody else decides; nothing is forwarded to anybody.

    Raises:
        Refused: as `decide`; "reason" where none of the reasons needs two people.
    """
    now = now or clock.now()
    case, grant = _ready(actor, case_id, expected_version, now)
    before = case.state
    target = rules.LIFECYCLE.target("propose", before)
    found = find_reasons(case.kind, rules.HIDDEN, reasons)
    cited = _cited(found, cited)
    if not cited:
        raise Refused(_("Lý do này một người quyết định được."), code="reason")
    proposal = Proposal.objects.create(
        case=case,
        by=actor,
        on_behalf_of_id=grant.on_behalf_of_id,
        at=now,
        reasons=[r.code for r in found],
        cited=cited,
        note=_note(note),
        state_before=before,
    )
    case.state = target
    case.claimed_by = case.claimed_until = None
    store(case, "state", "claimed_by", "claimed_until")
    audit.record(
        actor=actor,
        verb="propose_hiding",
        obj=case,
        agency=case.agency_id,
        on_behalf_of=person_behind(grant),
        changes={"state": [before, target], "reasons": [[], proposal.reasons]},
        label=case.context_label,
    )
    return proposal


@transaction.atomic
def take_back_proposal(*, actor, case_id, now=None):
    """Who proposed takes it back before anybody decided: the case waits as it did before."""
    now = now or clock.now()
    case = locked(pk=case_id)
    proposal = case.open_proposal()
    if proposal is None or actor.pk not in (proposal.by_id, proposal.on_behalf_of_id):
        raise Refused(_("Không có đề nghị nào của đồng chí chờ quyết định."), code="proposal")
    Proposal.objects.filter(pk=proposal.pk).update(closed_at=now)
    case.state = proposal.state_before
    store(case, "state")
    audit.record(
        actor=actor,
        verb="take_back_proposal",
        obj=case,
        agency=case.agency_id,
        changes={"state": [Case.State.PROPOSED.value, case.state]},
        label=case.context_label,
    )
    return case


def find_reasons(kind, outcome, codes):
    """[ReasonCode] for an outcome; for spam the one reason there is where none is given."""
    if outcome == rules.APPROVED:
        return []
    usable = ReasonCode.objects.filter(active=True, outcome=outcome)
    found = [
        r
        for r in usable
        if (not r.kinds or kind in r.kinds) and (r.code in codes or outcome == rules.SPAM)
    ]
    if not found:
        raise Refused(_("Hãy chọn ít nhất một lý do; người gửi sẽ đọc lý do này."), code="reason")
    if outcome == rules.SPAM and not registry.kinds[kind].spam_label:
        raise ValueError(f"{kind} knows no spam")
    return found


def told(reasons, cited):
    """What the sender reads of these reasons."""
    sentences = [r.sentence for r in reasons]
    if cited:
        sentences.append(_("Căn cứ: %s") % cited)
    return "\n".join(sentences)


def said_already(case):
    """Why a decision made on an older version of `case` does not stand."""
    if case.state == Case.State.CLOSED:
        return _("Người gửi đã rút nội dung này.")
    last = case.decisions.select_related("by").order_by("-n").first()
    if last is None or case.is_open:
        return _("Nội dung này đã thay đổi từ lúc mở trang. Hãy đọc lại rồi quyết định.")
    return _("%(name)s đã quyết định “%(outcome)s” lúc %(at)s.") % {
        "name": last.by.full_name,
        "outcome": registry.kinds[case.kind].outcome_label(last.outcome),
        "at": datetime_vi(last.at),
    }


def held_already(case):
    """Who has it open, as a sentence."""
    return _("%(name)s đang xem nội dung này, đến %(until)s.") % {
        "name": case.claimed_by.full_name,
        "until": datetime_vi(case.claimed_until),
    }


def _ready(actor, case_id, expected_version, now):
    """(locked Case, Grant of `actor`), or Refused."""
    on = clock.today(now)
    case = locked(pk=case_id)
    if not rules.may_see(actor, case, on=on):
        raise Refused(_("Đồng chí không kiểm duyệt nội dung của cơ quan này."), code="role")
    if expected_version != case.lock_version:
        raise Refused(said_already(case), code="decided")
    if case.holder(now) not in (None, actor.pk):
        raise Refused(held_already(case), code="claimed")
    grant = rules.deciding_grant(actor, case, on=on)
    if grant is None:
        raise Refused(
            _("Người đã quyết định trước đó không tự xem lại. Cần một người khác."),
            code="same_person",
        )
    return case, grant


def _settle(case, target, now):
    case.state = target
    case.decided_at = now
    case.priority = Case.Priority.NORMAL
    case.claimed_by = case.claimed_until = None
    store(case, "state", "decided_at", "priority", "claimed_by", "claimed_until")


def _cited(found, cited):
    """The provision, where a reason needs one; "" otherwise."""
    if not any(r.two_people for r in found):
        return ""
    cited = one_line(cited)
    if not cited:
        raise Refused(
            _("Hãy ghi điều, khoản, văn bản bị vi phạm; người gửi sẽ đọc căn cứ này."),
            code="cited",
        )
    if len(cited) > CITED_LENGTH:
        raise Refused(_("Căn cứ dài quá %(limit)d ký tự.") % {"limit": CITED_LENGTH}, code="cited")
    return cited


def _seconds(case, proposal, last, found):
    """Whether somebody else said the same before: by a proposal, or by what is looked at again."""
    heavy = {r.code for r in found if r.two_people}
    if proposal is not None:
        return heavy <= set(proposal.reasons)
    appealed = case.state == Case.State.APPEALED and last is not None
    return appealed and heavy <= set(last.reasons)


def _note(note):
    note = one_line(note)
    if len(note) > NOTE_LENGTH:
        raise Refused(_("Ghi chú dài quá %(limit)d ký tự.") % {"limit": NOTE_LENGTH}, code="note")
    return note
