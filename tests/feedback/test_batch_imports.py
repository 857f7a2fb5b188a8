"""Forms that go out to units and lists that come back."""

import io
import threading
import uuid
import zipfile

import pytest
import time_machine
import xlsxwriter
from django.db import connection
from django.urls import reverse
from docx import Document
from openpyxl import load_workbook

from feedback import entry_jobs, totals, unit_forms, unit_papers
from feedback.actions import batch_undo, entries, entry_imports
from feedback.models import Channel, EntryBatch, EntryFile, EntryRow, Opinion
from portal.common import jobs
from portal.common.errors import Refused
from portal.common.models import AuditEntry, Job
from tests.accounts.factories import UserFactory
from tests.feedback.batches import DAY, accepted, node, open_world
from tests.feedback.factories import NOW

pytestmark = pytest.mark.django_db
S = EntryBatch.State
TITLES = [
    "Chỗ góp ý",
    "Quan điểm",
    "Nội dung góp ý",
    "Lý do",
    "Đề xuất sửa câu chữ",
    "Đối tượng góp ý",
]


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return open_world()


def upload(data, name="danh-sach-gop-y.xlsx"):
    file = io.BytesIO(data)
    file.name, file.size = name, len(data)
    return file


def listed(*rows, titles=TITLES):
    """A workbook with these rows below the titles."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    for n, row in enumerate([titles, *rows]):
        for k, value in enumerate(row):
            if value.startswith("="):
                sheet.write_formula(n, k, value)
            else:
                sheet.write_string(n, k, value)
    book.close()
    return out.getvalue()


def bring(world, data, *, name="danh-sach-gop-y.xlsx", **fields):
    return entry_imports.import_file(
        **{
            "actor": world.clerk,
            "consultation": world.consultation,
            "node": node(world, world.commune),
            "channel": Channel.PAPER,
            "received_on": DAY,
            "upload": upload(data, name),
            "now": NOW,
        }
        | fields
    )


def fill(data, *rows):
    """The form of a unit as it comes back, with `rows` of {column title: text}."""
    book = load_workbook(io.BytesIO(data))
    sheet = book.worksheets[0]
    heads = {str(cell.value).rstrip(" *"): cell.column for cell in sheet[5] if cell.value}
    for n, row in enumerate(rows, start=6):
        for title, value in row.items():
            sheet.cell(n, heads[title], value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


GOOD = {"Chỗ góp ý": "đoạn 2", "Quan điểm": "Đồng ý một phần", "Nội dung góp ý": "Nói rõ hơn."}


def test_the_form_goes_out_comes_back_and_counts(world, client):
    unit = node(world, world.commune)
    client.force_login(world.clerk)
    got = client.get(reverse("feedback:batch_form", args=[unit.pk, "xlsx"]))
    book = load_workbook(io.BytesIO(got.content))
    assert book.sheetnames[:3] == ["Ý kiến", "Văn kiện", "Hướng dẫn"]
    assert book["_ma"].sheet_state == "veryHidden"
    passages = {row[0]: row[1] for row in book["Văn kiện"].iter_rows(values_only=True)}
    assert passages["đoạn 2"] == world.block(2).plain
    lists = book["Ý kiến"].data_validations.dataValidation
    assert {next(iter(v.sqref.ranges)).min_col for v in lists} == {1, 3, 7}
    back = fill(got.content, GOOD | {"Đối tượng góp ý": "Đảng viên"}, {"Quan điểm": "Tán thành"})
    url = reverse("feedback:batch_import", args=[unit.pk])
    sent = {
        "file": upload(back, "xa Hòa Bình.xlsx"),
        "channel": "paper",
        "received_on": "2025-08-18",
        "key": str(uuid.uuid4()),
    }
    page = client.post(url, sent, follow=True).content.decode()
    assert "Không có lỗi" in page
    batch = EntryBatch.objects.get()
    assert batch.source_name == "xa Hòa Bình.xlsx"
    assert [(r.n, r.block, r.stance, r.group) for r in batch.rows.order_by("n")] == [
        (6, world.block(2), "partly", world.group),
        (7, None, "agree", None),
    ]
    assert Opinion.objects.count() == 0
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    entries.accept(actor=world.rapporteur, batch=batch, now=NOW)
    totals.fold()
    assert totals.along(world.consultation, "all") == {"": 2}
    assert sorted(Opinion.objects.values_list("text", flat=True)) == ["", "Nói rõ hơn."]


def test_a_form_of_another_unit_or_with_a_forged_mark_is_refused(world):
    cell = node(world, world.cell)
    other = unit_forms.workbook(world.consultation, cell)
    with pytest.raises(Refused) as refused:
        bring(world, fill(other, GOOD))
    assert refused.value.code == "other_form"
    assert "Chi bộ Văn phòng" in refused.value.message
    book = load_workbook(io.BytesIO(other))
    book["_ma"]["A1"] = "eyJjIjoxfQ:gia-mao"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Refused) as refused:
        bring(world, out.getvalue(), node=cell)
    assert refused.value.code == "mark"
    assert EntryBatch.objects.count() == 0


def test_every_line_says_what_is_wrong_with_it(world):
    batch = bring(
        world,
        listed(
            ["đoạn 99", "Tán thành", "Không có đoạn này."],
            ["", "Lưỡng lự", "Quan điểm lạ."],
            ["", "", "Thiếu quan điểm."],
            ["2", "Nhất trí", "", "", "", "Cựu chiến binh"],
            ["2", "Tán thành", '=HYPERLINK("http://x")'],
            ["câu hỏi 7", "Không tán thành", "Không có câu hỏi này."],
            ["trang 3, dòng 2", "Đồng ý một phần", "Đúng."],
        ),
    )
    assert list(batch.rows.order_by("n").values_list("problems", flat=True)) == [
        ["Văn kiện không có đoạn 99."],
        ["“Lưỡng lự” không phải một quan điểm."],
        ["Chưa chọn quan điểm."],
        ["“Cựu chiến binh” không phải đối tượng góp ý của đợt này."],
        ["Ô “Nội dung góp ý” là công thức; hãy dán giá trị thay cho công thức."],
        ["Văn kiện không có câu hỏi gợi ý số 7."],
        [],
    ]
    with pytest.raises(Refused) as refused:
        entries.submit(actor=world.clerk, batch=batch, now=NOW)
    assert refused.value.code == "incomplete"
    row = batch.rows.get(n=5)
    mended = entries.change_row(actor=world.clerk, batch=batch, n=row.n, text="Sửa chữ.")
    assert mended.problems == ["“Cựu chiến binh” không phải đối tượng góp ý của đợt này."]
    mended = entries.change_row(actor=world.clerk, batch=batch, n=row.n, group=world.group)
    assert (mended.problems, mended.typed) == ([], {})


def test_the_marked_workbook_says_it_beside_the_line_and_comes_back(world, client):
    batch = bring(
        world, listed(["đoạn 99", "Lưỡng lự", "Chữ của dòng một."], ["2", "Tán thành", "A"])
    )
    client.force_login(world.clerk)
    got = client.get(reverse("feedback:batch_marked", args=[batch.public_id]))
    sheet = load_workbook(io.BytesIO(got.content)).worksheets[0]
    first = [cell.value for cell in sheet[6]]
    assert first[1:4] == ["đoạn 99", "Lưỡng lự", "Chữ của dòng một."]
    assert "không phải một quan điểm" in first[7]
    assert sheet.cell(7, 8).value in (None, "")
    mended = fill(got.content, {"Chỗ góp ý": "đoạn 1", "Quan điểm": "Tán thành"})
    url = reverse("feedback:batch_replace", args=[batch.public_id])
    assert client.post(url, {"file": upload(mended, "da-sua.xlsx")}).status_code == 302
    batch.refresh_from_db()
    assert batch.source_name == "da-sua.xlsx"
    assert [r.problems for r in batch.rows.all()] == [[], []]
    assert batch.files.filter(kind=EntryFile.Kind.SOURCE).count() == 1


def test_repeats_in_the_file_and_against_earlier_batches_are_flagged(world, client):
    accepted(world, rows=1)
    batch = bring(
        world,
        listed(
            ["2", "Đồng ý một phần", "Ý kiến số 1."],
            ["3", "Tán thành", "Lặp lại."],
            ["đoạn 3", "Tán thành", "LẶP  LẠI."],
        ),
    )
    assert list(batch.rows.order_by("n").values_list("warnings", flat=True)) == [
        ["Giống ý kiến đã tiếp nhận của đơn vị ngày 18/08/2025."],
        [],
        ["Giống dòng 3."],
    ]
    client.force_login(world.clerk)
    client.post(reverse("feedback:batch_do", args=[batch.public_id]), {"viec": "bo-trung"})
    assert list(batch.rows.values_list("text", flat=True)) == ["Lặp lại."]


def test_the_same_file_is_recognised_and_led_to_its_batch(world, client):
    data = listed(["2", "Tán thành", "Một ý."])
    batch = bring(world, data)
    client.force_login(world.clerk)
    url = reverse("feedback:batch_import", args=[node(world, world.commune).pk])
    sent = {"channel": "paper", "received_on": "2025-08-18", "key": str(uuid.uuid4())}
    page = client.post(url, sent | {"file": upload(data, "ten-khac.xlsx")})
    assert page.status_code == 422
    assert reverse("feedback:batch", args=[batch.public_id]) in page.content.decode()
    assert EntryBatch.objects.count() == 1
    key = uuid.uuid4()
    other = listed(["2", "Tán thành", "Ý khác."])
    assert bring(world, other, public_id=key) == bring(world, other, public_id=key)
    entries.discard(actor=world.clerk, batch=batch)
    assert bring(world, data).state == S.ENTERING


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-8"])
@pytest.mark.parametrize("sign", [";", ",", "\t"])
def test_csv_is_read_as_well(world, encoding, sign):
    lines = [TITLES[:3], ["đoạn 2", "Tán thành", "Đường ngập, đề nghị sửa; gấp."]]
    words = "\r\n".join(sign.join(f'"{cell}"' for cell in line) for line in lines)
    batch = bring(world, words.encode(encoding), name="y-kien.csv")
    row = batch.rows.get()
    assert (row.block, row.text, row.problems) == (
        world.block(2), "Đường ngập, đề nghị sửa; gấp.", [],
    )  # fmt: skip
    assert batch.files.get().content_type == "text/csv"


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b"0" * (130 * 1024 * 1024))
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"PK\x03\x04 broken", "unreadable"),
        (b"\xd0\xcf\x11\xe0 old excel", "encoding"),
        ("tên cột lạ;khác\n1;2".encode(), "columns"),
        (listed(), "empty"),
        (listed(["a"], titles=["Cột lạ"]), "columns"),
        (b"x" * (8 * 1024 * 1024 + 1), "size"),
    ],
    ids=["empty", "broken", "xls", "csv", "no rows", "columns", "large"],
)
def test_bad_files_are_named_and_nothing_is_kept(world, data, code):
    with pytest.raises(Refused) as refused:
        bring(world, data)
    assert refused.value.code == code
    assert EntryBatch.objects.count() == 0
    assert EntryFile.objects.count() == 0


def test_a_zip_bomb_is_not_unpacked(world):
    with pytest.raises(Refused) as refused:
        bring(world, bomb())
    assert refused.value.code == "size"
    assert EntryBatch.objects.count() == 0


def test_a_long_list_is_read_and_accepted_by_a_worker(world, client, monkeypatch):
    monkeypatch.setattr(entry_imports, "AT_ONCE_BYTES", 100)
    monkeypatch.setattr("feedback.views.batches.AT_ONCE", 5)
    rows = [["2", "Tán thành", f"Ý kiến dòng {n}"] for n in range(40)]
    client.force_login(world.clerk)
    url = reverse("feedback:batch_import", args=[node(world, world.commune).pk])
    sent = {"channel": "paper", "received_on": "2025-08-18", "key": str(uuid.uuid4())}
    answer = client.post(url, sent | {"file": upload(listed(*rows))})
    batch = EntryBatch.objects.get()
    job = Job.objects.get(kind=entry_jobs.READ)
    assert answer.url == jobs.address(job)
    assert batch.rows.count() == 0
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.note) == (Job.State.DONE, "Đã đọc 40 dòng.")
    assert entry_imports.read_file(batch=batch) == 40
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    client.force_login(world.rapporteur)
    version = EntryBatch.objects.get().lock_version
    do = reverse("feedback:batch_do", args=[batch.public_id])
    client.post(do, {"viec": "tiep-nhan", "lock_version": str(version)})
    job = Job.objects.get(kind=entry_jobs.ACCEPT)
    assert Opinion.objects.count() == 0
    jobs.run(job.pk)
    assert Opinion.objects.count() == 40
    text = str(list(Job.objects.values_list("params", "title", "note", "error")))
    assert "Ý kiến dòng" not in text


def test_a_long_bad_list_is_put_aside_so_that_it_can_come_again(world, monkeypatch):
    monkeypatch.setattr(entry_imports, "AT_ONCE_BYTES", 10)
    data = listed(["x"], titles=["Cột lạ"])
    batch = bring(world, data)
    job = entry_jobs.start_reading(actor=world.clerk, batch=batch, back_url="/")
    jobs.run(job.pk)
    batch.refresh_from_db()
    job.refresh_from_db()
    assert (batch.state, job.state) == (S.DISCARDED, Job.State.FAILED)
    assert "thiếu cột" in job.error
    assert bring(world, data).state == S.ENTERING


def test_undoing_an_import_keeps_its_provenance(world):
    batch = bring(world, listed(["2", "Tán thành", "Một."], ["3", "Tán thành", "Hai."]))
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    entries.accept(actor=world.rapporteur, batch=batch, now=NOW)
    batch_undo.ask(actor=world.clerk, batch=batch, reason="Nhập nhầm đợt.", now=NOW)
    done = batch_undo.confirm(actor=world.staff, batch=batch, now=NOW)
    totals.fold()
    assert totals.along(world.consultation, "all") == {}
    assert (done.undone_by, done.undone_reason) == (world.staff, "Nhập nhầm đợt.")
    assert (done.source_name, len(done.source_digest)) == ("danh-sach-gop-y.xlsx", 64)
    assert EntryFile.objects.get().kind == "source"
    words = str(list(AuditEntry.objects.values_list("changes", "object_label")))
    assert "Một." not in words


def test_forms_and_files_are_for_those_who_enter(world, client):
    batch = bring(world, listed(["2", "Tán thành", "Một."]))
    file = batch.files.get()
    unit = node(world, world.commune)
    addresses = [
        reverse("feedback:batch_form", args=[unit.pk, "xlsx"]),
        reverse("feedback:batch_form", args=[unit.pk, "docx"]),
        reverse("feedback:batch_import", args=[unit.pk]),
        reverse("feedback:batch_marked", args=[batch.public_id]),
        reverse("feedback:batch_file", args=[batch.public_id, file.public_id]),
    ]
    for who, status in [(world.clerk, 200), (world.secretary, 404), (UserFactory(), 404)]:
        client.force_login(who)
        assert [client.get(url).status_code for url in addresses] == [status] * 5
    client.force_login(world.clerk)
    assert client.get(addresses[0].replace(".xlsx", ".pdf")).status_code == 404
    got = client.get(addresses[4])
    assert "attachment" in got.headers["Content-Disposition"]


def words_of(data):
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([p.text for p in document.paragraphs] + cells)


def test_the_printed_forms_ask_for_no_name(world, client):
    person = unit_papers.person_form(world.consultation)
    unit = unit_papers.unit_form(world.consultation, node(world, world.commune))
    for data in (person, unit):
        words = words_of(data)
        assert "☐ Tán thành\n☐ Đồng ý một phần\n☐ Không tán thành" in words
        assert "Họ và tên" not in words
    assert "☐ Đảng viên" in words_of(person)
    assert "Đảng bộ xã Hòa Bình".upper() in words_of(unit)
    url = reverse("feedback:paper_form", args=[world.consultation.pk, world.consultation.slug])
    assert client.get(url).status_code == 200


def test_the_blank_form_of_a_consultation_in_preparation_is_nobodys(client):
    world = open_world(announced=False)
    url = reverse("feedback:paper_form", args=[world.consultation.pk, world.consultation.slug])
    assert client.get(url).status_code == 404


def test_a_large_list_takes_a_fixed_number_of_queries(world, django_assert_max_num_queries):
    rows = [[str(n % 3 + 1), "Tán thành", f"Ý kiến dòng {n}"] for n in range(800)]
    data = listed(*rows)
    with django_assert_max_num_queries(60):
        batch = bring(world, data)
    assert EntryRow.objects.filter(batch=batch, problems=[]).count() == 800


@pytest.mark.django_db(transaction=True)
def test_the_same_file_brought_twice_at_once_is_one_batch():
    world = open_world()
    data = listed(["2", "Tán thành", "Một."])
    unit = node(world, world.commune)
    barrier, results = threading.Barrier(2), []

    def run(person):
        barrier.wait()
        try:
            results.append(bring(world, data, actor=person, node=unit).state)
        except Refused as refused:
            results.append(refused.code)
        finally:
            connection.close()

    people = (world.clerk, world.rapporteur)
    threads = [threading.Thread(target=run, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert sorted(results) == ["entering", "same_file"]
    assert EntryBatch.objects.count() == 1
