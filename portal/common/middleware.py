"""Middleware that belongs to no app: request log, true address behind proxies, idle logout."""

import logging
import time

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve

from portal.common.logs import new_request_id, request_id, sane_request_id

log = logging.getLogger("portal.requests")

SEEN = "_seen"
TOUCH_SECONDS = 300


def is_quiet(match) -> bool:
    """Whether requests to this route are logged without saying whose they are."""
    return match is not None and any(
        namespace in settings.LOG_QUIET_NAMESPACES for namespace in match.namespaces
    )


def _match(request):
    """Where the request goes; None for nowhere."""
    try:
        return resolve(request.path_info)
    except Resolver404:
        return None


class RequestLogMiddleware:
    """One line a request, and an id by which its other lines are found (`X-Request-ID`).

    Around everything but the page cache, which writes the same line for what it answers. The
    route is logged, never the address: receipt codes and search words stand there. In the
    namespaces of LOG_QUIET_NAMESPACES (feedback) the user is left out of every line, reading too: a
    reading by somebody, a second before a sending by nobody, says who sent. Nor do they keep an id
    from outside, by which a proxy's own log could be joined to theirs.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.monotonic()
        match = request.route_match = _match(request)
        quiet = is_quiet(match)
        # The page cache puts aside what came with the request.
        given = getattr(request, "given_id", None) or request.headers.get("X-Request-ID")
        own_id = new_request_id() if quiet else sane_request_id(given)
        token = request_id.set(own_id)
        request.id = own_id
        try:
            response = self.get_response(request)
            fields = {
                "method": request.method,
                "route": match.route if match is not None else "-",
                "status": response.status_code,
                "ms": round((time.monotonic() - started) * 1000),
            }
            user = getattr(request, "_cached_user", None)  # never load it only to log it
            if not quiet and user is not None and user.is_authenticated:
                fields["user"] = user.pk
            if fields["route"] != "healthz" or response.status_code != 200:
                log.info("request", extra=fields)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = own_id
        return response


class ClientAddressMiddleware:
    """REMOTE_ADDR becomes the reader's address as told by TRUSTED_PROXY_COUNT proxies of ours.

    Rate limits count by it. Each proxy adds at the end of X-Forwarded-For the address it was
    called from, so the entry that many places from the end is the last one no stranger can forge.
    Without proxies the header is ignored.
    """

    def __init__(self, get_response):
        self.get_response = get_response
        self.proxies = settings.TRUSTED_PROXY_COUNT

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.proxies:
            chain = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
            told = chain[-self.proxies].strip() if len(chain) >= self.proxies else ""
            if told:
                request.META["REMOTE_ADDR"] = told
        request.META.pop("HTTP_X_FORWARDED_FOR", None)
        return self.get_response(request)


class IdleLogoutMiddleware:
    """Signs a person out who did nothing for IDLE_LOGOUT_SECONDS.

    The time of the last request is kept in the session and written at most every five minutes, so
    that reading does not write. What a page asks for by itself (header X-Background) is no doing of
    the person.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A reader without a session cookie must stay one: their session is not even looked at.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = int(time.time())
            seen = request.session.get(SEEN, now)
            if now - seen > settings.IDLE_LOGOUT_SECONDS:
                logout(request)
            elif request.headers.get("X-Background") == "1":
                pass
            elif request.method == "POST" and is_quiet(request.route_match):
                pass  # a session written in the second of a sending would say who sent
            elif now - seen >= TOUCH_SECONDS or SEEN not in request.session:
                request.session[SEEN] = now
        return self.get_response(request)
