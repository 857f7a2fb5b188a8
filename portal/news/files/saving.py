"""An article as one file that needs nothing else: pictures inside, addresses in full.

Made from the same stored, sanitised text as the page. What a picture weighs is bounded, so that
the file of a long gallery stays one that can be sent by mail.
"""

import base64
import re
from functools import lru_cache
from html import unescape
from pathlib import Path

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils.html import escape

from portal.common.addresses import absolute

#: All pictures of one file together, in bytes; later ones stay links.
MOST = 6 * 1024 * 1024
_SRC = re.compile(r'(<img[^>]*?\ssrc=")([^"]*)(")')
_HREF = re.compile(r'(<a[^>]*?\shref=")(/[^"]*)(")')
_TYPES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp"}


class Album:
    """Pictures as data addresses, until `MOST` is reached; then, or if gone, full addresses."""

    def __init__(self, most=MOST):
        self.left = most

    def picture(self, address):
        """`address` of one of our public pictures as something that stands by itself."""
        name = address.removeprefix(settings.MEDIA_URL)
        kind = _TYPES.get(name.rpartition(".")[2])
        if kind is None or name == address:
            return absolute(address)
        try:
            with default_storage.open(name) as file:
                data = file.read(self.left + 1)
        except OSError:
            return absolute(address)
        if len(data) > self.left:
            return absolute(address)
        self.left -= len(data)
        return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def body(html, album):
    """The text with its pictures inside and its links in full."""
    html = _SRC.sub(lambda m: m[1] + escape(album.picture(unescape(m[2]))) + m[3], html)
    return _HREF.sub(lambda m: m[1] + escape(absolute(unescape(m[2]))) + m[3], html)


@lru_cache(maxsize=1)
def style():
    """The style sheet that stands inside the file."""
    return (Path(settings.BASE_DIR) / "templates/news/saved.css").read_text(encoding="utf-8")
