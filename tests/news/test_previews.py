"""Preview links: secret, ending, taken back, logged, and seen by nobody else."""

import datetime as dt
import hashlib
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.news import actions, queries
from portal.news.models import PreviewLink, PreviewOpening
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db

NOW = at("2026-09-22 09:30")


@pytest.fixture
def room():
    return make.newsroom()


@pytest.fixture(autouse=True)
def no_counts():
    cache.clear()


def link_to(room, article, *, days=3, now=None, purpose="đồng chí Hòa đọc số liệu"):
    return actions.make_preview_link(
        actor=room.editor, article_id=article.pk, purpose=purpose, days=days, now=now
    )


def address(secret):
    return reverse("news:shared_preview", args=[secret])


def opened(secret):
    return Client().get(address(secret))


def test_whoever_has_the_link_reads_the_newest_text(room):
    article = make.written(room)
    _link, secret = link_to(room, article)
    page = opened(secret)
    assert page.status_code == 200
    assert make.TEXT["title"] in page.content.decode()
    make.saved(room, article, title="Tiêu đề mới hơn")
    assert "Tiêu đề mới hơn" in opened(secret).content.decode()
    assert list(PreviewOpening.objects.values_list("n", flat=True)) == [1, 2]


def test_the_page_is_kept_by_nobody_and_leaves_no_trace(room):
    _link, secret = link_to(room, make.written(room))
    page = opened(secret)
    assert page["X-Robots-Tag"] == "noindex, nofollow, noarchive"
    assert "no-store" in page["Cache-Control"]
    assert page["Referrer-Policy"] == "no-referrer"
    assert page.cookies == {}
    assert secret not in page.content.decode()


def test_the_secret_is_long_and_kept_nowhere(room):
    link, secret = link_to(room, make.written(room))
    assert re.fullmatch(r"[\w-]{32}", secret)
    assert link.digest == hashlib.sha256(secret.encode()).hexdigest()
    assert secret not in str(PreviewLink.objects.values().get())
    assert secret not in str(list(AuditEntry.objects.values()))
    (entry,) = AuditEntry.objects.filter(verb="make_preview_link")
    assert (entry.actor, entry.changes["purpose"]) == (
        room.editor,
        [None, "đồng chí Hòa đọc số liệu"],
    )


def test_an_opening_knows_the_time_and_not_the_person():
    assert {f.name for f in PreviewOpening._meta.get_fields()} == {"id", "link", "n", "at"}


def test_what_leads_nowhere_looks_all_the_same(room):
    article = make.written(room)
    ended, ended_secret = link_to(room, article, days=1, now=NOW)
    revoked, revoked_secret = link_to(room, article)
    actions.revoke_preview_link(actor=room.approver, link_id=revoked.pk)
    gone = make.published(room)
    _link, gone_secret = link_to(room, gone)
    do("withdraw", room.approver, gone, reason="Sai số liệu.")
    pages = [
        opened(secret)
        for secret in [ended_secret, revoked_secret, gone_secret, "A" * 32, "ngắn", "A" * 500]
    ]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert PreviewOpening.objects.count() == 0
    assert ended.pk


def test_a_link_ends_to_the_second(room):
    _link, secret = link_to(room, make.written(room, now=NOW), days=7, now=NOW)
    end = NOW + dt.timedelta(days=7)
    with time_machine.travel(end - dt.timedelta(seconds=1), tick=False):
        assert opened(secret).status_code == 200
    with time_machine.travel(end, tick=False):
        assert opened(secret).status_code == 404


@pytest.mark.usefixtures("still")
def test_guessing_is_slowed_down(room):
    client = Client()
    answers = [client.get(address(f"{n:032}")).status_code for n in range(61)]
    assert answers == [404] * 60 + [429]


@pytest.mark.parametrize(
    ("who", "purpose", "code"),
    [
        ("staff", "đọc lại", "role"),
        ("outsider", "đọc lại", "role"),
        ("editor", " \u00a0 ", "purpose"),
        ("editor", "ư" * 201, "purpose"),
    ],
)
def test_links_that_are_not_made(room, who, purpose, code):
    article = make.written(room)
    with pytest.raises(Refused) as refused:
        actions.make_preview_link(
            actor=getattr(room, who), article_id=article.pk, purpose=purpose, days=1
        )
    assert refused.value.code == code
    assert PreviewLink.objects.count() == 0


def test_no_article_has_too_many_links(room):
    article = make.written(room)
    for _n in range(20):
        link, _secret = link_to(room, article)
    with pytest.raises(Refused) as refused:
        link_to(room, article)
    assert refused.value.code == "many"
    actions.revoke_preview_link(actor=room.editor, link_id=link.pk)
    link_to(room, article)
    assert PreviewLink.objects.count() == 21


def test_taking_back_twice_keeps_the_first(room):
    link, _secret = link_to(room, make.written(room))
    actions.revoke_preview_link(actor=room.editor, link_id=link.pk)
    actions.revoke_preview_link(actor=room.approver, link_id=link.pk)
    link.refresh_from_db()
    assert link.revoked_by == room.editor
    with pytest.raises(Refused):
        actions.revoke_preview_link(actor=room.outsider, link_id=link.pk)


def test_the_page_shows_the_secret_once(room, client):
    article = make.submitted(room)
    client.force_login(room.editor)
    home = reverse("news:preview_links", args=[article.pk])
    assert home in client.get(reverse("news:desk_article", args=[article.pk])).content.decode()
    page = client.post(home, {"purpose": "đồng chí Hòa", "days": "1"})
    secret = page.context["address"].rstrip("/").rsplit("/", 1)[1]
    assert secret in page.content.decode()
    assert opened(secret).status_code == 200
    page = client.get(home).content.decode()
    assert secret not in page
    assert "Mở 1 lần" in page
    link = PreviewLink.objects.get()
    revoke = reverse("news:revoke_preview_link", args=[article.pk, link.pk])
    assert client.post(revoke)["Location"] == home
    assert opened(secret).status_code == 404
    bad = client.post(home, {"purpose": "", "days": "30"})
    assert set(bad.context["form"].errors) == {"purpose", "days"}


def test_a_link_of_another_article_is_not_taken_back_here(room, client):
    own, other = make.written(room), make.written(room)
    link, _secret = link_to(room, other)
    client.force_login(room.editor)
    revoke = reverse("news:revoke_preview_link", args=[own.pk, link.pk])
    assert client.post(revoke).status_code == 404
    link.refresh_from_db()
    assert link.revoked_at is None


def test_the_list_costs_one_query(room, django_assert_num_queries):
    article = make.written(room)
    for _n in range(5):
        link_to(room, article)
    with django_assert_num_queries(1):
        assert [(row.made_by, row.times) for row in queries.preview_links(article)] == [
            (room.editor, 0)
        ] * 5
