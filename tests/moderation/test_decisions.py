"""Deciding: who, once, with a reason, looked at a second time by somebody else."""

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.moderation import actions, queries, rules
from portal.moderation.models import Appeal, Case, Decision, ReasonCode
from tests.moderation.factories import KIND, at

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")


def decide(who, case, outcome=rules.APPROVED, **more):
    case = Case.objects.get(pk=case.pk)
    return actions.decide(
        actor=who,
        case_id=case.pk,
        expected_version=more.pop("version", case.lock_version),
        outcome=outcome,
        now=more.pop("now", NOW),
        **more,
    )


def hide(who, case, reasons=("spam",), **more):
    return decide(who, case, rules.HIDDEN, reasons=reasons, **more)


def appeal(text="Tôi không quảng cáo gì cả.", subject="1"):
    return actions.appeal(kind=KIND, subject_id=subject, text=text, now=NOW)


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value


def test_approving_does_what_the_kind_says_and_is_written_down(desk):
    case = desk.case("Bài hay.")
    decide(desk.moderator, case)
    case.refresh_from_db()
    assert (case.state, case.decided_at, case.lock_version) == ("approved", NOW, 1)
    assert desk.notes.applied == [("1", "approved", "")]
    (decision,) = case.decisions.all()
    assert (decision.n, decision.by, decision.outcome) == (1, desk.moderator, "approved")
    entry = AuditEntry.objects.get(verb="moderate")
    assert entry.actor == desk.moderator
    assert entry.changes["state"] == ["pending", "approved"]


def test_the_log_never_holds_the_words(desk):
    case = desk.case("Câu chữ không trùng với ai.")
    hide(desk.moderator, case)
    appeal("Lời đề nghị không trùng với ai.")
    written = str(list(AuditEntry.objects.values()))
    assert "Câu chữ không trùng" not in written
    assert "Lời đề nghị" not in written


def test_the_same_subject_waits_once(desk):
    one, two = desk.case(), desk.case()
    assert one.pk == two.pk
    assert Case.objects.count() == 1


def test_hiding_needs_a_reason_and_the_sender_reads_its_sentence(desk):
    case = desk.case()
    assert refused(hide, desk.moderator, case, reasons=()).code == "reason"
    assert refused(hide, desk.moderator, case, reasons=["khong-co-ma-nay"]).code == "reason"
    ReasonCode.objects.filter(code="trung-lap").update(active=False)
    assert refused(hide, desk.moderator, case, reasons=["trung-lap"]).code == "reason"
    assert Decision.objects.count() == 0
    decision = hide(desk.moderator, case, ["ngoai-chu-de", "spam"], note=" xem  lại ")
    sentences = ReasonCode.objects.filter(code__in=["spam", "ngoai-chu-de"])
    assert decision.told == "\n".join(r.sentence for r in sentences)
    assert decision.reasons == ["spam", "ngoai-chu-de"]
    assert decision.note == "xem lại"
    assert desk.notes.applied == [("1", "hidden", decision.told)]


def test_disagreeing_is_no_reason(db):
    words = " ".join(f"{r.label} {r.sentence}" for r in ReasonCode.objects.all()).lower()
    assert ReasonCode.objects.count() == 11
    for word in ["phản đối", "trái chiều", "phê bình", "không tán thành", "quan điểm"]:
        assert word not in words


@pytest.mark.parametrize("who", ["staff", "outsider", "superior"])
def test_others_do_not_decide(desk, who):
    case = desk.case()
    assert refused(decide, getattr(desk, who), case).code == "role"
    assert list(queries.cases(getattr(desk, who))) == []


def test_the_second_of_two_sees_the_first_decision(desk):
    case = desk.case()
    decide(desk.moderator, case)
    said = refused(hide, desk.colleague, case, version=0)
    assert said.code == "decided"
    assert said.message == "Đặng Kiểm Duyệt đã quyết định “Đăng” lúc 20/09/2026 10:00."
    assert Decision.objects.count() == 1


def test_changed_words_are_read_anew(desk):
    case = desk.case("Bản đầu.")
    actions.put_back(kind=KIND, subject_id="1")
    assert "đã thay đổi" in refused(decide, desk.moderator, case, version=0).message
    decide(desk.moderator, case)
    actions.put_back(kind=KIND, subject_id="1")
    case.refresh_from_db()
    assert case.state == "pending"


