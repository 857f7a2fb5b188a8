"""The demo's inboxes: as if the portal had been running for the last weeks."""

import pytest
from django.core import mail as outbox_of
from django.db import transaction

from portal.accounts.models import User
from portal.common import clock
from portal.notices import actions
from portal.notices.models import Delivery, ScheduledNotice

pytestmark = pytest.mark.slow


def test_the_staff_member_finds_old_and_new_notices(demo_database):
    mine = Delivery.objects.filter(person=User.objects.get(username="kehoach"), channel="inbox")
    assert mine.filter(read_at=None).exists()
    assert mine.exclude(read_at=None).exists()
    dates = [clock.today(at) for at in mine.order_by("id").values_list("created_at", flat=True)]
    assert dates == sorted(dates)
    assert len(set(dates)) > 1
    assert (clock.today() - dates[0]).days <= 31


def test_every_reminder_of_the_past_has_been_settled(demo_database):
    today = clock.start_of_day(clock.today())
    past = ScheduledNotice.objects.filter(due_at__lt=today, kind__startswith="phase_")
    assert set(past.values_list("state", flat=True)) == {"expanded"}
    assert not ScheduledNotice.objects.exclude(error="").exists()


def test_the_first_run_of_the_worker_mails_one_digest_per_person(demo_database):
    with transaction.atomic():
        actions.send_mails()
        # Letters to readers who answered an article have no account and no digest.
        own = set(User.objects.exclude(email="").values_list("email", flat=True))
        addresses = [m.to[0] for m in outbox_of.outbox if m.to[0] in own]
        assert addresses
        assert len(addresses) == len(set(addresses))
        transaction.set_rollback(True)
