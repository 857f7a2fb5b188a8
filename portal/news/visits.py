"""Counting readers in Redis, without cookies and without keeping who they are.

A page carries a signed ticket that says what it is; its script hands the ticket in. The address of
the reader is hashed with a random salt of the day that exists in Redis only and ends with the day;
even the hash is not kept: it goes into an estimate of how many different ones there were
(HyperLogLog), and for seconds into the name of a key that stops double counting.

Counters of a day only grow; `actions.flush_visits` brings them to PostgreSQL. Everything here may
be lost, or away: then nothing is counted and nothing shown.
"""

import datetime as dt
import hashlib
import hmac
import logging
import re
import secrets
from dataclasses import dataclass

from django.utils.crypto import constant_time_compare, salted_hmac
from redis.exceptions import RedisError

from portal.common import clock, store

logger = logging.getLogger(__name__)

SITE, AGENCY, ARTICLE = "s", "g", "a"
#: From one address in a minute; a whole office may share one.
MOST_PER_MINUTE = 300
#: The same reader opening the same page again within so many seconds reads it once.
AGAIN_SECONDS = 30
#: "Truy cập hiện tại": who opened a page in so many minutes, the present one besides.
WINDOW_MINUTES = 5
#: Days whose counters are still looked for; a worker may be away for so long without loss.
DAYS_KEPT = 8
#: A request begun before midnight may count the day before for so long.
GRACE = dt.timedelta(minutes=15)
TOTALS = "visits:totals"
#: The field of TOTALS that says that all of them are there.
COMPLETE = "complete"
ERA = "era"

_TICKET = re.compile(r"(s|g[1-9]\d{0,17}|a[1-9]\d{0,17}(?:g[1-9]\d{0,17}))\.([0-9a-f]{16})")
_ROBOT = re.compile(
    r"(?<!cu)bot\b|bots\b|crawl|spider|slurp|headless|phantom|puppeteer|playwright|selenium|lighthouse|"
    r"preview|prerender|facebookexternalhit|embedly|monitor|uptime|pingdom|scan|archiver|feed|"
    r"curl|wget|python|java/|okhttp|go-http|libwww|httpclient|axios|node-fetch|postman|zgrab",
    re.IGNORECASE,
)

# One round trip, and nothing half counted.
# KEYS: limit, again, views of the day, then one estimate of the day for each of the targets, then
# the estimates of this minute. ARGV: most, again seconds, era, visitor, seconds the day's keys are
# kept, seconds of the window, number of targets, the targets.
_COUNT = """
local n = redis.call('INCR', KEYS[1])
if n == 1 then redis.call('EXPIRE', KEYS[1], 60) end
if n > tonumber(ARGV[1]) then return -1 end
if not redis.call('SET', KEYS[2], '1', 'NX', 'EX', ARGV[2]) then return 0 end
redis.call('HSETNX', KEYS[3], 'era', ARGV[3])
redis.call('EXPIRE', KEYS[3], ARGV[5])
local targets = tonumber(ARGV[7])
for i = 1, targets do
  redis.call('HINCRBY', KEYS[3], ARGV[7 + i], 1)
  redis.call('PFADD', KEYS[3 + i], ARGV[4])
  redis.call('EXPIRE', KEYS[3 + i], ARGV[5])
end
for i = 4 + targets, #KEYS do
  redis.call('PFADD', KEYS[i], ARGV[4])
  redis.call('EXPIRE', KEYS[i], ARGV[6])
end
return 1
"""


@dataclass(frozen=True)
class Numbers:
    """What the foot of a page shows; None: not known now, so nothing is shown."""

    total: int | None = None
    now: int | None = None
    reads: int | None = None


def targets_of(agency_id=None, article_id=None):
    """What one reading counts for: the portal, the agency's pages, the article."""
    found = [SITE]
    if agency_id:
        found.append(f"{AGENCY}{agency_id}")
        if article_id:
            found.append(f"{ARTICLE}{article_id}")
    return found


def ticket(agency_id=None, article_id=None):
    """What a page hands in when it is read: only this portal can write one, so nobody invents ids.

    It names no reader and is the same for all of them: pages with tickets can be kept and served
    to everybody.
    """
    if article_id:
        says = f"{ARTICLE}{article_id}{AGENCY}{agency_id}"
    else:
        says = f"{AGENCY}{agency_id}" if agency_id else SITE
    return f"{says}.{_signature(says)}"


