"""Meetings of units: entered, agreed, sent with opinions, corrected, undone."""

import datetime as dt
import threading

import pytest
from django.db import connection

from feedback import totals
from feedback.actions import meetings
from feedback.models import Channel, Consultation, EntryBatch, EntryRow, Identity, Meeting, Opinion
from feedback.queries import meetings as queries
from feedback.rules import meetings as rules
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.batches import node, open_world
from tests.feedback.factories import NOW
from tests.feedback.meetings import HELD, again, enter, sent, with_opinions, words

S, Way = Meeting.State, Meeting.Outcome
DAY = dt.timedelta(days=1)


@pytest.fixture
def world(db):
    return open_world()


def counted(world):
    totals.fold()
    return totals.along(world.consultation, "all").get("", 0)


def refusal(call, **arguments):
    with pytest.raises(Refused) as refused:
        call(**arguments)
    return refused.value.code


def test_agreeing_is_a_meeting_without_opinions(world):
    row = enter(world, Way.AGREED)
    assert (row.state, row.sent_at, row.batch) == (S.SENT, NOW, None)
    assert (row.held_on, row.present, row.speakers) == (HELD, 24, 5)
    assert Opinion.objects.count() == 0
    assert EntryBatch.objects.count() == 0


def test_a_meeting_with_opinions_counts_once_it_is_sent(world):
    row = with_opinions(world, rows=2)
    assert (row.state, counted(world)) == (S.ENTERING, 0)
    row = meetings.send(actor=world.secretary, meeting=row, now=NOW)
    assert (row.state, row.sent_at) == (S.SENT, NOW)
    opinion = Opinion.objects.order_by("text").first()
    cell = node(world, world.cell)
    assert (opinion.origin, opinion.channel, opinion.naming) == ("unit", "meeting", "anonymous")
    assert (opinion.entry_node, opinion.reading_node) == (cell, cell.reader)
    assert (opinion.text, opinion.block) == ("Ý kiến thứ 1 của hội nghị.", world.block(2))
    assert opinion.received_on == clock.today(NOW)
    assert Identity.objects.count() == 0
    assert counted(world) == 2
    # sending it twice does nothing
    meetings.send(actor=world.secretary, meeting=row, now=NOW)
    assert (Opinion.objects.count(), counted(world)) == (2, 2)


def test_sending_nothing_is_refused(world):
    assert refusal(meetings.send, actor=world.secretary, meeting=enter(world), now=NOW) == "empty"
    row = enter(world, Way.MINUTES)
    assert refusal(meetings.send, actor=world.secretary, meeting=row, now=NOW) == "outcome"


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"present": 0, "speakers": 0}, "present"),
        ({"present": 5, "speakers": 6}, "speakers"),
        ({"speakers": -1}, "speakers"),
        ({"held_on": clock.today(NOW) + DAY}, "held_on"),
        ({"held_on": dt.date(2025, 7, 26)}, "held_on"),
        ({"outcome": "nothing"}, "outcome"),
    ],
)
def test_impossible_numbers_and_days(world, fields, code):
    assert refusal(enter, world=world, **fields) == code
    assert Meeting.objects.count() == 0


def test_a_meeting_shortly_before_the_opening_counts(world):
    assert enter(world, Way.AGREED, held_on=dt.date(2025, 7, 27)).state == S.SENT


@pytest.mark.parametrize(
    ("now", "taken"),
    [
        (dt.datetime(2025, 9, 1, 0, 0, tzinfo=clock.TZ), True),
        (dt.datetime(2025, 9, 3, 23, 59, tzinfo=clock.TZ), True),
        (dt.datetime(2025, 9, 4, 0, 0, tzinfo=clock.TZ), False),
    ],
)
def test_three_days_of_grace_after_the_closing_day(world, now, taken):
    if not taken:
        assert refusal(enter, world=world, outcome=Way.AGREED, now=now) == "over"
        return
    assert enter(world, Way.AGREED, now=now).state == S.SENT
    # but a meeting held after the closing day is none of the consultation's
    assert refusal(enter, world=world, held_on=dt.date(2025, 9, 1), now=now) == "held_on"


