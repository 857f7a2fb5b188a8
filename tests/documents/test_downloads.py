"""Editions as Word and PDF files."""

import io

import docx
import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import actions, importing
from documents.blocks import cut
from documents.downloads import inline, pdf, piece, word
from documents.downloads.inline import Cell, Run
from documents.downloads.sheet import Sheet, with_notes
from portal.common.richtext import sanitize
from tests.documents.factories import make_document, office, publish
from tests.news.factories import picture

SHEET = Sheet(
    family="party", superior="Đảng bộ tỉnh Mẫu", issuer="Ban Chấp hành", symbol="12-BC/TU",
    title="Báo cáo chính trị", subtitle="trình Đại hội", edition="Dự thảo lần 2",
    published="01/08/2025", mark="", address="https://mau.vn/van-kien/1-bc/lan-2/",
    digest="0123456789abcdef" * 4,
)  # fmt: skip
TEXT = """
<h2>Phần thứ nhất. Kết quả</h2>
<h4 class="level-10"><strong class="number">(i)</strong> Mục sâu</h4>
<p>Tăng <strong>6,8%</strong> mỗi <em>năm</em><sup class="note">1</sup> &lt;b&gt; #set $x$ \\</p>
<p class="footnote"><strong class="number">1</strong> Theo số liệu thống kê.</p>
<p class="indent-1"><strong class="number">a)</strong> Ý thứ nhất</p>
<table><thead><tr><th>Chỉ tiêu</th><th>2024</th><th>2025</th></tr></thead>
<tbody><tr><td rowspan="2">Thu</td><td>1</td><td>2</td></tr>
<tr><td colspan="2">gộp</td></tr></tbody></table>
"""


def pieces(html=TEXT):
    return [piece(block) for block in cut(sanitize(html))]


def words_of(data):
    document = docx.Document(io.BytesIO(data))
    lines = [(p.style.name, p.text) for p in document.paragraphs if p.text]
    return lines, document


def test_runs_keep_their_style_and_fold_spaces():
    found = inline.runs("Một <strong>hai <em>ba</em></strong>\n  bốn<br>năm")
    assert found == [
        Run("Một "),
        Run("hai ", bold=True),
        Run("ba", bold=True, italic=True),
        Run(" bốn\nnăm"),
    ]


def test_a_table_knows_its_columns_whatever_is_merged():
    table = inline.table(sanitize(TEXT))
    assert (table.width, table.head, len(table.rows)) == (3, 1, 3)
    assert table.rows[1][0] == Cell([Run("Thu")], rows=2)
    assert table.rows[2] == [Cell([Run("gộp")], columns=2)]


def test_a_table_in_a_table_gives_its_text():
    html = "<table><tr><td>A<table><tr><td>B</td><td>C</td></tr></table></td></tr></table>"
    (cell,) = inline.table(html).rows[0]
    assert "".join(run.text for run in cell.runs).split() == ["A", "B", "C"]


def test_the_word_file_has_headings_numbers_and_all_words():
    lines, document = words_of(word.make(SHEET, pieces()))
    assert ("Heading 1", "Phần thứ nhất\nKết quả") in lines
    assert ("Heading 9", "(i) Mục sâu") in lines
    texts = [text for _style, text in lines]
    assert "Tăng 6,8% mỗi năm <b> #set $x$ \\" in texts
    assert {"a) Ý thứ nhất", "DỰ THẢO LẦN 2"} <= set(texts)
    table = document.tables[-1]
    assert [[c.text for c in row.cells] for row in table.rows] == [
        ["Chỉ tiêu", "2024", "2025"],
        ["Thu", "1", "2"],
        ["Thu", "gộp", "gộp"],
    ]
    head = " ".join(c.text for c in document.tables[0].rows[0].cells)
    assert "Số 12-BC/TU" in head
    assert "ĐẢNG CỘNG SẢN VIỆT NAM" in head


def test_what_was_downloaded_is_imported_as_the_same_blocks():
    data = word.make(SHEET, pieces())
    found = importing.read(io.BytesIO(data), "tai-ve.docx").blocks
    kept = [(b.kind, b.number, b.plain) for b in cut(sanitize(TEXT))]
    assert [(b.kind, b.number, b.plain) for b in found][-len(kept) :] == kept


def test_a_footnote_without_a_reference_is_still_printed():
    html = '<p>Một.</p><p class="footnote"><strong class="number">9</strong> Lời chú lạc.</p>'
    lines, _document = words_of(word.make(SHEET, pieces(html)))
    assert ("Normal", "9 Lời chú lạc.") in lines
    found = list(with_notes(pieces(html)))
    assert [(p.kind, notes) for p, notes in found] == [("paragraph", {}), ("footnote", {})]


def test_the_pdf_takes_any_text_as_text():
    data = pdf.make(SHEET, pieces())
    assert data.startswith(b"%PDF-")
    wide = "<table><tr>" + "<td>x</td>" * 12 + "</tr></table>"
    strange = '<p>#import "x": * [ ] { } $ $ @ref <label> // /* */ ~ \\ ` ``` = - + 1.</p>'
    assert pdf.make(SHEET, pieces(wide + strange)).startswith(b"%PDF-")


