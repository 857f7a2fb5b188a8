"""The desk: what is typed is never lost, who may do what, what it costs."""

import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from portal.agencies import today as work
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.uploads.models import Upload
from portal.news import actions, queries
from portal.news.models import Article, Genre
from tests.agencies.factories import give
from tests.news import factories as make
from tests.news.factories import again, do

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return make.newsroom()


def png(size=(600, 400)):
    file = io.BytesIO()
    Image.new("RGB", size, "#2b6650").save(file, "PNG")
    file.name = "anh.png"
    file.seek(0)
    return file


def typed(article=None, **fields):
    """What the editor's form sends, opened on `article` as the test holds it."""
    data = {name: make.TEXT[name] for name in ("title", "lead", "body", "byline", "source")}
    if article is not None:
        text = article.working.text()
        data |= {k: v for k, v in text.items() if isinstance(v, str)}
        data["lock_version"] = article.lock_version
        data["cover"] = "" if text["cover"] is None else text["cover"].pk
    return data | fields


def address(name, article):
    return reverse(f"news:{name}", args=[article.pk])


# --- writing --------------------------------------------------------------------------------------


def test_an_editor_writes_and_submits_in_one_go(room, client):
    client.force_login(room.editor)
    data = typed(
        title="Đại hội\u00a0Đảng bộ\nxã",
        cover_file=png(),
        cover_alt="Hội trường",
        next_step="submit",
    )
    response = client.post(reverse("news:create"), data)
    article = Article.objects.get()
    assert (response.status_code, response["Location"]) == (302, address("desk_article", article))
    assert (article.state, article.title) == ("submitted", "Đại hội Đảng bộ xã")
    assert (article.working.cover.agency_id, article.author) == (room.agency.pk, room.editor)


def test_a_picture_sent_with_a_faulty_form_is_not_lost(room, client):
    client.force_login(room.editor)
    response = client.post(reverse("news:create"), typed(cover_file=png()))
    form = response.context["form"]
    assert response.status_code == 200
    assert list(form.errors) == ["cover_alt"]
    kept = Upload.objects.get()
    assert form["cover"].value() == str(kept.pk)
    assert f'value="{kept.pk}"' in response.content.decode()
    response = client.post(
        reverse("news:create"), typed(cover=str(kept.pk), cover_alt="Hội trường")
    )
    assert response.status_code == 302
    assert Article.objects.get().working.cover == kept
    assert Upload.objects.count() == 1


def test_a_file_that_is_no_picture_is_refused_and_the_text_stays(room, client):
    client.force_login(room.editor)
    fake = io.BytesIO(b"<svg onload=alert(1)>")
    fake.name = "anh.png"
    response = client.post(reverse("news:create"), typed(cover_file=fake, cover_alt="Ảnh"))
    assert list(response.context["form"].errors) == ["cover_file"]
    assert make.TEXT["lead"] in response.content.decode()
    assert (Upload.objects.count(), Article.objects.count()) == (0, 0)


def test_pictures_of_other_agencies_cannot_be_taken(room, client):
    other = make.newsroom("Sở Nội vụ")
    theirs = make.picture(other.editor, other.agency)
    client.force_login(room.editor)
    response = client.post(
        reverse("news:create"), typed(cover=str(theirs.pk), cover_alt="Ảnh của họ")
    )
    assert list(response.context["form"].errors) == ["cover"]


def test_a_cover_can_be_taken_off(room, client):
    cover = make.picture(room.editor, room.agency)
    article = make.written(room, cover=cover, cover_alt="Ảnh")
    client.force_login(room.editor)
    client.post(address("edit", article), typed(article, cover_remove="on"))
    assert again(article).working.cover is None


def test_the_second_editor_finds_both_texts_side_by_side(room, client):
    article = make.written(room)
    make.saved(room, article, by=room.colleague, body="<p>Câu của Huy.</p>", lead="Huy tóm tắt.")
    client.force_login(room.editor)
    mine = typed(article, body="<p>Câu của Phương.</p>")
    response = client.post(address("edit", article), mine)
    form = response.context["form"]
    assert response.status_code == 200
    assert [(f.name, f.mine, f.theirs) for f in form.stale_fields] == [
        ("lead", make.TEXT["lead"], "Huy tóm tắt."),
        ("body", "Câu của Phương.", "Câu của Huy."),
    ]
    html = response.content.decode()
    assert "Câu của Phương." in html
    assert "Câu của Huy." in html
    assert again(article).working.body == "<p>Câu của Huy.</p>"
    # Sent once more, now in knowledge of both.
    response = client.post(
        address("edit", article), mine | {"lock_version": form["lock_version"].value()}
    )
    assert response.status_code == 302
    assert again(article).working.body == "<p>Câu của Phương.</p>"


