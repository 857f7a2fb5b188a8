"""The queue in a browser: who sees it, what it costs, what its buttons do."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.moderation import actions, queries
from portal.moderation.models import Case, Decision
from tests.moderation.factories import KIND

pytestmark = pytest.mark.django_db
QUEUE = "/lam-viec/kiem-duyet/"


def words(response):
    return response.content.decode()


def here(case):
    return reverse("moderation:case", args=[case.pk])


def test_the_oldest_first_with_what_they_answer(desk, client):
    desk.case("Gửi sau.", subject="1", when="2026-09-20 09:00")
    desk.case("Gửi trước.", subject="2", when="2026-09-19 09:00")
    client.force_login(desk.moderator)
    html = words(client.get(QUEUE))
    assert html.index("Gửi trước.") < html.index("Gửi sau.")
    assert "Một câu hỏi" in html
    assert "phê bình, trái chiều không phải là lý do" in html
    assert 'aria-label="Chờ tôi quyết định' not in html


def test_an_empty_queue_says_so(desk, client):
    client.force_login(desk.moderator)
    assert "Không có gì chờ đồng chí" in words(client.get(QUEUE))


@pytest.mark.parametrize(
    ("who", "queue", "case"), [("staff", 403, 403), ("outsider", 200, 404), ("approver", 200, 200)]
)
def test_who_may_look(desk, client, who, queue, case):
    found = desk.case()
    client.force_login(getattr(desk, who))
    assert client.get(QUEUE).status_code == queue
    assert client.get(here(found)).status_code == case
    assert client.post(here(found) + "duyet/", {"lock_version": 0}).status_code == (
        302 if case == 200 else case
    )


def test_scripts_stay_words(desk, client):
    desk.case("<script>alert(1)</script>" + "d" * 5000)
    client.force_login(desk.moderator)
    html = words(client.get(QUEUE))
    assert "<script>alert(1)" not in html
    assert "&lt;script&gt;alert(1)" in html


def test_the_list_costs_the_same_for_one_and_many(desk, client):
    client.force_login(desk.moderator)
    desk.case()
    client.get(QUEUE)
    with CaptureQueriesContext(connection) as one:
        client.get(QUEUE)
    for n in range(2, 15):
        desk.case(subject=str(n))
    with CaptureQueriesContext(connection) as many:
        client.get(QUEUE)
    assert len(many) == len(one)


def test_approving_leads_to_the_next(desk, client):
    first = desk.case(subject="1", when="2026-09-19 09:00")
    second = desk.case(subject="2")
    client.force_login(desk.moderator)
    response = client.post(here(first) + "duyet/", {"lock_version": 0})
    assert response.url == here(second)
    response = client.post(here(second) + "duyet/", {"lock_version": 0})
    assert response.url == QUEUE
    assert Decision.objects.count() == 2


def test_hiding_without_a_reason_comes_back_open(desk, client):
    case = desk.case()
    client.force_login(desk.moderator)
    response = client.post(here(case) + "khong-dang/", {"lock_version": 0, "note": "Xem lại"})
    html = words(response)
    assert "Hãy chọn ít nhất một lý do" in html
    assert 'value="Xem lại"' in html
    assert re.search(r"<details[^>]*\sopen\b", html)
    client.post(here(case) + "khong-dang/", {"lock_version": 0, "reasons": ["spam", "xuc-pham"]})
    assert Decision.objects.get().reasons == ["spam", "xuc-pham"]


def test_the_second_of_two_reads_who_decided(desk, client):
    case = desk.case()
    client.force_login(desk.moderator)
    client.post(here(case) + "duyet/", {"lock_version": 0})
    client.force_login(desk.colleague)
    response = client.post(
        here(case) + "khong-dang/", {"lock_version": 0, "reasons": ["spam"]}, follow=True
    )
    assert "Đặng Kiểm Duyệt đã quyết định “Đăng”" in words(response)
    assert Decision.objects.count() == 1


class TestTicked:
    def test_all_ticked(self, desk, client):
        cases = [desk.case(subject=str(n)) for n in range(3)]
        client.force_login(desk.moderator)
        chosen = [f"{c.pk}:0" for c in cases[:2]]
        response = client.post(QUEUE + "chon/?loai=x", {"chosen": chosen}, follow=True)
        assert "Đã duyệt 2 nội dung." in words(response)
        assert sorted(Case.objects.values_list("state", flat=True)) == [
            "approved", "approved", "pending",
        ]  # fmt: skip

    def test_the_button_of_one_leaves_the_ticked_alone(self, desk, client):
        one, two = desk.case(subject="1"), desk.case(subject="2")
        client.force_login(desk.moderator)
        client.post(QUEUE + "chon/", {"only": f"{one.pk}:0", "chosen": [f"{two.pk}:0"]})
        one.refresh_from_db()
        two.refresh_from_db()
        assert (one.state, two.state) == ("approved", "pending")

    def test_nothing_nonsense_and_others(self, desk, client):
        case = desk.case()
        client.force_login(desk.outsider)
        for chosen in ([], ["x"], ["x:1"], [f"{case.pk}:đ"], [f"{case.pk}:0"]):
            assert client.post(QUEUE + "chon/", {"chosen": chosen}).status_code == 302
        assert Decision.objects.count() == 0


def test_an_appeal_is_shown_to_another_person(desk, client):
    case = desk.case()
    client.force_login(desk.moderator)
    client.post(here(case) + "khong-dang/", {"lock_version": 0, "reasons": ["spam"]})
    actions.appeal(kind=KIND, subject_id="1", text="Tôi <b>không</b> quảng cáo.")
    html = words(client.get(here(case)))
    assert "lần xem lại cần một người khác" in html
    assert client.post(here(case) + "duyet/", {"lock_version": 2}).status_code == 403
    client.force_login(desk.colleague)
    html = words(client.get(here(case)))
    assert "Tôi &lt;b&gt;không&lt;/b&gt; quảng cáo." in html
    client.post(here(case) + "duyet/", {"lock_version": 2})
    case.refresh_from_db()
    assert case.state == "approved"
    assert "xem lại lần hai" in words(client.get(here(case)))


def test_what_waits_is_counted_in_the_side_bar_and_today(desk, client):
    desk.case()
    client.force_login(desk.moderator)
    html = words(client.get("/viec-hom-nay/"))
    assert "Chờ kiểm duyệt" in html
    assert "Ghi chú: Đảng bộ xã lấy ý kiến từng chi bộ" in html
    assert queries.count_waiting(desk.moderator) == 1
    assert queries.count_waiting(desk.staff) == 0


def test_nothing_is_shown_of_a_subject_that_is_gone(desk, client):
    case = desk.case()
    desk.notes.texts.clear()
    client.force_login(desk.moderator)
    assert client.get(QUEUE).status_code == 200
    assert "Nội dung này không còn nữa." in words(client.get(here(case)))
