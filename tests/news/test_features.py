"""What pages feature: who chooses, in which order, for how long, and what readers get of it."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.news import actions
from portal.news.models import Feature
from portal.news.queries import front
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


@pytest.fixture
def page(room):
    return front.Place(owner=room.agency, agency=room.agency)


def articles(room, number=3):
    return [
        make.published(room, title=f"Tin {n}", now=NOW - n * HOUR) for n in range(1, number + 1)
    ]


def chosen(room, page, *stories, **times):
    """The Features, the first of `stories` at the head."""
    made = [
        actions.add_feature(actor=room.approver, place=page, article=story, **times)
        for story in reversed(stories)
    ]
    return made[::-1]


def titles(at_=NOW, **page):
    return [story.title for story in front.stories(at_, **page)]


# --- choosing ----------------------------------------------------------------------------------


def test_the_newest_choice_leads_and_the_choice_is_in_the_log(room, page):
    one, two, _three = articles(room)
    chosen(room, page, two, one)
    assert titles(agency=room.agency) == ["Tin 2", "Tin 1"]
    assert list(
        AuditEntry.objects.filter(verb="add_feature")
        .order_by("id")
        .values_list("object_label", "agency_id", "actor_id")
    ) == [("Tin 1", room.agency.pk, room.approver.pk), ("Tin 2", room.agency.pk, room.approver.pk)]


@pytest.mark.parametrize("who", ["editor", "staff", "member", "outsider"])
def test_only_approvers_and_administrators_choose(room, page, who):
    (article,) = articles(room, 1)
    with pytest.raises(Refused) as refused:
        actions.add_feature(actor=getattr(room, who), place=page, article=article)
    assert refused.value.code == "role"
    assert Feature.objects.count() == 0


def test_twice_is_refused_by_the_action_and_by_the_database(room, page):
    (article,) = articles(room, 1)
    (feature,) = chosen(room, page, article)
    with pytest.raises(Refused) as refused:
        actions.add_feature(actor=room.approver, place=page, article=article)
    assert refused.value.code == "twice"
    with pytest.raises(IntegrityError), transaction.atomic():
        Feature.objects.create(
            agency=room.agency, article=article, position=1, by=room.approver, at=NOW
        )
    assert list(Feature.objects.all()) == [feature]


def test_an_agency_features_its_own_articles_only(room, page):
    other = make.published(make.newsroom(name="Đảng bộ xã Yên Sơn"), now=NOW)
    with pytest.raises(Refused) as refused:
        actions.add_feature(actor=room.approver, place=page, article=other)
    assert refused.value.code == "elsewhere"


@pytest.mark.parametrize("made", [make.written, make.submitted, make.withdrawn])
def test_what_readers_do_not_get_is_not_chosen(room, page, made):
    with pytest.raises(Refused) as refused:
        actions.add_feature(actor=room.approver, place=page, article=made(room))
    assert refused.value.code == "gone"


def test_a_full_list_says_so(room, page, monkeypatch):
    monkeypatch.setattr(front, "MOST", 2)
    one, two, three = articles(room)
    chosen(room, page, one, two)
    with pytest.raises(Refused) as refused:
        actions.add_feature(actor=room.approver, place=page, article=three)
    assert refused.value.code == "full"


@pytest.mark.parametrize(
    ("starts", "ends"), [(2 * HOUR, HOUR), (HOUR, HOUR), (None, -HOUR), (None, dt.timedelta())]
)
def test_times_that_cannot_be(room, page, starts, ends):
    (article,) = articles(room, 1)
    with pytest.raises(Refused) as refused:
        actions.add_feature(
            actor=room.approver,
            place=page,
            article=article,
            shows_from=None if starts is None else NOW + starts,
            shows_until=NOW + ends,
        )
    assert refused.value.code == "time"


# --- what readers get --------------------------------------------------------------------------


def test_a_story_stands_from_its_time_until_its_time(room, page):
    (article,) = articles(room, 1)
    chosen(room, page, article, shows_from=NOW + HOUR, shows_until=NOW + 2 * HOUR)
    minute = dt.timedelta(minutes=1)
    assert [
        titles(NOW + step, agency=room.agency)
        for step in (HOUR - minute, HOUR, 2 * HOUR - minute, 2 * HOUR)
    ] == [[], ["Tin 1"], ["Tin 1"], []]


def test_a_withdrawn_article_is_gone_at_once(room, page, client):
    one, two, three = articles(room)
    chosen(room, page, three, one)
    assert client.get(page.public_url).context["lead"] == three
    do("withdraw", room.approver, three, reason="Số liệu chưa chính xác.")
    context = client.get(page.public_url).context
    assert (context["lead"], context["featured"], context["stories"]) == (one, [], [two])


def test_the_section_page_leads_with_what_was_chosen(room, page, client):
    one, two, three = articles(room)
    chosen(room, page, three, two)
    context = client.get(page.public_url).context
    assert (context["lead"], context["featured"], context["stories"]) == (three, [two], [one])
    day = client.get(f"{page.public_url}?ngay=2026-09-20").context
    assert (day["lead"], day["stories"]) == (None, [one, two, three])


def test_only_the_first_few_are_shown(room, page):
    made = articles(room, 6)
    chosen(room, page, *made)
    assert titles(agency=room.agency) == ["Tin 1", "Tin 2", "Tin 3", "Tin 4"]
    rows = front.rows_at(page, front.listed(page), NOW)
    assert [row.state for row in rows] == ["shown"] * 4 + ["beyond"] * 2


def test_states_of_the_list(room, page):
    made = articles(room, 4)
    chosen(room, page, made[0])
    chosen(room, page, made[1], shows_from=NOW + HOUR)
    chosen(room, page, made[2], shows_until=NOW + HOUR)
    chosen(room, page, made[3])
    do("withdraw", room.approver, made[3], reason="Đăng nhầm.")
    features = front.listed(page)
    assert [row.state for row in front.rows_at(page, features, NOW)] == [
        "gone", "shown", "coming", "shown",
    ]  # fmt: skip
    assert [row.state for row in front.rows_at(page, features, NOW + HOUR)] == [
        "gone", "over", "shown", "shown",
    ]  # fmt: skip
    assert front.changes_ahead(features, NOW) == [NOW + HOUR]


class TestHome:
    @pytest.fixture
    def owner(self, settings):
        agency = AgencyFactory(name="Đảng bộ tỉnh Mẫu", slug="dang-bo-tinh-mau-thu")
        settings.SITE_AGENCY = agency.slug
        keeper = UserFactory(full_name="Đỗ Thị Kim Liên")
        give(keeper, Role.APPROVER, agency)
        return agency, keeper

    def test_the_newest_as_long_as_nothing_is_chosen(self, room, owner):
        articles(room, 2)
        lead, others = front.front_page(NOW)
        assert (lead.title, [a.title for a in others]) == ("Tin 1", ["Tin 2"])

    def test_chosen_first_and_then_the_newest(self, room, owner, client):
        agency, keeper = owner
        *_newer, last = articles(room, 8)
        home = front.Place(owner=agency)
        actions.add_feature(actor=keeper, place=home, article=last)
        context = client.get("/").context
        assert context["lead"] == last
        assert [a.title for a in context["latest"]] == [f"Tin {n}" for n in range(1, 6)]

    def test_kept_by_the_agency_that_runs_the_portal(self, room, owner):
        agency, keeper = owner
        (article,) = articles(room, 1)
        home = front.Place(owner=agency)
        with pytest.raises(Refused):
            actions.add_feature(actor=room.approver, place=home, article=article)
        actions.add_feature(actor=keeper, place=home, article=article)
        assert [c.place.key for c in front.my_places(keeper, NOW)] == ["cong", agency.slug]
        assert [c.shown for c in front.my_places(keeper, NOW)] == [1, 0]

    def test_without_the_setting_the_top_of_the_tree_runs_it(self, room, settings):
        settings.SITE_AGENCY = ""
        assert front.site_agency().node.depth == 1
        settings.SITE_AGENCY = "khong-co"
        assert front.site_agency() is None


# --- order -------------------------------------------------------------------------------------


def test_a_new_order(room, page):
    one, two, three = articles(room)
    a, b, c = chosen(room, page, one, two, three)
    ids = [a.pk, b.pk, c.pk]
    actions.order_features(actor=room.approver, place=page, seen=ids, order=[c.pk, a.pk, b.pk])
    assert titles(agency=room.agency) == ["Tin 3", "Tin 1", "Tin 2"]
    actions.move_feature(actor=room.approver, feature=b, seen=[c.pk, a.pk, b.pk], step=-1)
    assert titles(agency=room.agency) == ["Tin 3", "Tin 2", "Tin 1"]
    actions.move_feature(actor=room.approver, feature=c, seen=[c.pk, b.pk, a.pk], step=-1)
    assert titles(agency=room.agency) == ["Tin 3", "Tin 2", "Tin 1"]


def test_an_order_of_another_list_is_refused(room, page):
    one, two, three = articles(room)
    a, b = chosen(room, page, one, two)
    seen = [a.pk, b.pk]
    chosen(room, page, three)
    with pytest.raises(StaleVersion):
        actions.order_features(actor=room.approver, place=page, seen=seen, order=seen[::-1])
    assert titles(agency=room.agency) == ["Tin 3", "Tin 1", "Tin 2"]


def test_an_order_that_leaves_one_out_is_refused(room, page):
    one, two, _three = articles(room)
    a, b = chosen(room, page, one, two)
    with pytest.raises(Refused) as refused:
        actions.order_features(actor=room.approver, place=page, seen=[a.pk, b.pk], order=[b.pk])
    assert refused.value.code == "order"


# --- the work page -----------------------------------------------------------------------------


def test_the_page_of_a_keeper(room, page, client):
    one, two, _three = articles(room)
    chosen(room, page, one)
    chosen(room, page, two, shows_from=NOW + HOUR)
    client.force_login(room.approver)
    response = client.get(page.url)
    assert [s.title for s in response.context["now_shown"]] == ["Tin 1"]
    assert response.context["ahead"] == [NOW + HOUR]
    later = client.get(page.url, {"luc": "2026-09-20T11:00"})
    assert [s.title for s in later.context["then_shown"]] == ["Tin 2", "Tin 1"]
    assert "Lúc 20/09/2026 11:00 bạn đọc sẽ thấy" in later.content.decode()
    assert client.get(page.url, {"luc": "hôm qua"}).status_code == 200


def test_one_page_only_leads_straight_to_it(room, page, client):
    client.force_login(room.approver)
    response = client.get(reverse("news:feature_places"))
    assert (response.status_code, response.url) == (302, page.url)


def test_looking_for_a_story_and_choosing_it(room, page, client):
    (one,) = articles(room, 1)
    other = make.published(room, title="Bến đò Tân Lập giữ đúng giờ", now=NOW - HOUR)
    chosen(room, page, one)
    client.force_login(room.approver)
    add = reverse("news:add_feature", args=[page.key])
    found = client.get(add, {"q": "ben do"})
    assert list(found.context["page"]) == [other]
    fragment = client.get(reverse("news:search_feature", args=[page.key]), {"q": "ben do"})
    assert list(fragment.context["page"]) == [other]
    assert b"<html" not in fragment.content
    sent = client.post(
        add,
        {"article": other.pk, "shows_from": "2026-09-21T07:30", "shows_until": ""},
        follow=True,
    )
    assert sent.redirect_chain == [(page.url, 302)]
    assert Feature.objects.get(article=other).shows_from == at("2026-09-21 07:30")
    assert [str(m) for m in sent.context["messages"]] == [
        "Đã đưa “Bến đò Tân Lập giữ đúng giờ” lên đầu danh sách."
    ]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({}, "Hãy chọn một tin trong danh sách."),
        ({"article": "x"}, "Hãy chọn một tin trong danh sách."),
        (
            {"article": "1", "shows_from": "2026-09-22T07:30", "shows_until": "2026-09-21T07:30"},
            "Giờ kết thúc phải sau giờ bắt đầu.",
        ),
        ({"article": "1", "shows_from": "mai"}, "Nhập đủ ngày và giờ"),
    ],
)
def test_what_cannot_be_added(room, page, client, data, words):
    client.force_login(room.approver)
    response = client.post(reverse("news:add_feature", args=[page.key]), data)
    assert response.status_code == 422
    if data.get("article") == "x":
        assert "article" in response.context["form"].errors
    else:
        assert words in response.content.decode()
    assert Feature.objects.count() == 0


def test_moving_and_dragging_by_htmx(room, page, client):
    one, two, _three = articles(room)
    a, b = chosen(room, page, one, two)
    client.force_login(room.approver)
    response = client.post(
        reverse("news:move_feature", args=[b.pk]),
        {"seen": f"{a.pk},{b.pk}", "way": "len"},
        headers={"HX-Request": "true"},
    )
    assert [row.feature for row in response.context["rows"]] == [b, a]
    assert f'"id": "tin-{b.pk}"' in response["HX-Trigger-After-Settle"]
    stale = client.post(
        reverse("news:order_features", args=[page.key]),
        {"seen": f"{a.pk},{b.pk}", "order": f"{b.pk},{a.pk}"},
        headers={"HX-Request": "true"},
    )
    assert "người khác sửa" in stale["HX-Trigger-After-Settle"].encode().decode("unicode_escape")
    plain = client.post(
        reverse("news:order_features", args=[page.key]),
        {"seen": f"{b.pk},{a.pk}", "order": f"{a.pk},{b.pk}"},
    )
    assert plain.url == page.url
    assert titles(agency=room.agency) == ["Tin 1", "Tin 2"]
    nonsense = client.post(
        reverse("news:order_features", args=[page.key]), {"seen": "1;drop", "order": ""}
    )
    assert nonsense.status_code == 302
    assert titles(agency=room.agency) == ["Tin 1", "Tin 2"]


def test_changing_the_time_and_two_editors(room, page, client):
    (article,) = articles(room, 1)
    (feature,) = chosen(room, page, article)
    client.force_login(room.approver)
    url = reverse("news:edit_feature", args=[feature.pk])
    data = {"shows_from": "", "shows_until": "2026-09-25T17:00", "lock_version": 0}
    assert client.post(url, data).status_code == 302
    feature.refresh_from_db()
    assert feature.shows_until == at("2026-09-25 17:00")
    stale = client.post(url, {**data, "shows_until": "2026-09-26T17:00"})
    assert stale.status_code == 422
    assert [f.name for f in stale.context["form"].stale_fields] == ["shows_until"]
    again = client.post(url, {**data, "shows_until": "2026-09-26T17:00", "lock_version": 1})
    assert again.status_code == 302


def test_taking_away_twice(room, page, client):
    (article,) = articles(room, 1)
    (feature,) = chosen(room, page, article)
    client.force_login(room.approver)
    url = reverse("news:remove_feature", args=[feature.pk])
    assert client.post(url).url == page.url
    assert Feature.objects.count() == 0
    assert client.post(url).status_code == 404
    with pytest.raises(Refused) as refused:
        actions.remove_feature(actor=room.approver, feature=feature)
    assert refused.value.code == "removed"


@pytest.mark.parametrize(
    ("who", "status"), [("editor", 403), ("staff", 403), ("member", 404), ("outsider", 404)]
)
def test_the_work_page_is_for_keepers(room, page, client, who, status):
    client.force_login(getattr(room, who))
    assert client.get(page.url).status_code == status
    assert client.get("/lam-viec/trang-chu/khong-co/").status_code == 404


# --- cost --------------------------------------------------------------------------------------


def cost(client, url):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_the_work_page_costs_the_same_for_one_and_for_many(room, page, client):
    made = articles(room, 9)
    chosen(room, page, made[0])
    client.force_login(room.approver)
    client.get(page.url)  # the first page after signing in writes the session
    few = cost(client, page.url)
    chosen(room, page, *made[1:])
    assert cost(client, page.url) == few


def test_the_section_page_costs_the_same_for_one_and_for_many(room, page):
    made = articles(room, 9)
    chosen(room, page, made[0])
    few = cost(Client(), page.public_url)
    chosen(room, page, *made[1:])
    assert cost(Client(), page.public_url) == few
