"""Pages for what goes wrong: in Vietnamese, in the portal's own frame, without inline anything."""

import pytest
from django.template.loader import render_to_string
from django.test import Client

pytestmark = pytest.mark.django_db


def test_an_unknown_address_says_so(client):
    response = client.get("/khong-co/")
    assert response.status_code == 404
    assert "Không tìm thấy trang" in response.content.decode()


def test_a_form_from_an_older_session_is_explained():
    response = Client(enforce_csrf_checks=True).post("/tai-khoan/dang-nhap/", {"login": "a"})
    assert response.status_code == 403
    html = response.content.decode()
    assert "Nội dung bạn viết vẫn còn ở trang trước" in html
    assert "<style" not in html


@pytest.mark.parametrize(
    ("template", "words"),
    [("400.html", "Yêu cầu không đọc được"), ("500.html", "Cổng đang gặp sự cố")],
)
def test_pages_that_stand_without_database_and_request(template, words, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert words in render_to_string(template)
