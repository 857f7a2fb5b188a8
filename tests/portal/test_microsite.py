"""The pages of a chuyên trang: what readers find, when, at which cost, and what never leaks."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns import actions as planning
from campaigns.actions.contents import add_theme
from campaigns.boundaries import Open
from portal.common import clock
from portal.common.errors import Refused
from portal.news import actions
from portal.news.models import Microsite
from portal.news.queries import front
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    event_on,
    issue,
    on,
)
from tests.feedback.factories import make_world
from tests.news.factories import newsroom, picture, published

NOW = dt.datetime(2025, 8, 20, 9, 0, tzinfo=clock.TZ)
HOUR = dt.timedelta(hours=1)
URL = "/chuyen-trang/tien-toi-dai-hoi/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return newsroom(name="Đảng bộ tỉnh Mẫu")


@pytest.fixture
def campaign(room):
    """(plan, congress, its two phases): the first is under way, the second waits."""
    congress = EventFactory(
        host__name="Đảng bộ tỉnh Mẫu mới",
        planned_opens=dt.date(2025, 9, 24),
        planned_closes=dt.date(2025, 9, 26),
    )
    plan = PlanFactory(title="Tuyên truyền đại hội", issuer=room.agency, events=[congress])
    track = TrackFactory(plan=plan)
    first = PhaseFactory(
        track=track,
        title="Đợt 1. Cao điểm trước Đại hội",
        starts=on("2025-08-01"),
        ends=event_on(congress, "opens", -1),
    )
    second = PhaseFactory(
        track=track, title="Đợt 2", starts=event_on(congress, "closes", 1), ends=Open()
    )
    issue(plan)
    return plan, congress, (first, second)


def site_of(room, plan, **kwargs):
    given = {"title": "Tiến tới Đại hội", "opens_at": NOW - HOUR, **kwargs}
    return actions.create_microsite(actor=room.approver, plan=plan, agency=room.agency, **given)


def assign(plan, agency, **task):
    task = TaskFactory(plan=plan, **task)
    (given,) = planning.assign_task(actor=None, task=task, agencies=[agency])
    return given


def words(response):
    return response.content.decode().replace("\u00a0", " ").replace("\u2060", "")


class TestWhen:
    def test_not_before_it_opens_but_for_its_keepers(self, room, campaign, client):
        site_of(room, campaign[0], opens_at=NOW + HOUR)
        assert client.get(URL).status_code == 404
        assert client.get(f"{URL}dot/1/").status_code == 404
        assert list(client.get("/chuyen-trang/").context["page"]) == []
        client.force_login(room.outsider)
        assert client.get(URL).status_code == 404
        client.force_login(room.editor)
        preview = client.get(URL)
        assert preview.status_code == 200
        assert "Bản xem trước" in words(preview)
        assert 'content="noindex"' in words(preview)
        client.logout()
        with time_machine.travel(NOW + HOUR):
            assert client.get(URL).status_code == 200

    def test_stays_after_it_closed_and_says_so(self, room, campaign, client):
        site_of(room, campaign[0], closes_at=NOW)
        assert "Chuyên trang đã kết thúc ngày 20/08/2025" in words(client.get(URL))
        assert client.get("/chuyen-trang/").context["rows"][0]["closed"] is True

    def test_goes_with_a_withdrawn_plan(self, room, campaign, client):
        plan = campaign[0]
        site_of(room, plan)
        type(plan).objects.filter(pk=plan.pk).update(state="withdrawn")
        assert client.get(URL).status_code == 404

    @pytest.mark.parametrize(
        "path", ["khong-co/", "tien-toi-dai-hoi/dot/0/", "tien-toi-dai-hoi/dot/3/"]
    )
    def test_no_such_page(self, room, campaign, client, path):
        site_of(room, campaign[0])
        assert client.get(f"/chuyen-trang/{path}").status_code == 404


class TestWhat:
    def test_phases_countdown_and_what_goes_on(self, room, campaign, client):
        plan, congress, (first, _second) = campaign
        add_theme(actor=None, plan=plan, phase=first, text="Thi đua lập thành tích.")
        site_of(room, plan, lead="Việc đang làm.")
        response = client.get(URL)
        context = response.context
        assert [(c.n, c.head, c.rest, c.view.state, c.url) for c in context["chapters"]] == [
            (1, "Đợt 1", "Cao điểm trước Đại hội", "active", f"{URL}dot/1/"),
            (2, "Đợt", "Đợt 2", "upcoming", f"{URL}dot/2/"),
        ]
        assert [c.view.phase for c in context["current"]] == [first]
        assert (context["countdown"]["days"], context["countdown"]["name"]) == (35, str(congress))
        for text in ["Thi đua lập thành tích.", "Việc đang làm.", plan.get_absolute_url()]:
            assert text in words(response)

    def test_news_by_word_and_by_task_each_in_its_phase(self, room, campaign, client):
        plan, _congress, (first, second) = campaign
        site = site_of(room, plan)
        assignment = assign(plan, room.agency, phase=second)
        other_site_room = newsroom(name="Đảng bộ xã Yên Sơn")
        published(room, title="Theo lời", microsite=site, phase=first, now=NOW - HOUR)
        published(room, title="Theo nhiệm vụ", assignment=assignment, now=NOW - 2 * HOUR)
        published(room, title="Cả chiến dịch", microsite=site, now=NOW - 3 * HOUR)
        published(other_site_room, title="Không thuộc", now=NOW)
        context = client.get(URL).context
        shown = [context["lead"], *context["beside"], *context["stories"]]
        assert [a.title for a in shown] == ["Theo lời", "Theo nhiệm vụ", "Cả chiến dịch"]
        assert [c.count for c in context["chapters"]] == [1, 1]
        assert [(a.name, a.written) for a in context["contributors"]] == [("Đảng bộ tỉnh Mẫu", 3)]
        assert client.get(f"{URL}dot/1/").context["lead"].title == "Theo lời"
        assert client.get(f"{URL}dot/2/").context["lead"].title == "Theo nhiệm vụ"

    def test_what_was_chosen_leads(self, room, campaign, client):
        site = site_of(room, campaign[0])
        old = published(room, title="Được chọn", microsite=site, now=NOW - 5 * HOUR)
        published(room, title="Mới hơn", microsite=site, now=NOW)
        actions.add_feature(
            actor=room.approver, place=front.Place(owner=room.agency, campaign=site), article=old
        )
        context = client.get(URL).context
        assert (context["lead"], [a.title for a in context["beside"]]) == (old, ["Mới hơn"])

    def test_only_what_belongs_to_it_is_chosen(self, room, campaign):
        place = front.Place(owner=room.agency, campaign=site_of(room, campaign[0]))
        stranger = published(room, title="Không thuộc", now=NOW)
        assert list(front.choosable(place, "", NOW)) == []
        with pytest.raises(Refused) as refused:
            actions.add_feature(actor=room.approver, place=place, article=stranger)
        assert refused.value.code == "elsewhere"

    def test_drafts_and_consultations_for_the_congress(self, room, campaign, client):
        world = make_world()
        plan, congress, _phases = campaign
        document = world.edition.document
        type(document).objects.filter(pk=document.pk).update(event=congress)
        site_of(room, plan)
        context = client.get(URL).context
        assert [c["title"] for c in context["consultations"]] == [world.consultation.title]
        assert [d.pk for d in context["drafts"]] == [document.pk]
        assert context["draft_url"] == context["consultations"][0]["url"]
        assert len(client.get(f"{URL}dot/1/").context["consultations"]) == 1
        assert client.get(f"{URL}dot/2/").context["consultations"] == []

    def test_without_anything_it_says_what_will_come(self, room, client):
        plan = issue(PlanFactory(issuer=room.agency))
        site_of(room, plan)
        html = words(client.get(URL))
        assert "Chưa có tin của chiến dịch" in html

    def test_tasks_and_progress_never_show(self, room, campaign, client):
        plan, _congress, (first, _second) = campaign
        site_of(room, plan)
        assign(plan, room.agency, phase=first, title="Việc nội bộ của đơn vị")
        for url in (URL, f"{URL}dot/1/", "/chuyen-trang/"):
            assert "Việc nội bộ" not in words(client.get(url))

    def test_a_long_title_is_whole(self, room, campaign, client):
        title = ("Tuyên truyền Đại hội đại biểu Đảng bộ tỉnh lần thứ I " * 4)[:200].strip()
        site = site_of(room, campaign[0], title=title)
        response = client.get(site.get_absolute_url())
        assert title in words(response)
        assert len(site.slug) <= 100


class TestCost:
    def test_no_cookie_and_no_token(self, room, campaign, client):
        site_of(room, campaign[0])
        for url in (URL, f"{URL}dot/1/", "/chuyen-trang/"):
            response = client.get(url)
            assert response.cookies == {}
            assert "csrfmiddlewaretoken" not in words(response)

    def test_the_same_for_one_and_for_many(self, room, campaign):
        plan, _congress, (first, _second) = campaign
        site = site_of(room, plan)
        cover = picture(room.editor, room.agency)

        def article(n, who=room):
            published(
                who,
                title=f"Tin {n}",
                microsite=site,
                phase=first,
                cover=cover if who is room else None,
                cover_alt="Hội trường" if who is room else "",
                now=NOW - n * dt.timedelta(minutes=1),
            )

        article(1)
        urls = (URL, f"{URL}dot/1/", "/chuyen-trang/")
        few = [self.cost(url) for url in urls]
        for n in range(2, 20):
            article(n, room if n % 4 else newsroom(name=f"Cơ quan {n}"))
        for n in range(3, 7):
            PhaseFactory(track=first.track, title=f"Đợt {n}", starts=on("2025-10"), ends=Open())
            site_of(room, issue(PlanFactory(issuer=room.agency)), title=f"Chuyên trang {n}")
        many = [self.cost(url) for url in urls]
        assert few == many

    @staticmethod
    def cost(url):
        with CaptureQueriesContext(connection) as asked:
            assert Client().get(url).status_code == 200
        return len(asked)

    def test_paged(self, room, campaign, client):
        site = site_of(room, campaign[0])
        for n in range(17):
            published(
                room, title=f"Tin {n:02}", microsite=site, now=NOW - n * dt.timedelta(minutes=1)
            )
        context = client.get(URL, {"trang": 2}).context
        assert [a.title for a in context["stories"]] == ["Tin 16"]
        assert context["lead"] is None


def test_plan_article_and_home_lead_there_once_it_is_open(room, campaign, client):
    plan, _congress, (first, _second) = campaign
    site = site_of(room, plan, opens_at=NOW + HOUR)
    article = published(room, title="Tin", microsite=site, phase=first, now=NOW - HOUR)
    pages = (plan.get_absolute_url(), article.get_absolute_url(), "/")
    assert [URL in words(client.get(page)) for page in pages] == [False, False, False]
    with time_machine.travel(NOW + HOUR):
        assert [URL in words(client.get(page)) for page in pages] == [True, True, True]


def test_every_open_one_is_listed_newest_first(room, client):
    for n, hours in enumerate((3, 1, 2)):
        plan = issue(PlanFactory(issuer=room.agency))
        site_of(room, plan, title=f"Chuyên trang {n}", opens_at=NOW - hours * HOUR)
    site_of(room, issue(PlanFactory(issuer=room.agency)), title="Chưa mở", opens_at=None)
    titles = [row["site"].title for row in client.get("/chuyen-trang/").context["rows"]]
    assert titles == ["Chuyên trang 1", "Chuyên trang 2", "Chuyên trang 0"]
    assert Microsite.objects.count() == 4
