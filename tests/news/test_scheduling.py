"""Publishing at an appointed minute: the hour, its coming without a worker, reorganisations."""

import datetime as dt
import io
import json

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Evidence
from portal.agencies import actions as agencies
from portal.agencies.models import Succession
from portal.agencies.queries import succession_effects
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.minutes import checked_minute, minute_of, suggestions
from portal.common.models import AuditEntry
from portal.news import actions, evidence, queries, tasks
from portal.news.models import Article, Step
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.agencies.factories import AgencyFactory
from tests.news import factories as make
from tests.news.factories import again, at, do
from tests.news.test_notices import assignment_of

pytestmark = pytest.mark.django_db

NOW = at("2026-09-22 09:30")
HOUR = at("2026-09-23 07:00")


@pytest.fixture
def room():
    return make.newsroom()


@pytest.fixture
def clock_at():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def scheduled(room, hour=HOUR, **text):
    return make.scheduled(room, hour=hour, now=NOW, **text)


def titles(now):
    return [article.title for article in queries.served(now)]


# --- the hour -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "kept"),
    [
        ("2026-09-22 09:31", "2026-09-22 09:31"),
        ("2026-09-22 23:59", "2026-09-22 23:59"),
        ("2026-09-23 00:00", "2026-09-23 00:00"),
        ("2026-09-23 07:00:59", "2026-09-23 07:00"),
        ("2027-09-23 09:30", "2027-09-23 09:30"),
        ("2026-09-22 09:30", "past"),
        ("2026-09-22 09:30:40", "past"),  # on its whole minute this is now
        ("2026-09-21 23:59", "past"),
        ("2027-09-23 09:31", "far"),
    ],
)
def test_minutes_that_can_be_chosen(wanted, kept):
    if kept in ("past", "far"):
        with pytest.raises(Refused) as refused:
            checked_minute(at(wanted), NOW)
        assert refused.value.code == kept
    else:
        assert checked_minute(at(wanted), NOW) == at(kept)


def test_midnight_belongs_to_the_day_that_begins():
    day = dt.date(2026, 9, 23)
    assert minute_of(day, dt.time(0, 0)) == clock.start_of_day(day)
    assert minute_of(day, dt.time(23, 59, 30)) == at("2026-09-23 23:59")
    assert [
        clock.local(a).isoformat(" ", "minutes") for a in suggestions(at("2026-09-22 16:50"))
    ] == [
        "2026-09-23 07:00+07:00",
        "2026-09-23 17:00+07:00",
        "2026-09-24 07:00+07:00",
    ]


def test_scheduling_approves_the_text_for_its_minute(room):
    article = again(scheduled(room))
    assert (article.state, article.published_at, article.slug) == (
        "scheduled",
        HOUR,
        "dang-bo-xa-hoa-binh-lay-y-kien-tung-chi-bo",
    )
    assert (article.approved_by, article.live_revision, article.agency_name) == (
        room.approver,
        article.working,
        "Đảng bộ xã Hòa Bình",
    )
    assert (article.working.approved_by, article.working.live_from) == (room.approver, HOUR)
    audit = AuditEntry.objects.filter(verb="schedule_article").get()
    assert (audit.actor, audit.changes["published_at"]) == (
        room.approver,
        [None, "23/09/2026 07:00"],
    )


def test_nobody_schedules_their_own_text(room):
    article = make.submitted(room, now=NOW)
    for person, code in [(room.editor, "role"), (room.outsider, "role")]:
        with pytest.raises(Refused) as refused:
            do("schedule", person, article, at=HOUR, now=NOW)
        assert refused.value.code == code
    own = make.submitted(room, by=room.colleague, now=NOW)
    Article.objects.filter(pk=own.pk).update(author=room.approver)
    with pytest.raises(Refused) as refused:
        do("schedule", room.approver, own, at=HOUR, now=NOW)
    assert refused.value.code == "own"
    assert Article.objects.filter(state="scheduled").count() == 0


def test_a_correction_has_no_hour(room):
    article = make.correcting(room)
    do("submit", room.editor, article)
    with pytest.raises(Refused) as refused:
        do("schedule", room.approver, article, at=make.in_days(1))
    assert refused.value.code == "correction"
    assert again(article).state == "submitted"


