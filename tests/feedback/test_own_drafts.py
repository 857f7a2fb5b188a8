"""Drafts in the list of their author: found by keyed token, gone on with, thrown away."""

import datetime as dt

import pytest
import time_machine
from django.urls import reverse

from feedback import actions, keys, queries
from feedback.about import Place
from feedback.models import GuideQuestion, OpinionDraft
from feedback.personal_data import OpinionData
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
MINE = "/y-kien/cua-toi/"


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def keep(world, place, author=None, **fields):
    actions.save_draft(
        author=author or world.member,
        consultation=world.consultation,
        place=place.key,
        fields={"text": "Viết dở.", "quote": place.quote} | fields,
        now=NOW,
    )


def shown(client, user):
    client.force_login(user)
    return client.get(MINE)


def test_drafts_stand_above_the_opinions_with_place_and_day(world, client):
    block = world.block(2)
    quote = " ".join(block.plain.split()[:4])
    keep(world, Place(world.edition, block, quote=quote))
    keep(world, Place(world.edition), text="Góp ý chung dở dang.")
    page = shown(client, world.member)
    html = page.content.decode()
    assert "Đang viết, chưa gửi (2)" in html
    assert "Góp ý chung dở dang." in html
    assert "lưu ngày 20/08/2025" in html
    assert block.label in html
    # on the way back to the form the words that were chosen come along
    for draft in page.context["drafts"]:
        form = client.get(draft.url)
        assert form.status_code == 200
        assert "Bản nháp lưu ngày 20/08/2025 đã được điền lại." in form.content.decode()
    assert {d.place.quote for d in page.context["drafts"]} == {"", quote}


def test_the_words_chosen_in_a_passage_are_kept_by_the_form_itself(world, client):
    client.force_login(world.member)
    block = world.block(2)
    quote = " ".join(block.plain.split()[:4])
    place = Place(world.edition, block, quote=quote)
    names = [world.consultation.pk, world.edition.pk]
    client.post(
        reverse("feedback:draft", args=names) + place.query,
        {"text": "Viết dở.", "quote": quote, "naming": "unnamed", "submission_key": "k" * 30},
        headers={"X-Panel": "1"},
    )
    (draft,) = client.get(MINE).context["drafts"]
    assert draft.place.key == place.key
    assert draft.url.endswith(place.query)


def test_a_question_is_gone_on_with_as_a_question(world, client):
    row = world.consultation.consultation_editions.get()
    question = GuideQuestion.objects.create(consultation_edition=row, text="Có khả thi không?")
    keep(world, Place(world.edition, question=question))
    page = shown(client, world.member)
    assert "Có khả thi không?" in page.content.decode()
    assert f"?cau={question.pk}" in page.content.decode()


def test_others_see_and_throw_away_nothing(world, client):
    keep(world, Place(world.edition))
    row = OpinionDraft.objects.get()
    page = shown(client, world.secretary)
    assert page.context["drafts"] == []
    address = reverse("feedback:mine_draft_discard", args=[row.pk])
    assert client.post(address).status_code == 404
    assert OpinionDraft.objects.count() == 1
    client.logout()
    assert client.post(address).status_code == 302
    assert OpinionDraft.objects.count() == 1


def test_a_draft_is_thrown_away_and_the_others_stay(world, client):
    keep(world, Place(world.edition))
    keep(world, Place(world.edition, world.block(2)))
    page = shown(client, world.member)
    first, second = page.context["drafts"]
    address = reverse("feedback:mine_draft_discard", args=[first.pk])
    assert client.get(address).status_code == 405
    page = client.post(address, follow=True)
    assert "Đã xóa bản nháp." in page.content.decode()
    assert [d.pk for d in page.context["drafts"]] == [second.pk]
    assert client.post(address).status_code == 404


def test_after_closing_it_is_opened_to_be_copied(world, client):
    keep(world, Place(world.edition), text="Chưa kịp gửi.")
    with time_machine.travel(NOW + dt.timedelta(days=20), tick=False):
        page = shown(client, world.member)
        (draft,) = page.context["drafts"]
        assert "Mở để chép lại" in page.content.decode()
        assert "Viết tiếp" not in page.content.decode()
        assert "Chưa kịp gửi." in client.get(draft.url).content.decode()


def test_a_draft_under_a_lost_key_is_not_shown_and_breaks_nothing(world, client):
    keep(world, Place(world.edition))
    OpinionDraft.objects.update(ciphertext=b"x" * 40)
    assert shown(client, world.member).context["drafts"] == []
    keys.destroy(world.consultation.key_id)
    assert shown(client, world.member).status_code == 200


def test_a_place_that_is_none_is_left_out(world, client):
    keep(world, Place(world.edition))
    names = ["b:1", "", "x:1::", ":::", "999999999:::"]
    assert queries.places_of(names) == {}
    key = keys.ConsultationKey(world.consultation.key_id)
    lookup = key.lookup(world.member)
    OpinionDraft.objects.update(place="b:1", ciphertext=key.seal_draft(lookup, "b:1", {}))
    assert shown(client, world.member).context["drafts"] == []


def test_the_file_of_own_data_says_what_a_draft_is_about(world):
    block = world.block(2)
    quote = " ".join(block.plain.split()[:4])
    keep(world, Place(world.edition, block, quote=quote))
    (data,) = next(iter(OpinionData().export(world.member).values()))
    (draft,) = data["Bản đang viết"]
    assert draft == {
        "Lưu ngày": "20/08/2025",
        "Văn kiện": world.edition.document.title,
        "Dự thảo lần": 1,
        "Đoạn": block.label,
        "Câu hỏi gợi ý": "",
        "Câu chữ được góp ý": quote,
        "Nội dung góp ý": "Viết dở.",
    }


def test_what_is_typed_is_escaped(world, client):
    keep(world, Place(world.edition), text="<script>x</script>")
    assert "<script>x</script>" not in shown(client, world.member).content.decode()


def test_one_or_many_drafts_cost_the_same_queries(world, client, django_assert_num_queries):
    keep(world, Place(world.edition, world.block(1)))
    _consultations, lookups = queries.own_tokens(world.member)
    with django_assert_num_queries(3):
        assert len(queries.my_drafts(lookups, NOW)) == 1
    for n in (2, 3):
        keep(world, Place(world.edition, world.block(n)))
    send(world)
    with django_assert_num_queries(3):
        assert len(queries.my_drafts(lookups, NOW)) == 3