def test_what_cannot_be_done_is_not_decided(desk):
    case = desk.case()
    desk.notes.fail = True
    with pytest.raises(RuntimeError), transaction.atomic():
        decide(desk.moderator, case)
    case.refresh_from_db()
    assert (case.state, Decision.objects.count()) == ("pending", 0)


class TestSecondLook:
    def test_another_person_takes_it(self, desk):
        case = desk.case()
        first = hide(desk.moderator, case)
        appeal()
        assert refused(decide, desk.moderator, case).code == "same_person"
        second = decide(desk.colleague, case)
        assert (second.looks_at, second.looks_at_by, second.n) == (first, desk.moderator, 2)
        case.refresh_from_db()
        assert case.state == "approved"

    def test_nobody_who_decided_before_overturns_its_result(self, desk):
        case = desk.case()
        hide(desk.moderator, case)
        appeal()
        decide(desk.colleague, case)
        assert refused(hide, desk.moderator, case).code == "same_person"
        assert refused(hide, desk.colleague, case).code == "same_person"
        assert hide(desk.approver, case).looks_at_by == desk.colleague

    def test_the_office_above_looks_where_nobody_else_is_left(self, desk):
        case = desk.case()
        hide(desk.moderator, case)
        assert refused(decide, desk.superior, case).code == "role"
        appeal()
        assert [c.pk for c in queries.waiting_for(desk.superior)] == [case.pk]
        assert list(queries.waiting_for(desk.moderator)) == []
        decide(desk.superior, case)

    def test_once_only_and_only_of_what_is_hidden(self, desk):
        case = desk.case()
        assert refused(appeal).code == "transition:appeal:pending"
        hide(desk.moderator, case)
        assert refused(appeal, "  ").code == "text"
        assert refused(appeal, "x" * 1001).code == "text"
        appeal("Đê\u0300 nghị")
        assert Appeal.objects.get().text == "Đề nghị"
        assert refused(appeal).code == "appealed"
        hide(desk.colleague, case, ["xuc-pham"])
        assert refused(appeal).code == "appealed"

    def test_it_comes_before_all_else(self, desk):
        case = desk.case(when="2026-09-20 09:00")
        older = desk.case(subject="2", when="2026-09-19 09:00")
        hide(desk.moderator, case)
        appeal()
        assert [c.pk for c in queries.waiting_for(desk.colleague)] == [case.pk, older.pk]

    def test_the_database_refuses_the_same_person(self, desk):
        case = desk.case()
        first = hide(desk.moderator, case)
        with pytest.raises(IntegrityError), transaction.atomic():
            Decision.objects.create(
                case=case, n=2, by=desk.moderator, at=NOW, outcome="approved",
                looks_at=first, looks_at_by=desk.moderator,
            )  # fmt: skip


def test_a_mistake_is_put_right_by_who_made_it(desk):
    case = desk.case()
    decide(desk.moderator, case)
    again = hide(desk.moderator, case)
    assert (again.n, again.looks_at) == (2, None)
    assert refused(hide, desk.moderator, case).code == "transition:hide:hidden"


def test_decisions_are_only_added(desk):
    decision = decide(desk.moderator, desk.case())
    for change in (lambda: decision.delete(), lambda: Decision.objects.update(note="khác")):
        with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
            change()


class TestMany:
    def test_each_by_itself(self, desk):
        cases = [desk.case(subject=str(n)) for n in range(3)]
        hide(desk.colleague, cases[1])
        done, refusals = actions.decide_many(
            actor=desk.moderator,
            versions={c.pk: 0 for c in cases},
            outcome=rules.APPROVED,
            now=NOW,
        )
        assert done == 2
        assert refusals == ["Hồ Xem Lại đã quyết định “Không đăng” lúc 20/09/2026 10:00."]

    def test_no_more_than_somebody_has_read(self, desk):
        versions = {f"00000000-0000-0000-0000-{n:012}": 0 for n in range(51)}
        said = refused(
            actions.decide_many, actor=desk.moderator, versions=versions, outcome=rules.APPROVED
        )
        assert said.code == "many"