def test_an_empty_text_gets_no_hour(room):
    article = make.submitted(room, now=NOW)
    article.working.body = "<p> </p>"
    article.working.save()
    with pytest.raises(Refused) as refused:
        do("schedule", room.approver, article, at=HOUR, now=NOW)
    assert refused.value.code == "body"


def test_an_hour_after_the_last_day_of_the_agency_is_refused(room):
    room.agency.valid = (dt.date(2020, 1, 1), dt.date(2026, 9, 24))  # the 23rd is the last day
    room.agency.save()
    article = make.submitted(room, now=NOW)
    with pytest.raises(Refused) as refused:
        do("schedule", room.approver, article, at=at("2026-09-24 00:00"), now=NOW)
    assert refused.value.code == "agency_ended"
    do("schedule", room.approver, article, at=at("2026-09-23 23:59"), now=NOW)
    assert again(article).published_at == at("2026-09-23 23:59")


def test_moving_the_hour(room):
    article = scheduled(room)
    later = at("2026-09-24 17:00")
    do("reschedule", room.other_approver, article, at=later, now=NOW)
    article = again(article)
    assert (article.published_at, article.working.live_from) == (later, later)
    assert article.approved_by == room.approver
    assert [(s.since, s.until) for s in article.showings.all()] == [(later, None)]
    with pytest.raises(Refused) as refused:
        do("reschedule", room.approver, article, at=later, now=NOW)
    assert refused.value.code == "same"


def test_two_approvers_with_two_hours_and_one_is_told(room):
    article = scheduled(room)
    seen = article.lock_version
    do("reschedule", room.other_approver, article, at=at("2026-09-24 17:00"), now=NOW)
    with pytest.raises(StaleVersion):
        actions.reschedule(
            actor=room.approver,
            article_id=article.pk,
            expected_version=seen,
            at=at("2026-09-25 07:00"),
            now=NOW,
        )
    assert again(article).published_at == at("2026-09-24 17:00")


@pytest.mark.parametrize(
    ("verb", "who", "more", "state"),
    [
        ("unschedule", "approver", {}, "submitted"),
        ("take_back", "editor", {}, "editing"),
        ("send_back", "approver", {"remark": "Chờ số liệu."}, "returned"),
    ],
)
def test_an_hour_given_up_leaves_nothing_for_readers(room, verb, who, more, state):
    article = scheduled(room)
    do(verb, getattr(room, who), article, now=NOW, **more)
    article = again(article)
    assert (article.state, article.live_revision, article.published_at) == (state, None, None)
    assert (article.slug, article.agency_name, article.approved_by) == ("", "", None)
    assert (article.working.approved_by, article.working.live_from) == (None, None)
    assert article.showings.count() == 0
    actions.publish_due(now=HOUR)
    assert titles(HOUR) == []


@pytest.mark.parametrize(
    ("verb", "who", "more"),
    [
        ("unschedule", "approver", {}),
        ("reschedule", "approver", {"at": HOUR + dt.timedelta(days=1)}),
        ("take_back", "editor", {}),
        ("send_back", "approver", {"remark": "Chờ số liệu."}),
    ],
)
def test_after_its_minute_the_hour_cannot_be_changed_any_more(room, verb, who, more):
    article = scheduled(room)
    with pytest.raises(Refused) as refused:
        do(verb, getattr(room, who), article, now=HOUR, **more)
    assert refused.value.code == "due"
    assert again(article).state == "scheduled"


def test_publishing_before_the_hour(room):
    article = scheduled(room)
    with pytest.raises(Refused) as refused:
        do("publish_now", room.editor, article, now=NOW)
    assert refused.value.code == "role"
    do("publish_now", room.approver, article, now=NOW)
    article = again(article)
    assert (article.state, article.published_at) == ("published", NOW)
    assert titles(NOW) == [article.title]
    assert actions.publish_due(now=HOUR).published == 0


# --- its coming -----------------------------------------------------------------------------------


