"""Vietnamese text: cleaning of input, folding for search, slugs, sort keys, Roman numerals.

Nothing here touches the database; `portal.common.sqltext` holds the SQL twin of `fold`.
"""

import re
import unicodedata
from functools import lru_cache

# --- Cleaning -----------------------------------------------------------------------------

_SPACES = [0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000]
_DROPPED = [
    *(c for c in range(0x20) if chr(c) not in "\n\t"),
    *range(0x7F, 0xA0),  # DEL and the C1 controls
    0xAD,  # soft hyphen
    0x034F,  # combining grapheme joiner
    0x061C,
    0x180E,
    *range(0x200B, 0x2010),  # zero-width space, joiners, direction marks
    *range(0x202A, 0x202F),  # direction embeddings and overrides
    *range(0x2060, 0x2070),  # word joiner, invisible operators, isolates
    0xFEFF,
    *range(0xFFF9, 0xFFFC),
    *range(0xD800, 0xE000),  # lone surrogates cannot be stored
]
_CLEAN = {
    **dict.fromkeys(_DROPPED),
    **dict.fromkeys(_SPACES, " "),
    0x85: "\n",
    0x2028: "\n",
    0x2029: "\n",
}
_NEWLINES = re.compile(r"\r\n?")


def clean(text: str, *, strip: bool = True) -> str:
    """Text as it may be stored: NFC, plain spaces, no invisible characters, `\\n` line ends.

    Idempotent. With strip=False white space at both ends stays (inside passages of a document).
    """
    text = _NEWLINES.sub("\n", text).translate(_CLEAN)
    # NFC after the translation: an invisible character may have stood between letter and mark.
    text = unicodedata.normalize("NFC", text)
    return text.strip() if strip else text


def one_line(text: str) -> str:
    """`clean`, and every run of white space one space: for titles, names, symbols."""
    return " ".join(clean(text).split())


# --- Folding ------------------------------------------------------------------------------

# The two classes are shared with the SQL function, which spells them in the same escapes.
FOLD_DROP = (
    r"\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
    r"\u00ad\u200b-\u200f\u2060\ufeff"
)
FOLD_SPACE = r"\u0009-\u000d\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_FOLD_DROP = re.compile(f"[{FOLD_DROP}]+")
_FOLD_SPACE = re.compile(f"[{FOLD_SPACE}]+")


def fold(text: str) -> str:
    """Text as it is searched: no marks, đ as d, lower case, single spaces.

    'Đại hội', 'ĐẠI  HỘI' and 'dai hoi' fold alike, and so do hòa/hoà and ủy/uỷ, in NFC and NFD.
    Equal to the SQL function `portal_fold` for every character known to Python's Unicode tables.
    """
    text = _FOLD_DROP.sub("", unicodedata.normalize("NFD", text))
    # Letter by letter: str.lower() on a whole word turns a final sigma into another letter.
    if not text.isascii():
        text = "".join(map(str.lower, text)).replace("đ", "d")
    else:
        text = text.lower()
    return _FOLD_SPACE.sub(" ", text).strip(" ")


_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slugify_vi(text: str, max_length: int | None = None) -> str:
    """'Đại hội 135-KH/TU' -> 'dai-hoi-135-kh-tu'. Cut at a word where max_length bites."""
    slug = _NOT_SLUG.sub("-", fold(text)).strip("-")
    if max_length is None or len(slug) <= max_length:
        return slug
    cut = slug[: max_length + 1]
    return (cut.rsplit("-", 1)[0] if "-" in cut else cut[:max_length]).strip("-")


def first_free(base: str, taken) -> str:
    """`base`, or the first of `base-2`, `base-3`, … for which `taken(name)` does not hold."""
    free, n = base, 1
    while taken(free):
        n += 1
        free = f"{base}-{n}"
    return free


# --- Sorting ------------------------------------------------------------------------------

_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_WEIGHT = {letter: chr(0x41 + i) for i, letter in enumerate(_ALPHABET)}
_SHAPE = {"\u0302", "\u0306", "\u031b"}  # circumflex, breve, horn: they make another letter
_TONE = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_SORT_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*")


def _number_weight(digits: str) -> str:
    # The count of digits first: 2 before 10. All these stand below the letters.
    digits = "".join(str(unicodedata.decimal(d)) for d in digits).lstrip("0") or "0"
    return chr(0x30 + min(len(digits), 15)) + digits


def _word_weight(word: str) -> tuple[str, str, str]:
    """(letters, tones, capitals) of one word in NFD."""
    primary, tones, case = [], "", ""
    i = 0
    while i < len(word):
        base, i = word[i], i + 1
        shape = ""
        while i < len(word) and unicodedata.combining(word[i]):
            mark, i = word[i], i + 1
            if mark in _SHAPE and unicodedata.normalize("NFC", base.lower() + mark) in _WEIGHT:
                shape = mark
            else:
                tones += _TONE.get(mark, "6")
        letter = unicodedata.normalize("NFC", base.lower() + shape)
        primary.append(_WEIGHT.get(letter, letter))
        case += "1" if base.isupper() else "0"
    return "".join(primary), tones or "0", case


@lru_cache(maxsize=4096)
def sort_key(text: str) -> str:
    """A text whose plain byte order is the Vietnamese order; store it in a `SortKeyField`.

    Letters a ă â b c d đ e ê … first; where they are equal the tones ngang huyền hỏi ngã sắc
    nặng, syllable by syllable (so hòa and hoà are one); then small before capital. Numbers count
    as numbers: 'Tổ 2' before 'Tổ 10'. Punctuation only parts words.
    """
    letters, tones, cases = [], "", ""
    for token in _SORT_TOKEN.findall(unicodedata.normalize("NFD", clean(text))):
        if token[0].isdecimal():
            letters.append(_number_weight(token))
            tones += "0"
        else:
            primary, tone, case = _word_weight(token)
            letters.append(primary)
            tones += tone
            cases += case
    # ' ' parts fields (see person_sort_key) < '!' parts levels < '"' parts words < digits.
    return "!".join(['"'.join(letters), tones.rstrip("0"), cases.rstrip("0")]).rstrip("!")


def person_sort_key(full_name: str) -> str:
    """Sort key of a person: given (last) word first, then family and middle names."""
    *rest, given = one_line(full_name).split(" ")
    return f"{sort_key(given)} {sort_key(' '.join(rest))}".rstrip(" ")


# --- Roman numerals -----------------------------------------------------------------------

_ROMAN = [
    (1000, "M"),
    (900, "CM"),
    (500, "D"),
    (400, "CD"),
    (100, "C"),
    (90, "XC"),
    (50, "L"),
    (40, "XL"),
    (10, "X"),
    (9, "IX"),
    (5, "V"),
    (4, "IV"),
    (1, "I"),
]


def roman(number: int) -> str:
    """16 -> 'XVI'. Defined for 1-3999, ValueError outside."""
    if not 1 <= number <= 3999:
        raise ValueError(f"no Roman numeral for {number}")
    out = ""
    for value, sign in _ROMAN:
        count, number = divmod(number, value)
        out += sign * count
    return out


def from_roman(numeral: str) -> int:
    """'XVI' or 'xvi' -> 16; ValueError for anything not in the standard spelling."""
    text = numeral.strip().upper()
    total, rest = 0, text
    for value, sign in _ROMAN:
        while rest.startswith(sign):
            total += value
            rest = rest[len(sign) :]
    if rest or not total or total > 3999 or roman(total) != text:
        raise ValueError(f"not a Roman numeral: {numeral!r}")
    return total
