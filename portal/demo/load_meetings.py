"""The demo's meetings of units: one with opinions, one agreed, one whose minutes wait for a clerk,
one whose minutes wait for the unit's word."""

import datetime as dt
import json
import tempfile
from pathlib import Path

import typst
from django.core.files.base import ContentFile

from feedback.actions import meetings, minutes
from feedback.models import LadderNode, Meeting
from portal.common import clock
from portal.demo import content

_PAGE = """
#set page(width: 148mm, height: 210mm, margin: 14mm, fill: rgb("#f7f3ea"))
#set text(size: 10.5pt, fill: rgb("#24304f"), lang: "vi")
#set par(leading: 0.9em, justify: true)
#let facts = json("facts.json")
#if facts.n == 1 [
  #align(center)[*BIÊN BẢN* \\ Sinh hoạt góp ý dự thảo văn kiện \\ #facts.unit]
  #v(4mm)
  Ngày họp: #facts.day. Có mặt: #facts.present đồng chí.
]
#for line in facts.lines [ #par[#line] ]
#v(1fr)
#align(right)[Trang #facts.n]
"""


def load(world, on):
    """Enter the meetings of meetings.yaml in the consultation it names."""
    sample = content.load("meetings.yaml", on)
    for row in sample["meetings"]:
        agency = world["agencies"][row["unit"]]
        node = (
            LadderNode.objects.select_related("consultation__opens", "consultation__closes")
            .filter(agency=agency, consultation__title=sample["consultation"])
            .first()
        )
        if node is not None:
            _meeting(world["users"], node, row)


def _meeting(users, node, row):
    secretary, now = users[row["by"]], clock.now() - dt.timedelta(hours=2)
    meeting, _again = meetings.enter_meeting(
        actor=secretary,
        node=node,
        held_on=row["on"],
        present=row["present"],
        speakers=row["speakers"],
        outcome=row["outcome"],
        submission_key=f"mau-{row['unit']}-{row['on']}",
        now=now,
    )
    who = secretary
    if row["outcome"] == Meeting.Outcome.MINUTES:
        pages = [_photo(node, row, n, lines) for n, lines in enumerate(row["pages"], start=1)]
        minutes.keep_photos(actor=secretary, meeting=meeting, files=pages, now=now)
        meetings.hand_in(actor=secretary, meeting=meeting, now=now)
        if "keyed_by" not in row:
            return
        who = users[row["keyed_by"]]
        minutes.claim(actor=who, meeting=meeting, now=now)
    edition = node.consultation.consultation_editions.select_related("edition").first().edition
    for n, opinion in enumerate(row.get("opinions", ()), start=1):
        at = opinion["at"]
        meetings.put_opinion(
            actor=who,
            meeting=meeting,
            n=n,
            edition=edition,
            block=edition.blocks.filter(plain__startswith=at).first() if at else None,
            stance=opinion["stance"],
            text=opinion["text"],
            proposed=opinion.get("proposed", ""),
            now=now,
        )
    if who is not secretary:
        minutes.finish(actor=who, meeting=meeting, now=now)
    elif row["outcome"] == Meeting.Outcome.OPINIONS:
        meetings.send(actor=secretary, meeting=meeting, now=now)


def _photo(node, row, n, lines):
    """A page of minutes, as a phone would have taken it."""
    facts = {"unit": node.name, "n": n, "lines": lines, "present": row["present"]}
    facts["day"] = f"{row['on']:%d/%m/%Y}"
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "facts.json").write_text(json.dumps(facts, ensure_ascii=False), encoding="utf-8")
        (root / "page.typ").write_text(_PAGE, encoding="utf-8")
        data = typst.compile(str(root / "page.typ"), root=folder, format="png", ppi=110)
    return ContentFile(data, name=f"trang-{n}.png")
