"""Footnotes and endnotes of a Word file, numbered in the order of their references."""

from .formats import written
from .inline import Inline
from .items import Para, Piece, html_of
from .xml import W, local, value


class WordNotes:
    """The notes of a file by kind ("footnote", "endnote") and id."""

    _FORMS = {"footnote": "decimal", "endnote": "lowerRoman"}

    def __init__(self, reader, parts, settings):
        self.reader = reader
        self.parts, self.found, self.forms = {}, {}, dict(self._FORMS)
        self.said = set()
        self.counts, self.labels = dict.fromkeys(self._FORMS, 0), {}
        for kind in self._FORMS:
            properties = settings.find(f"{W}{kind}Pr") if settings is not None else None
            self.forms[kind] = value(properties, "numFmt", self._FORMS[kind])
            part = parts.get(f"{kind}s")
            root = reader.package.tree(part) if part else None
            self.parts[kind] = part
            for element in root if root is not None else ():
                if local(element) == kind and element.get(f"{W}type", "normal") == "normal":
                    self.found[kind, element.get(f"{W}id")] = element

    def label(self, kind, key):
        """The number of a note; "" where the file has no such note."""
        if (kind, key) not in self.found:
            return ""
        if (kind, key) not in self.labels:
            self.counts[kind] += 1
            self.labels[kind, key] = written(self.counts[kind], self.forms[kind])
        return self.labels[kind, key]

    def html(self, kind, key, extras):
        """What a note says, on lines of one block; its changes and old fonts go to `extras`.

        None where it was said before: a note referred to twice, or by itself.
        """
        if (kind, key) in self.said:
            return None
        self.said.add((kind, key))
        reader = self.reader
        depth, reader.table_depth = reader.table_depth, 1  # tables in notes become lines
        try:
            items = reader.within(
                self.parts[kind],
                self.found[kind, key],
                lambda element: list(reader.items(element, Inline(reader))),
            )
        finally:
            reader.table_depth = depth
        for para in items:
            extras.take(para.extras)
        lines = [_line(para) for para in items if para.pieces]
        return "<br>".join(lines)


def _line(para: Para):
    return html_of([*([Piece(f"{para.label} ")] if para.label else []), *para.pieces])
