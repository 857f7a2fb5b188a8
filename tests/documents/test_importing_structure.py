"""Headings and numbers as they are recognised in Word files, by style and without."""

import io

import docx as python_docx
import pytest

from documents import headings
from documents.blocks import MAX_LEVEL
from documents.importing import read, read_text
from tests.documents.word import (
    bold,
    imported,
    level,
    num,
    numbering,
    p,
    paragraph_style,
    r,
    told,
)

LONG = "Năm năm qua, Đảng bộ và Nhân dân trong tỉnh đã đoàn kết, nỗ lực phấn đấu. " * 4


def test_the_usual_paper_of_an_office_without_any_style():
    found = imported(
        bold("BÁO CÁO CHÍNH TRỊ", centred=True), p(LONG),
        bold("Phần thứ nhất", centred=True),
        bold("KẾT QUẢ THỰC HIỆN NGHỊ QUYẾT", centred=True),
        bold("NHIỆM KỲ 2020 - 2025", centred=True),
        bold("I- BỐI CẢNH"), bold("1. Thế giới"), p("Tình hình diễn biến phức tạp."),
        p(r("1.1. Châu Á", "<w:b/><w:i/>")), p("1.1.1. Không đậm thì là đoạn."),
        p("a) Kinh tế tăng trưởng;"), p("- Nông nghiệp tăng 3%;"), p("+ Lúa gạo."),
        bold("Phần thứ hai", centred=True), bold("PHƯƠNG HƯỚNG", centred=True),
    )  # fmt: skip
    assert told(found) == [
        ("paragraph", 0, "", "BÁO CÁO CHÍNH TRỊ"),
        ("paragraph", 0, "", LONG.strip()),
        ("heading", 1, "Phần thứ nhất", "KẾT QUẢ THỰC HIỆN NGHỊ QUYẾT NHIỆM KỲ 2020 - 2025"),
        ("heading", 2, "I-", "BỐI CẢNH"),
        ("heading", 3, "1.", "Thế giới"),
        ("paragraph", 0, "", "Tình hình diễn biến phức tạp."),
        ("heading", 4, "1.1.", "Châu Á"),
        ("paragraph", 0, "1.1.1.", "Không đậm thì là đoạn."),
        ("paragraph", 0, "a)", "Kinh tế tăng trưởng;"),
        ("paragraph", 0, "-", "Nông nghiệp tăng 3%;"),
        ("paragraph", 0, "+", "Lúa gạo."),
        ("heading", 1, "Phần thứ hai", "PHƯƠNG HƯỚNG"),
    ]
    assert [b.align for b in found.blocks[:3]] == ["center", "", "center"]


def test_chapters_sections_and_articles():
    found = imported(
        bold("CHƯƠNG I", centred=True), bold("QUY ĐỊNH CHUNG", centred=True),
        bold("Mục 1. PHẠM VI"), bold("Điều 1. Phạm vi điều chỉnh"),
        p("1. Quy định này áp dụng cho các tổ chức đảng."), bold("Điều 2. Hiệu lực"),
        p("Mục tiêu của quy định là rõ ràng."), bold("Chương II. TỔ CHỨC THỰC HIỆN"),
    )  # fmt: skip
    assert told(found) == [
        ("heading", 1, "CHƯƠNG I", "QUY ĐỊNH CHUNG"),
        ("heading", 2, "Mục 1", "PHẠM VI"),
        ("heading", 3, "Điều 1", "Phạm vi điều chỉnh"),
        ("paragraph", 0, "1.", "Quy định này áp dụng cho các tổ chức đảng."),
        ("heading", 3, "Điều 2", "Hiệu lực"),
        ("paragraph", 0, "", "Mục tiêu của quy định là rõ ràng."),
        ("heading", 1, "Chương II", "TỔ CHỨC THỰC HIỆN"),
    ]


def test_letters_come_before_roman_numbers_and_c_is_not_a_hundred():
    found = imported(
        bold("A. TÌNH HÌNH"), bold("I. Kinh tế"), bold("B. KẾT QUẢ"), bold("C. HẠN CHẾ"),
        bold("D. NHIỆM VỤ"), bold("I. Trước mắt"), bold("II. Lâu dài"),
    )  # fmt: skip
    assert [(b.level, b.number) for b in found.blocks] == [
        (1, "A."), (2, "I."), (1, "B."), (1, "C."), (1, "D."), (2, "I."), (2, "II."),
    ]  # fmt: skip


