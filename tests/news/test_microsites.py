"""Keeping a chuyên trang: who makes it, its words and times, its address."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Plan
from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.news import actions
from portal.news.models import Microsite
from portal.news.queries import microsites as queries
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, issue
from tests.news import factories as make
from tests.news.factories import at

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(name="Đảng bộ tỉnh Mẫu")


@pytest.fixture
def plan(room):
    return issue(PlanFactory(title="Tuyên truyền đại hội", issuer=room.agency))


def made(room, plan, **kwargs):
    kwargs = {"title": "Tiến tới Đại hội", "agency": room.agency, **kwargs}
    return actions.create_microsite(actor=room.approver, plan=plan, **kwargs)


def edited(room, site, **kwargs):
    names = ("title", "lead", "cover", "cover_alt", "agency", "opens_at", "closes_at")
    given = {name: getattr(site, name) for name in names} | kwargs
    return actions.edit_microsite(
        actor=kwargs.pop("actor", room.approver),
        microsite_id=site.pk,
        expected_version=site.lock_version,
        **{name: given[name] for name in names},
    )


def test_made_from_an_issued_plan_and_logged(room, plan):
    site = made(room, plan, lead="Việc đang làm ở từng đợt.")
    assert (site.slug, site.agency, queries.state_of(site, NOW)) == (
        "tien-toi-dai-hoi",
        room.agency,
        "draft",
    )
    entry = AuditEntry.objects.get(verb="create_microsite")
    assert (entry.object_label, entry.changes["title"]) == (
        "Tiến tới Đại hội",
        [None, "Tiến tới Đại hội"],
    )


@pytest.mark.parametrize("who", ["editor", "staff", "member", "outsider"])
def test_only_keepers_of_the_issuer_make_one(room, plan, who):
    with pytest.raises(Refused) as refused:
        actions.create_microsite(
            actor=getattr(room, who), plan=plan, agency=room.agency, title="Tiến tới Đại hội"
        )
    assert refused.value.code == "role"


def test_not_of_a_plan_that_is_still_written(room):
    with pytest.raises(Refused) as refused:
        made(room, PlanFactory(issuer=room.agency))
    assert refused.value.code == "plan"


def test_one_for_each_plan(room, plan):
    made(room, plan)
    with pytest.raises(Refused) as refused:
        made(room, plan, title="Một tên khác")
    assert refused.value.code == "taken"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"title": "  "}, "title"),
        ({"title": "Đ" * 201}, "title"),
        ({"closes_at": NOW}, "time"),
        ({"opens_at": NOW, "closes_at": NOW}, "time"),
    ],
)
def test_what_cannot_be(room, plan, given, code):
    with pytest.raises(Refused) as refused:
        made(room, plan, **given)
    assert refused.value.code == code


def test_a_picture_needs_words(room, plan):
    picture = make.picture(room.editor, room.agency)
    with pytest.raises(Refused) as refused:
        made(room, plan, cover=picture)
    assert refused.value.code == "cover_alt"
    assert made(room, plan, cover=picture, cover_alt="Hội trường").cover == picture


def test_a_newsroom_right_below_may_keep_it_and_nobody_else(room, plan):
    below = AgencyFactory(name="Ban Tuyên giáo", parent=room.agency)
    keeper = make.UserFactory(full_name="Nguyễn Đức Thịnh")
    give(keeper, Role.APPROVER, below)
    elsewhere = AgencyFactory()
    with pytest.raises(Refused) as refused:
        made(room, plan, agency=elsewhere)
    assert refused.value.code == "agency"
    site = made(room, plan, agency=below)
    site = edited(room, site, title="Tên khác", actor=keeper)
    assert site.title == "Tên khác"
    assert [s.pk for s in queries.kept(keeper)] == [site.pk]
    assert [s.pk for s in queries.kept(room.approver)] == [site.pk]


def test_the_address_follows_the_title_until_it_opens(room, plan):
    site = edited(room, made(room, plan), title="Hướng tới Đại hội")
    assert site.slug == "huong-toi-dai-hoi"
    site = edited(room, site, opens_at=NOW)
    site = edited(room, site, title="Đại hội thành công")
    assert site.slug == "huong-toi-dai-hoi"
    with pytest.raises(Refused) as refused:
        edited(room, site, opens_at=NOW + HOUR)
    assert refused.value.code == "opened"
    with pytest.raises(Refused):
        edited(room, site, opens_at=None)
    closed = edited(room, site, closes_at=NOW + HOUR)
    assert [queries.state_of(closed, moment) for moment in (NOW, NOW + HOUR)] == ["open", "closed"]


def test_two_titles_alike_have_two_addresses(room, plan):
    made(room, plan)
    other = made(room, issue(PlanFactory(issuer=room.agency)))
    assert other.slug == "tien-toi-dai-hoi-2"


def test_the_second_of_two_editors_is_told(room, plan):
    site = made(room, plan)
    edited(room, site, lead="Bản một")
    site = Microsite.objects.get(pk=site.pk)
    site.lock_version = 0
    with pytest.raises(StaleVersion):
        edited(room, site, lead="Bản hai")


class TestPages:
    def test_from_the_list_to_an_open_page(self, room, plan, client):
        client.force_login(room.approver)
        listed = client.get(reverse("news:microsites"))
        assert list(listed.context["plans"]) == [plan]
        url = reverse("news:create_microsite", args=[plan.pk])
        assert client.get(url).context["form"].initial["title"] == "Tuyên truyền đại hội"
        picture = make.picture(room.editor, room.agency)
        data = {
            "title": "Tiến tới Đại hội",
            "lead": "",
            "cover": str(picture.pk),
            "cover_alt": "",
            "agency": room.agency.pk,
            "opens_at": "2026-09-20T09:00",
            "closes_at": "",
        }
        refused = client.post(url, data)
        assert refused.status_code == 422
        assert "cover_alt" in refused.context["form"].errors
        assert refused.context["form"].cover_shown == picture
        sent = client.post(url, {**data, "cover_alt": "Hội trường"})
        site = Microsite.objects.get()
        assert sent.url == reverse("news:edit_microsite", args=[site.pk])
        assert (site.opens_at, site.cover) == (at("2026-09-20 09:00"), picture)
        assert client.get(site.get_absolute_url()).status_code == 200
        assert client.post(url, data).url == sent.url
        page = client.get(sent.url)
        assert page.context["state"] == "open"
        stale = client.post(sent.url, {**data, "cover_alt": "Hội trường", "lock_version": 7})
        assert stale.status_code == 422
        assert stale.context["form"].non_field_errors()

    @pytest.mark.parametrize(
        ("who", "list_", "new", "edit"),
        [
            ("approver", 200, 302, 200),
            ("editor", 403, 403, 403),
            ("staff", 403, 403, 403),
            ("member", 403, 403, 404),
            ("outsider", 200, 403, 404),
        ],
    )
    def test_who_gets_them(self, room, plan, client, who, list_, new, edit):
        site = made(room, plan)
        client.force_login(getattr(room, who))
        assert [
            client.get(reverse("news:microsites")).status_code,
            client.get(reverse("news:create_microsite", args=[plan.pk])).status_code,
            client.get(reverse("news:edit_microsite", args=[site.pk])).status_code,
        ] == [list_, new, edit]

    def test_the_list_costs_the_same_for_one_and_for_many(self, room, plan, client):
        client.force_login(room.approver)
        made(room, plan)
        client.get(reverse("news:microsites"))
        counts = []
        for _round in range(2):
            with CaptureQueriesContext(connection) as asked:
                client.get(reverse("news:microsites"))
            counts.append(len(asked))
            for n in range(5):
                other = issue(PlanFactory(issuer=room.agency))
                made(room, other, title=f"Chuyên trang {_round} {n}")
        assert counts[0] == counts[1]


def test_an_article_leads_to_its_campaign_only_while_readers_get_it(room, plan, client):
    site = made(room, plan, opens_at=NOW + HOUR)
    article = make.published(room, microsite=site, now=NOW)
    shown = [site.title in client.get(article.get_absolute_url()).content.decode()]
    edited(room, site, opens_at=NOW)
    shown.append(site.title in client.get(article.get_absolute_url()).content.decode())
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.WITHDRAWN)
    shown.append(site.title in client.get(article.get_absolute_url()).content.decode())
    assert shown == [False, True, False]
