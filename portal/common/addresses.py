"""Full addresses of this site, for feeds, sitemaps and what other sites read about a page.

They begin with SITE_URL, never with the host a request came under: a page that is kept for the next
reader must not carry what a stranger wrote into a header.
"""

from urllib.parse import urljoin

from django.conf import settings


def absolute(path: str) -> str:
    """The full address of a path of this site; a full address stays what it is."""
    return urljoin(settings.SITE_URL.rstrip("/") + "/", path)
