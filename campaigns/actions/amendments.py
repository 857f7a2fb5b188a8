"""Amendments of issued plans: edits are gathered, given a reason, approved by somebody else, told.

Edits count at once (docs/adr: one truth at any time); what these verbs settle is what they are
called, why they were made, and that a second person or a signature on paper stands behind them.
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns import boundaries, notify
from campaigns.actions._common import OPEN, lock, one_line
from campaigns.actions.approval import refuse_if_second
from campaigns.actions.plans import is_second
from campaigns.models import Plan, PlanAmendment
from campaigns.queries.amendments import changes_between, hands_of_amendment
from campaigns.rules.access import DRAFTERS
from campaigns.rules.changes import amounts_to_something
from portal.agencies.rules import acting
from portal.common import audit, clock
from portal.common.errors import Refused
from portal.common.transitions import Lifecycle, transition
from portal.official import actions as official
from portal.official.models import DocumentLink, PaperApproval

State = PlanAmendment.State
AMENDMENT = "campaigns.amendment"

LIFECYCLE = Lifecycle(
    transition(
        "submit",
        [State.OPEN],
        State.SUBMITTED,
        gettext_noop("Chỉ đợt sửa đổi đang làm mới trình công bố được."),
    ),
    transition(
        "publish",
        [State.SUBMITTED],
        State.PUBLISHED,
        gettext_noop(
            "Chỉ đợt sửa đổi đang chờ duyệt mới công bố được; có thể vừa có người sửa thêm."
        ),
    ),
    transition(
        "send_back",
        [State.SUBMITTED],
        State.OPEN,
        gettext_noop("Chỉ đợt sửa đổi đang chờ duyệt mới trả lại được."),
    ),
    transition(
        "drop",
        [State.OPEN],
        State.DROPPED,
        gettext_noop("Chỉ đợt sửa đổi đang làm mới bỏ được."),
    ),
)


def begin_amendment(*, actor, plan):
    """Open an amendment of a plan in force; an edit opens one by itself. Idempotent.

    Raises:
        Refused: "not_in_force".
    """
    with boundaries.editing(actor=actor):
        plan = lock(plan)
        if plan.state != Plan.State.ISSUED:
            raise Refused(_("Chỉ kế hoạch đang thực hiện mới sửa đổi."), code="not_in_force")
        found = PlanAmendment.objects.filter(plan=plan, state__in=OPEN).first()
        if found is not None:
            return found
        amendment = PlanAmendment.objects.create(
            plan=plan, base_version=plan.version, opened_by=actor
        )
        _record(actor, "begin_amendment", amendment, {"version": [plan.version, None]})
    return amendment


def submit_amendment(
    *, actor, amendment, reason, amended_on=None, document=None, lock_version=None
):
    """Hand an amendment to the approvers.

    Args:
        reason: what it is for, shown to readers.
        amended_on: the day it is dated; today if not given.
        document: the OfficialDocument that orders the change, or None.

    Raises:
        StaleVersion; Refused: "missing", "nothing", "future", "own_document".
    """
    reason = one_line(reason, limit=500, what=_("lý do sửa đổi"))
    amended_on = amended_on or clock.today()
    if amended_on > clock.today():
        raise Refused(_("Ngày sửa đổi chưa đến."), code="future")
    with boundaries.editing(actor=actor):
        row = lock(amendment, lock_version)
        LIFECYCLE.target("submit", row.state)
        plan = lock(row.plan)
        if not _differs(row, plan):
            raise Refused(_("Chưa có gì được sửa so với bản đã công bố."), code="nothing")
        if document is not None and document.pk == plan.document_id:
            raise Refused(
                _("Văn bản sửa đổi phải là một văn bản khác kế hoạch này."), code="own_document"
            )
        giver = acting(actor, DRAFTERS, plan.issuer_id).on_behalf_of if actor else None
        row = _step(
            actor,
            row,
            "submit",
            reason=reason,
            amended_on=amended_on,
            document=document,
            submitted_by=actor,
            submitted_for=giver,
            state_note="",
        )
        notify.amendment_submitted(row)
    return row


def publish_amendment(*, actor, amendment, lock_version=None):
    """Publish a submitted amendment as "Sửa đổi lần n"; those concerned are told.

    Raises:
        StaleVersion; Refused: "self_approval" for whoever edited in it or submitted it.
    """
    with boundaries.editing(actor=actor):
        row = lock(amendment, lock_version)
        if not is_second(actor, row.plan.issuer_id, hands_of_amendment(row)):
            raise Refused(
                _("Người đã sửa hoặc đã trình không tự công bố; cần một người duyệt khác."),
                code="self_approval",
            )
        return _publish(actor, row, approved_by=actor)


def publish_amendment_on_paper(*, actor, amendment, scan, **paper):
    """Publish an amendment by a signature on paper, where nobody else of the office can approve.

    Args:
        scan, paper: as `official.record_paper_approval` takes them.

    Raises:
        Refused: "second_person"; as `official.record_paper_approval`.
    """
    with boundaries.editing(actor=actor):
        row = lock(amendment)
        LIFECYCLE.target("publish", row.state)
        refuse_if_second(row.plan.issuer, hands_of_amendment(row))
        approval = official.record_paper_approval(
            actor=actor,
            agency=row.plan.issuer,
            subject_kind="campaigns.plan",
            subject_id=row.plan_id,
            subject_label=row.plan.title,
            act=PaperApproval.Act.AMEND,
            scan=scan,
            **paper,
        )
        return _publish(actor, row, paper_approval=approval)


def send_back_amendment(*, actor, amendment, note):
    """Return a submitted amendment with a remark."""
    note = one_line(note, limit=500, what=_("lý do trả lại"))
    with boundaries.editing(actor=actor):
        row = _step(actor, lock(amendment), "send_back", state_note=note)
        notify.amendment_returned(row)
    return row


def drop_amendment(*, actor, amendment):
    """End an amendment in which nothing differs any more from what is published.

    Raises:
        Refused: "differs": what was edited has to be edited back first, nothing is lost silently.
    """
    with boundaries.editing(actor=actor):
        row = lock(amendment)
        LIFECYCLE.target("drop", row.state)
        if _differs(row, lock(row.plan)):
            raise Refused(
                _(
                    "Kế hoạch đang khác bản đã công bố. Hãy sửa lại như cũ rồi mới bỏ đợt sửa đổi, "
                    "hoặc trình công bố."
                ),
                code="differs",
            )
        return _step(actor, row, "drop")


def _publish(actor, row, **values):
    plan = lock(row.plan)
    last = PlanAmendment.objects.filter(plan=plan, state=State.PUBLISHED).order_by("-n").first()
    row = _step(
        actor,
        row,
        "publish",
        n=last.n + 1 if last else 1,
        version=plan.version,
        published_at=clock.now(),
        state_note="",
        **values,
    )
    if row.document is not None:
        official.link_documents(
            actor=actor,
            source=row.document,
            target=plan.document,
            kind=DocumentLink.Kind.AMENDS,
        )
    notify.amendment_published(row)
    return row


def _differs(row, plan):
    return row.base_version != plan.version and amounts_to_something(
        changes_between(plan, row.base_version, plan.version, tasks=True)
    )


def _step(actor, row, verb, **values):
    before = row.state
    row.state = LIFECYCLE.target(verb, before)
    for name, value in values.items():
        setattr(row, name, value)
    row.lock_version += 1
    row.save()
    changes = {"state": [before, row.state]}
    if row.n:
        changes["n"] = [None, row.n]
    if values.get("reason") or values.get("state_note"):
        changes["reason"] = [None, values.get("reason") or values["state_note"]]
    _record(actor, f"{verb}_amendment", row, changes)
    return row


def _record(actor, verb, row, changes):
    audit.record(
        actor=actor,
        verb=verb,
        obj=row.plan,
        agency=row.plan.issuer_id,
        changes=changes,
    )
