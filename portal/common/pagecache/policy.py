"""Which requests may be answered from the page cache, and under which key.

Nothing of a request gets into a key or into kept bytes but what is named here: a plain path of an
address that opted in, and parameters of its allow-list in their one plain spelling.
"""

import datetime as dt
import functools
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.urls import Resolver404, resolve

from portal.common.middleware import is_quiet

#: Public addresses are ASCII without marks; the longest real one has some 250 characters.
_PATH = re.compile(r"/[A-Za-z0-9/_.-]{0,299}")
_PIECE = re.compile(r"([a-z_]{1,20})=([A-Za-z0-9_.-]{1,100})")
#: The longest query string that is looked at; addresses shared on social networks are long.
_QUERY_LENGTH = 1000
#: What social networks and mailings hang on a shared address. No view reads them: they are taken
#: away before the page is made, so that a shared link costs no rendering.
_HUNG_ON = re.compile(
    r"utm_[a-z_]{1,20}|fbclid|gclid|mibextid|zarsrc|zalo_src|gidzl|_gl|mc_cid|mc_eid"
)
#: Kept pages of a long list; what lies deeper is asked for seldom and made anew each time.
_PAGES_KEPT = 50
_ALLOWED = "public_page"
_HELD_BACK = ("HTTP_HX_REQUEST", "HTTP_AUTHORIZATION", "HTTP_RANGE", "SCRIPT_NAME")
_MESSAGES = "messages"


def page_number(text):
    """A page of a list: 1 to 50."""
    return text.isascii() and text.isdecimal() and text[0] != "0" and int(text) <= _PAGES_KEPT


def day(text):
    """A day written 2026-09-18."""
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def month(text):
    """A month written 2026-09."""
    return day(f"{text}-01")


def choice(*values):
    """One of these words."""
    return frozenset(values).__contains__


def public_page(**params):
    """Decorator: anonymous readers may be given kept bytes of this view.

    The view must show every anonymous reader the same, and neither look at the session nor use a
    CSRF token (such a page is not kept, and the log says so). What it answers with another status
    than 200 is never kept.

    Args:
        params: for each parameter of the query that the view reads, a function that says whether a
            text is a proper value. A request with any other parameter, or one twice, or a value
            spelt otherwise, goes to the view.
    """

    def mark(view):
        setattr(view, _ALLOWED, params)
        return view

    return mark


@dataclass(frozen=True)
class Page:
    """One page that may be kept. `key` is (path, query), both in their plain spelling."""

    key: tuple[str, str]
    route: str
    quiet: bool

    @property
    def name(self):
        """Its name in Redis. The host is the configured one, whatever a request said."""
        path, query = self.key
        return f"page:{site_host()}{path}?{query}"


@functools.lru_cache(maxsize=8)
def _host_of(site_url):
    return urlsplit(site_url).netloc


def site_host():
    """The host of SITE_URL, with its port: what every kept page is made for."""
    return _host_of(settings.SITE_URL)


@functools.lru_cache(maxsize=128)
def _known_host(host, allowed):
    domain, _port = split_domain_port(host)
    return bool(domain) and validate_host(domain, allowed)


def may_be_kept(request):
    """Whether the request comes from an anonymous reader who asks for a whole public page.

    The cheap half of the question, asked of every request. Whoever carries a session, or a message
    for the next page, is no anonymous reader; an unknown host is left to Django, which refuses it.
    """
    meta = request.META
    if request.method not in ("GET", "HEAD") or any(meta.get(name) for name in _HELD_BACK):
        return False
    cookies = meta.get("HTTP_COOKIE")
    if cookies and (settings.SESSION_COOKIE_NAME in cookies or _MESSAGES in cookies):
        return False
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return False
    host = meta.get("HTTP_HOST") or meta.get("SERVER_NAME", "")
    return _known_host(host, tuple(settings.ALLOWED_HOSTS))


def page_of(request):
    """The Page that the request asks for, or None when the view has to answer."""
    path = request.path_info
    if not _PATH.fullmatch(path) or path.startswith(settings.STATIC_URL):
        return None
    try:
        match = resolve(path)
    except Resolver404:
        return None
    params = getattr(match.func, _ALLOWED, None)
    if params is None:
        return None
    query = plain_query(request.META.get("QUERY_STRING", ""), params)
    if query is None:
        return None
    return Page((path, query), match.route, is_quiet(match))


def plain_query(text, params):
    """The query in its one plain spelling, or None where the view has to look at it itself."""
    if not text:
        return ""
    if len(text) > _QUERY_LENGTH:
        return None
    found = {}
    for piece in text.split("&"):
        if _HUNG_ON.fullmatch(piece.partition("=")[0]):
            continue
        match = _PIECE.fullmatch(piece)
        if match is None or match[1] in found:
            return None
        proper = params.get(match[1])
        if proper is None or not proper(match[2]):
            return None
        found[match[1]] = match[2]
    return "&".join(f"{name}={found[name]}" for name in sorted(found))


def plain_request(request, page):
    """Take from the request everything that is not the page's: cookies, headers, host, spelling.

    What is made afterwards cannot hold anything a reader sent, because nothing of it is left. The
    id of the request is put aside for the log.
    """
    meta = request.META
    request.given_id = meta.get("HTTP_X_REQUEST_ID")
    secure = settings.SECURE_PROXY_SSL_HEADER
    over_https = secure is not None and meta.get(secure[0]) == secure[1]
    for name in [name for name in meta if name.startswith("HTTP_")]:
        del meta[name]
    for name in ("RAW_URI", "REQUEST_URI", "CONTENT_TYPE", "CONTENT_LENGTH", "REMOTE_PORT"):
        meta.pop(name, None)
    if over_https:
        meta[secure[0]] = secure[1]
    meta["HTTP_HOST"] = site_host()
    meta["REMOTE_ADDR"] = "0.0.0.0"  # noqa: S104  nobody's
    meta["QUERY_STRING"] = page.key[1]
    meta["REQUEST_METHOD"] = request.method = "GET"
    for name in ("COOKIES", "GET", "headers", "accepted_types"):
        request.__dict__.pop(name, None)
