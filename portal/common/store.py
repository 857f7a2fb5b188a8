"""Redis by itself, where more is needed than the cache offers: counters, sets that only estimate.

What stands there may be lost at any time; PostgreSQL holds what must not be.
"""

from functools import cache

from django.conf import settings
from redis import Redis


@cache
def client() -> Redis:
    """One client per process; its pool notices a fork. Values are bytes."""
    return Redis.from_url(settings.REDIS_URL, **settings.REDIS_POOL)
