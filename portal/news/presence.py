"""Who has an article open in the editor right now. Redis only: what is lost is asked again."""

import datetime as dt
import logging
from dataclasses import dataclass

from redis.exceptions import RedisError

from portal.accounts.models import User
from portal.common import clock, store

log = logging.getLogger(__name__)

#: Seconds after which a page that says nothing any more counts as closed; it speaks every 25.
ALIVE = 70
#: A page that says good-bye stays so long: saving leaves the page and opens it again.
LINGER = 10


@dataclass(frozen=True)
class Present:
    """One person in the editor of an article, and since when."""

    name: str
    since: dt.datetime


def _key(article_id):
    return f"dang-mo:{article_id}"


def _read(article_id, now):
    """{user id: (since, last)} of those still there, in seconds of the clock."""
    found = {}
    for user, value in store.client().hgetall(_key(article_id)).items():
        since, last = map(int, value.split(b":"))
        if now - last < ALIVE:
            found[int(user)] = since, last
    return found


def _write(article_id, user_id, since, last):
    key = _key(article_id)
    store.client().hset(key, user_id, f"{since}:{last}")
    store.client().expire(key, 4 * ALIVE)


def enter(article_id, user_id):
    """The editor of this person is open, or still open. Does nothing while Redis is down."""
    now = int(clock.now().timestamp())
    try:
        since, _last = _read(article_id, now).get(user_id, (now, now))
        _write(article_id, user_id, since, now)
    except RedisError:
        log.warning("presence not noted")


def leave(article_id, user_id):
    """The page was left."""
    now = int(clock.now().timestamp())
    try:
        there = _read(article_id, now).get(user_id)
        if there is not None:
            _write(article_id, user_id, there[0], now - ALIVE + LINGER)
    except RedisError:
        log.warning("presence not noted")


def others(article_id, user_id):
    """[Present] besides this person, the first to come first. At most 1 query, none for nobody."""
    now = int(clock.now().timestamp())
    try:
        there = _read(article_id, now)
    except RedisError:
        log.warning("presence not known")
        return []
    there.pop(user_id, None)
    if not there:
        return []
    names = dict(User.objects.filter(pk__in=there).values_list("pk", "full_name"))
    rows = sorted((since, pk) for pk, (since, _last) in there.items() if pk in names)
    return [Present(names[pk], dt.datetime.fromtimestamp(since, tz=clock.TZ)) for since, pk in rows]
