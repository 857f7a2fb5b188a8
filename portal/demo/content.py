"""Reading the demo's content files, with days counted from the day of loading.

The content is data (YAML, and plain text for the drafts); this module only reads it. The loader
that turns it into rows goes through the same actions as everybody else.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from campaigns import plan_yaml

CONTENT = Path(__file__).parent / "content"

_DAY = re.compile(r"today(?P<offset>[+-]\d+)?|near-(?P<month>\d\d)-(?P<day>\d\d)")
_IN_TEXT = re.compile(r"\{(?P<day>today(?:[+-]\d+)?)(?P<form>:month|:year)?\}")
_FORMATS = {None: "%d/%m/%Y", ":month": "%m/%Y", ":year": "%Y"}
_HEADING = re.compile(r"(?P<marks>#{1,3}) (?:\[(?P<number>[^\]]+)\] )?(?P<text>.+)")


def _day(match: re.Match[str], today: dt.date) -> dt.date:
    if match["month"]:
        # The occurrence nearest to today, so that it lies within half a year on either side.
        around = [
            dt.date(today.year + years, int(match["month"]), int(match["day"]))
            for years in (-1, 0, 1)
        ]
        return min(around, key=lambda day: abs(day - today))
    return today + dt.timedelta(days=int(match["offset"] or 0))


def resolve(data: Any, today: dt.date) -> Any:
    """Return `data` with every relative day replaced.

    A string that is nothing but `today`, `today-45` or `near-02-03` becomes a date; inside longer
    texts `{today+35}`, `{today+35:month}` and `{today:year}` become words (27/12/2026, 12/2026,
    2026). Keys stay as they are.
    """
    if isinstance(data, dict):
        return {key: resolve(value, today) for key, value in data.items()}
    if isinstance(data, list):
        return [resolve(value, today) for value in data]
    if not isinstance(data, str):
        return data
    whole = _DAY.fullmatch(data)
    if whole:
        return _day(whole, today)
    return _IN_TEXT.sub(
        lambda match: f"{_day(_DAY.fullmatch(match['day']), today):{_FORMATS[match['form']]}}",
        data,
    )


def load(name: str, today: dt.date) -> Any:
    """The content file `name` ("people.yaml") as it stands on `today`."""
    return resolve(plan_yaml.load_file(CONTENT / name), today)


_FOOTNOTE = re.compile(r"\[\^(?P<number>\d+)\] (?P<text>.+)")
_NOTED = re.compile(r"\[\^(\d+)\]")


@dataclass(frozen=True)
class DraftBlock:
    """One block of a draft: `level` 1-3 for headings, 0 for the rest; `n` counts from 1.

    `kind` is "table" (the text has a row to a line, cells between bars), "footnote" or "".
    """

    n: int
    level: int
    number: str
    text: str
    kind: str = ""


def draft(name: str, today: dt.date) -> list[DraftBlock]:
    """The blocks of a draft ("draft_report.txt"), in order.

    Blocks are separated by blank lines; the lines of a block are joined. `# [I] Title` is a heading
    with its number label, `##` and `###` the levels below. `[^1] Words` is a footnote, `[^1]` in a
    text refers to it; lines that begin with `|` are the rows of a table, its head first. Lines that
    begin with `;` are notes.
    """
    lines = (CONTENT / name).read_text(encoding="utf-8").splitlines()
    body = "\n".join(line for line in lines if not line.startswith(";"))
    blocks = []
    for n, chunk in enumerate((c for c in re.split(r"\n\s*\n", body) if c.strip()), start=1):
        if chunk.lstrip().startswith("|"):
            rows = resolve(chunk.strip(), today)
            blocks.append(DraftBlock(n, 0, "", rows, "table"))
            continue
        text = resolve(" ".join(chunk.split()), today)
        heading, footnote = _HEADING.fullmatch(text), _FOOTNOTE.fullmatch(text)
        if footnote:
            blocks.append(DraftBlock(n, 0, footnote["number"], footnote["text"], "footnote"))
        elif heading:
            blocks.append(
                DraftBlock(n, len(heading["marks"]), heading["number"] or "", heading["text"])
            )
        else:
            blocks.append(DraftBlock(n, 0, "", text))
    return blocks


def draft_html(blocks: list[DraftBlock]) -> str:
    """The blocks as h2-h4, p and tables, the number label in front of a heading's text."""
    parts = []
    for block in blocks:
        if block.kind == "table":
            parts.append(_table(block.text))
            continue
        if block.kind == "footnote":
            label = f'<strong class="number">{block.number}</strong> '
            parts.append(f'<p class="footnote">{label}{escape(block.text, quote=False)}</p>')
            continue
        tag = f"h{block.level + 1}" if block.level else "p"
        label = ""
        if block.number:
            label = f"{block.number} " if " " in block.number else f"{block.number}. "
        words = _NOTED.sub(r'<sup class="note">\1</sup>', escape(label + block.text, quote=False))
        parts.append(f"<{tag}>{words}</{tag}>")
    return "\n".join(parts)


def _table(text):
    head, *rows = (
        [escape(cell.strip(), quote=False) for cell in line.strip(" |").split("|")]
        for line in text.splitlines()
    )
    top = "".join(f'<th scope="col">{cell}</th>' for cell in head)
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"


def block_at(blocks: list[DraftBlock], start: str) -> DraftBlock:
    """The one block whose text begins with `start`; ValueError if there is none or more."""
    found = [block for block in blocks if block.text.startswith(start)]
    if len(found) != 1:
        raise ValueError(f"{len(found)} blocks begin with {start!r}")
    return found[0]


_PICTURE = re.compile(
    r"^[ \t]*\[\[picture: (?P<scene>\w+) (?P<seed>\d+) \| (?P<alt>[^|\]]+) \|"
    r" (?P<caption>[^|\]]+) \| (?P<credit>[^|\]]+)\]\][ \t]*$",
    re.MULTILINE,
)


def article_body(body: str, picture_url: Callable[[str, int], str]) -> str:
    """The HTML of an article, its picture lines turned into figures.

    `picture_url(scene, seed)` stores the drawn picture and returns its address.
    """

    def figure(match: re.Match[str]) -> str:
        url = picture_url(match["scene"], int(match["seed"]))
        return (
            f'<figure><img src="{escape(url)}" alt="{escape(match["alt"])}">'
            f"<figcaption>{escape(match['caption'], quote=False)}"
            f" Ảnh: {escape(match['credit'], quote=False)}</figcaption></figure>"
        )

    return _PICTURE.sub(figure, body)
