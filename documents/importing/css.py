"""What little of CSS matters in HTML of Word and of clipboards."""

import re
from functools import lru_cache

# Bounded, so that no style takes long to read.
_PROPERTY = re.compile(r"([\w-]{1,60})\s*:\s*((?:\"[^\"]*\"|'[^']*'|[^;\"'])*)")
_FAMILY = re.compile(r"[\"']?([^\"',]+)")
_LONGEST_FONT = 200
_SIZED = re.compile(r"[\d.]+(?:pt|px|em|%)\S*\s+(.+)")


@lru_cache(maxsize=2048)
def properties(style):
    """{property: value} of a style attribute, in lower case but for fonts."""
    found = {}
    for name, value in _PROPERTY.findall(style):
        name, value = name.lower(), value.strip()
        if name in {"font-family", "mso-ascii-font-family", "mso-hansi-font-family"}:
            found["font"] = _family(value)
        elif name == "font":
            sized = _SIZED.search(value[:_LONGEST_FONT])
            if sized:
                found["font"] = _family(sized[1])
            if "bold" in value.lower():
                found["font-weight"] = "bold"
            if "italic" in value.lower():
                found["font-style"] = "italic"
        else:
            found[name] = value.lower()
    return found


def _family(value):
    found = _FAMILY.match(value)
    return found[1].strip() if found else ""


def _without_comments(sheets):
    """What a comment that never ends would hide goes as well, as in browsers."""
    text = sheets.replace("<!--", "").replace("-->", "")
    before, *pieces = text.split("/*")
    ends = (piece.partition("*/") for piece in pieces)
    return before + "".join(rest for _comment, end, rest in ends if end)


def rules(sheets):
    """{"p.msonormal" or ".x" or "p": properties} of the style sheets of a page."""
    found = {}
    *closed, _rest = _without_comments(sheets).split("}")
    for piece in closed:
        head, _brace, body = piece.rpartition("{")
        selectors = head.rpartition("{")[2]  # within @media as well
        if selectors.strip().startswith("@"):
            continue
        for selector in selectors.split(","):
            found.setdefault(selector.strip().lower(), {}).update(properties(body))
    return found


def marks(given):
    """(marks to add, marks to take away) that properties set."""
    add, drop = set(), set()
    weight = given.get("font-weight", "")
    if weight in {"bold", "bolder"} or (weight.isdigit() and int(weight) >= 600):
        add.add("strong")
    elif weight:
        drop.add("strong")
    slant = given.get("font-style", "")
    if slant in {"italic", "oblique"}:
        add.add("em")
    elif slant:
        drop.add("em")
    line = given.get("text-decoration", "") + given.get("text-decoration-line", "")
    if "underline" in line:
        add.add("u")
    if "line-through" in line:
        add.add("s")
    raised = {"super": "sup", "sub": "sub"}.get(given.get("vertical-align", ""))
    if raised:
        add.add(raised)
    return add, drop
