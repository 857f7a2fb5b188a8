"""The register for readers: found by words and parts of symbols, narrowed, put in order, kept."""

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.agencies.models import Role
from portal.official.actions import add_signed_copy, set_links, update_document
from portal.official.models import DocumentType
from portal.official.queries import visible_to
from portal.official.queries.listing import find, standings
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

from .factories import a_document

pytestmark = pytest.mark.django_db
ANYBODY = AnonymousUser()
LIST = "/van-ban/"


def symbols(client, **query):
    response = client.get(LIST, query)
    assert response.status_code == 200
    return [row["document"].symbol for row in response.context["rows"]]


@pytest.fixture
def papers():
    day = dt.date
    return {
        "plan": a_document(
            "135-KH/TU",
            issued_on=day(2019, 12, 31),
            title="Tuyên truyền đại hội đảng bộ các cấp",
            issuer_name="Ban Thường vụ Tỉnh ủy",
        ),
        "letter": a_document("375/UBND-NV", issued_on=day(2020, 1, 15), title="Phối hợp thực hiện"),
        "decree": a_document("42/2022/NĐ-CP", issued_on=day(2022, 6, 24), title="Cổng thông tin"),
        "five": a_document("05-CT/TU", title="Giữ gìn trật tự"),
    }


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("135-KH/TU", ["135-KH/TU"]),
        ("135", ["135-KH/TU"]),
        ("KH/TU", ["135-KH/TU"]),
        ("135-kh/tu", ["135-KH/TU"]),
        ("dai hoi dang bo", ["135-KH/TU"]),
        ("ĐẠI HỘI 135", ["135-KH/TU"]),
        ("5-CT/TU", ["05-CT/TU"]),
        ("05", ["05-CT/TU"]),
        ("5", ["05-CT/TU"]),
        ("42/2022", ["42/2022/NĐ-CP"]),
        ("nd-cp", ["42/2022/NĐ-CP"]),
        ("13", []),
        ("o' tu", []),
        ("' & | ! :*", []),
    ],
)
def test_found_by_words_and_by_parts_of_the_symbol(client, papers, words, expected):
    assert symbols(client, q=words) == expected


def test_a_word_that_is_being_typed_is_a_beginning(papers):
    rows = visible_to(ANYBODY)
    assert [d.symbol for d in find(rows, "135-K", beginning=True)] == ["135-KH/TU"]
    assert [d.symbol for d in find(rows, "135-K")] == []
    assert [d.symbol for d in find(rows, "cong thong t", beginning=True)] == ["42/2022/NĐ-CP"]


def test_newest_first_those_without_a_date_last(client, papers):
    newest = ["42/2022/NĐ-CP", "375/UBND-NV", "135-KH/TU", "05-CT/TU"]
    assert symbols(client) == newest
    assert symbols(client, xep="cu") == ["135-KH/TU", "375/UBND-NV", "42/2022/NĐ-CP", "05-CT/TU"]
    html = client.get(LIST).content.decode()
    assert html.index("Năm 2022") < html.index("Năm 2020") < html.index("Chưa rõ ngày ban hành")


def test_narrowed_by_type_family_issuer_year_and_days(client, papers):
    assert symbols(client, loai="ke-hoach") == ["135-KH/TU"]
    assert symbols(client, he="dang") == ["135-KH/TU", "05-CT/TU"]
    assert symbols(client, he="nha-nuoc") == ["42/2022/NĐ-CP", "375/UBND-NV"]
    assert symbols(client, co_quan="thuong vu tinh uy") == ["135-KH/TU"]
    assert symbols(client, nam="2020") == ["375/UBND-NV"]
    assert symbols(client, tu_ngay="2020-01-15", den_ngay="2022-06-23") == ["375/UBND-NV"]


def test_a_family_without_a_symbol_is_that_of_the_type(client):
    party = DocumentType.objects.get(family="party", name="Nghị quyết")
    a_document(title="Nghị quyết chuyên đề", type=party)
    assert symbols(client, he="dang") == [""]
    assert symbols(client, he="nha-nuoc") == []


def test_protocol_order_is_the_order_of_the_agencies(client):
    second = AgencyFactory(name="Ban A", protocol_no=20)
    first = AgencyFactory(name="Sở Z", protocol_no=10)
    a_document("1-KH/BA", issuer=second)
    a_document("9/KH-SZ", issuer=first)
    a_document("2/KH-SZ", issuer=first)
    assert symbols(client, xep="thu-tu") == ["2/KH-SZ", "9/KH-SZ", "1-KH/BA"]


