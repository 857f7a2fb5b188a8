"""How addresses of earlier systems are compared.

Old servers cared neither for capitals nor for a slash at the end, and many kept the number of the
article in the query: the path and its query together are the address.
"""

import re
from urllib.parse import unquote, urlsplit

from portal.common.text import clean

_ARTICLE = re.compile(r"/tin-tuc/[-\w]+/[a-z0-9-]+-(?P<pk>[1-9][0-9]{0,17})/?")


def plain(address):
    """ "/tin/bai.aspx?id=12" from any way of writing that address; "" for what is none."""
    address = clean(address)
    if not address.startswith("/"):
        address = address if "//" in address else f"//{address}"
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = "/" + unquote(parts.path).strip("/")
    return (path + (f"?{unquote(parts.query)}" if parts.query else "")).casefold()


def article_in(address):
    """The number of the article an address of this portal leads to, or None."""
    try:
        found = _ARTICLE.fullmatch(urlsplit(clean(address)).path)
    except ValueError:
        return None
    return int(found["pk"]) if found else None
