"""A tree of units from Excel: every problem by row, nothing half-saved, 12.000 rows quickly."""

import datetime as dt
import io
import time
import zipfile

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from portal.agencies import actions, importing_units, queries
from portal.agencies.actions import sheets as sheet_actions
from portal.agencies.actions.sheets import clean_up_sheets, rows_of
from portal.agencies.models import Agency, AgencyEdge, AgencyName, Role, SheetImport
from portal.agencies.registries import SHEETS
from portal.common import clock, sheets
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, LevelFactory, give

pytestmark = pytest.mark.django_db
TITLES = {
    "code": "Mã đơn vị",
    "name": "Tên đơn vị",
    "committee": "Cấp ủy",
    "kind": "Loại",
    "level": "Cấp",
    "parent": "Mã cấp trên",
    "protocol_no": "Thứ tự văn bản",
    "cell": "Là chi bộ",
    "phone": "Điện thoại",
    "members": "Số đảng viên",
}
ON = dt.date(2026, 7, 1)


def book(rows, titles=TITLES):
    """An .xlsx upload of dicts by key; a value that begins with "=" is written as a formula."""
    out = io.BytesIO()
    work = xlsxwriter.Workbook(out, {"in_memory": True, "constant_memory": len(rows) > 1000})
    sheet = work.add_worksheet()
    for n, title in enumerate(titles.values()):
        sheet.write_string(0, n, title)
    for line, row in enumerate(rows, start=1):
        for n, key in enumerate(titles):
            value = row.get(key)
            if isinstance(value, str) and value.startswith("="):
                sheet.write_formula(line, n, value, value="42")
            elif isinstance(value, int):
                sheet.write_number(line, n, value)
            elif value:
                sheet.write_string(line, n, value)
    work.close()
    return SimpleUploadedFile("don-vi.xlsx", out.getvalue())


@pytest.fixture
def province():
    LevelFactory(slug="chi-bo", name="Chi bộ", order=90)
    return AgencyFactory(
        name="Đảng bộ tỉnh Mẫu", kind="party", level=LevelFactory(slug="tinh", name="Cấp tỉnh")
    )


@pytest.fixture
def boss(province):
    person = UserFactory(full_name="Quản trị tỉnh")
    give(person, Role.ADMIN, province)
    return person


def params(root):
    return {"root": root.slug, "on": ON.isoformat()}


def keep(boss, root, rows):
    return sheet_actions.keep_sheet(
        actor=boss, kind=importing_units.KIND, params=params(root), upload=book(rows)
    )


def found(boss, root, rows):
    kept = keep(boss, root, rows)
    sheet = SHEETS.get(kept.kind)
    return sheet.check(rows_of(kept), sheet.context(boss, kept.params))


def problems(boss, root, rows):
    return [(p.row, p.column, p.text) for p in found(boss, root, rows).problems]


COMMUNE = {"code": "XA", "name": "Đảng bộ xã An", "level": "Cấp xã", "kind": "Tổ chức đảng"}
CELL = {"code": "XA-1", "name": "Chi bộ thôn 1", "level": "Chi bộ", "parent": "XA", "cell": "x"}


@pytest.fixture(autouse=True)
def _levels():
    LevelFactory()


def test_a_tree_is_founded_whatever_the_order_of_the_lines(boss, province):
    rows = [CELL | {"members": 31, "protocol_no": 2}, COMMUNE | {"committee": "Đảng ủy xã An"}]
    kept = keep(boss, province, rows)
    said = sheet_actions.commit_sheet(actor=boss, kept=kept)
    assert said == "Đã lập 2 đơn vị, sửa 0 đơn vị."
    cell = Agency.objects.get(code="XA-1")
    assert (cell.name, cell.parent.name, cell.is_cell, cell.member_count, cell.protocol_no) == (
        "Chi bộ thôn 1",
        "Đảng bộ xã An",
        True,
        31,
        2,
    )
    assert [(a.name, a.depth) for a in queries.in_tree_order()] == [
        ("Đảng bộ tỉnh Mẫu", 1),
        ("Đảng bộ xã An", 2),
        ("Chi bộ thôn 1", 3),
    ]
    assert cell.names.get().valid.lower == cell.parent_edges.get().valid.lower == ON
    entry = AuditEntry.objects.get(verb="import_units")
    assert (entry.actor, entry.changes) == (boss, {"created": [0, 2], "changed": [0, 0]})
    assert AuditEntry.objects.filter(verb="create_agency").count() == 1  # the province itself


