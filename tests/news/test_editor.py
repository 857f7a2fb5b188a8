"""The editor's page: gallery, files, videos, keywords, where an article belongs."""

import io
import json
import re
from html.parser import HTMLParser

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from portal.common.errors import Refused
from portal.common.models import Upload
from portal.news import queries
from portal.news.actions import ItemInput
from portal.news.models import Article, Genre, Microsite, Series
from tests.agencies.factories import AgencyFactory
from tests.campaigns.factories import PhaseFactory
from tests.common.payloads import PAYLOADS
from tests.common.test_videos import mp4
from tests.news import factories as make
from tests.news.test_desk import typed
from tests.news.test_items import pdf, picture_item, save

pytestmark = pytest.mark.django_db
ALT_MISSING = "Nêu điều thấy trong ảnh, cho người không xem được ảnh."
CREATE = "/lam-viec/tin-bai/viet-bai/"


@pytest.fixture
def room():
    return make.newsroom()


@pytest.fixture
def desk(room, client):
    client.force_login(room.editor)
    return client


def png(name="anh.png", colour="#2b6650"):
    file = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue())


def pdf_file(name="ke-hoach.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.4\n%%EOF")


def edit_url(article):
    return reverse("news:edit", args=[article.pk])


def rows(form):
    """The fields of the rows as the browser would send them back."""
    data = {"kem-so": len(form.item_rows)}
    for row in form.item_rows:
        for bound in row:
            value = bound.value()
            if value not in (None, False):
                data[bound.html_name] = value
    return data


def kinds(form):
    return [row.state["kind"] for row in form.item_rows]


# --- without scripts ------------------------------------------------------------------------


def test_many_pictures_at_once_then_words_then_order(room, desk):
    """Several trips, as without JavaScript: choose, say what is seen, order, take one out."""
    pictures = [png(f"{n}.png", f"#{n}{n}{n}") for n in (1, 2, 3)]
    page = desk.post(CREATE, typed(new_images=pictures, title="", next_step="add"))
    form = page.context["form"]
    assert page.status_code == 200
    assert [row.name for row in form.image_rows] == ["1.png", "2.png", "3.png"]
    assert form.errors == {} and all(row.errors == {} for row in form.item_rows)
    assert Article.objects.count() == 0
    sent = rows(form)
    page = desk.post(CREATE, typed(**sent))
    form = page.context["form"]
    assert form.non_field_errors() == ["Phần kèm bài: còn 3 ảnh, tệp hoặc video cần sửa."]
    assert (
        page.content.decode().count("Nêu điều thấy trong ảnh, cho người không xem được ảnh.") == 4
    )
    sent |= {f"kem-{n}-alt": f"Ảnh {n + 1}" for n in range(3)}
    sent |= {"kem-0-order": 3, "kem-2-order": 1, "kem-1-remove": "on", "kem-2-caption": "Sáng nay"}
    page = desk.post(CREATE, typed(**sent))
    article = Article.objects.get()
    assert page.status_code == 302
    found = queries.items_of(article.working)
    assert [(i.alt, i.caption) for i in found.images] == [("Ảnh 3", "Sáng nay"), ("Ảnh 1", "")]
    assert Upload.objects.filter(agency_id=room.agency.pk).count() == 3


def test_files_and_videos_are_added_with_the_text(room, desk):
    page = desk.post(
        CREATE,
        typed(
            new_files=[pdf_file("Kế hoạch 12.pdf"), pdf_file("Mẫu 1.pdf")],
            new_video=SimpleUploadedFile("phong-su.mp4", mp4()),
            video_address="https://youtu.be/dQw4w9WgXcQ?si=1",
        ),
    )
    assert page.status_code == 302
    found = queries.items_of(Article.objects.get().working)
    assert [i.title for i in found.files] == ["Kế hoạch 12.pdf", "Mẫu 1.pdf"]
    assert [(i.upload_id is None, i.provider, i.ref) for i in found.videos] == [
        (False, "", ""),
        (True, "youtube", "dQw4w9WgXcQ"),
    ]


