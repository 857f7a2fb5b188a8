import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.agencies import actions
from portal.agencies.models import Succession
from tests.agencies.factories import AgencyFactory, CellFactory

pytestmark = pytest.mark.django_db


def names(response):
    return [agency.name for agency in response.context["page"]]


def test_the_list_stands_in_protocol_order_and_shows_two_levels(client):
    top = AgencyFactory(name="Đảng bộ tỉnh", protocol_no=1)
    low = AgencyFactory(name="Đảng bộ xã", parent=top, protocol_no=20)
    AgencyFactory(name="Ban Tuyên giáo", parent=top, protocol_no=10)
    AgencyFactory(name="Trường chính trị", parent=low)
    CellFactory(name="Chi bộ cơ quan", parent=top)
    response = client.get("/co-quan/")
    assert names(response) == ["Đảng bộ tỉnh", "Ban Tuyên giáo", "Đảng bộ xã"]
    assert names(client.get("/co-quan/?q=truong+chinh+tri")) == ["Trường chính trị"]
    assert names(client.get("/co-quan/?q=khong+co")) == []


def test_a_reader_gets_no_cookie(client):
    agency = AgencyFactory()
    for url in ("/co-quan/", f"/co-quan/{agency.slug}/"):
        assert client.get(url).cookies == {}


def test_the_list_and_the_page_cost_the_same_for_one_and_for_many(client):
    top = AgencyFactory(slug="tinh")
    AgencyFactory(parent=top)

    def cost(url):
        with CaptureQueriesContext(connection) as queries:
            assert client.get(url).status_code == 200
        return len(queries)

    urls = ("/co-quan/", "/co-quan/tinh/")
    before = [cost(url) for url in urls]
    for _ in range(15):
        AgencyFactory(parent=top)
    assert [cost(url) for url in urls] == before
    assert max(before) <= 9


def test_what_became_of_an_agency_is_told_at_both_ends(client):
    old, new = AgencyFactory(name="Sở Lao động", slug="cu"), AgencyFactory(name="Sở Nội vụ")
    actions.succeed(
        actor=None,
        source=old,
        kind=Succession.Kind.MERGE,
        targets=[new],
        on=dt.date(2025, 3, 1),
        decision="214/QĐ-UBND",
    )
    gone = client.get("/co-quan/cu/").content.decode()
    assert "Cơ quan này không còn hoạt động" in gone
    assert f'href="/co-quan/{new.slug}/"' in gone
    heir = client.get(f"/co-quan/{new.slug}/").content.decode()
    assert 'href="/co-quan/cu/"' in heir
    assert "214/QĐ-UBND" in heir


def test_an_old_address_redirects_for_good_and_an_unknown_one_is_not_there(client):
    agency = AgencyFactory(name="Sở Cũ", slug="so-cu")
    actions.rename_agency(
        actor=None, agency=agency, name="Sở Mới", on=dt.date(2025, 1, 1), slug="so-moi"
    )
    response = client.get("/co-quan/so-cu/")
    assert (response.status_code, response.url) == (301, "/co-quan/so-moi/")
    assert client.get("/co-quan/khong-co/").status_code == 404
