"""Reports as files, opened again: the Word papers, the roll-up in Excel, large ones as jobs."""

import datetime as dt
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook
from PIL import Image

from campaigns import actions
from campaigns.models import Assignment
from campaigns.queries import reports as queries
from campaigns.reporting import jobs as files
from campaigns.reporting import papers, tables
from campaigns.views import report_files
from campaigns.views.reports import lines_now
from portal.agencies.models import Role
from portal.common import clock, jobs
from portal.common.models import Job
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
        province = AgencyFactory(
            name="Đảng bộ tỉnh Mẫu", kind="party", committee_name="Tỉnh ủy Mẫu"
        )
        first = AgencyFactory(
            name="Đảng bộ xã Hòa Bình",
            kind="party",
            parent=province,
            committee_name="Đảng ủy xã Hòa Bình",
            code="ĐU",
        )
        second = AgencyFactory(name="Sở Nội vụ tỉnh Mẫu", parent=province, code="SNV")
        staff, clerk = UserFactory(), UserFactory()

    give(World.staff, Role.STAFF, World.province)
    give(World.clerk, Role.SECRETARY, World.first)
    World.plan = PlanFactory(issuer=World.province, symbol="12-KH/TU")
    World.task = TaskFactory(plan=World.plan, assigned_to=[World.first, World.second])
    issue(World.plan)
    World.series = weekly(World, title="Báo cáo tuần")
    World.period = past(World.series)
    World.report = report_of(World.period, World.first)
    return World


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def opened(data):
    return Document(io.BytesIO(data))


def lines_of(document):
    return [p.text for p in document.paragraphs if p.text]


