"""Documents from Excel: what a list means, the dry run, carrying out, what is refused, undoing."""

import datetime as dt
import io
import time
import zipfile
from types import SimpleNamespace

import openpyxl
import pytest
import time_machine
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.agencies.actions.sheets import commit_sheet, digest_of, keep_sheet, rows_of
from portal.agencies.models import Role
from portal.agencies.registries import SHEETS
from portal.common import sheets
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.official import actions
from portal.official.importing import KIND
from portal.official.importing.columns import COLUMNS
from portal.official.models import DocumentLink, OfficialDocument, RegisterImport
from portal.official.queries.desk import import_effects
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

from .factories import a_document

pytestmark = pytest.mark.django_db
URL = "/lam-viec/van-ban/nhap/"
HEAD = {column.key: column.title for column in COLUMNS}


@pytest.fixture
def office():
    return AgencyFactory(name="Sở Nội vụ", code="SNV")


@pytest.fixture
def clerk(office):
    user = UserFactory()
    give(user, Role.STAFF, office)
    return user


def book(rows, *, draw=None, above=()):
    """An upload of dicts by key of the columns; `draw(sheet, book)` may add what is special."""
    out = io.BytesIO()
    made = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_numbers": False})
    sheet = made.add_worksheet()
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    for n, line in enumerate(above):
        sheet.write(n, 0, line)
    top = len(above)
    for n, title in enumerate(HEAD.values()):
        sheet.write_string(top, n, title)
    for number, row in enumerate(rows, start=top + 1):
        for n, key in enumerate(HEAD):
            value = row.get(key)
            if isinstance(value, dt.date):
                sheet.write_datetime(number, n, value, day)
            elif isinstance(value, (int, float)):
                sheet.write_number(number, n, value)
            elif value:
                sheet.write_string(number, n, value)
    if draw:
        draw(sheet, made)
    made.close()
    return SimpleUploadedFile("danh-muc.xlsx", out.getvalue())


def keep(clerk, office, rows, public=True, **more):
    return keep_sheet(
        actor=clerk,
        kind=KIND,
        params={"agency": office.slug, "public": public, "file": "danh-muc.xlsx"},
        upload=book(rows, **more),
    )


def dry(clerk, kept):
    sheet = SHEETS.get(KIND)
    return sheet.check(rows_of(kept), sheet.context(clerk, kept.params))


def problems(outcome):
    return [(p.row, p.column, p.text) for p in outcome.problems]


def states(outcome):
    return [(t.label, t.state) for t in outcome.work]


ROWS = [
    {
        "symbol": "107/KH-SNV", "issuer_name": "Sở Nội vụ", "issued_on": "05/02/2020",
        "title": "Kế hoạch tuyên truyền", "signer": "Lê Hồng Vân", "signer_position": "Giám đốc",
        "basis": "135-KH/TU; 375/UBND-NV ngày 15/01/2020", "implements": "135-KH/TU",
    },
    {
        "symbol": "135-KH/TU", "issuer_name": "Ban Thường vụ", "issued_on": dt.date(2019, 12, 31),
        "title": "Tuyên truyền đại hội", "scope_key": "2015-2020",
    },
]  # fmt: skip


