"""Reading HTML: pasted from somewhere, or a web page that Word saved."""

import re

import lxml.html
from lxml import etree

from . import css
from .html_walk import HEADINGS, Page, Walk, too_deep
from .notes import Notes
from .pictures import Pictures

_NOTE_BODY = re.compile(r"(?:ftn|edn)\d+")


def read_markup(html, limits):
    """(items, pictures, notes, lines for the look at secrecy) of HTML."""
    notes = Notes()
    pictures = Pictures(limits, notes)
    # An XML declaration with an encoding makes lxml refuse text.
    html = re.sub(r"^\s*<\?xml[^>]*\?>", "", html.replace("\0", ""))
    if not html.strip():
        return [], {}, notes, []
    try:
        root = lxml.html.document_fromstring(html)
    except (etree.ParserError, ValueError):
        return [], {}, notes, []
    if any("depth" in error.message.lower() for error in root.getroottree().parser.error_log):
        raise too_deep()
    sheets = "\n".join(sheet.text or "" for sheet in root.iter("style"))
    page = Page(notes, pictures, css.rules(sheets))
    used = [level for tag, level in HEADINGS.items() if root.find(f".//{tag}") is not None]
    page.first = min(used, default=1)
    for element in list(root.iter("div")):
        if _NOTE_BODY.fullmatch(element.get("id") or ""):
            page.footnotes[element.get("id")] = element
            element.drop_tree()
    walk = Walk(page)
    walk.read(root)
    return walk.items, pictures.kept, notes, page.lines