def test_one_bad_file_does_not_lose_the_others(room, desk):
    fake = SimpleUploadedFile("gia.png", b"<svg onload=alert(1)>")
    page = desk.post(
        CREATE,
        typed(
            new_images=[png("that.png"), fake],
            new_files=[SimpleUploadedFile("x.exe", b"MZ"), pdf_file()],
            new_video=SimpleUploadedFile("x.mp4", b"khong phai"),
            video_address="https://vtv.vn/video/thoi-su.htm",
        ),
    )
    form = page.context["form"]
    assert page.status_code == 200
    assert sorted(kinds(form)) == ["file", "image"]
    assert form.errors["new_images"] == [
        "gia.png: Tệp này không phải ảnh đọc được. Hãy dùng ảnh JPEG, PNG, WebP hoặc GIF."
    ]
    assert form.errors["new_files"][0].startswith("x.exe: Chỉ nhận tệp PDF")
    assert form.errors["new_video"][0].startswith("x.mp4: Tệp này không phải video")
    assert form.errors["video_address"][0].startswith("Địa chỉ này không phải trang của một video")
    assert 'value="https://vtv.vn/video/thoi-su.htm"' in page.content.decode()
    assert "<svg onload" not in page.content.decode()


def test_refused_files_are_told_of_when_only_adding(desk):
    page = desk.post(CREATE, typed(title="", new_files=[png()], next_step="add"))
    assert list(page.context["form"].errors) == ["new_files"]


def test_an_empty_video_is_told_of(desk):
    page = desk.post(CREATE, typed(new_video=SimpleUploadedFile("x.mp4", b"")))
    assert page.context["form"].errors["new_video"] == ["x.mp4: Tệp video trống."]


def test_a_video_too_large_is_refused(desk, settings):
    settings.VIDEO_MAX_MB = 1
    big = SimpleUploadedFile("x.mp4", mp4(media=bytes(1024 * 1024)))
    page = desk.post(CREATE, typed(new_video=big))
    assert page.context["form"].errors["new_video"][0].startswith("x.mp4: Video lớn quá 1 MB")
    assert Upload.objects.count() == 0


def test_the_page_shows_the_items_and_saving_it_again_changes_nothing(room, desk):
    items = [
        picture_item(room, alt="Một", caption="Chú"),
        ItemInput(kind="file", upload=pdf(room.editor, room.agency), title="Kế hoạch"),
        ItemInput(kind="video", provider="vimeo", ref="76979871", title="Phim"),
    ]
    article = save(room, make.written(room), items=items)
    page = desk.get(edit_url(article))
    form = page.context["form"]
    assert sorted(kinds(form)) == ["file", "image", "video"]
    assert "https://vimeo.com/76979871" in page.content.decode()
    answer = desk.post(edit_url(article), typed(make.again(article), **rows(form)))
    assert answer.status_code == 302
    assert make.again(article).lock_version == article.lock_version


def test_a_form_without_its_rows_keeps_the_items(room, desk):
    article = save(room, make.written(room), items=[picture_item(room)])
    desk.post(edit_url(article), typed(make.again(article), title="Tên mới"))
    article = make.again(article)
    assert article.working.title == "Tên mới"
    assert len(queries.items_of(article.working).images) == 1
    desk.post(edit_url(article), typed(article, **{"kem-so": "0"}))
    assert not queries.items_of(make.again(article).working)


@pytest.mark.parametrize("count", ["x", "-1", "", "99999999999999999999"])
def test_made_up_counts_do_no_harm(room, desk, count):
    assert desk.post(CREATE, typed(**{"kem-so": count})).status_code == 302


def test_made_up_rows_are_not_taken(room, desk):
    foreign = make.picture(room.outsider, AgencyFactory(), (8, 8))
    for row in (
        {"kem-0-kind": "image", "kem-0-upload": foreign.pk, "kem-0-alt": "Ảnh"},
        {"kem-0-kind": "image", "kem-0-upload": "khong-phai", "kem-0-alt": "Ảnh"},
        {"kem-0-kind": "video", "kem-0-provider": "evil", "kem-0-ref": "1"},
    ):
        page = desk.post(CREATE, typed(**row, **{"kem-so": 1}))
        assert page.context["form"].non_field_errors() == [
            "1 ảnh, tệp hoặc video không còn trên máy chủ. Hãy tải lên lại."
        ]
    assert desk.post(CREATE, typed(**{"kem-0-kind": "khac", "kem-so": 1})).status_code == 302


def test_a_file_of_a_colleague_is_refused_with_everything_kept(room, desk):
    scan = pdf(room.staff, room.agency, "to-trinh.pdf")
    page = desk.post(CREATE, typed(**{"kem-so": 1, "kem-0-kind": "file", "kem-0-upload": scan.pk}))
    assert "to-trinh.pdf” do người khác tải lên" in page.content.decode()
    assert kinds(page.context["form"]) == ["file"]


