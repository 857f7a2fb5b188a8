"""The page on which opinions are written, by members and guests, and all that may go wrong."""

import datetime as dt
import re
import unicodedata

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from feedback import actions, keys, queries
from feedback.about import Place
from feedback.models import GuestContact, GuideQuestion, Identity, Opinion, OpinionDraft
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.feedback.factories import NOW, make_world, send
from tests.feedback.test_views import code_in, fill, say_url

pytestmark = pytest.mark.django_db

AFTER = dt.datetime(2025, 9, 1, 0, 0, tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def public():
    return make_world(audience="public")


def address(world, query=""):
    return reverse("feedback:say", args=[world.consultation.pk, world.edition.pk]) + query


def text_of(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page.content.decode()).split())


def question(world, text="Chỉ tiêu nào khó đạt?", block=None):
    row = world.consultation.consultation_editions.get()
    return GuideQuestion.objects.create(consultation_edition=row, text=text, block=block)


# Places


def test_a_heading_and_the_whole_document(world, client):
    client.force_login(world.member)
    heading = world.edition.blocks.filter(kind="heading").first()
    page = client.get(address(world, f"?doan={heading.pos}"))
    assert "Góp ý đề mục" in text_of(page)
    client.post(address(world, f"?doan={heading.pos}"), fill(page))
    page = client.get(address(world))
    assert "Góp ý chung cho toàn văn" in text_of(page)
    assert 'name="proposed"' not in page.content.decode()
    client.post(address(world), fill(page))
    assert list(Opinion.objects.order_by("block").values_list("block", "quote")) == [
        (heading.pk, heading.plain),
        (None, ""),
    ]


def test_chosen_words_are_quoted_and_offered_to_be_reworded(world, client):
    client.force_login(world.member)
    url = say_url(world) + "&trich=to%C3%A0n%20t%E1%BB%89nh%20v%E1%BA%ADn%20h%C3%A0nh"
    page = client.get(url)
    html = " ".join(page.content.decode().split())
    assert '<blockquote class="quote"> toàn tỉnh vận hành </blockquote>' in html
    client.post(url, fill(page, quote="toàn tỉnh vận hành", proposed="cả tỉnh vận hành"))
    opinion = Opinion.objects.get()
    assert (opinion.quote, opinion.proposed) == ("toàn tỉnh vận hành", "cả tỉnh vận hành")


def test_a_guiding_question_is_answered(world, client):
    client.force_login(world.member)
    asked = question(world)
    assert f"?cau={asked.pk}" in client.get(address(world)).content.decode()
    page = client.get(address(world, f"?cau={asked.pk}"))
    assert "Chỉ tiêu nào khó đạt?" in text_of(page)
    assert client.post(address(world, f"?cau={asked.pk}"), fill(page)).status_code == 303
    assert Opinion.objects.get().question == asked


@pytest.mark.parametrize("query", ["?doan=999", "?doan=-1", "?doan=x", "?doan=1e3", "?cau=999"])
def test_forged_places_do_not_exist(world, client, query):
    client.force_login(world.member)
    assert client.get(address(world, query)).status_code == 404
    assert client.post(address(world, query), {}).status_code == 404


def test_a_question_of_another_consultation_does_not_exist(world, client):
    client.force_login(world.member)
    foreign = question(make_world(opens="2025-08-11"))
    assert client.get(address(world, f"?cau={foreign.pk}")).status_code == 404


def test_a_forged_quote_is_refused_and_nothing_typed_is_lost(world, client):
    client.force_login(world.member)
    data = fill(client.get(say_url(world)), quote="câu không có trong đoạn", text="Giữ lại.")
    page = client.post(say_url(world), data)
    assert page.status_code == 422
    assert "Câu chữ được chọn không có trong đoạn này." in text_of(page)
    assert "Giữ lại." in page.content.decode()
    assert not Opinion.objects.exists()


def test_an_edition_that_is_not_asked_about_does_not_exist(world, client):
    client.force_login(world.member)
    other = make_world(opens="2025-08-11")
    url = reverse("feedback:say", args=[world.consultation.pk, other.edition.pk])
    assert client.get(url).status_code == 404


# Who reads it


