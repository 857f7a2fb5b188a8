"""Pages of a list that nobody counts."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from portal.common.paging import keyset
from portal.official.models import DocumentType

pytestmark = pytest.mark.django_db
ORDER = ("-order", "-id")


@pytest.fixture
def rows():
    """Seven rows in three groups; within a group the id decides."""
    DocumentType.objects.all().delete()
    return [
        DocumentType.objects.create(
            name=f"loai-{n}", abbreviation="L", family="party", order=n // 3
        )
        for n in range(7)
    ]


def pages(rf, first="", order=ORDER, per_page=3):
    """The pages that "next" leads through, as lists of names."""
    found, url = [], f"/{first}"
    while url:
        page = keyset(rf.get(url), DocumentType.objects.all(), order, per_page)
        found.append([row.name for row in page])
        url = page.next_url and f"/{page.next_url}"
    return found


def test_next_leads_through_every_row_once(rf, rows):
    assert pages(rf) == [
        ["loai-6", "loai-5", "loai-4"], ["loai-3", "loai-2", "loai-1"], ["loai-0"],
    ]  # fmt: skip
    assert pages(rf, order=("order", "id"), per_page=4) == [
        ["loai-0", "loai-1", "loai-2", "loai-3"], ["loai-4", "loai-5", "loai-6"],
    ]  # fmt: skip


def test_a_full_last_page_has_no_next(rf, rows):
    assert pages(rf, per_page=7) == [[f"loai-{n}" for n in range(6, -1, -1)]]


def test_previous_leads_back_the_same_way(rf, rows):
    last = keyset(rf.get(f"/?sau=0~{rows[1].pk}"), DocumentType.objects.all(), ORDER, 3)
    assert [row.name for row in last] == ["loai-0"]
    assert (last.next_url, last.first_url) == ("", "/")
    middle = keyset(rf.get(f"/{last.previous_url}"), DocumentType.objects.all(), ORDER, 3)
    assert [row.name for row in middle] == ["loai-3", "loai-2", "loai-1"]
    first = keyset(rf.get(f"/{middle.previous_url}"), DocumentType.objects.all(), ORDER, 3)
    assert [row.name for row in first] == ["loai-6", "loai-5", "loai-4"]


def test_the_beginning_is_a_whole_page(rf, rows):
    near = keyset(rf.get(f"/?truoc=1~{rows[5].pk}"), DocumentType.objects.all(), ORDER, 3)
    assert [row.name for row in near] == ["loai-6", "loai-5", "loai-4"]
    assert (near.previous_url, near.first_url) == ("", "")


def test_a_row_that_left_takes_nothing_with_it(rf, rows):
    page = keyset(rf.get("/"), DocumentType.objects.all(), ORDER, 3)
    rows[4].delete()
    after = keyset(rf.get(f"/{page.next_url}"), DocumentType.objects.all(), ORDER, 3)
    assert [row.name for row in after] == ["loai-3", "loai-2", "loai-1"]


def test_a_page_behind_the_end_leads_back_to_the_first(rf, rows):
    page = keyset(rf.get("/?sau=-5~1"), DocumentType.objects.all(), ORDER, 3)
    assert (page.items, page.previous_url, page.next_url, page.first_url) == ([], "/", "", "/")


@pytest.mark.parametrize(
    "asked", ["x", "1", "1~2~3", "~", "1~x", f"1~{10**30}", "9" * 300, "1\x00~2", "٣~x"]
)
def test_what_cannot_be_read_leads_to_the_first_page(rf, rows, asked):
    for name in ("sau", "truoc"):
        page = keyset(rf.get("/", {name: asked}), DocumentType.objects.all(), ORDER, 3)
        assert [row.name for row in page] == ["loai-6", "loai-5", "loai-4"]
        assert page.first_url == ""


def test_other_parameters_are_kept_or_not(rf, rows):
    asked = {"loc": "chung", "trang": "3", "la": "x"}
    page = keyset(rf.get("/", asked), DocumentType.objects.all(), ORDER, 3)
    assert page.next_url == f"?loc=chung&la=x&sau=1~{rows[4].pk}"
    page = keyset(rf.get("/", asked), DocumentType.objects.all(), ORDER, 3, keep={"loc"})
    assert page.next_url == f"?loc=chung&sau=1~{rows[4].pk}"


def test_days_are_places_too(rf):
    from portal.official.models import OfficialDocument

    day = dt.date(2026, 2, 1)
    page = keyset(rf.get(f"/?sau={day}~7"), OfficialDocument.objects.all(), ("-issued_on", "-id"))
    assert (page.items, page.first_url) == ([], "/")


def test_one_query_that_compares_rows_and_counts_nothing(rf, rows):
    with CaptureQueriesContext(connection) as statements:
        keyset(rf.get(f"/?sau=1~{rows[4].pk}"), DocumentType.objects.all(), ORDER, 3)
    (only,) = (q["sql"] for q in statements)
    assert '("official_documenttype"."order", "official_documenttype"."id") < (1, ' in only
    assert "COUNT" not in only and "OFFSET" not in only


def test_columns_of_two_directions_are_refused(rf):
    with pytest.raises(ValueError, match="one way"):
        keyset(rf.get("/"), DocumentType.objects.all(), ("-order", "id"))


def test_a_list_may_begin_behind_its_first_rows(rf, rows):
    def page(url):
        found = keyset(rf.get(url), DocumentType.objects.all(), ORDER, 3, start=(2, 0))
        return [row.name for row in found], found.previous_url

    # loai-6 is alone in the group that is left out
    assert page("/") == (["loai-5", "loai-4", "loai-3"], "")
    assert page(f"/?sau=9~{rows[6].pk}")[0] == ["loai-5", "loai-4", "loai-3"]
    assert page(f"/?sau=1~{rows[3].pk}")[0] == ["loai-2", "loai-1", "loai-0"]
    assert page(f"/?truoc=0~{rows[1].pk}") == (
        ["loai-4", "loai-3", "loai-2"],
        f"?truoc=1~{rows[4].pk}",
    )
    assert page(f"/?truoc=1~{rows[4].pk}") == (["loai-5", "loai-4", "loai-3"], "")
