"""The walk over a page of HTML: its paragraphs and tables in order."""

import base64
import binascii
import datetime as dt
import re
from dataclasses import dataclass, field, replace

from django.conf import settings
from django.utils.translation import gettext as _

from portal.common.errors import Refused
from portal.common.text import clean

from . import css, formats, symbols
from .items import Change, Extras, Para, Piece, finished, html_of, plain_of
from .notes import Notes
from .pictures import Pictures
from .tables import MOST_COLUMNS, MOST_ROWS, Cell, Row, items_of
from .xml import whole

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS = {
    "p", "div", "section", "article", "main", "header", "footer", "aside", "blockquote", "center",
    "address", "pre", "dl", "dt", "dd", "figure", "figcaption", "caption", "body", "html", "form",
    "fieldset", "ul", "ol", "li", "nav", "hr", "details", "summary",
}  # fmt: skip
_GONE = {
    "script", "style", "template", "noscript", "iframe", "object", "embed", "applet", "svg", "math",
    "select", "textarea", "title", "head", "audio", "video", "input", "button", "meta", "link",
}  # fmt: skip
_MARKS = {
    "b": "strong", "strong": "strong", "i": "em", "em": "em", "u": "u", "s": "s", "strike": "s",
    "sub": "sub", "sup": "sup",
}  # fmt: skip
_LISTS = {
    "a": "lowerLetter", "i": "lowerRoman", "lower-alpha": "lowerLetter",
    "lower-roman": "lowerRoman",
    "upper-alpha": "upperLetter", "upper-roman": "upperRoman", "lower-latin": "lowerLetter",
    "upper-latin": "upperLetter",
    "A": "upperLetter", "I": "upperRoman",
}  # fmt: skip
_LINK = re.compile(r"(?:https?://|mailto:|tel:).{0,2000}", re.IGNORECASE)
_NOTE_LINK = re.compile(r"#_?((?:ftn|edn)\d+)$")
_DATA = re.compile(r"data:image/[\w.+-]+;base64,", re.IGNORECASE)
_MSO_LEVEL = re.compile(r"level(\d)")
_CONTENTS = re.compile(r"mso?toc(?:heading|\d)", re.IGNORECASE)
_DEEPEST = 200


def too_deep():
    return Refused(
        _("Trang HTML lồng quá nhiều lớp nên không đọc hết được. Chưa có gì được lưu."),
        code="broken",
    )


@dataclass(frozen=True)
class Look:
    """What the elements around a text give it."""

    marks: frozenset = frozenset()
    href: str = ""
    font: str = ""
    align: str = ""
    level: int = 0
    lists: int = 0
    upper: bool = False
    kept: bool = False  # line ends stay, as in <pre>
    caption: bool = False
    footnote: bool = False
    change: tuple = ()


@dataclass
class Page:
    """What all the walks over one page share."""

    notes: Notes
    pictures: Pictures
    rules: dict
    footnotes: dict = field(default_factory=dict)
    labels: dict = field(default_factory=dict)
    lines: list = field(default_factory=list)
    first: int = 1  # the level of the highest heading element
    tables: int = 0