def test_what_was_typed_survives_a_submission_in_the_meantime(room, client):
    article = make.written(room)
    data = typed(article, body="<p>Câu viết dở.</p>")
    do("submit", room.colleague, article)
    client.force_login(room.editor)
    response = client.post(address("edit", article), data)
    assert response.status_code == 200
    assert "Câu viết dở." in response.content.decode()
    assert "Hãy rút bài lại" in response.content.decode()
    assert again(article).working.body == make.TEXT["body"]


def test_a_submitted_article_is_not_opened_for_editing(room, client):
    article = make.submitted(room)
    client.force_login(room.editor)
    response = client.get(address("edit", article))
    assert (response.status_code, response["Location"]) == (302, address("desk_article", article))


@pytest.mark.parametrize("title", ["ư" * 300, "ư" * 301])
def test_titles_end_at_300_letters(room, client, title):
    client.force_login(room.editor)
    response = client.post(reverse("news:create"), typed(title=title))
    assert response.status_code == (302 if len(title) == 300 else 200)
    assert Article.objects.count() == (1 if len(title) == 300 else 0)


def test_who_writes_for_two_agencies_chooses(room, client):
    other = make.newsroom("Sở Nội vụ")
    give(room.editor, Role.EDITOR, other.agency)
    client.force_login(room.editor)
    assert client.get(reverse("news:create")).context["agencies"] == [room.agency, other.agency]
    response = client.post(reverse("news:create") + f"?co_quan={other.agency.slug}", typed())
    assert response.status_code == 302
    assert Article.objects.get().agency == other.agency
    assert client.get(reverse("news:create") + "?co_quan=khong-co").status_code == 404


# --- deciding -------------------------------------------------------------------------------------


def test_an_approver_publishes_what_was_read(room, client):
    article = make.submitted(room)
    client.force_login(room.approver)
    page = client.get(address("desk_article", article))
    assert (page.context["may_publish"], page.context["may_decide"]) == (True, True)
    response = client.post(address("publish", article), {"lock_version": article.lock_version})
    assert response.status_code == 302
    assert again(article).state == "published"


def test_a_text_changed_after_the_reading_is_not_published(room, client):
    article = make.submitted(room)
    do("take_back", room.editor, article)
    do("submit", room.editor, article)
    client.force_login(room.approver)
    response = client.post(
        address("publish", article), {"lock_version": article.lock_version}, follow=True
    )
    assert "Bài đã thay đổi" in response.content.decode()
    assert again(article).state == "submitted"


def test_the_submitter_with_both_roles_is_told_why_not(room, client):
    give(room.editor, Role.APPROVER, room.agency)
    article = make.submitted(room)
    client.force_login(room.editor)
    page = client.get(address("desk_article", article))
    assert (page.context["may_publish"], page.context["may_decide"]) == (False, True)
    response = client.post(
        address("publish", article), {"lock_version": article.lock_version}, follow=True
    )
    assert "không tự duyệt bài của mình" in response.content.decode()
    assert again(article).state == "submitted"


def test_a_remark_written_for_a_sending_back_is_not_lost(room, client):
    article = make.submitted(room)
    client.force_login(room.approver)
    data = {"lock_version": article.lock_version, "remark": "Câu cuối cần nguồn số liệu."}
    do("take_back", room.editor, article)
    response = client.post(address("send_back", article), data)
    assert response.status_code == 200
    assert "Câu cuối cần nguồn số liệu." in response.content.decode()
    assert again(article).remarks.count() == 0
    do("submit", room.editor, article)
    response = client.post(address("send_back", article), data)  # still the old version
    form = response.context["send_back_form"]
    assert form["remark"].value() == "Câu cuối cần nguồn số liệu."
    data["lock_version"] = form["lock_version"].value()
    assert client.post(address("send_back", article), data).status_code == 302
    assert again(article).remarks.get().text == "Câu cuối cần nguồn số liệu."


def test_withdrawing_asks_for_the_reason_first(room, client):
    article = make.published(room)
    client.force_login(room.approver)
    assert client.get(address("withdraw", article)).status_code == 200
    data = {"lock_version": article.lock_version, "reason": " "}
    assert client.post(address("withdraw", article), data).status_code == 200
    assert again(article).state == "published"
    data["reason"] = "Sai tên người."
    assert client.post(address("withdraw", article), data).status_code == 302
    assert again(article).withdrawn_reason == "Sai tên người."


