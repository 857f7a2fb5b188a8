import datetime as dt

import pytest
import time_machine

from portal.agencies import today
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import AdminFactory, UserFactory
from tests.agencies.factories import AgencyFactory, give

pytestmark = pytest.mark.django_db

ON = dt.date(2026, 3, 5)


@pytest.fixture
def providers(monkeypatch):
    """Only what a test registers."""
    entries = {}
    monkeypatch.setattr(today.PROVIDERS, "_entries", entries)
    return entries


def item(title, deadline=None):
    return today.Item(title, "/x/", deadline=deadline)


@time_machine.travel("2026-03-05T03:00:00+00:00", tick=False)
def test_work_of_all_apps_stands_by_deadline(providers, client):
    user = UserFactory()
    agency = AgencyFactory()
    give(user, Role.STAFF, agency)
    noon = clock.start_of_day(ON) + dt.timedelta(hours=12)
    asked = []

    def tasks(who, grants, now):
        asked.append((who, grants.agency_ids(Role.STAFF), clock.today(now)))
        yield today.Section(
            "tasks",
            "Nhiệm vụ",
            [
                item("tuần sau", ON + dt.timedelta(days=8)),
                item("hôm qua", ON - dt.timedelta(days=1)),
                item("cuối ngày", ON),
            ],
            count=14,
        )
        yield today.Section("nothing", "Trống")

    def review(who, grants, now):
        return [
            today.Section(
                "review",
                "Chờ duyệt",
                [
                    item("trưa", noon),
                    item("sáng nay, đã qua", noon - dt.timedelta(hours=4)),
                    item("bảy ngày", ON + dt.timedelta(days=7)),
                    item("khi nào cũng được"),
                ],
            )
        ]

    providers.update(tasks=tasks, review=review)
    day = today.collect(user)
    shown = {
        part: [line.item.title for line in getattr(day, part)]
        for part in ("late", "today", "week", "later", "undated")
    }
    assert shown == {
        "late": ["hôm qua", "sáng nay, đã qua"],
        "today": ["trưa", "cuối ngày"],
        "week": ["bảy ngày"],
        "later": ["tuần sau"],
        "undated": ["khi nào cũng được"],
    }
    assert [(s.title, s.total) for s in day.sections] == [("Nhiệm vụ", 14), ("Chờ duyệt", 4)]
    assert asked == [(user, {agency.pk}, ON)]
    client.force_login(user)
    page = client.get("/viec-hom-nay/")
    assert page.status_code == 200
    assert "sáng nay, đã qua" in page.content.decode()


def test_the_page_is_for_those_who_work_here(providers, client):
    member = UserFactory()
    give(member, Role.MEMBER, AgencyFactory())
    assert client.get("/viec-hom-nay/").status_code == 302
    client.force_login(member)
    assert client.get("/viec-hom-nay/").status_code == 403
    client.force_login(AdminFactory())
    page = client.get("/viec-hom-nay/")
    assert "Không có việc nào đang chờ bạn" in page.content.decode()
