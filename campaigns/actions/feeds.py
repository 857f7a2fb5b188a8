"""The secret address of one's own calendar."""

import hashlib
import secrets

from django.db import transaction

from campaigns.models import CalendarFeed
from portal.accounts.models import User
from portal.common import audit, clock

#: 192 bits: nobody guesses it, so a plain digest is enough to know it again.
SECRET_BYTES = 24


@transaction.atomic
def make_feed(*, actor):
    """A new secret address for `actor`; the old one ends. Returns the secret, which is not kept."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row, _new = CalendarFeed.objects.update_or_create(
        person=actor,
        defaults={"digest": digest_of(secret), "made_at": clock.now(), "used_on": None},
    )
    audit.record(actor=actor, verb="make_calendar_feed", obj=row)
    return secret


@transaction.atomic
def take_back_feed(*, actor):
    """The address of `actor` ends. Returns whether there was one."""
    row = CalendarFeed.objects.filter(person=actor).first()
    if row is None:
        return False
    audit.record(actor=actor, verb="take_back_calendar_feed", obj=row)
    row.delete()
    return True


def feed_of(secret):
    """The CalendarFeed with this secret, of a person who is active; None for any other.

    The day of use is kept, once a day, so that its owner sees whether anybody reads it.
    """
    feed = (
        CalendarFeed.objects.select_related("person")
        .filter(digest=digest_of(secret), person__is_active=True)
        .first()
    )
    today = clock.today()
    if feed is not None and feed.used_on != today:
        CalendarFeed.objects.filter(pk=feed.pk).update(used_on=today)
    return feed


def digest_of(secret):
    return hashlib.sha256(secret.encode()).hexdigest()
