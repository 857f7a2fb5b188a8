import pytest

from documents.blocks import BlockDraft, cut, digest, split_number, to_html
from portal.common.richtext import sanitize


def test_headings_give_up_their_number_and_paragraphs_stay_apart():
    html = (
        "<h2>Phần thứ nhất. Kết quả</h2><h3>I. Bối cảnh</h3>"
        "<p>Một <strong>hai</strong> ba.</p><p> </p><h4>1) Kinh tế</h4><p>Bốn.</p>"
    )
    assert cut(html) == [
        BlockDraft("heading", 1, "Phần thứ nhất", "Kết quả", "Kết quả"),
        BlockDraft("heading", 2, "I.", "Bối cảnh", "Bối cảnh"),
        BlockDraft("paragraph", 0, "", "Một <strong>hai</strong> ba.", "Một hai ba."),
        BlockDraft("heading", 3, "1.", "Kinh tế", "Kinh tế"),
        BlockDraft("paragraph", 0, "", "Bốn.", "Bốn."),
    ]


def test_list_items_are_blocks_with_their_number():
    html = "<ol start='3'><li>Ba</li><li>Bốn<ul><li>nhỏ</li></ul></li></ol>"
    assert [(b.number, b.plain) for b in cut(html)] == [("3.", "Ba"), ("4.", "Bốn"), ("–", "nhỏ")]


def test_tables_stay_whole_and_cells_do_not_run_together():
    html = "<table><tbody><tr><td>Xã</td><td>Số</td></tr></tbody></table>"
    (block,) = cut(html)
    assert (block.kind, block.plain) == ("table", "Xã Số")
    assert block.html == html


def test_text_is_escaped_where_it_becomes_html():
    (block,) = cut("<p>5 &lt; 6 &amp; 7</p>")
    assert (block.html, block.plain) == ("5 &lt; 6 &amp; 7", "5 < 6 & 7")
    (heading,) = cut("<h2>A &lt;script&gt;</h2>")
    assert heading.html == "A &lt;script&gt;"


@pytest.mark.parametrize(
    ("text", "number", "rest"),
    [
        ("I. Bối cảnh", "I.", "Bối cảnh"),
        ("2.1. Công nghiệp", "2.1.", "Công nghiệp"),
        ("a) Mục tiêu", "a)", "Mục tiêu"),
        ("đ) Giải pháp", "đ)", "Giải pháp"),
        ("Phần thứ hai", "", "Phần thứ hai"),
        ("Điều 5. Hiệu lực", "Điều 5", "Hiệu lực"),
        ("Xây dựng Đảng", "", "Xây dựng Đảng"),
        ("2025 là năm bản lề", "", "2025 là năm bản lề"),
        ("Có ba việc", "", "Có ba việc"),
    ],
)
def test_numbers(text, number, rest):
    assert split_number(text) == (number, rest)


def test_empty_text_has_no_blocks():
    assert cut("") == [] == cut("<p> </p>")


def test_digest_tells_texts_apart():
    assert digest(cut("<p>a</p><p>b</p>")) != digest(cut("<p>a b</p>"))
    assert digest(cut("<p>a</p>")) == digest(cut("<p>a</p>"))


def blocks(*texts):
    return [BlockDraft("paragraph", 0, "", text, text) for text in texts]


WRITTEN = """
<h2 class="text-center"><strong class="number">Phần thứ nhất</strong> KẾT QUẢ</h2>
<h3>I. Bối cảnh</h3>
<h4 class="level-5"><strong class="number">1.1.1.a</strong> Chi tiết</h4>
<p class="indent-2 text-right"><strong class="number">a)</strong> Đoạn <em>nghiêng</em> &lt;3</p>
<p><strong class="number">7</strong></p>
<p class="footnote"><strong class="number">1</strong> Nguồn: báo cáo.</p>
<ol start="3"><li>Ba<ul><li>Ba một</li></ul></li></ol>
<table><tbody><tr><td>A</td></tr></tbody></table>
"""


def test_numbers_levels_and_places_are_read_and_written_back():
    found = cut(sanitize(WRITTEN))
    assert [(b.kind, b.level, b.number, b.plain, b.align, b.indent) for b in found] == [
        ("heading", 1, "Phần thứ nhất", "KẾT QUẢ", "center", 0),
        ("heading", 2, "I.", "Bối cảnh", "", 0),
        ("heading", 5, "1.1.1.a", "Chi tiết", "", 0),
        ("paragraph", 0, "a)", "Đoạn nghiêng <3", "right", 2),
        ("paragraph", 0, "", "7", "", 0),
        ("footnote", 0, "1", "Nguồn: báo cáo.", "", 0),
        ("paragraph", 0, "3.", "Ba", "", 0),
        ("paragraph", 0, "–", "Ba một", "", 1),
        ("table", 0, "", "A", "", 0),
    ]
    assert cut(sanitize(to_html(found))) == found


def test_a_quotation_mark_in_an_attribute_is_written_as_the_sanitiser_does():
    html = (
        '<figure class="image"><img src="/media/anh/2025/01/'
        '00000000-0000-0000-0000-000000000001.png" alt="Cầu &quot;mới&quot; a=\'b\'"></figure>'
    )
    (block,) = cut(sanitize(html))
    assert block.html == sanitize(html)
    assert cut(to_html([block])) == [block]
    (quoted,) = cut("<table><tbody><tr><td title='a \"b\"'>='c'</td></tr></tbody></table>")
    assert quoted.html == (
        "<table><tbody><tr><td title=\"a &quot;b&quot;\">='c'</td></tr></tbody></table>"
    )
