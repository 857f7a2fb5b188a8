"""What a comparison of two editions says, given what became of their blocks."""

from types import SimpleNamespace

from documents.comparing import compare, excerpt
from documents.comparing_tables import compare_tables, table_text


def block(pk, plain, kind="paragraph", level=0, number="", html=None, pos=None):
    return SimpleNamespace(
        pk=pk, pos=pos or pk % 100, kind=kind, level=level, number=number, plain=plain,
        html=plain if html is None else html,
    )  # fmt: skip


def heading(pk, plain, level=1, number=""):
    return block(pk, plain, "heading", level, number)


def link(source, target, kind="same"):
    return SimpleNamespace(source_id=source, target_id=target, kind=kind, moved=kind == "moved")


def kinds(comparison):
    return [(row.kind, row.block.pk) for row in comparison.rows]


def test_every_block_of_both_editions_has_its_row_in_the_order_of_reading():
    old = [heading(1, "I"), block(2, "một"), block(3, "hai ba"), block(4, "bỏ đi"), block(5, "năm")]
    new = [heading(101, "I"), block(102, "một"), block(103, "hai bốn"), block(104, "thêm vào"),
           block(105, "năm")]  # fmt: skip
    found = compare(old, new, [link(1, 101), link(2, 102), link(3, 103, "edited"), link(5, 105)])
    assert kinds(found) == [
        ("same", 101), ("same", 102), ("edited", 103), ("gone", 4), ("new", 104), ("same", 105)
    ]  # fmt: skip
    assert found.rows[2].runs == [("equal", "hai"), ("delete", " ba"), ("insert", " bốn")]
    assert dict(found.counts) == {"same": 3, "edited": 1, "gone": 1, "new": 1}
    assert (found.added, found.removed) == (3, 3)
    assert [section.label for section in found.sections] == ["", "I"]
    assert dict(found.sections[1].counts) == {"edited": 1, "gone": 1, "new": 1}


def test_what_is_gone_at_the_beginning_stands_first():
    found = compare([block(1, "đầu"), block(2, "sau")], [block(101, "sau")], [link(2, 101)])
    assert kinds(found) == [("gone", 1), ("same", 101)]


def test_a_passage_that_moved_leaves_a_sign_where_it_stood():
    old = [block(1, "một"), block(2, "hai"), block(3, "ba")]
    new = [block(101, "ba"), block(102, "một"), block(103, "hai rưỡi")]
    links = [link(3, 101, "moved"), link(1, 102), link(2, 103, "edited")]
    found = compare(old, new, links)
    assert kinds(found) == [("moved", 101), ("same", 102), ("edited", 103), ("away", 101)]
    assert found.rows[3].old[0].pk == 3
    assert dict(found.counts) == {"moved": 1, "same": 1, "edited": 1}
    # what is out of order has moved, even if the link says only that it was edited
    links = [link(3, 101, "edited"), link(1, 102), link(2, 103)]
    new[0].plain = "ba mươi"
    assert kinds(compare(old, new, links))[0] == ("moved_edited", 101)


def test_words_decide_between_same_and_edited_not_the_link():
    old, new = [block(1, "Một hai")], [block(101, "một hai")]
    assert kinds(compare(old, new, [link(1, 101, "same")])) == [("edited", 101)]
    new = [block(101, "Một hai")]
    assert kinds(compare(old, new, [link(1, 101, "edited")])) == [("same", 101)]


def test_numbers_and_bold_letters_are_no_change_of_words():
    old = [block(1, "một", number="1."), block(2, "hai"), heading(3, "ba", 2)]
    new = [block(101, "một", number="2."), block(102, "hai", html="<b>hai</b>"), heading(103, "ba")]
    found = compare(old, new, [link(1, 101), link(2, 102), link(3, 103)])
    assert kinds(found) == [("format", 101), ("format", 102), ("format", 103)]
    assert found.changes == []
    assert (found.added, found.removed) == (0, 0)


