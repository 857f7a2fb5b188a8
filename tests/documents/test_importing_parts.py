"""Tables, footnotes, pictures with captions, tracked changes and comments of Word files."""

import datetime as dt
import io

import pytest
from PIL import Image

from documents.blocks import BlockDraft
from documents.importing import Limits, TrackedChange, read
from portal.common.uploads.images import reencode
from tests.documents.word import (
    bold,
    docx,
    imported,
    level,
    num,
    numbering,
    p,
    part,
    r,
    table,
    tc,
    told,
)

NOTE = '<w:r><w:footnoteReference w:id="{}"/></w:r>'


MARK = "<w:r><w:footnoteRef/></w:r>"


def picture(kind="PNG", size=(8, 6), colour="red"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return out.getvalue()


def figure(ref):
    return BlockDraft(
        "figure", 0, "", f'<figure class="image"><img src="{ref}" alt=""></figure>', ""
    )


def drawing(relation, alt=""):
    return (
        f'<w:r><w:drawing><wp:inline><wp:docPr id="1" name="x" descr="{alt}"/><a:graphic>'
        f'<a:graphicData><a:blip r:embed="{relation}"/></a:graphicData></a:graphic></wp:inline>'
        "</w:drawing></w:r>"
    )


# --- tables ---------------------------------------------------------------------------------------


def test_merged_cells_heads_alignment_and_lists_in_cells():
    centred = p(r("Giữa"), props='<w:jc w:val="center"/>')
    found = imported(
        table(
            [tc(bold("Xã"), props='<w:vMerge w:val="restart"/>'),
             tc(bold("Kết quả"), props='<w:gridSpan w:val="2"/>')],
            [tc(p(), props="<w:vMerge/>"), tc(bold("2024")), tc(bold("2025"))],
            [tc("A"), tc(centred), tc(p("một", props=num(1)), p("hai", props=num(1)))],
            [tc("B"), tc("3"), tc("4")],
        ).replace("<w:tr>", "<w:tr><w:trPr><w:tblHeader/></w:trPr>", 2),
        numbering=numbering(level(0, "decimal", "%1.")),
    )  # fmt: skip
    assert [b.html for b in found.blocks] == [
        '<table><thead><tr><th scope="col" rowspan="2">Xã</th>'
        '<th scope="col" colspan="2">Kết quả</th></tr>'
        '<tr><th scope="col">2024</th><th scope="col">2025</th></tr></thead>'
        '<tbody><tr><td>A</td><td class="text-center">Giữa</td>'
        "<td><p>1. một</p><p>2. hai</p></td></tr>"
        "<tr><td>B</td><td>3</td><td>4</td></tr></tbody></table>"
    ]
    assert found.blocks[0].plain == "Xã Kết quả 2024 2025 A Giữa 1. một 2. hai B 3 4"


def test_a_table_in_a_table_becomes_lines_and_a_frame_its_paragraphs():
    inner = table(["x", "y"], ["z", "t"])
    frame = table([tc(p("Trong khung."), p("Dòng hai."))])
    found = imported(table(["A", tc("B", inner, p())]), frame)
    assert told(found) == [
        ("table", 0, "", "A B x | y z | t"),
        ("paragraph", 0, "", "Trong khung."),
        ("paragraph", 0, "", "Dòng hai."),
    ]
    assert found.blocks[0].html == (
        "<table><tbody><tr><td>A</td><td><p>B</p><p>x | y</p><p>z | t</p></td></tr></tbody></table>"
    )
    assert found.notes == [
        "1 bảng nằm trong ô của bảng khác được chuyển thành dòng chữ, các ô cách bằng “|”."
    ]


def test_tables_ten_deep_lose_no_word():
    inner = table(["lõi", "cuối"])
    for n in range(10):
        inner = table([f"bậc{n}", tc(inner, p())])
    (block,) = imported(inner).blocks
    words = set(block.plain.replace("|", " ").split())
    assert words == {"lõi", "cuối", *(f"bậc{n}" for n in range(10))}


def test_an_empty_table_is_no_block_and_nonsense_spans_are_bounded():
    wide = table([tc("A", props='<w:gridSpan w:val="99999999"/>'), tc("B")])
    found = imported(table(["", ""]), wide)
    assert [b.html.count('colspan="200"') for b in found.blocks] == [1]


# --- footnotes ------------------------------------------------------------------------------------


def test_footnotes_and_endnotes_follow_the_block_that_refers_to_them():
    found = imported(
        p("Một", NOTE.format(5), " hai", '<w:r><w:endnoteReference w:id="2"/></w:r>', "."),
        p("Ba", NOTE.format(7), "."), table(["A", tc(p("B", NOTE.format(9)))]),
        footnotes=(
            '<w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
            f'<w:footnote w:id="7">{p("Nguồn thứ hai.")}</w:footnote>'
            f'<w:footnote w:id="5">{p(MARK, " Nguồn ", r("đậm", "<w:b/>"))}'
            f'{p("dòng hai")}</w:footnote>'
            f'<w:footnote w:id="9">{table(["x", "y"])}</w:footnote>'
        ),
        endnotes=f'<w:endnote w:id="2">{p("Cuối bài.")}</w:endnote>',
    )  # fmt: skip
    assert [(b.kind, b.number, b.html) for b in found.blocks if b.kind != "table"] == [
        ("paragraph", "", 'Một<sup class="note">1</sup> hai<sup class="note">i</sup>.'),
        ("footnote", "1", "Nguồn <strong>đậm</strong><br>dòng hai"),
        ("footnote", "i", "Cuối bài."),
        ("paragraph", "", 'Ba<sup class="note">2</sup>.'),
        ("footnote", "2", "Nguồn thứ hai."),
        ("footnote", "3", "x | y"),
    ]
    assert [b.plain for b in found.blocks[:2]] == ["Một hai.", "Nguồn đậm dòng hai"]
    assert found.blocks[5].html.count('<sup class="note">3</sup>') == 1


# --- pictures -------------------------------------------------------------------------------------


def test_pictures_become_figures_with_captions_each_kept_once():
    png, tiff = picture(), picture("TIFF", colour="blue")
    found = imported(
        p("Trước ", drawing("r1", "Cầu &quot;mới&quot;"), "sau."),
        p("Hình 1. Cầu ", r("mới", "<w:i/>")), p(drawing("r2")), p(drawing("r3")), p("Hết."),
        links=[("r1", "image", "media/a.png"), ("r2", "image", "media/b.png"),
               ("r3", "image", "media/c.tif")],
        parts={"word/media/a.png": png, "word/media/b.png": png, "word/media/c.tif": tiff},
    )  # fmt: skip
    assert found.blocks == [
        BlockDraft("paragraph", 0, "", "Trước sau.", "Trước sau."),
        BlockDraft(
            "figure", 0, "",
            '<figure class="image"><img src="import:1" alt="Cầu &quot;mới&quot;">'
            "<figcaption>Hình 1. Cầu <em>mới</em></figcaption></figure>", "Hình 1. Cầu mới",
        ),
        figure("import:1"), figure("import:2"),
        BlockDraft("paragraph", 0, "", "Hết.", "Hết."),
    ]  # fmt: skip
    assert [(q.ref, q.name, q.alt) for q in found.pictures.values()] == [
        ("import:1", "a.png", 'Cầu "mới"'),
        ("import:2", "c.tif", ""),
    ]
    assert found.pictures["import:1"].data == png
    assert [reencode(q.data).content_type for q in found.pictures.values()] == ["image/png"] * 2


def test_a_picture_stays_in_its_cell():
    found = imported(
        table(["A", tc(p(drawing("r1", "Ảnh")))]),
        links=[("r1", "image", "media/a.png")], parts={"word/media/a.png": picture()},
    )  # fmt: skip
    assert found.blocks[0].html == (
        '<table><tbody><tr><td>A</td><td><img src="import:1" alt="Ảnh"></td></tr></tbody></table>'
    )
    assert list(found.pictures) == ["import:1"]


def bmp_header(width, height):
    """A BMP that says how large it is and holds nothing: 50 million pixels in 54 bytes."""
    head = b"BM" + (54).to_bytes(4, "little") + b"\0" * 4 + (54).to_bytes(4, "little")
    sizes = width.to_bytes(4, "little") + height.to_bytes(4, "little")
    return head + (40).to_bytes(4, "little") + sizes + b"\x01\0\x18\0" + b"\0" * 24


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            bmp_header(8000, 6250),
            "8000 × 6250 điểm ảnh, quá 40 triệu điểm ảnh, hãy thu nhỏ rồi chèn lại",
        ),
        (bmp_header(60_000, 60_000), "quá 40 triệu điểm ảnh, hãy thu nhỏ rồi chèn lại"),
        (
            b"\xd7\xcd\xc6\x9a" + b"\0" * 60,
            "ảnh vẽ (WMF, EMF, SVG), hãy chèn lại dưới dạng PNG hoặc JPEG",
        ),
        (b"khong phai anh", "không phải ảnh đọc được"),
        (bmp_header(100, 100), "không phải ảnh đọc được"),
        (b"\xff\xd8\xff" + b"\0" * 11_000_000, "nặng hơn 10 MB, hãy thu nhỏ rồi chèn lại"),
    ],
)
def test_pictures_that_cannot_be_kept_are_told(data, reason):
    found = imported(
        p("Chữ.", drawing("r1")),
        links=[("r1", "image", "media/a.bin")], parts={"word/media/a.bin": data + b"x"},
    )  # fmt: skip
    assert told(found) == [("paragraph", 0, "", "Chữ.")]
    assert found.notes == [f"Ảnh “a.bin” không được nhập: {reason}."]
    assert found.pictures == {}