def test_stale_items_stand_beside_each_other(room, desk):
    article = make.written(room)
    stale = make.again(article)
    save(room, article, by=room.colleague, items=[picture_item(room, alt="Của Huy")])
    page = desk.post(edit_url(article), typed(stale, new_files=[pdf_file()]))
    form = page.context["form"]
    assert [(f.name, f.mine, f.theirs) for f in form.stale_fields] == [
        ("items", "ke-hoach.pdf", "anh.png · Của Huy")
    ]
    page = desk.post(
        edit_url(article),
        typed(stale, **rows(form)) | {"lock_version": form["lock_version"].value()},
    )
    assert page.status_code == 302
    assert [i.title for i in queries.items_of(make.again(article).working).files] == [
        "ke-hoach.pdf"
    ]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_scripts_in_every_field_are_words(room, desk, payload):
    page = desk.post(
        CREATE,
        typed(
            new_images=[png()],
            new_files=[pdf_file(f"{payload[:80]}.pdf")],
            next_step="add",
        ),
    )
    sent = rows(page.context["form"])
    sent |= {
        f"kem-{n}-{name}": payload[:200]
        for n in (0, 1)
        for name in ("title", "alt", "caption", "credit")
    }
    fields = dict.fromkeys(
        ("title", "lead", "body", "byline", "source", "cover_credit"), payload[:100]
    )
    page = desk.post(CREATE, typed(**sent, **fields, tags=payload[:30].replace(",", " ")))
    assert page.status_code in (200, 302)
    if page.status_code == 302:
        page = desk.get(page["Location"])
    found = Dangers()
    found.feed(page.content.decode())
    assert found.dangers == []


class Dangers(HTMLParser):
    """Scripts and handlers a browser would find in a page, besides those of the frame."""

    def __init__(self):
        super().__init__()
        self.dangers = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in ("iframe", "object", "embed", "base") or (tag == "script" and "src" not in given):
            self.dangers.append(tag)
        for name, value in attrs:
            if name.startswith("on") or re.match(r"\s*(javascript|data):", value or "", re.I):
                self.dangers.append((tag, name, value))


# --- what is typed --------------------------------------------------------------------------


def test_ten_thousand_words_are_kept(room, desk):
    body = "".join(f"<p>{'chữ ' * 100}</p>" for _n in range(100))
    assert desk.post(CREATE, typed(body=body)).status_code == 302
    assert Article.objects.get().words == 10_000


def test_an_empty_body_is_a_draft_but_cannot_be_submitted(room, desk):
    page = desk.post(CREATE, typed(body="<p>&nbsp;</p>", next_step="submit"), follow=True)
    assert "Bài chưa có nội dung, chưa gửi duyệt được." in page.content.decode()
    article = Article.objects.get()
    assert (article.state, article.words, article.minutes) == ("editing", 0, 0)


def test_keywords_are_parted_tidied_and_limited(room, desk):
    desk.post(CREATE, typed(tags=" Đại hội ,, chi bộ;ĐẠI HỘI\u200b\n nghị  quyết "))
    article = Article.objects.get()
    assert article.working.tags == ["Đại hội", "chi bộ", "nghị quyết"]
    page = desk.get(edit_url(article))
    assert page.context["form"]["tags"].value() == "Đại hội, chi bộ, nghị quyết"
    page = desk.post(CREATE, typed(tags=", ".join(f"t{n}" for n in range(11))))
    assert page.context["form"].errors["tags"] == ["Nhiều nhất 10 từ khóa."]
    page = desk.post(CREATE, typed(tags="a" * 41))
    assert "dài quá 40 ký tự" in page.context["form"].errors["tags"][0]


def test_keywords_of_the_agency_are_offered(room, desk, django_assert_num_queries):
    make.written(room, tags=["Đại hội", "chi bộ"])
    make.written(room, tags=["chi bộ"])
    elsewhere = AgencyFactory()
    make.Article.objects.filter(pk=make.written(room, tags=["chi bộ lạ"]).pk).update(
        agency=elsewhere
    )
    assert queries.tags_of(room.agency) == ["chi bộ", "Đại hội"]
    answer = desk.get(
        reverse("news:tags"), {"co_quan": room.agency.slug, "tags": "Nghị quyết, dai"}
    )
    assert answer.content.decode().strip().endswith('<option value="Nghị quyết, Đại hội"></option>')
    assert "chi bộ" not in answer.content.decode()
    answer = desk.get(reverse("news:tags"), {"co_quan": room.agency.slug, "tags": '"><script>'})
    assert "<script>" not in answer.content.decode()
    with django_assert_num_queries(1):
        queries.tags_of(room.agency, "b")


