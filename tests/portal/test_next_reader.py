"""What is published, corrected, withdrawn or due by the time is seen by the next reader."""

import datetime as dt
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from portal.news.models import Article
from tests.news import factories as make
from tests.news.factories import do


@pytest.fixture
def room(db):
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


def read(address):
    response = Client().get(address)
    return response.status_code, response.content.decode()


def test_publishing_correcting_and_withdrawing_are_seen_by_the_next_reader(
    room, kept_pages, committed
):
    lists = [
        reverse("home"),
        reverse("news:index"),
        reverse("news:agency", args=[room.agency.slug]),
    ]
    for address in lists:
        assert make.TEXT["title"] not in read(address)[1]

    with committed():
        article = make.published(room)
    address = article.get_absolute_url()
    for place in [*lists, address]:
        assert make.TEXT["title"] in read(place)[1], place

    with committed():
        make.saved(room, article, title="Tên bài đã sửa")
        do("submit", room.editor, article)
    assert "Tên bài đã sửa" not in read(address)[1]
    with committed():
        do("publish", room.approver, article)
    for place in [*lists, address]:
        assert "Tên bài đã sửa" in read(place)[1], place

    with committed():
        do("withdraw", room.approver, article, reason="Sai số liệu.")
    code, html = read(address)
    assert code == 410
    assert "Sai số liệu." in html
    for place in lists:
        assert "Tên bài đã sửa" not in read(place)[1], place


@pytest.mark.parametrize("first_read", [1.0, 1.3, 1.9])
def test_what_is_due_by_the_time_alone_is_seen_within_five_seconds(
    room, kept_pages, pages_age, first_read
):
    """Nobody acts, nothing tells the cache. A reader behind a proxy may be given the page without
    the article for as long as the proxy was told, and the second it may hold it longer."""
    now, due, step = make.at("2026-09-24 08:00"), 2.0, 0.25
    address = reverse("news:agency", args=[room.agency.slug])
    with time_machine.travel(now, tick=False) as time_:
        article = make.published(room, now=now)
        Article.objects.filter(pk=article.pk).update(published_at=now + dt.timedelta(seconds=due))
        time_.shift(first_read)
        passed, last = first_read, 0.0
        while passed < due + 5:
            answer = Client().get(address)
            if make.TEXT["title"] in answer.content.decode():
                break
            told = int(re.search(r"s-maxage=(\d+)", answer["Cache-Control"])[1])
            last = passed + told + 1
            time_.shift(step)
            pages_age(step)
            passed += step
    assert 0 < last <= due + 5
    assert passed <= first_read + 2.25
