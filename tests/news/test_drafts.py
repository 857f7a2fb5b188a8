"""Autosave, sessions that end, and how what was typed comes back."""

import datetime as dt
import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.common import clock
from portal.common.errors import Refused
from portal.news import actions
from portal.news.actions.drafts import MOST_PAGES, SIZE_LIMIT
from portal.news.models import Article, ArticleDraft
from portal.news.tasks import clean_up_drafts
from tests.news import factories as make
from tests.news.factories import again
from tests.news.test_desk import typed

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return make.newsroom()


@pytest.fixture
def editor(room, client):
    client.force_login(room.editor)
    return client


def address(name, *args):
    return reverse(f"news:{name}", args=args)


def sent(person, article=None, key=None, **fields):
    """What autosave.js sends."""
    hidden = {"ban_tu_luu": str(key or uuid.uuid4()), "nguoi_soan": person.pk}
    return typed(article, **{**hidden, **fields})


def autosaved(client, person, article, **fields):
    key = uuid.uuid4()
    response = client.post(address("autosave", article.pk), sent(person, article, key, **fields))
    assert response.status_code == 200
    return key


# --- keeping --------------------------------------------------------------------------------------


def test_what_is_typed_is_kept_beside_the_article_not_in_it(room, editor):
    article = make.written(room)
    key = uuid.uuid4()
    data = sent(room.editor, article, key, lead="Câu đang gõ dở", tags=["một", "hai"])
    response = editor.post(address("autosave", article.pk), data)
    draft = ArticleDraft.objects.get()
    assert response.json() == {"at": f"{clock.local(draft.changed_at):%H:%M}"}
    assert (draft.key, draft.person, draft.agency, draft.article) == (
        key,
        room.editor,
        room.agency,
        article,
    )
    assert (draft.fields["lead"], draft.fields["tags"]) == (["Câu đang gõ dở"], ["một", "hai"])
    assert not {"ban_tu_luu", "nguoi_soan", "csrfmiddlewaretoken"} & set(draft.fields)
    assert draft.base_version == article.lock_version
    article = again(article)
    assert (article.working.n, article.working.lead) == (1, make.TEXT["lead"])
    assert article.lock_version == draft.base_version


def test_one_page_has_one_draft_and_two_pages_never_overwrite_each_other(room, editor):
    article = make.written(room)
    key = uuid.uuid4()
    for words in ("một", "hai"):
        editor.post(address("autosave", article.pk), sent(room.editor, article, key, lead=words))
    autosaved(editor, room.editor, article, lead="thẻ khác")
    kept = ArticleDraft.objects.order_by("pk").values_list("fields__lead__0", flat=True)
    assert list(kept) == ["hai", "thẻ khác"]


def test_a_new_article_is_kept_before_it_exists(room, editor):
    where = address("autosave_new") + f"?co_quan={room.agency.slug}"
    assert editor.post(where, sent(room.editor, title="")).status_code == 200
    draft = ArticleDraft.objects.get()
    assert (draft.article, draft.base_version, Article.objects.count()) == (None, None, 0)


def test_autosave_answers_the_script_and_never_leads_to_a_sign_in_page(room, client):
    article = make.written(room)
    where = address("autosave", article.pk)
    data = sent(room.editor, article)
    assert client.post(where, data).status_code == 401
    for person, status in [(room.outsider, 404), (room.staff, 403), (room.approver, 403)]:
        client.force_login(person)
        assert client.post(where, {**data, "nguoi_soan": person.pk}).status_code == status
    client.force_login(room.colleague)  # signed in where Phương left her page open
    assert client.post(where, data).status_code == 409
    client.force_login(room.editor)
    assert client.post(where, {**data, "ban_tu_luu": "x"}).status_code == 422
    assert client.post(where, {**data, "lock_version": "-1"}).status_code == 422
    assert client.get(where).status_code == 405
    new = address("autosave_new")
    assert client.post(new, data).status_code == 404
    assert client.post(f"{new}?co_quan={room.outsider.pk}", data).status_code == 404
    assert not ArticleDraft.objects.exists()


def test_the_page_of_another_person_cannot_be_written_over(room, editor):
    article = make.written(room)
    key = autosaved(editor, room.editor, article)
    editor.force_login(room.colleague)
    answer = editor.post(address("autosave", article.pk), sent(room.colleague, article, key))
    assert (answer.status_code, answer.json()) == (
        422,
        {"message": "Trang này thuộc về người khác."},
    )
    assert ArticleDraft.objects.get().person == room.editor


