"""Word differences: nothing is lost, nothing is executed, changes read as a person made them."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.common.diff import diff_html, word_diff

words = st.sampled_from(["đại", "hội", "Đảng", "bộ", "2030", ",", ".", " ", "\n", "  ", "(", "x"])
texts = st.lists(words, max_size=40).map("".join) | st.text(max_size=30)


def joined(runs, *ops):
    return "".join(text for op, text in runs if op in ops)


@given(texts, texts)
def test_both_texts_can_be_read_from_the_runs(old, new):
    runs = word_diff(old, new)
    assert joined(runs, "equal", "delete") == old
    assert joined(runs, "equal", "insert") == new
    assert all(text for _op, text in runs)
    assert all(a[0] != b[0] for a, b in itertools.pairwise(runs))


@given(texts)
def test_a_text_does_not_differ_from_itself(text):
    assert word_diff(text, text) == ([("equal", text)] if text else [])


@pytest.mark.parametrize(
    ("old", "new", "runs"),
    [
        (
            "Phấn đấu đến năm 2030 đạt 60% hộ.",
            "Phấn đấu đến cuối năm 2030, đạt 65% hộ.",
            [
                ("equal", "Phấn đấu đến"),
                ("insert", " cuối"),
                ("equal", " năm 2030"),
                ("insert", ","),
                ("equal", " đạt"),
                ("delete", " 60"),
                ("insert", " 65"),
                ("equal", "% hộ."),
            ],
        ),
        ("", "mới", [("insert", "mới")]),
        ("cũ", "", [("delete", "cũ")]),
        ("hòa", "hoà", [("delete", "hòa"), ("insert", "hoà")]),
        ("Đại hội", "Tại Đại hội", [("insert", "Tại "), ("equal", "Đại hội")]),
    ],
)
def test_changes_are_whole_words(old, new, runs):
    assert word_diff(old, new) == runs


def test_html_is_escaped():
    html = diff_html("a <b>x</b>\nc", "a <script>alert(1)</script>\nc")
    assert "<script" not in html
    assert "<b>" not in html
    assert html.startswith("a &lt;")
    assert html.endswith("&gt;<br>c")
    assert "<del>b</del><ins>script</ins>" in html


def test_a_long_text_is_compared_by_paragraphs_in_reasonable_time():
    paragraph = "Nâng cao chất lượng sinh hoạt chi bộ, gắn với học tập và làm theo Bác số {}. " * 3
    old = "\n".join(paragraph.format(n, n, n) for n in range(400))
    new = old.replace("số 200.", "số hai trăm.").replace("số 300.", "")
    started = time.monotonic()
    runs = word_diff(old, new)
    assert time.monotonic() - started < 5
    assert joined(runs, "equal", "insert") == new
    assert joined(runs, "equal", "delete") == old
    assert len(joined(runs, "insert")) < 60
