"""Work pages: plans of my agencies, a new one, its life cycle, who may what."""

import datetime as dt

import pytest
from django.urls import reverse

from campaigns import actions
from campaigns.models import Event, Plan
from campaigns.queries.plans import basis_of
from portal.agencies.models import Role
from portal.official import actions as official
from portal.official.models import OfficialDocument
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import EventFactory, PlanFactory, TaskFactory, day, issue
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


def page_of(client, name, *args, **kwargs):
    return client.get(reverse(f"campaigns:{name}", args=args), **kwargs)


def text(response):
    return response.content.decode()


def test_a_plan_from_its_name_to_the_public_page(world, client):
    agency, staff, approver = world
    congress = EventFactory(host=agency)
    client.force_login(staff)
    response = client.post(
        reverse("campaigns:new_plan"),
        {
            "issuer": agency.pk,
            "title": "Kế hoạch tuyên\u00a0truyền đại hội",
            "basis": "135-KH/TU ngày 31/12/2019\n375/UBND-NV",
            "events": [congress.pk],
        },
    )
    plan = Plan.objects.get()
    assert response.url == reverse("campaigns:manage", args=[plan.pk])
    assert (plan.title, plan.state) == ("Kế hoạch tuyên truyền đại hội", "editing")
    basis = [d.symbol for d in basis_of(plan)]
    assert basis == ["135-KH/TU", "375/UBND-NV"]
    first = OfficialDocument.objects.get(symbol="135-KH/TU")
    assert (first.issued_on, first.created_by) == (dt.date(2019, 12, 31), staff)
    assert list(plan.events.all()) == [congress]

    steps = {v: reverse("campaigns:step", args=[plan.pk, v]) for v in ("trinh-duyet", "ban-hanh")}
    assert client.get(steps["ban-hanh"]).status_code == 403
    client.post(steps["trinh-duyet"])
    # sent twice: the second says so
    page = client.post(steps["trinh-duyet"], follow=True)
    assert "kế hoạch đang ở trạng thái “Chờ duyệt”" in text(page)
    # nobody issues what they submitted, not even with the role
    give(staff, Role.APPROVER, agency)
    assert client.get(steps["ban-hanh"]).status_code == 403
    client.force_login(approver)
    short = client.post(steps["ban-hanh"], {"symbol": "12-KH/TU"})
    assert "Chưa gửi được" in text(short)
    plan.refresh_from_db()
    assert plan.state == "submitted"
    paper = {"symbol": "12-KH/TU", "issued_on": "2026-02-03", "signer": "Đỗ Thị Kim Liên"}
    client.post(steps["ban-hanh"], paper)
    plan.refresh_from_db()
    assert (plan.state, plan.document.symbol, plan.document.signer) == (
        "issued",
        "12-KH/TU",
        "Đỗ Thị Kim Liên",
    )
    client.logout()
    assert client.get(plan.get_absolute_url()).status_code == 200


def test_a_plan_is_sent_back_with_a_reason_and_submitted_again(world, client):
    _agency, staff, approver = world
    plan = PlanFactory(issuer=world[0], actor=staff)
    actions.submit_plan(actor=staff, plan=plan)
    client.force_login(approver)
    url = reverse("campaigns:step", args=[plan.pk, "tra-lai"])
    assert "Lý do" in text(client.post(url, {"note": ""}))
    client.post(url, {"note": "Đợt 2 thiếu hạn."})
    client.force_login(staff)
    page = page_of(client, "manage", plan.pk)
    assert "Đợt 2 thiếu hạn." in text(page)
    assert "Trả lại để sửa" in text(page)
    client.post(reverse("campaigns:step", args=[plan.pk, "trinh-duyet"]))
    plan.refresh_from_db()
    assert (plan.state, plan.state_note) == ("submitted", "")


def test_a_waiting_plan_cannot_be_edited(world, client):
    agency, staff, _ = world
    plan = PlanFactory(issuer=agency, actor=staff)
    actions.submit_plan(actor=staff, plan=plan)
    client.force_login(staff)
    assert page_of(client, "edit_plan", plan.pk).status_code == 403
    assert "Thêm nhiệm vụ" not in text(page_of(client, "manage", plan.pk))


def test_an_issued_plan_is_closed_or_withdrawn_by_an_approver(world, client):
    agency, staff, approver = world
    closed, gone = (issue(PlanFactory(issuer=agency, actor=staff)) for _n in range(2))
    client.force_login(staff)
    url = reverse("campaigns:step", args=[closed.pk, "ket-thuc"])
    assert client.post(url).status_code == 403
    client.force_login(approver)
    client.post(url)
    client.post(reverse("campaigns:step", args=[gone.pk, "thu-hoi"]), {"note": "Ban hành nhầm."})
    closed.refresh_from_db()
    gone.refresh_from_db()
    assert (closed.state, gone.state, gone.state_note) == ("closed", "withdrawn", "Ban hành nhầm.")
    assert client.get(closed.get_absolute_url()).status_code == 200
    client.logout()
    assert client.get(gone.get_absolute_url()).status_code == 404


