"""Vietnamese text: cleaning, folding (in Python and in SQL), slugs, sorting, Roman numerals."""

import importlib
import unicodedata
from itertools import product

import pytest
from django.db import connection
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.common.text import (
    clean,
    first_free,
    fold,
    from_roman,
    one_line,
    person_sort_key,
    roman,
    slugify_vi,
    sort_key,
)

BASES = "aăâeêioôơuưy"
TONES = ["", "\u0300", "\u0309", "\u0303", "\u0301", "\u0323"]
LOWER = [unicodedata.normalize("NFC", b + t) for b, t in product(BASES, TONES)] + [
    *"bcdđghklmnpqrstvx"
]
LETTERS = [*LOWER, *(letter.upper() for letter in LOWER)]
#: all Vietnamese letters in both normal forms
FORMS = [*LETTERS, *(unicodedata.normalize("NFD", letter) for letter in LETTERS)]
SPACES = [" ", "\u00a0", "\u202f", "\t", "\n", "\u200b", "\u00ad", "\u2009"]


def known(char):
    """Characters that Python's Unicode tables know and PostgreSQL can store."""
    return char != "\0" and unicodedata.category(char) not in ("Cn", "Cs")


anything = st.text(st.characters(exclude_categories=["Cn", "Cs"], exclude_characters="\0"))
vietnamese = st.lists(st.sampled_from(FORMS + SPACES), max_size=30).map("".join)


# --- clean --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Go\u0301p y\u0301", "Góp ý"),
        ("uy\u0309", "uỷ"),
        ("lần\u00a0thứ\u202fXIV", "lần thứ XIV"),
        ("Đại\u200b hội\ufeff", "Đại hội"),
        ("tuyên\u00adtruyền", "tuyêntruyền"),
        ("a\u200bo\u0301", "aó"),
        ("e\u200d\u0301", "é"),  # the joiner stood between letter and mark
        ("một\r\nhai\rba\u2028bốn", "một\nhai\nba\nbốn"),
        ("a\x00b\x1bc\td", "abc\td"),
        ("\u202eabc\u202c\u2066d\u2069", "abcd"),
        ("  \u3000x \n", "x"),
        ("\ud800a", "a"),
        ("", ""),
    ],
)
def test_clean(raw, expected):
    assert clean(raw) == expected


def test_clean_can_keep_the_ends():
    assert clean(" \u00a0x\u200b ", strip=False) == "  x "


@given(st.text())
@example("=\u200b\u0338")
def test_clean_is_idempotent_and_storable(raw):
    text = clean(raw)
    assert clean(text) == text
    assert unicodedata.is_normalized("NFC", text)
    text.encode("utf-8")
    assert all(c in "\n\t" or not unicodedata.category(c).startswith("Cc") for c in text)
    assert "\u00a0" not in text
    assert "\u200b" not in text


def test_one_line():
    assert one_line("  Đại\n\u00a0hội\t XIV ") == "Đại hội XIV"


# --- fold: Python and SQL -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("folded", "spellings"),
    [
        ("dai hoi", ["Đại hội", "ĐẠI  HỘI", "\u0110a\u0323i ho\u0323\u0302i", "đại\u00a0hội "]),
        ("hoa", ["hòa", "hoà", "HÒA", "hoa"]),
        ("uy ban", ["ủy ban", "uỷ ban", "Uy\u0309 ban", "ỦY\tBAN"]),
    ],
)
def test_fold_joins_what_people_mean_alike(folded, spellings):
    assert {fold(text) for text in spellings} == {folded}


def test_fold_of_every_vietnamese_letter_is_plain():
    plain = {"đ": "d"}
    for letter in LETTERS:
        base = unicodedata.normalize("NFD", letter.lower())[0]
        assert fold(letter) == plain.get(base, base)
        assert fold(unicodedata.normalize("NFD", letter)) == plain.get(base, base)


@given(anything | vietnamese)
def test_fold_is_idempotent(text):
    assert fold(fold(text)) == fold(text)


