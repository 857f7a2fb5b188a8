"""Reading a question, and the order of hits when there are few and when there are many."""

import datetime as dt
import unicodedata
from itertools import product

import pytest
from django.db.models import F, Q

from portal.common import clock, fulltext
from portal.common.fulltext import Ranked, asked
from portal.news.models import Article
from tests.news.factories import newsroom, published

NOW = dt.datetime(2025, 8, 20, 9, 0, tzinfo=clock.TZ)


@pytest.mark.parametrize(
    ("typed", "tokens"),
    [
        ("Đại hội", [("dai",), ("hoi",)]),
        ("“Đại hội” xã", [("dai", "hoi"), ("xa",)]),
        ('xã "đại hội', [("xa",), ("dai",), ("hoi",)]),
        ("12-KH/TU", [("12", "kh", "tu")]),
        ("18/02/2020", [("18", "02", "2020")]),
        ("hội hội HỘI", [("hoi",)]),
        ('"" - / %', []),
        ("", []),
        (" ".join(f"w{n}" for n in range(20)), [(f"w{n}",) for n in range(8)]),
        (f'"{" ".join(f"w{n}" for n in range(20))}"', [tuple(f"w{n}" for n in range(8))]),
    ],
)
def test_a_question_is_read(typed, tokens):
    assert [token.words for token in asked(typed).tokens] == tokens


def test_a_question_in_nfd_is_the_same():
    typed = "“Đại hội” Hòa Bình"
    assert asked(unicodedata.normalize("NFD", typed)).tokens == asked(typed).tokens


@pytest.mark.parametrize(
    ("typed", "enough"), [("a", False), ("5", True), ("xã", True), ("", False)]
)
def test_one_letter_asks_nothing(typed, enough):
    assert bool(asked(typed)) is enough


def ranked(typed):
    rows = Article.objects.served(NOW).newest_first()
    question = asked(typed)
    return Ranked(
        rows,
        found=Q(search_words=question.query),
        title=F("search_title"),
        asked=question,
        newest="published_at",
    )


def titles(hits, start=0, stop=20):
    return [article.title for article in hits[start:stop]]


@pytest.fixture
def news(db):
    """Twelve articles, one an hour, the last one the newest."""
    room = newsroom()
    spellings = ["Giữ mả tổ", "Chuyện má Sáu", "Ma trận chỉ tiêu", "Việc của xã"]
    for n in range(12):
        at = NOW - dt.timedelta(hours=12 - n)
        title = f"{spellings[n % 4]} số {n}"
        published(room, title=title, body="<p>Bài có chữ mà.</p>", now=at)


def test_marks_first_then_title_then_newest(news):
    assert titles(ranked("má")) == [
        *(f"Chuyện má Sáu số {n}" for n in (9, 5, 1)),
        *(
            f"{title} số {n}"
            for n, title in [
                (10, "Ma trận chỉ tiêu"),
                (8, "Giữ mả tổ"),
                (6, "Ma trận chỉ tiêu"),
                (4, "Giữ mả tổ"),
                (2, "Ma trận chỉ tiêu"),
                (0, "Giữ mả tổ"),
            ]
        ),
        *(f"Việc của xã số {n}" for n in (11, 7, 3)),
    ]


@pytest.mark.parametrize("typed", ["má", "ma", "xã", "“mả tổ”", "so 3"])
def test_the_order_does_not_depend_on_how_many_are_compared(news, monkeypatch, typed):
    whole = titles(ranked(typed))
    for most, walked in product([1, 2, 3, 5, 8, 11], [0, 1, 100]):
        monkeypatch.setattr(fulltext, "MOST", most)
        monkeypatch.setattr(fulltext, "_WALKED", walked)
        few = ranked(typed)
        assert (few.count(), few.more) == (min(most, len(whole)), len(whole) > most)
        assert titles(few) == whole[:most], (most, walked)
        paged = [title for start in range(0, most, 2) for title in titles(few, start, start + 2)]
        assert paged == whole[:most], (most, walked)


def test_the_setting_for_going_along_the_index_ends_with_it(news, monkeypatch):
    from django.db import connection

    monkeypatch.setattr(fulltext, "MOST", 1)
    titles(ranked("má"))
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_bitmapscan")
        assert cursor.fetchone() == ("on",)