def test_a_list_is_shown_and_then_written_as_shown(clerk, office):
    kept = keep(clerk, office, ROWS)
    outcome = dry(clerk, kept)
    assert problems(outcome) == []
    assert states(outcome) == [("107/KH-SNV", "new"), ("375/UBND-NV", "also"), ("135-KH/TU", "new")]
    assert not OfficialDocument.objects.exists()
    said = commit_sheet(actor=clerk, kept=kept)
    assert said == "Đã ghi 3 văn bản mới, sửa 0. Hoàn tác được trong 30 ngày."
    plan = OfficialDocument.objects.get(symbol="107/KH-SNV")
    assert (plan.issuer, plan.kept_by, plan.issued_on) == (office, office, dt.date(2020, 2, 5))
    assert (plan.type.name, plan.number, plan.scope_key) == ("Kế hoạch", 107, "2020")
    assert (plan.signer, plan.signer_position) == ("Lê Hồng Vân", "Giám đốc")
    top = OfficialDocument.objects.get(symbol="135-KH/TU")
    assert (top.issuer, top.issuer_name, top.scope_key) == (None, "Ban Thường vụ", "2015-2020")
    links = plan.links_out.order_by("kind", "position").values_list("kind", "target__symbol")
    assert list(links) == [
        ("basis", "135-KH/TU"),
        ("basis", "375/UBND-NV"),
        ("implements", "135-KH/TU"),
    ]
    assert AuditEntry.objects.filter(verb="register_document", agency_id=office.pk).count() == 3
    with pytest.raises(Refused) as refused:
        commit_sheet(actor=clerk, kept=kept)
    assert refused.value.code == "done"


def test_the_same_list_again_says_there_is_nothing_to_do(clerk, office):
    commit_sheet(actor=clerk, kept=keep(clerk, office, ROWS))
    outcome = dry(clerk, keep(clerk, office, ROWS))
    assert states(outcome) == [("107/KH-SNV", "same"), ("135-KH/TU", "same")]


def test_cells_as_people_write_them(clerk, office):
    nfd = "Tuye\u0302n truye\u0302\u0300n \u00a0đại hội  "
    rows = [
        {"symbol": " 1 -KH/TU\u00a0", "title": nfd, "issued_on": "ngày 05 tháng 02 năm 2020"},
        {"symbol": "2-kh/tu", "issued_on": "2020-2-6", "type": "kế hoạch"},
        {"symbol": "3-KH/TU", "issued_on": "7.2.2020", "issuer_name": "snv"},
        {"symbol": "4-KH/TU", "issued_on": 43869},
        {"symbol": "5-KH/TU", "issued_on": "9-2-2020", "scope_key": "2015 – 2020"},
        {"symbol": "6/KH-SNV", "scope_key": 2020},
    ]
    kept = keep(clerk, office, rows)
    assert problems(dry(clerk, kept)) == []
    commit_sheet(actor=clerk, kept=kept)
    found = OfficialDocument.objects.order_by("number")
    assert [d.canonical for d in found][:5] == [f"0{n}-KH/TU" for n in range(1, 6)]
    assert found[0].title == "Tuyên truyền đại hội"
    days = [d.issued_on and d.issued_on.isoformat() for d in found]
    assert days == [f"2020-02-0{n}" for n in range(5, 10)] + [None]
    assert (found[2].issuer, found[2].issuer_name) == (office, "Sở Nội vụ")
    assert [d.scope_key for d in found] == ["2020"] * 4 + ["2015-2020", "2020"]


def test_lines_above_the_titles_groups_and_merged_cells(clerk, office):
    def draw(sheet, made):
        sheet.merge_range(3, 0, 3, 12, "I. Văn bản của tỉnh")
        sheet.merge_range(4, 2, 5, 2, "Tỉnh ủy")

    rows = [{}, {"symbol": "1-KH/TU", "title": "Một"}, {"symbol": "2-KH/TU", "title": "Hai"}]
    kept = keep(clerk, office, rows, draw=draw, above=["DANH MỤC VĂN BẢN", "Năm 2020"])
    commit_sheet(actor=clerk, kept=kept)
    found = OfficialDocument.objects.order_by("number").values_list("symbol", "issuer_name")
    assert list(found) == [("1-KH/TU", "Tỉnh ủy"), ("2-KH/TU", "Tỉnh ủy")]


def test_formulas_count_with_their_stored_results(clerk, office):
    def draw(sheet, made):
        sheet.write_formula(1, 4, '="Trích " & "yếu"', None, "Trích yếu")

    kept = keep(clerk, office, [{"symbol": "1-KH/TU"}], draw=draw)
    commit_sheet(actor=clerk, kept=kept)
    assert OfficialDocument.objects.get().title == "Trích yếu"


