"""Numbers and headings of Vietnamese documents, told by how a line is written. Pure.

Most offices use no heading styles: "Phần thứ nhất", "CHƯƠNG I", "I- …", "1. …" are typed, and bold,
centred or in capitals. Levels follow from the forms that a document uses: the highest is level 1.
"""

import re
from dataclasses import dataclass

from portal.common.text import fold, from_roman

_UNITS = "nhất|hai|ba|tư|bốn|năm|sáu|bảy|bẩy|tám|chín"
_ORDINAL = rf"mười(?:\s+(?:một|{_UNITS}|lăm))?|một|{_UNITS}"
_COUNT = r"[IVXLC]+|\d{1,3}|[A-ZĐ]"
_KEYWORD = re.compile(
    rf"(?P<number>(?:(?P<part>phần)|(?P<chapter>chương))\s+(?:thứ\s+)?(?:{_ORDINAL}|{_COUNT})"
    rf"|(?P<section>mục)\s+(?:thứ\s+(?:{_ORDINAL})|{_COUNT})"
    rf"|(?P<appendix>phụ\s+lục)\s+(?:số\s+)?(?:{_COUNT})"
    r"|(?P<article>điều)\s+\d{1,3}[a-zđ]?)"
    r"(?!\w)(?P<mark>\s*[.:\-–—]+)?\s*(?P<rest>.*)",
    re.IGNORECASE | re.DOTALL,
)
# After the mark a space, or at once a word of two letters ("I.Bối cảnh", never "V.I. Lênin").
_THEN = r"(?:\s+(?P<rest>\S.*)|(?P<close>\w\w.*))"
_SMALL = r"(?:[a-zđ](?:\.?\d{1,2})*|[ivx]{2,5})"
#: form, its number, whether a capital must follow
_PATTERNS = [
    (form, re.compile(rf"(?P<number>{number}){_THEN}", re.DOTALL), upper)
    for form, number, upper in [
        ("roman", r"[IVXLC]+\s*(?:[.\-–—/:)]|\.\s*-)", False),
        ("letter", r"[A-ZĐ]\s*[.\-–—/)]", False),
        ("arabic", r"\d{1,3}(?:\.\d{1,3})*[.)/]", False),
        ("arabic", r"\d{1,2}\s*[-–:]", True),
        ("arabic", r"\d{1,2}(?:\.\d{1,3})+", True),
        ("small", rf"{_SMALL}\)", False),
        ("small", r"[a-zđ](?:\.\d{1,2})*[./-]", True),
        ("paren", r"\((?:\d{1,3}|[a-zđ]|[ivx]{1,5})\)", False),
        ("bullet", r"[-–—+•●○▪■◦·*➢❖✓✔]", False),
    ]
]
_INITIAL = re.compile(r"[^\W\d_]\.")
_RANKS = {"part": 0, "chapter": 1, "section": 2, "article": 3, "letter": 4, "roman": 5}
_TOP = {"bare", "appendix"}
_BARE = {
    "mo dau", "loi mo dau", "loi noi dau", "dat van de", "ket luan", "phu luc",
    "tai lieu tham khao",
}  # fmt: skip
#: Dots up to a page number: a line of a table of contents that somebody typed.
_LEADER = re.compile(r"(?:\.{4,}|…{2,}|_{4,})\s*\d{0,4}\s*$")
LONGEST, LONGEST_PLAIN = 250, 160


@dataclass(frozen=True)
class Label:
    """A number at the start of a line: its text, its form, what it says and what comes after."""

    text: str
    form: str
    rest: str
    keyword: bool = False
    marked: bool = True  # a sign or nothing follows the number


@dataclass(frozen=True)
class Look:
    """How a whole line is set; `rich` False where the text has no formatting to go by."""

    bold: bool = False
    slanted: bool = False  # italic or underlined
    centred: bool = False
    rich: bool = False


