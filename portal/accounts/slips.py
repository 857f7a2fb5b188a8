"""Printed slips: one PDF, eight slips on an A4 page, each with a QR link and its code in letters.

typst gets the data as JSON, so no text can act as markup.
"""

import io
import json
import tempfile
from pathlib import Path

import segno
import typst

_TEMPLATE = """
#let data = json("slips.json")
#set document(title: data.title)
#set page(paper: "a4", margin: (x: 10mm, y: 10mm))
#set text(lang: "vi", size: 9pt)
#let cut = (paint: luma(120), thickness: 0.5pt, dash: "dashed")
#let slip(row) = box(width: 100%, height: 100%, inset: 4mm)[
  #text(size: 8pt, fill: luma(60))[#data.site]
  #v(-1mm)
  #text(size: 12pt, weight: "bold")[#row.name]
  #v(-2mm)
  #text(fill: luma(60))[#row.agency]
  #v(0.5mm)
  #grid(columns: (30mm, 1fr), gutter: 4mm,
    image(row.qr, width: 30mm),
    [
      Tên đăng nhập \\
      #text(size: 11pt, weight: "bold")[#row.username]
      #v(0.5mm)
      Quét hình bên, hoặc mở \\
      #text(weight: "bold")[#data.entry] \\
      và nhập mã \\
      #text(size: 10pt, weight: "bold")[#row.code]
      #v(0.5mm)
      Dùng một lần, đến hết #row.until.
    ])
]
#grid(columns: (1fr, 1fr), rows: (68mm,), stroke: cut,
  ..data.slips.map(slip))
"""


def grouped(secret):
    """'ABCDE-FGHJK-…': the code as it is printed."""
    return "-".join(secret[i : i + 5] for i in range(0, len(secret), 5))


def render(rows, *, site, entry):
    """The PDF (bytes) of the slips.

    Args:
        rows: dicts with name, agency, username, secret, url, until (a date).
        site: name of the portal.
        entry: the address where the code can be typed, as people read it.
    """
    with tempfile.TemporaryDirectory(prefix="slips-") as folder:
        root = Path(folder)
        slips = []
        for n, row in enumerate(rows):
            out = io.BytesIO()
            segno.make(row["url"], error="m").save(out, kind="svg", border=0, xmldecl=True)
            (root / f"qr{n}.svg").write_bytes(out.getvalue())
            slips.append(
                {
                    "name": row["name"],
                    "agency": row["agency"],
                    "username": row["username"],
                    "code": grouped(row["secret"]),
                    "until": f"{row['until']:%d/%m/%Y}",
                    "qr": f"qr{n}.svg",
                }
            )
        data = {"title": "Phiếu đăng nhập", "site": site, "entry": entry, "slips": slips}
        (root / "slips.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
        main = root / "slips.typ"
        main.write_text(_TEMPLATE, encoding="utf-8")
        return typst.compile(str(main), root=str(root))