def test_in_force_and_replaced(client, papers):
    set_links(actor=None, source=papers["five"], kind="replaces", targets=[papers["plan"]])
    set_links(actor=None, source=papers["decree"], kind="amends", targets=[papers["letter"]])
    assert "135-KH/TU" not in symbols(client, hieu_luc="con-hieu-luc")
    assert symbols(client, hieu_luc="da-thay-the") == ["135-KH/TU"]
    states = {
        pk: standing.state
        for pk, standing in standings([papers["plan"], papers["letter"]], ANYBODY).items()
    }
    assert states == {papers["plan"].pk: "replaced", papers["letter"].pk: "amended"}
    page = client.get(f"/van-ban/{papers['plan'].pk}/").content.decode()
    assert "đã bị thay thế bởi" in page
    # a document that readers may not see replaces nothing for them
    update_document(actor=None, document=papers["five"], is_public=False)
    assert standings([papers["plan"]], ANYBODY)[papers["plan"].pk].state == "in_force"
    assert "135-KH/TU" in symbols(client, hieu_luc="con-hieu-luc")


def test_what_is_not_public_is_for_its_offices_and_those_above(client):
    province = AgencyFactory(name="Đảng bộ tỉnh")
    commune = AgencyFactory(name="Đảng bộ xã", parent=province)
    clerk, chief, other = UserFactory(), UserFactory(), UserFactory()
    give(clerk, Role.STAFF, commune)
    give(chief, Role.SUPERVISOR, province)
    give(other, Role.STAFF, AgencyFactory(name="Đảng bộ xã khác"))
    hidden = a_document("7-CV/ĐU", kept_by=commune, is_public=False, title="Việc nội bộ")
    url = reverse("official:document", args=[hidden.pk])
    for user, status in ((None, 404), (other, 404), (clerk, 200), (chief, 200)):
        reader = Client()
        if user:
            reader.force_login(user)
        assert reader.get(url).status_code == status
        assert (symbols(reader) == ["7-CV/ĐU"]) == (status == 200)


def test_empty_lists_say_why(client):
    assert "Sổ chưa có văn bản nào" in client.get(LIST).content.decode()
    a_document("1-KH/TU")
    assert "Không có văn bản nào như vậy" in client.get(LIST, {"q": "khác"}).content.decode()


def test_a_wrong_filter_is_no_error_page(client, papers):
    for query in ({"nam": "abc"}, {"loai": "xyz"}, {"tu_ngay": "hôm qua"}, {"trang": "99"}):
        assert client.get(LIST, query).status_code == 200


def test_the_list_costs_the_same_for_one_and_many(client):
    pdf = b"%PDF-1.7 x %%EOF\n"

    def fill(numbers):
        for n in numbers:
            document = a_document(f"{n}-KH/TU", issued_on=dt.date(2020, 1, 1))
            later = a_document(f"{n}-QĐ/TU", issued_on=dt.date(2021, 1, 1))
            set_links(actor=None, source=later, kind="replaces", targets=[document])
            add_signed_copy(
                actor=None, document=document, file=ContentFile(pdf + b"%d" % n, name="a.pdf")
            )

    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert client.get(LIST).status_code == 200
        return len(seen)

    fill([1])
    few = queries()
    fill(range(2, 12))
    assert queries() == few


def test_readers_get_kept_bytes_until_something_changes(client, kept_pages):
    plan = a_document("1-KH/TU", title="Trước")
    assert "Trước" in client.get(LIST).content.decode()
    with CaptureQueriesContext(connection) as seen:
        assert "Trước" in client.get(LIST).content.decode()
    assert len(seen) == 0
    assert client.get(LIST, {"he": "dang", "xep": "cu"}).status_code == 200
    update_document(actor=None, document=plan, title="Sau")


def test_found_by_the_search_of_the_portal(client, papers):
    response = client.get("/tim-kiem/", {"q": "375/UBND-NV"})
    (group,) = [g for g in response.context["groups"] if g["source"].slug == "van-ban"]
    assert [row["url"] for row in group["rows"]] == [f"/van-ban/{papers['letter'].pk}/"]
    addresses = client.get("/sitemap-van-ban.xml").content.decode()
    assert f"/van-ban/{papers['decree'].pk}/" in addresses