def test_the_box_names_who_reads_and_who_cannot_by_either_route(world, client):
    client.force_login(world.member)
    box = text_of(client.get(say_url(world))).split("Ai đọc được ý kiến này?")[1]
    unit, direct = box.split("Gửi thẳng cấp trên")
    assert "người tổng hợp của Đảng bộ xã Hòa Bình" in unit
    assert "Không đọc được Chi bộ Văn phòng , chi bộ khác" in unit
    assert "người tổng hợp của Đảng bộ tỉnh Mẫu" in direct
    assert "Không đọc được Chi bộ Văn phòng , Đảng bộ xã Hòa Bình , chi bộ khác" in direct


def test_where_words_are_published_the_box_says_so(client):
    world = make_world(policy="moderated")
    client.force_login(world.member)
    box = text_of(client.get(say_url(world))).split("Ai đọc được ý kiến này?")[1]
    assert "sau khi duyệt: mọi người, không kèm tên và đơn vị" in box
    assert "người đọc khác" not in box


def test_with_one_reader_there_is_no_route_to_choose(public, client):
    html = client.get(say_url(public)).content.decode()
    assert 'name="route"' not in html
    assert "người tổng hợp của" in html


# Guests


def test_guests_are_sent_to_sign_in_where_not_everybody_may_write(world, client):
    assert client.get(say_url(world)).status_code == 302
    assert client.post(say_url(world), {"text": "Câu chữ của khách"}).status_code == 401
    assert not Opinion.objects.exists()


def test_a_guest_writes_without_a_trace(public, client):
    page = client.get(say_url(public))
    assert page.status_code == 200
    sent = client.post(say_url(public), fill(page, naming="anonymous"), follow=True)
    assert code_in(sent)
    assert "không có trong “Ý kiến của tôi”" in text_of(sent)
    opinion = Opinion.objects.get()
    assert (opinion.origin, opinion.naming) == ("guest", "anonymous")
    assert not Identity.objects.exists()
    assert {name for name in client.cookies if "csrf" not in name} == {"bien-nhan"}


def test_a_guest_gives_what_the_choice_needs(public, client):
    page = client.get(say_url(public))
    named = client.post(say_url(public), fill(page, naming="named"))
    assert (named.status_code, "cần ghi họ tên" in text_of(named)) == (422, True)
    told = client.post(say_url(public), fill(page, naming="unnamed"))
    assert (told.status_code, "Cần thư điện tử" in text_of(told)) == (422, True)
    wrong = client.post(say_url(public), fill(page, naming="unnamed", email="khong-phai"))
    assert wrong.status_code == 422
    data = fill(page, naming="named", name="Trần Thị Lan", email="lan@mau.example")
    assert client.post(say_url(public), data).status_code == 303
    assert Opinion.objects.get().naming == "named"
    # asked once to confirm the address; the contact knows the token, not the opinion
    contact = GuestContact.objects.get()
    assert contact.confirmed_on is None


def test_a_member_whose_session_ended_is_not_taken_for_a_guest(public, client):
    client.force_login(public.member)
    data = fill(client.get(say_url(public)), tai_khoan="1", text="Câu chữ của đảng viên.")
    client.logout()
    page = client.post(say_url(public), data)
    assert page.status_code == 401
    assert "Câu chữ của đảng viên." in page.content.decode()
    assert not Opinion.objects.exists()


def test_guests_are_limited_by_address_generously(public, client, settings):
    page = client.get(say_url(public))
    data = fill(page, naming="anonymous", consent="")
    codes = {client.post(say_url(public), data).status_code for _ in range(50)}
    assert codes == {422}


# What goes wrong


def test_a_session_that_ended_during_sending_loses_no_word(world):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.member)
    page = client.get(say_url(world))
    data = fill(page, tai_khoan="1", text="Câu chữ qua phiên đăng nhập.")
    data["csrfmiddlewaretoken"] = token_in(page)
    client.logout()
    kept = client.post(say_url(world), data, headers={"referer": "http://testserver/"})
    # the token of the session that ended, or nobody: either way the words are on the page
    assert kept.status_code in (401, 403)
    assert "Câu chữ qua phiên đăng nhập." in kept.content.decode()
    assert say_url(world).replace("&", "&amp;") in kept.content.decode()
    client.force_login(world.member)
    fresh = client.get(say_url(world))
    data["csrfmiddlewaretoken"] = token_in(fresh)
    assert client.post(say_url(world), data).status_code == 303
    assert Opinion.objects.get().text == "Câu chữ qua phiên đăng nhập."


def token_in(page):
    return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.content.decode())[1]