@pytest.mark.parametrize(
    ("row", "column", "words"),
    [
        ({"title": ""}, "Số, ký hiệu", "Thiếu số, ký hiệu"),
        ({"symbol": "1-KH/TU", "issued_on": "tháng 2/2020"}, "Ngày ban hành", "Không hiểu ngày"),
        ({"symbol": "1-KH/TU", "issued_on": "31/02/2020"}, "Ngày ban hành", "Không hiểu ngày"),
        ({"symbol": "1-KH/TU", "issued_on": "5/2/20"}, "Ngày ban hành", "Không hiểu ngày"),
        ({"symbol": "1-KH/TU", "issued_on": "1/1/2199"}, "Ngày ban hành", "chưa đến"),
        ({"symbol": "1-KH/TU", "type": "Sắc lệnh"}, "Loại", "Không có loại văn bản"),
        ({"symbol": "1-KH/TU", "scope_key": "khóa X"}, "Nhiệm kỳ/năm", "Ghi nhiệm kỳ như"),
        (
            {"symbol": "1-KH/TU", "scope_key": "2021", "issued_on": "1/1/2020"},
            "Nhiệm kỳ/năm",
            "không khớp",
        ),
        ({"symbol": "x" * 90}, "Số, ký hiệu", "Dài quá 80"),
        ({"symbol": "1-KH/TU", "title": "x" * 501}, "Trích yếu", "Dài quá 500"),
        ({"symbol": "1-KH/TU", "basis": "chỉ thị nào đó"}, "Căn cứ", "không đọc được"),
        ({"symbol": "1-KH/TU", "basis": "2-KH/TU ngày 31/2/2020"}, "Căn cứ", "Không có ngày"),
        ({"symbol": "1-KH/TU", "replaces": "01-KH/TU"}, "Thay thế", "với chính nó"),
    ],
)
def test_what_is_wrong_is_said_at_its_cell_and_nothing_is_written(
    clerk, office, row, column, words
):
    row = row if any(row.values()) else {"signer": "Ai đó"}
    kept = keep(clerk, office, [{"symbol": "77-CV/TU", "title": "Tốt"}, row])
    ((number, at, said),) = problems(dry(clerk, kept))
    assert (number, at) == (3, column)
    assert words in said
    with pytest.raises(Refused) as refused:
        commit_sheet(actor=clerk, kept=kept)
    assert refused.value.code == "problems"
    assert not OfficialDocument.objects.exists()


def test_twice_in_the_file(clerk, office):
    day = {"issued_on": "1/1/2020"}
    rows = [{"symbol": "1-KH/TU", **day}, {"symbol": "01-kh/tu", **day}]
    outcome = dry(clerk, keep(clerk, office, rows))
    assert problems(outcome) == [(3, "Số, ký hiệu", "Trùng với dòng 2.")]
    other_year = [rows[0], rows[1] | {"issued_on": "1/1/2021"}]
    assert problems(dry(clerk, keep(clerk, office, other_year))) == []


def test_circles_within_the_file_and_through_the_register(clerk, office):
    a, b = a_document("1-KH/TU", kept_by=office), a_document("2-KH/TU", kept_by=office)
    actions.set_links(actor=None, source=a, kind="basis", targets=[b])
    rows = [
        {"symbol": "2-KH/TU", "basis": "3-KH/TU"},
        {"symbol": "3-KH/TU", "basis": "1-KH/TU", "amends": "2-KH/TU"},
    ]
    found = problems(dry(clerk, keep(clerk, office, rows)))
    assert [(row, column) for row, column, _words in found] == [(2, "Căn cứ"), (3, "Căn cứ")]
    assert all("thành vòng" in words for _row, _column, words in found)


