"""The workbook of a report: out, filled in, back, with what is wrong marked in the file."""

import datetime as dt
import io
import zipfile

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from campaigns.models import UnitReport
from campaigns.queries import reports as queries
from campaigns.reporting import incoming, workbook
from campaigns.views.reports import lines_now
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.campaigns.test_reports import D, indicator, past, report_of, said, showed, weekly

pytestmark = pytest.mark.django_db

HAND_IN = "hand_in_reports"


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 11, 9, tzinfo=clock.TZ), tick=False):
        yield


@pytest.fixture
def world():
    class World:
        province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party")
        first = AgencyFactory(name="Đảng bộ xã Hòa Bình", parent=province, kind="party")
        second = AgencyFactory(name="Đảng bộ xã Yên Sơn", parent=province)
        staff, clerk, editor = UserFactory(), UserFactory(), UserFactory()

    give(World.staff, Role.STAFF, World.province)
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


def fresh(report):
    return queries.REPORTS.get(pk=report.pk)


def written(report):
    row = fresh(report)
    return workbook.write(row, lines_now(row))


def row_of(sheet, key):
    return next(row for row in sheet.iter_rows() if row[workbook.KEY].value == key)


def filled(data, figures=None, texts=None, cells=None):
    """The workbook as a person fills it in: {slug: (figure, note)}, {part: text}."""
    book = load_workbook(io.BytesIO(data))
    sheet = book[workbook.SHEET]
    for slug, (value, note) in (figures or {}).items():
        row = row_of(sheet, f"ct:{slug}")
        row[workbook.VALUE].value, row[workbook.NOTE].value = value, note
    for name, words in (texts or {}).items():
        row_of(sheet, name)[workbook.VALUE].value = words
    for address, value in (cells or {}).items():
        sheet[address].value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(data, name="bao-cao.xlsx"):
    return SimpleUploadedFile(name, data)


def looked(client, *files, **more):
    return client.post(url(HAND_IN), {"files": [upload(f) for f in files], **more})


def test_the_workbook_is_locked_but_for_what_is_entered(world):
    showed(world.first, kind="meeting", attendees=50)
    sheet = load_workbook(io.BytesIO(written(world.report)))[workbook.SHEET]
    people = row_of(sheet, "ct:luot-nguoi-du")
    assert [c.value for c in people[:6]] == [
        "ct:luot-nguoi-du",
        "Lượt người dự",
        "lượt người",
        50,
        50,
        "",
    ]
    locked = [c.protection.locked for c in people[:6]]
    assert (sheet.protection.sheet, locked) == (True, [True, True, True, True, False, False])
    code = workbook.shown_code(world.report)
    assert (sheet["E4"].value, sheet["E4"].protection.locked) == (code, True)
    assert sheet.column_dimensions["A"].hidden is True


def test_out_filled_in_looked_at_and_back(world, client):
    showed(world.first, kind="meeting", attendees=50)
    client.force_login(world.clerk)
    taken = client.get(url("report_workbook", world.report.pk))
    data = filled(
        taken.content,
        {"pa-no": ("1.250", "Theo sổ"), "luot-nguoi-du": (70, "Thêm 20")},
        {"results": "Treo pa nô.\nHọp."},
    )
    page = looked(client, data)
    changes = page.context["arrived"][0].changes
    assert [(c.label, c.before, c.after) for c in changes] == [
        ("Lượt người dự", "50", "70"),
        ("Pa nô", "0", "1.250"),
        ("Kết quả", "", "Treo pa nô.\nHọp."),
    ]
    assert fresh(world.report).state == "none"
    done = client.post(url(HAND_IN), {"data": page.context["data"], "xac-nhan": "1"})
    assert done["Location"] == url("report", world.report.pk)
    row = fresh(world.report)
    values = dict(row.values.values_list("indicator__slug", "value"))
    assert (row.state, row.results, row.stand_in) == ("confirmed", "Treo pa nô.\nHọp.", False)
    assert values == {
        "tin-bai": 0,
        "buoi-tuyen-truyen": 1,
        "luot-nguoi-du": 70,
        "pa-no": 1250,
    }


def test_what_nobody_touched_in_the_file_follows_the_evidence(world, client):
    data = written(world.report)
    showed(world.first, kind="meeting", attendees=50)
    client.force_login(world.clerk)
    page = looked(client, filled(data, texts={"limits": "Ít cờ"}))
    client.post(url(HAND_IN), {"data": page.context["data"]})
    row = fresh(world.report)
    values = dict(row.values.values_list("indicator__slug", "value"))
    assert (row.state, values["luot-nguoi-du"], row.limits) == ("draft", 50, "Ít cờ")