def rows_of(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def photos(world, n):
    assignment = Assignment.objects.get(agency=world.first)
    files = []
    for at in range(n):
        out = io.BytesIO()
        Image.new("RGB", (800, 500), (at, 0, 0)).save(out, "JPEG")
        files.append(SimpleUploadedFile(f"{at}.jpg", out.getvalue()))
    uploads, problems = actions.keep_photos(actor=None, assignment=assignment, files=files)
    assert problems == []
    evidence = actions.add_evidence(
        actor=None,
        assignment=assignment,
        kind="photos",
        happened_on=D(2026, 3, 4),
        uploads=uploads,
    )
    captions = {f.pk: f"Pa nô số {f.position}" for f in evidence.files.all()}
    actions.edit_evidence(actor=None, evidence=evidence, captions=captions)


def test_the_paper_of_a_party_unit(world):
    photos(world, 3)
    showed(world.first, kind="meeting", attendees=50)
    said(
        world.report,
        {"pa-no": 3},
        results="Treo ba pa nô.\nHọp một buổi.",
        proposals="Cấp thêm cờ.",
    )
    actions.correct_report(
        actor=None, report=world.report, reason="Đếm sót", figures={indicator("pa-no").pk: 1250}
    )
    row = queries.REPORTS.get(pk=world.report.pk)
    document = opened(papers.unit_paper(row, lines_now(row)))
    left, right = document.tables[0].rows[0].cells
    assert [p.text for p in left.paragraphs] == [
        "ĐẢNG BỘ TỈNH MẪU",
        "ĐẢNG ỦY XÃ HÒA BÌNH",
        "*",
        "Số        -BC/ĐU",
    ]
    assert right.paragraphs[-1].text == "Hòa Bình, ngày        tháng 3 năm 2026"
    texts = lines_of(document)
    assert texts[:2] == ["BÁO CÁO", "tuần (28/02 – 06/03/2026)"]
    days = "từ ngày 28/02/2026 đến hết ngày 06/03/2026"
    assert f"Thực hiện Kế hoạch số 12-KH/TU, kết quả {days} như sau:" in texts
    assert [t for t in texts if t.startswith(("I", "V"))] == [
        "I. KẾT QUẢ",
        "II. HẠN CHẾ",
        "III. KIẾN NGHỊ",
    ]
    assert ("Treo ba pa nô." in texts, "Không có." in texts) == (True, True)
    assert "- Pa nô: 3 thành 1250 (11/03/2026; lý do: Đếm sót)./." in texts
    assert rows_of(document.tables[1])[1:] == [
        ["1", "Tin, bài trên cổng", "tin, bài", "0", ""],
        ["2", "Buổi tuyên truyền, sinh hoạt", "buổi", "1", ""],
        ["3", "Lượt người dự", "lượt người", "50", ""],
        ["4", "Pa nô", "tấm", "1.250", "Đã đếm (sửa sau xác nhận)"],
    ]
    assert len(document.inline_shapes) == 3
    assert [t for t in texts if t.startswith("Ảnh")] == [
        f"Ảnh {n + 1}. Pa nô số {n} (Đảng bộ xã Hòa Bình, 04/03/2026)" for n in range(3)
    ]


def test_the_paper_of_a_state_unit_that_has_not_confirmed(world):
    row = report_of(world.period, world.second)
    document = opened(papers.unit_paper(row, lines_now(row)))
    left, _right = document.tables[0].rows[0].cells
    assert left.paragraphs[-1].text == "Số:        /BC-SNV"
    assert "(Số liệu chưa được đơn vị xác nhận)" in lines_of(document)


def test_the_paper_of_a_period(world):
    said(world.report, {"pa-no": 3}, results="Treo ba pa nô.")
    data = papers.period_paper(files._period({"period": world.period.pk}))
    document = opened(data)
    texts = lines_of(document)
    assert "- Đảng bộ xã Hòa Bình: Treo ba pa nô." in texts
    assert any("1/2 đơn vị đã báo cáo; 1 đơn vị chưa báo cáo (Phụ lục 1)" in t for t in texts)
    assert rows_of(document.tables[1])[4] == ["4", "Pa nô", "tấm", "3", "0"]
    annex = rows_of(document.tables[-1])
    assert [row[1] for row in annex] == [
        "Đơn vị",
        "Đảng bộ xã Hòa Bình",
        "Sở Nội vụ tỉnh Mẫu",
        "Cộng",
    ]
    assert (annex[1][-1], annex[2][-1], annex[2][2], annex[3][-2]) == (
        "Đã xác nhận",
        "Chưa báo cáo",
        "",
        "3",
    )
    left, right = document.tables[-2].rows[0].cells
    assert [p.text for p in right.paragraphs if p.text] == ["T/M BAN THƯỜNG VỤ", "BÍ THƯ"]
    assert [p.text for p in left.paragraphs] == [
        "Nơi nhận:",
        "- Các đơn vị báo cáo,",
        "- Lưu Văn phòng.",
    ]


def test_the_roll_up_in_excel_holds_numbers_and_no_formula(world):
    said(world.report, {"pa-no": 3}, results="=HYPERLINK(1)", limits="Ít cờ")
    book = load_workbook(io.BytesIO(tables.period_workbook(world.period)))
    sums = book["Tổng hợp"]
    assert [cell.value for cell in sums[8]] == ["Pa nô", "tấm", 3, 0, 3, 0, 0, 1, 1]
    units = [[cell.value for cell in row] for row in book["Theo đơn vị"].iter_rows(min_row=2)]
    assert [row[0] for row in units] == ["Đảng bộ xã Hòa Bình", "Sở Nội vụ tỉnh Mẫu", "Cộng"]
    assert (units[0][1], units[0][6], units[1][6], units[2][6]) == ("Đã xác nhận", 3, None, 3)
    texts = [[cell.value for cell in row] for row in book["Đánh giá"].iter_rows(min_row=2)]
    assert texts == [
        ["Kết quả", "Đảng bộ xã Hòa Bình", "=HYPERLINK(1)"],
        ["Hạn chế", "Đảng bộ xã Hòa Bình", "Ít cờ"],
    ]
    assert book["Đánh giá"]["C2"].data_type == "s"


@pytest.mark.parametrize("form", ["docx", "xlsx"])
def test_a_small_period_comes_at_once_a_large_one_as_a_job(
    world, client, form, monkeypatch, django_capture_on_commit_callbacks
):
    client.force_login(world.staff)
    address = url("period_file", world.period.pk, form)
    response = client.post(address)
    assert (response.status_code, response["Content-Type"]) == (200, files.TYPES[form])
    assert response["Content-Disposition"].endswith(
        f'tong-hop-bao-cao-tuan-tuan-28-02-06-03-2026.{form}"'
    )
    monkeypatch.setattr(report_files, "AT_ONCE", 1)
    response = client.post(address)
    job = Job.objects.get()
    assert response["Location"] == jobs.address(job)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.file_name.endswith(form)) == ("done", True)


def test_who_may_take_files_away(world, client):
    outsider = UserFactory()
    give(outsider, Role.SECRETARY, world.second)
    client.force_login(outsider)
    assert client.get(url("report_docx", world.report.pk)).status_code == 404
    assert client.post(url("period_file", world.period.pk, "docx")).status_code == 404
    assert files.may(outsider, {"period": world.period.pk}) is False
    client.force_login(world.clerk)
    assert client.get(url("report_docx", world.report.pk)).status_code == 200
    assert client.post(url("period_file", world.period.pk, "docx")).status_code == 404
    client.force_login(world.staff)
    assert client.get(url("report_docx", world.report.pk)).status_code == 200
    assert client.post(url("period_file", world.period.pk, "pdf")).status_code == 404
