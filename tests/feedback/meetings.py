"""Meetings for tests: entered, photographed, keyed in through the actions."""

import datetime as dt
import io
import secrets

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from feedback.actions import meetings, minutes
from feedback.models import Meeting
from feedback.queries.meetings import MEETINGS
from tests.feedback.batches import node
from tests.feedback.factories import NOW

HELD = dt.date(2025, 8, 19)
Way = Meeting.Outcome


def enter(world, outcome=Way.OPINIONS, **fields):
    """A meeting of `world.cell`, entered by its secretary."""
    row, _again = meetings.enter_meeting(
        **{
            "actor": world.secretary,
            "node": node(world, world.cell),
            "held_on": HELD,
            "present": 24,
            "speakers": 5,
            "outcome": outcome,
            "submission_key": secrets.token_urlsafe(24),
            "now": NOW,
        }
        | fields
    )
    return row


def words(world, n=1, **fields):
    return {
        "edition": world.edition,
        "block": world.block(2),
        "stance": "partly",
        "text": f"Ý kiến thứ {n} của hội nghị.",
    } | fields


def with_opinions(world, rows=2, **fields):
    row = enter(world, **fields)
    for n in range(1, rows + 1):
        meetings.put_opinion(actor=row.entered_by, meeting=row, n=n, now=NOW, **words(world, n))
    return again(row)


def sent(world, rows=2):
    row = with_opinions(world, rows)
    return meetings.send(actor=world.secretary, meeting=row, now=NOW)


def photo(name="dong-chi-nguyen-van-a.jpg", size=(300, 400), colour=(143, 29, 32)):
    out, picture = io.BytesIO(), Image.new("RGB", size, colour)
    data = picture.getexif()
    data[0x010E] = "Nguyễn Văn A"
    picture.save(out, "JPEG", exif=data)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


def photographed(world, pages=2, **fields):
    """Minutes with photos, not handed in."""
    row = enter(world, Way.MINUTES, **fields)
    files = [photo(colour=(10 * n, 29, 32)) for n in range(1, pages + 1)]
    kept, problems = minutes.keep_photos(actor=row.entered_by, meeting=row, files=files, now=NOW)
    assert (kept, problems) == (pages, [])
    return again(row)


def keying(world, **fields):
    """Minutes that wait for a clerk."""
    row = photographed(world, **fields)
    return meetings.hand_in(actor=row.entered_by, meeting=row, now=NOW)


def confirming(world, rows=2):
    """Minutes that the clerk of the commune keyed in."""
    row = minutes.claim(actor=world.clerk, meeting=keying(world), now=NOW)
    for n in range(1, rows + 1):
        meetings.put_opinion(actor=world.clerk, meeting=row, n=n, now=NOW, **words(world, n))
    return minutes.finish(actor=world.clerk, meeting=row, now=NOW)


def again(row):
    """The meeting as it stands now."""
    return MEETINGS.get(pk=row.pk)