def test_readers_get_it_from_its_minute_on_without_any_worker(room, client):
    article = again(scheduled(room))
    just_before = HOUR - dt.timedelta(microseconds=1)
    assert (titles(just_before), titles(HOUR)) == ([], [article.title])
    with time_machine.travel(just_before, tick=False):
        assert client.get(article.get_absolute_url()).status_code == 404
        assert article.title not in client.get(reverse("news:index")).content.decode()
    with time_machine.travel(HOUR, tick=False):
        page = client.get(article.get_absolute_url())
        assert page.status_code == 200
        assert "23/09/2026 07:00" in page.content.decode()
        assert article.title in client.get(reverse("news:index")).content.decode()
    assert again(article).state == "scheduled"


def test_the_sweep_settles_it_once_with_the_minute_that_was_set(room):
    article = scheduled(room)
    late = HOUR + dt.timedelta(hours=5)
    result = actions.publish_due(now=late)
    assert (result.published, result.turned_back, result.errors) == (1, 0, 0)
    article = again(article)
    assert (article.state, article.published_at) == ("published", HOUR)
    step = article.steps.last()
    assert (step.verb, step.by, step.at) == ("publish_due", room.approver, late)
    entry = AuditEntry.objects.get(verb="publish_due_article")
    assert (entry.actor, entry.object_id) == (room.approver, str(article.pk))
    assert actions.publish_due(now=late).published == 0
    assert article.steps.filter(verb="publish_due").count() == 1


def test_a_sweep_looks_back_without_limit_and_not_ahead(room):
    for n in range(3):
        scheduled(room, title=f"Bài {n}", hour=HOUR + dt.timedelta(days=n))
    assert actions.publish_due(now=HOUR + dt.timedelta(days=1)).published == 2
    assert actions.publish_due(now=HOUR + dt.timedelta(days=200)).published == 1


def test_the_task_of_the_beat_settles_what_is_due(room):
    article = scheduled(room)
    with time_machine.travel(HOUR, tick=False):
        tasks.publish_due()
    assert again(article).state == "published"


def test_publication_becomes_evidence_on_the_day_of_the_hour(room):
    assignment = assignment_of(room)
    article = make.scheduled(room, assignment=assignment, hour=HOUR, now=NOW)
    assert Evidence.objects.count() == 0
    actions.publish_due(now=HOUR + dt.timedelta(days=2))
    proof = Evidence.objects.get()
    assert (proof.assignment, proof.happened_on) == (assignment, dt.date(2026, 9, 23))
    assert proof.source_id == str(article.pk)


def test_writer_and_approver_are_told_at_the_hour_and_the_writer_when_it_is_set(room, clock_at):
    article = make.scheduled(room, hour=HOUR)
    sweep()
    told = Delivery.objects.filter(channel="inbox").order_by("id")
    assert [(d.person, d.title) for d in told] == [
        (room.editor, f"Đã duyệt, hẹn giờ đăng 23/09/2026 07:00: {article.title}")
    ]
    clock_at.move_to(HOUR)
    actions.publish_due()
    sweep()
    new = told.exclude(title__startswith="Đã duyệt")
    assert {(d.person, d.title) for d in new} == {
        (room.editor, f"Đã đăng: {article.title}"),
        (room.approver, f"Đã đăng: {article.title}"),
    }


def test_a_moved_hour_is_told_once_with_the_last_one(room, clock_at):
    article = make.scheduled(room, hour=HOUR)
    do("reschedule", room.approver, article, at=at("2026-09-24 17:00"))
    do("reschedule", room.approver, article, at=at("2026-09-25 06:00"))
    sweep()
    titles_ = list(Delivery.objects.filter(channel="inbox").values_list("title", flat=True))
    assert titles_ == [f"Đổi giờ đăng thành 25/09/2026 06:00: {article.title}"]


def test_an_hour_taken_back_by_the_writer_is_told_to_the_approver(room, clock_at):
    article = make.scheduled(room, hour=HOUR)
    sweep()
    Delivery.objects.all().delete()
    do("take_back", room.editor, article)
    sweep()
    rows = Delivery.objects.filter(channel="inbox")
    assert [(d.person, d.title) for d in rows] == [
        (room.approver, f"Hủy giờ đăng 23/09/2026 07:00: {article.title}")
    ]