def test_remarks_are_written_and_resolved_on_the_page(room, client):
    article = make.submitted(room)
    client.force_login(room.colleague)
    client.post(address("add_remark", article), {"nx-text": "Tên xã viết thiếu dấu."})
    remark = again(article).remarks.get()
    client.post(reverse("news:resolve_remark", args=[article.pk, remark.pk]))
    remark.refresh_from_db()
    assert remark.resolved_by == room.colleague
    other = make.submitted(room)
    assert (
        client.post(reverse("news:resolve_remark", args=[other.pk, remark.pk])).status_code == 404
    )


def test_the_preview_shows_the_newest_text_and_is_not_kept(room, client):
    article = make.correcting(room)
    client.force_login(room.editor)
    response = client.get(address("preview", article))
    assert "<p>Bản sửa.</p>" in response.content.decode()
    assert (response["X-Robots-Tag"], "no-store" in response["Cache-Control"]) == ("noindex", True)


VERBS = ["submit", "take_back", "publish", "send_back", "discard", "withdraw"]


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize(("who", "status"), [("outsider", 404), ("member", 404), ("staff", 403)])
def test_verbs_are_closed_to_others(room, client, verb, who, status):
    article = make.submitted(room)
    client.force_login(getattr(room, who))
    data = {"lock_version": article.lock_version, "remark": "x", "reason": "x"}
    assert client.post(address(verb, article), data).status_code == status
    assert again(article).lock_version == article.lock_version


@pytest.mark.parametrize("verb", VERBS)
def test_nothing_happens_on_a_get(room, client, verb):
    article = make.submitted(room)
    client.force_login(room.approver)
    expected = 200 if verb == "withdraw" else 405
    assert client.get(address(verb, article)).status_code == expected


# --- lists ----------------------------------------------------------------------------------------


def test_the_desk_shows_my_agencies_by_state(room, client):
    other = make.newsroom("Sở Nội vụ")
    theirs = make.written(other)
    drafts = [make.written(room, title=f"Nháp {n}") for n in range(2)]
    done = make.published(room, title="Đã đăng rồi")
    client.force_login(room.editor)
    response = client.get(reverse("news:desk"))
    assert {a.pk for a in response.context["page"]} == {done.pk, *(d.pk for d in drafts)}
    assert theirs.title in make.TEXT["title"]
    assert [(t["label"], t["count"]) for t in response.context["tabs"]] == [
        ("Tất cả", 3),
        ("Bản thảo", 2),
        ("Trả lại để sửa", 0),
        ("Chờ duyệt", 0),
        ("Hẹn giờ đăng", 0),
        ("Đã đăng", 1),
        ("Đã gỡ", 0),
    ]
    response = client.get(reverse("news:desk") + "?trang_thai=published")
    assert [a.pk for a in response.context["page"]] == [done.pk]
    response = client.get(reverse("news:desk") + "?tim=NHAP%201")
    assert [a.pk for a in response.context["page"]] == [drafts[1].pk]
    client.force_login(room.colleague)
    assert client.get(reverse("news:desk") + "?cua_toi=on").context["page"].count == 0


def test_the_desk_is_narrowed_by_genre_and_days(room, client):
    tin, phong_van = Genre.objects.get(slug="tin"), Genre.objects.get(slug="phong-van")
    old = make.written(room, genre=tin, now=make.at("2026-08-31 23:59"))
    new = make.written(room, genre=phong_van, now=make.at("2026-09-01 00:00"))
    late = make.written(room, genre=tin, now=make.at("2026-09-02 00:00"))
    client.force_login(room.editor)

    def found(query):
        page = client.get(f"{reverse('news:desk')}?{query}")
        assert page.status_code == 200
        return [a.pk for a in page.context["page"]]

    assert found(f"the_loai={tin.pk}") == [late.pk, old.pk]
    assert found("tu_ngay=2026-09-01") == [late.pk, new.pk]
    assert found("den_ngay=2026-09-01") == [new.pk, old.pk]
    assert found("tu_ngay=2026-09-01&den_ngay=2026-09-01") == [new.pk]
    assert found(f"tu_ngay=2026-09-01&the_loai={tin.pk}&cua_toi=on") == [late.pk]
    assert found("tu_ngay=2026-09-02&den_ngay=2026-09-01") == []
    assert found("the_loai=999999&tu_ngay=hom-qua&co_quan=x") == [late.pk, new.pk, old.pk]
    page = client.get(f"{reverse('news:desk')}?tu_ngay=hom-qua").content.decode()
    assert "<details" in page and "open" in page[page.index("<details") :][:120]


