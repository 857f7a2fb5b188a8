"""One kept page: its bytes as they go out, and the answers made of them."""

import functools
import gzip
import hashlib
import json
from dataclasses import dataclass
from time import monotonic

from django.http import HttpResponse, HttpResponseNotModified

#: From the moment a page began to be made, no reader may be shown it for longer, wherever it was
#: kept in between: what is published, corrected or withdrawn is seen within so many seconds.
SEEN_WITHIN = 5
#: So long a page is given without asking anybody.
FRESH = 2.0
#: So long to those who come while it is being made anew.
STALE = 4.0
#: The largest page that is kept, as it is and compressed.
LARGEST, LARGEST_SMALL = 2_000_000, 300_000
#: A proxy counts in whole seconds and may hold a page for one more than it was told.
_PROXY_SECOND = 1
#: Made for each answer, or saying nothing about the page.
_NOT_KEPT = {"x-request-id", "content-length", "vary", "date", "server", "etag", "connection"}
_VARY = "Accept-Encoding, Cookie"


@dataclass(frozen=True)
class Stored:
    """Bytes (gzip), headers exactly as the view's answer had them, and how old they are.

    `made` is the moment (monotonic, of this process) at which the page began to be made, so that
    what changed meanwhile counts as after it. `generation` is that of the pages at that moment.
    """

    body: bytes
    length: int
    tag: str
    headers: tuple[tuple[str, str], ...]
    route: str
    quiet: bool
    generation: str
    made: float

    def age(self):
        return monotonic() - self.made

    def pack(self):
        """As Redis keeps it: one line of JSON, with the age, then the body."""
        head = {
            "took": self.age(),
            "length": self.length,
            "tag": self.tag,
            "headers": self.headers,
            "route": self.route,
            "quiet": self.quiet,
            "generation": self.generation,
        }
        return json.dumps(head).encode() + b"\n" + self.body

    @classmethod
    def unpack(cls, data, kept_for):
        """Read what `pack` wrote, `kept_for` seconds ago."""
        head, _, body = data.partition(b"\n")
        fields = json.loads(head)
        made = monotonic() - kept_for - fields.pop("took")
        fields["headers"] = tuple((name, value) for name, value in fields["headers"])
        return cls(body=body, made=made, **fields)

    def answer(self, request):
        """The response for this reader: compressed or not, or 304 when they have it."""
        meta = request.META
        compressed = accepts_gzip(meta.get("HTTP_ACCEPT_ENCODING", ""))
        tag = f'"{self.tag}-gz"' if compressed else f'"{self.tag}"'
        own = {
            "Cache-Control": f"public, max-age=0, must-revalidate, s-maxage={self.for_proxies()}",
            "Vary": _VARY,
            "ETag": tag,
        }
        asked = meta.get("HTTP_IF_NONE_MATCH")
        if asked and (asked.strip() == "*" or tag in asked):
            return HttpResponseNotModified(headers=own)
        # A feed reader may only know the day; equal, not "since", as a withdrawal turns it back.
        since = meta.get("HTTP_IF_MODIFIED_SINCE")
        if since and not asked and since == dict(self.headers).get("Last-Modified"):
            return HttpResponseNotModified(headers=own)
        if compressed:
            body, length = self.body, len(self.body)
            own["Content-Encoding"] = "gzip"
        else:
            length = self.length
            body = b"" if request.method == "HEAD" else gzip.decompress(self.body)
        own["Content-Length"] = str(length)
        content = b"" if request.method == "HEAD" else body
        return HttpResponse(content, headers=dict(self.headers) | own)

    def for_proxies(self):
        """How many seconds a proxy may keep it so that the sum stays within SEEN_WITHIN."""
        return max(0, int(SEEN_WITHIN - _PROXY_SECOND - self.age()))


def keep(request, response, page, *, generation, made):
    """The Stored of a response, or the reason (a text) why it cannot be kept."""
    reason = _against(request, response)
    if reason:
        return reason
    content = response.content
    # As good as the best and half as long to make; the time of no day in it, so that equal pages
    # have equal bytes.
    body = gzip.compress(content, compresslevel=6, mtime=0)
    if len(content) > LARGEST or len(body) > LARGEST_SMALL:
        return "too large"
    return Stored(
        body=body,
        length=len(content),
        tag=hashlib.sha256(content).hexdigest()[:24],
        headers=tuple((n, v) for n, v in response.items() if n.lower() not in _NOT_KEPT),
        route=page.route,
        quiet=page.quiet,
        generation=generation,
        made=made,
    )


def _against(request, response):
    if response.status_code != 200:
        return "status"
    if response.streaming:
        return "streaming"
    if response.cookies or response.has_header("Set-Cookie"):
        return "sets a cookie"
    session = getattr(request, "session", None)
    if session is not None and (session.accessed or session.modified):
        return "looks at the session"
    if "CSRF_COOKIE" in request.META:
        return "uses a CSRF token"
    vary = {word.strip().lower() for word in response.get("Vary", "").split(",")}
    if vary - {"", "accept-encoding"}:
        return "varies"
    if response.has_header("Cache-Control") or response.has_header("Content-Encoding"):
        return "has its own Cache-Control or encoding"
    return ""


@functools.lru_cache(maxsize=256)
def accepts_gzip(header):
    """Whether an Accept-Encoding wants gzip rather than nothing (RFC 9110, 12.5.3)."""
    weights = {}
    for part in header.lower().split(","):
        name, *arguments = (piece.strip() for piece in part.split(";"))
        weight = 1.0
        for argument in arguments:
            key, _, value = argument.partition("=")
            if key.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        if name:
            weights[name] = weight
    wanted = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return wanted > 0 and wanted >= weights.get("identity", 0.0)