def test_withdrawing_what_is_due_while_the_worker_is_down(room):
    article = scheduled(room)
    with pytest.raises(Refused) as refused:
        do("withdraw", room.approver, article, reason="Sai số liệu.", now=NOW)
    assert refused.value.code == "not_live"
    do("withdraw", room.approver, article, reason="Sai số liệu.", now=HOUR)
    article = again(article)
    assert (article.state, article.published_at) == ("withdrawn", HOUR)
    assert list(article.steps.values_list("verb", flat=True))[-2:] == ["publish_due", "withdraw"]
    assert titles(HOUR) == []
    assert actions.publish_due(now=HOUR).published == 0


def test_an_agency_that_has_ended_by_then_publishes_nothing(room, clock_at):
    article = make.scheduled(room, hour=HOUR)
    room.agency.valid = (dt.date(2020, 1, 1), dt.date(2026, 9, 23))
    room.agency.save()
    clock_at.move_to(HOUR)
    result = actions.publish_due()
    assert (result.published, result.turned_back) == (0, 1)
    article = again(article)
    assert (article.state, article.live_revision, article.published_at) == ("returned", None, None)
    assert titles(HOUR) == []
    assert [r.text for r in article.remarks.all()] == [
        "Đảng bộ xã Hòa Bình không còn hoạt động vào ngày 23/09/2026 nên bài không đăng được."
    ]
    assert ScheduledNotice.objects.filter(kind="returned", payload__turned_back=True).count() == 1


def test_one_article_that_cannot_be_settled_holds_up_no_other(room, monkeypatch):
    bad, good = scheduled(room, title="Bài hỏng"), scheduled(room, title="Bài lành")
    record = evidence.record

    def breaks(article, *, actor):
        if article.pk == bad.pk:
            raise ValueError("broken")
        record(article, actor=actor)

    monkeypatch.setattr("portal.news.actions._live.evidence.record", breaks)
    result = actions.publish_due(now=HOUR)
    assert (result.published, result.errors) == (1, 1)
    assert (again(bad).state, again(good).state) == ("scheduled", "published")
    monkeypatch.undo()
    assert actions.publish_due(now=HOUR).published == 1


def test_the_database_keeps_scheduled_articles_whole(room):
    article = scheduled(room)
    for broken in [
        {"published_at": None},
        {"live_revision": None},
        {"updated_at_public": NOW},
        {"withdrawn_at": NOW},
    ]:
        with pytest.raises(IntegrityError), transaction.atomic():
            Article.objects.filter(pk=article.pk).update(**broken)


# --- reorganisations ------------------------------------------------------------------------------


def test_what_is_scheduled_beyond_the_end_is_named_and_returned(room, clock_at):
    before = make.scheduled(room, title="Trước", hour=at("2026-09-30 23:59"))
    after = make.scheduled(room, title="Sau", hour=at("2026-10-01 00:00"))
    heir = AgencyFactory(name="Đảng bộ xã Bình Minh")
    on = dt.date(2026, 10, 1)
    assert (
        "1 bài hẹn giờ đăng sau ngày kết thúc được trả về bàn soạn: “Sau” (01/10/2026 00:00)."
        in succession_effects(room.agency, on)
    )
    agencies.succeed(
        actor=room.staff,
        source=room.agency,
        kind=Succession.Kind.MERGE,
        targets=[heir],
        on=on,
        decision="12-QĐ/TU",
        carry_roles=True,
    )
    assert (again(before).state, again(after).state) == ("scheduled", "returned")
    assert again(after).remarks.get().text == (
        "Đảng bộ xã Hòa Bình kết thúc hoạt động từ ngày 01/10/2026 nên bài không đăng theo giờ hẹn."
    )
    clock_at.move_to(at("2026-10-01 00:01"))
    actions.publish_due()
    agencies.apply_successions()
    before, after = again(before), again(after)
    assert (before.state, before.agency) == ("published", room.agency)
    assert (after.state, after.agency) == ("returned", heir)
    do("submit", room.editor, after)
    do("publish", room.approver, after)
    assert again(after).agency_name == "Đảng bộ xã Bình Minh"


