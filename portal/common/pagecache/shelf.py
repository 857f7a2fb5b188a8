"""Where kept pages lie: Redis for all processes, a small copy in each, and the generation of both.

Redis may be away at any time: every function here then says so at once (`Away`) for some seconds,
instead of making each reader wait for it.
"""

import contextlib
import logging
import secrets
import threading
from time import monotonic

from django.conf import settings
from django.db import transaction
from redis import Redis, RedisError
from redis.backoff import NoBackoff
from redis.retry import Retry

from portal.common.pagecache.policy import site_host
from portal.common.pagecache.stored import STALE, Stored

logger = logging.getLogger(__name__)

#: Kept in Redis for longer than it is given out: what is past STALE is not given to anybody.
KEEP_MS = int((STALE + 2) * 1000)
#: A process that dies while it makes a page leaves the lock for so long.
LOCK_MS = 5000
AWAY_SECONDS = 3.0
#: So old may be what a process knows of the generation.
ASK_EVERY = 0.25
#: Bytes and pages of the copy in this process.
OWN_BYTES, OWN_PAGES = 8_000_000, 256

_PUT = """
local used = redis.call('incrby', KEYS[3], string.len(ARGV[1]))
if used == string.len(ARGV[1]) then redis.call('pexpire', KEYS[3], ARGV[2]) end
if used <= tonumber(ARGV[4]) then redis.call('set', KEYS[1], ARGV[1], 'px', ARGV[2]) end
if redis.call('get', KEYS[2]) == ARGV[3] then redis.call('del', KEYS[2]) end
"""
_RELEASE = "if redis.call('get', KEYS[1]) == ARGV[1] then redis.call('del', KEYS[1]) end"


class Away(Exception):
    """Redis does not answer."""


class Shelf:
    """The kept pages as this process sees them."""

    def __init__(self):
        self._client = None
        self._away_until = 0.0
        self._lock = threading.Lock()
        self._own = {}
        self._own_bytes = 0
        self._generation = ""
        self._ask_at = 0.0
        self._told = 0

    def _call(self, ask):
        if monotonic() < self._away_until:
            raise Away
        if self._client is None:
            self._client = Redis.from_url(
                settings.REDIS_URL,
                max_connections=settings.REDIS_POOL["max_connections"],
                socket_timeout=0.5,
                socket_connect_timeout=0.5,
                retry=Retry(NoBackoff(), 1),
            )
        try:
            return ask(self._client)
        except (RedisError, OSError) as error:
            self._away_until = monotonic() + AWAY_SECONDS
            logger.warning("page cache without redis: %s", type(error).__name__)
            raise Away from error

    # The generation: a number that every change of public pages counts up

    def generation(self):
        """The generation as known here, asked for at most every ASK_EVERY seconds."""
        now = monotonic()
        if now >= self._ask_at:
            self._ask_at = now + ASK_EVERY  # the others go on with what is known
            told = self._told
            with contextlib.suppress(Away):
                self._learn(self._call(lambda redis: redis.get(_generation_name())), told)
        return self._generation

    def _learn(self, value, told):
        # What was read before this process counted up is not news.
        with self._lock:
            if told == self._told:
                self._generation = value.decode() if value else ""

    def count_up(self):
        """From now on every kept page is made anew before it is given out."""
        with self._lock:
            self._told += 1
            self._generation = f"?{secrets.token_hex(8)}"  # what Redis will never say
            self._own.clear()
            self._own_bytes = 0
        try:
            value = self._call(lambda redis: redis.incr(_generation_name()))
        except Away:
            return
        with self._lock:
            self._told += 1
            self._generation = str(value)

    # Pages

    def own(self, key):
        """The copy of this process, however old; None without one."""
        return self._own.get(key)

    def put_own(self, key, stored):
        with self._lock:
            before = self._own.pop(key, None)
            self._own[key] = stored
            self._own_bytes += len(stored.body) - (len(before.body) if before else 0)
            while self._own_bytes > OWN_BYTES or len(self._own) > OWN_PAGES:
                oldest = next(iter(self._own))
                self._own_bytes -= len(self._own.pop(oldest).body)

    def get(self, name):
        """(generation, Stored or None) as Redis has them now."""
        told = self._told

        def ask(redis):
            with redis.pipeline(transaction=False) as pipe:
                pipe.mget(_generation_name(), name)
                pipe.pttl(name)
                return pipe.execute()

        (generation, data), left = self._call(ask)
        self._learn(generation, told)
        stored = None
        if data and left > 0:
            stored = Stored.unpack(data, (KEEP_MS - left) / 1000)
        return generation.decode() if generation else "", stored

    def take(self, name):
        """A token when nobody else is making this page, else an empty text."""
        token = secrets.token_hex(8)
        taken = self._call(lambda redis: redis.set(_lock_name(name), token, nx=True, px=LOCK_MS))
        return token if taken else ""

    def taken(self, name):
        """Whether somebody is making this page."""
        return bool(self._call(lambda redis: redis.exists(_lock_name(name))))

    def put(self, name, stored, token):
        """Keep a page, unless too much was kept in these seconds, and give its lock back.

        Without a token (the maker waited for somebody who never finished) the lock is left alone.
        """
        keys = (name, _lock_name(name), f"page-bytes:{site_host()}")
        limit = settings.PAGE_CACHE_MB * 1_000_000
        self._call(lambda redis: redis.eval(_PUT, 3, *keys, stored.pack(), KEEP_MS, token, limit))

    def release(self, name, token):
        self._call(lambda redis: redis.eval(_RELEASE, 1, _lock_name(name), token))

    def forget(self):
        """Begin as a new process would (tests)."""
        with self._lock:
            self._own.clear()
            self._own_bytes = 0
            self._ask_at = self._away_until = 0.0
            self._told += 1


def _generation_name():
    return f"page-generation:{site_host()}"


def _lock_name(name):
    return f"making:{name}"


shelf = Shelf()


def changed():
    """Tell that something readers see has changed: after the commit, pages are made anew.

    Without it the change is seen all the same, some seconds later. Cheap to call often: once per
    transaction is enough and all that is done.
    """
    waiting = transaction.get_connection().run_on_commit
    if not (waiting and waiting[-1][1] is _told):
        transaction.on_commit(_told, robust=True)


def _told():
    shelf.count_up()


def forget():
    """Let go of what this process keeps, for tests that start anew."""
    shelf.forget()