def test_the_desk_finds_and_shows_the_title_that_is_being_worked_on(room, client):
    article = make.published(room, title="Tít cũ")
    make.saved(room, article, title="Trống đồng mới")
    make.published(room, title="Tít khác")
    client.force_login(room.editor)
    response = client.get(reverse("news:desk") + "?tim=TRONG+dong")
    assert [a.pk for a in response.context["page"]] == [article.pk]
    assert "Trống đồng mới" in response.content.decode()


def test_staff_lists_cost_the_same_for_one_and_for_many(room, client):
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    cover = make.picture(room.editor, room.agency)

    def fill(times):
        for n in range(times):
            text = {"section": section, "cover": cover, "cover_alt": "Ảnh", "title": f"Bài {n}"}
            make.submitted(room, **text)
            make.returned(room, **text)

    def costs():
        found = {}
        for person, name in [
            (room.editor, "news:desk"),
            (room.approver, "news:waiting"),
            (room.approver, "today"),
            (room.editor, "today"),
        ]:
            client.force_login(person)
            client.get(reverse(name))  # the first page of a session writes it
            with CaptureQueriesContext(connection) as captured:
                assert client.get(reverse(name)).status_code == 200
            found[person.full_name, name] = len(captured)
        return found

    fill(1)
    before = costs()
    fill(15)
    assert costs() == before


def test_one_article_costs_the_same_with_one_remark_and_with_many(room, client):
    article = make.returned(room)
    client.force_login(room.editor)
    client.get(reverse("news:desk"))  # the first page of a session writes it

    def cost(name):
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address(name, article)).status_code == 200
        return len(captured)

    before = cost("desk_article"), cost("edit")
    for n in range(10):
        actions.add_remark(actor=room.approver, article_id=article.pk, text=f"Nhận xét {n}")
    assert (cost("desk_article"), cost("edit")) == before


def test_todays_work_of_an_approver_and_of_a_writer(room):
    def day(person):
        sections = work.collect(person, now=clock.now()).sections
        return {s.key: (s.total, [i.title for i in s.items]) for s in sections}

    make.submitted(room, title="Bài chờ")
    make.returned(room, title="Bài trả lại")
    assert day(room.approver) == {"news.review": (1, ["Bài chờ"])}
    assert day(room.editor) == {"news.returned": (1, ["Bài trả lại"])}
    for person in [room.colleague, room.staff, room.member, room.outsider]:
        assert [key for key in day(person) if key.startswith("news.")] == []
    assert grants_of(room.approver).agency_ids({Role.APPROVER}) == {room.agency.pk}


def test_the_history_joins_savings_in_a_row(room):
    article = make.written(room)
    for n in range(3):
        make.saved(room, article, lead=f"Tóm tắt {n}.")
    make.saved(room, article, by=room.colleague, lead="Của Huy.")
    do("submit", room.editor, article)
    lines = queries.trail(queries.steps(article))
    assert [(line.label, line.by, line.times) for line in lines] == [
        ("Bắt đầu soạn", room.editor, 1),
        ("Lưu bản thảo", room.editor, 3),
        ("Lưu bản thảo", room.colleague, 1),
        ("Gửi duyệt", room.editor, 1),
    ]


# --- sections -------------------------------------------------------------------------------------


def test_an_approver_keeps_the_sections(room, client):
    client.force_login(room.approver)
    home = reverse("news:agency_sections", args=[room.agency.slug])
    assert client.get(reverse("news:sections"))["Location"] == home
    client.post(home, {"title": "Đại hội các cấp"})
    section = room.agency.sections.get()
    response = client.post(home, {"title": "Đại hội các cấp"})
    assert list(response.context["form"].errors) == ["title"]
    edit = reverse("news:edit_section", args=[room.agency.slug, section.pk])
    assert client.get(edit).status_code == 200
    data = {"title": "Đại hội", "order": 3, "lock_version": 0}
    assert client.post(edit, data).status_code == 302
    stale = client.post(edit, data | {"title": "Khác"})
    assert [f.mine for f in stale.context["form"].stale_fields] == ["Khác"]
    section.refresh_from_db()
    assert (section.title, section.order) == ("Đại hội", 3)