def test_a_second_time_changes_nothing_and_what_differs_is_brought_in_line(boss, province):
    sheet_actions.commit_sheet(actor=boss, kept=keep(boss, province, [COMMUNE, CELL]))
    again = found(boss, province, [COMMUNE, CELL])
    assert (again.lines, [n for _label, n in again.counts]) == ([], [0, 0, 2])
    other = {"code": "XB", "name": "Đảng bộ xã Bình", "level": "Cấp xã"}
    changed = CELL | {"name": "Chi bộ thôn Một", "parent": "XB", "phone": "0200 3812 610"}
    outcome = found(boss, province, [other, changed])
    assert outcome.lines == [
        (2, "Đảng bộ xã Bình", "Lập mới, trực thuộc Đảng bộ tỉnh Mẫu"),
        (
            3,
            "Chi bộ thôn Một",
            "đổi tên “Chi bộ thôn 1”; chuyển sang trực thuộc Đảng bộ xã Bình; sửa điện thoại",
        ),
    ]
    sheet_actions.commit_sheet(actor=boss, kept=keep(boss, province, [other, changed]))
    cell = Agency.objects.get(code="XA-1")
    assert (cell.name, cell.parent.code, cell.phone) == ("Chi bộ thôn Một", "XB", "0200 3812 610")
    # the day is the one of its founding: the mistake is corrected, nothing overlaps
    assert [n.name for n in cell.names.all()] == ["Chi bộ thôn Một"]


def test_a_name_that_was_in_use_before_stays_on_record(boss, province):
    old = AgencyFactory(name="Đảng bộ xã Cũ", code="XC", parent=province, kind="party")
    row = {"code": "XC", "name": "Đảng bộ xã Mới", "level": "Cấp xã"}
    sheet_actions.commit_sheet(actor=boss, kept=keep(boss, province, [row]))
    names = [(n.name, n.valid.lower, n.valid.upper) for n in old.names.order_by("valid")]
    assert names == [
        ("Đảng bộ xã Cũ", dt.date(2000, 1, 1), ON),
        ("Đảng bộ xã Mới", ON, None),
    ]
    assert AgencyEdge.objects.filter(child=old).count() == 1


def test_every_problem_of_every_line_is_told(boss, province):
    AgencyFactory(name="Một", code="ĐU", parent=province, slug="mot")
    AgencyFactory(name="Hai", code="ĐU", parent=province, slug="hai")
    outside = AgencyFactory(name="Tỉnh khác", code="TK")
    rows = [
        {"code": "A", "level": "Cấp xã"},
        {"code": "A", "name": "Đảng bộ A", "level": "Cấp trời", "members": "nhiều"},
        {"code": "B", "name": "Đảng bộ B", "level": "Cấp xã", "parent": outside.code},
        {"code": "ĐU", "name": "Đảng bộ C", "level": "Cấp xã"},
        {"code": "D", "name": "=1+1", "level": "Cấp xã", "kind": "Hội", "cell": "hm"},
        {"code": "E", "name": "Đ" * 201, "level": "Cấp xã", "parent": "E"},
        {"code": province.slug, "name": "Chính mình", "level": "Cấp xã"},
    ]
    assert problems(boss, province, rows) == [
        (2, "Tên đơn vị", "Thiếu, hãy điền."),
        (3, "Cấp", "Không có cấp “Cấp trời”."),
        (3, "Mã đơn vị", "Trùng với dòng 2."),
        (3, "Số đảng viên", "“nhiều” không phải một số."),
        (4, "Mã cấp trên", "Không có đơn vị mã “TK” trong tệp hay dưới đơn vị đang nhập."),
        (5, "Mã đơn vị", "Có 2 đơn vị mang mã “ĐU”; hãy ghi địa chỉ, ví dụ hai."),
        (6, "Loại", "Không có loại “Hội”."),
        (6, "Là chi bộ", "Ghi “x” hoặc để trống."),
        (6, "Tên đơn vị", "Ô này là công thức; hãy dán giá trị thay cho công thức."),
        (7, "Mã cấp trên", "Đơn vị không thể trực thuộc chính mình."),
        (7, "Tên đơn vị", "Dài quá 200 ký tự."),
        (8, "Mã đơn vị", "Đây là chính đơn vị đang nhập; hãy bỏ dòng này."),
    ]
    assert not Agency.objects.filter(name="Đảng bộ B").exists()