class Walk:
    """Walks over elements and gathers paragraphs and tables."""

    def __init__(self, page):
        self.page = page
        self.items, self.pieces, self.extras = [], [], Extras()
        self.label, self.place, self.own = "", 0, None
        self.list_look = Look()

    def read(self, element):
        self._element(element, Look(), 0)
        self._flush(Look())

    # --- elements -------------------------------------------------------------------------------

    def _element(self, element, look, depth):
        if not isinstance(element.tag, str) or element.tag in _GONE:
            return
        if depth > _DEEPEST:
            raise too_deep()
        tag = element.tag
        given = self._given(element)
        if self._is_hidden(given):
            if element.text_content().strip() and "mso-list" not in given:
                self.page.notes.add(_("%d đoạn chữ ẩn trong tệp không được nhập."))
                self.page.lines.append(element.text_content())
            return
        special = getattr(self, f"_on_{tag}", None)
        if special is not None and special(element, look, given, depth):
            return
        if self._word_special(element, look, given):
            return
        inner = self._look(element, look, given)
        if tag in HEADINGS or tag in _BLOCKS or given.get("display") == "block":
            self._flush(look)
            self._begin(element, given)
            self._children(element, inner, depth)
            self._flush(inner)
        else:
            self._children(element, inner, depth)

    def _children(self, element, look, depth):
        self._text(element.text, look)
        for child in element:
            self._element(child, look, depth + 1)
            self._text(child.tail, look)

    def _given(self, element):
        found = dict(self.page.rules.get(element.tag, {}))
        for name in (element.get("class") or "").lower().split():
            found |= self.page.rules.get(f".{name}", {})
            found |= self.page.rules.get(f"{element.tag}.{name}", {})
        return found | css.properties(element.get("style") or "")

    @staticmethod
    def _is_hidden(given):
        hidden = given.get("display") == "none" or given.get("visibility") == "hidden"
        return hidden or given.get("mso-hide") == "all"

    def _look(self, element, look, given):
        """The Look inside an element."""
        tag, classes = element.tag, (element.get("class") or "").split()
        add, drop = css.marks(given)
        own = {_MARKS[tag]} if tag in _MARKS else set()
        align = given.get("text-align") or (element.get("align") or "").lower()
        align = next((c[5:] for c in classes if c in {"text-center", "text-right"}), align)
        align = "center" if tag == "center" else align
        level = look.level
        if tag in HEADINGS:
            level = HEADINGS[tag] - self.page.first + 1
            level = next((whole(c[6:], level) for c in classes if c.startswith("level-")), level)
        return replace(
            look,
            marks=((look.marks | own) - drop) | add,
            font=given.get("font") or element.get("face") or look.font,
            align=(align if align in {"center", "right"} else "") if align else look.align,
            level=level,
            upper=look.upper or given.get("text-transform") == "uppercase",
            kept=look.kept or tag == "pre" or given.get("white-space", "").startswith("pre"),
            caption=look.caption or tag == "figcaption" or "msocaption" in map(str.lower, classes),
            footnote=look.footnote or (tag == "p" and "footnote" in classes),
        )

    def _begin(self, element, given):
        """A paragraph begins: what its element says of lists."""
        listed = _MSO_LEVEL.search(given.get("mso-list", ""))
        for name in (element.get("class") or "").split():
            if name.startswith("indent-"):
                self.place = whole(name[7:], 0)
        if listed:
            self.place = int(listed[1]) - 1

    # --- elements of their own ------------------------------------------------------------------

    def _on_br(self, element, look, given, depth):
        if self.pieces and self.pieces[-1].kind == "break":
            self._flush(look)  # an empty line parts paragraphs
        else:
            self.pieces.append(Piece("", kind="break"))
        return True

    def _on_a(self, element, look, given, depth):
        href = (element.get("href") or "").strip()
        if _NOTE_LINK.search(href):
            self._note(element, _NOTE_LINK.search(href)[1], look)
            return True
        if re.search(r"#_?(?:ftn|edn)ref\d+$", href):
            return True  # the way back from a footnote
        if "msocomanchor" in (element.get("class") or "").lower():
            return True
        if _LINK.fullmatch(href):
            inner = self._look(element, look, given)
            self._children(element, replace(inner, href=href, marks=inner.marks - {"u"}), depth)
            return True
        return False

    def _on_sup(self, element, look, given, depth):
        if "note" not in (element.get("class") or "").split():
            return False
        self.pieces.append(Piece(clean(element.text_content()), kind="note"))
        return True

    def _on_strong(self, element, look, given, depth):
        if "number" not in (element.get("class") or "").split() or self._has_words():
            return False
        self.label = " ".join(clean(element.text_content()).split())
        return True

    def _on_img(self, element, look, given, depth):
        source, alt = (
            element.get("src") or "",
            " ".join(clean(element.get("alt") or "").split())[:300],
        )
        ref = None
        if source.startswith(f"{settings.MEDIA_URL}anh/"):
            ref = source
        elif _DATA.match(source):
            ref = self._embedded(source, alt)
        elif source:
            self.page.notes.add(_("%d ảnh không nằm trong tệp nên không được nhập; hãy chèn lại."))
        if ref:
            self.pieces.append(Piece(ref, kind="picture", alt=alt))
        return True

    def _embedded(self, source, alt):
        try:
            data = base64.b64decode(source[source.index(",") + 1 :], validate=False)
        except (binascii.Error, ValueError):
            data = b""
        return self.page.pictures.add(data, _("ảnh dán"), alt)

    def _on_del(self, element, look, given, depth):
        words = " ".join(clean(element.text_content()).split())
        if words:
            self.extras.changes.append(Change("delete", *_by(element), words))
            self.page.lines.append(words)
        return True

    def _on_ins(self, element, look, given, depth):
        words = " ".join(clean(element.text_content()).split())
        if words:
            self.extras.changes.append(Change("insert", *_by(element), words))
        self._children(element, self._look(element, look, given), depth)
        return True

    def _on_ul(self, element, look, given, depth):
        return self._list(element, look, given, depth, ordered=False)

    def _on_ol(self, element, look, given, depth):
        return self._list(element, look, given, depth, ordered=True)

    def _list(self, element, look, given, depth, *, ordered):
        self._flush(look)
        inner = self._look(element, look, given)
        form = _LISTS.get(element.get("type") or given.get("list-style-type", ""), "decimal")
        number = whole(element.get("start"), 1)
        for child in element:
            if child.tag == "li":
                number = whole(child.get("value"), number)
                self.label = f"{formats.written(min(number, 99_999), form)}." if ordered else "–"
                self.place = look.lists
                number += 1
            self._element(child, replace(inner, lists=look.lists + 1), depth + 1)
            self._flush(inner)
            self.label, self.place = "", 0
        return True

    def _on_table(self, element, look, given, depth):
        self._flush(look)
        extras, rows = Extras(), []
        self.page.tables += 1
        inner = replace(look, align="", level=0)
        for line in element.iter("tr"):
            if next(line.iterancestors("table"), None) is not element:
                continue
            cells = [self._cell(c, inner, depth) for c in line if c.tag in {"td", "th"}]
            head = bool(cells) and all(c.tag == "th" for c in line if c.tag in {"td", "th"})
            head = head or next(line.iterancestors(), element).tag == "thead"
            if cells:
                rows.append(Row(cells, head))
        self.page.tables -= 1
        for caption in element.findall("caption"):
            self._element(caption, look, depth + 1)
            self._flush(look)
        self.items += items_of(rows, extras, nested=self.page.tables > 0, notes=self.page.notes)
        return True

    def _cell(self, element, look, depth):
        walk = Walk(self.page)
        inner = walk._look(element, look, walk._given(element))
        walk._children(element, inner, depth + 1)
        walk._flush(inner)
        return Cell(
            walk.items,
            span=min(max(1, whole(element.get("colspan"), 1)), MOST_COLUMNS),
            rows=min(max(1, whole(element.get("rowspan"), 1)), MOST_ROWS),
        )

    # --- what Word leaves in HTML ---------------------------------------------------------------

    def _word_special(self, element, look, given):
        if given.get("mso-list") == "ignore":
            text = clean(symbols.converted(element.text_content(), given.get("font") or look.font))
            self.label = formats.bullet(" ".join(text.split()))
            return True
        if given.get("mso-element") == "comment-list":
            for comment in element.iter("p"):
                words = " ".join(clean(comment.text_content()).split())
                if words:
                    self.extras.changes.append(Change("comment", "", None, words))
                    self.page.lines.append(words)
            return True
        if any(map(_CONTENTS.fullmatch, (element.get("class") or "").split())):
            self.page.notes.add(
                _("Mục lục trong tệp không được nhập: cổng tự lập mục lục từ các đề mục.")
            )
            return True
        return given.get("mso-element") == "comment" or (
            "msocommentreference" in (element.get("class") or "").lower()
        )

    def _note(self, element, key, look):
        """A reference to a footnote at the end of the page."""
        if key in self.page.labels:  # referred to again, or by itself
            self.pieces.append(Piece(self.page.labels[key], kind="note"))
            return
        body = self.page.footnotes.get(key)
        if body is None:
            self._text(element.text_content(), look)
            return
        shown = re.sub(r"[\[\]()\s]", "", clean(element.text_content()))
        label = shown[:10] or str(len(self.page.labels) + 1)
        self.page.labels[key] = label
        walk = Walk(self.page)
        self.page.tables += 1  # tables in notes become lines
        walk.read(body)
        self.page.tables -= 1
        lines = [html_of(para.pieces) for para in walk.items if para.pieces]
        self.pieces.append(Piece(label, kind="note"))
        self.extras.footnotes.append((label, "<br>".join(lines)))
        for para in walk.items:
            self.extras.take(para.extras)

    # --- text -----------------------------------------------------------------------------------

    def _text(self, text, look):
        if not text:
            return
        text = symbols.converted(text, look.font)
        text = text.upper() if look.upper else text
        lines = text.split("\n") if look.kept else [text]
        for n, line in enumerate(lines):
            if n:
                self.pieces.append(Piece("", kind="break"))
            if line and (line.strip() or self.pieces):
                self.pieces.append(Piece(line, look.marks, look.href, look.font))
        self.own = look

    def _has_words(self):
        return any(p.kind != "break" and (p.text.strip() or p.kind != "text") for p in self.pieces)

    def _flush(self, look):
        """Ends the paragraph, if there is one."""
        if self._has_words() or self.extras.changes:
            shown = self.own or look
            pieces = finished(self.pieces, self.extras)
            para = Para(
                pieces,
                align=shown.align,
                level=min(max(0, shown.level), 10),
                label=self.label,
                depth=self.place,
                caption=shown.caption,
                footnote=shown.footnote,
                extras=self.extras,
            )
            self.page.lines.append(plain_of(pieces))
            self.items.append(para)
            self.label = ""
            self.extras = Extras()
        self.pieces, self.own = [], None


def _by(element):
    """(author, date or None) of a tracked change in HTML of Word."""
    author = re.sub(r"^mailto:", "", element.get("cite") or "").replace("%20", " ")
    try:
        on = dt.date.fromisoformat((element.get("datetime") or "")[:10])
    except ValueError:
        on = None
    return " ".join(clean(author).split())[:100], on
