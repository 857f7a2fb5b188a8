"""The reminder that a consultation closes: to offices of the ladder, never about who took part."""

import datetime as dt

import pytest
import time_machine

from campaigns.boundaries import date_spec
from feedback import actions
from feedback.models import Consultation
from portal.agencies.models import Role
from portal.common import clock
from portal.notices import registry
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give

from .factories import make_world

pytestmark = pytest.mark.django_db


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def now():
    """Friday 1/8/2025."""
    with time_machine.travel(at("2025-08-01 09:00"), tick=False) as traveller:
        yield traveller


def pending():
    rows = ScheduledNotice.objects.filter(state="pending", kind=registry.CONSULTATION_CLOSING)
    return [clock.local(n.due_at).date().isoformat() for n in rows]


def told():
    rows = Delivery.objects.filter(
        notice__kind=registry.CONSULTATION_CLOSING, channel="inbox"
    ).order_by("person_id")
    return {d.person_id: d.title for d in rows}


def test_offices_of_the_ladder_are_reminded_once(now):
    world = make_world()  # closes on Sunday 31/8
    office = UserFactory()
    give(office, Role.STAFF, world.commune)
    assert pending() == ["2025-08-28"]
    now.move_to(at("2025-08-11 08:00"))
    actions.open_due()
    now.move_to(at("2025-08-28 06:00"))
    sweep()
    title = "Lấy ý kiến kết thúc hết ngày 31/08/2025: Lấy ý kiến Báo cáo chính trị"
    assert told() == {world.staff.pk: title, world.secretary.pk: title, office.pk: title}
    notice = ScheduledNotice.objects.get(kind=registry.CONSULTATION_CLOSING)
    assert (notice.subject_kind, notice.subject_id, notice.payload) == (
        "feedback.consultation", world.consultation.pk, {},
    )  # fmt: skip


def test_a_draft_reminds_nobody():
    make_world(announced=False)
    assert pending() == []


def test_another_last_day_is_another_reminder(now):
    world = make_world()
    actions.change_dates(
        actor=world.staff,
        consultation=world.consultation,
        opens=None,
        closes=date_spec("2025-09-15"),
        reason="Theo đề nghị của các đơn vị",
    )
    assert pending() == ["2025-09-12"]
    now.move_to(at("2025-08-28 06:00"))
    sweep()
    assert told() == {}


def test_a_withdrawn_consultation_reminds_nobody():
    world = make_world()
    actions.withdraw_consultation(
        actor=world.staff, consultation=world.consultation, reason="Hoãn đại hội"
    )
    assert pending() == []


def test_what_lasts_a_few_days_is_announced_only_once():
    make_world(opens="2025-08-01", closes="2025-08-03")
    assert pending() == []


def test_pointing_elsewhere_reminds_nobody_here():
    make_world(mode=Consultation.Mode.POINTING, external_url="https://example.vn/")
    assert pending() == []