def in_sql(cursor, texts):
    cursor.execute(
        "SELECT portal_fold(t) FROM unnest(%s) WITH ORDINALITY u(t, n) ORDER BY n", [texts]
    )
    return [row[0] for row in cursor.fetchall()]


CREATE = importlib.import_module("portal.common.migrations.0001_fold").CREATE


@pytest.fixture
def c_cursor(c_database):
    with c_database.cursor() as cursor:
        cursor.execute(CREATE)
        yield cursor


def test_the_c_database_really_is_one(c_cursor):
    """The trap that portal_fold avoids is there: plain lower() does nothing to Đ."""
    c_cursor.execute("SELECT lower('Đ'), current_setting('server_encoding')")
    assert c_cursor.fetchone() == ("Đ", "UTF8")


def texts_of_every_character():
    chars = [c for c in map(chr, range(1, 0x110000)) if known(c)]
    assert len(chars) > 280_000
    return [f"a{c}b" for c in chars]


def differences(cursor):
    texts = [
        *texts_of_every_character(),
        *(f"{a} {b}" for a, b in zip(FORMS, FORMS[7:], strict=False)),
    ]
    wrong = []
    for start in range(0, len(texts), 20_000):
        part = texts[start : start + 20_000]
        found = zip(part, in_sql(cursor, part), strict=True)
        wrong += [(text, got) for text, got in found if got != fold(text)]
    return wrong


@pytest.mark.django_db
def test_sql_folds_every_character_like_python():
    with connection.cursor() as cursor:
        assert differences(cursor) == []


def test_sql_folds_every_character_like_python_under_lang_c(c_cursor):
    assert differences(c_cursor) == []


def batches():
    return st.lists(anything | vietnamese, min_size=20, max_size=60)


@pytest.mark.django_db
def test_sql_folds_any_text_like_python():
    with connection.cursor() as cursor:
        check_any_text(cursor)


def test_sql_folds_any_text_like_python_under_lang_c(c_cursor):
    check_any_text(c_cursor)


def check_any_text(cursor):
    @settings(max_examples=60, deadline=None)
    @given(batches())
    def run(texts):
        assert in_sql(cursor, texts) == [fold(text) for text in texts]

    run()


@pytest.mark.django_db
def test_portal_fold_may_stand_in_an_index_and_knows_null():
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMP TABLE t (x text, f text GENERATED ALWAYS AS (portal_fold(x)) STORED)"
        )
        cursor.execute("INSERT INTO t (x) VALUES ('Đại  hội'), (NULL)")
        cursor.execute("CREATE INDEX ON t (portal_fold(x))")
        cursor.execute("SELECT f FROM t ORDER BY f")
        assert cursor.fetchall() == [("dai hoi",), (None,)]


# --- slugs --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Đại hội 135-KH/TU", "dai-hoi-135-kh-tu"),
        ("Đảng bộ tỉnh Mẫu lần thứ I", "dang-bo-tinh-mau-lan-thu-i"),
        ("  Ủy ban…(mới)! ", "uy-ban-moi"),
        ("Phát triển & bảo vệ 50%", "phat-trien-bao-ve-50"),
        ("…", ""),
    ],
)
def test_slugify(raw, expected):
    assert slugify_vi(raw) == expected


def test_the_first_free_name():
    assert first_free("ban-do", set().__contains__) == "ban-do"
    assert first_free("ban-do", {"ban-do", "ban-do-2", "ban-do-4"}.__contains__) == "ban-do-3"


def test_slug_is_cut_at_a_word():
    assert slugify_vi("Đại hội đại biểu", 10) == "dai-hoi"
    assert slugify_vi("Đại hội đại biểu", 11) == "dai-hoi-dai"
    assert slugify_vi("Tuyêntruyền", 5) == "tuyen"


@given(anything | vietnamese, st.integers(1, 40))
def test_slugs_are_slugs(text, length):
    slug = slugify_vi(text, length)
    assert len(slug) <= length
    assert slug == slug.strip("-")
    assert set(slug) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert "--" not in slug


