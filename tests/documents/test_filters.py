"""The lists of documents, narrowed at the desk and for readers."""

import pytest
from django.urls import reverse

from portal.common import clock
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db


def titles(page):
    return [document.title for document in page.context["page"]]


def test_the_desk_is_narrowed_by_state_and_words(client, django_assert_max_num_queries):
    agency, staff, approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    publish(make_document(staff, agency, title="Báo cáo chính trị"), staff, approver)
    make_document(staff, agency, title="Nghị quyết Đại hội")
    client.force_login(staff)
    url = reverse("documents:desk")
    with django_assert_max_num_queries(16):
        page = client.get(url)
    assert titles(page) == ["Nghị quyết Đại hội", "Báo cáo chính trị"]
    counts = {tab["label"]: tab["count"] for tab in page.context["tabs"]}
    assert (counts["Tất cả"], counts["Đang soạn"], counts["Đã công bố"]) == (2, 1, 1)
    assert titles(client.get(url, {"trang_thai": "published"})) == ["Báo cáo chính trị"]
    assert titles(client.get(url, {"tim": "nghi quyet"})) == ["Nghị quyết Đại hội"]
    page = client.get(url, {"tim": "không có"})
    assert "Không có văn kiện nào như vậy" in page.content.decode()


def test_readers_narrow_by_words_and_year(client):
    agency, staff, approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    publish(make_document(staff, agency, title="Báo cáo chính trị"), staff, approver)
    publish(make_document(staff, agency, title="Nghị quyết Đại hội"), staff, approver)
    url = reverse("documents:list")
    assert titles(client.get(url, {"tim": "bao cao"})) == ["Báo cáo chính trị"]
    year = clock.today().year
    assert len(titles(client.get(url, {"nam": year}))) == 2
    assert titles(client.get(url, {"nam": year - 1})) == []
    assert client.get(url, {"nam": "x", "co_quan": "9999999"}).status_code == 200