def test_where_an_article_belongs(room, desk):
    genre = Genre.objects.earliest("order")
    series = Series.objects.create(agency=None, title="Người tốt, việc tốt", slug="nguoi-tot")
    foreign = Series.objects.create(agency=AgencyFactory(), title="Lạ", slug="la")
    closed = Series.objects.create(agency=room.agency, title="Cũ", slug="cu", active=False)
    phase, other = PhaseFactory(), PhaseFactory()
    site = Microsite.objects.create(
        plan=phase.track.plan, agency=room.agency, title="Đại hội", slug="dai-hoi"
    )
    belongs = {"genre": genre.pk, "series": series.pk, "microsite": site.pk, "phase": phase.pk}
    form = desk.get(CREATE).context["form"]
    assert list(form.fields["series"].queryset) == [series]
    assert form.fields["phase"].choices[1:] == [("Đại hội", [(phase.pk, phase.title)])]
    assert desk.post(CREATE, typed(**belongs)).status_code == 302
    article = Article.objects.get()
    text = article.working
    assert (text.genre, text.series, text.microsite, text.phase) == (genre, series, site, phase)
    for wrong in (
        {"series": foreign.pk},
        {"series": closed.pk},
        {"phase": other.pk},
        {"phase": phase.pk, "microsite": ""},
    ):
        page = desk.post(CREATE, typed(**(belongs | wrong)))
        assert list(page.context["form"].errors) == [next(iter(wrong))]
    # What was closed since stays where it is.
    Series.objects.filter(pk=series.pk).update(active=False)
    Genre.objects.filter(pk=genre.pk).update(active=False)
    Microsite.objects.filter(pk=site.pk).update(closes_at="2020-01-01T00:00Z")
    page = desk.post(edit_url(article), typed(make.again(article), **belongs, byline="Khác"))
    assert page.status_code == 302
    assert make.again(article).working.series == series
    with pytest.raises(Refused) as refused:
        make.written(room, microsite=site, phase=other)
    assert refused.value.code == "phase"


def test_the_editor_costs_the_same_for_one_picture_and_for_many(
    room, desk, django_assert_max_num_queries
):
    few = save(room, make.written(room), items=[picture_item(room)])
    many = save(
        room, make.written(room), items=[picture_item(room, size=(4 + n, 4)) for n in range(20)]
    )
    desk.get(edit_url(few))
    with django_assert_max_num_queries(60) as once:
        desk.get(edit_url(few))
    with django_assert_max_num_queries(len(once)):
        desk.get(edit_url(many))


# --- at once, with scripts ------------------------------------------------------------------


def at_once(client, room, **data):
    return client.post(reverse("news:add_items"), {"co_quan": room.agency.slug, **data})


def test_files_sent_at_once_come_back_as_rows(room, desk):
    answer = at_once(desk, room, tu="4", new_images=[png("a.png"), png("b.png")])
    found = json.loads(answer.content)
    assert found["errors"] == []
    assert [row["kind"] for row in found["rows"]] == ["image", "image"]
    assert 'name="kem-4-alt"' in found["rows"][0]["html"]
    assert 'name="kem-5-upload"' in found["rows"][1]["html"]
    answer = at_once(desk, room, video_address="https://vimeo.com/76979871")
    assert 'value="76979871"' in json.loads(answer.content)["rows"][0]["html"]


def test_what_is_wrong_or_too_much_comes_back_as_a_sentence(room, desk):
    found = json.loads(
        at_once(desk, room, new_files=[pdf_file(), png()], **{"co-file": "0"}).content
    )
    assert len(found["rows"]) == 1 and found["errors"][0].startswith("anh.png: Chỉ nhận tệp")
    found = json.loads(at_once(desk, room, new_images=[png()], **{"co-image": "30"}).content)
    assert found == {
        "rows": [],
        "errors": ["anh.png: không nhận thêm, một bài có nhiều nhất 30."],
    }
    assert json.loads(at_once(desk, room).content) == {"rows": [], "errors": []}


def test_only_writers_of_the_agency_send_files(room, client):
    data = {"co_quan": room.agency.slug, "new_images": [png()]}
    assert client.post(reverse("news:add_items"), data).status_code == 302
    for person, status in ((room.approver, 403), (room.member, 404), (room.outsider, 404)):
        client.force_login(person)
        answer = client.post(reverse("news:add_items"), {**data, "new_images": [png()]})
        assert answer.status_code == status
        answer = client.get(reverse("news:tags"), {"co_quan": room.agency.slug})
        assert answer.status_code == status
    assert Upload.objects.count() == 0