def test_the_order_of_the_rows_does_not_matter(clerk, office):
    for rows in (ROWS, ROWS[::-1]):
        kept = keep(clerk, office, rows)
        outcome = dry(clerk, kept)
        assert outcome.counts[-1] == ("Liên kết mới", 3)


def test_what_is_filled_in_and_differs_is_changed_the_rest_stays(clerk, office):
    there = a_document(
        "107/KH-SNV", issuer=office, issued_on=dt.date(2020, 2, 5), title="Cũ", signer="Người ký"
    )
    kept = keep(clerk, office, [{"symbol": "107/KH-SNV", "title": "Mới", "basis": "135-KH/TU"}])
    outcome = dry(clerk, kept)
    assert states(outcome)[0] == ("107/KH-SNV", "changed")
    commit_sheet(actor=clerk, kept=kept)
    there.refresh_from_db()
    assert (there.title, there.signer, there.lock_version) == ("Mới", "Người ký", 1)
    assert there.links_out.get().target.symbol == "135-KH/TU"


def test_documents_of_others_are_left_alone_and_those_of_plans(clerk, office):
    other = AgencyFactory(name="Sở khác")
    there = a_document("9/KH-SK", issuer=other, kept_by=other, title="Của họ")
    hidden = a_document("8/KH-SK", issuer=other, kept_by=other, is_public=False)
    kept = keep(clerk, office, [{"symbol": "9/KH-SK", "title": "Của tôi", "basis": "1-KH/TU"}])
    (target,) = dry(clerk, kept).work
    assert (target.state, target.note) == ("same", "đã có, do cơ quan khác giữ: giữ nguyên")
    commit_sheet(actor=clerk, kept=kept)
    there.refresh_from_db()
    assert (there.title, there.links_out.count()) == ("Của họ", 0)
    taken = keep(clerk, office, [{"symbol": hidden.symbol, "issuer_name": "Sở khác"}])
    ((_row, _column, words),) = problems(dry(clerk, taken))
    assert words == "Văn bản này đã có trong sổ của cơ quan khác, chưa công bố."


def test_a_register_that_changed_meanwhile_is_not_overwritten(clerk, office):
    there = a_document("1-KH/TU", kept_by=office, title="Cũ")
    kept = keep(clerk, office, [{"symbol": "1-KH/TU", "title": "Mới"}])
    actions.update_document(actor=None, document=there, signer="Người khác sửa")
    with pytest.raises(Refused) as refused:
        commit_sheet(actor=clerk, kept=kept)
    assert refused.value.code == "stale"
    fresh = keep(clerk, office, [{"symbol": "2-KH/TU"}])
    a_document("2-KH/TU")  # new in the dry run, there by now
    with pytest.raises(Refused):
        commit_sheet(actor=clerk, kept=fresh)
    kept = keep(clerk, office, [{"symbol": "1-KH/TU", "title": "Mới"}])
    a_document("88-KH/TU")  # another row of the register does not matter
    commit_sheet(actor=clerk, kept=kept)


