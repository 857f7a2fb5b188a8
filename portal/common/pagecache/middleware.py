"""The outermost middleware: anonymous readers of public pages get kept bytes.

A page that is not there, or too old, is made once, however many ask for it: the first one makes it,
in this process and by a lock in Redis among all; the others wait for it, or are given the old one
if that is young enough.
"""

import logging
import threading
import time
from time import monotonic

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from portal.common.logs import new_request_id, sane_request_id
from portal.common.pagecache.policy import may_be_kept, page_of, plain_request
from portal.common.pagecache.shelf import Away, shelf
from portal.common.pagecache.stored import FRESH, STALE, Stored, keep

log = logging.getLogger("portal.requests")
logger = logging.getLogger(__name__)

#: So long a reader waits for a page that somebody else is making, then it is made for them alone.
WAIT = 2.0
_LOOK_EVERY = 0.015


class _Flight:
    """One making of a page in this process, and those who wait for it."""

    def __init__(self):
        self.done = threading.Event()
        self.stored = None


class PageCacheMiddleware:
    """Answers from `shelf` or lets the portal make the page. See the package."""

    def __init__(self, get_response, *, shelf=shelf):
        self.get_response = get_response
        self.shelf = shelf
        self._flights = {}
        self._flights_lock = threading.Lock()

    def __call__(self, request):
        if not settings.PAGE_CACHE or not may_be_kept(request):
            return self.get_response(request)
        started = monotonic()
        stored = self._fresh((request.path_info, request.META.get("QUERY_STRING", "")))
        response = None
        if stored is None:
            page = page_of(request)
            if page is None:
                return self.get_response(request)
            asked = request.META.copy()
            stored, response = self._fetch(request, page)
            if response is None and stored is None:
                return self.get_response(request)
            request.META.clear()
            request.META.update(asked)
            request.method = asked["REQUEST_METHOD"]
        if response is None:
            return self._answer(request, stored, started)
        if stored is None:
            return _for_head(request, response)
        answer = stored.answer(request)
        answer["X-Request-ID"] = response.get("X-Request-ID", "")
        return answer

    def _answer(self, request, stored, started):
        """An answer without the inner middleware: what RequestLogMiddleware does is done here."""
        given = None if stored.quiet else request.META.get("HTTP_X_REQUEST_ID")
        own_id = sane_request_id(given) if given else new_request_id()
        response = stored.answer(request)
        response["X-Request-ID"] = own_id
        if log.isEnabledFor(logging.INFO):
            fields = {
                "request_id": own_id,
                "method": request.method,
                "route": stored.route,
                "status": response.status_code,
                "ms": round((monotonic() - started) * 1000),
                "kept": True,
            }
            log.info("request", extra=fields)
        return response

    def _fresh(self, key):
        stored = self.shelf.own(key)
        if stored and stored.age() < FRESH and stored.generation == self.shelf.generation():
            return stored
        return None

    # Making a page once

    def _fetch(self, request, page):
        """(Stored or None, response or None); a response where this request made the page.

        Neither: the page cannot be kept, and this request was not the one that made it.
        """
        stored = self._fresh(page.key)
        if stored is not None:
            return stored, None
        with self._flights_lock:
            flight = self._flights.get(page.key)
            first = flight is None
            if first:
                flight = self._flights[page.key] = _Flight()
        if not first:
            old = self.shelf.own(page.key)
            if old and old.age() < STALE and old.generation == self.shelf.generation():
                return old, None
            flight.done.wait(WAIT)
            return flight.stored, None
        try:
            flight.stored, response = self._among_all(request, page)
            if flight.stored is not None:
                self.shelf.put_own(page.key, flight.stored)
        finally:
            with self._flights_lock:
                del self._flights[page.key]
            flight.done.set()
        return flight.stored, response

    def _among_all(self, request, page):
        """The same among all processes; without Redis each makes its own."""
        until, token = monotonic() + WAIT, ""
        try:
            while True:
                generation, stored = self.shelf.get(page.name)
                if stored is not None and stored.generation == generation:
                    # Those who lost the lock are given the old one, if it is young enough.
                    lost = not token and stored.age() >= FRESH and self.shelf.taken(page.name)
                    if stored.age() < (STALE if lost else FRESH):
                        if token:
                            self.shelf.release(page.name, token)
                        return stored, None
                if token or monotonic() > until:
                    break
                token = self.shelf.take(page.name)
                if not token:
                    time.sleep(_LOOK_EVERY)
        except Away:
            generation = self.shelf.generation()
        return self._make(request, page, generation, token)

    def _make(self, request, page, generation, token):
        made = monotonic()
        kept = None
        try:
            plain_request(request, page)
            request._cached_user = AnonymousUser()  # so that asking who reads opens no session
            response = self.get_response(request)
            kept = keep(request, response, page, generation=generation, made=made)
        finally:
            self._give_back(page, kept if isinstance(kept, Stored) else None, token)
        if isinstance(kept, Stored):
            return kept, response
        if kept != "status":
            logger.warning("public page not kept: %s (%s)", kept, page.route)
        return None, response

    def _give_back(self, page, stored, token):
        try:
            if stored is not None:
                self.shelf.put(page.name, stored, token)
            elif token:
                self.shelf.release(page.name, token)
        except Away:
            pass  # the lock ends by itself


def _for_head(request, response):
    """The page was made as for GET; who asked for its head only gets no body."""
    if request.method == "HEAD":
        if response.streaming:
            response.streaming_content = []
        else:
            length = len(response.content)
            response.content = b""
            response["Content-Length"] = str(length)
    return response
