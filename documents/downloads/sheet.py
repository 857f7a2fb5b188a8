"""What a file of an edition says: the head of the first page, and the pieces of the text."""

import hashlib
import json
from dataclasses import asdict, dataclass

from django.utils.translation import gettext as _

from documents.downloads import inline
from documents.models import Block, Document
from portal.common.display import date_vi
from portal.official.layout import layout_for

#: Goes up when files must be made anew because they would look different.
LOOK = 2


@dataclass(frozen=True)
class Piece:
    """One block. `body` is a list of Runs, an inline.Table or an inline.Picture by `kind`."""

    kind: str
    level: int
    number: str
    align: str
    indent: int
    body: object


@dataclass(frozen=True)
class Sheet:
    """What a file says of an edition beside its text.

    `mark` stands on every page; `symbol` and `published` are "" where there is none; `address` is
    where the text can be read on the portal.
    """

    family: str
    superior: str
    issuer: str
    symbol: str
    title: str
    subtitle: str
    edition: str
    published: str
    mark: str
    address: str
    digest: str

    def fingerprint(self):
        """Changes with all that a file shows; the text itself stands behind `digest`."""
        said = json.dumps(asdict(self) | {"look": LOOK}, sort_keys=True)
        return hashlib.sha256(said.encode()).hexdigest()[:20]


def describe(edition, *, address):
    """The Sheet of an edition; `edition.document` is loaded with its agency."""
    document, agency = edition.document, edition.document.agency
    internal = document.circulation == Document.Circulation.INTERNAL
    official = edition.official if edition.official_id else None
    return Sheet(
        family=layout_for(agency.kind).family,
        superior=agency.name if agency.committee_name else "",
        issuer=agency.committee_name or agency.name,
        symbol=official.symbol if official else "",
        title=document.title,
        subtitle=document.subtitle,
        edition=_("Dự thảo lần %d") % edition.n,
        published=date_vi(edition.published_at) if edition.published_at else "",
        mark=_("Lưu hành nội bộ") if internal else "",
        address="" if internal else address,
        digest=edition.digest,
    )


def piece(block):
    """The Piece of a Block."""
    kind = block.kind
    if kind == Block.Kind.TABLE and "<table" in block.html:
        body = inline.table(block.html)
        body = body if body.rows else inline.runs(block.html)
    elif kind == Block.Kind.FIGURE:
        body = inline.picture(block.html)
    else:
        body = inline.runs(block.html)
    if body is None or (kind == Block.Kind.TABLE and isinstance(body, list)):
        kind, body = Block.Kind.PARAGRAPH, inline.runs(block.html)
    return Piece(str(kind), block.level, block.number, block.align, block.indent, body)


def with_notes(pieces):
    """(piece, {label: runs of a footnote}) for the pieces that are no footnotes.

    A footnote stands right behind the block that refers to it and goes with that block; one that
    nothing before it refers to comes as a piece of its own.
    """
    held, notes = None, {}
    for piece in pieces:
        if piece.kind != Block.Kind.FOOTNOTE:
            if held is not None:
                yield held, notes
            held, notes = piece, {}
        elif held is not None and piece.number not in notes and piece.number in _referred(held):
            notes[piece.number] = piece.body
        else:
            if held is not None:
                yield held, notes
            held, notes = None, {}
            yield piece, {}
    if held is not None:
        yield held, notes


def _referred(piece):
    body = piece.body
    if isinstance(body, inline.Table):
        found = [run for row in body.rows for cell in row for run in cell.runs]
    else:
        found = body if isinstance(body, list) else body.caption
    return {run.text.strip() for run in found if run.note}