def test_outsiders_find_nothing_readers_may_not_write_members_have_no_desk(world, client):
    agency, staff, approver = world
    plan = PlanFactory(issuer=agency, actor=staff)
    outsider, member = UserFactory(), UserFactory()
    give(outsider, Role.STAFF, AgencyFactory())
    give(member, Role.MEMBER, agency)
    expected = {outsider: (200, 404, 404), member: (403, 404, 404), approver: (200, 200, 403)}
    expected[staff] = (200, 200, 200)
    for user, codes in expected.items():
        client.force_login(user)
        got = tuple(
            page.status_code
            for page in (
                page_of(client, "desk"),
                page_of(client, "manage", plan.pk),
                page_of(client, "edit_plan", plan.pk),
            )
        )
        assert got == codes
    client.force_login(outsider)
    assert plan.title not in text(page_of(client, "desk"))


def test_a_supervisor_sees_plans_below_but_no_drafts(client):
    province = AgencyFactory(name="Đảng bộ tỉnh")
    commune = AgencyFactory(name="Đảng bộ xã", parent=province)
    supervisor = UserFactory()
    give(supervisor, Role.SUPERVISOR, province)
    draft = PlanFactory(issuer=commune, title="Kế hoạch còn soạn")
    live = PlanFactory(issuer=commune, title="Kế hoạch đang chạy", issued=True)
    client.force_login(supervisor)
    listed = text(page_of(client, "desk"))
    assert (live.title in listed, draft.title in listed) == (True, False)
    assert page_of(client, "manage", draft.pk).status_code == 404
    assert page_of(client, "progress", live.pk).status_code == 200


def test_a_symbol_nobody_can_read_is_refused_and_nothing_is_lost(world, client):
    agency, staff, _ = world
    client.force_login(staff)
    data = {"issuer": agency.pk, "title": "Kế hoạch mới", "basis": "công văn của trên"}
    page = client.post(reverse("campaigns:new_plan"), data)
    assert "không đọc được như một số, ký hiệu" in text(page)
    assert "công văn của trên" in text(page)
    assert Plan.objects.count() == 0


def test_a_taken_symbol_is_refused_and_leaves_no_basis_in_the_register(world, client):
    agency, staff, _ = world
    PlanFactory(issuer=agency, symbol="12-KH/TU", issued_on=dt.date(2026, 1, 5))
    client.force_login(staff)
    data = {
        "issuer": agency.pk,
        "title": "Kế hoạch trùng số",
        "symbol": "12-KH/TU",
        "issued_on": "2026-03-01",
        "basis": "45-CT/TW",
    }
    page = client.post(reverse("campaigns:new_plan"), data)
    assert "error-summary" in text(page)
    assert "Kế hoạch trùng số" in text(page)
    assert Plan.objects.count() == 1
    assert not OfficialDocument.objects.filter(symbol="45-CT/TW").exists()


def test_a_basis_without_a_symbol_or_with_a_shared_one_survives_an_edit(world, client):
    agency, staff, _ = world
    register = official.register_document
    nameless = register(actor=None, title="Công văn chỉ đạo của Thường trực", issuer=agency)
    here = register(actor=None, symbol="45-CT/TW", issued_on=dt.date(2025, 4, 14))
    register(actor=None, symbol="45-CT/TW", issued_on=dt.date(2025, 4, 14), issuer=agency)
    plan = PlanFactory(issuer=agency, basis=[nameless, here])
    client.force_login(staff)
    address = reverse("campaigns:edit_plan", args=[plan.pk])
    lines = client.get(address).context["form"]["basis"].as_widget()
    assert "Công văn chỉ đạo của Thường trực\n45-CT/TW ngày 14/04/2025" in lines
    data = {"title": "Tên mới", "lock_version": 0}
    data["basis"] = "45-CT/TW ngày 14/04/2025\nCông văn chỉ đạo của Thường trực"
    assert client.post(address, data).status_code == 302
    assert basis_of(plan) == [here, nameless]
    # typed anew, a symbol that two documents share has to be told apart
    page = client.post(reverse("campaigns:new_plan"), {"issuer": agency.pk, "basis": "45-CT/TW"})
    assert "Có nhiều văn bản số 45-CT/TW" in text(page)


def test_a_number_taken_meanwhile_is_refused_when_issuing(world, client):
    agency, staff, approver = world
    PlanFactory(issuer=agency, symbol="12-KH/TU", issued_on=dt.date(2026, 1, 5))
    plan = PlanFactory(issuer=agency, actor=staff)
    actions.submit_plan(actor=staff, plan=plan)
    client.force_login(approver)
    paper = {"symbol": "12-KH/TU", "issued_on": "2026-02-03", "signer": "Người ký đã gõ"}
    page = client.post(reverse("campaigns:step", args=[plan.pk, "ban-hanh"]), paper)
    assert ("error-summary" in text(page), "Người ký đã gõ" in text(page)) == (True, True)
    plan.refresh_from_db()
    assert (plan.state, plan.document.symbol) == ("submitted", "")


