"""Who has something open in an editor right now. Redis only: what is lost is asked again."""

import datetime as dt
import logging
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from redis.exceptions import RedisError

from portal.common import clock, store

log = logging.getLogger(__name__)

#: Seconds after which a page that says nothing any more counts as closed; it speaks every 25.
ALIVE = 70
#: A page that says good-bye stays so long: saving leaves the page and opens it again.
LINGER = 10


@dataclass(frozen=True)
class Present:
    """One person in an editor, and since when."""

    name: str
    since: dt.datetime


def _read(what, now):
    """{user id: (since, last)} of those still there, in seconds of the clock."""
    found = {}
    for user, value in store.client().hgetall(what).items():
        since, last = map(int, value.split(b":"))
        if now - last < ALIVE:
            found[int(user)] = since, last
    return found


def _write(what, user_id, since, last):
    store.client().hset(what, user_id, f"{since}:{last}")
    store.client().expire(what, 4 * ALIVE)


def enter(what, user_id):
    """The editor of this person is open, or still open. Does nothing while Redis is down.

    Args:
        what: names what is open ("dang-mo:12").
    """
    now = int(clock.now().timestamp())
    try:
        since, _last = _read(what, now).get(user_id, (now, now))
        _write(what, user_id, since, now)
    except RedisError:
        log.warning("presence not noted")


def leave(what, user_id):
    """The page was left."""
    now = int(clock.now().timestamp())
    try:
        there = _read(what, now).get(user_id)
        if there is not None:
            _write(what, user_id, there[0], now - ALIVE + LINGER)
    except RedisError:
        log.warning("presence not noted")


def others(what, user_id):
    """[Present] besides this person, the first to come first. At most 1 query, none for nobody."""
    now = int(clock.now().timestamp())
    try:
        there = _read(what, now)
    except RedisError:
        log.warning("presence not known")
        return []
    there.pop(user_id, None)
    if not there:
        return []
    people = get_user_model().objects.filter(pk__in=there)
    names = dict(people.values_list("pk", "full_name"))
    rows = sorted((since, pk) for pk, (since, _last) in there.items() if pk in names)
    return [Present(names[pk], dt.datetime.fromtimestamp(since, tz=clock.TZ)) for since, pk in rows]
