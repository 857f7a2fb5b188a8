"""Who is editing: seen by colleagues, gone soon after, never in the way."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from redis.exceptions import ConnectionError as RedisDown

from portal.common import store
from portal.news import presence
from tests.news import factories as make
from tests.news.factories import at

pytestmark = pytest.mark.django_db
NOON = at("2026-09-24 14:02")


@pytest.fixture
def room():
    return make.newsroom()


@pytest.fixture
def article(room):
    article = make.written(room)
    store.client().delete(f"dang-mo:{article.pk}")
    return article


def after(seconds):
    return time_machine.travel(NOON + dt.timedelta(seconds=seconds), tick=False)


def seen_by(person, article):
    return [(p.name, f"{p.since:%H:%M}") for p in presence.others(article.pk, person.pk)]


def test_colleagues_see_who_has_the_article_open_and_since_when(room, article, client):
    with after(0):
        client.force_login(room.editor)
        client.get(reverse("news:edit", args=[article.pk]))
        assert seen_by(room.editor, article) == []
    with after(40):
        client.force_login(room.approver)
        html = client.get(reverse("news:desk_article", args=[article.pk])).content.decode()
        assert "Đồng chí Mai Phương đang mở bài này để sửa (từ 14:02)." in " ".join(html.split())
        client.force_login(room.colleague)
        html = client.get(reverse("news:edit", args=[article.pk])).content.decode()
        assert "Đồng chí Mai Phương đang mở bài này để sửa" in " ".join(html.split())
    with after(50):
        presence.enter(article.pk, room.editor.pk)
        assert seen_by(room.approver, article) == [("Mai Phương", "14:02"), ("Quang Huy", "14:02")]


def test_a_page_that_falls_silent_counts_as_closed(room, article):
    with after(0):
        presence.enter(article.pk, room.editor.pk)
    with after(presence.ALIVE - 1):
        assert seen_by(room.approver, article) == [("Mai Phương", "14:02")]
    with after(presence.ALIVE):
        assert seen_by(room.approver, article) == []
    with after(600):
        presence.enter(article.pk, room.editor.pk)
        assert seen_by(room.approver, article) == [("Mai Phương", "14:12")]


def test_saving_leaves_the_page_and_comes_back_as_the_same_visit(room, article, client):
    where = reverse("news:presence", args=[article.pk])
    client.force_login(room.editor)
    with after(0):
        assert client.post(where).status_code == 200
    with after(60):
        client.post(where)
        assert client.post(where, {"roi": "1"}).status_code == 204
    with after(62):
        client.post(where)
        assert seen_by(room.approver, article) == [("Mai Phương", "14:02")]
        client.post(where, {"roi": "1"})
    with after(62 + presence.LINGER):
        assert seen_by(room.approver, article) == []


def test_reading_is_not_editing(room, article, client):
    client.force_login(room.staff)
    assert client.get(reverse("news:presence", args=[article.pk])).status_code == 200
    assert client.post(reverse("news:presence", args=[article.pk])).status_code == 403
    assert seen_by(room.editor, article) == []


def test_without_redis_the_desk_works_and_nobody_is_seen(room, article, client, monkeypatch):
    class Down:
        def __getattr__(self, name):
            def fail(*args, **kwargs):
                raise RedisDown

            return fail

    monkeypatch.setattr(presence.store, "client", Down)
    presence.enter(article.pk, room.editor.pk)
    presence.leave(article.pk, room.editor.pk)
    assert seen_by(room.approver, article) == []


def test_many_people_cost_one_query_and_nobody_none(room, article):
    with CaptureQueriesContext(connection) as queries:
        assert seen_by(room.staff, article) == []
    assert len(queries) == 0
    for person in (room.editor, room.colleague, room.approver):
        presence.enter(article.pk, person.pk)
    with CaptureQueriesContext(connection) as queries:
        assert len(seen_by(room.staff, article)) == 3
    assert len(queries) == 1