def test_bold_at_the_beginning_of_a_paragraph_makes_no_heading():
    found = imported(bold("I. MỘT"), p(r("1. Kinh tế: ", "<w:b/>"), r("tăng trưởng khá.")))
    assert told(found)[1] == ("paragraph", 0, "1.", "Kinh tế: tăng trưởng khá.")
    assert found.blocks[1].html == "<strong>Kinh tế: </strong>tăng trưởng khá."


def test_lone_headings_in_capitals_and_signatures():
    found = imported(
        bold("MỞ ĐẦU", centred=True), p(LONG), bold("NHỮNG VIỆC LỚN", centred=True), p(LONG),
        bold("T/M BAN CHẤP HÀNH", centred=True), p("Nguyễn Văn An"),
    )  # fmt: skip
    assert [(b.kind, b.plain) for b in found.blocks if b.plain != LONG.strip()] == [
        ("heading", "MỞ ĐẦU"),
        ("heading", "NHỮNG VIỆC LỚN"),
        ("paragraph", "T/M BAN CHẤP HÀNH"),
        ("paragraph", "Nguyễn Văn An"),
    ]


def test_names_and_typed_contents_are_no_numbers_and_no_headings():
    found = imported(
        bold("I. MỘT"), p("C. Mác và Ph. Ăngghen đã chỉ ra."), p("V.I. Lênin viết."),
        p("2025. Năm bản lề."), p("6.5 triệu người."), p("30/4 là ngày lễ."),
        bold("II. HAI ............ 12"),
    )  # fmt: skip
    assert told(found)[1:] == [
        ("paragraph", 0, "", "C. Mác và Ph. Ăngghen đã chỉ ra."),
        ("paragraph", 0, "", "V.I. Lênin viết."),
        ("paragraph", 0, "", "2025. Năm bản lề."),
        ("paragraph", 0, "", "6.5 triệu người."),
        ("paragraph", 0, "", "30/4 là ngày lễ."),
        ("paragraph", 0, "II.", "HAI ............ 12"),
    ]


def test_headings_by_style_localised_inherited_and_by_outline_level():
    styles = (
        paragraph_style("u1", "heading 1") + paragraph_style("u2", "Tiêu đề 2")
        + paragraph_style("Rieng", "Riêng", based="Goc")
        + paragraph_style("Goc", "Gốc", '<w:outlineLvl w:val="2"/>')
        + paragraph_style("Vong1", "x", based="Vong2")
        + paragraph_style("Vong2", "y", based="Vong1")
    )  # fmt: skip
    found = imported(
        p("I. Một", style="u1"), p("Hai", style="u2"), p("Ba", style="Rieng"),
        p("Bốn", props='<w:outlineLvl w:val="3"/>'),
        p("Thân", style="u1", props='<w:outlineLvl w:val="9"/>'), p("Vòng", style="Vong1"),
        bold("1. Đậm nhưng là đoạn"),
        styles=styles,
    )  # fmt: skip
    assert told(found) == [
        ("heading", 1, "I.", "Một"),
        ("heading", 2, "", "Hai"),
        ("heading", 3, "", "Ba"),
        ("heading", 4, "", "Bốn"),
        ("paragraph", 0, "", "Thân"),
        ("paragraph", 0, "", "Vòng"),
        ("paragraph", 0, "1.", "Đậm nhưng là đoạn"),
    ]


def test_a_part_without_style_beside_headings_by_style():
    styles = paragraph_style("H1", "heading 1") + paragraph_style("H2", "heading 2")
    found = imported(
        p("Phần thứ nhất. MỘT", style="H1"), p("I. Hai", style="H2"),
        bold("Phần thứ hai", centred=True), bold("BA", centred=True),
        styles=styles,
    )  # fmt: skip
    assert told(found)[2] == ("heading", 1, "Phần thứ hai", "BA")


def test_ten_levels_of_headings():
    document = python_docx.Document()
    for n in range(1, 10):
        document.add_heading(f"Cấp {n}", n)
    tenth = document.styles.add_style("Heading 10", 1)
    document.add_paragraph("Cấp 10", style=tenth)
    out = io.BytesIO()
    document.save(out)
    found = read(out, "muoi-cap.docx")
    assert [(b.kind, b.level) for b in found.blocks] == [("heading", n) for n in range(1, 11)]
    assert MAX_LEVEL == 10