def test_opinions_entered_in_the_grace_came_on_the_closing_day(world):
    late = dt.datetime(2025, 9, 2, 9, 0, tzinfo=clock.TZ)
    row = enter(world, now=late)
    meetings.put_opinion(actor=world.secretary, meeting=row, n=1, now=late, **words(world))
    meetings.send(actor=world.secretary, meeting=row, now=late)
    assert Opinion.objects.get().received_on == dt.date(2025, 8, 31)


def test_no_meetings_where_the_channel_is_closed_or_points_elsewhere(world):
    Consultation.objects.update(channels=[Channel.ONLINE])
    assert refusal(enter, world=world) == "channel"
    assert queries.units_of(grants_of(world.secretary), NOW) == []
    Consultation.objects.update(
        channels=[Channel.MEETING], mode="pointing", external_url="https://mau.example/"
    )
    assert refusal(enter, world=world) == "channel"
    assert queries.units_of(grants_of(world.secretary), NOW) == []


def test_only_chosen_units_are_asked(world):
    Consultation.objects.update(audience=Consultation.Audience.UNITS)
    world.consultation.audience_units.set([world.other_cell])
    assert refusal(enter, world=world) == "audience"
    world.consultation.audience_units.set([world.commune])
    assert enter(world).state == S.ENTERING


def test_outsiders_members_and_rapporteurs_enter_nothing(world):
    outsider = UserFactory(full_name="người ngoài")
    for person in (outsider, world.member, world.rapporteur, world.top_rapporteur):
        assert refusal(enter, world=world, actor=person) == "no_right"
    # the clerk above may not either, while the cell has its secretary
    assert refusal(enter, world=world, actor=world.clerk) == "no_right"


def test_the_same_form_twice_is_one_meeting(world):
    first = enter(world, Way.AGREED, submission_key="k" * 24)
    second = enter(world, Way.AGREED, submission_key="k" * 24)
    assert (first.pk, Meeting.objects.count()) == (second.pk, 1)
    assert refusal(enter, world=world, submission_key="k" * 24, present=30) == "replayed"
    assert again(first).present == 24


def test_the_form_sent_again_corrects_what_was_only_begun(world):
    first = enter(world, submission_key="k" * 24)
    enter(world, submission_key="k" * 24, present=30)
    assert (again(first).present, Meeting.objects.count()) == (30, 1)
    row = enter(world, Way.AGREED, submission_key="k" * 24, present=30)
    assert (row.pk, row.state, row.outcome, row.batch) == (first.pk, S.SENT, Way.AGREED, None)
    assert EntryBatch.objects.get().state == "discarded"