def test_errors_come_back_marked_in_the_same_workbook(world, client):
    client.force_login(world.clerk)
    data = filled(
        written(world.report),
        {"pa-no": ("ba cái", "x"), "tin-bai": (4, ""), "luot-nguoi-du": (-1, "x")},
        {"results": "Giữ nguyên"},
    )
    page = looked(client, data)
    assert (page.status_code, page.context["good"]) == (422, [])
    one = page.context["arrived"][0]
    assert one.problems == {
        "pa-no": "Hãy ghi một số nguyên từ 0 đến 100 triệu.",
        "luot-nguoi-du": "Hãy ghi một số nguyên từ 0 đến 100 triệu.",
        "tin-bai": "Khác số từ minh chứng (0); hãy ghi chú vì sao.",
    }
    back = client.post(url("marked_workbook"), {"tep": one.signed})
    sheet = load_workbook(io.BytesIO(back.content))[workbook.SHEET]
    board, news = row_of(sheet, "ct:pa-no"), row_of(sheet, "ct:tin-bai")
    meetings = row_of(sheet, "ct:buoi-tuyen-truyen")
    assert (board[4].value, news[4].value, board[5].value) == ("ba cái", 4, "x")
    assert [row[4].fill.fgColor.rgb for row in (board, news, meetings)] == [
        "FFF9C9B6",
        "FFF9C9B6",
        "FFFFF6DB",
    ]
    assert board[4].comment.text == "Hãy ghi một số nguyên từ 0 đến 100 triệu."
    assert news[6].value == "Khác số từ minh chứng (0); hãy ghi chú vì sao."
    assert row_of(sheet, "results")[4].value == "Giữ nguyên"
    mended = filled(
        back.content, {"pa-no": (3, "x"), "tin-bai": (4, "Sổ"), "luot-nguoi-du": (0, "")}
    )
    assert looked(client, mended).context["arrived"][0].problems == {}
    assert (fresh(world.report).state, world.report.values.count()) == ("none", 0)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({"E4": "BC-0000-0000-0000-0000"}, "Mã báo cáo trong tệp không đúng"),
        ({"E4": "xóa rồi"}, "Không thấy mã báo cáo"),
    ],
)
def test_a_wrong_code(world, client, cells, sentence):
    client.force_login(world.clerk)
    page = looked(client, filled(written(world.report), cells=cells))
    assert (page.status_code, sentence in page.context["arrived"][0].refusal) == (422, True)


def test_other_periods_other_units_and_locked_reports(world, client):
    client.force_login(world.clerk)
    theirs = report_of(world.period, world.second)
    page = looked(client, written(theirs))
    assert "Mã báo cáo trong tệp không đúng" in page.context["arrived"][0].refusal
    current = report_of(world.series.periods.get(last_on=D(2026, 3, 13)), world.first)
    page = looked(client, written(current), **{"bao-cao": world.report.pk})
    assert "không phải báo cáo đang mở" in page.context["arrived"][0].refusal
    data = written(world.report)
    said(world.report)
    page = looked(client, data)
    assert "đã xác nhận và khóa" in page.context["arrived"][0].refusal
    twice = looked(client, written(current), written(current)).context["arrived"]
    assert [one.good for one in twice] == [True, False]


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("xl/workbook.xml", "0" * 60_000_000)
    return out.getvalue()


def broken():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("[Content_Types].xml", "<x/>")
        package.writestr("xl/workbook.xml", "<x/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7 x", "Không đọc được tệp này"),
        (b"GIF89a", "Chỉ nhận tệp PDF, Word (.docx) và Excel (.xlsx)"),
        (broken(), "Không đọc được tệp này"),
        (bomb(), "giải nén ra quá lớn"),
        (b"0" * (2 * 1024 * 1024 + 1), "lớn quá 2 MB"),
    ],
)
def test_files_of_another_kind(world, client, data, sentence):
    client.force_login(world.clerk)
    page = looked(client, data)
    assert (page.status_code, sentence in page.context["arrived"][0].refusal) == (422, True)


