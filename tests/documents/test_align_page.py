import random
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import actions
from documents.blocks import to_html
from documents.models import BlockLink, Unpaired
from documents.queries import alignment as places
from documents.queries import to_align, undecided
from documents.views._spots import dress
from portal.agencies.models import Role
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.documents.drafts import draft, revise
from tests.documents.factories import make_document, office, publish
from tests.documents.test_alignment import expected, links, new, old, two_editions

pytestmark = pytest.mark.django_db


@pytest.fixture
def step():
    return two_editions()


def url(edition, name="align", *more):
    return reverse(f"documents:{name}", args=[edition.document_id, edition.n, *more])


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page.content.decode()))


def keys(page):
    return re.findall(r'<li class="panel align-spot"\s+id="([a-z]+-\d+)"', page.content.decode())


def expect(edition, *pairs):
    return " ".join(f"{pk}:{state}" for pk, state in expected(edition, *pairs).items())


def test_the_page_shows_what_waits_the_most_doubtful_first(step, client):
    _document, second, staff, _approver = step
    client.force_login(staff)
    page = client.get(url(second))
    words = text(page)
    assert "Còn 3 chỗ cần xem" in words
    assert "số liệu khác" in words
    assert re.search(r"<del[^>]*>[^/]*6,8%", page.content.decode())
    assert "Phần thứ nhất. Kết quả nhiệm kỳ" in words
    scores = [
        min(BlockLink.objects.filter(pk=int(key.split("-")[1])).values_list("score", flat=True))
        for key in keys(page)
    ]
    assert len(scores) == 3
    assert scores == sorted(scores)


@pytest.mark.parametrize(
    ("name", "count"),
    [("can-xem", 3), ("da-xem", 0), ("bo", 1), ("moi", 1), ("chuyen", 0), ("tat-ca", 8), ("la", 3)],
)
def test_filters(step, client, name, count):
    _document, second, staff, _approver = step
    client.force_login(staff)
    assert len(keys(client.get(url(second), {"loc": name}))) == count


def test_plain_buttons_decide_and_keep_the_filter(step, client):
    _document, second, staff, _approver = step
    client.force_login(staff)
    answer = client.post(
        url(second, "align_decide") + "?loc=can-xem&trang=2",
        {"viec": "dung", "noi": expect(second, (3, 3))},
    )
    assert answer.url == url(second) + "?loc=can-xem&trang=2"
    assert links(second)[3, 3][1] == "confirmed"
    words = text(client.get(url(second), {"loc": "da-xem"}))
    assert "đã xác nhận" in words
    assert staff.full_name in words
    client.post(url(second, "align_decide"), {"viec": "khong-co", "doan": old(second, 7)})
    assert list(Unpaired.objects.values_list("block_id", flat=True)) == [old(second, 7)]
    client.post(url(second, "align_decide"), {"viec": "co-lai", "doan": old(second, 7)})
    assert not Unpaired.objects.exists()


def test_htmx_gets_the_row_as_it_stands_and_the_progress(step, client):
    _document, second, staff, approver = step
    client.force_login(staff)
    seen = expect(second, (4, 4), (4, 5))
    send = {"viec": "khong", "noi": seen}
    answer = client.post(url(second, "align_decide"), send, headers={"HX-Request": "true"})
    words = text(answer)
    assert "không phải, không nối" in words
    assert "Còn 2 chỗ cần xem" in words
    assert 'hx-swap-oob="true"' in answer.content.decode()
    # the second of two people is told, in the row
    client.force_login(approver)
    send["viec"] = "dung"
    answer = client.post(url(second, "align_decide"), send, headers={"HX-Request": "true"})
    assert f"Trong lúc đồng chí xem, {staff.full_name} đã quyết định chỗ này" in text(answer)
    assert links(second)[4, 4][1] == "rejected"
    answer = client.post(url(second, "align_decide"), send, follow=True)
    assert "đã quyết định chỗ này" in text(answer)


def test_nonsense_is_not_found_and_never_an_error(step, client):
    _document, second, staff, _approver = step
    client.force_login(staff)
    for data in (
        {},
        {"viec": "dung"},
        {"viec": "xoa", "noi": "1:proposed"},
        {"viec": "dung", "noi": "x:y 1:"},
        {"viec": "khong-co", "doan": "٣"},
    ):
        assert client.post(url(second, "align_decide"), data).status_code == 404
    assert client.get(url(second, "align_decide")).status_code == 405
    assert client.get(url(second, "align_around", 10**9)).status_code == 404
    assert client.post(url(second, "align_undo"), {"vua": "hôm qua"}).status_code == 404
    assert client.get(url(second), {"trang": "9999"}).status_code == 200
    ids = {"cu": ["x", "1" * 30], "moi": "-1"}
    assert client.get(url(second, "align_choose"), ids).status_code == 200


