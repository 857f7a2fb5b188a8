"""Marking of found words and the passage around them."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.common.finding import Part, marked, passage, words_of


def hits(parts):
    return [part.text for part in parts if part.hit]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Đại hội", ["dai", "hoi"]),
        ("  12-KH/TU ", ["12-kh/tu"]),
        ("hội hội HỘI", ["hoi"]),
        ("“Đại hội”, (hội)", ["dai", "hoi"]),
        ("", []),
        ("- / %", []),
        (" ".join(f"w{n}" for n in range(20)), [f"w{n}" for n in range(8)]),
    ],
)
def test_words(typed, words):
    assert words_of(typed) == words


def test_marks_with_and_without_accents():
    assert hits(marked("Đại hội Đảng bộ xã Hòa Bình", ["dai", "hoa"])) == ["Đại", "Hòa"]
    assert hits(marked("uỷ ban, ủy viên", ["uy"])) == ["uỷ", "ủy"]
    assert marked("Không có", ["gi"]) == [Part("Không có", False)]
    assert marked("", ["gi"]) == []


def test_text_in_nfd_is_marked_as_well():
    assert hits(marked(unicodedata.normalize("NFD", "Đại hội"), ["hoi"])) == ["hội"]


def test_only_whole_words_are_found():
    assert hits(marked("Đảng bộ Khối, thời hạn, câu hỏi; hội-nghị", ["hoi"])) == ["hỏi", "hội"]


def test_the_phrase_is_the_best_place():
    text = "hội " + "và " * 80 + "Đại hội Đảng bộ " + "xã " * 80
    shown = passage(text, ["dai", "hoi"])
    assert hits(shown) == ["Đại", "hội"]


@given(st.text(max_size=60), st.lists(st.text(max_size=5), max_size=4))
def test_nothing_is_lost(text, words):
    parts = marked(text, words)
    assert "".join(part.text for part in parts) == unicodedata.normalize("NFC", text)
    assert all(part.text for part in parts)


def test_passage_is_cut_between_words_around_the_first_hit():
    text = "đầu " * 60 + "Bến Thượng " + "cuối " * 100
    shown = passage(text, ["thuong"])
    assert hits(shown) == ["Thượng"]
    whole = "".join(part.text for part in shown)
    assert whole.startswith("… đầu ")
    assert whole.endswith("cuối …")
    assert len(whole) < 300


def test_no_passage_without_a_hit():
    assert passage("Giữ điểm giao dịch cũ", ["khac"]) == []
    assert passage("", ["khac"]) == []


def test_a_short_text_is_shown_whole():
    assert (
        "".join(p.text for p in passage("Giữ điểm giao dịch cũ", ["diem"]))
        == "Giữ điểm giao dịch cũ"
    )