UNEVEN = {
    "ragged": "<tr><td>a</td><td>b</td></tr><tr><td colspan='3'>c</td></tr><tr><td>d</td></tr>",
    "far down": "<tr><td rowspan='9999'>a</td><td>b</td></tr><tr><td>c</td></tr>",
    "far right": "<tr><td colspan='9999'>a</td></tr><tr><td>b</td><td>c</td></tr>",
    "head into body": "<thead><tr><th rowspan='9999'>a</th><th>b</th></tr></thead>"
    "<tbody><tr><td>c</td></tr></tbody>",
    "into a span": "<tr><td>a</td><td rowspan='2'>b</td></tr><tr><td colspan='2'>c</td></tr>",
    "many": "<tr>" + "<td>a</td>" * 300 + "</tr>",
}


@pytest.mark.parametrize("rows", UNEVEN.values(), ids=UNEVEN.keys())
def test_no_table_however_uneven_keeps_a_file_from_being_made(rows):
    html = f"<table>{rows}</table>"
    table = inline.table(html)
    taken = [0] * table.width
    for row in table.rows:
        at = 0
        for cell in row:
            while taken[at]:
                at += 1
            assert taken[at : at + cell.columns] == [0] * cell.columns
            taken[at : at + cell.columns] = [cell.rows] * cell.columns
            at += cell.columns
        assert all(taken)  # no gap
        taken = [left - 1 for left in taken]
    assert not any(taken)  # nothing reaches below the last row
    assert table.width <= inline.MOST_COLUMNS
    said = [run.text for row in table.rows for cell in row for run in cell.runs if run.text.strip()]
    assert len("".join(said).replace(" ", "")) == html.count("</td>") + html.count("</th>")
    made = pieces(html)
    assert pdf.make(SHEET, made).startswith(b"%PDF-")
    assert len(pdf.make(SHEET, made)) < 300_000
    document = docx.Document(io.BytesIO(word.make(SHEET, made)))
    assert len(document.tables[-1].columns) == table.width


def test_a_table_without_rows_is_printed_as_its_words():
    html = "<table><caption>Bảng chưa có số liệu</caption></table>"
    made = pieces(html)
    assert pdf.make(SHEET, made).startswith(b"%PDF-")
    lines, _document = words_of(word.make(SHEET, made))
    assert ("Normal", "Bảng chưa có số liệu") in lines


@pytest.mark.django_db
class TestPages:
    @pytest.fixture
    def world(self):
        return office(name="Đảng bộ tỉnh Mẫu", kind="party")

    def url(self, edition, ending="pdf"):
        document = edition.document
        return reverse(f"documents:download_{ending}", args=[document.pk, document.slug, edition.n])

    def data(self, client, edition, ending="pdf"):
        return b"".join(client.get(self.url(edition, ending)).streaming_content)

    def test_made_once_and_kept(self, world, client):
        agency, staff, approver = world
        edition = publish(make_document(staff, agency), staff, approver)
        first = client.get(self.url(edition))
        data = b"".join(first.streaming_content)
        assert (first.status_code, first["Content-Type"]) == (200, "application/pdf")
        assert 'filename="bao-cao-chinh-tri-lan-1.pdf"' in first["Content-Disposition"]
        assert not first.cookies
        with CaptureQueriesContext(connection) as statements:
            again = client.get(self.url(edition))
        assert b"".join(again.streaming_content) == data
        assert not [q for q in statements if "documents_block" in q["sql"]]
        same = client.get(self.url(edition), headers={"if-none-match": first["ETag"]})
        assert same.status_code == 304

    def test_a_new_title_makes_a_new_file_and_drops_the_old_one(self, world, client):
        agency, staff, approver = world
        edition = publish(make_document(staff, agency), staff, approver)
        self.data(client, edition)
        self.data(client, edition, "docx")
        folder = f"van-kien/{edition.pk}"
        before = set(default_storage.listdir(folder)[1])
        type(edition.document).objects.update(title="Báo cáo chính trị, bản đính chính")
        self.data(client, edition)
        after = set(default_storage.listdir(folder)[1])
        assert (len(before), len(after)) == (2, 2)
        assert len(before & after) == 1

    def test_an_own_picture_is_in_both_files(self, world, client):
        agency, staff, approver = world
        upload = picture(staff, agency)
        html = (
            f'<p>Chữ.</p><figure class="image"><img src="{upload.url}" alt="Bản đồ tỉnh">'
            "<figcaption>Hình 1</figcaption></figure>"
        )
        document = make_document(staff, agency, html=html)
        edition = publish(document, staff, approver)
        data = self.data(client, edition, "docx")
        lines, made = words_of(data)
        assert len(made.inline_shapes) == 1
        assert ("Normal", "Hình 1") in lines
        assert b"/Image" in self.data(client, edition)

    def test_who_may_not_read_gets_no_file(self, world, client):
        agency, staff, approver = world
        inner = publish(make_document(staff, agency, circulation="internal"), staff, approver)
        assert client.get(self.url(inner)).status_code == 404
        client.force_login(staff)
        page = client.get(self.url(inner, "docx"))
        assert page["Cache-Control"] == "private, no-store"
        foot = docx.Document(io.BytesIO(b"".join(page.streaming_content))).sections[0].footer
        assert any("LƯU HÀNH NỘI BỘ" in p.text for p in foot.paragraphs)

    def test_what_is_not_published_or_withdrawn_is_no_file(self, world, client):
        agency, staff, approver = world
        document = make_document(staff, agency)
        waiting = document.editions.get()
        assert client.get(self.url(waiting)).status_code == 404
        edition = publish(document, staff, approver)
        actions.withdraw(actor=approver, edition=edition, reason="In nhầm bản")
        page = client.get(self.url(edition))
        assert page.status_code == 410
        assert "In nhầm bản" in page.content.decode()
