"""How official papers look, in values: one place to change when the rules change.

Sources: Hướng dẫn 36-HD/VPTW (Party), Nghị định 30/2020/NĐ-CP (state). Some values are not certain
(margins of Party papers, the mark of who signs); newer rules may change them.
"""

import re
from dataclasses import dataclass

PARTY, STATE = "party", "state"


@dataclass(frozen=True)
class Layout:
    """One family of papers. Lengths in mm, sizes in points.

    `number` is the line of the symbol while it has no number: the portal gives none. `motto` stands
    at the top right; `motto_rule` says which of its lines has the rule below. `star` stands below
    the issuer of Party papers, state ones have a short rule.
    """

    family: str
    top: int
    bottom: int
    left: int
    right: int
    motto: tuple
    number: str
    signs_for: str
    star: str = ""
    motto_sizes: tuple = (13,)
    motto_italic: tuple = ()
    font: str = "Times New Roman"
    size: int = 14
    table_size: int = 12
    small: int = 11
    line: float = 1.15
    indent: float = 12.7


LAYOUTS = {
    PARTY: Layout(
        family=PARTY,
        top=20,
        bottom=20,
        left=30,
        right=15,
        motto=("ĐẢNG CỘNG SẢN VIỆT NAM",),
        motto_sizes=(15,),
        number="Số        -{type}/{code}",
        signs_for="T/M",
        star="*",
    ),
    STATE: Layout(
        family=STATE,
        top=20,
        bottom=20,
        left=30,
        right=15,
        motto=("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"),
        motto_sizes=(13, 14),
        number="Số:        /{type}-{code}",
        signs_for="TM.",
    ),
}

#: What a draft says on every page. Nothing here imitates a seal or a signature.
DRAFT = "DỰ THẢO"
#: Ends the body of a paper.
END = "./."
#: Where a person still has to write something.
BLANK = "……"

_PLACE = re.compile(
    r"\b(?:tỉnh|thành phố|xã|phường|thị trấn|đặc khu)\s+(?P<name>\S.*)$", re.IGNORECASE
)


def layout_for(kind):
    """The Layout of an agency's papers, by its kind: Party units have their own."""
    return LAYOUTS[PARTY if kind == "party" else STATE]


def place_of(name):
    """The place in front of the date, from an agency's name: "Đảng bộ xã Hòa Bình" -> "Hòa Bình".

    BLANK where the name tells none.
    """
    found = _PLACE.search(name)
    return found["name"] if found and found["name"][0].isupper() else BLANK


def date_line(place, on):
    """ "Hòa Bình, ngày      tháng 02 năm 2020": the day is given when the paper is signed."""
    month = f"{on.month:02d}" if on.month < 3 else str(on.month)
    return f"{place}, ngày        tháng {month} năm {on.year}"
