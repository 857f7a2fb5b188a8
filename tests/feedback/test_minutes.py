"""Photos of minutes: kept apart, keyed in by one clerk, confirmed by the unit, deleted in time."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from feedback import totals
from feedback.actions import meetings, meetings_below, minutes
from feedback.models import EntryFile, Meeting, Opinion
from feedback.queries import meetings as queries
from feedback.rules import meetings as rules
from portal.agencies.models import Membership, Role
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry, Upload
from portal.notices.actions import sweep
from portal.notices.models import Delivery
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.batches import node, open_world
from tests.feedback.factories import NOW
from tests.feedback.meetings import (
    Way,
    again,
    confirming,
    enter,
    keying,
    photo,
    photographed,
    sent,
    words,
)

S = Meeting.State
LATER = NOW + dt.timedelta(minutes=31)
TODAY = clock.today(NOW)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


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


def test_photos_lose_their_names_and_what_else_they_carry(world):
    row = photographed(world, pages=1)
    file = row.batch.files.get()
    assert (file.kind, file.name, file.delete_on) == ("minutes", "", None)
    upload = file.upload
    assert (upload.kind, upload.original_name) == ("photo", "bien-ban-1")
    with upload.file.open() as stored, Image.open(stored) as picture:
        assert dict(picture.getexif()) == {}
    everything = [f"{e.object_label} {e.changes}" for e in AuditEntry.objects.all()]
    assert not [line for line in everything if "nguyen-van-a" in line]


def test_one_bad_file_does_not_lose_the_others(world):
    row = enter(world, Way.MINUTES)
    broken = SimpleUploadedFile("so-tay.jpg", b"khong phai anh")
    huge = SimpleUploadedFile("lon.jpg", b"\xff\xd8" + b"0" * (10 * 1024 * 1024))
    kept, problems = minutes.keep_photos(
        actor=world.secretary, meeting=row, files=[photo(), broken, huge], now=NOW
    )
    assert (kept, [name for name, _why in problems]) == (1, ["so-tay.jpg", "lon.jpg"])
    assert Upload.objects.filter(kind="photo").count() == 1


def test_ten_photos_and_no_more_and_none_twice(world):
    row = photographed(world, pages=10)
    kept, problems = minutes.keep_photos(
        actor=world.secretary, meeting=row, files=[photo(colour=(1, 2, 3))], now=NOW
    )
    assert (kept, len(problems)) == (0, 1)
    minutes.remove_photo(actor=world.secretary, file=row.batch.files.last(), now=NOW)
    # the form sent again on a thin line: the same photo is there already
    kept, problems = minutes.keep_photos(
        actor=world.secretary, meeting=row, files=[photo(colour=(10, 29, 32))], now=NOW
    )
    assert (kept, problems, row.batch.files.count()) == (0, [], 9)
    assert Upload.objects.filter(kind="photo").count() == 9


def test_minutes_without_photos_are_not_handed_in(world):
    row = enter(world, Way.MINUTES)
    assert refusal(meetings.hand_in, actor=world.secretary, meeting=row, now=NOW) == "no_photos"


def test_handed_in_minutes_take_no_more_photos_until_taken_back(world):
    row = keying(world)
    assert (row.state, row.handed_in_at) == (S.KEYING, NOW)
    kept, problems = minutes.keep_photos(
        actor=world.secretary, meeting=row, files=[photo(colour=(1, 2, 3))], now=NOW
    )
    assert (kept, len(problems)) == (0, 1)
    row = meetings.take_back(actor=world.secretary, meeting=row, now=NOW)
    assert (row.state, row.handed_in_at) == (S.ENTERING, None)
    meetings.hand_in(actor=world.secretary, meeting=row, now=NOW)
    minutes.claim(actor=world.clerk, meeting=row, now=NOW)
    assert refusal(meetings.take_back, actor=world.secretary, meeting=row, now=NOW) == "claimed"


def test_the_queue_is_for_clerks_above(world, django_assert_num_queries):
    row = keying(world)
    for person in (world.clerk, world.rapporteur, world.top_rapporteur, world.staff):
        assert [m.pk for m in queries.minutes_to_key(grants_of(person))] == [row.pk]
    elsewhere = UserFactory(full_name="cán bộ chi bộ khác")
    give(elsewhere, Role.STAFF, world.other_cell)
    for person in (world.secretary, world.member, world.approver, elsewhere):
        assert list(queries.minutes_to_key(grants_of(person))) == []
    keying(world)
    grants = grants_of(world.clerk)
    with django_assert_num_queries(2):
        assert [m.photos for m in queries.minutes_to_key(grants)] == [2, 2]


def test_two_clerks_do_not_key_in_the_same_minutes(world):
    row = keying(world)
    minutes.claim(actor=world.clerk, meeting=row, now=NOW)
    other = {"actor": world.rapporteur, "meeting": row}
    assert refusal(minutes.claim, **other, now=NOW) == "claimed"
    assert refusal(meetings.put_opinion, **other, n=1, now=NOW, **words(world)) == "claimed"
    # whoever types holds them longer, whoever stopped loses them
    soon = NOW + dt.timedelta(minutes=20)
    meetings.put_opinion(actor=world.clerk, meeting=row, n=1, now=soon, **words(world))
    assert refusal(minutes.claim, **other, now=LATER) == "claimed"
    taken = minutes.claim(**other, now=LATER + dt.timedelta(minutes=20))
    assert (taken.claimed_by, taken.batch.rows.count()) == (world.rapporteur, 1)
    assert refusal(
        meetings.put_opinion, actor=world.clerk, meeting=row, n=2, now=LATER, **words(world, 2)
    ) == ("claimed")
    minutes.release(actor=world.rapporteur, meeting=row)
    assert again(row).claimed_by is None


@pytest.mark.django_db(transaction=True)
def test_two_clerks_who_take_minutes_at_once():
    world = open_world()
    row = keying(world)
    outcomes, barrier = [], threading.Barrier(2)

    def take(person):
        barrier.wait()
        try:
            minutes.claim(actor=person, meeting=row, now=NOW)
            outcomes.append("taken")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connection.close()

    people = (world.clerk, world.rapporteur)
    threads = [threading.Thread(target=take, args=[person]) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["claimed", "taken"]


def test_keyed_in_minutes_count_once_the_unit_confirms(world):
    row = again(confirming(world))
    assert (row.state, row.claimed_by, row.batch.state) == (S.CONFIRMING, None, "checking")
    assert counted(world) == 0
    sweep(now=NOW)
    told = Delivery.objects.filter(person=world.secretary, notice__subject_kind="feedback.minutes")
    assert told.count() == 1
    version = again(row).lock_version
    row = minutes.confirm(actor=world.secretary, meeting=row, expected_version=version, now=NOW)
    assert (row.state, row.sent_at, counted(world)) == (S.SENT, NOW, 2)
    due = TODAY + dt.timedelta(days=30)
    assert {file.delete_on for file in row.batch.files.all()} == {due}
    # a second press does nothing
    minutes.confirm(actor=world.secretary, meeting=row, expected_version=version, now=NOW)
    assert (Opinion.objects.count(), counted(world)) == (2, 2)


def test_minutes_without_opinions_are_a_meeting_all_the_same(world):
    row = confirming(world, rows=0)
    row = minutes.confirm(
        actor=world.secretary, meeting=row, expected_version=row.lock_version, now=NOW
    )
    assert (row.state, counted(world), Opinion.objects.count()) == (S.SENT, 0, 0)


def test_who_keyed_in_does_not_confirm(world):
    give(world.clerk, Role.SECRETARY, world.cell)
    row = photographed(world)
    meetings.hand_in(actor=world.secretary, meeting=row, now=NOW)
    # the clerk is of the unit now: own minutes are not in the queue
    assert refusal(minutes.claim, actor=world.clerk, meeting=row, now=NOW) == "no_right"
    minutes.claim(actor=world.rapporteur, meeting=row, now=NOW)
    row = minutes.finish(actor=world.rapporteur, meeting=row, now=NOW)
    give(world.rapporteur, Role.SECRETARY, world.cell)
    world.rapporteur.__dict__.pop("_grants", None)
    given = {"meeting": row, "expected_version": row.lock_version, "now": NOW}
    assert refusal(minutes.confirm, actor=world.rapporteur, **given) == "own"
    assert minutes.confirm(actor=world.clerk, **given).state == S.SENT


def test_clerks_do_not_confirm_for_a_unit_that_has_somebody(world):
    row = confirming(world)
    given = {"meeting": row, "expected_version": row.lock_version, "now": NOW}
    for person in (world.rapporteur, world.staff):
        assert refusal(minutes.confirm, actor=person, **given) == "no_right"


def test_the_unit_returns_what_is_wrong_with_a_note(world):
    row = confirming(world)
    given = {"actor": world.secretary, "meeting": row, "now": NOW}
    version = row.lock_version
    code = refusal(minutes.give_back, **given, note=" ", expected_version=version)
    assert code == "no_reason"
    row = minutes.give_back(**given, note="Thiếu ý kiến 3, trang 2", expected_version=version)
    assert (row.state, row.returned_note) == (S.KEYING, "Thiếu ý kiến 3, trang 2")
    assert again(row).batch.state == "entering"
    # somebody who still looks at the old page does not confirm the new one unseen
    minutes.claim(actor=world.clerk, meeting=row, now=NOW)
    meetings.put_opinion(actor=world.clerk, meeting=row, n=3, now=NOW, **words(world, 3))
    row = minutes.finish(actor=world.clerk, meeting=row, now=NOW)
    assert row.returned_note == ""
    with pytest.raises(StaleVersion):
        minutes.confirm(**given, expected_version=version)
    minutes.confirm(**given, expected_version=row.lock_version)
    assert counted(world) == 3
    everything = [str(entry.changes) for entry in AuditEntry.objects.all()]
    assert not [changes for changes in everything if "Thiếu ý kiến" in changes]


def test_minutes_handed_in_in_time_are_keyed_in_after_the_grace(world):
    row = keying(world)
    late = dt.datetime(2025, 9, 10, 9, 0, tzinfo=clock.TZ)
    with time_machine.travel(late, tick=False):
        minutes.claim(actor=world.clerk, meeting=row, now=late)
        meetings.put_opinion(actor=world.clerk, meeting=row, n=1, now=late, **words(world))
        row = minutes.finish(actor=world.clerk, meeting=row, now=late)
        row = minutes.confirm(
            actor=world.secretary, meeting=row, expected_version=row.lock_version, now=late
        )
    assert (row.state, counted(world)) == (S.SENT, 1)
    assert Opinion.objects.get().received_on == TODAY


def test_photos_are_deleted_thirty_days_after_the_confirmation(
    world, django_capture_on_commit_callbacks
):
    row = confirming(world)
    row = minutes.confirm(
        actor=world.secretary, meeting=row, expected_version=row.lock_version, now=NOW
    )
    names = [file.upload.file.name for file in row.batch.files.select_related("upload")]
    assert minutes.delete_due_photos(today=TODAY + dt.timedelta(days=29)) == 0
    assert all(default_storage.exists(name) for name in names)
    with django_capture_on_commit_callbacks(execute=True):
        assert minutes.delete_due_photos(today=TODAY + dt.timedelta(days=30)) == 2
    assert minutes.delete_due_photos(today=TODAY + dt.timedelta(days=31)) == 0
    assert not any(default_storage.exists(name) for name in names)
    rows = EntryFile.objects.values_list("upload", "path", "deleted_at")
    assert set(rows) == {(None, "", NOW)}
    assert (Upload.objects.filter(kind="photo").count(), queries.photos_of(row)) == (0, [])


def test_photos_of_undone_and_of_forgotten_minutes_go_too(world):
    undone = keying(world)
    meetings.undo(actor=world.secretary, meeting=undone, reason="Chụp nhầm", now=NOW)
    forgotten = photographed(world)
    assert minutes.delete_due_photos(today=TODAY + dt.timedelta(days=30)) == 2
    assert queries.photos_of(undone) == []
    # closed on 31/8, entered until 3/9, deleted thirty days later
    assert minutes.delete_due_photos(today=dt.date(2025, 10, 3)) == 0
    assert minutes.delete_due_photos(today=dt.date(2025, 10, 4)) == 2
    assert queries.photos_of(again(forgotten)) == []


def test_waiting_minutes_are_never_deleted(world):
    keying(world)
    assert minutes.delete_due_photos(today=dt.date(2027, 1, 1)) == 0


def test_a_unit_with_nobody_is_entered_from_its_minutes_by_the_office_above(world):
    commune_cell = node(world, world.other_cell)
    given = {"actor": world.clerk, "node": commune_cell}
    assert rules.part_of(world.clerk, commune_cell).stands_in
    # the rapporteur keys in, but does not hold meetings for others
    assert refusal(enter, world=world, actor=world.rapporteur, node=commune_cell) == "no_right"
    assert refusal(enter, world=world, outcome=Way.AGREED, **given) == "needs_minutes"
    row = keying(world, **given)
    assert row.on_behalf
    minutes.claim(actor=world.clerk, meeting=row, now=NOW)
    meetings.put_opinion(actor=world.clerk, meeting=row, n=1, now=NOW, **words(world))
    row = minutes.finish(actor=world.clerk, meeting=row, now=NOW)
    seen = {"meeting": row, "expected_version": row.lock_version, "now": NOW}
    assert refusal(minutes.confirm, actor=world.clerk, **seen) == "own"
    assert minutes.confirm(actor=world.rapporteur, **seen).state == S.SENT
    assert Opinion.objects.get().entry_node == commune_cell
    # corrected by two people again
    row = meetings.reopen(actor=world.clerk, meeting=row, reason="Sót ý kiến", now=NOW)
    assert (row.state, counted(world)) == (S.KEYING, 0)


def test_a_unit_that_got_a_secretary_is_entered_by_them(world):
    other = node(world, world.other_cell)
    heir = UserFactory(full_name="bí thư mới")
    give(heir, Role.SECRETARY, world.other_cell)
    assert not rules.part_of(world.clerk, other).stands_in
    Membership.objects.filter(user=heir).update(valid=(dt.date(2020, 1, 1), TODAY))
    assert rules.part_of(world.clerk, other).stands_in


def test_units_without_a_meeting_are_reminded_once_a_day(world):
    sent(world)
    commune = node(world, world.commune)
    give(UserFactory(full_name="bí thư Bến Thượng"), Role.SECRETARY, world.other_cell)
    assert meetings_below.remind_units(actor=world.clerk, node=commune, now=NOW) == 1
    code = refusal(meetings_below.remind_units, actor=world.clerk, node=commune, now=NOW)
    assert code == "reminded"
    sweep(now=NOW)
    told = Delivery.objects.filter(notice__subject_kind="feedback.meetings")
    assert [row.person.full_name for row in told] == ["bí thư Bến Thượng"]
    for person in (world.secretary, world.member):
        given = {"actor": person, "node": commune, "now": NOW}
        assert refusal(meetings_below.remind_units, **given) == "no_right"
