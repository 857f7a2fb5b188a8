"""The mails of the demo, read from the folder into which Django's file backend writes them.

One file holds the mails of one connection, each followed by a line of 79 dashes.
"""

import datetime as dt
import email
import email.policy
import re
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from functools import lru_cache
from pathlib import Path

import nh3
from django.conf import settings

SEPARATOR = b"\n" + b"-" * 79 + b"\n"
#: Older files are not read: a demo that ran for weeks should not make this page slow.
FILES = 500
_NAME = re.compile(r"^[0-9]{8}-[0-9]{6}-[0-9]+$")
_TAGS = {"p", "br", "b", "strong", "i", "em", "small", "a", "ul", "ol", "li", "hr", "blockquote"}
_TAGS |= {"h1", "h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td", "pre", "code"}


@dataclass(frozen=True)
class Letter:
    """One mail as the page shows it; `html` is safe to print."""

    name: str  # file and number: the address of its page
    subject: str
    sender: str
    to: str
    date: dt.datetime | None
    message_id: str
    text: str
    html: str


def letters():
    """All mails, newest first."""
    found = []
    for path in sorted(_folder().glob("*.log"), reverse=True)[:FILES]:
        found += reversed(_read(path))
    return found


def letter(name):
    """The mail of that name, or None."""
    stem = name.rpartition("-")[0]
    path = _folder() / f"{stem}.log"
    if not _NAME.match(stem) or not path.is_file():
        return None
    return next((found for found in _read(path) if found.name == name), None)


def _folder():
    return Path(settings.EMAIL_FILE_PATH or "/nonexistent")


def _read(path):
    try:
        stat = path.stat()
    except OSError:
        return []
    return _parse(path, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=FILES)
def _parse(path, changed, size):
    # `changed` and `size` are part of the key: a file that grew is read again.
    parts = path.read_bytes().split(SEPARATOR)
    # What follows the last separator is nothing, or a mail that is being written just now.
    return [_letter(f"{path.stem}-{n}", raw) for n, raw in enumerate(parts[:-1], start=1)]


def _letter(name, raw):
    message = email.message_from_bytes(raw.lstrip(b"\n"), policy=email.policy.default)
    return Letter(
        name=name,
        subject=str(message["Subject"] or ""),
        sender=str(message["From"] or ""),
        to=str(message["To"] or ""),
        date=_date(message),
        message_id=str(message["Message-ID"] or ""),
        text=_body(message, "plain"),
        html=_safe(_body(message, "html")),
    )


def _date(message):
    try:
        date = parsedate_to_datetime(message["Date"])
    except (TypeError, ValueError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=dt.UTC)  # "-0000": UTC, zone not told


def _body(message, kind):
    part = message.get_body((kind,))
    if part is None:
        return ""
    try:
        return part.get_content()
    except (LookupError, UnicodeError):
        return part.get_payload(decode=True).decode(errors="replace")


def _safe(html):
    """The letter without anything that runs or is fetched from elsewhere."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "head", "title"},
        attributes={"a": {"href"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer",
    )
