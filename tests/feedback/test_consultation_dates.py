"""Extending, ending early, reopening, withdrawing: a public reason, and everybody told once."""

import datetime as dt

import pytest
import time_machine

from campaigns.actions import move_event
from campaigns.boundaries import EventSpec, date_spec
from campaigns.boundaries.effects import EVENT_DATES
from feedback import actions, notify, rules
from feedback.models import Consultation, ConsultationChange, LadderNode
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.notices import registry
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import EventFactory

from .factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def now():
    """Wednesday 20/8/2025, while the consultation (10/8 to 31/8) is open."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def change(world, closes=None, opens=None, reason="Bão lũ ở ba xã", **fields):
    return actions.change_dates(
        actor=world.staff,
        consultation=world.consultation,
        opens=opens and date_spec(opens),
        closes=closes and date_spec(closes),
        reason=reason,
        **fields,
    )


def told():
    """{person: [title]} of what the inbox got about changes."""
    found = {}
    rows = Delivery.objects.filter(notice__subject_kind=notify.CHANGE, channel="inbox")
    for row in rows.order_by("id"):
        found.setdefault(row.person_id, []).append(row.title)
    return found


def last():
    row = ConsultationChange.objects.order_by("-id").first()
    return row.kind, row.old_closes.isoformat(), row.new_closes.isoformat(), row.reason


def test_extending_tells_offices_and_members_once_with_both_days():
    world = make_world()
    actions.open_due()
    # a member who is secretary as well is one person
    give(world.secretary, Role.MEMBER, world.cell)
    moderator, outsider = UserFactory(), UserFactory()
    give(moderator, Role.MODERATOR, world.province)
    give(outsider, Role.MEMBER, AgencyFactory())
    people = notify.people_told(world.consultation)
    change(world, "2025-09-15")
    sweep()
    title = "Gia hạn lấy ý kiến đến hết ngày 15/09/2025: Lấy ý kiến Báo cáo chính trị"
    everybody = (
        world.staff, world.member, world.secretary, world.rapporteur, world.top_rapporteur,
        moderator,
    )  # fmt: skip
    assert told() == {person.pk: [title] for person in everybody}
    assert people == len(everybody)
    text = Delivery.objects.filter(title=title).first().text
    assert text == "Ngày kết thúc: 31/08/2025 → 15/09/2025\nLý do: Bão lũ ở ba xã"
    assert last() == ("extended", "2025-08-31", "2025-09-15", "Bão lũ ở ba xã")


def test_the_notice_is_about_the_consultation_and_nobody_s_opinion():
    world = make_world()
    send(world)
    change(world, "2025-09-15")
    notice = ScheduledNotice.objects.get(subject_kind=notify.CHANGE)
    assert (notice.subject_id, notice.payload) == (
        world.consultation.pk,
        {"dates": ["2025-08-10", "2025-08-31", "2025-09-15"]},
    )


def test_only_members_of_given_units_are_told_and_offices_everywhere():
    world = make_world(announced=False, audience=Consultation.Audience.UNITS)
    other = UserFactory()
    give(other, Role.MEMBER, world.other_cell)
    actions.add_units(actor=world.staff, consultation=world.consultation, agencies=[world.cell])
    actions.announce(actor=world.staff, consultation=world.consultation)
    change(world, "2025-09-15")
    sweep()
    assert set(told()) == {
        p.pk
        for p in (
            world.staff, world.member, world.secretary, world.rapporteur, world.top_rapporteur,
        )
    }  # fmt: skip


def test_two_changes_before_the_post_goes_are_told_as_the_last():
    world = make_world()
    change(world, "2025-09-15")
    change(world, "2025-09-20", reason="Theo đề nghị của các xã")
    sweep()
    assert told()[world.member.pk] == [
        "Gia hạn lấy ý kiến đến hết ngày 20/09/2025: Lấy ý kiến Báo cáo chính trị"
    ]


def test_ending_early_is_at_the_end_of_today_at_the_soonest():
    world = make_world()
    with pytest.raises(Refused) as refused:
        change(world, "2025-08-19")
    assert refused.value.code == "too_early"
    changed = change(world, "2025-08-20")
    assert last()[:3] == ("shortened", "2025-08-31", "2025-08-20")
    assert rules.phase_of(changed, NOW) == "open"
    assert rules.phase_of(changed, at("2025-08-20 23:59")) == "open"
    assert rules.phase_of(changed, at("2025-08-21 00:00")) == "closed"
    # whoever was writing sends until midnight
    world.consultation = changed
    assert send(world, now=at("2025-08-20 23:59")).code


def test_reopening_takes_opinions_again_and_arms_the_reminder(now):
    world = make_world()
    send(world)
    now.move_to(at("2025-09-10 09:00"))
    with pytest.raises(Refused) as refused:
        send(world, now=at("2025-09-10 09:00"))
    assert refused.value.code == "not_open:closed"
    with pytest.raises(Refused) as refused:
        change(world, "2025-09-09")
    assert refused.value.code == "too_early"
    changed = change(world, "2025-09-30")
    assert last()[:3] == ("reopened", "2025-08-31", "2025-09-30")
    assert rules.phase_of(changed, clock.now()) == "open"
    assert send(world, now=at("2025-09-10 09:05")).repeated is False
    sweep()
    assert told()[world.member.pk] == [
        "Mở lại lấy ý kiến đến hết ngày 30/09/2025: Lấy ý kiến Báo cáo chính trị"
    ]
    # 3 days before 30/9 is Saturday: the working day before
    pending = ScheduledNotice.objects.get(kind=registry.CONSULTATION_CLOSING, state="pending")
    assert clock.today(pending.due_at).isoformat() == "2025-09-26"
    assert LadderNode.objects.filter(consultation=changed, parent=None).count() == 1


def test_a_reminder_that_would_be_due_at_once_is_not_sent_beside_the_news():
    world = make_world()
    change(world, "2025-08-22")
    assert not ScheduledNotice.objects.filter(
        kind=registry.CONSULTATION_CLOSING, state="pending"
    ).exists()


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"closes": "2025-09-15", "reason": "  "}, "no_reason"),
        ({"closes": "2025-08-31"}, "same"),
        ({"opens": "2025-08-12"}, "opened"),
        ({"closes": "2025-08-09"}, "dates"),
    ],
)
def test_nonsense_is_refused_and_nothing_is_told(fields, code):
    world = make_world()
    with pytest.raises(Refused) as refused:
        change(world, **fields)
    assert refused.value.code == code
    assert not ConsultationChange.objects.exists()
    assert not ScheduledNotice.objects.filter(subject_kind=notify.CHANGE).exists()
    world.consultation.refresh_from_db()
    assert world.consultation.closes.resolved_on == dt.date(2025, 8, 31)


def test_what_has_not_opened_is_postponed_but_not_into_the_past():
    world = make_world(opens="2025-09-01", closes="2025-09-30")
    with pytest.raises(Refused) as refused:
        change(world, opens="2025-08-19")
    assert refused.value.code == "past_opening"
    change(world, opens="2025-09-05", closes="2025-10-05")
    row = ConsultationChange.objects.get()
    assert (row.kind, row.new_opens.isoformat(), row.new_closes.isoformat()) == (
        "moved", "2025-09-05", "2025-10-05",
    )  # fmt: skip


def test_drafts_and_strangers_change_nothing():
    world = make_world(announced=False)
    with pytest.raises(Refused) as refused:
        change(world, "2025-09-15")
    assert refused.value.code == "state"
    outsider = UserFactory()
    give(outsider, Role.STAFF, AgencyFactory())
    with pytest.raises(Refused):
        actions.change_dates(
            actor=outsider, consultation=world.consultation, opens=None,
            closes=date_spec("2025-09-15"), reason="Không có quyền",
        )  # fmt: skip


def test_of_two_editors_the_second_reads_the_first():
    world = make_world()
    seen = Consultation.objects.get(pk=world.consultation.pk).lock_version
    change(world, "2025-09-15", expected_version=seen)
    with pytest.raises(StaleVersion):
        change(world, "2025-09-20", expected_version=seen)
    assert last()[2] == "2025-09-15"


def test_an_event_that_moves_is_told_with_its_name():
    world = make_world(announced=False)
    event = EventFactory(host=world.province, planned_opens="2025-10-10")
    event.refresh_from_db()
    actions.edit_consultation(
        actor=world.staff,
        consultation=world.consultation,
        expected_version=world.consultation.lock_version,
        editions=[world.edition],
        opens=date_spec("2025-08-10"),
        closes=EventSpec(event_id=event.pk, moment="opens", offset=-5, working=True),
        groups=[],
    )
    found = actions.announce(actor=world.staff, consultation=world.consultation)
    assert found.closes.resolved_on == dt.date(2025, 10, 3)
    dates = {name: getattr(event, name) for name in EVENT_DATES} | {
        "planned_opens": dt.date(2025, 10, 17)
    }
    move_event(
        actor=world.staff, event=event, dates=dates, lock_version=event.lock_version,
        graph_revision=None, reason="Chờ cấp trên duyệt nhân sự",
    )  # fmt: skip
    kind, old, new, reason = last()
    assert (kind, old, new) == ("extended", "2025-10-03", "2025-10-10")
    assert reason.startswith("Theo ngày mới của Đại hội")
    assert reason.endswith("Chờ cấp trên duyệt nhân sự")
    sweep()
    assert len(told()[world.member.pk]) == 1


def test_withdrawing_is_told_and_a_draft_goes_quietly():
    world = make_world()
    actions.withdraw_consultation(
        actor=world.staff, consultation=world.consultation, reason="Hoãn đại hội"
    )
    sweep()
    assert told()[world.member.pk] == ["Hủy đợt lấy ý kiến: Lấy ý kiến Báo cáo chính trị"]
    assert Delivery.objects.filter(person=world.member, channel="inbox").get().text == (
        "Ý kiến đã gửi vẫn được giữ và đọc.\nLý do: Hoãn đại hội"
    )


def test_a_draft_that_is_given_up_tells_nobody():
    world = make_world(announced=False)
    actions.withdraw_consultation(
        actor=world.staff, consultation=world.consultation, reason="Chưa đến lúc"
    )
    assert not ConsultationChange.objects.exists()
    assert not ScheduledNotice.objects.filter(subject_kind=notify.CHANGE).exists()


def test_telling_costs_the_same_for_one_and_many_members(django_assert_num_queries):
    world = make_world()
    actions.open_due()
    change(world, "2025-09-15")
    sweep()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    change(world, "2025-09-16")
    with CaptureQueriesContext(connection) as few:
        sweep()
    for _n in range(10):
        give(UserFactory(), Role.MEMBER, world.cell)
    change(world, "2025-09-17")
    with CaptureQueriesContext(connection) as many:
        sweep()
    assert len(many) == len(few)
