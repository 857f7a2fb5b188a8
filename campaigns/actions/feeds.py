"""The secret address of one's own calendar."""

from django.db import transaction

from campaigns.models import CalendarFeed
from portal.accounts.models import User
from portal.common import audit, clock
from portal.common.secret_links import digest_of, new_secret


@transaction.atomic
def make_feed(*, actor):
    """A new secret address for `actor`; the old one ends. Returns the secret, which is not kept."""
    User.objects.select_for_update(no_key=True).get(pk=actor.pk)
    secret, digest = new_secret()
    row, _new = CalendarFeed.objects.update_or_create(
        person=actor,
        defaults={"digest": digest, "made_at": clock.now(), "used_on": None},
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
