"""What stands inside one paragraph of a Word file, as pieces of text."""

import datetime as dt
import re
from itertools import groupby

from django.utils.translation import gettext as _

from portal.common import legacy_text
from portal.common.text import clean

from . import symbols
from .items import Change, Piece
from .xml import M, R, W, local

_THROUGH = {"smartTag", "customXml", "dir", "bdo", "sdtContent", "ruby", "rubyBase", "Choice"}
_INSERTED, _REMOVED = {"ins", "moveTo"}, {"del", "moveFrom"}
_DROPPED_FIELD = re.compile(r"\s*(TOC|PAGE|NUMPAGES|SECTIONPAGES|INDEX|TOA|XE|TC)\b", re.IGNORECASE)
_LINK_FIELD = re.compile(r'\s*HYPERLINK\s+"([^"]+)"', re.IGNORECASE)
_LONGEST = 2000  # of an address or an instruction
_LINK = re.compile(rf"(?:https?://|mailto:|tel:).{{0,{_LONGEST}}}", re.IGNORECASE)


class Field:
    """A field that is open: its instruction is read first, then its result."""

    def __init__(self):
        self.instruction, self.in_result, self.dropped, self.href = "", False, False, ""


class Inline:
    """Reads the runs of paragraphs; one for each stream of text, since fields span paragraphs.

    Args:
        reader: the reading of the file (styles, relations, pictures, notes).
        keep_fields: no field is dropped (for a file whose fields never end).
    """

    def __init__(self, reader, *, keep_fields=False):
        self.reader, self.keep_fields = reader, keep_fields
        self.fields = []
        self.dropped_fields = 0

    def read(self, paragraph, base):
        """Sets pieces, extras and boxes (text boxes, to be read after) of one w:p.

        Args:
            base: the RunLook of the paragraph's style.
        """
        self.base = base
        self.pieces, self.boxes, self.notes_seen, self.changes = [], [], [], []
        self.href, self.change, self.removed = "", None, None
        self._children(paragraph)
        return self.pieces

    @property
    def silent(self):
        return any(not f.in_result or f.dropped for f in self.fields)

    # --- elements -------------------------------------------------------------------------------

    def _children(self, element):
        for child in element:
            name = local(child)
            method = getattr(self, f"_on_{name}", None)
            if method is not None:
                method(child)
            elif name in _THROUGH:
                self._children(child)
            elif name in _INSERTED:
                self._inserted(child, "move" if name == "moveTo" else "insert")
            elif name in _REMOVED:
                self._taken_out(child, name)

    def _inserted(self, element, kind):
        before, self.change = self.change, []
        self._children(element)
        self._note_change(kind, element, self.change)
        self.change = before

    def _taken_out(self, element, name):
        """Text that is gone once the changes are accepted; it is read for the list only."""
        outer = self.removed
        pieces, self.pieces, self.removed = self.pieces, [], []
        boxes, self.boxes = self.boxes, []
        self._children(element)
        words = self.removed
        self.pieces, self.boxes, self.removed = pieces, boxes, outer
        if name == "del" and outer is None:
            self._note_change("delete", element, words)

    def _note_change(self, kind, element, words):
        if any(word.strip() for word in words):
            self.changes.append(Change(kind, *by(element), "".join(words)))

    def joined_changes(self):
        """The changes of the paragraph; what one person did in a row is one."""
        found = []
        for (kind, author, on), group in groupby(
            self.changes, key=lambda change: (change.kind, change.author, change.on)
        ):
            texts = [change.text for change in group]
            texts = texts if kind == "comment" else ["".join(texts)]
            found += [Change(kind, author, on, text) for text in texts]
        return found

    def _on_hyperlink(self, element):
        before = self.href
        relation = self.reader.relations.get(element.get(f"{R}id"))
        if relation and relation[2] and _LINK.fullmatch(relation[1]):
            self.href = relation[1]
        self._children(element)
        self.href = before

    def _on_fldSimple(self, element):
        field = Field()
        field.instruction = element.get(f"{W}instr") or ""
        self._begin_result(field)
        self.fields.append(field)
        self._children(element)
        self.fields.pop()

    def _on_sdt(self, element):
        properties = element.find(f"{W}sdtPr")
        if properties is not None and properties.find(f"{W}showingPlcHdr") is not None:
            return  # the words that ask to type something
        content = element.find(f"{W}sdtContent")
        if content is not None:
            self._children(content)

    def _on_AlternateContent(self, element):
        """One of several writings of the same thing: the first that holds something we read."""
        for branch in element:
            if any(
                local(found) in {"txbxContent", "blip", "imagedata", "t"} for found in branch.iter()
            ):
                self._children(branch)
                return

    def _on_oMath(self, element):
        words = "".join(text.text or "" for text in element.iter(f"{M}t"))
        if words.strip():
            self.reader.notes.add(
                _("%d công thức chỉ giữ được chữ và số; hãy xem lại hoặc chèn công thức dạng ảnh.")
            )
            self._put(f" {words} ", frozenset(), "")

    def _on_oMathPara(self, element):
        for part in element.findall(f"{M}oMath"):
            self._on_oMath(part)

    # --- runs -----------------------------------------------------------------------------------

    def _on_r(self, element):
        properties = element.find(f"{W}rPr")
        look, self.marks = self.reader.styles.of_run(properties, self.base)
        if look.hidden and element.find(f"{W}fldChar") is None:
            words = "".join(text.text or "" for text in element.iter(f"{W}t"))
            if words.strip() and not self.silent:
                self.reader.notes.add(_("%d đoạn chữ ẩn trong tệp không được nhập."))
                self.reader.seen(words)
            return
        self.look = look
        self._in_run(element)

    def _in_run(self, element):
        for child in element:
            method = getattr(self, f"_run_{local(child)}", None)
            if method is not None:
                method(child)

    def _run_t(self, element):
        text = symbols.converted(element.text or "", self.look.font)
        if self.look.capitals:
            text = text if legacy_text.font(self.look.font or "").kind else text.upper()
        self._put(text, self.marks, self.look.font or "")

    _run_delText = _run_t

    def _run_tab(self, element):
        self._put(" ", self.marks, self.look.font or "")

    _run_ptab = _run_tab

    def _run_br(self, element):
        if element.get(f"{W}type", "textWrapping") == "textWrapping":
            self._add(Piece("", kind="break"))
        else:
            self._put(" ", self.marks, "")

    def _run_cr(self, element):
        self._add(Piece("", kind="break"))

    def _run_noBreakHyphen(self, element):
        self._put("-", self.marks, self.look.font or "")

    def _run_sym(self, element):
        try:
            code = int(element.get(f"{W}char") or "", 16)
        except ValueError:
            return
        sign = symbols.sign(element.get(f"{W}font"), code)
        if sign:
            self._put(sign, self.marks, "")
        else:
            self.reader.notes.add(_("%d ký hiệu của phông chữ riêng không chuyển được."))

    def _run_AlternateContent(self, element):
        for branch in element:
            if any(
                local(found) in {"txbxContent", "blip", "imagedata", "t"} for found in branch.iter()
            ):
                self._in_run(branch)
                return

    def _run_drawing(self, element):
        if self.silent:
            return
        for found in _shown(element):
            name = local(found)
            if name == "txbxContent":
                self.boxes.append(found)
            elif name == "blip":
                self._picture(found.get(f"{R}embed"), found.get(f"{R}link"), _described(found))
            elif name == "imagedata":
                self._picture(found.get(f"{R}id"), None, found.get("title") or "")
            elif name == "textpath":  # words as a drawing, as in a watermark
                self.reader.seen(found.get("string") or "")
            elif name == "graphicData":
                self._note_graphic(found.get("uri") or "")

    def _note_graphic(self, uri):
        if uri.endswith("/chart") or "chartex" in uri:
            self.reader.notes.add(_("%d biểu đồ không được nhập; hãy chèn lại dưới dạng ảnh."))
        elif uri.endswith("/diagram"):
            self.reader.notes.add(_("%d sơ đồ SmartArt không được nhập; hãy chèn lại bằng ảnh."))

    _run_pict = _run_drawing
    _run_object = _run_drawing

    def _picture(self, relation_id, link, alt):
        if self.removed is not None:
            return
        if not relation_id:
            if link:
                self.reader.notes.add(_("%d ảnh nằm ngoài tệp (liên kết) không được nhập."))
            return
        relation = self.reader.relations.get(relation_id)
        ref = self.reader.picture(relation, alt) if relation else None
        if ref:
            self._add(Piece(ref, kind="picture", alt=clean(alt)[:300]))

    def _run_footnoteReference(self, element):
        self._note(element, "footnote")

    def _run_endnoteReference(self, element):
        self._note(element, "endnote")

    def _note(self, element, kind):
        if self.silent or self.removed is not None:
            return
        label = self.reader.footnotes.label(kind, element.get(f"{W}id"))
        if label:
            self._add(Piece(label, kind="note"))
            self.notes_seen.append((kind, element.get(f"{W}id"), label))

    def _run_commentReference(self, element):
        comment = self.reader.comments.pop(element.get(f"{W}id"), None)
        if comment:
            self.changes.append(comment)

    # --- fields ---------------------------------------------------------------------------------

    def _run_fldChar(self, element):
        kind = element.get(f"{W}fldCharType")
        if kind == "begin":
            self.fields.append(Field())
        elif self.fields and kind == "separate":
            self._begin_result(self.fields[-1])
        elif self.fields and kind == "end":
            self.fields.pop()

    def _run_instrText(self, element):
        if self.fields and not self.fields[-1].in_result:
            field = self.fields[-1]
            field.instruction = (field.instruction + (element.text or "")[:_LONGEST])[:_LONGEST]

    def _begin_result(self, field):
        field.in_result = True
        found = _DROPPED_FIELD.match(field.instruction)
        field.dropped = bool(found) and not self.keep_fields
        if field.dropped:
            self.dropped_fields += 1
            if found[1].upper() in {"TOC", "INDEX", "TOA"}:
                self.reader.contents_dropped()
        link = _LINK_FIELD.match(field.instruction)
        if link and _LINK.fullmatch(link[1]):
            field.href = link[1]

    # --- output ---------------------------------------------------------------------------------

    def _put(self, text, marks, font):
        if not text:
            return
        if self.removed is not None:
            self.removed.append(text)
            return
        if self.silent:
            return
        href = self.href or next((f.href for f in reversed(self.fields) if f.href), "")
        self.pieces.append(Piece(text, marks - {"u"} if href else marks, href, font))
        if self.change is not None:
            self.change.append(text)

    def _add(self, piece):
        if self.removed is None and not self.silent:
            self.pieces.append(piece)


def _shown(element):
    """What stands in a drawing; a text box as a whole, of two writings of a thing the first."""
    for child in element:
        yield child
        name = local(child)
        if name == "AlternateContent":
            yield from _shown(child[:1])
        elif name != "txbxContent":
            yield from _shown(child)


def _described(blip):
    for parent in blip.iterancestors():
        if local(parent) in {"inline", "anchor"}:
            for child in parent:
                if local(child) == "docPr":
                    return child.get("descr") or ""
    return ""


def by(element):
    """(author, date or None) of a tracked change or comment."""
    author = " ".join(clean(element.get(f"{W}author") or "").split())[:100]
    try:
        on = dt.date.fromisoformat((element.get(f"{W}date") or "")[:10])
    except ValueError:
        on = None
    return author, on
