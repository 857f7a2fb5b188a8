"""Rate limits of views, counted in the cache; a person counts as a person, a guest by address.

The address is kept only as a keyed hash and only as long as the window. Windows begin for everybody
at the same moment and the hash is another one in each: no key tells when somebody came, nor that it
was the same one as before. When the cache is down the view goes on: a limit protects the service,
it must not be able to stop it.
"""

import functools
import hashlib
import hmac
import ipaddress
import logging
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.shortcuts import render

logger = logging.getLogger(__name__)


def limited(name, *, per_person=None, per_address=None, minutes=10, methods=("POST",)):
    """Decorator: at most so many requests per person or address in a window of `minutes`.

    Args:
        name: what is counted; views with the same name share their counts.
        per_person: for signed-in people; None: not limited.
        per_address: for everybody by address (a whole office may share one: be generous).
        methods: which requests count; reading is free by itself.

    A request too many gets 429 with a page that says when to try again.
    """

    def decorate(view):
        @functools.wraps(view)
        def wrapped(request, *args, **kwargs):
            if request.method in methods and not _allowed(
                request, name, per_person, per_address, minutes * 60
            ):
                response = render(request, "429.html", {"minutes": minutes}, status=429)
                response["Retry-After"] = str(minutes * 60)
                return response
            return view(request, *args, **kwargs)

        return wrapped

    return decorate


def allowed(request, name, *, per_person=None, per_address=None, minutes=10):
    """Count one and say whether it is still within the limit; arguments as of `limited`.

    For what comes several times in one request, like files.
    """
    return _allowed(request, name, per_person, per_address, minutes * 60)


def _allowed(request, name, per_person, per_address, seconds):
    keys = []
    if per_person is not None and request.user.is_authenticated:
        keys.append((f"p{request.user.pk}", per_person))
    if per_address is not None:
        keys.append((f"a{network_of(request)}", per_address))
    try:
        return all(_count(f"{name}:{who}", seconds) <= limit for who, limit in keys)
    except Exception:
        logger.exception("rate limit not counted")
        return True


def network_of(request):
    """Where a request comes from, for counting: the address, of IPv6 the /64 that one subscriber
    has."""
    given = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(given)
    except ValueError:
        return given
    if address.version == 6:
        return str(ipaddress.ip_network((address, 64), strict=False).network_address)
    return given


@dataclass(frozen=True)
class Allowance:
    """So many of something in a window of `minutes`, counted apart from the requests."""

    name: str
    most: int
    minutes: int

    def left(self, who):
        """Whether `who` (any text) may have one more; nothing is counted. Unlike the views, what is
        counted here does not go on while the cache is down."""
        try:
            return (cache.get(_key(f"{self.name}:{who}", self.minutes * 60)) or 0) < self.most
        except Exception:
            logger.exception("allowance not read")
            return False

    def take(self, who):
        """Count one; whether it was still within the allowance."""
        try:
            return _count(f"{self.name}:{who}", self.minutes * 60) <= self.most
        except Exception:
            logger.exception("allowance not counted")
            return False


def _count(what, seconds):
    # a little longer than the window, so that it is never gone before its end
    left = seconds - int(time.time()) % seconds + 1
    return cache.count_one(_key(what, seconds), left)


def _key(what, seconds):
    window = int(time.time()) // seconds
    secret = settings.SECRET_KEY.encode()
    digest = hmac.new(secret, f"{window}:{what}".encode(), hashlib.sha256).hexdigest()
    return f"limit:{digest}"
