"""Secrecy markings: a text that carries one is refused before anything of it is stored.

Source: DOMAIN section 2, "Mật, Tối mật, Tuyệt mật never enter such a portal". The words occur in
ordinary sentences too ("bí mật", "bảo mật", "mật độ"), so only the forms of a marking count.
"""

import re

from portal.common.text import clean

_LEVEL = r"(?:TUYỆT\s+MẬT|TỐI\s+MẬT|MẬT)"
# a line of its own, also letter-spaced ("M Ậ T") or framed ("[ MẬT ]", "-- TỐI MẬT --")
_ALONE = re.compile(r"^[\W_]*(TUYỆTMẬT|TỐIMẬT|MẬT)[\W_]*$")
_LABELLED = re.compile(
    rf"\b(?:độ|mức\s+độ|dấu\s+độ|dấu\s+chỉ\s+độ)\s+mật\s*[:\-–]?\s*[“\"'(\[]*\s*({_LEVEL})\b",
    re.IGNORECASE,
)
_CAPITALS = re.compile(r"(?<!\w)(TUYỆT\s+MẬT|TỐI\s+MẬT)(?!\w)")


def find_marking(text):
    """The secrecy marking that `text` carries ("Mật", "Tối mật", "Tuyệt mật"), or None.

    Args:
        text: plain text, a paragraph to a line.
    """
    for line in clean(text).splitlines():
        found = _ALONE.match(re.sub(r"\s+", "", line).upper())
        if found:
            return _LABEL[found[1]]
        for pattern in (_LABELLED, _CAPITALS):
            found = pattern.search(line)
            if found:
                return _LABEL[re.sub(r"\s+", "", found[1]).upper()]
    return None


_LABEL = {"MẬT": "Mật", "TỐIMẬT": "Tối mật", "TUYỆTMẬT": "Tuyệt mật"}