def test_loops_among_lines_and_through_the_tree_are_found(boss, province):
    top = AgencyFactory(name="Trên", slug="tren", parent=province)
    AgencyFactory(name="Dưới", slug="duoi", parent=top)
    rows = [
        {"code": "A", "name": "A", "level": "Cấp xã", "parent": "B"},
        {"code": "B", "name": "B", "level": "Cấp xã", "parent": "A"},
        {"code": "tren", "name": "Trên", "level": "Cấp xã", "parent": "duoi"},
    ]
    words = "Các dòng này trực thuộc vòng quanh vào nhau."
    assert problems(boss, province, rows) == [(n, "Mã cấp trên", words) for n in (2, 3, 4)]


def test_nothing_is_saved_when_one_line_is_bad(boss, province):
    kept = keep(boss, province, [COMMUNE, CELL | {"level": "?"}])
    with pytest.raises(Refused, match="có lỗi"):
        sheet_actions.commit_sheet(actor=boss, kept=kept)
    assert Agency.objects.count() == 1


def test_a_dry_run_of_another_tree_is_refused(boss, province):
    kept = keep(boss, province, [COMMUNE])
    AgencyFactory(name="Đảng bộ xã khác", code="XA", parent=province)
    with pytest.raises(Refused, match="đã thay đổi sau khi kiểm tra"):
        sheet_actions.commit_sheet(actor=boss, kept=kept)
    assert not Agency.objects.filter(name="Đảng bộ xã An").exists()


def test_nothing_is_founded_below_a_unit_that_has_ended(boss, province):
    ended = AgencyFactory(name="Đảng bộ xã cũ", parent=province, slug="xa-cu")
    heir = AgencyFactory(name="Đảng bộ xã mới", parent=province)
    actions.succeed(actor=None, source=ended, kind="merge", targets=[heir], on=dt.date(2026, 6, 1))
    with pytest.raises(Refused, match="không hoạt động vào ngày này"):
        keep(boss, ended, [COMMUNE])


def test_a_list_is_carried_out_once_and_only_with_the_right(boss, province):
    kept = keep(boss, province, [COMMUNE])
    with pytest.raises(Refused, match="không còn quyền"):
        sheet_actions.commit_sheet(actor=UserFactory(), kept=kept)
    sheet_actions.commit_sheet(actor=boss, kept=kept)
    with pytest.raises(Refused, match="đã được nhập rồi"):
        sheet_actions.commit_sheet(actor=boss, kept=kept)
    assert Agency.objects.filter(name="Đảng bộ xã An").count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"khong phai zip", "Không đọc được tệp"),
        (b"", "Tệp này không có gì"),
    ],
)
def test_files_of_the_wrong_kind_are_told_at_the_field(boss, province, client, content, words):
    client.force_login(boss)
    address = reverse("agencies:import_units", args=[province.slug])
    page = client.post(address, {"file": SimpleUploadedFile("a.xlsx", content), "on": "2026-07-01"})
    assert (page.status_code, words in str(page.context["form"].errors["file"])) == (422, True)
    page = client.post(address, {"file": SimpleUploadedFile("a.xls", b"x"), "on": "2026-07-01"})
    assert "Chỉ nhận tệp .xlsx" in str(page.context["form"].errors["file"])