class TestUndoing:
    def test_as_a_whole(self, clerk, office):
        there = a_document("107/KH-SNV", issuer=office, issued_on=dt.date(2020, 2, 5), title="Cũ")
        commit_sheet(actor=clerk, kept=keep(clerk, office, ROWS))
        batch = RegisterImport.objects.get()
        assert (batch.added, batch.changed, batch.file_name) == (2, 1, "danh-muc.xlsx")
        assert actions.undo_import(actor=clerk, batch=batch) == (3, 0)
        there.refresh_from_db()
        assert (there.title, there.signer, there.issued_on) == ("Cũ", "", dt.date(2020, 2, 5))
        assert OfficialDocument.objects.filter(removed_at=None).count() == 1
        assert not DocumentLink.objects.exists()
        with pytest.raises(Refused) as refused:
            actions.undo_import(actor=clerk, batch=batch)
        assert refused.value.code == "undone"

    def test_what_was_touched_stays_and_what_it_stands_on(self, clerk, office):
        commit_sheet(actor=clerk, kept=keep(clerk, office, ROWS))
        batch = RegisterImport.objects.get()
        plan = OfficialDocument.objects.get(symbol="107/KH-SNV")
        actions.update_document(actor=None, document=plan, title="Sửa tay")
        assert [e["id"] for e in import_effects(batch).entries] == []
        assert actions.undo_import(actor=clerk, batch=batch) == (0, 3)
        assert plan.links_out.count() == 3

    def test_what_others_lead_to_stays(self, clerk, office):
        commit_sheet(actor=clerk, kept=keep(clerk, office, ROWS))
        later = a_document("200/KH-SNV", kept_by=office)
        top = OfficialDocument.objects.get(symbol="135-KH/TU")
        actions.set_links(actor=None, source=later, kind="basis", targets=[top])
        assert actions.undo_import(actor=clerk, batch=RegisterImport.objects.get()) == (2, 1)
        left = OfficialDocument.objects.filter(removed_at=None).order_by("symbol")
        assert [d.symbol for d in left] == ["135-KH/TU", "200/KH-SNV"]

    def test_not_after_thirty_days(self, clerk, office):
        with time_machine.travel(dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC), tick=False) as clock:
            commit_sheet(actor=clerk, kept=keep(clerk, office, ROWS))
            batch = RegisterImport.objects.get()
            clock.shift(dt.timedelta(days=30, seconds=1))
            with pytest.raises(Refused) as refused:
                actions.undo_import(actor=clerk, batch=batch)
        assert refused.value.code == "too_late"


class TestPages:
    def test_from_the_upload_to_the_undoing(self, clerk, office):
        client = Client()
        client.force_login(clerk)
        assert client.get(URL).status_code == 200
        template = client.get(f"{URL}mau.xlsx").content
        titles = [cell.value for cell in openpyxl.load_workbook(io.BytesIO(template)).active[1]]
        assert titles == list(HEAD.values())
        sent = {"agency": office.pk, "file": book(ROWS), "is_public": "on"}
        response = client.post(URL, sent)
        assert response.status_code == 302
        page = client.get(response.url)
        html = page.content.decode()
        for words in ("107/KH-SNV", "Thêm", "Ghi thêm, chỉ biết số", "05/02/2020", "Lê Hồng Vân"):
            assert words in html
        assert client.post(response.url).url == URL
        batch = RegisterImport.objects.get()
        undo = f"{URL}{batch.pk}/hoan-tac/"
        assert "3 văn bản mới vào “Đã xóa”" in client.get(undo).content.decode()
        assert client.post(undo).status_code == 302
        assert "đã hoàn tác" in client.get(URL).content.decode()

    def test_errors_are_marked_in_their_row(self, clerk, office):
        client = Client()
        client.force_login(clerk)
        rows = [*ROWS, {"symbol": "5-KH/TU", "issued_on": "hôm qua"}]
        response = client.post(URL, {"agency": office.pk, "file": book(rows)})
        html = client.get(response.url, {"loc": "wrong"}).content.decode()
        assert "1 lỗi ở 1 dòng" in html
        assert '<span class="sheet-cell--wrong">hôm qua</span>' in html
        assert "107/KH-SNV" not in html
        assert "Ghi vào sổ đúng như trên" not in html

    @pytest.mark.parametrize(
        ("name", "data", "words"),
        [
            ("a.xlsx", b"not a workbook", "Không đọc được tệp"),
            ("a.xls", b"x", "Chỉ nhận tệp .xlsx"),
            ("a.xlsx", b"", "Tệp này không có gì"),
        ],
    )
    def test_bad_files(self, clerk, office, name, data, words):
        client = Client()
        client.force_login(clerk)
        file = SimpleUploadedFile(name, data)
        response = client.post(URL, {"agency": office.pk, "file": file})
        assert response.status_code == 422
        assert words in response.content.decode()

    def test_a_list_of_something_else(self, clerk, office):
        client = Client()
        client.force_login(clerk)
        out, made = sheets.new_book()
        made.add_worksheet().write_row(0, 0, ["Họ và tên", "Điện thoại"])
        made.close()
        file = SimpleUploadedFile("a.xlsx", out.getvalue())
        response = client.post(URL, {"agency": office.pk, "file": file})
        assert response.status_code == 422
        assert "Tệp không có dòng nào" in response.content.decode()

    def test_only_for_those_who_keep_a_register(self, clerk, office):
        commit_sheet(actor=clerk, kept=keep(clerk, office, ROWS))
        undo = f"{URL}{RegisterImport.objects.get().pk}/hoan-tac/"
        editor, stranger = UserFactory(), UserFactory()
        give(editor, Role.EDITOR, office)
        give(stranger, Role.STAFF, AgencyFactory(name="Sở khác"))
        for user, statuses in ((editor, (403, 403)), (stranger, (200, 404))):
            client = Client()
            client.force_login(user)
            assert tuple(client.get(url).status_code for url in (URL, undo)) == statuses
            kept_for = {"agency": office.pk, "file": book(ROWS)}
            assert client.post(URL, kept_for).status_code in (403, 422)

    def test_taken_along_and_brought_back_it_changes_nothing(self, clerk, office):
        commit_sheet(actor=clerk, kept=keep(clerk, office, ROWS))
        client = Client()
        client.force_login(clerk)
        data = client.get("/lam-viec/van-ban/so-van-ban.xlsx", {"loai": "ke-hoach"}).content
        lines = list(openpyxl.load_workbook(io.BytesIO(data)).active.values)
        assert [line[0] for line in lines] == ["Số, ký hiệu", "107/KH-SNV", "135-KH/TU"]
        upload = SimpleUploadedFile("so.xlsx", data)
        params = {"agency": office.slug, "public": True, "file": "so.xlsx"}
        kept = keep_sheet(actor=clerk, kind=KIND, params=params, upload=upload)
        assert {target.state for target in dry(clerk, kept).work} == {"same"}