def test_staff_enters_the_files_of_several_units(world, client):
    other = report_of(world.period, world.second)
    files = [
        filled(written(world.report), {"pa-no": (3, "Sổ")}),
        filled(written(other), {"pa-no": (4, "Sổ")}),
        filled(written(other), {"pa-no": ("x", "")}),
    ]
    client.force_login(world.staff)
    page = looked(client, *files)
    assert [one.good for one in page.context["arrived"]] == [True, True, False]
    client.post(url(HAND_IN), {"data": page.context["data"], "xac-nhan": "1"})
    rows = UnitReport.objects.filter(period=world.period).order_by("agency__name")
    assert [(r.state, r.stand_in, r.confirmed_by) for r in rows] == [
        ("confirmed", True, world.staff),
        ("confirmed", True, world.staff),
    ]


def test_all_are_saved_or_none(world, client):
    other = report_of(world.period, world.second)
    client.force_login(world.staff)
    files = [filled(written(r), {"pa-no": (3, "Sổ")}) for r in (world.report, other)]
    page = looked(client, *files)
    said(other, confirm=False, results="Vừa sửa")
    done = client.post(url(HAND_IN), {"data": page.context["data"]}, follow=True)
    assert "Chưa ghi báo cáo nào. Đảng bộ xã Yên Sơn: Người khác vừa sửa" in text(done)
    assert (fresh(world.report).state, fresh(other).results) == ("none", "Vừa sửa")


def test_an_editor_enters_and_does_not_confirm(world, client):
    client.force_login(world.editor)
    page = looked(client, filled(written(world.report), {"pa-no": (3, "Sổ")}))
    assert "Ghi và xác nhận" not in text(page)
    client.post(url(HAND_IN), {"data": page.context["data"], "xac-nhan": "1"})
    assert fresh(world.report).state == "none"
    client.post(url(HAND_IN), {"data": page.context["data"]})
    assert fresh(world.report).state == "draft"


def test_what_was_signed_an_hour_ago_or_by_somebody_else_is_refused(world, client):
    client.force_login(world.clerk)
    page = looked(client, filled(written(world.report), {"pa-no": (3, "Sổ")}))
    data = page.context["data"]
    client.post(url(HAND_IN), {"data": data[:-2] + "xx"})
    with time_machine.travel(dt.datetime(2026, 3, 11, 10, 1, tzinfo=clock.TZ), tick=False):
        client.force_login(world.clerk)
        client.post(url(HAND_IN), {"data": data})
        assert client.post(url("marked_workbook"), {"tep": data}).status_code == 400
    assert fresh(world.report).state == "none"
    outsider = UserFactory()
    give(outsider, Role.SECRETARY, world.second)
    client.force_login(outsider)
    client.post(url(HAND_IN), {"data": data})
    assert fresh(world.report).state == "none"
    assert client.get(url("report_workbook", world.report.pk)).status_code == 404


def test_a_plain_member_hands_in_nothing(world, client):
    member = UserFactory()
    give(member, Role.MEMBER, world.first)
    client.force_login(member)
    assert client.get(url(HAND_IN)).status_code == 403


def test_a_formula_in_a_text_stays_a_text(world, client):
    report = said(world.report, {"pa-no": 3}, confirm=False, results='=HYPERLINK("http://x")')
    sheet = load_workbook(io.BytesIO(written(report)))[workbook.SHEET]
    assert row_of(sheet, "results")[workbook.VALUE].data_type == "s"


def test_long_texts_are_marked(world, client):
    client.force_login(world.clerk)
    data = filled(written(world.report), texts={"results": "x" * 10_001})
    one = looked(client, data).context["arrived"][0]
    assert one.problems == {"results": "Dài quá 10000 ký tự."}
    assert one.told() == [("Kết quả", "Dài quá 10000 ký tự.")]


def test_an_indicator_that_is_asked_no_more_is_passed_over(world):
    data = filled(written(world.report), {"pa-no": (3, "Sổ")})
    world.series.series_indicators.filter(indicator=indicator("pa-no")).delete()
    one = incoming.look_at(upload(data), user=world.clerk)
    assert (one.good, [c.label for c in one.changes]) == (True, [])


def test_before_the_cut_off_a_file_is_only_a_draft(world, client):
    client.force_login(world.clerk)
    current = report_of(world.series.periods.get(last_on=D(2026, 3, 13)), world.first)
    page = looked(client, filled(written(current), {"pa-no": (3, "Sổ")}))
    assert ("Ghi và xác nhận" in text(page), "Ghi vào bản nháp" in text(page)) == (False, True)
    client.post(url(HAND_IN), {"data": page.context["data"]})
    assert fresh(current).state == "draft"
