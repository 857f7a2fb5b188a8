"""Letters, paper forms and a list of the demo: accepted, to be checked, with lines to mend."""

import datetime as dt
import io

from PIL import Image, ImageDraw, ImageFont

from feedback import unit_forms
from feedback.actions import entries, entry_files, entry_imports
from feedback.models import Channel, Consultation, EntryBatch, LadderNode, RespondentGroup
from portal.accounts.models import User
from portal.common import clock
from portal.demo import content

CLERK, CHECKER = "lethuylinh", "tonghop"


def load(world, on):
    """Enter the batches of entries.yaml through the actions; `on` is the day of the demo."""
    sample = content.load("entries.yaml", on)
    clerk, checker = (User.objects.get(username=name) for name in (CLERK, CHECKER))
    for row in sample["batches"]:
        node = _node(row)
        batch = entries.start(
            actor=clerk,
            consultation=node.consultation,
            node=node,
            kind=EntryBatch.Kind.PAPER,
            channel=Channel(row["channel"]),
            received_on=on - dt.timedelta(days=row["days_ago"]),
            note=row["note"],
        )
        entry_files.add_scan(actor=clerk, batch=batch, file=_sheet(row))
        for line in row["rows"]:
            entries.put_row(
                actor=clerk,
                batch=batch,
                place_typed=line.get("place", ""),
                stance=line["stance"],
                text=line.get("text", ""),
                reason=line.get("reason", ""),
                group=RespondentGroup.objects.filter(name=line.get("group", "")).first(),
            )
        entries.submit(actor=clerk, batch=batch)
        if row["accepted"]:
            entries.accept(actor=checker, batch=batch)
    _list(sample["list"], on)


def _list(row, on):
    """A list that came back from a unit, read, with lines to mend."""
    node = _node(row)
    lines = [({"edition": "", **line}, []) for line in row["rows"]]
    data = unit_forms.workbook(node.consultation, node, lines)
    file = io.BytesIO(data)
    file.name, file.size = row["name"], len(data)
    entry_imports.import_file(
        actor=User.objects.get(username=row["clerk"]),
        consultation=node.consultation,
        node=node,
        channel=Channel(row["channel"]),
        received_on=on - dt.timedelta(days=row["days_ago"]),
        upload=file,
    )


def _node(row):
    """The unit on the ladder of the open consultation on the document that `row` names."""
    consultation = Consultation.objects.select_related("opens", "closes").get(
        consultation_editions__edition__document__title__contains=row["document"],
        ladder_copied_at__isnull=False,
        closes__at__gt=clock.now(),
    )
    node = LadderNode.objects.get(consultation=consultation, agency__slug=row["unit"])
    node.consultation = consultation
    return node


def _sheet(row):
    """A drawn sheet with the same words, in place of a photo of a paper form."""
    image = Image.new("RGB", (1000, 1300), "#fbfaf5")
    draw = ImageDraw.Draw(image)
    big, small = ImageFont.load_default(size=34), ImageFont.load_default(size=22)
    draw.rectangle((40, 40, 960, 1260), outline="#8a8577", width=2)
    draw.text((300, 80), "PHIEU GOP Y (MAU)", font=big, fill="#222")
    y = 170
    for n, line in enumerate(row["rows"], start=1):
        draw.text((80, y), f"{n}.", font=small, fill="#222")
        for k in range(4):
            width = 780 - 160 * (k == 3)
            draw.line((120, y + 26 + 34 * k, 120 + width, y + 26 + 34 * k), fill="#345878", width=3)
        y += 180 + 20 * (len(line.get("text", "")) > 120)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=80)
    out.seek(0)
    out.name = "phieu.jpg"
    return out