def test_the_public_page_leads_those_who_work_on_it_to_their_desk(world, client):
    agency, staff, _ = world
    unit, clerk = AgencyFactory(), UserFactory()
    give(clerk, Role.SECRETARY, unit)
    plan = PlanFactory(issuer=agency)
    TaskFactory(plan=plan, assigned_to=[unit])
    issue(plan)
    desks = {
        staff: reverse("campaigns:manage", args=[plan.pk]),
        clerk: reverse("campaigns:my_assignments"),
    }
    for user, address in desks.items():
        client.force_login(user)
        assert f'href="{address}"' in text(client.get(plan.get_absolute_url()))
    client.logout()
    assert "/lam-viec/" not in text(client.get(plan.get_absolute_url()))


def test_the_second_editor_sees_both_texts(world, client):
    agency, staff, _ = world
    plan = PlanFactory(issuer=agency, actor=staff, title="Kế hoạch gốc")
    actions.edit_plan(actor=staff, plan=plan, lock_version=0, title="Tên của người kia")
    client.force_login(staff)
    url = reverse("campaigns:edit_plan", args=[plan.pk])
    page = client.post(url, {"title": "Tên của tôi", "lock_version": 0})
    assert ("Tên của tôi" in text(page), "Tên của người kia" in text(page)) == (True, True)
    plan.refresh_from_db()
    assert plan.title == "Tên của người kia"
    client.post(url, {"title": "Tên của tôi", "lock_version": plan.lock_version})
    plan.refresh_from_db()
    assert plan.title == "Tên của tôi"


def test_observed_days_survive_an_edit(world, client):
    agency, staff, _ = world
    day = EventFactory(host=None, kind="commemoration", name="Quốc khánh", ordinal=None)
    congress = EventFactory(host=agency)
    plan = PlanFactory(issuer=agency, events=[(day, dt.date(2026, 9, 2))])
    client.force_login(staff)
    url = reverse("campaigns:edit_plan", args=[plan.pk])
    data = {"title": plan.title, "lock_version": 0, "events": [congress.pk, day.pk]}
    assert client.post(url, data).status_code == 302
    rows = plan.plan_events.order_by("position").values_list("event_id", "observed_on")
    assert list(rows) == [(day.pk, dt.date(2026, 9, 2)), (congress.pk, None)]


def test_lists_cost_the_same_for_one_and_many(world, client):
    agency, staff, _ = world
    client.force_login(staff)
    unit = AgencyFactory()

    def queries():
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            assert page_of(client, "desk").status_code == 200
        return len(seen)

    TaskFactory(plan=PlanFactory(issuer=agency), assigned_to=[unit])
    page_of(client, "desk")
    one = queries()
    for _n in range(5):
        TaskFactory(plan=PlanFactory(issuer=agency), assigned_to=[unit])
    assert queries() == one


def test_events_of_a_plan_are_found_by_words_where_there_are_many(client):
    agency, staff, _ = office()
    client.force_login(staff)
    wanted = EventFactory(host=AgencyFactory(name="Đảng bộ xã Hòa Bình"), slug="xa-hoa-binh")
    actions.create_event(actor=None, kind="other", name="Ngày hội", slug="ngay-hoi")
    for number in range(60):
        EventFactory(slug=f"khac-{number}", planned_opens=day("2026-05-01"))
    actions.move_event(actor=None, event=wanted, dates={"planned_opens": day("2020-01-01")})
    page = client.get(reverse("campaigns:new_plan"))
    form = page.context["form"]
    assert (form.more_events, wanted in form.fields["events"].queryset) == (True, False)
    # looking for one judges nothing and keeps what was typed and ticked
    chosen = Event.objects.get(slug="khac-3")
    data = {"title": "", "summary": "Đang soạn", "events": [chosen.pk]}
    page = client.post(reverse("campaigns:new_plan"), data | {"tim": "1", "events-tim": "hoa binh"})
    form = page.context["form"]
    assert (form.errors, form["summary"].value()) == ({}, "Đang soạn")
    assert list(form.fields["events"].queryset) == [chosen, wanted]
    # and what was found is taken
    data |= {"title": "Kế hoạch", "issuer": agency.pk, "events": [chosen.pk, wanted.pk]}
    client.post(reverse("campaigns:new_plan"), data)
    assert set(Plan.objects.get().events.all()) == {chosen, wanted}


def test_the_basis_is_looked_up_in_the_register_beside_the_field(client):
    staff, agency = UserFactory(), AgencyFactory()
    give(staff, Role.STAFF, agency)
    client.force_login(staff)
    html = client.get(reverse("campaigns:new_plan")).content.decode()
    assert 'data-targets="id_basis=Căn cứ"' in html
    assert f'hx-get="{reverse("official:lookup")}"' in html
    assert "js/document-lookup" in html
