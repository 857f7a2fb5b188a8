"""The demo's register of official documents, beside those that the plans bring with them."""

import json
import tempfile
from pathlib import Path

import typst
from django.core.files.base import ContentFile

from portal.demo import content
from portal.official import actions
from portal.official.models import DocumentLink, DocumentType
from portal.official.queries import document_type, matching
from portal.official.queries.desk import issuer_of
from portal.official.symbols import parse_symbol

_PAPER = """
#let d = json("facts.json")
#set page(paper: "a4", margin: 20mm)
#set text(font: "Libertinus Serif", size: 13pt, lang: "vi")
#grid(columns: (1fr, 1fr), align: center, upper(d.issuer), [Mẫu, ngày #d.on])
#v(4mm)
Số: #d.symbol
#v(8mm)
#align(center, strong(d.title))
#v(6mm)
Đây là văn bản của bản dùng thử, do cổng tự dựng để minh họa việc giữ nguyên tệp. Nội dung không có
giá trị pháp lý, không có chữ ký hay con dấu.
#v(10mm)
#align(right, [#d.position \\ #d.signer])
"""


def load(world, on):
    """Enter the documents of register.yaml with their links and papers; those that are there stay.

    Args:
        on: the day of loading.
    """
    rows = content.load("register.yaml", on)["documents"]
    made = {}
    for row in rows:
        if row.get("symbol") and matching(row["symbol"]).exists():
            continue
        made[row.get("symbol", row["title"])] = (_enter(world, row), row)
    for document, row in made.values():
        for kind in DocumentLink.Kind.values:
            targets = [matching(symbol).first() for symbol in row.get(kind, ())]
            if targets:
                actor = document.created_by
                actions.set_links(actor=actor, source=document, kind=kind, targets=targets)


def _enter(world, row):
    issuer, name = issuer_of(row["issuer"], row["on"])
    values = {
        "symbol": row.get("symbol", ""),
        "issued_on": row["on"],
        "title": row["title"],
        "issuer": issuer,
        "issuer_name": name,
        "scope_key": row.get("term", ""),
        "signer": row.get("signer", ""),
        "signer_position": row.get("position", ""),
        "recipients": row.get("recipients", ""),
        "is_public": row.get("public", True),
    }
    if "type" in row:
        family = parse_symbol(row["symbol"]).family
        values["type"] = DocumentType.objects.get(family=family, name=row["type"])
    elif not row.get("symbol"):
        values["type"] = document_type("TB", "party")
    return actions.enter_document(
        actor=world["users"].get(row["by"]),
        agency=world["agencies"][row["in"]],
        file=_paper(row) if row.get("pdf") else None,
        **values,
    )


def _paper(row):
    facts = {key: str(row.get(key, "")) for key in ("symbol", "title", "issuer", "position")}
    facts |= {"signer": row.get("signer", ""), "on": f"{row['on']:%d/%m/%Y}"}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        # The facts go in as data, so that no text can act as mark-up.
        (root / "facts.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        (root / "paper.typ").write_text(_PAPER, encoding="utf-8")
        data = typst.compile(str(root / "paper.typ"), root=folder)
    return ContentFile(data, name=f"{row['symbol'].replace('/', '-')}.pdf")
