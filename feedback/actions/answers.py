"""Answers to what was said: written, submitted together, published together by somebody else.

The rule of the house: who wrote or submitted does not approve. Where the office has nobody else
with the right, a signature on paper approves; whoever records it keeps the scan, and the superior
sees it in the list of approvals on paper.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from campaigns.actions.approval import refuse_if_second
from campaigns.queries.approval import second_people
from feedback import participants, rules
from feedback.models import Answer, AnswerRelease, Consultation
from portal.agencies.rules import require
from portal.common import audit, clock
from portal.common.errors import Refused, StaleVersion
from portal.common.text import clean
from portal.notices import actions as notices
from portal.notices import registry
from portal.official import actions as official
from portal.official.models import PaperApproval

MAX_TEXT = 20_000
MAX_CHANGED = 2_000
#: Subject of the notices that a release waits or was returned.
RELEASE = "feedback.answer_release"
State = AnswerRelease.State


@transaction.atomic
def save_answer(
    *, actor, consultation, edition, block, outcome, text, changed="", expected_version
):
    """Write the answer about one passage (`block` None: about the whole edition). Internal as yet.

    Args:
        expected_version: the `lock_version` the form was made from, 0 where there was no answer.

    Raises:
        Refused: no right, a place outside the consultation, no outcome, no text; answers are
            submitted or published (code "locked").
        StaleVersion: somebody else saved meanwhile.
    """
    consultation, acting = _open(actor, consultation)
    text, changed = clean(text), clean(changed)
    _check_place(consultation, edition, block)
    if outcome not in Answer.Outcome.values:
        raise Refused(_("Hãy chọn kết quả: tiếp thu, tiếp thu một phần hoặc giải trình."))
    if not text:
        raise Refused(_("Hãy viết nội dung trả lời."), code="empty")
    if len(text) > MAX_TEXT or len(changed) > MAX_CHANGED:
        raise Refused(_("Nội dung trả lời quá dài."), code="long")
    found = Answer.objects.filter(consultation=consultation, edition=edition, block=block).first()
    current = 0 if found is None else found.lock_version
    if found is not None and current != expected_version:
        raise StaleVersion(_("Câu trả lời này đã được sửa ở một cửa sổ khác."), current=found)
    row = found or Answer(consultation=consultation, edition=edition, block=block)
    row.outcome, row.text, row.changed = outcome, text, changed
    row.written_by, row.lock_version = actor, current + 1
    row.save()
    _audit(acting, "write_answer", row, consultation)
    return row


@transaction.atomic
def delete_answer(*, actor, answer, expected_version):
    """Take back a drafted answer, while drafts may be edited."""
    consultation, acting = _open(actor, answer.consultation)
    row = Answer.objects.filter(pk=answer.pk).first()
    if row is None:
        return
    if row.lock_version != expected_version:
        raise StaleVersion(_("Câu trả lời này đã được sửa ở một cửa sổ khác."), current=row)
    _audit(acting, "delete_answer", row, consultation)
    row.delete()


@transaction.atomic
def submit_answers(*, actor, consultation, now=None):
    """Ask for the answers to be published, all at once. Nobody edits them while it is decided.

    Raises:
        Refused: no right, the consultation still takes opinions, no answers, submitted already.
    """
    now = now or clock.now()
    consultation, acting = _open(actor, consultation)
    if rules.phase_of(consultation, now) != "closed":
        raise Refused(
            _("Chỉ trình công bố trả lời sau khi đợt lấy ý kiến kết thúc."), code="not_closed"
        )
    count = consultation.answers.count()
    if not count:
        raise Refused(_("Chưa có câu trả lời nào."), code="none")
    release = AnswerRelease.objects.create(
        consultation=consultation, answers=count, submitted_by=actor, submitted_at=now
    )
    _audit(acting, "submit_answers", release, consultation)
    notices.notify_now(
        kind=registry.AWAITING_APPROVAL,
        subject_kind=RELEASE,
        subject_id=release.pk,
        agency_id=consultation.agency_id,
    )
    return release


@transaction.atomic
def publish_answers(*, actor, release, now=None):
    """Publish all answers of the consultation in one batch; its participants are told.

    From then on answers are not edited and no exchange goes on.

    Raises:
        Refused: no right, wrote or submitted them, decided already.
    """
    release, consultation, acting = _decide(actor, release)
    if not may_decide(actor, release):
        raise _not_own()
    return _publish(release, consultation, acting, now or clock.now())


@transaction.atomic
def publish_answers_on_paper(*, actor, release, scan, now=None, **paper):
    """Publish all answers by the signature on paper, where nobody else of the office may approve.

    Args:
        scan, paper: as `official.record_paper_approval` takes them.

    Raises:
        Refused: no right, decided already, "second_person" when somebody else of the office can
            approve here; as `official.record_paper_approval`.
    """
    release, consultation, acting = _decide(actor, release)
    refuse_if_second(consultation.agency, writers_of(consultation, release))
    approval = official.record_paper_approval(
        actor=actor,
        agency=consultation.agency,
        subject_kind=RELEASE,
        subject_id=release.pk,
        subject_label=_("Trả lời ý kiến: %s") % consultation.title,
        act=PaperApproval.Act.PUBLISH,
        scan=scan,
        **paper,
    )
    release.paper_approval = approval
    changes = {"paper_approval": [None, f"{approval.number}, {approval.signer}"]}
    return _publish(release, consultation, acting, now or clock.now(), changes)


def _publish(release, consultation, acting, now, changes=None):
    _settle(release, State.PUBLISHED, acting.actor, now)
    consultation.answers_published_at = now
    consultation.save(update_fields=["answers_published_at"])
    changes = {"answers": [None, release.answers]} | (changes or {})
    _audit(acting, "publish_answers", release, consultation, changes)
    participants.tell(consultation.pk, participants.ANSWERED, now=now)
    return release


@transaction.atomic
def return_answers(*, actor, release, reason, now=None):
    """Send the answers back to be changed, with a reason; where only paper approves, whoever may
    record the paper does, for the signer may want other words.
    """
    reason = clean(reason)
    release, consultation, acting = _decide(actor, release)
    if not may_decide(actor, release) and not needs_paper(actor, release):
        raise _not_own()
    if not reason:
        raise Refused(_("Cần ghi lý do trả lại."), code="no_reason")
    _settle(release, State.RETURNED, actor, now or clock.now(), reason)
    _audit(acting, "return_answers", release, consultation, {"reason": [None, reason]})
    notices.notify_now(
        kind=registry.RETURNED,
        subject_kind=RELEASE,
        subject_id=release.pk,
        agency_id=consultation.agency_id,
    )
    return release


@transaction.atomic
def take_back_answers(*, actor, consultation, reason, now=None):
    """Take published answers off the public pages to correct them, with a public reason.

    Approvers may, and who published them: a mistake is not left standing until another comes.

    Raises:
        Refused: no right, not published, no reason.
    """
    reason = clean(reason)
    now = now or clock.now()
    consultation = _lock(consultation)
    acting = require(actor, rules.APPROVING_ROLES | rules.ANSWERING_ROLES, consultation.agency)
    release = consultation.answer_releases.filter(state=State.PUBLISHED).first()
    if release is None:
        raise Refused(_("Trả lời của đợt này chưa công bố."), code="not_published")
    if not may_take_back(actor, release):
        raise Refused(_("Chỉ người duyệt của cơ quan thu hồi được trả lời."), code="no_right")
    if not reason:
        raise Refused(_("Cần ghi lý do thu hồi; lý do hiện công khai."), code="no_reason")
    _settle(release, State.TAKEN_BACK, actor, now, reason)
    consultation.answers_published_at = None
    consultation.save(update_fields=["answers_published_at"])
    _audit(acting, "take_back_answers", release, consultation, {"reason": [None, reason]})
    return release


def writers_of(consultation, release):
    """Ids of who wrote the answers that stand or submitted them."""
    return {release.submitted_by_id, *consultation.answers.values_list("written_by", flat=True)}


def may_decide(actor, release):
    """Whether `actor` may publish or return what was submitted: an approver who had no hand in
    it, nor stands in for somebody who had."""
    return actor in _approvers(release)


def needs_paper(actor, release):
    """Whether `actor` may record a signature on paper: they write or approve at the office, and
    nobody there may approve here."""
    consultation = release.consultation
    works = rules.may_see_answers(actor, consultation)
    return release.state == State.SUBMITTED and works and not _approvers(release)


def _approvers(release):
    consultation = release.consultation
    return second_people(consultation.agency, writers_of(consultation, release))


def may_take_back(actor, release):
    """Whether `actor` may take these published answers back."""
    return release.decided_by_id == actor.pk or rules.may_approve_answers(
        actor, release.consultation
    )


def _decide(actor, release):
    release = (
        AnswerRelease.objects.select_for_update(of=("self",))
        .select_related("consultation__agency")
        .get(pk=release.pk)
    )
    consultation = _lock(release.consultation)
    if release.state != State.SUBMITTED:
        raise Refused(_("Lần trình này đã được quyết định."), code="decided")
    acting = require(actor, rules.APPROVING_ROLES | rules.ANSWERING_ROLES, consultation.agency)
    return release, consultation, acting


def _not_own():
    return Refused(
        _(
            "Người viết hoặc trình không tự duyệt; cần người duyệt khác của cơ quan, hoặc phê "
            "duyệt trên giấy nếu cơ quan không có ai."
        ),
        code="own",
    )


def _settle(release, state, actor, now, reason=""):
    release.state, release.decided_by, release.decided_at = state, actor, now
    release.reason = reason
    release.save(update_fields=["state", "decided_by", "decided_at", "reason", "paper_approval"])


def _open(actor, consultation):
    """(the locked consultation, Acting) where `actor` may write answers and they are not locked."""
    consultation = _lock(consultation)
    acting = require(actor, rules.ANSWERING_ROLES, consultation.agency)
    live = consultation.answer_releases.filter(state__in=[State.SUBMITTED, State.PUBLISHED])
    state = live.values_list("state", flat=True).first()
    if state is not None:
        words = {
            State.SUBMITTED: _("Trả lời đang chờ duyệt nên không sửa được."),
            State.PUBLISHED: _("Trả lời đã công bố; muốn sửa phải thu hồi trước."),
        }
        raise Refused(words[state], code="locked")
    if consultation.state != Consultation.State.ANNOUNCED:
        raise Refused(_("Đợt lấy ý kiến này không đang được tổ chức."), code="state")
    return consultation, acting


def _check_place(consultation, edition, block):
    here = consultation.consultation_editions.filter(edition=edition).exists()
    if not here or (block is not None and block.edition_id != edition.pk):
        raise Refused(_("Đoạn này không thuộc đợt lấy ý kiến."), code="place")


def _lock(consultation):
    return (
        Consultation.objects.select_for_update(of=("self",))
        .select_related("agency", "opens", "closes")
        .get(pk=consultation.pk)
    )


def _audit(acting, verb, obj, consultation, changes=None):
    audit.record(
        actor=acting.actor,
        verb=verb,
        obj=obj,
        agency=consultation.agency_id,
        changes=changes,
        on_behalf_of=acting.on_behalf_of,
    )
