"""Pages of reports: the unit writes, the superior reads, returns and sums up."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.models import Period, UnitReport
from portal.agencies import today as work
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.campaigns.test_reports import D, indicator, past, report_of, said, showed, weekly

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 11, 9, tzinfo=clock.TZ), tick=False):
        yield


@pytest.fixture
def world():
    class World:
        province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party")
        first = AgencyFactory(name="Đảng bộ xã Hòa Bình", parent=province, kind="party")
        second = AgencyFactory(name="Đảng bộ xã Yên Sơn", parent=province, phone="0200 3 845 500")
        cell = AgencyFactory(name="Chi bộ Bến Thượng", parent=first, kind="party")
        staff, clerk, editor, boss = (UserFactory() for _n in range(4))

    give(World.staff, Role.STAFF, World.province)
    give(World.boss, Role.APPROVER, World.province)
    give(World.clerk, Role.SECRETARY, World.first)
    give(World.editor, Role.EDITOR, World.first)
    World.plan = PlanFactory(issuer=World.province)
    World.task = TaskFactory(plan=World.plan, assigned_to=[World.first, World.second])
    issue(World.plan)
    World.series = weekly(World)
    World.period = past(World.series)
    World.report = report_of(World.period, World.first)
    return World


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


def posted(client, report, values=None, **more):
    """The form of a report as a browser sends it back, with `values` {slug: (number, note)}."""
    page = client.get(url("report", report.pk))
    form = page.context["form"]
    data = {"lock_version": form["lock_version"].value(), "takes_below": "on"}
    for line, number, note, seen in form.rows():
        value = number.value() if number.value() is not None else ""
        data[number.html_name] = value
        data[note.html_name] = note.value() or ""
        data[seen.html_name] = seen.value()
        if line.indicator.slug in (values or {}):
            data[number.html_name], data[note.html_name] = values[line.indicator.slug]
    return data | more


def test_a_clerk_fills_saves_and_confirms(world, client):
    showed(world.first, kind="meeting", attendees=1250)
    client.force_login(world.clerk)
    assert "Báo cáo tuần" in text(client.get(url("my_reports")))
    data = posted(client, world.report, {"pa-no": ("3", "Theo sổ")}, results="Treo 3 pa nô")
    assert client.post(url("report", world.report.pk), data).status_code == 302
    world.report.refresh_from_db()
    assert (world.report.state, world.report.results) == ("draft", "Treo 3 pa nô")
    data = posted(client, world.report, {"luot-nguoi-du": ("1.300", "Thêm 50")})
    client.post(url("report", world.report.pk), data | {"xac-nhan": "1", "results": "Xong"})
    world.report.refresh_from_db()
    values = dict(world.report.values.values_list("indicator__slug", "value"))
    assert (world.report.state, world.report.confirmed_by) == ("confirmed", world.clerk)
    assert (values["pa-no"], values["luot-nguoi-du"], values["buoi-tuyen-truyen"]) == (3, 1300, 1)
    page = text(client.get(url("report", world.report.pk)))
    assert ("Sửa sau xác nhận" in page, "Lưu nháp" in page, "1.300" in page) == (True, False, True)


def test_one_note_serves_for_many_figures(world, client):
    client.force_login(world.clerk)
    values = {"pa-no": ("3", ""), "tin-bai": ("2", "Báo giấy")}
    data = posted(client, world.report, values, shared_note="Theo sổ")
    client.post(url("report", world.report.pk), data)
    notes = dict(world.report.values.values_list("indicator__slug", "note"))
    assert (notes["pa-no"], notes["tin-bai"], notes["luot-nguoi-du"]) == ("Theo sổ", "Báo giấy", "")


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("3", "Khác số từ minh chứng (0); hãy ghi chú vì sao."),
        ("-1", "Hãy ghi một số nguyên từ 0 đến 100 triệu."),
        ("ba", "Hãy ghi một số nguyên từ 0 đến 100 triệu."),
        ("999999999", "Hãy ghi một số nguyên từ 0 đến 100 triệu."),
        ("1,5", "Hãy ghi một số nguyên từ 0 đến 100 triệu."),
    ],
)
def test_a_bad_figure_is_said_at_its_field_and_nothing_is_lost(world, client, value, sentence):
    client.force_login(world.clerk)
    data = posted(client, world.report, {"pa-no": (value, "")}, results="Chữ của tôi")
    page = client.post(url("report", world.report.pk), data)
    field = f"so_{indicator('pa-no').pk}"
    assert (page.status_code, page.context["form"].errors) == (422, {field: [sentence]})
    assert ("Chữ của tôi" in text(page), f'value="{value}"' in text(page)) == (True, True)
    assert world.report.values.count() == 0


def test_two_clerks_see_both_texts(world, client):
    client.force_login(world.clerk)
    data = posted(client, world.report, {"pa-no": ("5", "tôi")}, results="Của tôi")
    said(world.report, {"pa-no": 9}, confirm=False, results="Của người kia")
    page = client.post(url("report", world.report.pk), data)
    stale = {row.name: (row.mine, row.theirs) for row in page.context["form"].stale_fields}
    assert stale["results"] == ("Của tôi", "Của người kia")
    assert stale[f"so_{indicator('pa-no').pk}"] == ("5", "9")


def test_a_report_confirmed_meanwhile_is_not_overwritten(world, client):
    client.force_login(world.clerk)
    data = posted(client, world.report, results="Của tôi")
    said(world.report, results="Đã gửi")
    client.post(url("report", world.report.pk), data)
    world.report.refresh_from_db()
    assert (world.report.state, world.report.results) == ("confirmed", "Đã gửi")


def test_an_editor_writes_and_does_not_confirm(world, client):
    client.force_login(world.editor)
    data = posted(client, world.report, results="Nháp")
    assert client.post(url("report", world.report.pk), data).status_code == 302
    data = posted(client, world.report, results="Gửi") | {"xac-nhan": "1"}
    assert client.post(url("report", world.report.pk), data).status_code == 403
    world.report.refresh_from_db()
    assert (world.report.state, world.report.results) == ("draft", "Nháp")


def test_outsiders_find_nothing_and_readers_do_not_write(world, client):
    other = UserFactory()
    give(other, Role.SECRETARY, world.second)
    cell_secretary = UserFactory()
    give(cell_secretary, Role.SECRETARY, world.cell)
    addresses = [
        url("report", world.report.pk),
        url("correct_report", world.report.pk),
        url("return_report", world.report.pk),
        url("period", world.period.pk),
        url("period_sums", world.period.pk),
        url("plan_reports", world.plan.pk),
    ]
    for person in (other, cell_secretary, UserFactory()):
        client.force_login(person)
        assert [client.get(address).status_code for address in addresses] == [404] * 6
    client.force_login(world.staff)
    assert client.get(addresses[0]).status_code == 200
    assert client.post(addresses[0], {}).status_code == 403
    member = UserFactory()
    give(member, Role.MEMBER, world.first)
    client.force_login(member)
    assert client.get(url("my_reports")).status_code == 403


def test_a_commune_reads_what_its_cell_reports_in_the_same_period(world, client):
    actions.assign_task(actor=None, task=world.task, agencies=[world.cell])
    actions.keep_periods()
    current = world.series.periods.get(last_on=D(2026, 3, 13))
    client.force_login(world.clerk)
    cell = report_of(current, world.cell)
    assert client.get(url("report", cell.pk)).status_code == 200
    assert client.post(url("report", cell.pk), {}).status_code == 403
    other = report_of(current, world.second)
    assert client.get(url("report", other.pk)).status_code == 404


def test_correcting_afterwards(world, client):
    said(world.report, {"pa-no": 3}, results="Cũ")
    client.force_login(world.clerk)
    address = url("correct_report", world.report.pk)
    form = client.get(address).context["form"]
    data = {bound.html_name: bound.value() for bound in form}
    data |= {f"so_{indicator('pa-no').pk}": "5", "reason": ""}
    page = client.post(address, data)
    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reason"])
    assert client.post(address, data | {"reason": "Đếm sót"}).status_code == 302
    page = text(client.get(url("report", world.report.pk)))
    assert ("Có sửa sau xác nhận" in page, "Đếm sót" in page) == (True, True)
    client.force_login(world.staff)
    found = client.get(url("period", world.period.pk), {"trang_thai": "sua"})
    assert [r.pk for r in found.context["page"]] == [world.report.pk]


def test_the_superior_returns_and_the_unit_reads_why(world, client):
    said(world.report)
    client.force_login(world.staff)
    address = url("return_report", world.report.pk)
    version = client.get(address).context["form"]["lock_version"].value()
    assert client.post(address, {"note": " ", "lock_version": version}).status_code == 422
    client.post(address, {"note": "Thiếu số buổi", "lock_version": version})
    world.report.refresh_from_db()
    assert (world.report.state, world.report.returned_by) == ("returned", world.staff)
    client.force_login(world.clerk)
    page = text(client.get(url("report", world.report.pk)))
    assert ("Thiếu số buổi" in page, "Xác nhận và gửi báo cáo" in page) == (True, True)


def test_those_who_have_not_reported_with_their_numbers(world, client):
    said(world.report)
    client.force_login(world.boss)
    page = client.get(url("period", world.period.pk), {"trang_thai": "chua"})
    assert [r.agency.name for r in page.context["page"]] == ["Đảng bộ xã Yên Sơn"]
    assert (page.context["missing"], "0200 3 845 500" in text(page)) == (1, True)
    named = client.get(url("period", world.period.pk), {"tim": "hoa binh"})
    assert [r.agency.name for r in named.context["page"]] == ["Đảng bộ xã Hòa Bình"]


def test_the_roll_up_opens_to_its_units(world, client):
    said(world.report, {"pa-no": 3}, results="Treo ba pa nô")
    client.force_login(world.staff)
    page = client.get(url("period_sums", world.period.pk))
    link = url("period_traced", world.period.pk, "pa-no")
    assert ("Treo ba pa nô" in text(page), link in text(page)) == (True, True)
    traced = client.get(link)
    assert [(v.report.agency.name, v.total) for v in traced.context["page"]] == [
        ("Đảng bộ xã Hòa Bình", 3)
    ]
    assert client.get(url("period_traced", world.period.pk, "to-roi")).status_code == 404


def series_data(**values):
    data = {
        "lock_version": "0",
        "title": "Báo cáo tháng",
        "kind": "monthly",
        "cutoff_weekday": "4",
        "cutoff_day": "14",
        "deadline_days": "2",
        "deadline_hour": "17",
        "starts_on": "2026-02-15",
        "ends_on": "",
        "indicators": [indicator("pa-no").pk, indicator("tin-bai").pk],
    }
    return data | values


def test_staff_sets_up_a_series(world, client):
    client.force_login(world.staff)
    assert client.get(url("new_series", world.plan.pk)).status_code == 200
    client.post(url("new_series", world.plan.pk), series_data())
    made = world.plan.report_series.get(kind="monthly")
    first = made.periods.order_by("first_on").first()
    assert (first.first_on, first.last_on) == (D(2026, 2, 15), D(2026, 3, 14))
    assert [i.indicator.slug for i in made.series_indicators.all()] == ["tin-bai", "pa-no"]
    address = url("edit_series", world.plan.pk, made.pk)
    page = client.post(address, series_data(title="Tên khác", ends_on="2026-06-14"))
    assert page.status_code == 302
    made.refresh_from_db()
    assert (made.title, made.periods.count()) == ("Tên khác", 4)
    stale = client.post(address, series_data(title="Tên thứ ba"))
    assert (stale.status_code, "Tên khác" in text(stale)) == (422, True)
    client.post(url("stop_series", world.plan.pk, made.pk))
    made.refresh_from_db()
    assert (made.stopped_on, made.periods.count()) == (D(2026, 3, 11), 1)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"cutoff_day": ""}, "cutoff_day"),
        ({"cutoff_day": "32"}, "cutoff_day"),
        ({"ends_on": "2026-02-01"}, "ends_on"),
        ({"starts_on": "hôm nay"}, "starts_on"),
        ({"indicators": []}, "indicators"),
        ({"deadline_hour": "3"}, "deadline_hour"),
    ],
)
def test_a_bad_series_is_said_at_the_field(world, client, values, field):
    client.force_login(world.staff)
    page = client.post(url("new_series", world.plan.pk), series_data(**values))
    assert (page.status_code, list(page.context["form"].errors)) == (422, [field])
    assert world.plan.report_series.count() == 1


def test_a_period_by_hand_its_deadline_and_its_end(world, client):
    client.force_login(world.staff)
    series = weekly(world, kind="custom", cutoff_weekday=None, title="Báo cáo nhanh")
    address = url("new_period", world.plan.pk, series.pk)
    data = {"first_on": "2026-03-01", "last_on": "2026-03-11", "due_on": "2026-03-12"}
    data |= {"due_hour": "24", "title": ""}
    bad = client.post(address, data | {"last_on": "2026-02-11"})
    assert (bad.status_code, list(bad.context["form"].errors)) == (422, ["last_on"])
    client.post(address, data)
    period = series.periods.get()
    assert period.deadline_at == clock.start_of_day(D(2026, 3, 13))
    change = url("period_deadline", period.pk)
    shown = client.get(change).context["form"]
    assert (shown["due_on"].value(), shown["due_hour"].value()) == (D(2026, 3, 12), 24)
    client.post(change, {"due_on": "2026-03-16", "due_hour": "9"})
    period.refresh_from_db()
    assert clock.local(period.deadline_at) == dt.datetime(2026, 3, 16, 9, tzinfo=clock.TZ)
    client.post(url("remove_period", period.pk))
    assert series.periods.count() == 0
    said(world.report, confirm=False)
    client.post(url("remove_period", world.period.pk))
    assert Period.objects.filter(pk=world.period.pk).exists()


def test_an_approver_reads_and_does_not_run(world, client):
    client.force_login(world.boss)
    assert client.get(url("plan_reports", world.plan.pk)).status_code == 200
    assert client.get(url("new_series", world.plan.pk)).status_code == 403
    assert client.post(url("period_deadline", world.period.pk)).status_code == 403


def sections_of(user):
    return {
        section.key: [item.title for item in section.items]
        for section in work.collect(user).sections
        if "report" in section.key
    }


def test_today_shows_what_is_due_and_who_is_missing(world):
    assert sections_of(world.clerk) == {
        "campaigns.reports": [
            "Báo cáo tuần: Tuần 28/02 – 06/03/2026",
            "Báo cáo tuần: Tuần 07/03 – 13/03/2026",
        ]
    }
    assert sections_of(world.staff) == {
        "campaigns.missing_reports": [
            "Báo cáo tuần, Tuần 28/02 – 06/03/2026: 2 đơn vị chưa báo cáo"
        ]
    }
    said(world.report)
    assert sections_of(world.clerk) == {
        "campaigns.reports": ["Báo cáo tuần: Tuần 07/03 – 13/03/2026"]
    }


def test_pages_cost_the_same_for_one_and_many(world, client):
    said(world.report, {"pa-no": 1}, results="Có")

    def cost(user, address):
        client.force_login(user)
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    pages = [
        (world.staff, url("plan_reports", world.plan.pk)),
        (world.staff, url("period", world.period.pk)),
        (world.staff, url("period_sums", world.period.pk)),
        (world.staff, url("period_traced", world.period.pk, "pa-no")),
        (world.clerk, url("my_reports")),
        (world.clerk, url("report", world.report.pk)),
    ]
    one = [cost(*page) for page in pages]
    for n in range(5):
        unit = AgencyFactory(parent=world.first)
        made = UnitReport.objects.create(period=world.period, agency=unit, code=f"X{n}")
        said(made, {"pa-no": n}, results="Có")
        other = weekly(world, title=f"Báo cáo {n}", starts_on=D(2026, 3, 7))
        said(report_of(other.periods.get(last_on=D(2026, 3, 13)), world.first), confirm=False)
    assert [cost(*page) for page in pages] == one


def test_choosing_who_reports_and_going_back_to_all(world, client):
    client.force_login(world.staff)
    address = url("series_units", world.plan.pk, world.series.pk)
    page = client.post(address, {"buoc": "xem", "words": "hoa binh"})
    form = page.context["form"]
    data = {"buoc": "xac-nhan", "words": "hoa binh", "seen": form.digest, "listed": form.shown}
    data |= {"without": form.carried, "kept": [unit.pk for unit in form.page]}
    assert client.post(address, data).status_code == 302
    world.series.refresh_from_db()
    assert (world.series.all_units, list(world.series.units.all())) == (False, [world.first])
    open_ = UnitReport.objects.filter(period__series=world.series, period__last_on=D(2026, 3, 13))
    assert [r.agency for r in open_] == [world.first]
    assert UnitReport.objects.filter(period=world.period).count() == 2  # past its deadline
    client.post(url("series_everybody", world.plan.pk, world.series.pk))
    assert open_.all().count() == 2


def test_a_begun_report_of_a_unit_left_out_stays(world, client):
    current = world.series.periods.get(last_on=D(2026, 3, 13))
    said(report_of(current, world.second), {"pa-no": 1}, confirm=False)
    actions.set_units(actor=None, series=world.series, units=[world.first])
    kept = UnitReport.objects.filter(period=current).order_by("agency__name")
    assert [r.agency for r in kept] == [world.first, world.second]


def test_the_sum_from_below_opens_to_the_units_and_their_words(world, client):
    own = actions.derive_plan(actor=None, above=world.plan, issuer=world.first, title="Riêng")
    TaskFactory(plan=own, assigned_to=[world.cell])
    issue(own)
    cell = report_of(past(weekly(world, plan=own)), world.cell)
    said(cell, {"pa-no": 4}, results="Treo bốn pa nô ở thôn", proposals="Thêm cờ")
    client.force_login(world.clerk)
    page = text(client.get(url("report", world.report.pk)))
    assert url("report_below", world.report.pk) in page
    found = client.get(url("report_below", world.report.pk))
    (row, figures, source) = found.context["rows"][0]
    assert (row.agency, source, figures) == (world.cell, "below", [0, 0, 0, 4])
    assert ("Treo bốn pa nô ở thôn" in text(found), "Thêm cờ" in text(found)) == (True, True)
    outsider = UserFactory()
    give(outsider, Role.SECRETARY, world.second)
    client.force_login(outsider)
    assert client.get(url("report_below", world.report.pk)).status_code == 404
