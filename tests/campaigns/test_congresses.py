"""The congress calendar: levels, windows, days entered in the list."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions
from campaigns.models import CongressWindow, Event
from campaigns.queries import congresses
from portal.agencies.models import Role
from portal.common.errors import Refused, StaleVersion
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, LevelFactory, give
from tests.campaigns.factories import EventFactory, day

pytestmark = pytest.mark.django_db


class World:
    def __init__(self):
        self.top = LevelFactory(slug="tinh", name="Cấp tỉnh", order=10)
        self.level = LevelFactory()
        self.province = AgencyFactory(name="Đảng bộ tỉnh Mẫu", kind="party", level=self.top)
        self.a, self.b, self.c = (
            AgencyFactory(name=f"Đảng bộ xã {n}", kind="party", parent=self.province)
            for n in ("An", "Bình", "Châu")
        )
        AgencyFactory(name="Sở Nội vụ", parent=self.province)
        self.staff = UserFactory()
        give(self.staff, Role.STAFF, self.province)
        self.in_time = EventFactory(host=self.a, planned_opens=day("2025-05-20"))
        self.late = EventFactory(
            host=self.b, planned_opens=day("2025-06-30"), planned_closes=day("2025-07-01")
        )
        self.window = actions.save_window(
            actor=None,
            level=self.level,
            term_start=2025,
            term_end=2030,
            earliest=day("2025-03-01"),
            latest=day("2025-06-30"),
            basis="45-CT/TW",
        )

    def names(self, **how):
        found = congresses.units(2025, congresses.windows(2025), **how)
        return [unit.name for unit in found]


@pytest.fixture
def world():
    return World()


def text(response):
    return response.content.decode().replace("\u00a0", " ")


def desk(query=""):
    return reverse("campaigns:congress_desk") + query


def test_units_are_found_by_level_subtree_and_what_is_missing(world):
    assert world.names() == [
        "Đảng bộ tỉnh Mẫu",
        "Đảng bộ xã An",
        "Đảng bộ xã Bình",
        "Đảng bộ xã Châu",
    ]
    assert world.names(level=world.level, state=congresses.UNDATED) == ["Đảng bộ xã Châu"]
    assert world.names(state=congresses.DATED, words="xã an") == ["Đảng bộ xã An"]
    assert world.names(state=congresses.OUTSIDE) == ["Đảng bộ xã Bình"]
    assert world.names(below=world.c) == ["Đảng bộ xã Châu"]


def test_levels_count_units_and_days(world, django_assert_num_queries):
    with django_assert_num_queries(3):
        counts = congresses.level_counts(2025, congresses.windows(2025))
    assert [(c.level.slug, c.units, c.dated, c.undated, c.window) for c in counts] == [
        ("tinh", 1, 0, 1, None),
        ("xa", 3, 2, 1, world.window),
    ]


def test_the_lists_cost_the_same_for_few_and_many(world, client):
    def cost(address):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address)
        return len(queries), page

    client.force_login(world.staff)
    public = reverse("campaigns:congress_calendar")
    for address in (desk(), public):
        client.get(address)  # what is kept between requests
    few = cost(desk())[0], cost(public)[0]
    for n in range(25):
        unit = AgencyFactory(name=f"Chi bộ {n}", kind="party", parent=world.a)
        if n % 2:
            EventFactory(host=unit, planned_opens=day("2025-04-01"))
    (many, page), (many_public, _page) = cost(desk()), cost(public)
    assert (many, many_public) == few
    assert (len(page.context["rows"]), many < 20) == (29, True)


def test_days_are_entered_for_a_whole_page(world, client):
    client.force_login(world.staff)
    page = client.get(desk("?cap=xa"))
    assert "Ngoài khung" in text(page)
    forms = {row["unit"].pk: row["form"] for row in page.context["rows"]}
    data = {
        forms[unit.pk].add_prefix(name): forms[unit.pk][name].value()
        for unit in (world.a, world.b, world.c)
        for name in forms[unit.pk].fields
    }
    data = {k: "" if v is None else str(v) for k, v in data.items()}
    data[f"u{world.c.pk}-opens"] = "2025-06-10"
    data[f"u{world.c.pk}-ordinal"] = "1"
    data[f"u{world.b.pk}-opens"] = "2025-06-28"
    data[f"u{world.b.pk}-closes"] = "2025-06-27"
    page = client.post(desk("?cap=xa"), data)
    assert (page.status_code, "Ngày bế mạc phải từ ngày khai mạc" in text(page)) == (422, True)
    assert not Event.objects.filter(host=world.c).exists()
    data[f"u{world.b.pk}-closes"] = "2025-06-29"
    assert client.post(desk("?cap=xa"), data).url == desk("?cap=xa")
    made = Event.objects.get(host=world.c)
    assert (made.planned_opens, made.ordinal, made.term_start, made.term_end) == (
        day("2025-06-10"),
        1,
        2025,
        2030,
    )
    world.late.refresh_from_db()
    assert (world.late.planned_closes, world.late.lock_version) == (day("2025-06-29"), 1)
    # the same page once more: the row of Bình is stale, nothing else is written
    data[f"u{world.b.pk}-opens"] = "2025-06-01"
    page = client.post(desk("?cap=xa"), data)
    assert (page.status_code, "Người khác vừa ghi: 28/06/2025" in text(page)) == (422, True)


def test_a_day_can_be_taken_away_again(world):
    entry = actions.congresses.CongressDates(host=world.a, event=world.in_time, clear=True)
    assert actions.set_congress_dates(actor=None, term=(2025, 2030), entries=[entry]) == (0, 1)
    world.in_time.refresh_from_db()
    assert (world.in_time.planned_opens, world.in_time.ordinal) == (None, 1)
    entry.lock_version = 0
    with pytest.raises(StaleVersion):
        actions.set_congress_dates(actor=None, term=(2025, 2030), entries=[entry])


def test_the_term_that_is_shown_is_the_one_that_is_chosen(world, client):
    EventFactory(host=world.province, term_start=2031, term_end=2036)
    client.force_login(world.staff)
    for query in ("", "?cap=xa", "?nhiem_ky=2025"):
        page = client.get(desk(query))
        assert (page.context["term"], str(page.context["form"]["nhiem_ky"].value())) == (
            (2025, 2030),
            "2025",
        )
    assert client.get(desk("?nhiem_ky=2031")).context["term"] == (2031, 2036)


def test_only_units_of_ones_own_subtree_can_be_dated(world, client):
    clerk = UserFactory()
    give(clerk, Role.STAFF, world.a)
    client.force_login(clerk)
    assert [row["unit"] for row in client.get(desk()).context["rows"]] == [world.a]
    page = client.get(desk(f"?duoi={world.province.slug}"))
    rows = {row["unit"].name: row["form"] for row in page.context["rows"]}
    assert rows["Đảng bộ xã An"] is not None
    assert rows["Đảng bộ xã Bình"] is None
    client.post(desk(), {f"u{world.b.pk}-opens": "2025-01-01", f"u{world.b.pk}-lock_version": "0"})
    world.late.refresh_from_db()
    assert world.late.planned_opens == day("2025-06-30")


def test_readers_see_the_calendar_by_month(world, client):
    EventFactory(host=world.c, planned_opens=None)
    page = client.get(reverse("campaigns:congress_calendar"))
    assert [month for month, _events in page.context["groups"]] == [
        day("2025-05-01"),
        day("2025-06-01"),
        None,
    ]
    assert ("Tháng 5/2025" in text(page), "45-CT/TW" in text(page)) == (True, True)
    assert "Ngoài khung" not in text(page)
    page = client.get(reverse("campaigns:congress_calendar") + "?q=châu")
    assert len(page.context["page"]) == 1
    assert client.get(reverse("campaigns:congress_calendar") + "?nhiem_ky=1990").status_code == 200


def test_an_empty_portal_says_what_to_do(client):
    staff = UserFactory()
    give(staff, Role.STAFF, AgencyFactory())
    client.force_login(staff)
    assert "Chưa có đại hội nào" in text(client.get(desk()))
    assert client.get(reverse("campaigns:congress_calendar")).status_code == 200


def test_windows_are_kept_by_the_keepers_of_the_calendar(world, client):
    clerk = UserFactory()
    give(clerk, Role.STAFF, world.a)
    client.force_login(clerk)
    assert client.get(reverse("campaigns:congress_windows")).status_code == 200
    assert client.get(reverse("campaigns:new_congress_window")).status_code == 403
    client.force_login(world.staff)
    data = {"level": world.top.pk, "term_start": 2025, "term_end": 2030, "lock_version": 0}
    page = client.post(reverse("campaigns:new_congress_window"), data)
    assert (page.status_code, "ít nhất một ngày" in text(page)) == (422, True)
    data["latest"] = "2025-10-31"
    assert client.post(reverse("campaigns:new_congress_window"), data).status_code == 302
    row = CongressWindow.objects.get(level=world.top)
    assert row.latest == day("2025-10-31")
    again = client.post(reverse("campaigns:new_congress_window"), data)
    assert "đã có khung thời gian" in text(again)
    edit = reverse("campaigns:edit_congress_window", args=[row.pk])
    client.post(edit, data | {"earliest": "2025-12-01"})
    row.refresh_from_db()
    assert row.earliest is None
    client.post(edit, data | {"earliest": "2025-09-01"})
    row.refresh_from_db()
    assert row.earliest == day("2025-09-01")
    client.post(reverse("campaigns:remove_congress_window", args=[row.pk]))
    assert not CongressWindow.objects.filter(level=world.top).exists()


def test_a_window_that_makes_no_sense_is_refused(world):
    values = {"level": world.top, "term_start": 2030, "term_end": 2025, "latest": day("2030-06-30")}
    with pytest.raises(Refused, match="sau năm đầu"):
        actions.save_window(actor=None, **values)
    values |= {"term_end": 2035, "earliest": day("2030-07-01")}
    with pytest.raises(Refused, match="từ ngày sớm nhất trở đi"):
        actions.save_window(actor=None, **values)
