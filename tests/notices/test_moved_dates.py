"""The whole way with real plans: a congress moves, old reminders end, each person is told once."""

import datetime as dt

import pytest
import time_machine
from django.core import mail as outbox_of

from campaigns import actions as campaigns
from portal.agencies.models import Role
from portal.notices import actions, registry
from portal.notices.models import Delivery, ScheduledNotice
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TrackFactory,
    day,
    event_on,
    issue,
)

from .factories import at, person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def far(settings):
    settings.NOTICE_HORIZON_DAYS = 90


@pytest.fixture
def congress():
    return EventFactory(planned_opens=day("2025-09-24"), planned_closes=day("2025-09-26"))


def plan_around(congress, agency, phases=2):
    """An issued plan whose phases all hang on the congress."""
    track = TrackFactory(plan=PlanFactory(issuer=agency))
    for n in range(phases):
        PhaseFactory(
            track=track,
            title=f"Đợt {n + 1}",
            starts=event_on(congress, "opens", 1 + 7 * n),
            ends=event_on(congress, "opens", 7 + 7 * n),
        )
    return issue(track.plan)


def inbox(user):
    rows = Delivery.objects.filter(person=user, channel="inbox").order_by("id")
    return [(d.notice.kind, d.title) for d in rows]


def test_a_congress_moves(congress, calendar):
    with time_machine.travel(at("2025-09-20 09:00"), tick=False) as clock:
        both, one = person("Hà"), person("Tùng")
        first, second = AgencyFactory(), AgencyFactory()
        for user, agency in ((both, first), (both, second), (one, first)):
            give(user, Role.STAFF, agency)
        plan_around(congress, first)
        plan_around(congress, second)
        assert ScheduledNotice.objects.filter(state="pending").count() == 16
        assert actions.sweep().sent == 0

        clock.move_to(at("2025-09-22 06:00"))  # three days before the first phase starts
        assert actions.sweep().sent == 2
        told = [(registry.PHASE_STARTS_SOON, "Đợt 1 bắt đầu ngày 25/09/2025")]
        assert inbox(one) == told
        assert inbox(both) == told * 2

        clock.move_to(at("2025-09-22 15:00"))
        campaigns.move_event(
            actor=None,
            event=congress,
            dates={"planned_opens": day("2025-09-29"), "planned_closes": day("2025-10-01")},
        )
        states = list(ScheduledNotice.objects.values_list("state", flat=True))
        assert states.count("superseded") == 14
        assert states.count("expanded") == 2
        assert states.count("pending") == 16 + 1  # the new ones, and the news of the move

        assert actions.sweep().sent == 1
        # eight dates moved; each person reads of it once, of their own plans
        for user in (one, both):
            kinds = [kind for kind, _ in inbox(user)]
            assert kinds.count(registry.DATES_CHANGED) == 1
        text = Delivery.objects.get(
            person=one, channel="inbox", notice__kind=registry.DATES_CHANGED
        ).text
        assert text.count("→") == 4
        assert "25/09/2025 → 30/09/2025" in text

        # the old day was three days ahead: the mail does not wait for the digest; the reminders
        # of the old day, which nobody mailed this morning, do not go any more
        result = actions.send_mails()
        assert (result.sent, result.skipped) == (2, 3)
        assert [m.subject[:9] for m in outbox_of.outbox] == ["Đổi ngày:"] * 2
        clock.move_to(at("2025-09-23 07:30"))
        assert actions.send_mails().sent == 0

        # every later minute finds nothing until the new dates come near
        clock.move_to(at("2025-09-25 06:00"))
        assert actions.sweep().sent == 0
        clock.move_to(at("2025-09-26 06:00"))  # a Friday: the working day before the 27th
        assert actions.sweep().sent == 2
        assert inbox(one)[-1] == (registry.PHASE_STARTS_SOON, "Đợt 1 bắt đầu ngày 30/09/2025")
        clock.move_to(at("2025-09-26 07:30"))
        assert actions.send_mails().sent == 2

    # nobody was ever told the same thing twice
    keys = Delivery.objects.values_list("notice", "person", "channel")
    assert len(keys) == len(set(keys))


def test_three_days_of_downtime(congress, calendar):
    """What is still true goes, what is too late is missed and seen."""
    with time_machine.travel(at("2025-09-20 09:00"), tick=False) as clock:
        user, agency = person("Hà"), AgencyFactory()
        give(user, Role.STAFF, agency)
        plan_around(congress, agency, phases=1)
        clock.move_to(at("2025-09-25 09:00"))  # since Monday nothing ran; the phase has started
        result = actions.sweep()
        assert (result.sent, result.missed) == (1, 1)
        assert inbox(user) == [(registry.PHASE_STARTED, "Đợt 1 bắt đầu từ ngày 25/09/2025")]
        missed = ScheduledNotice.objects.get(state="missed")
        assert missed.kind == registry.PHASE_STARTS_SOON
        assert missed.agency == agency


def test_moving_there_and_back_tells_twice_and_reminds_once(congress, calendar):
    with time_machine.travel(at("2025-09-01 09:00"), tick=False) as clock:
        user, agency = person("Hà"), AgencyFactory()
        give(user, Role.STAFF, agency)
        plan_around(congress, agency, phases=1)
        for opens in ("2025-10-13", "2025-09-24"):
            clock.shift(dt.timedelta(hours=1))
            congress.refresh_from_db()
            dates = {"planned_opens": day(opens), "planned_closes": day("2025-10-20")}
            campaigns.move_event(actor=None, event=congress, dates=dates)
            actions.sweep()
        clock.move_to(at("2025-09-22 06:00"))
        actions.sweep()
        assert [kind for kind, _ in inbox(user)] == [
            registry.DATES_CHANGED,
            registry.DATES_CHANGED,
            registry.PHASE_STARTS_SOON,
        ]
