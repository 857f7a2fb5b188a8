"""Word papers: opened again and looked at."""

import io
import zipfile

import pytest
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.shared import Mm, Pt
from PIL import Image

from portal.official import layout
from portal.official.docx import Column, Paper

BODY = "Đã treo 3 pa nô."


def opened(paper):
    return Document(io.BytesIO(paper.bytes()))


def words(document):
    """Every paragraph of the body and its tables, in order of the parts."""
    found = [p.text for p in document.paragraphs]
    for table in document.tables:
        found += [p.text for row in table.rows for cell in row.cells for p in cell.paragraphs]
    return found


def picture(width, height):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#8f1d20").save(out, "WEBP")
    return out.getvalue()


def made(kind):
    paper = Paper(layout.layout_for(kind))
    paper.head(
        superior="Đảng bộ tỉnh Mẫu" if kind == "party" else "Ủy ban nhân dân tỉnh Mẫu",
        issuer="Đảng ủy xã Hòa Bình" if kind == "party" else "Sở Nội vụ",
        type_="BC",
        code="ĐU" if kind == "party" else "SNV",
        date_line="Hòa Bình, ngày        tháng 02 năm 2020",
    )
    paper.title("BÁO CÁO", "kết quả tuần")
    paper.heading("I. KẾT QUẢ")
    paper.paragraph(BODY)
    return paper


def test_the_head_of_a_party_paper():
    document = opened(made("party"))
    left, right = document.tables[0].rows[0].cells
    assert [p.text for p in left.paragraphs] == [
        "ĐẢNG BỘ TỈNH MẪU",
        "ĐẢNG ỦY XÃ HÒA BÌNH",
        "*",
        "Số        -BC/ĐU",
    ]
    assert [p.text for p in right.paragraphs] == [
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "",
        "Hòa Bình, ngày        tháng 02 năm 2020",
    ]
    assert (left.paragraphs[0].runs[0].bold, left.paragraphs[1].runs[0].bold) == (False, True)
    assert right.paragraphs[2].runs[0].italic is True
    assert len(right.paragraphs[1]._p.xpath(".//w:pBdr/w:top")) == 1


def test_the_head_of_a_state_paper():
    document = opened(made("state"))
    left, right = document.tables[0].rows[0].cells
    assert [p.text for p in left.paragraphs] == [
        "ỦY BAN NHÂN DÂN TỈNH MẪU",
        "SỞ NỘI VỤ",
        "",
        "Số:        /BC-SNV",
    ]
    assert [p.text for p in right.paragraphs][:2] == [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
    ]


def test_right_below_the_centre_nobody_stands_above():
    paper = Paper(layout.layout_for("party"))
    paper.head(
        superior="Đảng Cộng sản Việt Nam",
        issuer="Tỉnh ủy Mẫu",
        type_="BC",
        code="TU",
        date_line="Mẫu",
    )
    left, _right = opened(paper).tables[0].rows[0].cells
    assert [p.text for p in left.paragraphs] == ["TỈNH ỦY MẪU", "*", "Số        -BC/TU"]


def test_page_font_and_marks():
    document = opened(made("party"))
    section = document.sections[0]
    sides = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    assert [round(side / Mm(1)) for side in sides] == [20, 20, 30, 15]
    assert (round(section.page_width / Mm(1)), round(section.page_height / Mm(1))) == (210, 297)
    normal = document.styles["Normal"]
    assert (normal.font.name, normal.font.size) == ("Times New Roman", Pt(14))
    assert section.different_first_page_header_footer is True
    assert section.first_page_header.paragraphs[0].text == "DỰ THẢO"
    assert "PAGE" not in section.first_page_header._element.xml
    assert "PAGE" in section.header._element.xml
    assert section.footer.paragraphs[0].text == "DỰ THẢO"


@pytest.mark.parametrize(
    ("kind", "signs", "shown"), [("party", "BAN THƯỜNG VỤ", "T/M BAN THƯỜNG VỤ"), ("state", "", "")]
)
def test_the_end_of_a_paper(kind, signs, shown):
    paper = made(kind)
    paper.close(signs=signs, position="BÍ THƯ", recipients=["Tỉnh ủy Mẫu", "Lưu Văn phòng"])
    document = opened(paper)
    assert "Đã treo 3 pa nô./." in [p.text for p in document.paragraphs]
    left, right = document.tables[-1].rows[0].cells
    assert [p.text for p in left.paragraphs] == ["Nơi nhận:", "- Tỉnh ủy Mẫu,", "- Lưu Văn phòng."]
    said = [p.text for p in right.paragraphs if p.text]
    assert said == [text for text in (shown, "BÍ THƯ") if text]


def test_a_long_table_keeps_its_head_and_every_sign():
    paper = made("state")
    rows = [[n, f"Đơn vị <{n}> & “Ủy ban”", "1.250"] for n in range(1, 1001)]
    paper.table([Column("STT"), Column("Đơn vị", 4), Column("Số", number=True)], rows)
    table = opened(paper).tables[-1]
    assert len(table._tbl.tr_lst) == 1001
    assert len(table._tbl.xpath("./w:tr[1]/w:trPr/w:tblHeader")) == 1
    assert table._tbl.xpath("./w:tr[3]/w:tc[2]//w:t")[0].text == "Đơn vị <2> & “Ủy ban”"


def test_control_characters_do_not_break_the_file():
    paper = made("party")
    paper.paragraph("Chữ\x00 có\x07 ký tự\x1f lạ\ufffe")
    paper.table([Column("A")], [["\x08x"]])
    assert "Chữ có ký tự lạ" in words(opened(paper))


def test_annexes_and_photos_two_a_page():
    paper = made("party")
    paper.annex("PHỤ LỤC 1", "Số liệu", landscape=True)
    paper.table([Column("Đơn vị")], [["Xã"]])
    paper.annex("PHỤ LỤC ẢNH")
    pictures = [(picture(1600, 900), "Ngang"), (picture(600, 1200), "Dọc"), (picture(9, 9), "")]
    paper.photos(pictures)
    document = opened(paper)
    assert [s.orientation for s in document.sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
    ]
    wide = document.sections[1]
    assert (round(wide.page_width / Mm(1)), round(wide.page_height / Mm(1))) == (297, 210)
    shapes = [(round(s.width / Mm(1)), round(s.height / Mm(1))) for s in document.inline_shapes]
    assert shapes == [(165, 93), (48, 95), (95, 95)]
    texts = [p.text for p in document.paragraphs]
    assert [t for t in texts if t.startswith("Ảnh")] == ["Ảnh 1. Ngang", "Ảnh 2. Dọc", "Ảnh 3."]
    assert document.element.xml.count('w:br w:type="page"') == 1
    with zipfile.ZipFile(io.BytesIO(paper.bytes())) as package:
        names = [n for n in package.namelist() if n.startswith("word/media/")]
    assert {n.rsplit(".", 1)[1] for n in names} == {"jpg"}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("Đảng bộ xã Hòa Bình", "Hòa Bình"),
        ("Đảng bộ phường Minh Khai", "Minh Khai"),
        ("Sở Nội vụ tỉnh Mẫu", "Mẫu"),
        ("Tỉnh đoàn Mẫu", "……"),
    ],
)
def test_where_a_paper_is_written(name, place):
    assert layout.place_of(name) == place


def test_small_months_take_a_nought():
    import datetime as dt

    assert layout.date_line("Mẫu", dt.date(2026, 2, 3)) == "Mẫu, ngày        tháng 02 năm 2026"
    assert layout.date_line("Mẫu", dt.date(2026, 11, 3)) == "Mẫu, ngày        tháng 11 năm 2026"