def test_choosing_other_passages_by_words_and_number(step, client):
    _document, second, staff, _approver = step
    client.force_login(staff)
    there = url(second, "align_choose")
    page = client.get(there, {"cu": old(second, 7)})
    assert "Lễ hội đầu năm" in text(page)
    data = {"cu": old(second, 7), "viec": "tim", "tim_moi": "kinh phi cong nghe"}
    page = client.post(there, data)
    assert f'id="moi-{new(second, 7)}"' in page.content.decode()
    page = client.post(there, data | {"tim_moi": "6"})
    assert f'id="moi-{new(second, 7)}"' in page.content.decode()
    assert "Không tìm thấy" in text(client.post(there, data | {"tim_moi": "tàu vũ trụ"}))
    page = client.post(there, data | {"viec": "noi"})
    assert (page.status_code, "Hãy chọn ít nhất một đoạn" in text(page)) == (422, True)
    data |= {"viec": "noi", "moi": new(second, 7), "loc": "bo"}
    assert client.post(there, data).url == url(second) + "?loc=bo"
    assert links(second)[7, 7] == ("edited", "confirmed")
    data = {"viec": "noi", "cu": old(second, 4), "moi": [new(second, 4), new(second, 5)]}
    client.post(there, data)
    assert {links(second)[4, 4], links(second)[4, 5]} == {("split", "confirmed")}


def test_what_stands_around_a_passage(step, client):
    _document, second, staff, _approver = step
    client.force_login(staff)
    words = text(client.get(url(second, "align_around", old(second, 3))))
    assert "Năm năm qua, tỉnh chịu ba cú sốc" in words
    assert "Các xã giữ điểm giao dịch cũ" in words
    assert "Lễ hội" not in words


def test_many_at_once_after_a_look_and_undone(step, client):
    _document, second, staff, _approver = step
    client.force_login(staff)
    page = client.get(url(second, "align_many"), {"diem": "80"})
    words = text(page)
    assert "Tội phạm về trật tự xã hội" in words
    # another figure is never confirmed in a heap
    assert "tăng bình quân" not in words
    carried = re.search(r'name="noi"\s+value="([^"]+)"', page.content.decode())[1]
    answer = client.post(url(second, "align_many"), {"noi": carried})
    assert links(second)[5, 6][1] == "confirmed"
    assert links(second)[3, 3][1] == "proposed"
    page = client.get(answer.url)
    at = re.search(r'name="vua"\s+value="([^"]+)"', page.content.decode())[1]
    answer = client.post(url(second, "align_undo"), {"vua": at}, follow=True)
    assert links(second)[5, 6][1] == "proposed"
    assert "chờ xem" in text(answer)
    # a list that is out of date confirms nothing
    actions.reject_link(actor=staff, edition=second, expected=expected(second, (5, 6), (6, 6)))
    answer = client.post(url(second, "align_many"), {"noi": carried}, follow=True)
    assert "đã quyết định chỗ này" in text(answer)


def test_rights(step, client):
    document, second, staff, approver = step
    watcher, outsider = UserFactory(), UserFactory()
    give(watcher, Role.SUPERVISOR, document.agency)
    give(outsider, Role.STAFF, AgencyFactory())
    send = {"viec": "dung", "noi": expect(second, (3, 3))}
    for person, looks, decides in (
        (staff, 200, 302),
        (approver, 200, 302),
        (watcher, 200, 403),
        (outsider, 404, 404),
    ):
        client.force_login(person)
        assert client.get(url(second)).status_code == looks
        assert client.post(url(second, "align_decide"), send).status_code == decides
    client.force_login(watcher)
    assert 'name="viec"' not in client.get(url(second)).content.decode()


def test_first_and_unfinished_editions_say_what_to_do(client):
    agency, staff, approver = office()
    document = make_document(staff, agency)
    first = document.editions.get()
    client.force_login(staff)
    assert "Bản này đang soạn" in text(client.get(url(first)))
    publish(document, staff, approver)
    assert "Chưa có bản trước để đối chiếu" in text(client.get(url(first)))


def test_the_approver_is_told_how_many_passages_wait(step, client):
    document, second, staff, approver = step
    assert undecided(second) == 4
    client.force_login(approver)
    for address in (
        reverse("documents:preview", args=[document.pk, 2]),
        reverse("documents:manage", args=[document.pk]),
    ):
        words = text(client.get(address))
        assert "4 đoạn của lần trước chưa rõ đi đâu." in words
        assert "đoạn đã bỏ hoặc chưa rõ" in words
    assert [(e.pk, e.waiting) for e in to_align([document.agency_id])] == [(second.pk, 4)]
    assert "4 đoạn cần xem" in text(client.get(reverse("today")))
    every = expected(second, (3, 3), (4, 4), (4, 5), (5, 6), (6, 6))
    actions.confirm_many(actor=staff, edition=second, expected=every)
    assert "chưa rõ đi đâu" not in text(client.get(reverse("documents:manage", args=[document.pk])))
    assert not to_align([document.agency_id])


def test_words_are_marked_across_the_pieces_of_a_split(step):
    document, second, *_people = step
    found = places.alignment_of(second)
    spot = next(s for s in found.spots if s.kind == "split")
    dress(second, document.editions.get(n=1), [spot])
    plain = [re.sub(r"<[^>]+>", "", part.marked) for part in spot.new]
    assert plain == [part.plain for part in spot.new]
    assert "<ins" not in spot.new[0].marked
    assert "<ins" in spot.new[1].marked


def long_step(count):
    rng = random.Random(4)
    before = draft(rng, count)
    after = revise(rng, before, heavy=True).blocks
    return two_editions(to_html(after), to_html(before))


@pytest.mark.slow
def test_a_long_edition_costs_as_many_queries_as_a_short_one(client):
    asked = []
    for count in (60, 3000):
        _document, second, staff, _approver = long_step(count)
        client.force_login(staff)
        client.get(url(second))
        with CaptureQueriesContext(connection) as queries:
            page = client.get(url(second))
        asked.append(len(queries))
        assert 1 <= len(keys(page)) <= 20
    assert asked[0] == asked[1]
