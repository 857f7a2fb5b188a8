"""Two people for every plan: who may approve whose, on the portal and on paper."""

import datetime as dt
import threading

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.urls import reverse

from campaigns import actions
from campaigns.models import Plan, PlanVersion
from campaigns.rules import access
from portal.accounts.models import User
from portal.agencies import actions as agencies
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.official.models import PaperApproval
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory
from tests.documents.factories import office

PAPER = {"symbol": "12-KH/TU", "issued_on": "2026-02-03", "signer": "Đỗ Thị Kim Liên"}
DATA = b"%PDF-1.7 \x00 signed %%EOF"


def pdf(data=DATA, name="ban ky.pdf"):
    return ContentFile(data, name=name)


def step(plan, verb):
    return reverse("campaigns:step", args=[plan.pk, verb])


@pytest.fixture
def world(db):
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


@pytest.fixture
def submitted(world):
    agency, staff, _approver = world
    plan = PlanFactory(issuer=agency)
    return actions.submit_plan(actor=staff, plan=plan)


# --- two people -----------------------------------------------------------------------------


def delegate(giver, taker, role, agency):
    return agencies.delegate(
        actor=giver,
        giver=giver,
        to_user=taker,
        agency=agency,
        role=role,
        starts=clock.today(),
        until=clock.today() + dt.timedelta(days=30),
    )


def test_whoever_acts_for_the_submitter_does_not_approve(world):
    agency, staff, approver = world
    give(staff, Role.APPROVER, agency)
    deputy = UserFactory()
    delegate(staff, deputy, Role.APPROVER, agency)
    plan = actions.submit_plan(actor=staff, plan=PlanFactory(issuer=agency))
    assert [access.may_issue_plan(u, plan) for u in (staff, deputy, approver)] == [
        False,
        False,
        True,
    ]
    for user in (staff, deputy):
        with pytest.raises(Refused) as refusal:
            actions.issue_plan(actor=user, plan=plan)
        assert refusal.value.code == "self_approval"
    # the right of somebody else is no hindrance
    delegate(approver, deputy, Role.APPROVER, agency)
    deputy = User.objects.get(pk=deputy.pk)
    assert access.may_issue_plan(deputy, plan)
    assert actions.issue_plan(actor=deputy, plan=plan).state == "issued"


def test_nobody_approves_what_was_submitted_in_their_name(world):
    agency, staff, _approver = world
    give(staff, Role.APPROVER, agency)
    deputy = UserFactory()
    delegate(staff, deputy, Role.STAFF, agency)
    plan = actions.submit_plan(actor=deputy, plan=PlanFactory(issuer=agency))
    assert (plan.submitted_by, plan.submitted_for) == (deputy, staff)
    assert not access.may_issue_plan(staff, plan)
    with pytest.raises(Refused) as refusal:
        actions.issue_plan(actor=staff, plan=plan)
    assert refusal.value.code == "self_approval"