def opened(text):
    """(agency id or None, article id or None) of a ticket; None when it is not one of ours."""
    match = _TICKET.fullmatch(text)
    if match is None or not constant_time_compare(match[2], _signature(match[1])):
        return None
    if match[1] == SITE:
        return None, None
    kind, rest = match[1][0], match[1][1:]
    if kind == AGENCY:
        return int(rest), None
    article, agency = rest.split(AGENCY)
    return int(agency), int(article)


def is_robot(request):
    """Programs that say so, and pages fetched before anybody wanted to see them."""
    agent = request.headers.get("User-Agent", "")
    ahead = " ".join(request.headers.get(name, "") for name in ("Sec-Purpose", "Purpose", "X-Moz"))
    return not agent or _ROBOT.search(agent) is not None or "pre" in ahead.lower()


def is_from_elsewhere(request):
    """A script on somebody else's page; browsers too old to say are believed."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"


def count(*, address, agent, agency_id=None, article_id=None, now=None):
    """Count one reading. True when counted, False when it was counted just before, None when the
    address has had its share of this minute.

    Raises:
        RedisError: the counters are away.
    """
    now = now or clock.now()
    day = clock.today(now)
    salt = _salt(day, now)
    visitor = _hashed(salt, address, agent)
    targets = targets_of(agency_id, article_id)
    minute = _minute(now)
    lasting = [t for t in targets if t[0] != ARTICLE]
    keys = [
        # The limit counts whole addresses, whatever browsers stand behind them.
        f"visits:limit:{minute}:{_hashed(salt, address)}",
        f"visits:again:{visitor}:{targets[-1]}",
        views_key(day),
        *(visitors_key(day, target) for target in targets),
        *(_window_key(minute, target) for target in lasting),
    ]
    outcome = store.client().eval(
        _COUNT,
        len(keys),
        *keys,
        MOST_PER_MINUTE,
        AGAIN_SECONDS,
        secrets.token_hex(8),
        visitor,
        DAYS_KEPT * 86_400,
        (WINDOW_MINUTES + 2) * 60,
        len(targets),
        *targets,
    )
    return None if outcome < 0 else bool(outcome)


def numbers(agency_id=None, article_id=None, *, now=None):
    """The Numbers of a page: those of the agency on its pages, else of the portal. No query."""
    minute = _minute(now or clock.now())
    targets = targets_of(agency_id, article_id)
    where = targets[1] if len(targets) > 1 else SITE
    window = [_window_key(minute - back, where) for back in range(WINDOW_MINUTES + 1)]
    try:
        pipe = store.client().pipeline(transaction=False)
        pipe.hmget(TOTALS, where, targets[-1], COMPLETE)
        pipe.pfcount(*window)
        (total, reads, complete), present = pipe.execute()
    except (RedisError, OSError):
        logger.warning("numbers of visits are away")
        return Numbers()
    known = bool(complete)
    return Numbers(
        total=int(total) if total is not None else (0 if known else None),
        now=present,
        reads=(int(reads or 0) if known else None) if article_id else None,
    )


def views_key(day):
    return f"visits:views:{day:%Y%m%d}"


def visitors_key(day, target):
    return f"visits:people:{day:%Y%m%d}:{target}"


def _window_key(minute, target):
    return f"visits:now:{minute}:{target}"


def _minute(now):
    return int(now.timestamp()) // 60


def _signature(says):
    return salted_hmac("portal.news.visits", says, algorithm="sha256").hexdigest()[:16]


def _salt(day, now):
    """Random bytes of the day, the same for all processes; gone soon after midnight."""
    fresh = secrets.token_bytes(32)
    left = clock.end_of_day(day) - now + GRACE
    key = f"visits:salt:{day:%Y%m%d}"
    kept = store.client().set(key, fresh, nx=True, get=True, ex=max(int(left.total_seconds()), 1))
    return kept or fresh


def _hashed(salt, *words):
    """A number that means this reader until midnight and nothing to anybody afterwards."""
    return hmac.new(salt, "\n".join(words).encode(), hashlib.sha256).hexdigest()[:24]
