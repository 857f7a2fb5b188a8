"""Django's Redis cache, which does not wait for a Redis that is away again and again.

Sessions, limits and tokens go on without it (they read the database, or let pass), but each of
several calls in one request would wait for its own timeout.
"""

import functools
import time

from django.core.cache.backends import redis as django_redis
from redis.exceptions import ConnectionError as NotConnected
from redis.exceptions import TimeoutError as NoAnswer

#: After a failure nobody of this process asks for so many seconds.
REST = 2.0

_away_until: dict[str, float] = {}


def _guarded(method):
    @functools.wraps(method)
    def call(self, *args, **kwargs):
        where = self._servers[0]
        if time.monotonic() < _away_until.get(where, 0):
            raise NotConnected("Redis was away a moment ago")
        try:
            return method(self, *args, **kwargs)
        except (NotConnected, NoAnswer, AttributeError) as error:
            # redis-py trips over its own closed connection (None has no readline)
            _away_until[where] = time.monotonic() + REST
            raise NotConnected(str(error)) from error

    return call


class _Client(django_redis.RedisCacheClient):
    """As its parent, which makes the same client anew for each question."""

    @functools.cached_property
    def _asked(self):
        return super().get_client(write=True)

    def get_client(self, key=None, *, write=False):
        return self._asked if len(self._servers) == 1 else super().get_client(key, write=write)


class RedisCache(django_redis.RedisCache):
    """As its parent; raises at once for REST seconds after Redis could not be reached."""

    def __init__(self, server, params):
        super().__init__(server, params)
        self._class = _Client

    for _name in (
        "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many",
        "delete_many", "clear",
    ):  # fmt: skip
        locals()[_name] = _guarded(getattr(django_redis.RedisCache, _name))

    @_guarded
    def count_one(self, key, seconds):
        """Count one more under `key` and return how many there are; `seconds` after the first of
        them the count begins anew. One round trip."""
        key = self.make_and_validate_key(key)
        asked = self._cache.get_client(key, write=True).pipeline(transaction=False)
        asked.set(key, 0, ex=seconds, nx=True)
        asked.incr(key)
        return asked.execute()[-1]
