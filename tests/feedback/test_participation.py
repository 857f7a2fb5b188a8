"""Participation in numbers: taken once a day, suppressed for the public, exact for staff."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from campaigns.boundaries import date_spec
from feedback import actions, guests, participation, queries, totals
from feedback.authors import Guest
from feedback.models import (
    Channel,
    DeclaredNumber,
    GuestContact,
    Meeting,
    Opinion,
    OpinionTotals,
    PublishedNumbers,
)
from portal.common import clock
from portal.common.audit import AuditEntry
from portal.common.errors import Refused
from tests.agencies.factories import AgencyFactory, CellFactory
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db

TODAY, TOMORROW = NOW.date(), NOW.date() + dt.timedelta(days=1)


@pytest.fixture
def world():
    with time_machine.travel(NOW, tick=False):
        yield make_world()


def page(client, world, name="feedback:participation"):
    found = world.consultation
    arguments = [found.pk, found.slug] if name == "feedback:participation" else [found.pk]
    return client.get(reverse(name, args=arguments))


def test_a_picture_counts_until_the_end_of_the_day_before(world):
    send(world)
    assert participation.take(world.consultation, day=TODAY) is True
    assert participation.kept(world.consultation)[1]["all"] == 0
    assert participation.take(world.consultation, day=TOMORROW) is True
    day, picture = participation.kept(world.consultation)
    assert day == TOMORROW
    assert (picture["all"], picture["people"]) == (1, 1)
    assert picture["days"] == [[TODAY.isoformat(), 1]]
    assert picture["channel"] == {"online": 1}


def test_a_picture_is_taken_once_a_day(world):
    send(world)
    participation.take(world.consultation, day=TOMORROW)
    send(world, text="Thêm một ý.")
    assert participation.take(world.consultation, day=TOMORROW) is False
    assert participation.kept(world.consultation)[1]["all"] == 1
    assert PublishedNumbers.objects.filter(subject__startswith="participation").count() == 1


def test_people_are_counted_once_and_the_anonymous_not_at_all(world):
    send(world, text="Một.")
    send(world, text="Hai.")
    send(world, author=world.secretary, text="Ba.")
    send(world, text="Bốn.", naming=Opinion.Naming.ANONYMOUS)
    picture = participation.count(world.consultation)
    totals.fold()
    assert picture["people"] == 2
    assert participation.count(world.consultation)["all"] == 4


def test_guests_are_people_once_they_confirmed_and_in_a_number_of_their_own():
    with time_machine.travel(NOW, tick=False):
        world = make_world(audience="public")
        send(world)
        for n in range(3):
            guest = Guest(email=f"khach{n}@vi-du.vn")
            send(world, author=guest, text=f"Khách {n}.")
            send(world, author=guest, text=f"Khách {n} lần nữa.")
            guests.ask_to_confirm(consultation=world.consultation, email=guest.email)
        send(world, author=Guest(), text="Không để lại gì.")
        totals.fold()

        def counted(**fields):
            picture = participation.count(world.consultation, **fields)
            return picture["all"], picture["people"], picture["guests"]

        assert counted() == (8, 1, 0)
        for contact in GuestContact.objects.all()[:2]:
            guests.confirm(contact)
        assert counted() == (8, 1, 2)
        # the picture of a day knows nothing of who confirmed later
        assert counted(before=TODAY) == (0, 0, 0)
        assert counted(before=TOMORROW) == (8, 1, 2)
        assert counted(people=False) == (8, None, None)


def test_sections_are_sums_below_the_headings_and_add_up(world):
    for n, para in enumerate((1, 2, 2)):
        send(world, block=world.block(para), text=f"Ý {n}")
    send(world, block=None, text="Chung.")
    totals.fold()
    (edition,) = participation.count(world.consultation)["editions"]
    assert edition["n"] == 4
    assert edition["whole"] == 1
    assert sum(n for _pos, _title, n in edition["sections"]) == 3


def test_the_sweep_takes_what_is_due_and_leaves_what_is_done(world):
    send(world)
    assert participation.take_due(day=TOMORROW) == 1
    assert participation.take_due(day=TOMORROW) == 0
    long_after = dt.date(2026, 3, 1)
    assert participation.take_due(day=long_after) == 1
    assert participation.take_due(day=long_after + dt.timedelta(days=1)) == 0


def test_the_public_page_says_when_there_is_nothing_yet(client, world):
    assert "Chưa có số liệu" in page(client, world).content.decode()


def test_the_public_page_suppresses_and_costs_the_same_for_one_and_many(
    client, world, django_assert_max_num_queries
):
    send(world)
    participation.take(world.consultation, day=TOMORROW)
    with time_machine.travel(NOW + dt.timedelta(days=1), tick=False):
        response = page(client, world)
        text = response.content.decode()
        assert "dưới 5" in text
        assert "Số liệu đến hết ngày 20/08/2025" in text
    for n in range(12):
        send(world, text=f"Ý kiến {n}.", block=world.block(1 + n % 2))
    with time_machine.travel(NOW + dt.timedelta(days=2), tick=False):
        participation.take(world.consultation, day=clock.today())
        with django_assert_max_num_queries(12):
            page(client, world)


def test_few_meetings_are_not_told_to_the_public(client, world):
    actions.open_due(now=NOW)
    node = world.consultation.nodes.get(agency=world.cell)
    Meeting.objects.create(
        consultation=world.consultation, node=node, held_on=TODAY, present=12, speakers=3,
        outcome=Meeting.Outcome.AGREED, state=Meeting.State.SENT, sent_at=NOW,
        submission_digest=b"m" * 32, entered_by=world.secretary,
    )  # fmt: skip
    send(world)
    participation.take(world.consultation, day=TOMORROW)
    assert participation.kept(world.consultation)[1]["meetings"]["n"] == 1
    response = page(client, world)
    shown = {name: str(words) for name, words in response.context["meetings"].items()}
    assert shown == {"n": "dưới 5", "present": "10", "speakers": "dưới 5"}


def test_a_passing_reader_never_counts(client, world, django_assert_max_num_queries):
    send(world)
    with django_assert_max_num_queries(12) as seen:
        page(client, world)
    assert not [q for q in seen.captured_queries if '"feedback_opinion"' in q["sql"]]


def test_pointing_consultations_and_drafts_have_no_numbers(client):
    drafted = make_world(announced=False)
    assert page(client, drafted).status_code == 404


def test_staff_see_the_totals_of_the_moment(client, world):
    send(world)
    totals.fold()
    send(world, text="Chưa gộp.")
    client.force_login(world.staff)
    response = page(client, world, "feedback:numbers")
    assert response.context["total"] == 2
    assert "Tính đến 20/08/2025 09:00" in response.content.decode()
    client.force_login(world.member)
    assert page(client, world, "feedback:numbers").status_code == 404


def test_live_numbers_cost_the_same_for_one_and_many(client, world, django_assert_max_num_queries):
    client.force_login(world.staff)
    send(world)
    totals.fold()
    page(client, world, "feedback:numbers")
    with django_assert_max_num_queries(40) as one:
        page(client, world, "feedback:numbers")
    for n in range(8):
        send(world, text=f"Ý {n}", block=world.block(1 + n % 2))
    totals.fold()
    with django_assert_max_num_queries(len(one)):
        page(client, world, "feedback:numbers")


def test_going_down_the_ladder_gives_no_hidden_number_back(client, world):
    second = AgencyFactory(
        name="Đảng bộ xã Yên Sơn", kind="party", level=world.commune.level, parent=world.province
    )
    cells = [CellFactory(name=f"Chi bộ thôn {n}", parent=second) for n in (1, 2)]
    world.consultation = make_other(world)
    nodes = {n.agency: n for n in world.consultation.nodes.select_related("agency")}
    for agency, n in ((world.cell, 3), (cells[0], 6), (cells[1], 6)):
        OpinionTotals.objects.create(
            consultation=world.consultation, dim="node", key=str(nodes[agency].pk),
            day=TODAY - dt.timedelta(days=1), n=n,
        )  # fmt: skip
    client.force_login(world.staff)
    address = reverse("feedback:numbers", args=[world.consultation.pk])

    def below(agency):
        page = client.get(address, {"don-vi": nodes[agency].pk})
        return [(child.name, str(n)) for child, n in page.context["below"]]

    assert below(world.province) == [
        (world.commune.name, "dưới 5"), (second.name, "không nêu"),
    ]  # fmt: skip
    # 6 and 6, shown, would say that the first commune has at least one
    assert below(second) == [(cell.name, "không nêu") for cell in cells]
    assert {n for _name, n in below(world.commune)} == {"dưới 5"}
    # the commune's own rapporteur knows its sum anyhow, and not that of the other
    tomorrow = queries.counts_below(nodes[second], day=TODAY)
    assert [str(n) for _child, n in tomorrow] == ["5", "5"]


def make_other(world):
    """A consultation whose ladder was copied with the units there are now."""
    made = actions.create_consultation(
        actor=world.staff, agency=world.province, title="Đợt khác", editions=[world.edition],
        opens=date_spec("2025-08-10"), closes=date_spec("2025-08-31"),
        reading_level=world.consultation.reading_level, reading_min_members=2,
        groups=[world.group],
    )  # fmt: skip
    made = actions.announce(actor=world.staff, consultation=made, now=NOW)
    actions.open_due(now=NOW)
    made.refresh_from_db()
    return made


def declare(world, **fields):
    return actions.declare_number(
        **{
            "actor": world.staff,
            "consultation": world.consultation,
            "source": "Ứng dụng định danh quốc gia",
            "channel": Channel.VNEID,
            "measure": DeclaredNumber.Measure.OPINIONS,
            "n": 2_131_376,
            "as_of": TODAY,
            "now": NOW,
        }
        | fields
    )


def test_declared_numbers_stand_beside_counted_ones_and_are_never_added(client, world):
    declare(world)
    send(world)
    participation.take(world.consultation, day=TOMORROW)
    text = page(client, world).content.decode()
    assert "2.131.376" in text
    assert "Ứng dụng định danh quốc gia" in text
    assert "2.131.377" not in text


def test_the_last_declared_number_of_a_source_is_shown(world):
    declare(world, as_of=TODAY - dt.timedelta(days=1), n=2_000_000)
    newest = declare(world)
    assert participation.declared(world.consultation) == [newest]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"as_of": TOMORROW}, "future"),
        ({}, "twice"),
    ],
)
def test_a_declared_number_is_refused(world, fields, code):
    declare(world)
    with pytest.raises(Refused) as refused:
        declare(world, **fields)
    assert refused.value.code == code


def test_members_declare_nothing(world):
    with pytest.raises(Refused):
        declare(world, actor=world.member)


def test_a_declared_number_is_removed_with_a_trace(client, world):
    row = declare(world)
    client.force_login(world.staff)
    address = reverse("feedback:declared_remove", args=[world.consultation.pk, row.pk])
    assert client.post(address).status_code == 302
    assert not DeclaredNumber.objects.exists()
    entry = AuditEntry.objects.get(verb="remove_declared")
    assert entry.changes["n"] == [2_131_376, None]


def test_the_form_keeps_what_was_typed_when_it_is_refused(client, world):
    client.force_login(world.staff)
    address = reverse("feedback:declared", args=[world.consultation.pk])
    response = client.post(
        address,
        {
            "source": "Báo cáo của xã", "channel": "meeting", "measure": "meetings", "n": "12",
            "as_of": TOMORROW.isoformat(),
        },
    )  # fmt: skip
    assert response.status_code == 422
    text = response.content.decode()
    assert "Ngày chốt số không thể sau hôm nay." in text
    assert "Báo cáo của xã" in text


def test_withdrawn_opinions_leave_the_next_picture(world):
    receipt = send(world)
    opinion = queries.my_opinion(world.member, receipt.public_id)
    actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)
    participation.take(world.consultation, day=TOMORROW)
    assert participation.kept(world.consultation)[1]["all"] == 0