def test_an_expired_form_of_a_guest_is_shown_again(public):
    client = Client(enforce_csrf_checks=True)
    page = client.get(say_url(public))
    data = fill(page, naming="anonymous", text="Viết từ sáng.", csrfmiddlewaretoken="x" * 64)
    kept = client.post(say_url(public), data, headers={"referer": "http://testserver/"})
    assert kept.status_code == 403
    assert "Viết từ sáng." in kept.content.decode()
    data["csrfmiddlewaretoken"] = token_in(kept)
    assert client.post(say_url(public), data).status_code == 303


def test_closed_while_typing_offers_the_words_to_be_copied(world, client):
    client.force_login(world.member)
    data = fill(client.get(say_url(world)), text="Mất công viết.", reason="Vì thiếu.")
    client.logout()
    with time_machine.travel(AFTER):
        client.force_login(world.member)
        page = client.post(say_url(world), data)
    html = page.content.decode()
    assert page.status_code == 422
    assert "hết ngày 31/08/2025" in text_of(page)
    assert 'data-copy="Mất công viết."' in html
    assert 'data-copy="Vì thiếu."' in html
    assert 'type="submit">' not in html.split('id="phieu-gop-y"')[1].split("</section>")[0]


def test_a_text_of_100_000_letters_is_refused_with_every_letter_kept(world, client):
    client.force_login(world.member)
    page = client.get(say_url(world))
    assert "maxlength" not in re.search(r"<textarea[^>]*>", page.content.decode())[0]
    long = "ý kiến " * 14_286
    answer = client.post(say_url(world), fill(page, text=long))
    assert answer.status_code == 422
    assert long.strip() in answer.content.decode()
    assert not Opinion.objects.exists()


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        (unicodedata.normalize("NFD", "Đề nghị bồi dưỡng"), "Đề nghị bồi dưỡng"),
        ("Một\u200b lần\x00 là\x07 ít\u202e", "Một lần là ít"),
        ("Rất tốt 👍🏽 👨‍👩‍👧", None),
        ("dòng một\r\ndòng hai", "dòng một\ndòng hai"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_odd_letters_are_cleaned_or_kept_as_text(world, client, typed, stored):
    client.force_login(world.member)
    answer = client.post(say_url(world), fill(client.get(say_url(world)), text=typed))
    assert answer.status_code == 303
    kept = Opinion.objects.get().text
    assert kept.startswith("Rất tốt 👍🏽") if stored is None else kept == stored
    assert "<script>alert" not in client.get(reverse("feedback:mine")).content.decode()


def test_somebody_of_another_unit_is_told_and_stores_nothing(world, client):
    page_of_member = Client()
    page_of_member.force_login(world.member)
    data = fill(page_of_member.get(say_url(world)))
    client.force_login(UserFactory())
    page = client.post(say_url(world), data)
    assert "dành cho đối tượng khác" in text_of(page)
    assert not Opinion.objects.exists()


def test_a_key_with_other_content_is_refused_and_may_be_sent_as_another(world, client):
    client.force_login(world.member)
    data = fill(client.get(say_url(world)), text="Lần đầu.")
    client.post(say_url(world), data)
    refused = client.post(say_url(world), data | {"text": "Lần hai."})
    assert refused.status_code == 422
    assert "đã được gửi với nội dung khác" in text_of(refused)
    assert [o.text for o in Opinion.objects.all()] == ["Lần đầu."]
    again = fill(refused, text="Lần hai.")
    assert again["submission_key"] != data["submission_key"]
    assert client.post(say_url(world), again).status_code == 303
    assert Opinion.objects.count() == 2


def test_the_same_words_again_lead_to_the_opinion_that_stands(world, client):
    client.force_login(world.member)
    client.post(say_url(world), fill(client.get(say_url(world))))
    page = client.post(say_url(world), fill(client.get(say_url(world))))
    one = reverse("feedback:mine_one", args=[Opinion.objects.get().public_id])
    assert page.status_code == 422
    assert f'href="{one}"' in page.content.decode()
    assert "chỉ tính một lần" in text_of(page)


def test_without_consent_nothing_is_stored_and_all_is_kept(world, client):
    client.force_login(world.member)
    data = fill(client.get(say_url(world)), text="Chưa đồng ý.")
    del data["consent"]
    page = client.post(say_url(world), data)
    assert (page.status_code, "Chưa đồng ý." in page.content.decode()) == (422, True)
    assert not Opinion.objects.exists()


def test_another_consent_text_meanwhile_is_read_and_agreed_to_again(world, client):
    client.force_login(world.member)
    data = fill(client.get(say_url(world)), text="Viết theo bản cũ.", consent_version="1")
    world.consultation.refresh_from_db()
    actions.change_consent(
        actor=world.staff, consultation=world.consultation, text="Nội dung đồng ý bản hai.",
        expected_version=world.consultation.lock_version,
    )  # fmt: skip
    page = client.post(say_url(world), data)
    html = page.content.decode()
    assert page.status_code == 422
    assert "Hãy đọc lại nội dung mới" in text_of(page)
    assert "Nội dung đồng ý bản hai." in html
    assert "Viết theo bản cũ." in html
    assert not re.search(r'name="consent"[^>]*checked', html)
    version = re.search(r'name="consent_version" value="(\d+)"', html)[1]
    assert client.post(say_url(world), data | {"consent_version": version}).status_code == 303
    assert Opinion.objects.get().consent_version == 2


def test_the_preview_shows_the_change_and_stores_nothing(world, client):
    client.force_login(world.member)
    passage = world.block(2).plain
    data = fill(client.get(say_url(world)), proposed=passage + " Thêm câu này.", xem="1")
    del data["consent"]
    page = client.post(say_url(world), data)
    html = page.content.decode()
    assert page.status_code == 200
    assert re.search(r"<ins[^>]*>.*Thêm câu này\.", html, re.S)
    assert "Xem lại trước khi gửi" in html
    assert not Opinion.objects.exists()


def test_the_panel_alone_for_the_reading_room(world, client):
    client.force_login(world.member)
    for name in ("HX-Request", "X-Panel"):
        html = client.get(say_url(world), headers={name: "true"}).content.decode()
        assert 'id="phieu-gop-y"' in html
        assert "<html" not in html


# Drafts


def draft_url(world, pos=4):
    args = [world.consultation.pk, world.edition.pk]
    return reverse("feedback:draft", args=args) + f"?doan={pos}"


def keep(client, world, **fields):
    data = {"text": "Đang viết dở", "stance": "", "naming": "unnamed"} | fields
    return client.post(draft_url(world), data, headers={"X-Panel": "1"})


def test_a_draft_is_taken_up_on_any_device_and_goes_when_it_is_sent(world, client):
    client.force_login(world.member)
    assert keep(client, world, stance="partly").json() == {"kept": True}
    keep(client, world, stance="disagree", text="Viết thêm", submission_key="k" * 32)
    assert OpinionDraft.objects.count() == 1
    other = Client()
    other.force_login(world.member)
    page = other.get(say_url(world))
    html = page.content.decode()
    assert "Bản nháp lưu ngày 20/08/2025" in text_of(page)
    assert "Viết thêm" in html
    assert re.search(r'value="disagree"[^>]*checked', html)
    assert "Viết thêm" not in other.get(say_url(world, 5)).content.decode()
    other.post(say_url(world), fill(page, text="Viết thêm"))
    assert (Opinion.objects.count(), OpinionDraft.objects.count()) == (1, 0)


def test_a_draft_is_sealed_and_knows_no_person(world, client):
    client.force_login(world.member)
    keep(client, world, text="Câu chữ chưa gửi ai")
    row = OpinionDraft.objects.get()
    key = keys.ConsultationKey(world.consultation.key_id)
    assert bytes(row.lookup) == key.lookup(world.member)
    assert "chưa gửi".encode() not in bytes(row.ciphertext)
    assert "chưa gửi" not in row.place
    place = Place(world.edition, world.edition.blocks.get(pos=4))
    assert queries.my_draft(world.member, world.consultation, place.key).fields == {
        "text": "Câu chữ chưa gửi ai",
        "naming": "unnamed",
    }
    assert queries.my_draft(world.secretary, world.consultation, place.key) is None


def test_an_anonymous_draft_never_reaches_the_portal(world, client):
    client.force_login(world.member)
    keep(client, world)
    answer = keep(client, world, naming="anonymous")
    assert (answer.status_code, answer.json()["code"]) == (422, "anonymous")
    assert not OpinionDraft.objects.exists()


def test_drafts_are_refused_to_guests_outsiders_and_after_closing(world, client):
    assert keep(client, world).status_code == 401
    client.force_login(UserFactory())
    assert keep(client, world).json()["code"] == "not_open"
    client.force_login(world.member)
    assert keep(client, world, text="a" * 200_001).json()["code"] == "long"
    client.logout()
    with time_machine.travel(AFTER):
        client.force_login(world.member)
        assert keep(client, world).json()["code"] == "not_open"
    assert not OpinionDraft.objects.exists()


def test_a_draft_is_thrown_away_when_its_author_says_so(world, client):
    client.force_login(world.member)
    keep(client, world)
    answer = client.post(draft_url(world), {"xoa": "1"})
    assert (answer.status_code, answer["Location"]) == (302, say_url(world))
    assert not OpinionDraft.objects.exists()


def test_after_closing_a_draft_can_be_copied_for_30_days(world, client):
    client.force_login(world.member)
    keep(client, world, text="Chưa kịp gửi")
    client.logout()
    with time_machine.travel(AFTER):
        client.force_login(world.member)
        assert 'data-copy="Chưa kịp gửi"' in client.get(say_url(world)).content.decode()
    assert actions.purge_drafts(now=AFTER + dt.timedelta(days=30)) == 0
    assert actions.purge_drafts(now=AFTER + dt.timedelta(days=30, seconds=1)) == 1
    assert not OpinionDraft.objects.exists()


def test_drafts_go_with_the_consultation_and_its_key(world, client):
    client.force_login(world.member)
    keep(client, world)
    keys.destroy(world.consultation.key_id)
    assert "Đang viết dở" not in client.get(say_url(world)).content.decode()
    assert keep(client, world).json()["code"] == "key"
    actions.withdraw_consultation(
        actor=world.staff, consultation=world.consultation, reason="Hủy đợt"
    )
    assert actions.purge_drafts(now=NOW) == 1


def test_the_form_costs_the_same_whatever_was_sent(world, client, django_assert_num_queries):
    client.force_login(world.member)
    client.get(say_url(world))  # copies the ladder
    client.get(say_url(world))  # remembers who enters where
    with django_assert_num_queries(7):
        client.get(say_url(world))
    for _ in range(5):
        send(world)
    question(world)
    keep(client, world)
    with django_assert_num_queries(7):
        client.get(say_url(world))


# Own opinions


def revise(client, world, **fields):
    opinion = Opinion.objects.get()
    one = reverse("feedback:mine_one", args=[opinion.public_id])
    words = {"stance": "partly", "text": "", "reason": "", "proposed": ""}
    return one, client.post(one, words | {"lock_version": opinion.lock_version} | fields)


def test_each_change_of_an_opinion_is_shown(world, client):
    client.force_login(world.member)
    send(world, text="Nên làm một lần.")
    one, _answer = revise(client, world, text="Nên làm hai lần.")
    revise(client, world, text="Nên làm hai lần.", stance="agree")
    html = client.get(one).content.decode()
    assert "Đã sửa 2 lần" in html
    assert re.search(r"<del>.*?một.*?</del>.*?<ins>.*?hai.*?</ins>", html, re.S)
    assert re.search(r"<del>Đồng ý một phần</del>\s*<ins>Tán thành</ins>", html)


def test_closed_while_revising_keeps_what_was_typed(world, client):
    client.force_login(world.member)
    send(world, text="Cũ.")
    client.logout()
    with time_machine.travel(AFTER):
        client.force_login(world.member)
        _one, answer = revise(client, world, text="Mới viết.")
    assert answer.status_code == 422
    assert 'data-copy="Mới viết."' in answer.content.decode()
    assert Opinion.objects.get().text == "Cũ."


def test_a_session_that_ended_while_revising_loses_no_word(world, client):
    send(world, text="Cũ.")
    _one, answer = revise(client, world, text="Mới viết khi phiên đã hết.")
    assert answer.status_code == 401
    assert "Mới viết khi phiên đã hết." in answer.content.decode()
    assert Opinion.objects.get().text == "Cũ."


def test_revising_into_the_words_of_another_own_opinion_is_refused(world, client):
    client.force_login(world.member)
    send(world, text="Một.")
    one = reverse("feedback:mine_one", args=[Opinion.objects.get().public_id])
    send(world, text="Hai.")
    words = {"stance": "agree", "text": "Hai.", "reason": "", "proposed": "", "lock_version": 0}
    page = client.post(one, words)
    assert (page.status_code, "chỉ tính một lần" in text_of(page)) == (422, True)
