"""A long text in stretches that can be edited one by one: a heading with all that stands under it.

Pure. Stretches are found again by what they say, not by where they stand, so that two people who
edit different stretches do not get in each other's way.
"""

import hashlib
from dataclasses import dataclass

from documents.blocks import to_html

#: Blocks beyond which a text is offered stretch by stretch: the editor grows slow.
LONG = 400


@dataclass(frozen=True)
class Section:
    """A stretch of blocks; `pos` counts from 1, `last` is the pos of its last block."""

    pos: int
    last: int
    level: int
    number: str
    title: str
    words: int

    @property
    def size(self):
        return self.last - self.pos + 1


def sections(blocks):
    """[Section] of a list of blocks, one for each heading; first the text before any heading."""
    starts = [at for at, block in enumerate(blocks) if block.kind == "heading"]
    out = []
    if blocks and (not starts or starts[0] > 0):
        out.append(_section(blocks, 0, starts[0] if starts else len(blocks)))
    for place, at in enumerate(starts):
        level = blocks[at].level
        end = next((s for s in starts[place + 1 :] if blocks[s].level <= level), len(blocks))
        out.append(_section(blocks, at, end))
    return out


def _section(blocks, first, end):
    head = blocks[first]
    heading = head.kind == "heading"
    return Section(
        pos=first + 1,
        last=end,
        level=head.level if heading else 0,
        number=head.number if heading else "",
        title=head.plain if heading else "",
        words=sum(len(block.plain.split()) for block in blocks[first:end]),
    )


def section_at(blocks, pos):
    """The Section that begins at block `pos`, or None."""
    return next((one for one in sections(blocks) if one.pos == pos), None)


def html_of(blocks, section):
    """The working text of a section."""
    return to_html(blocks[section.pos - 1 : section.last])


def digest(html):
    """What a section says, in short."""
    return hashlib.sha256(html.encode()).hexdigest()[:16]


def find(blocks, pos, base):
    """The Section that reads as it did when opened: at `pos`, else the only one elsewhere."""
    known = [one for one in sections(blocks) if digest(html_of(blocks, one)) == base]
    here = [one for one in known if one.pos == pos]
    if here:
        return here[0]
    return known[0] if len(known) == 1 else None


def counterpart(blocks, pos, number, title):
    """The Section with the heading of one that was changed meanwhile, nearest to where it stood."""
    alike = [one for one in sections(blocks) if (one.number, one.title) == (number, title)]
    if not alike:
        here = section_at(blocks, pos)
        return here if here and here.number == number and number else None
    return min(alike, key=lambda one: abs(one.pos - pos))