def label_of(line):
    """The Label a line begins with, or None; `Label.rest` may be empty behind a keyword."""
    line = line.strip()
    found = _KEYWORD.match(line)
    if found and (found["mark"] or not found["rest"] or found["rest"][0].isupper()):
        form = next(f for f in ("part", "chapter", "section", "appendix", "article") if found[f])
        number = " ".join(found["number"].split())
        return Label(
            number, form, found["rest"].strip(), True, bool(found["mark"]) or not found["rest"]
        )
    for form, pattern, upper in _PATTERNS:
        found = pattern.fullmatch(line)
        if not found:
            continue
        rest = (found["rest"] or found["close"]).strip()
        if (upper or found["close"]) and not rest.lstrip("“\"'")[:1].isupper():
            continue
        number = re.sub(r"\s+", "", found["number"])
        if form in {"roman", "letter"} and _INITIAL.match(rest):
            return None  # "V. I. Lênin"
        if form == "roman" and not _is_roman(number):
            continue
        if form == "arabic":
            form = f"arabic{len(re.findall(r'[0-9]+', number))}"
        return Label(number, form, rest)
    return None


def is_safe(label):
    """Whether the label of an ordinary paragraph may leave its text ("C. Mác" is a name)."""
    if label is None or not label.rest:
        return False
    if label.keyword:
        return label.form == "article" and label.marked
    return label.form != "letter" and label.text[:-1] not in {"C", "L"}


def is_heading(line, label, look):
    """Whether a line without a heading style is a heading all the same."""
    if not line or _LEADER.search(line):
        return False
    rest = label.rest if label else line
    capitals = is_capitals(rest)
    open_end = rest[-1:] in {";", ","}
    sentence = open_end or rest[-1:] in {".", ":"}
    if len(rest) > (LONGEST if look.rich else LONGEST_PLAIN) or open_end:
        return False
    if label is None:
        return fold(line).strip(" .:") in _BARE and (look.bold or look.centred or is_capitals(line))
    if label.keyword:
        if not rest:
            return True
        set_apart = look.bold or look.centred or capitals
        return set_apart or (label.marked and not sentence)
    if label.form in {"roman", "letter"}:
        if look.rich:
            return look.bold or look.centred or capitals
        return capitals or (not sentence and label.form == "roman")
    if label.form.startswith("arabic"):
        if not look.rich:
            return not sentence
        return look.bold or (look.slanted and label.form != "arabic1" and not sentence)
    return label.form in {"small", "paren"} and look.rich and look.bold and len(rest) <= 150


def rank(form):
    """Where a form stands among the others, the highest first."""
    if form in _RANKS:
        return _RANKS[form]
    if form.startswith("arabic"):
        return 5 + int(form.removeprefix("arabic"))
    return {"small": 50, "paren": 51, "bullet": 60}.get(form, -1)


def levels(forms):
    """{form: level from 1} of the forms of headings that occur in one document."""
    ranks = sorted({rank(form) for form in forms if form not in _TOP})
    found = {form: ranks.index(rank(form)) + 1 for form in forms if form not in _TOP}
    return found | dict.fromkeys(_TOP, 1)


def is_capitals(text):
    """Whether a line is written in capitals (numbers and signs aside)."""
    letters = [letter for letter in text if letter.isalpha()]
    return len(letters) >= 3 and not any(letter.islower() for letter in letters)


def settle_letters(labels):
    """The forms of the labels of headings in order, "C." and "D." told from Roman numbers.

    After "B." comes the letter C, not the number 100.
    """
    forms, last = [], ""
    for label in labels:
        form = label.form if label else "bare"
        if form == "roman" and len(label.text) == 2 and label.text[0] in "CDLMVX":
            before = chr(ord(label.text[0]) - 1)
            if last == before or (label.text[0] == "D" and last == "C"):
                form = "letter"
        if form == "letter":
            last = label.text[0]
        forms.append(form)
    return forms


def _is_roman(number):
    try:
        return from_roman(re.sub(r"[^IVXLC]", "", number)) <= 60 or len(number) > 2
    except ValueError:
        return False
