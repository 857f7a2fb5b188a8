"""Where the passages of opinions stand now, for authors and for those who read."""

import re

import pytest
import time_machine
from django.urls import reverse

from documents import actions as documents
from feedback import passages, queries
from feedback.models import Opinion
from tests.accounts.factories import UserFactory
from tests.documents.chains import Chain
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def chain(world):
    return Chain.of(world.edition.document, world.staff, world.approver)


def rewrite(chain):
    """Edition 2: paragraph 1 edited, 2 split, 3 gone; the words of 3 turn up in another place."""
    return chain.add(
        ["Năm năm qua, tỉnh chịu bốn cú sốc lớn.", "Từ ngày 01/7/2025.", "Hai cấp.",
         "Tổng sản phẩm tăng bình quân 6,8% mỗi năm."],
        [
            (2, 0, "edited", "confirmed"),
            (3, 1, "split", "confirmed"),
            (3, 2, "split", "confirmed"),
            (5, 3, "moved", "rejected"),
        ],
    )  # fmt: skip


def words_of(answer):
    main = answer.content.decode().split("<main", 1)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def node_of(world):
    return world.consultation.nodes.get(agency=world.commune)


def read(client, world, **params):
    client.force_login(world.rapporteur)
    return client.get(reverse("feedback:reading_node", args=[node_of(world).pk]), params)


def texts(answer):
    return [o.text for o in answer.context["page"]]


def send_on_each(world):
    for n, text in ((1, "Về đoạn một."), (2, "Về đoạn hai."), (3, "Về đoạn ba.")):
        send(world, block=world.block(n), text=text)
    send(world, block=None, text="Về toàn văn.")


def test_standing_of_each_opinion(world, chain):
    send_on_each(world)
    before = list(Opinion.objects.order_by("pk").values())
    edition = rewrite(chain)
    opinions = {o.text: o for o in queries.opinions_at(node_of(world))}
    passages.attach_standing(opinions.values(), world.rapporteur)
    told = {
        text: o.standing
        and (o.standing.kind, o.standing.edition, [b.pos for b in o.standing.blocks])
        for text, o in opinions.items()
    }
    assert told == {
        "Về đoạn một.": ("inherited", edition, [1]),
        "Về đoạn hai.": ("successors", edition, [2, 3]),
        "Về đoạn ba.": ("gone", edition, []),
        "Về toàn văn.": None,
    }
    assert opinions["Về đoạn một."].standing.changed
    assert list(Opinion.objects.order_by("pk").values()) == before


def test_before_there_is_another_edition_everything_stands_where_it_was_written(world):
    send_on_each(world)
    opinions = list(queries.opinions_at(node_of(world)).exclude(block=None))
    passages.attach_standing(opinions, world.rapporteur)
    assert {o.standing.kind for o in opinions} == {"here"}


def test_the_rapporteur_reads_by_the_passages_of_the_newest_edition(world, chain, client):
    send_on_each(world)
    edition = rewrite(chain)
    send(world, text="Thêm về đoạn hai.")
    blocks = {b.pos: b for b in edition.blocks.all()}
    answer = read(client, world)
    assert [(h.block.pos, h.n) for h in answer.context["by_passage"].heaps] == [
        (1, 1), (2, 2), (3, 2)
    ]  # fmt: skip
    assert texts(read(client, world, doan=blocks[1].pk)) == ["Về đoạn một."]
    both = ["Thêm về đoạn hai.", "Về đoạn hai."]
    assert sorted(texts(read(client, world, doan=blocks[2].pk))) == both
    assert sorted(texts(read(client, world, doan=blocks[3].pk))) == both
    # the lookalike, whose link was rejected, has none
    assert answer.context["by_passage"].heap_of(str(blocks[4].pk)) is None


def test_opinions_on_passages_that_are_gone_have_a_list_of_their_own(world, chain, client):
    send_on_each(world)
    rewrite(chain)
    answer = read(client, world, loc="da-bo")
    assert texts(answer) == ["Về đoạn ba."]
    words = words_of(answer)
    assert "Đoạn này đã bỏ ở lần 2" in words
    assert world.block(3).plain in words
    assert texts(read(client, world, loc="chung")) == ["Về toàn văn."]
    assert len(texts(read(client, world, loc="la"))) == 4
    assert len(texts(read(client, world, doan="x"))) == 4


def test_what_nobody_has_decided_yet_is_said_to_be_so(world, chain, client):
    send(world, block=world.block(1), text="Chờ đối chiếu.")
    chain.add(["Năm năm qua, tỉnh gặp khó."], [(2, 0, "edited", "proposed")])
    answer = read(client, world, loc="doi-chieu")
    assert texts(answer) == ["Chờ đối chiếu."]
    assert "Đang đối chiếu với lần 2" in words_of(answer)


def test_a_quoted_part_of_a_passage_is_kept_and_shown(world, chain, client):
    send(world, block=world.block(1), text="Về ba chữ.", quote="ba cú sốc lớn")
    rewrite(chain)
    words = words_of(read(client, world))
    assert "ba cú sốc lớn" in words
    assert "Ở lần 2: Đoạn 1 (đã sửa)" in words


def test_the_author_sees_the_words_and_what_stands_there_now(world, chain, client):
    send_on_each(world)
    edition = rewrite(chain)
    client.force_login(world.member)
    words = words_of(client.get(reverse("feedback:mine")))
    for n in (1, 2, 3):
        assert world.block(n).plain in words
    assert "Ở lần 2: Đoạn 1 (đã sửa)" in words
    assert "Ở lần 2: Đoạn 2 , Đoạn 3 (đoạn đã được tách)" in words
    assert "Đoạn này đã bỏ ở lần 2" in words
    one = Opinion.objects.get(text="Về đoạn hai.")
    html = client.get(reverse("feedback:mine_one", args=[one.public_id])).content.decode()
    document = edition.document
    for pos in (2, 3):
        link = reverse("documents:block", args=[document.pk, document.slug, 2, pos])
        assert f'href="{link}"' in html


def test_nothing_new_is_shown_of_a_document_that_may_no_longer_be_read(world, chain):
    send(world, block=world.block(1), text="Về đoạn một.")
    rewrite(chain)
    document = world.edition.document
    document.circulation = "internal"
    document.save(update_fields=["circulation"])
    opinions = list(queries.opinions_at(node_of(world)))
    passages.attach_standing(opinions, UserFactory())
    assert opinions[0].standing is None


def test_a_document_all_withdrawn_leaves_opinions_with_the_passage_they_have(world, chain, client):
    send_on_each(world)
    documents.withdraw(
        actor=world.approver, edition=world.edition, reason="Nhầm bản.", confirmed=True
    )
    answer = read(client, world)
    assert [h.block.pos for h in answer.context["by_passage"].heaps] == [3, 4, 6]
    assert len(texts(answer)) == 4
    assert world.block(1).plain in words_of(answer)


def test_pages_cost_the_same_for_one_opinion_and_for_many(
    world, chain, client, django_assert_num_queries
):
    send(world, block=world.block(2))
    rewrite(chain)
    client.force_login(world.member)
    url = reverse("feedback:mine")
    client.get(url)
    with django_assert_num_queries(16):
        client.get(url)
    send_on_each(world)
    with django_assert_num_queries(16):
        client.get(url)
    read(client, world)
    url = reverse("feedback:reading_node", args=[node_of(world).pk])
    with django_assert_num_queries(16):
        assert client.get(url).status_code == 200