def test_a_desk_passed_on_leaves_the_sections_behind(room, clock_at):
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Hỏi đáp")
    draft = make.written(room, section=section)
    heir = AgencyFactory()
    agencies.succeed(
        actor=None,
        source=room.agency,
        kind=Succession.Kind.MERGE,
        targets=[heir],
        on=clock.today(),
        carry_roles=True,
    )
    draft = again(draft)
    assert (draft.agency, draft.section, draft.working.section, draft.working.n) == (
        heir,
        None,
        None,
        2,
    )
    assert draft.revisions.get(n=1).section == section


# --- gauges ---------------------------------------------------------------------------------------


def test_gauges_count_what_is_due_and_unpublished(room):
    scheduled(room, title="Một")
    scheduled(room, title="Hai", hour=HOUR + dt.timedelta(minutes=10))
    late = queries.overdue(HOUR - dt.timedelta(minutes=1))
    assert (late.count, late.oldest, late.seconds) == (0, None, 0)
    late = queries.overdue(HOUR + dt.timedelta(minutes=12))
    assert (late.count, late.oldest, late.minutes, late.worrying) == (2, HOUR, 12, True)


def test_the_command_for_monitors(room):
    scheduled(room)
    with time_machine.travel(HOUR + dt.timedelta(minutes=2), tick=False):
        out = io.StringIO()
        call_command("publish_due_news", "--check", stdout=out)
        assert json.loads(out.getvalue()) == {
            "due_unpublished": 1,
            "oldest_overdue_seconds": 120,
            "oldest_due_at": "2026-09-23T07:00:00+07:00",
        }
    with time_machine.travel(HOUR + dt.timedelta(minutes=6), tick=False):
        with pytest.raises(CommandError) as failed:
            call_command("publish_due_news", "--check", stdout=io.StringIO())
        assert failed.value.returncode == 1
        call_command("publish_due_news", "--dry-run", stdout=io.StringIO())
        assert Step.objects.filter(verb="publish_due").count() == 0
        out = io.StringIO()
        call_command("publish_due_news", stdout=out)
        assert out.getvalue().splitlines()[-1] == "đã đăng 1, trả lại 0, lỗi 0."
        call_command("publish_due_news", "--check", stdout=io.StringIO())


# --- pages ----------------------------------------------------------------------------------------


def address(name, article):
    return reverse(f"news:{name}", args=[article.pk])


def test_an_approver_sets_the_hour_on_the_page(room, client, clock_at):
    article = make.submitted(room)
    client.force_login(room.approver)
    page = client.get(address("schedule", article))
    assert page.status_code == 200
    assert 'value="2026-09-22T17:00"' in page.content.decode()
    data = {"lock_version": article.lock_version, "day": "23/9/2026", "time": "23:59"}
    response = client.post(address("schedule", article), data, follow=True)
    assert again(article).published_at == at("2026-09-23 23:59")
    assert "Đã duyệt, bài sẽ đăng lúc 23/09/2026 23:59." in response.content.decode()
    assert 'name="goi_y"' in client.get(address("schedule", article)).content.decode()


def test_a_press_on_a_suggested_hour_is_enough(room, client, clock_at):
    article = make.submitted(room)
    client.force_login(room.approver)
    data = {
        "lock_version": article.lock_version,
        "day": "",
        "time": "",
        "goi_y": "2026-09-23T07:00",
    }
    assert client.post(address("schedule", article), data).status_code == 302
    assert again(article).published_at == HOUR


