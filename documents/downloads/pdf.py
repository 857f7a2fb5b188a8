"""An edition as PDF, set by typst. The text goes there as JSON: nothing in it acts as mark-up."""

import json
import tempfile
from pathlib import Path

import typst

from documents.downloads import inline, pictures
from documents.downloads.sheet import with_notes

TEMPLATE = Path(__file__).with_name("edition.typ")
_MARKS = {
    "bold": "b", "italic": "i", "underline": "u", "strike": "s", "sub": "d", "sup": "p",
    "note": "n",
}  # fmt: skip


def make(sheet, pieces):
    """The PDF (bytes) of an edition.

    Args:
        sheet: Sheet; pieces: Pieces in the order of reading.
    """
    with tempfile.TemporaryDirectory(prefix="edition-") as folder:
        root = Path(folder)
        data = {
            "family": sheet.family,
            "superior": sheet.superior.upper(),
            "issuer": sheet.issuer.upper(),
            "symbol": sheet.symbol,
            "title": sheet.title,
            "subtitle": sheet.subtitle,
            "edition": sheet.edition.upper(),
            "published": sheet.published,
            "mark": sheet.mark,
            "address": sheet.address,
            "digest": sheet.digest[:16],
            "pieces": [
                _piece(piece, root, n) | {"notes": {k: _runs(v) for k, v in notes.items()}}
                for n, (piece, notes) in enumerate(with_notes(pieces))
            ],
        }
        (root / "edition.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        main = root / "main.typ"
        main.write_text(TEMPLATE.read_text(encoding="utf-8"), encoding="utf-8")
        return typst.compile(str(main), root=str(root))


def _piece(piece, root, n):
    said = {
        "kind": piece.kind,
        "level": piece.level,
        "number": piece.number,
        "align": piece.align,
        "indent": piece.indent,
    }
    body = piece.body
    if isinstance(body, inline.Table):
        said["table"] = {
            "width": body.width,
            "head": body.head,
            "caption": _runs(body.caption),
            "rows": [[_cell(cell) for cell in row] for row in body.rows],
        }
    elif isinstance(body, inline.Picture):
        found = pictures.load(body.src)
        if found:
            data, ending, width, _height = found
            name = f"picture{n}.{ending}"
            (root / name).write_bytes(data)
            said["picture"] = {"name": name, "alt": body.alt, "width": width}
        said["runs"] = (
            _runs(body.caption) if body.caption or found else [{"t": body.alt, "i": True}]
        )
    else:
        said["runs"] = _runs(body)
    return said


def _cell(cell):
    return {"c": cell.columns, "r": cell.rows, "runs": _runs(cell.runs)}


def _runs(runs):
    return [
        {"t": run.text} | {short: True for name, short in _MARKS.items() if getattr(run, name)}
        for run in runs
    ]
