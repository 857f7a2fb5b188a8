"""Times of notices: when the digest goes, when a reminder of a day is due. No database here."""

import datetime as dt

from django.utils.http import url_has_allowed_host_and_scheme

from portal.agencies.models import Role
from portal.common import clock
from portal.notices import registry

#: The digest of the day goes at this time of day on working days (DESIGN section 4, Notice).
DIGEST_AT = dt.time(7, 30)
#: Reminders of a day fall due at this time, so that they are in the digest of the same morning.
MORNING_AT = dt.time(6, 0)
#: A moved date goes by mail at once when the old or the new day is this near.
URGENT_DAYS = 3
#: Who sees the list of scheduled notices of an agency.
FOLLOWING = frozenset({Role.STAFF, Role.APPROVER, Role.SUPERVISOR, Role.ADMIN})
#: No calendar has so many days off in a row; the search for a working day ends here.
_LONGEST_HOLIDAY = 60


def morning_of(date):
    """The instant at which a reminder for `date` should fall due: 06:00 in Vietnam."""
    return dt.datetime.combine(date, MORNING_AT, tzinfo=clock.TZ)


def working_day_on_or_before(date):
    """The last working day up to and including `date` (reminders of a day off come before it)."""
    for days in range(_LONGEST_HOLIDAY):
        day = date - dt.timedelta(days=days)
        if registry.is_working_day(day):
            return day
    return date


def next_digest(now):
    """The instant of the next digest at or after `now`: 07:30 of a working day, Vietnam time."""
    first = clock.today(now)
    for days in range(_LONGEST_HOLIDAY):
        day = first + dt.timedelta(days=days)
        at = dt.datetime.combine(day, DIGEST_AT, tzinfo=clock.TZ)
        if at >= now and registry.is_working_day(day):
            return at
    return now


def goes_at_once(notice, now):
    """Whether the mail of `notice` does not wait for the digest.

    The kind decides; kinds marked NEAR look into `payload["dates"]` (ISO dates, old and new) for a
    day from today to three days ahead.
    """
    urgency = registry.kind_of(notice).urgency
    if urgency != registry.Urgency.NEAR:
        return urgency == registry.Urgency.AT_ONCE
    today = clock.today(now)
    last = today + dt.timedelta(days=URGENT_DAYS)
    dates = (dt.date.fromisoformat(text) for text in notice.payload.get("dates", []) if text)
    return any(today <= date <= last for date in dates)


#: How a person may want the mail of a kind (`models.Preference.Mode`).
INBOX, DIGEST, AT_ONCE = "inbox", "digest", "at_once"


def modes_of(kind):
    """The ways of telling a person may choose for a NoticeKind, its own way first."""
    own = AT_ONCE if kind.urgency == registry.Urgency.AT_ONCE else DIGEST
    others = [mode for mode in (DIGEST, AT_ONCE, INBOX) if mode != own]
    return [own, *(mode for mode in others if mode != INBOX or not kind.mandatory)]


def mail_after(notice, now, wish=""):
    """The instant from which the mail of `notice`, expanded at `now`, may go; None for no mail.

    Args:
        wish: the person's own choice for this kind; one that the kind does not offer is passed
            over, and what is urgent by its dates goes at once to those who want the digest too.
    """
    kind = registry.kind_of(notice)
    near = kind.urgency == registry.Urgency.NEAR and goes_at_once(notice, now)
    modes = modes_of(kind)
    mode = wish if wish in modes else modes[0]
    if mode == INBOX:
        return None
    return now if near or mode == AT_ONCE else next_digest(now)


def is_too_late(notice, now):
    """Whether the notice is of no use any more: it is then missed, never sent."""
    return notice.useful_until is not None and now > notice.useful_until


def local_path(url):
    """`url` if it is a path on this site that fits its column, else ''."""
    url = str(url)
    local = url_has_allowed_host_and_scheme(url, allowed_hosts=None) and url.startswith("/")
    return url if local and len(url) <= 300 else ""


def may_follow(user, grants):
    """Whether a person may see the list of scheduled notices (of the agencies they follow)."""
    return user.is_superuser or bool(grants.agency_ids(FOLLOWING))