# --- order --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "ordered",
    [
        ["ma", "mà", "mả", "mã", "má", "mạ"],
        list("aăâbcdđeêghiklmnoôơpqrstuưvxy"),
        ["An", "An Bình", "Anh", "Ăn", "Ân", "Dương", "Đà Nẵng", "Điện Biên", "Em"],
        ["Tổ 1", "Tổ 2", "Tổ 10", "Tổ 100", "Tổ dân phố"],
        ["Hạ Long", "Hà Nam", "Hà Nội"],  # letters of the whole before tones
        ["Hà Nam", "Hạ Nam"],
        ["2 Tháng 9", "Ánh", "Đông"],
        ["Oanh", "Ô", "Ơn", "Uyên", "Ư", "Vân", "Yên"],
        ["chi bộ", "Chi bộ"],
    ],
)
def test_vietnamese_order(ordered):
    shuffled = ordered[::-1]
    assert sorted(shuffled, key=sort_key) == ordered


def test_both_ways_of_placing_the_tone_sort_alike():
    assert sort_key("hòa bình") == sort_key("hoà bình")
    assert sort_key("ủy ban") == sort_key("uỷ ban")
    assert sort_key("Đại hội") == sort_key(unicodedata.normalize("NFD", "Đại hội"))


def test_people_sort_by_given_name():
    people = [
        "Trần Thị Ái",
        "Lê Văn An",
        "Nguyễn Bình An",
        "Đỗ Thu Hà",
        "Nguyễn Thị Hà",
        "Bùi Hạ",
        "Võ Đức",
        "Ái",
    ]
    assert sorted(people, key=person_sort_key) == [
        "Ái",
        "Trần Thị Ái",
        "Lê Văn An",
        "Nguyễn Bình An",
        "Võ Đức",
        "Đỗ Thu Hà",
        "Nguyễn Thị Hà",
        "Bùi Hạ",
    ]
    assert person_sort_key("") == ""


@given(anything | vietnamese)
def test_sort_keys_are_storable_and_depend_on_no_spelling(text):
    key = sort_key(text)
    assert key == sort_key(unicodedata.normalize("NFD", text))
    assert key == key.strip()
    assert "\0" not in key


@pytest.mark.django_db
def test_the_database_orders_sort_keys_as_python_does():
    names = [f"{a}{b} {c}" for a, b, c in zip(LETTERS, LETTERS[5:], LETTERS[11:], strict=False)]
    keys = [sort_key(name) for name in names]
    with connection.cursor() as cursor:
        cursor.execute('SELECT k FROM unnest(%s) k ORDER BY k COLLATE "C"', [keys])
        assert [row[0] for row in cursor.fetchall()] == sorted(keys)


@pytest.mark.django_db
def test_every_column_of_sort_keys_is_compared_byte_by_byte():
    """In a database with a Vietnamese or English locale the plain order would be another."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, collation_name FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND column_name = 'sort_key' ORDER BY 1"
        )
        found = dict(cursor.fetchall())
    assert {"accounts_user", "agencies_agency", "agencies_agencyname"} <= set(found)
    assert set(found.values()) == {"C"}


# --- Roman numerals -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "numeral"),
    [
        (1, "I"),
        (4, "IV"),
        (13, "XIII"),
        (14, "XIV"),
        (26, "XXVI"),
        (1944, "MCMXLIV"),
        (3999, "MMMCMXCIX"),
    ],
)
def test_roman(number, numeral):
    assert roman(number) == numeral
    assert from_roman(numeral) == number
    assert from_roman(f" {numeral.lower()} ") == number


def test_roman_is_reversible():
    assert [from_roman(roman(n)) for n in range(1, 4000)] == list(range(1, 4000))


@pytest.mark.parametrize("bad", ["", "IIII", "IC", "XIVI", "14", "VX", "MMMM", "Đ"])
def test_from_roman_refuses(bad):
    with pytest.raises(ValueError, match="not a Roman numeral"):
        from_roman(bad)


@pytest.mark.parametrize("bad", [0, -1, 4000])
def test_roman_refuses(bad):
    with pytest.raises(ValueError, match="no Roman numeral"):
        roman(bad)
