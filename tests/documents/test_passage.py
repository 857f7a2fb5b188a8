"""The page of one passage: its words, its place, its way through the editions."""

import re

import pytest
from django.urls import reverse

from documents import actions, queries
from documents.models import Block
from tests.accounts.factories import UserFactory
from tests.documents.chains import Chain
from tests.documents.factories import make_document, office, publish

pytestmark = pytest.mark.django_db


def url(edition, pos):
    document = edition.document
    return reverse("documents:block", args=[document.pk, document.slug, edition.n, pos])


def page(client, edition, pos):
    return client.get(url(edition, pos))


def text_of(response):
    """What stands in <main>, without tags, white space folded."""
    main = response.content.decode().split("<main", 1)[1].split("</main>", 1)[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def steps(chain, at, index):
    block = Block.objects.get(pk=chain.ids(at)[index])
    return [(s.edition.n, s.kind, [b.plain for b in s.blocks]) for s in queries.history(block)]


@pytest.fixture
def chain():
    chain = Chain(["một", "hai", "ba bốn", "năm", "sáu", "bảy", "tám"])
    chain.add(
        ["một", "hai sửa", "ba", "bốn", "năm sáu", "chín"],
        [
            (0, 0),
            (1, 1, "edited", "confirmed"),
            (2, 2, "split", "confirmed"),
            (2, 3, "split", "confirmed"),
            (3, 4, "merged", "confirmed"),
            (4, 4, "merged", "confirmed"),
            (6, 5, "edited", "proposed"),
        ],
    )
    chain.add(
        ["năm sáu", "một", "hai sửa nữa", "ba bốn"],
        [
            (4, 0, "moved"),
            (0, 1),
            (1, 2, "edited", "confirmed"),
            (2, 3, "merged", "confirmed"),
            (3, 3, "merged", "confirmed"),
        ],
    )
    return chain


def test_history_of_one_to_one_is_the_same_from_every_edition(chain):
    told = [(1, "first", ["hai"]), (2, "edited", ["hai sửa"]), (3, "edited", ["hai sửa nữa"])]
    assert steps(chain, 0, 1) == told
    assert steps(chain, 1, 1) == told
    assert steps(chain, 2, 2) == told
    assert steps(chain, 1, 0) == [
        (1, "first", ["một"]), (2, "same", ["một"]), (3, "same", ["một"])
    ]  # fmt: skip


def test_history_of_what_was_split_and_joined(chain):
    assert steps(chain, 0, 2) == [
        (1, "first", ["ba bốn"]), (2, "split", ["ba", "bốn"]), (3, "merged", ["ba bốn"])
    ]  # fmt: skip
    # seen from one half, only that half is the passage, but the whole step is told
    assert steps(chain, 1, 2) == [
        (1, "first", ["ba bốn"]), (2, "split", ["ba"]), (3, "merged", ["ba bốn"])
    ]  # fmt: skip
    half = Block.objects.get(pk=chain.ids(1)[2])
    last = queries.history(half)[-1]
    assert ([b.plain for b in last.old], [b.plain for b in last.new]) == (
        ["ba", "bốn"], ["ba bốn"]
    )  # fmt: skip


def test_history_ends_where_the_passage_ends(chain):
    assert steps(chain, 0, 5) == [(1, "first", ["bảy"]), (2, "gone", [])]
    assert steps(chain, 0, 6) == [(1, "first", ["tám"]), (2, "unclear", [])]
    # the other side of the open question: nobody said yet where it came from, and then it went
    assert steps(chain, 1, 5) == [(2, "unsettled", ["chín"]), (3, "gone", [])]


def test_a_withdrawn_edition_is_stepped_over_and_its_words_are_not_shown(chain, client):
    actions.withdraw(actor=chain.approver, edition=chain.editions[1], reason="Nhầm bản.")
    assert steps(chain, 0, 1) == [(1, "first", ["hai"]), (3, "edited", ["hai sửa nữa"])]
    answer = page(client, chain.editions[0], 2)
    assert "Lần 2" not in text_of(answer)
    assert page(client, chain.editions[1], 2).status_code == 410


def test_an_edition_that_waits_for_approval_is_in_no_history(chain):
    chain.add(["hai sửa nữa"], [(2, 0)], published=False)
    assert [n for n, _kind, _texts in steps(chain, 0, 1)] == [1, 2, 3]


def test_the_page_quotes_places_and_tells_the_changes(chain, client):
    answer = page(client, chain.editions[1], 2)
    assert answer.status_code == 200
    words = text_of(answer)
    assert "Đoạn 2" in words
    assert "Sửa : Đoạn 2" in words
    html = answer.content.decode()
    assert "thêm: sửa (hết phần thêm)" in words
    document = chain.document
    read = reverse("documents:edition", args=[document.pk, document.slug, 2])
    assert f'href="{read}#doan-2"' in html
    cited = "Đoạn 2, Báo cáo chính trị, dự thảo lần 2, "
    assert cited in words


def test_the_page_of_what_was_merged_names_all_that_took_part(chain, client):
    words = text_of(page(client, chain.editions[1], 5))
    assert "Có từ lần này : Đoạn 4 , Đoạn 5" in words
    assert "Gộp từ 2 đoạn của lần trước : Đoạn 5 Lần 1: Đoạn 4 , Đoạn 5 → lần 2: Đoạn 5" in words
    assert "So sánh toàn văn lần 2 với lần 1" in words
    # and where a passage that had become two ends, nothing is set against anything
    chain.add(["khác"])
    answer = page(client, chain.editions[0], 4)
    assert answer.status_code == 200
    assert "Đoạn này không còn ở lần 4" in text_of(answer)


def test_an_old_edition_says_where_the_passage_stands_now(chain, client):
    assert "Ở lần 3, đoạn này nay là: Đoạn 3" in text_of(page(client, chain.editions[0], 2))
    assert "Đoạn này không còn ở lần 2." in text_of(page(client, chain.editions[0], 6))
    assert "Đã có lần 2; chỗ của đoạn này ở đó đang đối chiếu." in text_of(
        page(client, chain.editions[0], 7)
    )
    assert "Đây là lần dự thảo cũ" not in text_of(page(client, chain.editions[2], 3))


def test_a_passage_under_its_headings_with_its_neighbours(client):
    agency, staff, approver = office()
    html = (
        "<h2>Phần thứ nhất. Kết quả</h2><h3>I. Bối cảnh</h3><p>Trước.</p>"
        "<h3>II. Thành tựu</h3><h4>1. Kinh tế</h4><p>Giữa.</p><p>Sau.</p>"
    )
    edition = publish(make_document(staff, agency, html=html), staff, approver)
    block = edition.blocks.get(plain="Giữa.")
    assert [h.plain for h in queries.heading_path(block)] == ["Kết quả", "Thành tựu", "Kinh tế"]
    heading = edition.blocks.get(plain="Thành tựu")
    assert [h.plain for h in queries.heading_path(heading)] == ["Kết quả"]
    assert [b.plain for b in queries.neighbours(block)] == ["Kinh tế", "Sau."]
    assert queries.neighbours(edition.blocks.get(pos=1))[0] is None
    words = text_of(page(client, edition, heading.pos))
    assert "Đề mục II." in words


def test_who_may_not_read_finds_nothing(client):
    agency, staff, approver = office()
    document = make_document(staff, agency, circulation="signed_in")
    edition = publish(document, staff, approver)
    assert page(client, edition, 3).status_code == 404
    client.force_login(UserFactory())
    assert page(client, edition, 3).status_code == 200
    assert page(client, edition, 99).status_code == 404
    internal = publish(
        make_document(staff, agency, title="Tài liệu nội bộ", circulation="internal"),
        staff, approver,
    )  # fmt: skip
    assert page(client, internal, 3).status_code == 404


def test_an_unpublished_text_has_no_passage_pages(chain, client):
    waiting = chain.add(["mới"], published=False)
    client.force_login(chain.staff)
    assert page(client, waiting, 1).status_code == 404


def test_an_old_slug_leads_to_the_address_of_today(chain, client):
    answer = client.get(reverse("documents:block", args=[chain.document.pk, "cu", 1, 2]))
    assert (answer.status_code, answer.headers["Location"]) == (301, url(chain.editions[0], 2))


def test_the_page_costs_the_same_for_one_edition_and_for_many(client, django_assert_num_queries):
    chain = Chain(["một", "hai"])
    with django_assert_num_queries(12):
        page(client, chain.editions[0], 2)
    for _ in range(4):
        chain.add(["hai", "ba"], [(len(chain.editions) == 1, 0, "edited", "confirmed")])
    with django_assert_num_queries(12):
        answer = page(client, chain.editions[0], 2)
    assert "Lần 5" in text_of(answer)
