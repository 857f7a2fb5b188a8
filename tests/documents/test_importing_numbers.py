"""Automatic numbers of Word: counted as Word counts them, written as Word prints them."""

import pytest

from documents.importing import formats
from tests.documents.word import (
    imported,
    level,
    num,
    numbered,
    numbering,
    p,
    paragraph_style,
    told,
)  # fmt: skip

LEGAL = numbering(
    level(0, "upperRoman", "%1."), level(1, "decimal", "%2."), level(2, "lowerLetter", "%3)")
)


def at(text, ilvl, num_id=1):
    return p(text, props=num(num_id, ilvl))


def test_three_levels_count_and_begin_anew_under_each_higher_one():
    found = imported(
        at("Bối cảnh.", 0), at("Thế giới;", 1), at("Châu Á;", 2), at("Châu Âu;", 2),
        at("Trong nước;", 1), at("Miền núi;", 2), at("Kết quả.", 0), at("Kinh tế;", 1),
        numbering=LEGAL,
    )  # fmt: skip
    assert [(b.number, b.plain, b.indent) for b in found.blocks] == [
        ("I.", "Bối cảnh.", 0), ("1.", "Thế giới;", 1), ("a)", "Châu Á;", 2),
        ("b)", "Châu Âu;", 2), ("2.", "Trong nước;", 1), ("a)", "Miền núi;", 2),
        ("II.", "Kết quả.", 0), ("1.", "Kinh tế;", 1),
    ]  # fmt: skip


def test_numbers_of_higher_levels_stand_in_deeper_ones_and_legal_ones_are_digits():
    found = imported(
        at("a,", 0), at("b,", 1), at("c,", 1), at("d,", 2),
        numbering=numbering(
            level(0, "upperRoman", "Chương %1"), level(1, "decimal", "%1.%2."),
            level(2, "decimal", "%1.%2.%3.", "<w:isLgl/>"),
        ),
    )  # fmt: skip
    assert numbered(found) == [
        ("Chương I", "a,"), ("I.1.", "b,"), ("I.2.", "c,"), ("1.2.1.", "d,"),
    ]  # fmt: skip


def test_a_level_used_before_its_higher_one_shows_the_start_of_that():
    levels = numbering(level(0, "decimal", "%1.", start=4), level(1, "decimal", "%1.%2."))
    found = imported(at("a,", 1), at("b,", 0), at("c,", 1), numbering=levels)
    assert [number for number, _text in numbered(found)] == ["4.1.", "4.", "4.1."]


def test_restart_may_be_switched_off_or_bound_to_a_level():
    levels = numbering(
        level(0, "decimal", "%1."),
        level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'),
        level(2, "decimal", "%3.", '<w:lvlRestart w:val="1"/>'),
    )
    found = imported(
        at("a,", 0), at("b,", 1), at("c,", 2), at("d,", 1), at("e,", 2), at("g,", 0),
        at("h,", 1), at("i,", 2), numbering=levels,
    )  # fmt: skip
    assert [number for number, _text in numbered(found)] == [
        "1.", "1.", "1.", "2.", "2.", "2.", "3.", "1.",
    ]  # fmt: skip


def test_lists_of_one_kind_go_on_unless_one_starts_anew():
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>',
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>',
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
        '<w:startOverride w:val="7"/></w:lvlOverride></w:num>',
    )
    found = imported(
        at("a,", 0, 1), at("b,", 0, 2), at("c,", 0, 3), at("d,", 0, 3), at("e,", 0, 9),
        numbering=numbering(level(0, "decimal", "%1)"), nums=nums),
    )  # fmt: skip
    assert [number for number, _text in numbered(found)] == ["1)", "2)", "7)", "8)", ""]


def test_numbers_bound_to_styles_and_switched_off():
    styles = (
        paragraph_style("Muc", "Mục con", '<w:numPr><w:numId w:val="1"/></w:numPr>')
        + paragraph_style("MucCon", "Mục con hơn", based="Muc")
    )  # fmt: skip
    levels = numbering(
        level(0, "decimal", "%1."), level(1, "lowerLetter", "%2)", '<w:pStyle w:val="Muc"/>')
    )
    found = imported(
        p("một,", style="Muc"), p("hai,", style="MucCon"),
        p("không,", style="Muc", props='<w:numPr><w:numId w:val="0"/></w:numPr>'),
        styles=styles, numbering=levels,
    )  # fmt: skip
    assert numbered(found) == [("a)", "một,"), ("b)", "hai,"), ("", "không,")]


def test_bullets_of_symbol_fonts_become_signs():
    levels = numbering(
        level(0, "bullet", "\uf0b7"), level(1, "bullet", "-"), level(2, "bullet", "\uf0fc")
    )
    found = imported(at("a,", 0), at("b,", 1), at("c,", 2), numbering=levels)
    assert [number for number, _text in numbered(found)] == ["•", "-", "✓"]


def test_an_empty_paragraph_counts_but_makes_no_block_and_a_removed_one_does_not_count():
    removed = p(
        '<w:del w:author="A"><w:r><w:delText>bỏ</w:delText></w:r></w:del>',
        props=num(1) + "<w:rPr><w:del w:author='A'/></w:rPr>",
    )
    found = imported(at("a,", 0), p(props=num(1)), removed, at("b,", 0), numbering=LEGAL)
    assert numbered(found) == [("I.", "a,"), ("III.", "b,")]


def test_headings_take_automatic_numbers_and_indents_count_from_below_them():
    styles = paragraph_style("H1", "heading 1", '<w:outlineLvl w:val="0"/>' + num(1, 0))
    found = imported(
        p("Bối cảnh", style="H1"), at("Ý một,", 1), at("Ý nhỏ,", 2),
        styles=styles, numbering=LEGAL,
    )  # fmt: skip
    assert told(found)[0] == ("heading", 1, "I.", "Bối cảnh")
    assert [(b.number, b.indent) for b in found.blocks[1:]] == [("1.", 0), ("a)", 1)]


@pytest.mark.parametrize(
    ("form", "number", "text"),
    [
        ("decimal", 12, "12"), ("decimalZero", 7, "07"), ("upperRoman", 14, "XIV"),
        ("lowerRoman", 4, "iv"), ("upperLetter", 5, "E"), ("lowerLetter", 5, "e"),
        ("lowerLetter", 28, "bb"), ("none", 3, ""), ("ordinal", 3, "3"), ("unknown", 3, "3"),
        ("vietnameseCounting", 21, "hai mươi mốt"), ("cardinalText", 15, "Mười lăm"),
        ("ordinalText", 1, "Thứ nhất"), ("decimalEnclosedCircle", 3, "③"), ("upperRoman", 0, "0"),
    ],
)  # fmt: skip
def test_formats(form, number, text):
    assert formats.written(number, form) == text