def test_what_is_done_for_somebody_says_so_in_the_audit_log(world, client):
    agency, staff, approver = world
    deputy = UserFactory()
    delegate(approver, deputy, Role.APPROVER, agency)
    plan = actions.submit_plan(actor=staff, plan=PlanFactory(issuer=agency))
    client.force_login(deputy)
    assert client.post(step(plan, "ban-hanh"), PAPER).status_code == 302
    entry = AuditEntry.objects.get(verb="issue_plan")
    assert (entry.actor, entry.on_behalf_of) == (deputy, approver)


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_issues_and_the_other_is_told(client):
    agency, staff, first = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    second = UserFactory()
    give(second, Role.APPROVER, agency)
    plan = actions.submit_plan(actor=staff, plan=PlanFactory(issuer=agency))
    meeting = threading.Barrier(2, timeout=20)
    outcomes = {}

    def approve(user, symbol):
        try:
            mine = Plan.objects.get(pk=plan.pk)  # both saw it waiting
            assert access.may_issue_plan(user, mine)
            meeting.wait()
            actions.issue_plan(actor=user, plan=mine, symbol=symbol)
            outcomes[user.pk] = "issued"
        except Refused as refused:
            outcomes[user.pk] = refused.message
        finally:
            connection.close()

    threads = [
        threading.Thread(target=approve, args=[user, symbol])
        for user, symbol in ((first, "1-KH/TU"), (second, "2-KH/TU"))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    told = "Chỉ kế hoạch đang chờ duyệt mới ban hành được."
    assert sorted(outcomes.values()) == sorted(["issued", told])
    plan.refresh_from_db()
    winner = first if outcomes[first.pk] == "issued" else second
    assert (plan.state, plan.issued_by) == ("issued", winner)
    assert plan.document.symbol == ("1-KH/TU" if winner == first else "2-KH/TU")
    assert PlanVersion.objects.filter(plan=plan).count() == 1
    assert AuditEntry.objects.filter(verb="issue_plan").count() == 1


@pytest.mark.django_db(transaction=True)
def test_one_issues_while_the_other_sends_back():
    agency, staff, first = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    second = UserFactory()
    give(second, Role.APPROVER, agency)
    plan = actions.submit_plan(actor=staff, plan=PlanFactory(issuer=agency))
    meeting = threading.Barrier(2, timeout=20)
    outcomes = []

    def decide(act, **values):
        try:
            meeting.wait()
            act(plan=Plan.objects.get(pk=plan.pk), **values)
            outcomes.append(act.__name__)
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [
        threading.Thread(target=decide, args=[actions.issue_plan], kwargs={"actor": first}),
        threading.Thread(
            target=decide,
            args=[actions.send_back_plan],
            kwargs={"actor": second, "note": "Thiếu đợt 2"},
        ),
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert outcomes.count("refused") == 1
    plan.refresh_from_db()
    assert plan.state == ("issued" if "issue_plan" in outcomes else "editing")


# --- what the signed paper says -------------------------------------------------------------


def test_a_symbol_that_is_taken_is_refused_at_its_field_and_nothing_is_saved(
    world, submitted, client
):
    agency, _staff, approver = world
    PlanFactory(issuer=agency, symbol="12-KH/TU", issued_on=dt.date(2026, 1, 1))
    client.force_login(approver)
    page = client.post(step(submitted, "ban-hanh"), PAPER | {"signed": pdf()})
    (sentence,) = page.context["form"].errors["symbol"]
    assert sentence.startswith("Văn bản 12-KH/TU của cơ quan này đã có trong sổ.")
    submitted.refresh_from_db()
    assert (submitted.state, submitted.document.symbol) == ("submitted", "")
    assert not submitted.document.signed_copies.exists()


def test_the_signed_pdf_comes_with_the_issue_and_back_byte_for_byte(world, submitted, client):
    _agency, _staff, approver = world
    client.force_login(approver)
    broken = client.post(step(submitted, "ban-hanh"), PAPER | {"signed": pdf(b"%PDF-1.7 half")})
    assert broken.context["form"].errors["signed"] == [
        "Tệp PDF bị thiếu phần cuối; hãy lưu và tải lên lại."
    ]
    submitted.refresh_from_db()
    assert submitted.state == "submitted"
    assert client.post(step(submitted, "ban-hanh"), PAPER | {"signed": pdf()}).status_code == 302
    client.logout()
    submitted.refresh_from_db()
    page = client.get(submitted.get_absolute_url())
    assert "Tải tệp bản ký" in page.content.decode()
    file = client.get(reverse("official:file", args=[submitted.document_id]))
    assert b"".join(file) == DATA
    assert file["Content-Disposition"] == 'attachment; filename="12-kh-tu.pdf"'


def test_the_file_of_a_plan_that_is_hidden_is_hidden(world, client):
    agency, staff, _approver = world
    plan = PlanFactory(issuer=agency)
    client.force_login(staff)
    client.post(reverse("official:copies", args=[plan.document_id]), {"file": pdf()})
    url = reverse("official:file", args=[plan.document_id])
    assert client.get(url).status_code == 200
    client.logout()
    assert client.get(url).status_code == 404


# --- approval on paper ----------------------------------------------------------------------


@pytest.fixture
def alone(db):
    """(commune, its one clerk, a watcher above)."""
    province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party")
    commune = AgencyFactory(name="Đảng bộ xã", kind="party", parent=province)
    clerk, watcher = UserFactory(), UserFactory()
    give(clerk, Role.STAFF, commune)
    give(clerk, Role.APPROVER, commune)
    give(watcher, Role.SUPERVISOR, province)
    return commune, clerk, watcher


SIGNED = PAPER | {"signer_position": "Bí thư"}


def test_an_office_of_one_issues_by_the_signature_on_paper(alone, client):
    commune, clerk, watcher = alone
    plan = actions.submit_plan(actor=clerk, plan=PlanFactory(issuer=commune, title="Kế hoạch xã"))
    client.force_login(clerk)
    assert client.get(step(plan, "ban-hanh")).status_code == 403
    assert client.get(step(plan, "duyet-giay")).status_code == 200
    without = client.post(step(plan, "duyet-giay"), SIGNED)
    assert without.context["form"].errors["scan"] == ["Chưa chọn tệp."]
    assert client.post(step(plan, "duyet-giay"), SIGNED | {"scan": pdf()}).status_code == 302
    plan = Plan.objects.get(pk=plan.pk)
    approval = PaperApproval.objects.get()
    assert (plan.state, plan.issued_by, plan.paper_approval) == ("issued", None, approval)
    assert (approval.signer, approval.position, approval.number, approval.signed_on) == (
        "Đỗ Thị Kim Liên",
        "Bí thư",
        "12-KH/TU",
        dt.date(2026, 2, 3),
    )
    assert (plan.version, plan.document.symbol) == (1, "12-KH/TU")
    assert b"".join(client.get(reverse("official:file", args=[plan.document_id]))) == DATA
    desk = client.get(reverse("campaigns:manage", args=[plan.pk])).content.decode()
    assert desk.count("Phê duyệt trên giấy") >= 2
    client.force_login(watcher)
    page = client.get(reverse("official:approvals"))
    assert [row["approval"] for row in page.context["rows"]] == [approval]
    assert plan.get_absolute_url() in page.content.decode()
    client.logout()  # readers are told who signed, not how it was approved
    assert "Phê duyệt trên giấy" not in client.get(plan.get_absolute_url()).content.decode()


def test_paper_is_refused_where_somebody_else_can_approve(world, submitted, client):
    _agency, staff, approver = world
    client.force_login(staff)
    assert client.get(step(submitted, "duyet-giay")).status_code == 403
    with pytest.raises(Refused) as refusal:
        actions.issue_plan_on_paper(
            actor=staff,
            plan=submitted,
            symbol="1-KH/TU",
            issued_on=dt.date(2026, 2, 3),
            signer="A",
            signer_position="B",
            scan=pdf(),
        )
    assert refusal.value.code == "second_person"
    assert str(approver) in refusal.value.message
    assert not PaperApproval.objects.exists()
    # an approver whose account is closed is nobody
    User.objects.filter(pk=approver.pk).update(is_active=False)
    assert client.get(step(submitted, "duyet-giay")).status_code == 200


def test_a_taken_symbol_leaves_no_approval_behind(alone, client):
    commune, clerk, _watcher = alone
    PlanFactory(issuer=commune, symbol="12-KH/TU", issued_on=dt.date(2026, 1, 1))
    plan = actions.submit_plan(actor=clerk, plan=PlanFactory(issuer=commune))
    client.force_login(clerk)
    page = client.post(step(plan, "duyet-giay"), SIGNED | {"scan": pdf()})
    assert list(page.context["form"].errors) == ["symbol"]
    assert not PaperApproval.objects.exists()
    late = {"issued_on": (clock.today() + dt.timedelta(days=1)).isoformat(), "scan": pdf()}
    page = client.post(step(plan, "duyet-giay"), SIGNED | late)
    assert page.context["form"].errors["issued_on"] == ["Ngày ký chưa đến."]
