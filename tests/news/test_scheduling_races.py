"""Sweeps, people and killed workers at one scheduled article, on real connections."""

import datetime as dt
import threading

import pytest
from django.db import close_old_connections, connection, transaction

from campaigns.models import Evidence
from portal.common import clock
from portal.news import actions
from portal.news.actions import scheduling
from portal.news.models import Article, Step
from portal.notices.models import ScheduledNotice
from tests.news import factories as make
from tests.news.factories import again
from tests.news.test_notices import assignment_of
from tests.news.test_races import race

pytestmark = pytest.mark.django_db(transaction=True)

NOW, HOUR = clock.now(), make.in_days(2)


def due(room, count=1, **more):
    return [
        make.scheduled(room, title=f"Bài {n}", hour=HOUR, now=NOW, **more) for n in range(count)
    ]


def test_two_sweeps_at_once_settle_every_article_once():
    room = make.newsroom()
    articles = due(room, 6)
    results = []
    outcomes = race(*[lambda: results.append(actions.publish_due(now=HOUR))] * 3)
    assert outcomes == [None, None, None]
    assert sum(r.published for r in results) == 6
    assert sum(r.errors for r in results) == 0
    for article in articles:
        assert Step.objects.filter(article=article, verb="publish_due").count() == 1
    assert Article.objects.filter(state="published").count() == 6


@pytest.mark.parametrize("verb", ["unschedule", "publish_now"])
def test_a_person_and_the_sweep_do_not_both_decide(verb):
    """The person has the row: the sweep passes it by, and finds it settled when it comes back."""
    room = make.newsroom()
    (article,) = due(room)
    before = HOUR - dt.timedelta(minutes=1)
    swept = []

    def sweep():
        swept.append(actions.publish_due(now=HOUR).published)
        connection.close()

    with transaction.atomic():
        getattr(actions, verb)(
            actor=room.approver,
            article_id=article.pk,
            expected_version=article.lock_version,
            now=before,
        )
        other = threading.Thread(target=sweep)
        other.start()
        other.join(timeout=30)
        assert swept == [0]
    assert actions.publish_due(now=HOUR).published == 0
    assert again(article).state == {"unschedule": "submitted", "publish_now": "published"}[verb]
    assert Step.objects.filter(article=article, verb="publish_due").count() == 0


def test_who_cancels_while_the_sweep_has_the_article_is_told_that_it_is_published(monkeypatch):
    room = make.newsroom()
    (article,) = due(room)
    outcome, held, go_on = [], threading.Event(), threading.Event()
    settle = scheduling.settle

    def slowly(*args, **kwargs):
        held.set()
        assert go_on.wait(timeout=30)
        return settle(*args, **kwargs)

    monkeypatch.setattr(scheduling, "settle", slowly)

    def sweep():
        actions.publish_due(now=HOUR)
        connection.close()

    def cancel():
        outcome.extend(
            race(
                lambda: actions.unschedule(
                    actor=room.approver,
                    article_id=article.pk,
                    expected_version=article.lock_version,
                    now=NOW,
                )
            )
        )

    sweeping = threading.Thread(target=sweep)
    sweeping.start()
    assert held.wait(timeout=30)
    cancelling = threading.Thread(target=cancel)
    cancelling.start()
    cancelling.join(timeout=0.5)
    assert cancelling.is_alive(), "the approver must wait for the sweep"
    go_on.set()
    sweeping.join(timeout=30)
    cancelling.join(timeout=30)
    assert [o.code for o in outcome] == ["transition:unschedule:published"]
    assert again(article).state == "published"


@pytest.mark.parametrize("moment", ["record", "tell_published"])
def test_a_sweep_killed_in_the_middle_leaves_everything_to_the_next(monkeypatch, moment):
    """The connection is cut as by a kill: all is rolled back; readers have the article anyway."""
    room = make.newsroom()
    assignment = assignment_of(room)
    (article,) = due(room, assignment=assignment)
    before = ScheduledNotice.objects.count()

    def cut(*args, **kwargs):
        connection.connection.close()  # the socket goes, no ROLLBACK is sent
        raise SystemExit

    where = "evidence" if moment == "record" else "notices"
    with monkeypatch.context() as patch:
        patch.setattr(f"portal.news.actions._live.{where}.{moment}", cut)
        killed = []

        def sweep():
            try:
                actions.publish_due(now=HOUR)
            except BaseException as error:
                killed.append(type(error))
            finally:
                connection.close()

        worker = threading.Thread(target=sweep)
        worker.start()
        worker.join(timeout=30)
    assert len(killed) == 1
    close_old_connections()
    with transaction.atomic():
        # the server needs a moment to see the cut: wait for its lock, a sweep would skip the row
        Article.objects.select_for_update().get(pk=article.pk)
    assert again(article).state == "scheduled"
    assert Evidence.objects.count() == 0
    assert list(Article.objects.served(HOUR)) == [article]
    assert actions.publish_due(now=HOUR).published == 1
    assert Evidence.objects.count() == 1
    assert Step.objects.filter(article=article, verb="publish_due").count() == 1
    assert ScheduledNotice.objects.count() == before + 1