def test_a_split_passage_is_told_once_and_shown_piece_by_piece():
    old = [block(1, "một hai ba. bốn năm sáu."), block(2, "bảy")]
    new = [block(101, "một hai ba."), block(102, "bốn năm sáu bảy."), block(103, "bảy")]
    found = compare(old, new, [link(1, 101, "split"), link(1, 102, "split"), link(2, 103)])
    first, second, last = found.rows
    assert (first.kind, second.kind, last.kind) == ("split", "split", "same")
    assert (first.leads, second.leads, first.group == second.group) == (True, False, True)
    assert "".join(t for op, t in first.runs if op != "delete") == "một hai ba."
    assert "".join(t for op, t in second.runs if op != "delete") == "bốn năm sáu bảy."
    assert dict(found.counts) == {"split": 1, "same": 1}
    assert (found.added, found.removed) == (1, 0)


def test_merged_passages_show_the_words_of_all():
    old = [block(1, "một hai."), block(2, "ba bốn.")]
    new = [block(101, "một hai. ba bốn năm.")]
    found = compare(old, new, [link(1, 101, "merged"), link(2, 101, "merged")])
    (row,) = found.rows
    assert (row.kind, [b.pk for b in row.old], row.added) == ("merged", [1, 2], 1)
    assert dict(found.counts) == {"merged": 1}


def test_what_a_person_has_not_decided_stays_apart_and_is_marked_on_both_sides():
    old, new = [block(1, "tăng 5%")], [block(101, "tăng 6%")]
    found = compare(old, new, [], undecided=[(1, 101)])
    assert kinds(found) == [("gone", 1), ("new", 101)]
    gone, came = found.rows
    assert ([b.pk for b in gone.maybe], [b.pk for b in came.maybe]) == ([101], [1])
    # decided otherwise meanwhile: no mark is left over
    found = compare(old, new, [link(1, 101, "edited")], undecided=[(1, 101)])
    assert [row.maybe for row in found.rows] == [[]]


def test_nothing_is_linked_by_its_looks():
    found = compare([block(1, "giống hệt")], [block(101, "giống hệt")], [])
    assert kinds(found) == [("gone", 1), ("new", 101)]


ROWS = "<table><tbody><tr><td>Xã</td><td>{}</td></tr><tr><td>A</td><td>5</td></tr></tbody></table>"


def test_tables_of_the_same_shape_are_compared_cell_by_cell():
    runs, html = compare_tables(ROWS.format("<b>Số hộ</b>"), ROWS.format("<b>Số dân</b>"))
    assert "<td>Số <del>" in html
    assert html.count("<del>") == 1
    assert "<td>A</td>" in html
    assert "".join(t for op, t in runs if op != "delete") == "Xã | Số dân\nA | 5"
    assert "".join(t for op, t in runs if op != "insert") == "Xã | Số hộ\nA | 5"
    assert table_text(ROWS.format("x")) == "Xã | x\nA | 5"


def test_tables_of_another_shape_are_compared_row_by_row():
    new = ROWS.format("Số").replace("</tbody>", "<tr><td>B</td><td>&lt;7</td></tr></tbody>")
    runs, html = compare_tables(ROWS.format("Số"), new)
    assert html == ""
    assert runs == [("equal", "Xã | Số\nA | 5"), ("insert", "\nB | <7")]
    row = compare(
        [block(1, "Xã Số A 5", "table", html=ROWS.format("Số"))],
        [block(101, "Xã Số A 5 B <7", "table", html=new)],
        [link(1, 101, "edited")],
    ).rows[0]
    assert (row.kind, row.runs, row.added) == ("edited", runs, 2)


def test_a_table_in_a_table_and_scripts_in_cells_do_no_harm():
    inner = "<table><tbody><tr><td>{}</td></tr></tbody></table>"
    old, new = ROWS.format(inner.format("trong")), ROWS.format(inner.format("&lt;script&gt;"))
    runs, html = compare_tables(old, new)
    assert "<script" not in html
    assert "&lt;" in html
    assert ("delete", " trong") in runs or ("delete", "trong") in runs


def test_a_picture_changed_though_no_word_did():
    old = block(1, "", "figure", html="<img src='a.png' alt=''>")
    new = block(101, "", "figure", html="<img src='b.png' alt=''>")
    assert kinds(compare([old], [new], [link(1, 101)])) == [("edited", 101)]


def test_an_excerpt_begins_at_the_change_and_stays_short():
    runs = [("equal", "a " * 200), ("delete", "cũ"), ("insert", "mới " * 100)]
    short = excerpt(runs)
    assert [op for op, _text in short][:3] == ["equal", "delete", "insert"]
    assert sum(len(text) for _op, text in short) < 230