def test_bombs_and_lists_without_their_columns_are_refused(boss, province, monkeypatch):
    upload = book([COMMUNE], titles={"name": "Tên đơn vị"})
    with pytest.raises(Refused, match="Tệp thiếu cột: Mã đơn vị, Cấp"):
        sheet_actions.keep_sheet(
            actor=boss, kind=importing_units.KIND, params=params(province), upload=upload
        )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.MAX_UNPACKED + 1))
    with pytest.raises(Refused, match="giải nén quá lớn"):
        sheets.read(SimpleUploadedFile("a.xlsx", out.getvalue()), (), max_rows=10)
    monkeypatch.setattr(importing_units.UnitSheet, "max_rows", 1)
    with pytest.raises(Refused, match="quá 1 dòng"):
        keep(boss, province, [COMMUNE, CELL])


def test_the_pages_from_upload_to_done(boss, province, client):
    client.force_login(boss)
    address = reverse("agencies:import_units", args=[province.slug])
    assert client.get(address).status_code == 200
    page = client.post(
        address, {"file": book([COMMUNE, CELL | {"level": "?"}]), "on": "2026-07-01"}
    )
    shown = client.get(page.url).content.decode()
    assert ("Không có cấp “?”." in shown, "chưa dòng nào được ghi" in shown) == (True, True)
    page = client.post(address, {"file": book([COMMUNE, CELL]), "on": "2026-07-01"})
    shown = client.get(page.url).content.decode()
    assert "Lập mới, trực thuộc Đảng bộ xã An" in shown
    assert Agency.objects.count() == 1
    assert client.post(page.url).url == reverse("agencies:managed")
    assert Agency.objects.count() == 3
    assert client.get(page.url).status_code == 302
    client.force_login(UserFactory())
    assert client.get(page.url).status_code == 404


def test_the_empty_file_is_one_that_can_be_read(boss, province, client):
    client.force_login(boss)
    response = client.get(reverse("agencies:import_units_template", args=[province.slug]))
    titles = [c.value for c in load_workbook(io.BytesIO(response.content)).worksheets[0][1]]
    assert titles[:2] == ["Mã đơn vị *", "Tên đơn vị *"]
    upload = SimpleUploadedFile("mau.xlsx", response.content)
    rows = sheets.read(upload, SHEETS.get(importing_units.KIND).columns, max_rows=10)
    assert rows[1]["parent"] == "XHB"


def test_lists_that_nobody_confirmed_are_forgotten(boss, province):
    keep(boss, province, [COMMUNE])
    assert clean_up_sheets(before=clock.now() - dt.timedelta(days=2)) == 0
    assert clean_up_sheets(before=clock.now() + dt.timedelta(days=1)) == 1
    assert not SheetImport.objects.exists()


@pytest.mark.slow
def test_twelve_thousand_units_take_seconds(boss, province):
    rows = [{"code": f"X{n}", "name": f"Đảng bộ xã {n}", "level": "Cấp xã"} for n in range(600)]
    rows += [
        {"code": f"C{n}", "name": f"Chi bộ {n}", "level": "Chi bộ", "parent": f"X{n % 600}"}
        for n in range(11_400)
    ]
    upload = book(rows)
    began = time.monotonic()
    kept = sheet_actions.keep_sheet(
        actor=boss, kind=importing_units.KIND, params=params(province), upload=upload
    )
    sheet_actions.commit_sheet(actor=boss, kept=kept)
    seconds = time.monotonic() - began
    assert Agency.objects.count() == AgencyName.objects.count() == 12_001
    assert seconds < 40, seconds
    again = [row | {"name": row["name"] + " mới"} for row in rows]
    sheet_actions.commit_sheet(actor=boss, kept=keep(boss, province, again))
    assert Agency.objects.filter(name__endswith=" mới").count() == 12_000
    assert AuditEntry.objects.filter(verb="import_units").count() == 2
    actions.project_today()
