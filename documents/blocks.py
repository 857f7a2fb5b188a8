"""Cutting the text of an edition into blocks, and writing blocks as text again. Pure.

The working text is sanitised HTML. What plain HTML cannot say is said by classes that the sanitiser
and the editor let through: `<strong class="number">` at the start of a block is its number label,
`h4.level-4` … `h4.level-10` are the deeper headings, `p.indent-1` … `p.indent-9` stand further in,
`p.footnote` is a footnote, `text-center` and `text-right` align.
"""

import hashlib
import re
from dataclasses import dataclass
from html import escape

import lxml.html
from lxml import etree

from portal.common.text import clean

_HEADING_TAGS = {"h1": 1, "h2": 1, "h3": 2, "h4": 3, "h5": 4, "h6": 5}
_NUMBER = re.compile(
    r"^(?P<number>"
    r"Phần\s+(?:thứ\s+)?\w+|PHẦN\s+(?:THỨ\s+)?\w+"
    r"|Chương\s+[IVXLC\d]+|CHƯƠNG\s+[IVXLC\d]+"
    r"|Mục\s+[IVXLC\d]+|MỤC\s+[IVXLC\d]+|Điều\s+\d+"
    r"|[IVXLC]+(?=\s*[.\-–])|\d+(?:\.\d+)*(?=\s*[.)])|[a-zđ](?=\s*\))"
    r")\s*[.):\-–]?\s+"
)
_BULLET = "–"
_TAG = re.compile(r"<[a-z][^<>]*>")
_ATTRIBUTE = re.compile(r"""([\w-]+)=("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class BlockDraft:
    """One block before it is stored; see `documents.models.Block` for the fields."""

    kind: str
    level: int
    number: str
    html: str
    plain: str
    align: str = ""
    indent: int = 0


MAX_LEVEL, MAX_INDENT = 10, 9
#: More than any draft has; a longer text is several documents.
MAX_BLOCKS = 5000


def cut(html):
    """The blocks of a sanitised HTML text, in reading order.

    Headings h2-h4 become levels 1-3; their leading number ("I.", "2.1.", "Phần thứ nhất") becomes
    the number label and leaves the text; a number marked as such is taken as it is, in paragraphs
    too. Every paragraph and every list item is a block of its own, tables and figures stay whole.
    Empty blocks are dropped. `cut(to_html(cut(html))) == cut(html)`.
    """
    if not html.strip():
        return []
    root = lxml.html.fragment_fromstring(html, create_parent="div")
    return list(_walk(root))


def digest(blocks):
    """SHA-256 (hex) over kind, level, number and plain text of all blocks, in order."""
    total = hashlib.sha256()
    for block in blocks:
        line = "\x1f".join([block.kind, str(block.level), block.number, block.plain])
        total.update(line.encode() + b"\x1e")
    return total.hexdigest()


def _walk(element):
    yield from _text_block(element.text)
    for child in element:
        tag = child.tag if isinstance(child.tag, str) else ""
        if tag in _HEADING_TAGS:
            yield from _heading(child, _HEADING_TAGS[tag])
        elif tag in {"ul", "ol"}:
            yield from _list(child)
        elif tag == "table":
            yield from _whole(child, "table")
        elif tag == "figure":
            yield from _whole(child, "figure")
        elif tag in {"div", "section", "blockquote"} and len(child):
            yield from _walk(child)
        elif tag in {"p", "div", "section", "blockquote", "pre"}:
            yield from _paragraph(child)
        elif tag:
            yield from _paragraph(child, whole=True)
        yield from _text_block(child.tail)


def _text_block(text):
    text = clean(text or "")
    if text:
        yield BlockDraft("paragraph", 0, "", escape(text, quote=False), text)


def _heading(element, level):
    plain = _plain(element)
    if not plain:
        return
    level = _numbered(element, "level", MAX_LEVEL) or level
    number = _take_number(element)
    rest = _plain(element)
    if not number:
        number, rest = split_number(plain)
    elif not rest:
        number, rest = "", plain
    yield BlockDraft("heading", level, number, escape(rest, quote=False), rest, _align(element))


def _paragraph(element, number="", whole=False, indent=0):
    kind = "footnote" if "footnote" in _classes(element) else "paragraph"
    number = _take_number(element) or number
    plain = _plain(element)
    inner = _outer(element) if whole else _inner(element)
    align = "" if whole else _align(element)
    indent = indent or _numbered(element, "indent", MAX_INDENT)
    if not plain:
        if number:
            yield BlockDraft(kind, 0, "", escape(number, quote=False), number, align, indent)
        elif element.xpath(".//img"):
            yield BlockDraft("figure", 0, "", inner, "")
        return
    yield BlockDraft(kind, 0, number, inner, plain, align, indent)


def _list(element, depth=0):
    ordered = element.tag == "ol"
    start = int(element.get("start") or 1) if ordered else 0
    for offset, item in enumerate(element.iterchildren("li")):
        nested = [c for c in item if c.tag in {"ul", "ol"}]
        for sub in nested:
            item.remove(sub)
        number = f"{start + offset}." if ordered else _BULLET
        yield from _paragraph(item, number=number, indent=min(depth, MAX_INDENT))
        for sub in nested:
            yield from _list(sub, depth + 1)


def _whole(element, kind):
    plain = _plain(element)
    yield BlockDraft(kind, 0, "", _outer(element), plain)


def _classes(element):
    return (element.get("class") or "").split()


def _align(element):
    for name in _classes(element):
        if name in {"text-center", "text-right"}:
            return name.removeprefix("text-")
    return ""


def _numbered(element, stem, most):
    """The number in a class like "level-4"; 0 where there is none."""
    for name in _classes(element):
        head, _dash, digits = name.partition("-")
        if head == stem and digits.isdigit():
            return min(int(digits), most)
    return 0


def _take_number(element):
    """The label marked as a number at the start of a block, taken out of it; "" without one."""
    first = next(iter(element), None)
    if first is None or (element.text or "").strip():
        return ""
    if first.tag != "strong" or "number" not in _classes(first):
        return ""
    label, tail = _plain(first), first.tail or ""
    element.remove(first)
    element.text = tail.lstrip()
    return label


def to_html(blocks):
    """The working text of blocks, given as BlockDrafts or stored Blocks: the way back of `cut`."""
    return "\n".join(_written(block) for block in blocks)


def _written(block):
    if block.kind in {"table", "figure"}:
        return block.html if block.html.startswith("<") else f"<p>{block.html}</p>"
    tag, classes = "p", []
    if block.kind == "heading":
        tag = f"h{min(block.level, 3) + 1}"
        if block.level > 3:
            classes.append(f"level-{block.level}")
    elif block.kind == "footnote":
        classes.append("footnote")
    if block.indent:
        classes.append(f"indent-{block.indent}")
    if block.align:
        classes.append(f"text-{block.align}")
    attribute = f' class="{" ".join(classes)}"' if classes else ""
    number = escape(block.number, quote=False)
    label = f'<strong class="number">{number}</strong> ' if number else ""
    return f"<{tag}{attribute}>{label}{block.html}</{tag}>"


def split_number(text):
    """("I", "Bối cảnh") from "I. Bối cảnh"; ("", text) where there is no number."""
    found = _NUMBER.match(text + " ")
    if not found:
        return "", text
    rest = text[found.end() :].strip()
    number = re.sub(r"\s+", " ", found["number"]).strip()
    if re.fullmatch(r"[IVXLC]+|\d+(?:\.\d+)*", number):
        number += "."
    elif re.fullmatch(r"[a-zđ]", number):
        number += ")"
    return (number, rest) if rest else ("", text)


def _plain(element):
    return re.sub(r"\s+", " ", clean(" ".join(_texts(element)))).strip()


def _texts(element):
    """Text runs; a space only where a block or cell ends, so that words never run together.

    The number of a footnote is no part of the word it stands at.
    """
    run = []
    for event, node in etree.iterwalk(element, events=("start", "end")):
        if event == "start":
            said = isinstance(node.tag, str) and not _is_note(node)
            run.append(node.text or "" if said else "")
        else:
            if node.tag in {"td", "th", "tr", "p", "li", "br", "div", "figcaption", "caption"}:
                run.append(" ")
            if node is not element:
                run.append(node.tail or "")
    return ["".join(run)]


def _is_note(element):
    return element.tag == "sup" and "note" in _classes(element)


def _inner(element):
    head = escape(element.text or "", quote=False)
    return (head + "".join(_html(child) for child in element)).strip()


def _outer(element):
    tail, element.tail = element.tail, None
    try:
        return _html(element).strip()
    finally:
        element.tail = tail


def _html(element):
    html = lxml.html.tostring(element, encoding="unicode")
    # lxml quotes a value that holds a double quote by single ones; nobody else here does.
    return _TAG.sub(_double_quoted, html) if "='" in html else html


def _double_quoted(tag):
    return _ATTRIBUTE.sub(lambda m: f'{m[1]}="{m[2][1:-1].replace(chr(34), "&quot;")}"', tag[0])
