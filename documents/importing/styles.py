"""Styles of a Word file: what a paragraph or run inherits."""

import re
from dataclasses import dataclass, field, replace

from lxml import etree

from portal.common import legacy_text

from .xml import A, W, local, switch, value, whole

_HEADING = re.compile(r"(?:heading|tiêu đề|đề mục|đầu đề)\s*(\d{1,2})", re.IGNORECASE)
_TITLES = {"title", "tiêu đề", "tên văn bản"}
_CAPTIONS = {"caption", "chú thích", "chú thích hình"}
_CONTENTS = re.compile(r"(?:toc|mục lục)\s*(?:\d|heading)", re.IGNORECASE)
_REMEMBERED = 5000
_DEPTH = 30  # styles upon styles; a circle ends here


@dataclass(frozen=True)
class RunLook:
    """How a run is set; None where nothing says so."""

    bold: bool | None = None
    italic: bool | None = None
    underline: bool | None = None
    strike: bool | None = None
    capitals: bool | None = None
    hidden: bool | None = None
    raised: str | None = None  # "sup", "sub" or ""
    font: str | None = None

    def over(self, lower):
        """This look, and the lower one's where this says nothing."""
        given = {name: value for name, value in vars(self).items() if value is not None}
        return replace(lower, **given) if given else lower


@dataclass(frozen=True)
class ParaLook:
    """What a paragraph style says; `level` 0 none, -1 expressly body text."""

    level: int | None = None
    align: str | None = None
    num: str | None = None
    ilvl: int | None = None

    def over(self, lower):
        given = {name: value for name, value in vars(self).items() if value is not None}
        return replace(lower, **given) if given else lower


@dataclass
class Style:
    id: str
    name: str
    based_on: str | None
    para: ParaLook = field(default_factory=ParaLook)
    run: RunLook = field(default_factory=RunLook)