def test_too_much_is_refused_in_words(room, editor):
    article = make.written(room)
    data = sent(room.editor, article, body="x" * SIZE_LIMIT)
    answer = editor.post(address("autosave", article.pk), data)
    assert (answer.status_code, answer.json()["message"][:11]) == (422, "Bài quá dài")


def test_the_oldest_page_gives_way(room):
    article = make.written(room)
    start = make.at("2026-09-24 07:30")
    for n in range(MOST_PAGES + 2):
        actions.keep_draft(
            actor=room.editor,
            agency=room.agency,
            article=article,
            key=uuid.uuid4(),
            fields={"title": [str(n)]},
            base_version=0,
            now=start + dt.timedelta(minutes=n),
        )
    titles = [d.title for d in ArticleDraft.objects.order_by("changed_at")]
    assert titles == [str(n) for n in range(2, MOST_PAGES + 2)]


def test_drafts_nobody_came_back_to_go_after_thirty_days(room):
    article = make.written(room)
    for days in (31, 29):
        actions.keep_draft(
            actor=room.editor,
            agency=room.agency,
            article=article,
            key=uuid.uuid4(),
            fields={"title": [str(days)]},
            base_version=0,
            now=clock.now() - dt.timedelta(days=days),
        )
    clean_up_drafts()
    assert [d.title for d in ArticleDraft.objects.all()] == ["29"]


def test_who_lost_the_role_keeps_no_drafts(room):
    with pytest.raises(Refused) as refused:
        actions.keep_draft(
            actor=room.approver, agency=room.agency, key=uuid.uuid4(), fields={"title": ["x"]}
        )
    assert refused.value.code == "role"


# --- coming back ----------------------------------------------------------------------------------


def test_the_editor_offers_what_was_left_and_shows_the_difference(room, editor):
    article = make.written(room)
    key = autosaved(editor, room.editor, article, lead="Mỗi chi bộ họp hai buổi tối.")
    page = editor.get(address("edit", article.pk)).content.decode()
    assert address("draft", key) in page
    html = editor.get(address("draft", key)).content.decode()
    assert " <ins>hai</ins>" in html
    assert "Bài đã thay đổi sau bản tự lưu này" not in html


def test_taking_a_draft_up_changes_nothing_until_it_is_saved(room, editor):
    article = make.written(room)
    key = autosaved(editor, room.editor, article, lead="Từ bản tự lưu.", title="")
    response = editor.get(address("edit", article.pk), {"tu_luu": str(key)})
    form = response.context["form"]
    assert (form["lead"].value(), form["title"].value()) == ("Từ bản tự lưu.", "")
    assert not form.errors  # what is missing is said when it is saved
    assert f'value="{key}"' in response.content.decode()
    assert again(article).working.n == 1
    data = sent(room.editor, article, key, lead="Từ bản tự lưu.")
    assert editor.post(address("edit", article.pk), data).status_code == 302
    assert again(article).working.lead == "Từ bản tự lưu."
    assert not ArticleDraft.objects.exists()


def test_a_draft_of_an_older_text_never_overwrites_the_newer_one(room, editor):
    article = make.written(room)
    key = autosaved(editor, room.editor, article, lead="Phương gõ dở.")
    make.saved(room, article, by=room.colleague, lead="Huy đã lưu.")
    html = " ".join(editor.get(address("draft", key)).content.decode().split())
    assert "bản mới nhất là bản 2, Quang Huy lưu" in html
    restored = editor.get(address("edit", article.pk), {"tu_luu": str(key)})
    assert "hai bản được đặt cạnh nhau" in restored.content.decode()
    data = sent(
        room.editor,
        article,
        key,
        lead="Phương gõ dở.",
        lock_version=restored.context["form"]["lock_version"].value(),
    )
    response = editor.post(address("edit", article.pk), data)
    rows = {row.name: (row.mine, row.theirs) for row in response.context["form"].stale_fields}
    assert rows["lead"] == ("Phương gõ dở.", "Huy đã lưu.")
    assert again(article).working.lead == "Huy đã lưu."
    assert ArticleDraft.objects.filter(key=key).exists()


