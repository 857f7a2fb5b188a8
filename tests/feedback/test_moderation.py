"""Opinions in the queue: about display and spam alone, without person, unit and stance."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from feedback import actions, moderation, queries, totals
from feedback.authors import Guest
from feedback.models import Opinion, OpinionTotals
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.moderation import actions as queue
from portal.moderation import queries as waiting
from portal.moderation import registry, rules
from portal.moderation.models import Appeal, Case, Decision
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
State, Display = Opinion.State, Opinion.Display


def moderated_world(**fields):
    """A World whose opinions are published after moderation; `ha` and `thu` moderate there."""
    world = make_world(policy="moderated", **fields)
    world.ha, world.thu = (UserFactory(full_name=name) for name in ("Lý Hà", "Ngô Thu"))
    for person in (world.ha, world.thu):
        give(person, Role.MODERATOR, world.province)
    return world


@pytest.fixture
def world():
    return moderated_world()


def one(world, **fields):
    """A swept opinion and its Case."""
    receipt = send(world, **fields)
    moderation.sweep(now=NOW)
    opinion = Opinion.objects.get(public_id=receipt.public_id)
    return opinion, Case.objects.get(subject_id=str(opinion.pk))


def decide(who, case, outcome=rules.APPROVED, reasons=(), **more):
    case.refresh_from_db()
    return queue.decide(
        actor=who,
        case_id=case.pk,
        expected_version=more.pop("version", case.lock_version),
        outcome=outcome,
        reasons=reasons,
        now=more.pop("now", NOW),
        **more,
    )


def hide(who, case, reason="xuc-pham", **more):
    return decide(who, case, rules.HIDDEN, [reason], **more)


def spam(who, case, **more):
    return decide(who, case, rules.SPAM, **more)


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        call(*args, **kwargs)
    return caught.value.code


def counted(world):
    totals.fold()
    row = OpinionTotals.objects.filter(consultation=world.consultation, dim="all").first()
    return row.n if row else 0


class TestSweep:
    def test_intake_makes_no_case_the_sweep_does(self, world):
        send(world)
        assert Case.objects.count() == 0
        assert moderation.sweep(now=NOW) == 1
        case = Case.objects.get()
        opinion = Opinion.objects.get()
        assert (case.kind, case.subject_id) == ("feedback.opinion", str(opinion.pk))
        assert case.agency == world.province
        assert case.submitted_at == dt.datetime(2025, 8, 20, tzinfo=NOW.tzinfo)
        assert case.due_on == dt.date(2025, 8, 22)
        assert (case.state, opinion.cased, opinion.display) == ("pending", True, "pending")
        assert moderation.sweep(now=NOW) == 0

    def test_what_only_counts_is_left_alone(self):
        world = make_world()
        send(world)
        assert moderation.sweep(now=NOW) == 0
        assert Case.objects.count() == 0

    def test_a_stance_without_words_has_nothing_to_show(self, world):
        send(world, text="")
        assert moderation.sweep(now=NOW) == 0

    def test_shown_at_once_is_looked_at_too(self, world):
        type(world.consultation).objects.update(moderation="after")
        opinion, case = one(world)
        assert (opinion.display, case.state) == ("shown", "pending")

    def test_due_days_are_those_of_the_consultation(self, world):
        type(world.consultation).objects.update(moderation_days=5)
        _opinion, case = one(world)
        assert case.due_on == dt.date(2025, 8, 27)  # a week-end between

    def test_as_many_statements_for_many_as_for_one(self, world):
        def statements():
            with CaptureQueriesContext(
                connection,
            ) as caught:
                moderation.sweep(now=NOW)
            return len(caught)

        send(world)
        first = statements()
        for n in range(12):
            send(world, text=f"Ý kiến số {n}.")
        assert statements() == first
        assert Case.objects.count() == 13


class TestWhatModeratorsRead:
    def test_words_and_passage_but_neither_person_unit_nor_stance(self, world, client):
        world.member.full_name = "Tên Riêng Không Trùng"
        world.member.save()
        opinion, case = one(
            world,
            text="Cần ghi rõ thời hạn.",
            reason="Vì dễ quên.",
            naming="named",
            group=world.group,
        )
        client.force_login(world.ha)
        for url in ("/lam-viec/kiem-duyet/", f"/lam-viec/kiem-duyet/{case.pk}/"):
            html = client.get(url).content.decode()
            assert "Cần ghi rõ thời hạn." in html
            assert "Vì dễ quên." in html
            assert "Không hiển thị" in html
            for secret in (
                "Tên Riêng", world.cell.name, world.commune.name, "Đồng ý một phần", "Đảng viên",
                str(opinion.public_id), "20/08/2025 0",
            ):  # fmt: skip
                assert secret not in html.split("<main")[1], secret

    def test_the_kind_hands_over_no_name(self, world):
        opinion, _case = one(world, naming="named")
        shown = registry.kinds["feedback.opinion"].load([str(opinion.pk)])[str(opinion.pk)]
        assert shown.name == ""
        assert shown.answers == world.block(2).plain

    def test_reading_costs_the_same_for_many(self, world):
        def cost():
            cases = list(Case.objects.all())
            with CaptureQueriesContext(connection) as caught:
                waiting.lines(cases)
            return len(caught)

        one(world)
        first = cost()
        for n in range(9):
            one(world, text=f"Thêm {n}.")
        assert cost() == first

    def test_only_moderators_of_the_agency_decide(self, world):
        elsewhere = UserFactory()
        give(elsewhere, Role.MODERATOR, world.commune)
        _opinion, case = one(world)
        for person in (
            world.staff,
            world.approver,
            world.rapporteur,
            world.top_rapporteur,
            elsewhere,
        ):
            assert refused(decide, person, case) == "role"


class TestOutcomes:
    def test_shown(self, world):
        opinion, case = one(world)
        decide(world.ha, case)
        opinion.refresh_from_db()
        assert (opinion.state, opinion.display) == ("received", "shown")
        assert counted(world) == 1

    def test_hidden_still_counts_and_keeps_every_word(self, world):
        opinion, case = one(world)
        before = opinion.text
        hide(world.ha, case)
        opinion.refresh_from_db()
        assert (opinion.state, opinion.display, opinion.text) == ("received", "hidden", before)
        assert counted(world) == 1

    def test_spam_does_not_count_until_a_second_look_restores_it(self, world):
        opinion, case = one(world)
        spam(world.ha, case)
        opinion.refresh_from_db()
        assert (opinion.state, opinion.display) == ("spam", "hidden")
        assert counted(world) == 0
        assert "thư rác" in Decision.objects.get().told
        moderation.appeal(opinion, text="Tôi tự viết.", now=NOW)
        decide(world.thu, case)
        opinion.refresh_from_db()
        assert (opinion.state, opinion.display) == ("received", "shown")
        assert counted(world) == 1

    def test_from_spam_to_hidden_it_counts_again(self, world):
        opinion, case = one(world)
        spam(world.ha, case)
        hide(world.ha, case)
        opinion.refresh_from_db()
        assert (opinion.state, opinion.display) == ("received", "hidden")
        assert counted(world) == 1

    def test_responses_know_no_spam(self, world):
        assert registry.kinds["news.response"].spam_label == ""

    def test_nobody_decides_on_their_own_words(self, world):
        opinion, case = one(world, author=world.ha, text="Bớt họp.")
        assert refused(decide, world.ha, case) == "own"
        assert refused(spam, world.ha, case) == "own"
        assert not Decision.objects.exists()
        hide(world.thu, case)
        moderation.appeal(opinion, text="Không xúc phạm ai.", now=NOW)
        assert refused(decide, world.ha, case) == "own"
        opinion.refresh_from_db()
        assert opinion.display == Display.HIDDEN


class TestChanges:
    def revise(self, world, opinion, **words):
        fields = {"stance": opinion.stance, "text": opinion.text, "reason": "", "proposed": ""}
        return actions.revise_opinion(
            author=world.member,
            opinion=opinion,
            expected_version=opinion.lock_version,
            now=NOW,
            **fields | words,
        )

    def test_new_words_come_back_and_are_not_shown_meanwhile(self, world):
        opinion, case = one(world)
        decide(world.ha, case)
        opinion = self.revise(world, opinion, text="Viết lại.")
        assert opinion.display == "pending"
        # nobody decides on words that were not read
        assert refused(hide, world.ha, case) == "decided"
        moderation.sweep(now=NOW)
        case.refresh_from_db()
        assert case.state == "pending"
        decide(world.ha, case)
        opinion.refresh_from_db()
        assert opinion.display == "shown"

    def test_a_page_opened_before_says_so(self, world):
        opinion, case = one(world)
        seen = case.lock_version
        self.revise(world, opinion, text="Viết lại.")
        moderation.sweep(now=NOW)
        assert refused(decide, world.ha, case, version=seen) == "decided"

    def test_another_stance_alone_is_no_matter_of_moderation(self, world):
        opinion, case = one(world)
        decide(world.ha, case)
        opinion = self.revise(world, opinion, stance="agree")
        assert opinion.display == "shown"
        assert moderation.sweep(now=NOW) == 0

    def test_words_taken_out_close_the_case(self, world):
        opinion, case = one(world)
        self.revise(world, opinion, text="")
        moderation.sweep(now=NOW)
        case.refresh_from_db()
        assert case.state == "closed"

    def test_withdrawn_is_closed_and_no_longer_read(self, world):
        opinion, case = one(world)
        actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)
        assert waiting.lines([case]) == []
        assert refused(decide, world.ha, case) == "decided"
        moderation.sweep(now=NOW)
        case.refresh_from_db()
        assert case.state == "closed"
        assert refused(decide, world.ha, case) == "transition:approve:closed"
        opinion.refresh_from_db()
        assert (opinion.state, opinion.display) == ("withdrawn", "pending")


class TestUnlawful:
    CITED = "Điều 8 khoản 2 Luật An ninh mạng"

    def propose(self, world, case, who=None, cited=CITED):
        case.refresh_from_db()
        return queue.propose(
            actor=who or world.ha,
            case_id=case.pk,
            expected_version=case.lock_version,
            reasons=["trai-phap-luat"],
            cited=cited,
            now=NOW,
        )

    def test_one_proposes_with_the_provision_another_decides(self, world):
        opinion, case = one(world)
        assert refused(hide, world.ha, case, "trai-phap-luat", cited=self.CITED) == "second_person"
        assert refused(self.propose, world, case, cited=" ") == "cited"
        self.propose(world, case)
        opinion.refresh_from_db()
        case.refresh_from_db()
        assert (case.state, opinion.display) == ("proposed", "pending")
        assert refused(hide, world.ha, case, "trai-phap-luat", cited=self.CITED) == "same_person"
        assert list(waiting.waiting_for(world.ha)) == []
        assert [c.pk for c in waiting.waiting_for(world.thu)] == [case.pk]
        decision = hide(world.thu, case, "trai-phap-luat", cited=self.CITED)
        assert (decision.proposed_by, decision.by) == (world.ha, world.thu)
        assert decision.told.endswith(f"Căn cứ: {self.CITED}")
        opinion.refresh_from_db()
        assert (opinion.display, opinion.state) == ("hidden", "received")

    def test_the_second_needs_no_reason_to_disagree(self, world):
        opinion, case = one(world)
        self.propose(world, case)
        decide(world.thu, case)
        opinion.refresh_from_db()
        assert opinion.display == "shown"

    def test_taken_back_it_waits_as_before(self, world):
        _opinion, case = one(world)
        self.propose(world, case)
        assert refused(queue.take_back_proposal, actor=world.thu, case_id=case.pk) == "proposal"
        queue.take_back_proposal(actor=world.ha, case_id=case.pk)
        case.refresh_from_db()
        assert case.state == "pending"
        decide(world.ha, case)

    def test_new_words_drop_the_proposal(self, world):
        opinion, case = one(world)
        self.propose(world, case)
        TestChanges().revise(world, opinion, text="Đã bỏ câu đó.")
        moderation.sweep(now=NOW)
        case.refresh_from_db()
        assert (case.state, case.open_proposal()) == ("pending", None)
        decide(world.ha, case)

    def test_appealed_it_takes_a_third_person(self, world):
        opinion, case = one(world)
        self.propose(world, case)
        hide(world.thu, case, "trai-phap-luat", cited=self.CITED)
        moderation.appeal(opinion, text="Không đúng.", now=NOW)
        assert refused(decide, world.ha, case) == "same_person"
        assert refused(decide, world.thu, case) == "same_person"
        third = UserFactory()
        give(third, Role.MODERATOR, world.province)
        hide(third, case, "trai-phap-luat", cited=self.CITED)

    def test_in_the_browser(self, world, client):
        _opinion, case = one(world)
        here = f"/lam-viec/kiem-duyet/{case.pk}/"
        client.force_login(world.ha)
        fields = {"lock_version": 0, "reasons": ["trai-phap-luat"], "cited": ""}
        html = client.post(here + "khong-dang/", fields).content.decode()
        assert "Hãy ghi điều, khoản, văn bản bị vi phạm." in html
        client.post(here + "khong-dang/", fields | {"cited": self.CITED})
        case.refresh_from_db()
        assert case.state == "proposed"
        assert "Rút đề nghị" in client.get(here).content.decode()
        client.force_login(world.thu)
        html = client.get(here).content.decode()
        assert self.CITED in html
        fields |= {"lock_version": case.lock_version, "cited": self.CITED}
        client.post(here + "khong-dang/", fields)
        case.refresh_from_db()
        assert case.state == "hidden"


class TestAppeals:
    def test_once_and_by_somebody_else(self, world):
        opinion, case = one(world)
        assert refused(moderation.appeal, opinion, text="Sao lâu thế?") == (
            "transition:appeal:pending"
        )
        hide(world.ha, case)
        moderation.appeal(opinion, text="Tôi phê bình việc làm, không nói về ai.", now=NOW)
        assert refused(decide, world.ha, case) == "same_person"
        hide(world.thu, case)
        assert refused(moderation.appeal, opinion, text="Lần nữa.") == "appealed"
        told = moderation.moderated(opinion)
        assert (told.state, told.may_appeal, told.second) == ("hidden", False, True)

    def test_only_the_day_of_asking_is_kept(self, world):
        opinion, case = one(world)
        hide(world.ha, case)
        rows = AuditEntry.objects.count()
        moderation.appeal(opinion, text="Xin xem lại.", now=NOW)
        assert Appeal.objects.get().at == dt.datetime(2025, 8, 20, tzinfo=NOW.tzinfo)
        assert AuditEntry.objects.count() == rows

    def test_by_receipt_without_an_account(self, world, client):
        receipt = send(world, naming="anonymous")
        moderation.sweep(now=NOW)
        case = Case.objects.get()
        hide(world.ha, case)
        html = client.post("/y-kien/tra-cuu/", {"code": receipt.code}).content.decode()
        assert "lời lẽ xúc phạm" in html
        assert "/y-kien/tra-cuu/xem-lai/" in html
        url = "/y-kien/tra-cuu/xem-lai/"
        assert client.post(url, {"code": "0" * 20, "xem-lai-text": "Vì."}).status_code == 404
        assert client.post(url, {"code": receipt.code, "xem-lai-text": " "}).status_code == 422
        page = client.post(url, {"code": receipt.code, "xem-lai-text": "Tôi góp ý việc chung."})
        assert page.status_code == 200
        assert "Một người khác sẽ xem lại" in page.content.decode()
        case.refresh_from_db()
        assert case.state == "appealed"
        html = client.post("/y-kien/tra-cuu/", {"code": receipt.code}).content.decode()
        assert "Đã đề nghị xem lại ngày" in html
        assert "Tôi góp ý việc chung." not in html
        # the second time
        assert client.post(url, {"code": receipt.code, "xem-lai-text": "Nữa."}).status_code == 422

    def test_in_own_opinions(self, world, client):
        opinion, case = one(world)
        spam(world.ha, case)
        here = f"/y-kien/cua-toi/{opinion.public_id}/"
        client.force_login(world.secretary)
        assert client.post(here + "xem-lai/", {"xem-lai-text": "Vì."}).status_code == 404
        client.force_login(world.member)
        assert "thư rác" in client.get(here).content.decode()
        assert client.post(here + "xem-lai/", {"xem-lai-text": ""}).status_code == 422
        assert client.post(here + "xem-lai/", {"xem-lai-text": "Tôi tự viết."}).status_code == 302
        case.refresh_from_db()
        assert case.state == "appealed"

    def test_beside_the_form_that_changes_the_opinion(self, world, client):
        """The page has two forms, and each keeps its own words."""
        opinion, case = one(world)
        hide(world.ha, case)
        client.force_login(world.member)
        with time_machine.travel(NOW, tick=False):
            page = client.get(f"/y-kien/cua-toi/{opinion.public_id}/")
        html = page.content.decode()
        assert html.count(' name="text"') == 1
        assert re.search(r'<textarea[^>]* name="xem-lai-text"[^>]*>\s*</textarea>', html)


class TestFlood:
    def flood(self, world, n):
        for _k in range(n):
            send(world, author=Guest(), naming="anonymous", text="MUA NGAY  tại đây")
        moderation.sweep(now=NOW)

    @pytest.fixture
    def open_world(self):
        return moderated_world(audience="public")

    def test_one_decision_for_many(self, open_world):
        world = open_world
        self.flood(world, 4)
        _other, apart = one(world, text="Ý kiến thật.")
        like = Case.objects.exclude(pk=apart.pk).first()
        assert waiting.alike([like, apart]) == {like.pk: 3, apart.pk: 0}
        done = queue.decide_alike(actor=world.ha, like=like, outcome=rules.SPAM, now=NOW)
        assert done == 4
        assert Opinion.objects.filter(state="spam", display="hidden").count() == 4
        assert counted(world) == 1
        assert Case.objects.filter(state="spam").count() == 4
        assert AuditEntry.objects.filter(verb="moderate_alike").count() == 1
        apart.refresh_from_db()
        assert apart.state == "pending"

    def test_one_that_changed_is_left_out(self, open_world):
        world = open_world
        self.flood(world, 3)
        Opinion.objects.filter(pk=Opinion.objects.first().pk).update(cased=False)
        like = Case.objects.first()
        assert queue.decide_alike(actor=world.ha, like=like, outcome=rules.SPAM, now=NOW) == 2
        assert Case.objects.filter(state="pending").count() == 1

    def test_statements_do_not_grow(self, open_world):
        world = open_world

        def statements(n, text):
            for _k in range(n):
                send(world, author=Guest(), naming="anonymous", text=text)
            moderation.sweep(now=NOW)
            like = Case.objects.filter(state="pending").first()
            with CaptureQueriesContext(connection) as caught:
                queue.decide_alike(actor=world.ha, like=like, outcome=rules.SPAM, now=NOW)
            return len(caught)

        statements(1, "Không.")  # what is remembered of the person afterwards
        assert statements(2, "Một.") == statements(15, "Hai.")

    def test_by_keyboard_and_tick(self, open_world, client):
        world = open_world
        self.flood(world, 3)
        client.force_login(world.ha)
        html = client.get("/lam-viec/kiem-duyet/").content.decode()
        assert "Còn 2 nội dung giống hệt đang chờ" in html
        assert "data-spam-chosen" in html
        cases = list(Case.objects.order_by("pk"))
        chosen = [f"{c.pk}:0" for c in cases[:2]]
        client.post("/lam-viec/kiem-duyet/chon/", {"chosen": chosen, "outcome": "spam"})
        assert Case.objects.filter(state="spam").count() == 2
        like = client.get(f"/lam-viec/kiem-duyet/?giong={cases[2].pk}").content.decode()
        assert "1 nội dung giống hệt nhau đang chờ" in like
        client.post(f"/lam-viec/kiem-duyet/{cases[2].pk}/nhu-nhau/", {"outcome": "spam"})
        assert counted(world) == 0

    def test_hiding_has_its_reason_one_by_one(self, open_world, client):
        world = open_world
        self.flood(world, 2)
        client.force_login(world.ha)
        case = Case.objects.first()
        url = f"/lam-viec/kiem-duyet/{case.pk}/nhu-nhau/"
        assert client.post(url, {"outcome": "hidden"}).status_code == 403


class TestClaims:
    def test_opening_holds_it_and_the_colleague_goes_on_to_the_next(self, world, client):
        _one, case = one(world)
        _two, other = one(world, text="Khác.")
        here = f"/lam-viec/kiem-duyet/{case.pk}/"
        client.force_login(world.ha)
        client.get(here)
        case.refresh_from_db()
        assert case.claimed_by == world.ha
        client.force_login(world.thu)
        html = client.get(here).content.decode()
        assert "Lý Hà đang xem nội dung này" in html
        assert "data-approve" not in html
        now = clock.now()
        version = case.lock_version
        assert refused(decide, world.thu, case, version=version, now=now) == "claimed"
        free = waiting.not_held(waiting.waiting_for(world.thu), world.thu, now)
        assert [c.pk for c in free] == [other.pk]
        later = now + rules.CLAIMED_FOR + dt.timedelta(seconds=1)
        decide(world.thu, case, now=later)

    def test_given_back_it_is_free(self, world, client):
        _one, case = one(world)
        here = f"/lam-viec/kiem-duyet/{case.pk}/"
        client.force_login(world.ha)
        client.get(here)
        client.post(here + "tra-lai/")
        case.refresh_from_db()
        assert case.claimed_by is None
        client.force_login(world.thu)
        client.post(here + "duyet/", {"lock_version": case.lock_version})
        case.refresh_from_db()
        assert case.state == "approved"


def test_what_is_late_stands_first_and_says_so(world, client):
    one(world, text="Đến sau.", now=NOW + dt.timedelta(days=5))
    one(world, text="Đến trước.")
    client.force_login(world.ha)
    html = client.get("/lam-viec/kiem-duyet/").content.decode()
    assert html.index("Đến trước.") < html.index("Đến sau.")
    assert "Quá hạn từ 22/08/2025" in html
    assert "2 nội dung quá hạn quyết định" in html


class TestDesk:
    def test_who_runs_it_sees_numbers_and_sets_the_limit(self, world, client):
        one(world)
        one(world, text="Khác.")
        url = f"/lam-viec/lay-y-kien/{world.consultation.pk}/kiem-duyet/"
        load = moderation.workload(world.consultation, dt.date(2025, 8, 25))
        assert (load.waiting, load.overdue, load.oldest) == (2, 2, dt.date(2025, 8, 22))
        client.force_login(world.ha)
        assert client.get(url).status_code == 404
        client.force_login(world.staff)
        html = client.get(url).content.decode()
        assert "Khác." not in html
        assert client.post(url, {"days": "0"}).status_code == 200
        client.post(url, {"days": "4"})
        world.consultation.refresh_from_db()
        assert world.consultation.moderation_days == 4


def test_the_receipt_says_what_became_of_it(world):
    opinion, case = one(world)
    assert moderation.moderated(opinion).state == "pending"
    hide(world.ha, case)
    opinion.refresh_from_db()
    told = moderation.moderated(opinion)
    assert (told.state, told.may_appeal) == ("hidden", True)
    assert "xúc phạm" in told.told[0]
    assert queries.my_opinion(world.member, opinion.public_id) == opinion
