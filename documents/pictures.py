"""Where the pictures of a text stand while it is being imported. Pure.

The sanitiser lets addresses of own pictures through, so a picture that has none yet stands under
one that no picture ever gets: its folder is that of no month.
"""

import re
from html import escape, unescape

from django.conf import settings

_FOLDER = "anh/0000/00/"
_IMG = re.compile(r"<img(?: [\w-]+=\"[^\"]*\")*\s*/?>")
_ATTR = re.compile(r'([\w-]+)="([^"]*)"')


def place_of(upload_id):
    """The address under which a picture waits in the text."""
    return f"{settings.MEDIA_URL}{_FOLDER}{upload_id}.png"


def waiting(html):
    """Ids (str) of the pictures that wait in a text, in order."""
    stem = re.escape(f"{settings.MEDIA_URL}{_FOLDER}")
    return re.findall(rf'src="{stem}([0-9a-f-]{{36}})\.png"', html)


def sources(html):
    """The addresses of all pictures in a text, in order."""
    return [dict(_ATTR.findall(tag)).get("src", "") for tag in _IMG.findall(html)]


def changed(html, change):
    """`html` with every picture as `change` says.

    Args:
        change: function({attribute: value}) -> the new attributes, or None to take the picture out.
    """

    def one(match):
        given = {name: unescape(value) for name, value in _ATTR.findall(match[0])}
        wanted = change(given)
        if wanted is None:
            return ""
        return "<img {}>".format(" ".join(f'{n}="{escape(v)}"' for n, v in wanted.items()))

    return _IMG.sub(one, html) if "<img" in html else html
