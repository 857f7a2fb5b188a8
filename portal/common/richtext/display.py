"""What stored rich text becomes on a page: pictures that fit the screen, tables that can be moved.

Takes sanitised HTML (every attribute quoted, every address our own) and only ever adds attributes
and wrappers of our own, so that it stays as safe as it was.
"""

import re
from collections.abc import Mapping
from html import escape

from django.conf import settings
from django.utils.translation import gettext as _

from portal.common.uploads.models import WIDTHS

from .sanitize import _ATTR, _IMG

#: An own picture: folder and id without the width of a derivative, its ending.
_OWN = re.compile(r"(?P<stem>anh/\d{4}/\d{2}/(?P<id>[0-9a-f-]{36}))(?:-\d+)?\.\w+")
#: How wide a picture stands in the column of text, and beside it.
_FULL, _BESIDE = "(max-width: 48rem) 100vw, 44rem", "(max-width: 48rem) 100vw, 22rem"

#: {id of a picture: (its stored address below /media/, width, height)}
Sizes = Mapping[str, tuple[str, int, int]]


def picture_ids(html: str) -> set[str]:
    """Ids of the uploads that the pictures of a text show."""
    return {found["id"] for found in _OWN.finditer(html)} if "<img" in html else set()


def responsive(html: str, sizes: Sizes) -> str:
    """`html` with lazy pictures in the widths that exist, and tables in regions that scroll.

    Args:
        sizes: what is known of the pictures; one that is missing keeps its address and stays lazy.
    """
    html = _IMG.sub(lambda match: _picture(match["attrs"], sizes), html)
    if "<table" in html:
        label = escape(_("Bảng trong bài"))
        region = f'<div class="region" role="region" aria-label="{label}" tabindex="0">'
        html = html.replace("<table", f"{region}<table").replace("</table>", "</table></div>")
    return html


def _picture(attrs: str, sizes: Sizes) -> str:
    values = dict(_ATTR.findall(attrs))  # escaped as they stand
    found = _OWN.search(values.get("src", ""))
    known = sizes.get(found["id"]) if found else None
    if known is not None:
        name, width, height = known
        smaller = [(w, f"{found['stem']}-{w}.webp") for w in WIDTHS if w < width]
        every = [(w, escape(settings.MEDIA_URL + n)) for w, n in [*smaller, (width, name)]]
        values["src"] = every[min(1, len(every) - 1)][1]
        values["width"], values["height"] = str(width), str(height)
        if smaller:
            values["srcset"] = ", ".join(f"{address} {w}w" for w, address in every)
            beside = values.get("class") in ("align-left", "align-right")
            values["sizes"] = _BESIDE if beside else _FULL
    values |= {"loading": "lazy", "decoding": "async"}
    written = " ".join(f'{name}="{value}"' for name, value in values.items())
    return f"<img {written}>"
