"""Blocks as HTML for readers, cut into parts. Pure.

One renderer for the reading room and for the preview. What it writes depends on the blocks alone:
counts, questions and forms of a consultation are drawn beside it. Block HTML was sanitised when it
was stored; numbers and titles are escaped here.
"""

import gzip
import hashlib
import re
from dataclasses import dataclass
from html import escape

from django.utils.translation import gettext as _

from documents.models import Block
from portal.common.display import bind
from portal.common.richtext import responsive

#: Counted up whenever the HTML that is written here changes: stored texts are then made anew.
VERSION = 2
#: A part is cut at the next heading (levels 1-3) once it has so many bytes …
WANTED = 60_000
#: … and anywhere before it gets longer than this.
LONGEST = 96_000
#: Headings up to this level stand in the contents and begin parts.
CONTENTS_LEVEL = 3
TITLE_LENGTH = 300

_NOTE = re.compile(r'<sup class="note">(?P<label>[^<]*)</sup>')
_NOTE_LINK = re.compile(r'href="#khoi-(?P<pos>\d+)" role="doc-noteref"')


@dataclass(frozen=True)
class Part:
    """A part of a text: `html` of the blocks from `first_pos` to `last_pos`."""

    n: int
    first_pos: int
    last_pos: int
    first_para: int
    last_para: int
    title: str
    html: str

    @property
    def size(self):
        """Bytes of the HTML."""
        return len(self.html.encode())

    @property
    def outline(self):
        """Its row in `EditionText.outline`."""
        spans = [self.first_pos, self.last_pos, self.first_para, self.last_para]
        return [*spans, self.size, self.title]


@dataclass(frozen=True)
class Text:
    """The whole text of an edition, rendered."""

    parts: list[Part]
    contents: str

    @property
    def digest(self):
        """A name for exactly these bytes, for addresses that are kept for long."""
        total = hashlib.sha256(self.contents.encode())
        for part in self.parts:
            total.update(part.html.encode())
        return total.hexdigest()[:16]


def render(blocks, *, base, sizes=None):
    """The Text of all blocks of an edition, in reading order.

    Args:
        base: address of the edition, ending in "/"; parts and blocks have theirs below it.
        sizes: what is known of the pictures (`portal.common.richtext.responsive`).
    """
    rendered = rendered_blocks(blocks, base=base, sizes=sizes)
    spans = _cut(blocks, [len(html.encode()) + 1 for html in rendered])
    part_of = {}
    for n, (start, end) in enumerate(spans, start=1):
        part_of.update(dict.fromkeys(range(start, end), n))
    where = {block.pos: part_of[index] for index, block in enumerate(blocks)}
    parts = []
    for n, (start, end) in enumerate(spans, start=1):
        chosen = blocks[start:end]
        numbers = [block.para_no for block in chosen if block.para_no]
        parts.append(
            Part(
                n=n,
                first_pos=chosen[0].pos,
                last_pos=chosen[-1].pos,
                first_para=min(numbers, default=0),
                last_para=max(numbers, default=0),
                title=_title(blocks, start),
                html=_link_notes("\n".join(rendered[start:end]), n, where, base),
            )
        )
    return Text(parts=parts, contents=_contents(blocks, where, base))


def rendered_blocks(blocks, *, base="", sizes=None):
    """[HTML of each block]. Without `base` (a preview) nothing leads to pages of single blocks."""
    notes = _notes(blocks)
    return [_block(block, base, sizes or {}, notes) for block in blocks]


def part_address(base, n):
    """The address of part `n`: the first one has that of the edition."""
    return base if n == 1 else f"{base}phan-{n}/"


def compress(html):
    """HTML as it is stored and sent; equal texts have equal bytes."""
    return gzip.compress(html.encode(), compresslevel=9, mtime=0)


def heading_text(block):
    """Number and words of a heading in one line: "Phần thứ nhất. Kết quả", "I. Bối cảnh"."""
    mark = "." if is_named(block.number) and block.number[-1].isalnum() and block.plain else ""
    return f"{block.number}{mark} {block.plain}".strip()


