"""Reading a Word file (DOCX): its paragraphs and tables in order."""

from django.utils.translation import gettext as _

from portal.common.errors import Refused
from portal.common.text import clean

from .container import Package
from .inline import Inline, by
from .items import Change, Extras, Para, finished, plain_of
from .notes import Notes
from .numbering import Numbering
from .pictures import Pictures
from .styles import Styles, para_look
from .tables import read_table
from .word_notes import WordNotes
from .xml import W, local, value

_INSIDE = {"customXml", "sdtContent", "ins", "moveTo", "smartTag"}
_TAGS = [W + tag for tag in ("p", "tbl", "sdt", "altChunk", "subDoc", *sorted(_INSIDE))]
_TAGS.append("{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent")
_CONTENTS = {"Table of Contents", "Bibliography"}


def read_docx(source, limits):
    """(items, pictures, notes, lines for the look at secrecy) of a DOCX.

    Raises:
        Refused: see `Package`; "long".
    """
    package = Package(source, limits)
    reader = Reader(package, limits)
    items = reader.read()
    if reader.unclosed:  # a field that never ends would have swallowed the rest of the text
        reader = Reader(package, limits, keep_fields=True)
        items = reader.read()
    return items, reader.pictures.kept, reader.notes, reader.lines


class Reader:
    """One reading of one file, with all that its paragraphs refer to."""

    def __init__(self, package, limits, *, keep_fields=False):
        self.package, self.limits, self.keep_fields = package, limits, keep_fields
        self.notes, self.lines = Notes(), []
        self.pictures = Pictures(limits, self.notes)
        self.main = package.main_part()
        self.relations = package.relations(self.main)
        parts = {kind: target for kind, target, outside in self.relations.values() if not outside}
        self.styles = Styles(self._tree(parts, "styles"), self._tree(parts, "theme"))
        self.numbering = Numbering(self._tree(parts, "numbering"), self.styles)
        self.comments = self._comments(self._tree(parts, "comments"))
        self.footnotes = WordNotes(self, parts, self._tree(parts, "settings"))
        self.table_depth = 0
        self.unclosed = False

    def _tree(self, parts, kind):
        return self.package.tree(parts[kind]) if kind in parts else None

    def read(self):
        """The items of the whole text."""
        inline = Inline(self, keep_fields=self.keep_fields)
        items, held = [], _Held()
        body = self.package.children(self.main, f"{W}body", _TAGS, self.limits.main_part)
        for element in body:
            items += self._element(element, inline, held)
            if len(items) > self.limits.blocks * 4:
                raise Refused(
                    _("Văn bản dài quá %d đoạn; hãy tách thành nhiều văn kiện.")
                    % self.limits.blocks,
                    code="long",
                )
        items += held.rest()
        self.unclosed = bool(inline.fields and inline.dropped_fields)
        self._look_at_margins()
        return items

    def items(self, parent, inline):
        """The items of the children of an element (a cell, a text box, a note)."""
        held = _Held()
        for element in parent:
            yield from self._element(element, inline, held)
        yield from held.rest()

    def _element(self, element, inline, held):
        name = local(element)
        if name == "p":
            return self._paragraph(element, inline, held)
        if name == "tbl":
            return [*held.rest(), *read_table(self, element, inline)]
        if name == "sdt":
            return self._control(element, inline, held)
        if name in _INSIDE:
            return [item for child in element for item in self._element(child, inline, held)]
        if name == "AlternateContent" and len(element):
            return [item for child in element[0] for item in self._element(child, inline, held)]
        if name in {"altChunk", "subDoc"}:
            self.notes.add(_("%d phần chèn từ tệp khác không được nhập."))
        return []

    def _control(self, element, inline, held):
        kinds = element.findall(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
        if any(kind.get(f"{W}val") in _CONTENTS for kind in kinds):
            self.contents_dropped()
            return []
        content = element.find(f"{W}sdtContent")
        return self._element(content, inline, held) if content is not None else []

    # --- paragraphs -----------------------------------------------------------------------------

    def _paragraph(self, element, inline, held):
        properties = element.find(f"{W}pPr")
        style = value(properties, "pStyle")
        look = para_look(properties).over(self.styles.para(style))
        pieces = inline.read(element, self.styles.run(style, paragraph=True))
        boxes, extras = inline.boxes, Extras(changes=inline.joined_changes())
        for kind, key, label in inline.notes_seen:
            within = Extras()
            html = self.footnotes.html(kind, key, within)
            if html is not None:
                extras.footnotes.append((label, html))
            extras.take(within)  # notes within a note come after it
        if self.styles.is_contents(style):
            if any(piece.text.strip() for piece in pieces):
                self.contents_dropped()
            return []
        if _mark_removed(properties):
            held.hold(pieces, extras)
            return self._boxes(boxes)
        pieces, extras = held.joined(pieces, extras)
        para = Para(
            finished(pieces, extras),
            align=look.align or "",
            level=max(0, look.level or 0),
            caption=self.styles.is_caption(style),
            extras=extras,
        )
        self._number(para, properties, style, look)
        self.seen(plain_of(para.pieces))
        for change in extras.changes:
            self.seen(change.text)
        return [para, *self._boxes(boxes)]

    def _number(self, para, properties, style, look):
        if look.num in (None, "0"):
            return
        place = look.ilvl
        if place is None:
            direct = para_look(properties).num is not None
            place = 0 if direct else self.numbering.place_of(look.num, self._linked(style))
        found = self.numbering.count(look.num, place)
        if found and found[0]:
            para.label, para.sequence, para.depth = found[0], found[1], place

    def _linked(self, style):
        """The style, of its ancestors, that a list is bound to."""
        bound = {name for _abstract, name in self.numbering.by_style}
        for found in self.styles.chain(style):
            if found.id in bound:
                return found.id
        return style

    def _boxes(self, boxes):
        return [item for box in boxes for item in self.items(box, Inline(self))]

    # --- what the runs ask for ------------------------------------------------------------------

    def seen(self, words):
        """Words that are shown somewhere, for the look at secrecy markings."""
        if words.strip():
            self.lines.append(words)

    def contents_dropped(self):
        self.notes.add(_("Mục lục trong tệp không được nhập: cổng tự lập mục lục từ các đề mục."))

    def picture(self, relation, alt):
        """The ref of the picture a relation leads to, None where it cannot be kept."""
        _kind, target, outside = relation
        if outside:
            self.notes.add(_("%d ảnh nằm ngoài tệp (liên kết) không được nhập."))
            return None
        if self.package.size(target) > 8 * self.limits.picture:
            data = None
        else:
            data = self.package.read(target, 8 * self.limits.picture)
        name = target.rpartition("/")[2]
        if data is None:
            self.notes.add(_("Ảnh “%s” thiếu trong tệp hoặc quá nặng nên không được nhập.") % name)
            return None
        return self.pictures.add(data, name, clean(alt)[:300])

    def within(self, part, root, make):
        """What `make(root)` gives while relations are those of another part."""
        before, self.relations = self.relations, self.package.relations(part)
        try:
            return make(root)
        finally:
            self.relations = before

    # --- other parts ----------------------------------------------------------------------------

    def _comments(self, root):
        found = {}
        for comment in root if root is not None else ():
            words = " ".join(
                "".join(text.text or "" for text in paragraph.iter(f"{W}t"))
                for paragraph in comment.iter(f"{W}p")
            )
            words = " ".join(clean(words).split())
            if words:
                found[comment.get(f"{W}id")] = Change("comment", *by(comment), words)
        return found

    def _look_at_margins(self):
        """Headers and footers: only looked at for secrecy markings."""
        before, self.relations = self.relations, {}
        notes, self.notes = self.notes, Notes()
        counted = len(self.lines)
        for kind, target, outside in before.values():
            if kind in {"header", "footer"} and not outside:
                root = self.package.tree(target)
                if root is not None:
                    list(self.items(root, Inline(self)))
        self.relations, self.notes = before, notes
        if len(self.lines) > counted:
            self.notes.add(_("Đầu trang và chân trang không được nhập."))


class _Held:
    """A paragraph whose end was taken out in Word: it goes on in the next one."""

    def __init__(self):
        self.pieces, self.extras = [], None

    def hold(self, pieces, extras):
        self.pieces, self.extras = self.joined(pieces, extras)

    def joined(self, pieces, extras):
        if self.extras is None:
            return pieces, extras
        self.extras.take(extras)
        joined = self.pieces + pieces, self.extras
        self.pieces, self.extras = [], None
        return joined

    def rest(self):
        if self.extras is None:
            return []
        pieces, extras = self.joined([], Extras())
        return [Para(finished(pieces, extras), extras=extras)]


def _mark_removed(properties):
    if properties is None:
        return False
    run = properties.find(f"{W}rPr")
    if run is None:
        return False
    return run.find(f"{W}del") is not None or run.find(f"{W}moveFrom") is not None
