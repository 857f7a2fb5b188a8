"""What readers had in front of them at any instant: publication, correction, withdrawal."""

import datetime as dt
from importlib import import_module

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from portal.news import actions
from portal.news.actions import showings
from portal.news.models import Showing
from portal.news.queries import history
from portal.news.queries.history import BEFORE, SHOWN, WITHDRAWN
from tests.news import factories as make
from tests.news.factories import again, at, do

pytestmark = pytest.mark.django_db

DAY = dt.date(2026, 9, 24)
LATER = at("2026-12-01 00:00")


@pytest.fixture
def room():
    return make.newsroom()


def correct(room, article, when, body):
    """A correction, saved, submitted and approved at the same instant."""
    article = again(article)
    actions.save_article(
        actor=room.editor,
        article_id=article.pk,
        expected_version=article.lock_version,
        text={**article.working.text(), "body": body},
        now=when,
    )
    do("submit", room.editor, article, now=when)
    return do("publish", room.approver, article, now=when)


def told(article, day=DAY, now=LATER):
    return [(s.kind, s.n, s.since, s.until) for s in history.spans_on(article, day, now)]


def test_an_article_that_was_never_published_was_never_shown(room):
    article = make.submitted(room, now=at("2026-09-24 07:30"))
    assert told(article) == [(BEFORE, None, at("2026-09-24 00:00"), at("2026-09-25 00:00"))]


def test_a_day_with_two_texts_and_a_withdrawal_between(room):
    article = make.published(room, now=at("2026-09-24 07:30"))
    do("withdraw", room.approver, article, now=at("2026-09-24 09:00"), reason="Sai số liệu.")
    correct(room, article, at("2026-09-24 14:00"), "<p>Số liệu đã sửa.</p>")
    assert told(article) == [
        (BEFORE, None, at("2026-09-24 00:00"), at("2026-09-24 07:30")),
        (SHOWN, 1, at("2026-09-24 07:30"), at("2026-09-24 09:00")),
        (WITHDRAWN, 1, at("2026-09-24 09:00"), at("2026-09-24 14:00")),
        (SHOWN, 2, at("2026-09-24 14:00"), at("2026-09-25 00:00")),
    ]
    spans = history.spans_on(article, DAY, LATER)
    assert [s.reason for s in spans] == ["", "", "Sai số liệu.", ""]
    assert [s.first for s in spans] == [False, True, False, False]


def test_the_new_text_counts_from_the_very_instant_and_the_old_one_until_before_it(room):
    article = make.published(room, now=at("2026-09-24 07:30"))
    correct(room, article, at("2026-09-24 08:00"), "<p>Bản sửa.</p>")
    instant = dt.timedelta(microseconds=1)
    found = {
        when: next(s.n for s in history.spans(article) if s.holds(when))
        for when in (at("2026-09-24 08:00") - instant, at("2026-09-24 08:00"))
    }
    assert list(found.values()) == [1, 2]


def test_a_text_replaced_in_the_same_instant_was_seen_by_nobody(room):
    article = make.published(room, now=at("2026-09-24 07:30"))
    correct(room, article, at("2026-09-24 07:30"), "<p>Bản sửa.</p>")
    assert list(article.showings.values_list("revision__n", "since", "until")) == [
        (2, at("2026-09-24 07:30"), None)
    ]


def test_days_end_at_midnight_in_vietnam(room):
    article = make.published(room, now=at("2026-09-24 00:00"))
    do("withdraw", room.approver, article, now=at("2026-09-25 00:00"), reason="Trùng tin.")
    kinds = {
        day: [kind for kind, *_rest in told(article, dt.date(2026, 9, day))]
        for day in (23, 24, 25, 26)
    }
    assert kinds == {23: [BEFORE], 24: [SHOWN], 25: [WITHDRAWN], 26: [WITHDRAWN]}


def test_the_rest_of_today_is_not_told_in_advance(room):
    article = make.published(room, now=at("2026-09-24 07:30"))
    now = at("2026-09-24 10:00")
    assert told(article, now=now)[-1] == (SHOWN, 1, at("2026-09-24 07:30"), now)
    assert told(article, dt.date(2026, 9, 25), now) == []


def test_what_was_only_scheduled_leaves_no_trace_when_it_is_moved_or_given_up(room):
    now = at("2026-09-24 07:00")
    article = again(make.submitted(room, now=now))
    article.live_revision = article.working
    for planned in ("2026-09-24 12:00", "2026-09-24 18:00", "2026-09-24 09:00"):
        showings.opened(article, at=at(planned), now=now)
        assert list(article.showings.values_list("since", "until")) == [(at(planned), None)]
    showings.closed(article, now=at("2026-09-24 08:00"))
    assert not article.showings.exists()


def test_the_database_refuses_two_texts_at_once(room):
    article = again(make.published(room, now=at("2026-09-24 07:30")))
    with pytest.raises(IntegrityError, match="news_showing_one_at_a_time"), transaction.atomic():
        Showing.objects.create(
            article=article, revision=article.working, since=at("2026-09-25 00:00")
        )


def test_telling_a_day_costs_one_query_however_often_it_was_corrected(room):
    article = make.published(room, now=at("2026-09-24 07:30"))
    for minute in range(31, 36):
        correct(room, article, at(f"2026-09-24 07:{minute}"), f"<p>Bản {minute}.</p>")
    with CaptureQueriesContext(connection) as queries:
        assert len(told(article)) == 7
    assert len(queries) == 1


def test_articles_from_before_get_their_showings_from_their_steps(room):
    migration = import_module("portal.news.migrations.0003_showings")
    article = make.published(room, now=at("2026-09-24 07:30"))
    correct(room, article, at("2026-09-24 07:30"), "<p>Trong cùng một phút.</p>")
    correct(room, article, at("2026-09-25 08:00"), "<p>Bản sửa.</p>")
    do("withdraw", room.approver, article, now=at("2026-09-26 09:00"), reason="Sai số liệu.")
    fields = ("article", "revision__n", "since", "until", "reason")
    kept = list(Showing.objects.values_list(*fields))
    assert len(kept) == 2
    Showing.objects.all().delete()
    migration.fill(apps, None)
    assert list(Showing.objects.values_list(*fields)) == kept