@pytest.mark.parametrize(
    ("day", "time", "sentence"),
    [
        ("2026-09-22", "09:30", "22/09/2026 09:30 đã qua. Hãy chọn giờ khác, hoặc đăng ngay."),
        ("2027-09-30", "07:00", "Chỉ hẹn được trong vòng một năm tới."),
        ("", "07:00", "Hãy chọn ngày đăng."),
        ("2026-09-23", "", "Hãy chọn giờ đăng."),
        ("2026-02-30", "07:00", "Ghi ngày như 24/9/2026."),
        ("2026-09-23", "24:00", "Ghi giờ như 07:30."),
    ],
)
def test_hours_that_make_no_sense_are_said(room, client, clock_at, day, time, sentence):
    article = make.submitted(room)
    client.force_login(room.approver)
    data = {"lock_version": article.lock_version, "day": day, "time": time}
    page = client.post(address("schedule", article), data)
    assert page.status_code == 200
    assert sentence in page.content.decode()
    assert again(article).state == "submitted"


def test_the_second_approver_is_told_and_can_decide_again(room, client, clock_at):
    article = make.submitted(room)
    seen = article.lock_version
    do("schedule", room.other_approver, article, at=HOUR)
    client.force_login(room.approver)
    data = {"lock_version": seen, "day": "2026-09-24", "time": "06:00"}
    page = client.post(address("schedule", article), data)
    assert "Bài đã thay đổi từ lúc bạn mở trang này." in page.content.decode()
    assert again(article).published_at == HOUR
    data["lock_version"] = page.context["form"]["lock_version"].value()
    assert client.post(address("schedule", article), data).status_code == 302
    assert again(article).published_at == at("2026-09-24 06:00")


def test_two_articles_in_the_same_minute_are_said_and_allowed(room, client, clock_at):
    make.scheduled(room, title="Bài kia", hour=HOUR)
    article = make.submitted(room)
    client.force_login(room.approver)
    data = {"lock_version": article.lock_version, "day": "2026-09-23", "time": "07:00"}
    page = client.post(address("schedule", article), data, follow=True).content.decode()
    assert "Cùng phút này cơ quan còn đăng: “Bài kia”." in page
    assert again(article).state == "scheduled"


@pytest.mark.parametrize("state", ["written", "published", "correcting"])
def test_the_page_of_the_hour_says_why_there_is_none(room, client, state):
    article = getattr(make, state)(room)
    client.force_login(room.approver)
    response = client.get(address("schedule", article), follow=True)
    assert response.redirect_chain == [(address("desk_article", article), 302)]
    assert len(response.context["messages"]) == 1


def test_the_desk_says_what_is_set_and_what_is_overdue(room, client, clock_at):
    article = make.scheduled(room, hour=HOUR)
    client.force_login(room.approver)
    page = client.get(address("desk_article", article)).content.decode()
    assert "bài tự đăng lúc 23/09/2026 07:00" in page
    assert address("unschedule", article) in page
    assert address("withdraw", article) not in page
    clock_at.move_to(HOUR + dt.timedelta(minutes=9))
    client.logout()  # the night was longer than a session
    client.force_login(room.approver)
    page = client.get(address("desk_article", article)).content.decode()
    assert "Đã đến giờ đăng (23/09/2026 07:00)" in page
    assert address("unschedule", article) not in page
    assert address("withdraw", article) in page
    timetable = client.get(reverse("news:timetable"))
    assert (timetable.context["overdue"].count, timetable.context["overdue"].minutes) == (1, 9)
    assert "Đến giờ chưa xử lý" in timetable.content.decode()


def test_the_timetable_costs_the_same_for_one_and_for_many(room, client, clock_at):
    client.force_login(room.editor)
    make.scheduled(room, hour=HOUR)
    client.get(reverse("news:timetable"))
    with CaptureQueriesContext(connection) as one:
        assert client.get(reverse("news:timetable")).status_code == 200
    for n in range(12):
        make.scheduled(room, title=f"Bài {n}", hour=HOUR + dt.timedelta(hours=n))
    with CaptureQueriesContext(connection) as many:
        page = client.get(reverse("news:timetable"))
    assert len(page.context["page"].items) == 13
    assert len(many) == len(one)


def test_the_timetable_shows_only_the_agencies_of_the_person(room, client):
    make.scheduled(room)
    client.force_login(room.outsider)
    assert client.get(reverse("news:timetable")).context["page"].count == 0
    client.force_login(room.member)
    assert client.get(reverse("news:timetable")).status_code == 403
