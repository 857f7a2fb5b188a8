"""HTML as Word, clipboards and web pages write it, and plain text."""

import base64
import io

import pytest
from PIL import Image

from documents.blocks import cut, to_html
from documents.importing import LegacyRun, TrackedChange, read, read_html, read_text
from portal.common.errors import Refused
from portal.common.richtext import sanitize
from tests.documents.factories import TEXT
from tests.documents.word import numbered, paragraphs, told

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head>
<meta http-equiv=Content-Type content="text/html; charset=utf-8"><title>Không lấy</title>
<style><!-- /* phông */ p.MsoNormal, li.MsoNormal {margin:0; font-family:".VnTime",serif;}
p.Giua {text-align:center} @font-face {font-family:X} --></style></head>
<body lang=VI><div class=WordSection1>
<p class=Giua><b>Phần thứ nhất</b></p><p class=Giua><b>KẾT QUẢ<o:p></o:p></b></p>
<p class=MsoNormal>§¹i héi <b>®¹i biÓu</b></p>
<p class=MsoToc1>I. Bối cảnh 5</p>
<p class=MsoListParagraph style='mso-list:l0 level2 lfo1'><![if !supportLists]><span
style='mso-list:Ignore'>b)<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp;</span></span>
<![endif]>Mục hai,</p>
<p><span style='font-family:Symbol'>·</span>&nbsp; Gạch đầu dòng</p>
<p>Tăng <del cite="mailto:An%20B" datetime="2025-03-04T10:00">5%</del><ins>6%</ins><a href="#_ftn1"
name="_ftnref1"><sup>[1]</sup></a>.</p>
<p style='display:none'>ẩn</p><script>alert(1)</script></div>
<div id=ftn1><p class=MsoFootnoteText><a href="#_ftnref1">[1]</a> Nguồn: <i>báo cáo</i>.</p></div>
</body></html>"""


def test_a_page_that_word_saved():
    found = read(io.BytesIO(WORD.encode()), "van-ban.htm")
    assert told(found) == [
        ("heading", 1, "Phần thứ nhất", "KẾT QUẢ"),
        ("paragraph", 0, "", "Đại hội đại biểu"),
        ("paragraph", 0, "b)", "Mục hai,"),
        ("paragraph", 0, "•", "Gạch đầu dòng"),
        ("paragraph", 0, "", "Tăng 6%."),
        ("footnote", 0, "1", "Nguồn: báo cáo."),
    ]
    assert found.blocks[0].align == "center"
    assert found.blocks[2].indent == 1
    assert found.blocks[4].html == 'Tăng 6%<sup class="note">1</sup>.'
    assert found.blocks[5].html == "Nguồn: <em>báo cáo</em>."
    assert found.legacy == [LegacyRun(1, ".VnTime", "§¹i héi ®¹i biÓu", "Đại hội đại biểu")]
    assert [(c.block, c.kind, c.author, str(c.on), c.text) for c in found.changes] == [
        (4, "delete", "An B", "2025-03-04", "5%"),
        (4, "insert", "", "None", "6%"),
    ]
    assert found.notes == [
        "Mục lục trong tệp không được nhập: cổng tự lập mục lục từ các đề mục.",
        "1 đoạn chữ ẩn trong tệp không được nhập.",
    ]


def test_lists_with_their_numbers_and_depth():
    found = read_html(
        "<ol start=3><li>ba,<ul><li>nhỏ,</li></ul></li><li value=7>bảy,</li></ol>"
        "<ol type=a><li>chữ,</li><li><p>đoạn,</p><p>nối.</p></li></ol>"
    )
    assert [(b.number, b.plain, b.indent) for b in found.blocks] == [
        ("3.", "ba,", 0), ("–", "nhỏ,", 1), ("7.", "bảy,", 0), ("a.", "chữ,", 0),
        ("b.", "đoạn,", 0), ("", "nối.", 0),
    ]  # fmt: skip


def test_heading_elements_count_from_the_highest_that_is_used():
    levels = "".join(f"<h{n}>Cấp {n}</h{n}>" for n in range(2, 7))
    assert [b.level for b in read_html(levels).blocks] == [1, 2, 3, 4, 5]
    assert [b.level for b in read_html("<h1>Tên</h1>" + levels).blocks] == [1, 2, 3, 4, 5, 6]


def test_marks_of_style_sheets_and_junk_of_clipboards():
    found = read_html(
        "<p class='MsoNormal x' style='color:red' onclick='alert(1)'><span style='font-weight:700'>"
        "đậm</span> <b style='font-weight:normal'>thường</b> <span style='font-style:italic;"
        "text-decoration:underline'>vừa</span> H<span style='vertical-align:sub'>2</span>O "
        "<a href='javascript:alert(1)'>xấu</a> <a href='https://dcs.vn/'>tốt</a>"
        "<img src=x onerror=alert(1)><iframe src=x>khung</iframe></p>"
    )
    assert paragraphs(found) == [
        "<strong>đậm</strong> thường <em><u>vừa</u></em> H<sub>2</sub>O xấu "
        '<a href="https://dcs.vn/" rel="noopener noreferrer nofollow">tốt</a>'
    ]
    assert found.notes == ["1 ảnh không nằm trong tệp nên không được nhập; hãy chèn lại."]


def test_text_without_paragraphs_breaks_and_pre():
    found = read_html("Một<br>hai<br><br>ba<div>bốn<p>năm</p>sáu</div><pre>bảy\ntám</pre>")
    assert paragraphs(found) == ["Một<br>hai", "ba", "bốn", "năm", "sáu", "bảy<br>tám"]


def test_tables_of_html():
    found = read_html(
        "<table><caption>Bảng 1</caption><thead><tr><th>A</th><th>B</th></tr></thead><tbody>"
        "<tr><td rowspan=2 style='text-align:center'>C</td><td>D<table><tr><td>x</td><td>y</td>"
        "</tr></table></td></tr><tr><td><p>E</p><p>G</p></td></tr></tbody></table>"
        "<table><tr><td><p>khung</p></td></tr></table>"
    )
    assert [b.html for b in found.blocks] == [
        "Bảng 1",
        '<table><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead><tbody><tr>'
        '<td rowspan="2" class="text-center">C</td><td><p>D</p><p>x | y</p></td></tr>'
        "<tr><td><p>E</p><p>G</p></td></tr></tbody></table>",
        "khung",
    ]


def test_pictures_within_the_page_become_figures():
    out = io.BytesIO()
    Image.new("RGB", (5, 5)).save(out, "PNG")
    source = "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()
    found = read_html(
        f"<figure><img src='{source}' alt='Cầu'><figcaption>Hình <b>1</b></figcaption></figure>"
        f"<p>a<img src='{source}'></p><p><img src='data:image/png;base64,@@'></p>"
    )
    assert [(b.kind, b.plain) for b in found.blocks] == [
        ("figure", "Hình 1"), ("paragraph", "a"), ("figure", ""),
    ]  # fmt: skip
    assert found.blocks[0].html == (
        '<figure class="image"><img src="import:1" alt="Cầu">'
        "<figcaption>Hình <strong>1</strong></figcaption></figure>"
    )
    assert found.pictures["import:1"].data == out.getvalue()
    assert found.notes == ["Ảnh “ảnh dán” không được nhập: không phải ảnh đọc được."]


def test_text_of_the_portal_comes_back_as_it_was():
    own = (
        '<h2 class="text-center"><strong class="number">Phần thứ nhất</strong> KẾT QUẢ</h2>'
        '<h4 class="level-5"><strong class="number">1.1.1.a</strong> Chi tiết</h4>'
        '<p class="indent-2"><strong class="number">a)</strong> Đoạn <em>nghiêng</em>'
        '<sup class="note">1</sup></p>'
        '<p class="footnote"><strong class="number">1</strong> Nguồn.</p>'
        '<p class="text-right">phải</p><table><tbody><tr><td>A</td><td>B</td></tr></tbody></table>'
    )
    assert read_html(own).blocks == cut(sanitize(own))
    found = read_html(TEXT)
    assert found.blocks == cut(sanitize(TEXT)) == cut(sanitize(to_html(found.blocks)))


def test_very_deep_pages_are_read_or_refused_whole():
    found = read_html("<div>" * 150 + "sâu" + "</div>" * 150)
    assert [b.plain for b in found.blocks] == ["sâu"]
    for depth in (210, 260, 50_000):
        with pytest.raises(Refused) as caught:
            read_html("<div>" * depth + "sâu")
        assert caught.value.code == "broken"


VIETNAMESE = "Đại hội đại biểu\nnhiệm kỳ mới."


@pytest.mark.parametrize(
    "data",
    [
        VIETNAMESE.encode(), VIETNAMESE.encode("utf-8-sig"), VIETNAMESE.encode("utf-16"),
        b"\xfe\xff" + VIETNAMESE.encode("utf-16-be"), VIETNAMESE.replace("\n", "\r\n").encode(),
    ],
)  # fmt: skip
def test_plain_text_in_the_usual_encodings(data):
    found = read(io.BytesIO(data), "a.txt")
    assert [b.plain for b in found.blocks] == VIETNAMESE.splitlines()


def test_pages_that_name_their_encoding():
    page = "<meta charset='windows-1252'><p>Café à Hanoï</p>".encode("cp1252")
    assert [b.plain for b in read(io.BytesIO(page), "a.htm").blocks] == ["Café à Hanoï"]
    xml = '<?xml version="1.0" encoding="UTF-8"?><html><body><p>Đại hội</p></body></html>'
    assert [b.plain for b in read(io.BytesIO(xml.encode()), "a.xhtml").blocks] == ["Đại hội"]


def test_old_letters_in_plain_text():
    found = read_text("§¹i héi ®¹i biÓu\nnhiÖm kú míi\nKẾT")
    assert [b.plain for b in found.blocks][2] == "KẾT"
    found = read_text("§¹i héi ®¹i biÓu\nnhiÖm kú míi\nABC")
    assert [b.plain for b in found.blocks] == ["Đại hội đại biểu", "nhiệm kỳ mới", "ABC"]
    assert [(run.block, run.after) for run in found.legacy] == [
        (0, "Đại hội đại biểu"), (1, "nhiệm kỳ mới"),
    ]  # fmt: skip


def test_a_change_alone_in_its_paragraph():
    found = read_html("<p>a</p><p><del>bỏ hết</del></p><p>b</p>")
    assert numbered(found) == [("", "a"), ("", "b")]
    assert found.changes == [TrackedChange(1, "delete", "", None, "bỏ hết")]