class Styles:
    """The styles of a file, by id, resolved along their chain of ancestors."""

    def __init__(self, root, theme=None):
        self.fonts = _theme_fonts(theme)
        self.styles, self.default = {}, None
        self.base_run, self.base_para = RunLook(), ParaLook()
        self._paras, self._runs, self._made = {}, {}, {}
        for child in root if root is not None else ():
            if local(child) == "docDefaults":
                self.base_run = self.run_look(child.find(f"{W}rPrDefault/{W}rPr"))
                self.base_para = para_look(child.find(f"{W}pPrDefault/{W}pPr"))
            elif local(child) == "style":
                self._add(child)

    def _add(self, element):
        style = Style(
            element.get(f"{W}styleId") or "",
            (value(element, "name") or "").strip().lower(),
            value(element, "basedOn"),
            para_look(element.find(f"{W}pPr")),
            self.run_look(element.find(f"{W}rPr")),
        )
        self.styles[style.id] = style
        kind, default = element.get(f"{W}type"), element.get(f"{W}default")
        if kind == "paragraph" and default in {"1", "true", "on"}:
            self.default = style.id

    def chain(self, style_id):
        """A style and its ancestors."""
        seen = []
        while style_id in self.styles and style_id not in seen and len(seen) < _DEPTH:
            seen.append(style_id)
            style_id = self.styles[style_id].based_on
        return [self.styles[name] for name in seen]

    def para(self, style_id):
        """The ParaLook of a paragraph style with all it inherits; its level from its name too."""
        style_id = style_id if style_id in self.styles else self.default
        if style_id not in self._paras:
            look = self.base_para
            for style in reversed(self.chain(style_id)):
                look = _named(style).over(look)
                look = style.para.over(look)
            self._paras[style_id] = look
        return self._paras[style_id]

    def run(self, style_id, *, paragraph):
        """The RunLook that a style gives its runs; of a paragraph style over the defaults."""
        style_id = style_id if style_id in self.styles else (self.default if paragraph else None)
        key = (style_id, paragraph)
        if key not in self._runs:
            look = self.base_run if paragraph else RunLook()
            for style in reversed(self.chain(style_id)):
                look = style.run.over(look)
            self._runs[key] = look
        return self._runs[key]

    def of_run(self, properties, base):
        """(RunLook, marks) of a run with these w:rPr over the look of its paragraph."""
        if properties is None or not len(properties):
            key = (base, b"")
        else:
            key = (base, etree.tostring(properties, with_tail=False))
        if key not in self._made:
            look, styled = base, value(properties, "rStyle")
            if styled:
                look = self.run(styled, paragraph=False).over(look)
            look = self.run_look(properties).over(look)
            if len(self._made) > _REMEMBERED:
                self._made.clear()
            self._made[key] = (look, _marks(look))
        return self._made[key]

    def name(self, style_id):
        style = self.styles.get(style_id)
        return style.name if style else (style_id or "").lower()

    def is_caption(self, style_id):
        return self.name(style_id) in _CAPTIONS

    def is_contents(self, style_id):
        """Whether it is a style of the lines of a table of contents."""
        return bool(_CONTENTS.match(self.name(style_id)))

    def run_look(self, properties):
        """The RunLook of one w:rPr."""
        if properties is None or not len(properties):
            return RunLook()
        underline = value(properties, "u")
        raised = value(properties, "vertAlign")
        strikes = [switch(properties, "strike"), switch(properties, "dstrike")]
        return RunLook(
            bold=switch(properties, "b"),
            italic=switch(properties, "i"),
            underline=None if underline is None else underline != "none",
            strike=any(strikes) if strikes != [None, None] else None,
            capitals=switch(properties, "caps"),
            hidden=switch(properties, "vanish"),
            raised=_RAISED.get(raised, "") if raised else None,
            font=self._font(properties.find(f"{W}rFonts")),
        )

    def _font(self, fonts):
        if fonts is None:
            return None
        names = []
        for attribute in ("ascii", "hAnsi"):
            theme = fonts.get(f"{W}{attribute}Theme")
            of_theme = "major" if theme and theme.startswith("major") else "minor"
            names.append((theme and self.fonts.get(of_theme)) or fonts.get(W + attribute))
        # Letters beyond ASCII stand in the second font, and the old ones are all there.
        old = (name for name in names if name and legacy_text.font(name).kind)
        return next(old, None) or next(filter(None, names), None)


_RAISED = {"superscript": "sup", "subscript": "sub"}
_ALIGN = {"center": "center", "right": "right", "end": "right"}


def para_look(properties):
    """The ParaLook of one w:pPr."""
    if properties is None:
        return ParaLook()
    level, align = whole(value(properties, "outlineLvl")), value(properties, "jc")
    number = properties.find(f"{W}numPr")
    return ParaLook(
        level=None if level is None else (level + 1 if 0 <= level <= 8 else -1),
        align=None if align is None else _ALIGN.get(align, ""),
        num=None if number is None else value(number, "numId"),
        ilvl=None if number is None else whole(value(number, "ilvl")),
    )


def _named(style):
    """What the name alone says: "heading 10" has no outline level in Word, and is one."""
    found = _HEADING.fullmatch(style.name)
    if found and int(found[1]) >= 1:
        return ParaLook(level=min(int(found[1]), 10))
    return ParaLook(level=1) if style.name in _TITLES else ParaLook()


def _theme_fonts(root):
    fonts = {}
    for kind in ("major", "minor") if root is not None else ():
        latin = root.find(f".//{A}{kind}Font/{A}latin")
        if latin is not None:
            fonts[kind] = latin.get("typeface") or ""
    return fonts


def _marks(look):
    marks = set()
    if look.bold:
        marks.add("strong")
    if look.italic:
        marks.add("em")
    if look.underline:
        marks.add("u")
    if look.strike:
        marks.add("s")
    if look.raised:
        marks.add(look.raised)
    return frozenset(marks)
