"""Word differences: nothing is lost, nothing is executed, changes read as a person made them."""

import itertools
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.common.diff import count_words, diff_html, marked, tokens, word_diff

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
                ("delete", " 60%"),
                ("insert", " 65%"),
                ("equal", " hộ."),
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


@given(texts, texts)
def test_smoothing_loses_nothing_either(old, new):
    runs = word_diff(old, new, smooth=True)
    assert joined(runs, "equal", "delete") == old
    assert joined(runs, "equal", "insert") == new
    assert all(a[0] != b[0] for a, b in itertools.pairwise(runs))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("tăng 6,8% mỗi năm", ["tăng", "6,8%", "mỗi", "năm"]),
        ("từ 01/7/2025.", ["từ", "01/7/2025", "."]),
        ("số 12-KH/TU, 76/2025/QH15", ["số", "12-KH/TU", ",", "76/2025/QH15"]),
        ("2.800 tỷ; 8:30", ["2.800", "tỷ", ";", "8:30"]),
        ("Đoa\u0323n", ["Đoa\u0323n"]),
        ("và/hoặc", ["và", "/", "hoặc"]),
    ],
)
def test_numbers_symbols_and_syllables_are_never_cut(text, words):
    assert [word for _space, word in tokens(text)] == words


def test_words_are_counted_without_punctuation():
    assert count_words("Đạt 6,8% – “cao nhất”.") == 4


def test_a_word_that_stayed_by_chance_is_drawn_into_the_change():
    old = "Duy trì các điểm giao dịch của xã cũ theo quy định hiện hành."
    new = "Duy trì mọi nơi tiếp dân ở thôn cũ suốt cả nhiệm kỳ này."
    assert ("equal", " cũ") in word_diff(old, new)
    assert word_diff(old, new, smooth=True) == [
        ("equal", "Duy trì"),
        ("delete", " các điểm giao dịch của xã cũ theo quy định hiện hành"),
        ("insert", " mọi nơi tiếp dân ở thôn cũ suốt cả nhiệm kỳ này"),
        ("equal", "."),
    ]
    # between small changes each word is shown as it stayed
    assert ("equal", " đạt") in word_diff("năm 2030 đạt 60%", "năm 2031 đạt 65%", smooth=True)


def test_paragraphs_are_compared_with_their_own_kind():
    old = "Một là thu hút đầu tư.\nHai là phát triển du lịch biển."
    new = "Một là thu hút đầu tư.\nXây dựng trường học.\nHai là phát triển du lịch xanh."
    assert diff_html(old, new) == (
        "Một là thu hút đầu tư.<br><ins>Xây dựng trường học.</ins><br>"
        "Hai là phát triển du lịch <del>biển</del> <ins>xanh</ins>."
    )


def test_every_paragraph_of_a_change_stands_on_its_own_line():
    assert diff_html("A", "A\nB x\nC y") == "A<br><ins>B x</ins><br><ins>C y</ins>"
    assert diff_html("A x\nB", "B") == "<del>A x</del><br>B"


def test_a_paragraph_that_was_split_keeps_its_words():
    runs = word_diff("một hai ba. bốn năm sáu.", "một hai ba.\nbốn năm sáu.")
    assert runs == [
        ("equal", "một hai ba."), ("delete", " "), ("insert", "\n"), ("equal", "bốn năm sáu.")
    ]  # fmt: skip


def test_changes_are_spoken():
    html = marked(word_diff("tăng 5% năm", "tăng 6% năm"), spoken=True)
    assert html == (
        'tăng <del><span class="visually-hidden"> bỏ: </span>5%'
        '<span class="visually-hidden"> (hết phần bỏ) </span></del> '
        '<ins><span class="visually-hidden"> thêm: </span>6%'
        '<span class="visually-hidden"> (hết phần thêm) </span></ins> năm'
    )
