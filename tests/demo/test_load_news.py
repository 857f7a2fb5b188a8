"""The demo's news, as loaded: every article in its state, by its people, on its day."""

import datetime as dt

import pytest

from campaigns.models import Evidence
from portal.common import clock
from portal.common.models import AuditEntry
from portal.demo import content, load_news
from portal.news.models import Article, Step

pytestmark = pytest.mark.usefixtures("demo_database")


def rows():
    entry = AuditEntry.objects.get(verb="load_demo", object_label="news")
    on = dt.date.fromisoformat(entry.changes["on"][1])
    return content.load("articles.yaml", on)["articles"]


def test_every_article_stands_in_its_state():
    stored = dict(Article.objects.values_list("title", "state"))
    assert stored == {row["title"]: row["state"] for row in rows()}


def test_each_was_written_and_approved_by_its_people():
    stored = {
        (a.title, a.author.username, a.approved_by.username)
        for a in Article.objects.filter(state="published").select_related("author", "approved_by")
    }
    assert stored == {
        (row["title"], row["editor"], row["approver"])
        for row in rows()
        if row["state"] == "published"
    }


def test_none_is_published_in_the_future_and_every_day_is_kept():
    now = clock.now()
    days = {row["title"]: row["day"] for row in rows() if row["state"] == "published"}
    published = dict(Article.objects.filter(state="published").values_list("title", "published_at"))
    assert {title: clock.today(at) for title, at in published.items()} == days
    assert max(published.values()) <= now
    assert not Step.objects.filter(at__gt=now).exists()


def test_published_articles_prove_their_tasks():
    proved = Evidence.objects.filter(source_kind="news.article", retracted_at=None)
    wanted = {row["title"] for row in rows() if row.get("task") and row["state"] == "published"}
    assert set(proved.values_list("title", flat=True)) == wanted


def test_every_cover_has_its_words_and_sizes():
    with_cover = Article.objects.filter(cover__isnull=False).select_related("cover")
    assert len(with_cover) == sum(1 for row in rows() if row["picture"])
    for article in with_cover:
        assert article.cover_alt
        assert (article.cover.width, article.cover.height) == (1280, 800)
        assert [width for width, _ in article.cover.derivatives] == [480, 960]


def test_loading_again_changes_nothing():
    before = Article.objects.count(), Step.objects.count()
    load_news.load({}, clock.today())
    assert (Article.objects.count(), Step.objects.count()) == before
