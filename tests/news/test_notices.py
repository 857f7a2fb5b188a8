"""Who is told what about an article, and what becomes evidence of a task."""

import datetime as dt

import pytest
import time_machine

from campaigns.models import Evidence
from portal.agencies.models import Delegation, Role
from portal.common.errors import Refused
from portal.news import actions
from portal.notices.actions import sweep
from portal.notices.models import Delivery, ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.news import factories as make
from tests.news.factories import again, at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-21 09:00")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom()


def inbox():
    """{(who, title)} of everything told so far."""
    sweep(now=NOW)
    rows = Delivery.objects.filter(channel=Delivery.Channel.INBOX)
    return set(rows.values_list("person__full_name", "title"))


# --- notices --------------------------------------------------------------------------------------


def test_approvers_and_their_delegates_hear_of_what_waits(room):
    deputy = UserFactory(full_name="Ngô Được Ủy Quyền")
    Delegation.objects.create(
        giver=room.approver,
        to_user=deputy,
        agency=room.agency,
        role=Role.APPROVER,
        valid=(dt.date(2000, 1, 1), None),
        created_by=room.approver,
    )
    make.submitted(room, title="Bài mới")
    assert inbox() == {
        (name, "Chờ bạn duyệt: Bài mới")
        for name in ("Lê Hồng Vân", "Đặng Ngọc Ánh", "Ngô Được Ủy Quyền")
    }


def test_what_was_decided_before_the_sweep_is_not_asked_for(room):
    make.published(room, title="Bài mới")
    assert inbox() == {("Mai Phương", "Đã đăng: Bài mới")}


def test_the_writer_and_the_submitter_hear_of_a_return(room):
    article = make.submitted(room, by=room.colleague, title="Bài mới")
    do("send_back", room.approver, article, remark="Sửa tít.")
    assert inbox() == {
        ("Mai Phương", "Trả lại để sửa: Bài mới"),
        ("Quang Huy", "Trả lại để sửa: Bài mới"),
    }


def test_each_round_is_told_anew(room):
    article = make.returned(room, title="Bài mới")
    assert len(inbox()) == 1
    do("submit", room.editor, article)
    assert ("Lê Hồng Vân", "Chờ bạn duyệt: Bài mới") in inbox()
    do("send_back", room.other_approver, article, remark="Còn một chỗ.")
    inbox()
    told = Delivery.objects.filter(person=room.editor, title="Trả lại để sửa: Bài mới")
    assert told.filter(channel=Delivery.Channel.INBOX).count() == 2


def test_a_withdrawal_is_told_with_its_reason(room):
    article = make.published(room, title="Bài mới")
    do("withdraw", room.other_approver, article, reason="Sai số liệu.")
    assert inbox() == {("Mai Phương", "Đã gỡ bài: Bài mới")}
    assert set(Delivery.objects.values_list("text", flat=True)) == {"Lý do: Sai số liệu."}


def test_publications_of_long_ago_are_no_news(room):
    make.published(room, now=NOW - dt.timedelta(days=8), title="Bài cũ")
    assert inbox() == set()
    assert not ScheduledNotice.objects.filter(state=ScheduledNotice.State.MISSED).exists()


# --- evidence -------------------------------------------------------------------------------------


def assignment_of(room, title="Đưa tin đại hội"):
    plan = PlanFactory(issuer=room.agency)
    task = TaskFactory(plan=plan, title=title, assigned_to=[room.agency])
    issue(plan)
    return task.assignments.get()


def evidence(assignment):
    rows = Evidence.objects.filter(assignment=assignment)
    return [(e.source_kind, e.source_id, e.retracted_at is None) for e in rows]


def test_a_published_article_proves_its_task_until_it_is_withdrawn(room):
    assignment = assignment_of(room)
    article = make.submitted(room, assignment=assignment, now=at("2026-09-18 08:00"))
    assert evidence(assignment) == []
    do("publish", room.approver, article, now=at("2026-09-18 23:30"))
    row = Evidence.objects.get()
    assert (row.title, row.happened_on) == (make.TEXT["title"], dt.date(2026, 9, 18))
    assert row.url == again(article).get_absolute_url()
    assert evidence(assignment) == [("news.article", str(article.pk), True)]
    do("withdraw", room.approver, article, reason="Sai số liệu.")
    assert evidence(assignment) == [("news.article", str(article.pk), False)]


def test_a_withdrawn_article_that_comes_back_counts_again(room):
    assignment = assignment_of(room)
    article = make.withdrawn(room, assignment=assignment)
    make.saved(room, article, body="<p>Đã sửa.</p>")
    do("submit", room.editor, article)
    assert evidence(assignment) == [("news.article", str(article.pk), False)]
    do("publish", room.approver, article)
    assert evidence(assignment) == [("news.article", str(article.pk), True)]


def test_another_task_takes_the_evidence_along_at_the_next_approval(room):
    first, second = assignment_of(room), assignment_of(room, "Đăng bài tuyên truyền")
    article = make.published(room, assignment=first)
    actions.save_article(
        actor=room.editor,
        article_id=article.pk,
        expected_version=article.lock_version,
        text=again(article).working.text() | {"lead": "Tóm tắt sửa."},
        assignment=second,
    )
    assert evidence(first) == [("news.article", str(article.pk), True)]
    do("submit", room.editor, article)
    do("publish", room.approver, article)
    assert evidence(first) == [("news.article", str(article.pk), False)]
    assert evidence(second) == [("news.article", str(article.pk), True)]


def test_tasks_of_other_agencies_cannot_be_proved(room):
    other = make.newsroom("Sở Nội vụ")
    theirs = assignment_of(other)
    with pytest.raises(Refused) as refused:
        make.written(room, assignment=theirs)
    assert refused.value.code == "assignment"


def test_the_editor_offers_the_tasks_of_the_agency(room, client):
    assignment, theirs = assignment_of(room), assignment_of(make.newsroom("Sở Nội vụ"))
    give(room.editor, Role.STAFF, room.agency)
    client.force_login(room.editor)
    form = client.get("/lam-viec/tin-bai/viet-bai/").context["form"]
    assert list(form.fields["assignment"].queryset) == [assignment]
    assert theirs not in form.fields["assignment"].queryset
