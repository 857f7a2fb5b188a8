"""Symbols of official documents: every form the sources use, and what typists make of them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.official.symbols import parse_symbol


def parts(raw):
    s = parse_symbol(raw)
    return (s.kind, s.number, s.number_suffix, s.type, s.issuer, s.unit, s.year, s.canonical)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("135-KH/TU", ("party", 135, "", "KH", "TU", "", None, "135-KH/TU")),
        ("23 -KH/ĐUK", ("party", 23, "", "KH", "ĐUK", "", None, "23-KH/ĐUK")),
        ("258-KH/BTCTW", ("party", 258, "", "KH", "BTCTW", "", None, "258-KH/BTCTW")),
        ("45-CT/TW", ("party", 45, "", "CT", "TW", "", None, "45-CT/TW")),
        ("399-QĐ/TW", ("party", 399, "", "QĐ", "TW", "", None, "399-QĐ/TW")),
        ("36-HD/VPTW", ("party", 36, "", "HD", "VPTW", "", None, "36-HD/VPTW")),
        ("1234-CV/BTGTU", ("party", 1234, "", "CV", "BTGTU", "", None, "1234-CV/BTGTU")),
        ("12a-KH/TU", ("party", 12, "a", "KH", "TU", "", None, "12a-KH/TU")),
        ("107/KH-SNV", ("state", 107, "", "KH", "SNV", "", None, "107/KH-SNV")),
        ("1234/QĐ-TTg", ("state", 1234, "", "QĐ", "TTg", "", None, "1234/QĐ-TTg")),
        ("01/TTr-SNV", ("state", 1, "", "TTr", "SNV", "", None, "01/TTr-SNV")),
        ("375/UBND-NV", ("cong_van", 375, "", "CV", "UBND", "NV", None, "375/UBND-NV")),
        ("88/SNV", ("cong_van", 88, "", "CV", "SNV", "", None, "88/SNV")),
        ("42/2022/NĐ-CP", ("legal", 42, "", "NĐ", "CP", "", 2022, "42/2022/NĐ-CP")),
        ("26/2020/TT-BTTTT", ("legal", 26, "", "TT", "BTTTT", "", 2020, "26/2020/TT-BTTTT")),
        ("91/2025/QH15", ("legal", 91, "", "", "QH15", "", 2025, "91/2025/QH15")),
    ],
)
def test_forms_of_the_sources(raw, expected):
    assert parts(raw) == expected


@pytest.mark.parametrize(
    ("raw", "canonical"),
    [
        ("Số: 12/BC-SNV", "12/BC-SNV"),
        ("Số 12-BC/ĐU", "12-BC/ĐU"),
        ("Số, ký hiệu: 12-BC/ĐU.", "12-BC/ĐU"),
        ("135\u00a0–\u00a0KH/TU", "135-KH/TU"),
        ("135 \u2011 KH / TU", "135-KH/TU"),
        ("3-nq/đu", "03-NQ/ĐU"),
        ("03-NQ/ĐU", "03-NQ/ĐU"),
        ("03 - CTr/ĐU", "03-CTr/ĐU"),
        ("15/ KH - ĐTN", "15/KH-ĐTN"),
        ("23-KH/\u00d0UK", "23-KH/ĐUK"),  # Icelandic eth typed for Đ
        ("23-KH/Đ\u200bUK", "23-KH/ĐUK"),
        ("-KH/TU", "-KH/TU"),
        ("     /KH-SNV", "/KH-SNV"),
    ],
)
def test_spellings_join(raw, canonical):
    assert parse_symbol(raw).canonical == canonical


def test_a_number_not_yet_given_is_none():
    assert parse_symbol("    -KH/TU").number is None
    assert parse_symbol("    -KH/TU").kind == "party"


@pytest.mark.parametrize("raw", ["", "12", "12/2024", "Kế hoạch tuyên truyền", "///", "1-2-3"])
def test_what_cannot_be_read_is_kept(raw):
    symbol = parse_symbol(raw)
    assert (symbol.kind, symbol.raw, symbol.canonical) == ("unknown", raw, raw)


def test_the_raw_text_is_kept_as_written():
    assert parse_symbol("23 -KH/ĐUK").raw == "23 -KH/ĐUK"


@given(st.text(max_size=60) | st.from_regex(r"\s?\d{1,4} ?[-/] ?[A-ZĐ]{1,4} ?[-/] ?[A-Zđ]{1,5}"))
def test_never_fails_and_the_canonical_spelling_is_stable(raw):
    symbol = parse_symbol(raw)
    again = parse_symbol(symbol.canonical)
    assert symbol.raw == raw
    assert again.canonical == symbol.canonical
    assert again.kind == symbol.kind
