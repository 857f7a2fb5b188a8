"""Rate limits of views, counted in the cache; a person counts as a person, a guest by address.

The address is kept only as a keyed hash and only as long as the window. When the cache is down the
view goes on: a limit protects the service, it must not be able to stop it.
"""

import functools
import hashlib
import hmac
import logging

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
        keys.append((f"a{request.META.get('REMOTE_ADDR', '')}", per_address))
    try:
        return all(_count(f"{name}:{who}", seconds) <= limit for who, limit in keys)
    except Exception:
        logger.exception("rate limit not counted")
        return True


def _count(what, seconds):
    digest = hmac.new(settings.SECRET_KEY.encode(), what.encode(), hashlib.sha256).hexdigest()
    key = f"limit:{digest}"
    cache.add(key, 0, timeout=seconds)
    return cache.incr(key)
