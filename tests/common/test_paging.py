"""Pages of a list."""

import pytest

from portal.common.paging import page_numbers, paginate
from portal.official.models import DocumentType


@pytest.mark.parametrize(
    ("current", "last", "expected"),
    [
        (1, 1, [1]),
        (1, 3, [1, 2, 3]),
        (1, 9, [1, 2, None, 9]),
        (5, 9, [1, None, 4, 5, 6, None, 9]),
        (4, 9, [1, 2, 3, 4, 5, None, 9]),  # a gap of one is no gap
        (9, 9, [1, None, 8, 9]),
    ],
)
def test_page_numbers(current, last, expected):
    assert page_numbers(current, last) == expected


def test_other_parameters_are_kept(rf):
    page = paginate(rf.get("/tin-tuc/", {"q": "đại hội", "trang": "3"}), list(range(50)), 10)
    assert page.items == list(range(20, 30))
    assert (page.number, page.pages, page.count) == (3, 5, 50)
    assert (page.first_index, page.last_index) == (21, 30)
    q = "q=%C4%91%E1%BA%A1i+h%E1%BB%99i"
    assert (page.previous_url, page.next_url) == (f"?{q}&trang=2", f"?{q}&trang=4")
    assert [link.url for link in page.links] == [
        f"?{q}", f"?{q}&trang=2", f"?{q}&trang=3", f"?{q}&trang=4", f"?{q}&trang=5",
    ]  # fmt: skip
    assert [link.number for link in page.links if link.current] == [3]


@pytest.mark.parametrize(
    ("asked", "number"),
    [("0", 1), ("-3", 1), ("99", 5), ("x", 1), ("", 1), ("2.5", 1), ("9" * 5000, 5), ("٣", 1)],
)
def test_a_wrong_number_leads_to_the_nearest_page(rf, asked, number):
    assert paginate(rf.get("/", {"trang": asked}), list(range(50)), 10).number == number


def test_an_empty_list_is_one_empty_page(rf):
    page = paginate(rf.get("/"), [])
    assert (page.items, page.pages, page.many, bool(page)) == ([], 1, False, False)
    assert (page.first_index, page.last_index, page.previous_url, page.next_url) == (0, 0, "", "")


def test_the_first_page_has_no_parameter(rf):
    page = paginate(rf.get("/tin-tuc/", {"trang": "2"}), list(range(15)), 10)
    assert page.previous_url == "/tin-tuc/"


@pytest.mark.django_db
def test_two_queries(rf, django_assert_num_queries):
    with django_assert_num_queries(2):
        page = paginate(rf.get("/"), DocumentType.objects.all(), 5)
        assert len(list(page)) == 5