def test_pictures_are_kept_up_to_a_bound():
    parts = {f"word/media/{c}.png": picture(colour=c) for c in ("red", "green", "blue")}
    file = docx(
        *(p(drawing(c)) for c in ("red", "green", "blue")),
        links=[(c, "image", f"media/{c}.png") for c in ("red", "green", "blue")], parts=parts,
    )  # fmt: skip
    size = len(parts["word/media/red.png"])
    for limits in (Limits(pictures=2), Limits(all_pictures=2 * size + size // 2)):
        found = read(file, "a.docx", limits=limits)
        assert list(found.pictures) == ["import:1", "import:2"]
        assert found.notes == ["Ảnh “blue.png” không được nhập: tệp có quá nhiều ảnh."]


def test_linked_missing_pictures_and_charts_are_told():
    chart = (
        '<w:r><w:drawing><a:graphic><a:graphicData uri="http://x/2006/chart"/></a:graphic>'
        "</w:drawing></w:r>"
    )
    found = imported(
        p("Chữ.", drawing("r1"), drawing("r2"), drawing("r9"), chart, chart),
        links=[("r1", "image", "http://x.vn/a.png", "External"), ("r2", "image", "media/mat.png")],
    )
    assert found.notes == [
        "1 ảnh nằm ngoài tệp (liên kết) không được nhập.",
        "Ảnh “mat.png” thiếu trong tệp hoặc quá nặng nên không được nhập.",
        "2 biểu đồ không được nhập; hãy chèn lại dưới dạng ảnh.",
    ]


# --- tracked changes ------------------------------------------------------------------------------


def tracked(kind, *texts, author="Lê Văn A", date="2025-03-04T08:00:00Z"):
    text = "delText" if kind in {"del", "moveFrom"} else "t"
    runs = "".join(f"<w:r><w:{text}>{words}</w:{text}></w:r>" for words in texts)
    return f'<w:{kind} w:id="1" w:author="{author}" w:date="{date}">{runs}</w:{kind}>'


DAY = dt.date(2025, 3, 4)


def test_changes_are_resolved_as_accepted_and_told():
    found = imported(
        p("Đầu."),
        p("Tăng ", tracked("del", "5", "%"), tracked("ins", "6%"), " ", tracked("moveFrom", "cũ"),
          tracked("moveTo", "chuyển"), "."),
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == ["Đầu.", "Tăng 6% chuyển."]
    assert found.changes == [
        TrackedChange(1, "delete", "Lê Văn A", DAY, "5%"),
        TrackedChange(1, "insert", "Lê Văn A", DAY, "6%"),
        TrackedChange(1, "move", "Lê Văn A", DAY, "chuyển"),
    ]


def test_a_removed_paragraph_a_removed_end_and_a_removed_row():
    gone = '<w:rPr><w:del w:author="A"/></w:rPr>'
    row = '<w:tr><w:trPr><w:del w:author="B"/></w:trPr>' + tc("hàng") + tc("bỏ") + "</w:tr>"
    found = imported(
        p("Một."),
        p(tracked("del", "Cả đoạn."), props=gone),
        p("Hai nối ", props=gone), p("ba."),
        table(["x", "y"]).replace("</w:tbl>", row + "</w:tbl>"),
        p(tracked("del", "cuối")),
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == ["Một.", "Hai nối ba.", "x y"]
    assert [(c.block, c.kind, c.author, c.text) for c in found.changes] == [
        (1, "delete", "Lê Văn A", "Cả đoạn."),
        (2, "delete", "B", "hàng | bỏ"),
        (2, "delete", "Lê Văn A", "cuối"),
    ]


def test_comments_leave_the_text_and_are_told():
    found = imported(
        p("Tăng", '<w:commentRangeStart w:id="3"/>', " 6%", '<w:commentRangeEnd w:id="3"/>',
          '<w:r><w:commentReference w:id="3"/></w:r>', '<w:r><w:commentReference w:id="9"/></w:r>'),
        comments=(
            f'<w:comment w:id="3" w:author="Bà B" w:date="sai">{p("Số liệu")}{p("nào?")}'
            "</w:comment>"
        ),
    )  # fmt: skip
    assert [b.plain for b in found.blocks] == ["Tăng 6%"]
    assert found.changes == [TrackedChange(0, "comment", "Bà B", None, "Số liệu nào?")]


def test_margins_are_left_out_with_a_note():
    found = imported(p("Thân."), header1=p("Dự thảo lần 2"), footer1=p("Trang 1"))
    assert [b.plain for b in found.blocks] == ["Thân."]
    assert found.notes == ["Đầu trang và chân trang không được nhập."]


def test_numbers_in_margins_do_not_count():
    found = imported(
        p("một,", props=num(1)), header1=p("đầu", props=num(1)),
        numbering=numbering(level(0, "decimal", "%1.")),
    )  # fmt: skip
    assert [b.number for b in found.blocks] == ["1."]


def test_text_from_another_file_is_told():
    raw = part("document", f'<w:body>{p("a")}<w:altChunk r:id="x"/></w:body>')
    assert imported(raw=raw).notes == ["1 phần chèn từ tệp khác không được nhập."]
