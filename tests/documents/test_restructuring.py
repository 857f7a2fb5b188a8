import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents import blocks as cutting
from documents import restructuring as shapes


def block(html, kind="paragraph", **fields):
    tag = {"paragraph": "p", "footnote": 'p class="footnote"', "heading": "h3"}[kind]
    return shapes.as_dict(cutting.cut(f"<{tag}>{html}</{tag[:2].strip()}>"))[0] | fields


def brief(blocks):
    return [(b["kind"], b["level"], b["number"], b["html"]) for b in blocks]


def test_a_paragraph_that_becomes_a_heading_gives_its_number_away():
    assert brief(shapes.as_kind(block("<strong>I. Bối cảnh</strong>"), "heading", 2)) == [
        ("heading", 2, "I.", "Bối cảnh")
    ]


def test_levels_stop_at_the_first_and_the_tenth():
    top = shapes.as_kind(block("A"), "heading", 1)[0]
    assert shapes.moved(top, -1)[0]["level"] == 1
    deep = shapes.as_kind(block("A"), "heading", 10)[0]
    assert shapes.moved(deep, 1)[0]["level"] == 10
    assert shapes.moved(deep, -1)[0]["level"] == 9


def test_a_heading_goes_back_to_a_paragraph_with_its_number():
    heading = block("2. Kinh tế", "heading")
    assert brief(shapes.as_kind(heading, "paragraph")) == [("paragraph", 0, "2.", "Kinh tế")]


def test_a_paragraph_turned_by_mistake_gets_its_marks_back():
    start = block("<strong>I. Bối</strong> cảnh")
    heading = shapes.moved(shapes.as_kind(start, "heading", 2)[0], 1)[0]
    (back,) = shapes.as_kind(heading, "paragraph")
    assert brief([back]) == brief([start])
    (changed,) = shapes.rewritten(heading, text="Bối cảnh mới", number="I.")
    assert brief(shapes.as_kind(changed, "paragraph")) == [("paragraph", 0, "I.", "Bối cảnh mới")]


def test_each_line_becomes_a_block_and_marked_words_stay_marked():
    one = block('Đầu <strong>đậm và</strong> cuối<sup class="note">1</sup>.')
    out = shapes.rewritten(one, text="Đầu đậm\nvà cuối1.", number="")
    assert brief(out) == [
        ("paragraph", 0, "", "Đầu <strong>đậm</strong>"),
        ("paragraph", 0, "", '<strong>và</strong> cuối<sup class="note">1</sup>.'),
    ]


def test_what_follows_the_first_line_of_a_heading_is_text():
    heading = shapes.as_kind(block("I. Bối cảnh Năm năm qua"), "heading", 2)[0]
    out = shapes.rewritten(heading, text="Bối cảnh\nNăm năm qua", number="I.")
    assert brief(out) == [
        ("heading", 2, "I.", "Bối cảnh"),
        ("paragraph", 0, "", "Năm năm qua"),
    ]


def test_a_line_end_inside_a_block_is_kept_as_one():
    one = block("Dòng một<br>dòng hai")
    text = shapes.shown_text(one)
    assert text == "Dòng một↵dòng hai"
    assert shapes.rewritten(one, text=text, number="")[0]["html"] == "Dòng một<br>dòng hai"
    changed = shapes.rewritten(one, text="Dòng một↵dòng ba", number="")
    assert changed[0]["html"] == "Dòng một<br>dòng ba"


def test_untouched_text_is_kept_to_the_letter():
    one = block('Có <a href="https://a.vn/x?a=1&amp;b=2">nguồn</a>  và <em>chữ</em>')
    assert shapes.rewritten(one, text=shapes.shown_text(one), number="")[0]["html"] == one["html"]


def test_no_text_left_is_no_block():
    assert shapes.rewritten(block("Chữ"), text=" \n ", number="1.") == []


def test_typed_markup_is_text():
    out = shapes.rewritten(block("Chữ"), text="Chữ <script>x</script>", number="<b>")
    assert "<script" not in out[0]["html"]
    assert out[0]["plain"] == "Chữ <script>x</script>"
    assert cutting.cut(cutting.to_html([shapes.draft(out[0])]))[0].number == "<b>"


def test_joining_keeps_the_number_of_the_second_as_words():
    first, second = block("Một,"), block("<em>hai</em>", number="a)")
    assert brief(shapes.joined(first, second)) == [("paragraph", 0, "", "Một, a) <em>hai</em>")]


def test_tables_are_neither_joined_nor_turned():
    table = shapes.as_dict(cutting.cut("<table><tr><td>1</td></tr></table>"))[0]
    for refused in (
        lambda: shapes.joined(block("A"), table),
        lambda: shapes.as_kind(table, "heading", 1),
    ):
        with pytest.raises(ValueError):
            refused()


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("<strong>I. Bối cảnh</strong>", ("I.", True, False)),
        ("1.2. Nội dung", ("1.1.", False, False)),
        ("<strong>KẾT QUẢ NHIỆM KỲ</strong>", ("", True, True)),
        ("Chương II. Quy định", ("Chương", False, False)),
    ],
)
def test_shapes_of_what_looks_like_a_heading(html, words):
    its = shapes.shape(block(html))
    assert (its.numbered, its.bold, its.capitals) == words


@pytest.mark.parametrize(
    "html",
    ["Đoạn thường.", "a) Ý thứ nhất;", "<strong>Một</strong> phần đậm.", "I. " + "dài " * 90],
)
def test_ordinary_paragraphs_have_no_shape(html):
    assert shapes.shape(block(html)) is None


def test_groups_need_two_and_keep_the_order_of_the_text():
    rows = [block(h) for h in ("<b>I. Một</b>", "Thường", "1. Hai", "<b>II. Ba</b>", "2. Bốn")]
    found = [(its.key, at) for its, at in shapes.groups(rows)]
    assert found == [("I.|100|", [0, 3]), ("1.|000|", [2, 4])]


words = st.text(alphabet="aăâ đe1.)(<&>\n", min_size=1, max_size=30)


@given(words, words)
def test_whatever_is_typed_comes_back_as_saving_would_store_it(first, second):
    start = shapes.settled(
        shapes.as_dict([shapes.of_text(first.replace("\n", " ").strip() or "a")])[0]
    )
    for made in shapes.rewritten(start[0], text=second, number="") if start else []:
        assert shapes.settled(made) == [made]