def is_named(number):
    """Whether a heading's number is words ("Phần thứ nhất") that stand on a line of their own."""
    return " " in number


# One block


def _block(block, base, sizes, notes):
    css = "block" if block.kind == Block.Kind.PARAGRAPH else f"block block--{block.kind}"
    inner = _INNER[block.kind](block, sizes, notes)
    note = ' role="doc-footnote"' if block.kind == Block.Kind.FOOTNOTE else ""
    return (
        f'<div class="{css}" id="{block.anchor}" data-pos="{block.pos}"{note}>'
        f"{_address(block, base)}{inner}{_say(block, base)}</div>"
    )


def _address(block, base):
    href = f"{base}khoi-{block.pos}/" if base else f"#{block.anchor}"
    if block.para_no:
        label, shown = _("Đường dẫn tới đoạn %d") % block.para_no, block.para_no
    else:
        label, shown = _("Đường dẫn tới mục này"), "#"
    return f'<a class="block__no" href="{href}" aria-label="{escape(label)}">{shown}</a>'


def _say(block, base):
    """Shown only while opinions are taken; leads to the form whatever consultation that is."""
    if not base or block.kind == Block.Kind.FOOTNOTE:
        return ""
    place = (_("đoạn %d") % block.para_no) if block.para_no else _("mục này")
    href = f"{base}khoi-{block.pos}/gop-y/"
    return (
        f'<p class="block__say"><a href="{href}" rel="nofollow">{_("Góp ý")} '
        f"<span>{escape(place)}</span></a></p>"
    )


def _heading(block, sizes, notes):
    text = str(bind(_with_notes(block, notes)))
    number = escape(block.number, quote=False)
    if number:
        own_line = block.level == 1 and is_named(number)
        text = f"{number}<br>{text}" if own_line else f"{number} {text}"
    align = f' class="{_align(block)}"' if block.align else ""
    if block.level <= 5:
        tag = f"h{block.level + 1}"
        return f"<{tag}{align}>{text}</{tag}>"
    css = " ".join(filter(None, ["heading", _align(block)]))
    return f'<div class="{css}" role="heading" aria-level="{block.level + 1}">{text}</div>'


def _paragraph(block, sizes, notes):
    names = [_align(block), f"indent-{min(block.indent, 9)}" if block.indent else ""]
    css = " ".join(filter(None, names))
    attribute = f' class="{css}"' if css else ""
    number = escape(block.number, quote=False)
    label = f'<span class="number">{number}</span> ' if number else ""
    html = _with_notes(block, notes)
    if "<img" in html or "<table" in html:
        html = responsive(html, sizes)
    # What is a block by itself (a quotation, a picture with its words) cannot stand in a <p>.
    tag = "div" if html.lstrip().startswith(_WHOLE) or "<div" in html else "p"
    if tag == "div":
        attribute = f' class="{" ".join(filter(None, ["whole", css]))}"'
    return f"<{tag}{attribute}>{label}{html}</{tag}>"


_WHOLE = ("<p", "<div", "<ul", "<ol", "<blockquote", "<figure", "<table", "<pre", "<h", "<dl")


def _whole(block, sizes, notes):
    return responsive(_with_notes(block, notes), sizes)


def _footnote(block, sizes, notes):
    body = _paragraph(block, sizes, {})
    ref = notes.get(("back", block.pos))
    if ref is None:
        return body
    label = escape(_("Về chỗ ghi chú thích"))
    back = f' <a class="note-back" href="#{ref}" role="doc-backlink" aria-label="{label}">↑</a>'
    head, end = body[: body.rindex("</")], body[body.rindex("</") :]
    return f"{head}{back}{end}"


_INNER = {
    Block.Kind.HEADING: _heading,
    Block.Kind.PARAGRAPH: _paragraph,
    Block.Kind.TABLE: _whole,
    Block.Kind.FIGURE: _whole,
    Block.Kind.FOOTNOTE: _footnote,
}


def _align(block):
    return f"text-{block.align}" if block.align else ""


# Footnotes: a mark in the text leads to the next footnote of that label, and back


