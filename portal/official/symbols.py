"""Symbols of official documents (số, ký hiệu), parsed. Pure: no database.

Sources: Hướng dẫn 36-HD/VPTW (Party: 135-KH/TU), Nghị định 30/2020/NĐ-CP (state: 107/KH-SNV,
công văn 375/UBND-NV, legal acts 42/2022/NĐ-CP). Writers put spaces and long dashes anywhere
("23 -KH/ĐUK"): tolerated, and the raw text is kept beside the parts.
"""

import re
from dataclasses import dataclass

from portal.common.text import one_line

PARTY, STATE, CONG_VAN, LEGAL, UNKNOWN = "party", "state", "cong_van", "legal", "unknown"


@dataclass(frozen=True)
class TypeRow:
    """One line of the table of types; the order decides which name an abbreviation means first."""

    abbreviation: str
    name: str
    families: tuple[str, ...] = (PARTY, STATE)


# DOMAIN section 3, with the legal acts. Party "QĐ" is both Quyết định and Quy định.
TYPES = (
    TypeRow("NQ", "Nghị quyết"),
    TypeRow("QĐ", "Quyết định"),
    TypeRow("QĐ", "Quy định", (PARTY,)),
    TypeRow("QyĐ", "Quy định", (STATE,)),
    TypeRow("CT", "Chỉ thị"),
    TypeRow("QC", "Quy chế"),
    TypeRow("KL", "Kết luận", (PARTY,)),
    TypeRow("TB", "Thông báo"),
    TypeRow("HD", "Hướng dẫn"),
    TypeRow("CTr", "Chương trình"),
    TypeRow("KH", "Kế hoạch"),
    TypeRow("PA", "Phương án"),
    TypeRow("ĐA", "Đề án"),
    TypeRow("BC", "Báo cáo"),
    TypeRow("BB", "Biên bản"),
    TypeRow("TTr", "Tờ trình"),
    TypeRow("GM", "Giấy mời"),
    TypeRow("CV", "Công văn"),
    TypeRow("L", "Luật", (STATE,)),
    TypeRow("PL", "Pháp lệnh", (STATE,)),
    TypeRow("NĐ", "Nghị định", (STATE,)),
    TypeRow("TT", "Thông tư", (STATE,)),
    TypeRow("TTLT", "Thông tư liên tịch", (STATE,)),
)
_SPELLING = {row.abbreviation.casefold(): row.abbreviation for row in TYPES}
_STATE_TYPES = {r.abbreviation.casefold() for r in TYPES if STATE in r.families} - {"l"}


@dataclass(frozen=True)
class Symbol:
    """The parts of a symbol; what is not there is '' or None.

    kind: party, state, cong_van, legal or unknown. `unit` is the drafting unit behind the issuer
    (375/UBND-NV: issuer UBND, unit NV). `canonical` is the tidy spelling, equal for all spellings
    of one symbol; of an unknown one it is the raw text in one line.
    """

    kind: str
    raw: str
    canonical: str
    number: int | None = None
    number_suffix: str = ""
    type: str = ""
    issuer: str = ""
    unit: str = ""
    year: int | None = None

    @property
    def family(self) -> str:
        """`party` or `state`, '' when the symbol says neither."""
        return {PARTY: PARTY, UNKNOWN: ""}.get(self.kind, STATE)


_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−", "-") | {"Ð": "Đ", "ð": "đ", "∕": "/", "⁄": "/"})
_LABEL = re.compile(r"^số\s*(?:,\s*ký hiệu)?\s*[:.]?\s*(?=[-/\d])", re.I)
_AROUND = re.compile(r"\s*([-/])\s*")
_WORD = r"[^\W\d_][\w.&+]*"
_NUMBER = r"(?P<number>\d{1,6})(?P<suffix>[^\W\d_]{0,3}?)"

_PARTY = re.compile(rf"(?:{_NUMBER})?-(?P<type>{_WORD})/(?P<issuer>{_WORD}(?:[ -]{_WORD})*)")
_LEGAL = re.compile(
    rf"{_NUMBER}/(?P<year>\d{{4}})/(?:(?P<type>{_WORD})-)?(?P<issuer>{_WORD}(?:-{_WORD})*)"
)
_STATE = re.compile(rf"(?:{_NUMBER})?/(?P<first>{_WORD})(?:-(?P<rest>{_WORD}(?:[ -]{_WORD})*))?")


def _tidy(part: str) -> str:
    """One spelling for an issuer: words typed all in small letters are raised, TTg stays."""
    return part.upper() if part.islower() else part


def _type(part: str | None) -> str:
    return _SPELLING.get((part or "").casefold(), _tidy(part or ""))


def parse_symbol(raw: str) -> Symbol:
    """The parts of `raw`; never fails, what cannot be read is of the kind unknown."""
    line = one_line(raw)
    text = _AROUND.sub(r"\1", _LABEL.sub("", line.translate(_DASHES))).strip(" .,;")
    for pattern, make in ((_PARTY, _party), (_LEGAL, _legal), (_STATE, _state)):
        match = pattern.fullmatch(text)
        if match:
            return make(raw, match)
    return Symbol(kind=UNKNOWN, raw=raw, canonical=line)


def _number(match) -> tuple[int | None, str, str]:
    """(number, suffix, as printed: numbers below ten take a leading nought)."""
    if match["number"] is None:
        return None, "", ""
    number, suffix = int(match["number"]), (match["suffix"] or "").lower()
    return number, suffix, f"{number:02d}{suffix}"


def _party(raw, match) -> Symbol:
    number, suffix, shown = _number(match)
    type_, issuer = _type(match["type"]), _tidy(match["issuer"])
    return Symbol(PARTY, raw, f"{shown}-{type_}/{issuer}", number, suffix, type_, issuer)


def _legal(raw, match) -> Symbol:
    number, suffix, shown = _number(match)
    issuer, year = _tidy(match["issuer"]), int(match["year"])
    # 91/2025/QH15 names the legislature and no type: a law, until the register says otherwise.
    type_ = _type(match["type"])
    tail = f"{type_}-{issuer}" if type_ else issuer
    return Symbol(LEGAL, raw, f"{shown}/{year}/{tail}", number, suffix, type_, issuer, year=year)


def _state(raw, match) -> Symbol:
    number, suffix, shown = _number(match)
    first, rest = match["first"], match["rest"] or ""
    if first.casefold() in _STATE_TYPES and rest:
        type_, issuer = _type(first), _tidy(rest)
        return Symbol(STATE, raw, f"{shown}/{type_}-{issuer}", number, suffix, type_, issuer)
    issuer, unit = _tidy(first), _tidy(rest)
    tail = f"{issuer}-{unit}" if unit else issuer
    return Symbol(CONG_VAN, raw, f"{shown}/{tail}", number, suffix, "CV", issuer, unit)
