"""The pages that show what an edition changed."""

import re
import time

import pytest
from django.core.cache import cache
from django.urls import reverse

from documents import actions, queries
from documents.models import BlockLink
from tests.accounts.factories import UserFactory
from tests.documents.chains import Chain
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db

FIRST = ["Năm năm qua có ba cú sốc.", "Tăng trưởng 6,8% mỗi năm.", "Sẽ bỏ đoạn này.", "Kết luận."]
SECOND = ["Năm năm qua có ba cú sốc.", "Tăng trưởng 7,1% mỗi năm.", "Đoạn thêm vào.", "Kết luận."]
LINKS = [(0, 0), (1, 1, "edited", "confirmed"), (3, 3)]


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


@pytest.fixture
def chain():
    found = Chain(FIRST)
    found.add(SECOND, LINKS)
    return found


def url(document, n=2, m=1, name="compare"):
    return reverse(f"documents:{name}", args=[document.pk, document.slug, n, m])


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_changes_are_shown_and_spoken_and_the_rest_is_folded(chain, client):
    page = client.get(url(chain.document))
    html = text(page)
    assert page.status_code == 200
    assert not page.cookies
    assert "3 chỗ khác nhau" in html
    assert "thêm 4 chữ, bỏ 5 chữ." in html
    assert "Đã sửa so với lần 1" in html
    assert "Đoạn mới" in html
    assert "Đã bỏ" in html
    assert '<span class="visually-hidden"> bỏ: </span>6,8%' in html
    assert '<span class="visually-hidden"> thêm: </span>7,1%' in html
    assert "Đang thu gọn đoạn 1 (không đổi)" in html
    assert "Năm năm qua có ba cú sốc." not in html
    full = client.get(url(chain.document), {"xem": "toan-van"})
    assert "Năm năm qua có ba cú sốc." in text(full)
    # the fold leads to a place that is there
    folded = re.search(r'cmp-fold"> <a href="([^"#]+)#([^"]+)"', html)
    assert folded[1] == url(chain.document) + "?xem=toan-van"
    assert f'id="{folded[2]}"' in text(full)


def test_each_change_leads_to_the_one_before_and_after_it(chain, client):
    html = text(client.get(url(chain.document)))
    assert re.findall(r'href="(#sua-\d)" data-(before|after)', html) == [
        ("#sua-2", "after"), ("#sua-1", "before"), ("#sua-3", "after"), ("#sua-2", "before")
    ]  # fmt: skip
    assert re.findall(r'id="sua-(\d)"', html) == ["1", "2", "3"]


def test_the_list_counts_by_section_and_leads_to_each_change(chain, client):
    html = text(client.get(url(chain.document), {"xem": "danh-sach"}))
    assert "Phần đầu" in html
    assert [int(n) for n in re.findall(r"#sua-(\d)", html.split('class="cmp-list"')[1])] == [
        1,
        2,
        3,
    ]


def test_what_a_person_decides_later_is_shown_at_once(client):
    chain = Chain(["Tăng 5% mỗi năm."])
    chain.add(["Tăng 6% mỗi năm."], [(0, 0, "edited", "proposed")])
    before = text(client.get(url(chain.document)))
    assert before.count("Có thể là một đoạn, đang đối chiếu") == 2
    assert "Đã sửa so với" not in before
    BlockLink.objects.update(state="certain")
    after = text(client.get(url(chain.document)))
    assert "đang đối chiếu" not in after
    assert "Đã sửa so với lần 1" in after
    assert queries.changed_blocks(chain.editions[1]) == {chain.ids(1)[0]: "edited"}


def test_any_two_editions_are_compared_across_those_between(client):
    chain = Chain(["Một hai ba."])
    chain.add(["Một hai bốn."], [(0, 0, "edited", "confirmed")])
    chain.add(["Một hai năm.", "Thêm."], [(0, 0, "edited", "confirmed")])
    html = text(client.get(url(chain.document, 3, 1)))
    assert "</span>ba<" in html
    assert "</span>năm<" in html
    assert "bốn" not in html
    choose = reverse("documents:compare_choose", args=[chain.document.pk, chain.document.slug, 3])
    assert client.get(choose).url == url(chain.document, 3, 2)
    assert client.get(choose, {"lan": "1", "voi": "3"}).url == url(chain.document, 3, 1)
    assert client.get(choose, {"lan": "9"}).status_code == 404
    same = client.get(choose, {"lan": "2", "voi": "2"})
    assert (same.status_code, "Hãy chọn hai lần khác nhau" in text(same)) == (200, True)


