"""The rendered text of an edition: parts, places in it, what is found in it."""

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

from django.db.models import OuterRef, Q, Subquery

from documents import rendering
from documents.models import BLOCK_WORDS, Block, Edition, EditionPart, EditionText
from portal.common import finding
from portal.common.text import fold, one_line

#: So many hits are ranked and shown.
MOST_HITS = 500


def text_of(edition, *, part=1):
    """The EditionText of an edition with `part_html` (bytes, gzip) of one part, or None.

    None too where an earlier renderer made it. `part_html` is None where there is no such part.
    1 query.
    """
    chosen = EditionPart.objects.filter(text=OuterRef("pk"), n=part)
    return (
        EditionText.objects.filter(edition=edition, version=rendering.VERSION)
        .annotate(part_html=Subquery(chosen.values("html")[:1]))
        .first()
    )


def editions_to_render(*, everything=False):
    """Editions readers ever got whose text is missing or of an earlier renderer."""
    rows = Edition.objects.exclude(state__in=Edition.UNPUBLISHED).select_related("document")
    if not everything:
        rows = rows.exclude(text__version=rendering.VERSION)
    return rows.defer("source").order_by("pk")


def part_of(outline, pos):
    """The number of the part that holds block `pos`, by the outline of its EditionText."""
    return max(1, bisect_right([row[0] for row in outline], pos))


# Jumping to a number

_PARAGRAPH = re.compile(r"(?:doan|d|so)?\s*(\d{1,6})\.?")


def block_by_number(edition, typed):
    """The Block a reader calls "55", "đoạn 55", "II.3" or "Phần thứ hai"; or None.

    A bare number is a paragraph; there is none with it, a label. Of labels the first in the text
    counts whose own headings carry the ones typed before it, in their order. At most 2 queries.
    """
    wanted = fold(one_line(typed))
    number = _PARAGRAPH.fullmatch(wanted)
    if number:
        found = edition.blocks.filter(para_no=int(number[1])).only("pos", "para_no").first()
        if found is not None:
            return found
    labels = _labels(wanted)
    if not labels:
        return None
    path = []
    rows = edition.blocks.filter(~Q(number=""), ~Q(kind=Block.Kind.FOOTNOTE)).order_by("pos")
    for block in rows.only("pos", "para_no", "kind", "level", "number"):
        own = _labels(fold(block.number))
        if not own:
            continue
        if block.kind == Block.Kind.HEADING:
            path = [step for step in path if step[0] < block.level]
            above = [label for _level, step in path for label in step]
            path.append((block.level, own))
        else:
            above = [label for _level, step in path for label in step]
        if _matches(above, own, labels):
            return block
    return None


def _labels(folded):
    """("ii", "3") from "ii.3", ("phan thu hai",) from "phan thu hai"."""
    parts = re.split(r"[.,)\]/\-–;:]+\s*", folded)
    return tuple(part.strip() for part in parts if part.strip())


def _matches(above, own, labels):
    if own == labels:
        return True
    if len(labels) <= len(own) or labels[-len(own) :] != own:
        return False
    rest = iter(above)
    return all(label in rest for label in labels[: -len(own)])


# Searching inside


@dataclass(frozen=True)
class Hit:
    """A passage that was found: its words in parts (`finding.Part`), where it stands."""

    pos: int
    para_no: int | None
    kind: str
    part: int
    anchor: str
    passage: list


@dataclass(frozen=True)
class Found:
    """Hits in an edition, those with the very marks first; `more`: there are more than shown."""

    hits: list[Hit]
    more: bool


def search_text(edition, asked, outline):
    """Found for what was asked (`fulltext.asked`) in one edition. 1 query."""
    rows = (
        edition.blocks.alias(words_of_block=BLOCK_WORDS)
        .filter(words_of_block=asked.query)
        .order_by("pos")
        .only("pos", "para_no", "kind", "number", "plain")
    )
    rows = list(rows[: MOST_HITS + 1])
    typed = " ".join(unicodedata.normalize("NFC", asked.typed).lower().strip('"“” ').split())
    plain = fold(typed)

    def rank(block):
        text = f"{block.number} {block.plain}".lower()
        if typed in text:
            return 0
        return 1 if plain in fold(text) else 2

    found = sorted(rows[:MOST_HITS], key=lambda block: (rank(block), block.pos))
    hits = [
        Hit(
            pos=block.pos,
            para_no=block.para_no,
            kind=block.kind,
            part=part_of(outline, block.pos),
            anchor=block.anchor,
            passage=finding.passage(f"{block.number} {block.plain}".strip(), list(asked.words)),
        )
        for block in found
    ]
    return Found(hits=hits, more=len(rows) > MOST_HITS)