def test_what_was_typed_is_not_thrown_away_by_another_button(world):
    row = enter(world, submission_key="k" * 24)
    meetings.put_opinion(actor=world.secretary, meeting=row, n=1, now=NOW, **words(world))
    for outcome in (Way.AGREED, Way.MINUTES):
        code = refusal(enter, world=world, outcome=outcome, submission_key="k" * 24)
        assert code == "has_content"
    assert EntryRow.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_double_click_makes_one_meeting():
    world = open_world()
    results, barrier = [], threading.Barrier(2)

    def click():
        barrier.wait()
        try:
            results.append(enter(world, Way.AGREED, submission_key="k" * 24).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 2
    assert set(results) == {Meeting.objects.get().pk}


def test_the_same_opinion_sent_twice_is_one(world):
    row = enter(world)
    for _ in range(2):
        meetings.put_opinion(actor=world.secretary, meeting=row, n=1, now=NOW, **words(world))
    assert row.batch.rows.count() == 1
    # other words under the same number are another opinion, nothing is overwritten
    meetings.put_opinion(
        actor=world.secretary, meeting=row, n=1, now=NOW, **words(world, text="Khác.")
    )
    texts = row.batch.rows.order_by("n").values_list("n", "text")
    assert list(texts) == [(1, "Ý kiến thứ 1 của hội nghị."), (2, "Khác.")]


def test_opinions_are_changed_and_taken_out_until_sent(world):
    row = with_opinions(world, rows=2)
    meetings.change_opinion(
        actor=world.secretary, meeting=row, n=1, expected_version=0, now=NOW, text="Sửa lại."
    )
    with pytest.raises(StaleVersion):
        meetings.change_opinion(
            actor=world.secretary, meeting=row, n=1, expected_version=0, now=NOW, text="Muộn."
        )
    meetings.drop_opinion(actor=world.secretary, meeting=row, n=2, now=NOW)
    meetings.drop_opinion(actor=world.secretary, meeting=row, n=2, now=NOW)
    assert list(row.batch.rows.values_list("text", flat=True)) == ["Sửa lại."]
    meetings.send(actor=world.secretary, meeting=row, now=NOW)
    code = refusal(
        meetings.change_opinion, actor=world.secretary, meeting=row, n=1, now=NOW, text="Muộn."
    )
    assert code == "state"


def test_numbers_are_corrected_after_sending_until_the_grace_ends(world):
    row = enter(world, Way.AGREED)
    numbers = {"held_on": HELD, "present": 26, "speakers": 0}
    meetings.correct_numbers(
        actor=world.secretary, meeting=row, expected_version=0, now=NOW, **numbers
    )
    assert again(row).present == 26
    with pytest.raises(StaleVersion):
        meetings.correct_numbers(
            actor=world.secretary, meeting=row, expected_version=0, now=NOW, **numbers
        )
    late = dt.datetime(2025, 9, 4, 9, 0, tzinfo=clock.TZ)
    code = refusal(
        meetings.correct_numbers,
        actor=world.secretary, meeting=row, expected_version=1, now=late, **numbers,
    )  # fmt: skip
    assert code == "over"


def test_undoing_takes_meeting_and_opinions_out_of_the_count(world):
    row = sent(world)
    assert refusal(meetings.undo, actor=world.secretary, meeting=row, reason=" ", now=NOW) == (
        "no_reason"
    )
    meetings.undo(actor=world.secretary, meeting=row, reason="Nhập nhầm đợt", now=NOW)
    row = again(row)
    assert (row.state, row.undone_reason) == (S.UNDONE, "Nhập nhầm đợt")
    assert (counted(world), Opinion.objects.filter(state="undone").count()) == (0, 2)
    meetings.undo(actor=world.secretary, meeting=row, reason="Lần nữa", now=NOW)
    assert again(row).undone_reason == "Nhập nhầm đợt"


def test_reopening_corrects_opinions_and_counts_them_once(world):
    row = sent(world)
    row = meetings.reopen(actor=world.secretary, meeting=row, reason="Sót một ý kiến", now=NOW)
    assert (row.state, row.sent_at, counted(world)) == (S.ENTERING, None, 0)
    assert row.batch.rows.count() == 2
    meetings.put_opinion(actor=world.secretary, meeting=row, n=3, now=NOW, **words(world, 3))
    meetings.send(actor=world.secretary, meeting=row, now=NOW)
    assert counted(world) == 3
    assert Opinion.objects.filter(state="received").count() == 3
    states = EntryBatch.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["undone", "accepted"]


def test_an_agreed_meeting_is_reopened_to_add_an_opinion(world):
    row = enter(world, Way.AGREED)
    row = meetings.reopen(actor=world.secretary, meeting=row, reason="Có một ý kiến", now=NOW)
    meetings.put_opinion(actor=world.secretary, meeting=row, n=1, now=NOW, **words(world))
    meetings.send(actor=world.secretary, meeting=row, now=NOW)
    assert (again(row).outcome, counted(world)) == (Way.OPINIONS, 1)


def test_history_says_what_was_done_and_never_what_was_said(world):
    row = sent(world)
    meetings.undo(actor=world.secretary, meeting=row, reason="Nhập nhầm đợt", now=NOW)
    rows = AuditEntry.objects.filter(object_kind="feedback.meeting").order_by("id")
    assert [(entry.verb, entry.actor) for entry in rows] == [
        ("enter_meeting", world.secretary),
        ("send_meeting", world.secretary),
        ("undo_meeting", world.secretary),
    ]
    assert rows[0].agency_id == world.cell.pk
    assert rows[0].object_label == "Hội nghị góp ý ngày 19/08/2025: Chi bộ Văn phòng"
    everything = [str(entry.changes) for entry in AuditEntry.objects.all()]
    assert not [changes for changes in everything if "của hội nghị" in changes]
    assert not [changes for changes in everything if "partly" in changes or "agreed" in changes]


def test_units_of_a_secretary_in_two_queries(world, django_assert_num_queries):
    grants = grants_of(world.secretary)
    sent(world)
    with django_assert_num_queries(2):
        (unit,) = queries.units_of(grants, NOW)
    assert unit.node == node(world, world.cell)
    assert [(m.state, m.opinions) for m in unit.meetings] == [(S.SENT, 2)]
    enter(world)
    with django_assert_num_queries(2):
        (unit,) = queries.units_of(grants, NOW)
    assert len(unit.begun) == 1


def test_the_superior_sees_numbers_of_units_and_nothing_else(world, django_assert_num_queries):
    sent(world)
    enter(world, Way.AGREED, present=10, speakers=0)
    enter(world)
    commune = node(world, world.commune)
    with django_assert_num_queries(2):
        rows = queries.meetings_below(commune)
    by_name = {row.node.name: row for row in rows}
    cell = by_name["Chi bộ Văn phòng"]
    assert (cell.units, cell.held_in, cell.meetings) == (1, 1, 2)
    assert (cell.present, cell.speakers) == (34, 5)
    assert by_name["Chi bộ Bến Thượng"].meetings == 0
    (top,) = queries.meetings_below(node(world, world.province))
    assert (top.units, top.held_in, top.meetings) == (3, 1, 2)
    assert queries.without_meeting(commune) == {world.other_cell.pk}


def test_somebody_new_takes_over_a_unit(world):
    heir = UserFactory(full_name="bí thư mới")
    give(heir, Role.SECRETARY, world.cell)
    row = with_opinions(world)
    assert meetings.send(actor=heir, meeting=row, now=NOW).state == S.SENT


@pytest.mark.parametrize(
    ("text", "without"),
    [
        ("Đồng chí Nguyễn Văn A: nên sửa đoạn này", "Nên sửa đoạn này"),
        ("đ/c Bình đề nghị giữ nguyên", "Đề nghị giữ nguyên"),
        ("- Bà Lan phát biểu: cần rõ hơn", "Cần rõ hơn"),
        ("Ông Trần Văn B (chi ủy) cho rằng chưa rõ", "Chưa rõ"),
        ("Đồng chí Bí thư: cần bổ sung", "Cần bổ sung"),
        ("2. Đồng chí Hoa, kiến nghị bỏ", "Kiến nghị bỏ"),
    ],
)
def test_names_of_speakers_are_noticed_and_taken_off(text, without):
    assert rules.names_a_speaker(text)
    assert rules.without_speaker(text) == without


@pytest.mark.parametrize(
    "text",
    [
        "Đồng chí nào cũng tán thành",
        "Anh hùng lao động: nên có chính sách",
        "Đề nghị giữ nguyên đoạn này",
        "Bà con các thôn đề nghị làm đường",
        "Ông Bà Trưng là tên đường, đề nghị sửa",
        "",
    ],
)
def test_ordinary_words_are_left_alone(text):
    assert (rules.names_a_speaker(text), rules.without_speaker(text)) == (False, text)