def _notes(blocks):
    """{(pos of the block with the mark, label): pos of the footnote}, {("back", pos): anchor}."""
    found, waiting = {}, {}
    for block in blocks:
        if block.kind == Block.Kind.FOOTNOTE:
            label = _label(block.number)
            for marked in waiting.pop(label, ()):
                found[(marked.pos, label)] = block.pos
                found.setdefault(("back", block.pos), marked.anchor)
            continue
        for match in _NOTE.finditer(block.html):
            waiting.setdefault(_label(match["label"]), []).append(block)
    return found


def _label(text):
    return text.strip(" .()[]")


def _with_notes(block, notes):
    if 'class="note"' not in block.html:
        return block.html

    def linked(match):
        pos = notes.get((block.pos, _label(match["label"])))
        if pos is None:
            return match[0]
        label = escape(_("Chú thích %s") % _label(match["label"]))
        return (
            f'<sup class="note"><a href="#khoi-{pos}" role="doc-noteref" aria-label="{label}">'
            f"{match['label']}</a></sup>"
        )

    return _NOTE.sub(linked, block.html)


def _link_notes(html, n, where, base):
    """Marks whose footnote stands in another part lead there without scripts, too."""

    def linked(match):
        part = where.get(int(match["pos"]), n)
        if part == n:
            return match[0]
        return f'href="{part_address(base, part)}#khoi-{match["pos"]}" role="doc-noteref"'

    return _NOTE_LINK.sub(linked, html) if "doc-noteref" in html else html


# Parts and contents


def _starts_section(blocks, index):
    """Whether a part may begin here: at a heading that does not directly follow another one."""
    block = blocks[index]
    if block.kind != Block.Kind.HEADING or block.level > CONTENTS_LEVEL:
        return False
    return index == 0 or blocks[index - 1].kind != Block.Kind.HEADING


def _cut(blocks, sizes):
    """[(start, end)]: at headings once a part is long enough, anywhere before it is too long."""
    spans, start, size = [], 0, 0
    for index in range(len(blocks)):
        due = (
            _starts_section(blocks, index)
            and size > WANTED // 4
            and size + _section_size(blocks, sizes, index) > WANTED
        )
        full = size + sizes[index] > LONGEST
        if index > start and (full or due):
            # A heading is never left behind at the end of a part, away from its text.
            at = index
            while at - 1 > start and blocks[at - 1].kind == Block.Kind.HEADING:
                at -= 1
            spans.append((start, at))
            start, size = at, sum(sizes[at:index])
        size += sizes[index]
    if blocks:
        spans.append((start, len(blocks)))
    return spans


def _section_size(blocks, sizes, index):
    """Bytes from here to the next place where a part may begin (no further than is asked)."""
    total = 0
    for at in range(index, len(blocks)):
        if at > index and _starts_section(blocks, at):
            break
        total += sizes[at]
        if total > WANTED:
            break
    return total


def _title(blocks, start):
    """The heading a part begins with; else the last one before it, marked as continued."""
    if blocks[start].kind == Block.Kind.HEADING:
        return heading_text(blocks[start])[:TITLE_LENGTH]
    for block in reversed(blocks[:start]):
        if block.kind == Block.Kind.HEADING and block.level <= CONTENTS_LEVEL:
            return (_("%s (tiếp)") % heading_text(block)[: TITLE_LENGTH - 20])[:TITLE_LENGTH]
    first = next((block.para_no for block in blocks[start:] if block.para_no), None)
    return _("Từ đoạn %d") % first if first else _("Phần tiếp theo")


def _contents(blocks, where, base):
    """The table of contents, its links working without scripts."""
    lines = []
    for block in blocks:
        if block.kind != Block.Kind.HEADING or block.level > CONTENTS_LEVEL:
            continue
        href = f"{part_address(base, where[block.pos])}#{block.anchor}"
        lines.append(
            f'<li class="toc__{block.level}"><a href="{href}" data-to="{block.pos}">'
            f"<span>{escape(str(bind(heading_text(block))), quote=False)}</span></a></li>"
        )
    return "\n".join(lines)