def test_a_draft_of_a_new_article_opens_in_the_form_of_its_agency(room, editor):
    key = uuid.uuid4()
    where = address("autosave_new") + f"?co_quan={room.agency.slug}"
    editor.post(where, sent(room.editor, key=key, title="Tin đang viết"))
    assert "Tin đang viết" in editor.get(address("create")).content.decode()
    html = editor.get(address("draft", key)).content.decode()
    assert f"?co_quan={room.agency.slug}&amp;tu_luu={key}" in html
    page = editor.get(address("create"), {"co_quan": room.agency.slug, "tu_luu": str(key)})
    assert page.context["form"]["title"].value() == "Tin đang viết"
    editor.post(address("create"), sent(room.editor, key=key, title="Tin đang viết"))
    assert (Article.objects.get().title, ArticleDraft.objects.count()) == ("Tin đang viết", 0)


def test_drafts_are_seen_by_their_person_only(room, editor):
    article = make.written(room)
    key = autosaved(editor, room.editor, article, lead="Của riêng tôi.")
    for person in (room.colleague, room.approver, room.outsider):
        editor.force_login(person)
        assert editor.get(address("draft", key)).status_code == 404
        assert editor.post(address("draft", key)).status_code == 404
    editor.force_login(room.colleague)
    page = editor.get(address("edit", article.pk), {"tu_luu": str(key)})
    assert "Của riêng tôi." not in page.content.decode()
    assert address("draft", key) not in page.content.decode()


def test_a_draft_not_wanted_is_forgotten_and_one_of_another_article_is_not_taken_up(room, editor):
    article, other = make.written(room), make.written(room)
    key = autosaved(editor, room.editor, article, lead="Bỏ đi.")
    page = editor.get(address("edit", other.pk), {"tu_luu": str(key)})
    assert page.context["form"]["lead"].value() == make.TEXT["lead"]
    response = editor.post(address("draft", key))
    assert (response.status_code, response["Location"]) == (302, address("edit", article.pk))
    assert not ArticleDraft.objects.exists()


def test_while_the_article_waits_the_draft_waits_too(room, editor):
    article = make.written(room)
    key = autosaved(editor, room.editor, article, lead="Gõ dở khi bài được gửi.")
    make.do("submit", room.colleague, article)
    html = editor.get(address("draft", key)).content.decode()
    assert "chưa khôi phục được" in html
    assert "Khôi phục vào trang soạn" not in html
    # and the page that is still open goes on keeping
    answer = editor.post(address("autosave", article.pk), sent(room.editor, article, key))
    assert answer.status_code == 200


def test_the_offer_costs_one_query_for_one_and_for_many(room, editor):
    article = make.written(room)

    def cost():
        with CaptureQueriesContext(connection) as queries:
            editor.get(address("edit", article.pk))
        return len(queries)

    autosaved(editor, room.editor, article)
    cost()
    one = cost()
    for _n in range(3):
        autosaved(editor, room.editor, article)
    assert cost() == one


# --- sessions that end ----------------------------------------------------------------------------


def test_a_form_sent_after_the_session_ended_comes_back_with_every_field(room, client):
    article = make.written(room)
    data = typed(article, lead="Câu dài gõ sau khi phiên đã hết.", body='<p>Đoạn "mới".</p>')
    data |= {"next_step": "submit", "tags": ["một", "hai"]}
    response = client.post(address("edit", article.pk), data)
    html = response.content.decode()
    assert response.status_code == 401
    assert response["Cache-Control"].startswith("max-age=0")
    for name, value in [
        ("lead", "Câu dài gõ sau khi phiên đã hết."),
        ("body", "&lt;p&gt;Đoạn &quot;mới&quot;.&lt;/p&gt;"),
        ("next_step", "submit"),
        ("tags", "một"),
        ("tags", "hai"),
        ("lock_version", str(article.lock_version)),
    ]:
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    assert f'action="{address("edit", article.pk)}"' in html
    # signed in again in another tab, the same form does what was meant
    client.force_login(room.editor)
    assert client.post(address("edit", article.pk), data).status_code == 302
    assert (again(article).working.lead, again(article).state) == (data["lead"], "submitted")