def test_the_first_edition_has_nothing_to_be_compared_with(client):
    chain = Chain(FIRST)
    choose = reverse("documents:compare_choose", args=[chain.document.pk, chain.document.slug, 1])
    assert "mới công bố một lần dự thảo" in text(client.get(choose))
    assert client.get(url(chain.document, 1, 1)).status_code == 404
    assert queries.changed_blocks(chain.editions[0]) == {}


def test_bad_addresses_are_not_found_or_made_right(chain, client):
    document = chain.document
    assert client.get(url(document, 1, 2)).status_code == 404
    assert client.get(url(document, 2, 9)).status_code == 404
    for query in ({"xem": "x"}, {"trang": "9"}, {"trang": "0"}, {"trang": "x"}, {"trang": "٣"}):
        assert client.get(url(document), query).status_code == 404
    wrong = reverse("documents:compare", args=[document.pk, "sai", 2, 1])
    assert (client.get(wrong).status_code, client.get(wrong).url) == (301, url(document))


def test_who_may_not_read_an_edition_may_not_compare_it(client):
    agency, staff, approver = office()
    document = make_document(staff, agency, circulation="internal")
    publish(document, staff, approver)
    actions.start_edition(actor=staff, document=document)
    address = url(document)
    client.force_login(staff)
    assert client.get(address).status_code == 404  # the second is not published
    publish(document, staff, approver)
    assert client.get(address).status_code == 200
    for user in (UserFactory(), None):
        client.logout()
        if user:
            client.force_login(user)
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("gone", [0, 1])
def test_withdrawn_editions_are_not_compared(chain, client, gone):
    actions.withdraw(actor=chain.approver, edition=chain.editions[gone], reason="Nhầm bản in.")
    page = client.get(url(chain.document))
    assert (page.status_code, "Nhầm bản in." in text(page)) == (410, True)
    assert "6,8%" not in text(page)


def test_texts_that_are_alike_say_so(client):
    chain = Chain(FIRST)
    chain.add(FIRST, [(n, n) for n in range(4)])
    assert "Hai lần dự thảo có cùng lời văn." in text(client.get(url(chain.document)))


def long_chain(many):
    old = [f"Đoạn {n}: nâng cao chất lượng sinh hoạt chi bộ, gắn với học tập số {n}. " * 3
           for n in range(many)]  # fmt: skip
    new = [words.replace("sinh hoạt", "hoạt động thường xuyên", 2) if n % 3 == 0 else words
           for n, words in enumerate(old)]  # fmt: skip
    chain = Chain(old)
    kinds = ("edited", "same", "same")
    chain.add(new, [(n, n, kinds[n % 3], "certain") for n in range(many)])
    return chain


def test_a_long_comparison_is_made_in_two_seconds_kept_and_cut_into_light_pages(
    client, django_assert_max_num_queries
):
    chain = long_chain(3000)
    address = url(chain.document)
    started = time.process_time()
    client.get(address)
    first = time.process_time() - started
    started = time.process_time()
    with django_assert_max_num_queries(8):
        page = client.get(address)
    again = time.process_time() - started
    assert first < 2
    assert again < first / 2
    assert "1.000 chỗ khác nhau" in text(page)
    pages = page.context["pages"]
    assert pages.count > 5
    for view in ("", "?xem=toan-van", "?xem=danh-sach"):
        assert len(client.get(address + view).content) < 100_000
    # from the last change of a page to the first of the next
    last = re.findall(r'href="([^"]+)"\s+data-after', page.content.decode())[-1]
    address, _hash, anchor = last.partition("#")
    assert address.endswith("?trang=2")
    assert f'id="{anchor}"' in client.get(address).content.decode()


def test_a_comparison_costs_the_same_for_short_and_long_texts(client, django_assert_num_queries):
    for many in (2, 60):
        chain = long_chain(many)
        address = url(chain.document)
        client.get(address)
        with django_assert_num_queries(8):
            client.get(address)


def test_the_reading_room_leads_to_what_was_changed(chain, client):
    def links(n):
        room = reverse("documents:edition", args=[chain.document.pk, chain.document.slug, n])
        return re.findall(r'href="([^"]+/so-sanh/)"', client.get(room).content.decode())

    (link,) = links(2)
    assert client.get(link).url == url(chain.document)
    assert links(1) == []