def test_two_thousand_rows_in_a_fixed_number_of_queries(clerk, office):
    def rows(count):
        return [
            {
                "symbol": f"{n}/KH-SNV", "issuer_name": "Sở Nội vụ", "issued_on": "05/02/2020",
                "title": f"Văn bản {n}", "basis": f"{n - 1}/KH-SNV" if n > 1 else "1-CT/TU",
            }
            for n in range(1, count + 1)
        ]  # fmt: skip

    def cost(count):
        kept = keep(clerk, office, rows(count))
        with CaptureQueriesContext(connection) as seen:
            outcome = dry(clerk, kept)
        assert problems(outcome) == []
        assert digest_of(outcome) == kept.digest
        return len(seen), kept

    few, _kept = cost(2)
    started = time.monotonic()
    many, kept = cost(2000)
    with CaptureQueriesContext(connection) as seen:
        commit_sheet(actor=clerk, kept=kept)
    taken = time.monotonic() - started
    assert many == few
    assert len(seen) < 40
    assert DocumentLink.objects.count() == 2000
    assert taken < 60, taken  # 5 s on a quiet machine


def test_the_merged_cells_of_a_broken_sheet_are_looked_for_once(monkeypatch):
    upload = io.BytesIO()
    part = b"<mergeCell " * 20_000 + b'<mergeCell ref="A2:A4"/>'
    with zipfile.ZipFile(upload, "w") as archive:
        archive.writestr("xl/worksheets/sheet1.xml", part)
    begun = time.process_time()
    found = sheets._merged(upload, SimpleNamespace(_worksheet_path="/xl/worksheets/sheet1.xml"))
    assert found.down == {(3, 1): 2, (4, 1): 2}
    assert time.process_time() - begun < 5