def test_a_text_is_not_saved_under_the_name_of_who_signed_in_meanwhile(room, client):
    article = make.written(room)
    data = sent(room.editor, article, lead="Câu của Mai Phương.")
    client.force_login(room.colleague)
    for where in (address("edit", article.pk), address("create")):
        response = client.post(where, data)
        html = response.content.decode()
        assert response.status_code == 200
        assert "bài sẽ đứng tên Quang Huy" in html
        assert "Câu của Mai Phương." in html
        assert f'name="nguoi_soan" value="{room.colleague.pk}"' in " ".join(html.split())
    assert (Article.objects.count(), again(article).working.n) == (1, 1)
    # Who read that and goes on saves it as theirs.
    response = client.post(address("edit", article.pk), {**data, "nguoi_soan": room.colleague.pk})
    assert response.status_code == 302
    assert again(article).working.by == room.colleague


def test_a_token_of_the_session_before_does_not_cost_the_text(room):
    article = make.written(room)
    client = Client(enforce_csrf_checks=True)
    client.force_login(room.editor)
    where = address("edit", article.pk)
    data = typed(article, lead="Viết trước khi đăng nhập lại.", csrfmiddlewaretoken="x" * 64)
    response = client.post(where, data, headers={"origin": "http://testserver"})
    html = response.content.decode()
    assert response.status_code == 403
    assert 'name="lead" value="Viết trước khi đăng nhập lại."' in html
    token = html.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    data["csrfmiddlewaretoken"] = token
    response = client.post(where, data, headers={"origin": "http://testserver"})
    assert response.status_code == 302
    assert again(article).working.lead == "Viết trước khi đăng nhập lại."


@pytest.mark.parametrize("origin", ["https://la.example", "null", None])
def test_a_form_of_a_stranger_is_refused_and_not_repeated(room, origin):
    article = make.written(room)
    client = Client(enforce_csrf_checks=True)
    client.force_login(room.editor)
    headers = {} if origin is None else {"origin": origin}
    data = typed(article, lead="Chữ của kẻ lạ.")
    response = client.post(address("edit", article.pk), data, headers=headers)
    assert response.status_code == 403
    assert "Chữ của kẻ lạ." not in response.content.decode()


def test_other_pages_keep_their_own_refusal(room):
    article = make.written(room)
    client = Client(enforce_csrf_checks=True)
    client.force_login(room.editor)
    response = client.post(
        address("submit", article.pk), {"x": "y" * 30}, headers={"origin": "http://testserver"}
    )
    assert response.status_code == 403
    assert "y" * 30 not in response.content.decode()


def test_the_page_learns_who_is_signed_in_and_the_token_of_now(room, client):
    assert client.get(address("autosave_token")).status_code == 401
    client.force_login(room.editor)
    answer = client.get(address("autosave_token"))
    assert (answer.json()["person"], len(answer.json()["token"])) == (str(room.editor.pk), 64)
    assert "no-store" in answer["Cache-Control"]
    response = client.get(reverse("common:signed_in"))
    assert "quay lại thẻ đang soạn" in response.content.decode()


def test_both_texts_stand_side_by_side_for_every_field_and_only_where_they_differ(room, editor):
    article = make.written(room)
    mine, theirs = (make.picture(room.editor, room.agency) for _n in range(2))
    type(mine).objects.filter(pk=theirs.pk).update(original_name="cua-huy.png")
    make.saved(
        room,
        article,
        by=room.colleague,
        cover=theirs,
        cover_alt="Ảnh của Huy",
        tags=["đại hội"],
        body='<p>Xem <a href="https://hai.vn/">đây</a>.</p>',
    )
    data = typed(
        article,
        cover=str(mine.pk),
        cover_alt="Ảnh của Phương",
        tags="chi bộ",
        body='<p>Xem <a href="https://mot.vn/">đây</a>.</p>',
    )
    response = editor.post(address("edit", article.pk), data)
    rows = {r.name: (r.label, r.mine, r.theirs) for r in response.context["form"].stale_fields}
    assert rows == {
        "body": ("Nội dung", "Xem đây (https://mot.vn/).", "Xem đây (https://hai.vn/)."),
        "cover": ("Ảnh đại diện", "anh.png", "cua-huy.png"),
        "cover_alt": ("Chữ thay thế", "Ảnh của Phương", "Ảnh của Huy"),
        "tags": ("Từ khóa", "chi bộ", "đại hội"),
    }