def test_plain_text_has_the_same_headings():
    found = read_text("Phần thứ nhất\nKẾT QUẢ\nI. Bối cảnh\n1. Kinh tế\nTăng 6%.\n- Một là;\n")
    assert told(found) == [
        ("heading", 1, "Phần thứ nhất", "KẾT QUẢ"),
        ("heading", 2, "I.", "Bối cảnh"),
        ("heading", 3, "1.", "Kinh tế"),
        ("paragraph", 0, "", "Tăng 6%."),
        ("paragraph", 0, "-", "Một là;"),
    ]


def test_items_of_a_plain_list_are_no_headings_those_of_an_outline_are():
    lists = numbering(level(0, "decimal", "%1."))
    found = imported(p("Ba việc"), p("Một", props=num(1)), p("Hai", props=num(1)), numbering=lists)
    assert [(b.kind, b.number) for b in found.blocks] == [
        ("paragraph", ""), ("paragraph", "1."), ("paragraph", "2."),
    ]  # fmt: skip
    lists = numbering(level(0, "upperRoman", "%1."), level(1, "decimal", "%2."))
    found = imported(p("Bối cảnh", props=num(1)), p("Một", props=num(1, 1)), numbering=lists)
    assert [(b.kind, b.level, b.number) for b in found.blocks] == [
        ("heading", 1, "I."), ("heading", 2, "1."),
    ]  # fmt: skip


def test_a_number_alone_in_its_paragraph_takes_the_title_below():
    found = imported(
        p(props=num(1)), bold("QUY ĐỊNH CHUNG", centred=True), p("Điều lệ này quy định."),
        p(props=num(1)), p("Nội dung thường, không phải tên chương, kết thúc bằng dấu chấm."),
        numbering=numbering(level(0, "upperRoman", "Chương %1.")),
    )  # fmt: skip
    assert told(found) == [
        ("heading", 1, "Chương I", "QUY ĐỊNH CHUNG"),
        ("paragraph", 0, "", "Điều lệ này quy định."),
        ("heading", 1, "", "Chương II"),
        ("paragraph", 0, "", "Nội dung thường, không phải tên chương, kết thúc bằng dấu chấm."),
    ]


def test_a_light_number_before_a_bold_title():
    found = imported(bold("I. MỘT"), p("1. ", r("Kinh tế", "<w:b/>")))
    assert told(found)[1] == ("heading", 2, "1.", "Kinh tế")


def test_a_title_with_a_footnote_and_a_number_too_long_for_a_label():
    number = "1." * 30
    found = imported(
        p("Bối cảnh", '<w:r><w:footnoteReference w:id="2"/></w:r>', style="H1"), p(f"{number} x"),
        styles=paragraph_style("H1", "heading 1"),
        footnotes=f'<w:footnote w:id="2">{p("Nguồn.")}</w:footnote>',
    )  # fmt: skip
    assert told(found) == [
        ("heading", 1, "", "Bối cảnh"),
        ("footnote", 0, "1", "Nguồn."),
        ("paragraph", 0, "", f"{number} x"),
    ]


@pytest.mark.parametrize(
    ("line", "number", "form", "rest"),
    [
        ("PHẦN THỨ HAI: KẾT QUẢ", "PHẦN THỨ HAI", "part", "KẾT QUẢ"),
        ("Phần thứ mười một. Mới", "Phần thứ mười một", "part", "Mới"),
        ("Chương IV TỔNG QUAN", "Chương IV", "chapter", "TỔNG QUAN"),
        ("II.- Kết quả", "II.-", "roman", "Kết quả"),
        ("1.Kinh tế", "1.", "arabic1", "Kinh tế"),
        ("1.2.3 Kinh tế", "1.2.3", "arabic3", "Kinh tế"),
        ("1/ Kinh tế", "1/", "arabic1", "Kinh tế"),
        ("đ) kinh tế", "đ)", "small", "kinh tế"),
        ("iii) kinh tế", "iii)", "small", "kinh tế"),
        ("(2) kinh tế", "(2)", "paren", "kinh tế"),
        ("– kinh tế", "–", "bullet", "kinh tế"),
    ],
)
def test_labels(line, number, form, rest):
    label = headings.label_of(line)
    assert (label.text, label.form, label.rest) == (number, form, rest)


@pytest.mark.parametrize(
    "line",
    ["Phần mềm mới", "Phần thứ nhất trình bày", "Mục tiêu", "Điều kiện", "V. I. Lênin", "1.000 xã",
     "3 - 5 năm", "-5 độ", "a là một", "I", "", "CIVIC. x"],
)  # fmt: skip
def test_what_is_no_label(line):
    assert headings.label_of(line) is None
