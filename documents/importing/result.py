"""What reading a file gives, and how much of a file is read."""

import datetime as dt
from dataclasses import dataclass, field

from documents.blocks import MAX_BLOCKS, BlockDraft

MB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """How much is read of one file, so that memory stays bounded whatever was sent."""

    file: int = 50 * MB
    unpacked: int = 400 * MB  # all members together, as they say and as they prove to be
    members: int = 5_000
    ratio: int = 200  # unpacked to packed, of members over 32 MB
    main_part: int = 40 * MB  # word/document.xml
    part: int = 8 * MB  # any other XML
    text: int = 16 * MB  # an HTML or plain text file
    pictures: int = 500
    picture: int = 10 * MB
    all_pictures: int = 60 * MB
    pixels: int = 40_000_000
    blocks: int = MAX_BLOCKS


@dataclass(frozen=True)
class Picture:
    """A picture of the file: `ref` is its address in the blocks ("import:1"), `data` its bytes.

    The bytes are PNG, JPEG, GIF or WebP of a size that `portal.common.uploads.store_image` takes.
    """

    ref: str
    name: str
    data: bytes = field(repr=False)
    alt: str = ""


@dataclass(frozen=True)
class TrackedChange:
    """A change somebody tracked in Word, resolved as accepted, or a comment, which is left out.

    `block` is the index of the block it stands in; of what vanished whole, the block that follows
    it (or the last). `kind`: insert, delete, move, comment. `on` is None where Word kept no date.
    """

    block: int
    kind: str
    author: str
    on: dt.date | None
    text: str


@dataclass(frozen=True)
class LegacyRun:
    """Text of a font of before Unicode, as it was and as it reads now; `font` "" was guessed."""

    block: int
    font: str
    before: str
    after: str


@dataclass(frozen=True)
class ImportResult:
    """A file as blocks, with all that a person should look at before saving it.

    Pictures stand in the blocks' html as `<img src="import:1" alt="…">`; `pictures` holds them by
    that address. `notes` are Vietnamese sentences about what could not be kept as it was.
    `cut(to_html(blocks)) == blocks` once the pictures have addresses of the portal.
    """

    blocks: list[BlockDraft]
    pictures: dict[str, Picture] = field(default_factory=dict)
    changes: list[TrackedChange] = field(default_factory=list)
    legacy: list[LegacyRun] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
