"""What stands around an article and leads to it: series, tags, pictures, what other sites read."""

import datetime as dt
import json
import re

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from portal.common import richtext
from portal.common.addresses import absolute
from portal.common.uploads.models import Upload
from portal.news import actions, queries
from portal.news.models import Article, ArticleItem, Series
from tests.news import factories as make
from tests.news.factories import at, do

pytestmark = pytest.mark.django_db
NOW = at("2026-09-20 10:00")


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def room():
    return make.newsroom(slug="dang-bo-xa-hoa-binh")


def queries_of(address):
    with CaptureQueriesContext(connection) as caught:
        response = Client().get(address)
    assert response.status_code == 200, address
    return len(caught)


def html_of(client, address):
    return client.get(address).content.decode()


# --- pictures in the text -------------------------------------------------------------------------


def body_with(picture, extra="", address=None):
    return f'<p>Trước</p><p><img alt="Hội trường" src="{address or picture.url}"{extra}></p>'


def test_pictures_in_the_text_come_in_the_widths_that_exist(room, client):
    picture = make.picture(room.editor, room.agency, size=(1200, 800))
    article = make.published(room, now=at("2026-09-18 08:00"), body=body_with(picture))
    stem = picture.url.removesuffix(".png")
    assert article.picture_sizes == {str(picture.pk): [picture.file.name, 1200, 800]}
    html = html_of(client, article.get_absolute_url())
    (tag,) = re.findall(r'<img[^>]*alt="Hội trường"[^>]*>', html)
    assert tag == (
        f'<img alt="Hội trường" src="{stem}-960.webp" width="1200" height="800"'
        f' srcset="{stem}-480.webp 480w, {stem}-960.webp 960w, {picture.url} 1200w"'
        ' sizes="(max-width: 48rem) 100vw, 44rem" loading="lazy" decoding="async">'
    )
    assert article.body == body_with(picture)  # what is stored stays as it was written


def test_a_derivative_and_false_measures_in_the_text_make_no_difference(room):
    picture = make.picture(room.editor, room.agency, size=(700, 350))
    small = picture.derivatives[0][1]
    sizes = {str(picture.pk): [picture.file.name, 700, 350]}
    shown = richtext.responsive(body_with(picture, ' width="1" height="9"', small), sizes)
    assert f'src="{picture.url}"' in shown
    assert f'srcset="{small} 480w, {picture.url} 700w"' in shown
    assert 'width="700" height="350"' in shown


def test_an_unknown_picture_keeps_its_address_and_is_lazy(room):
    picture = make.picture(room.editor, room.agency, size=(300, 200))
    assert richtext.responsive(body_with(picture), {}) == (
        f'<p>Trước</p><p><img alt="Hội trường" src="{picture.url}" loading="lazy" decoding="async">'
        "</p>"
    )
    small = richtext.responsive(body_with(picture), {str(picture.pk): ["anh/x.png", 300, 200]})
    assert "srcset" not in small and 'width="300"' in small


def test_a_wide_table_scrolls_by_itself():
    shown = richtext.responsive("<p>a</p><table><tbody><tr><td>1</td></tr></tbody></table>", {})
    assert shown == (
        '<p>a</p><div class="region" role="region" aria-label="Bảng trong bài" tabindex="0">'
        "<table><tbody><tr><td>1</td></tr></tbody></table></div>"
    )


# --- what other sites read ------------------------------------------------------------------------


def test_the_article_tells_other_sites_what_it_is(room, client):
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    cover = make.picture(room.editor, room.agency)
    article = make.published(
        room,
        now=at("2026-09-18 08:15"),
        title='Tít có "nháy" & </script><b>',
        section=section,
        tags=["Đại hội", "Góp ý"],
        cover=cover,
        cover_alt="Đại biểu giơ thẻ",
    )
    make.saved(room, article, lead="Tóm tắt đã sửa.")
    do("submit", room.editor, article)
    do("publish", room.approver, article, now=at("2026-09-19 10:40"))
    html = html_of(client, article.get_absolute_url())
    address = absolute(article.get_absolute_url())
    for name, content in [
        ("og:type", "article"),
        ("og:title", "Tít có &quot;nháy&quot; &amp; &lt;/script&gt;&lt;b&gt;"),
        ("og:description", "Tóm tắt đã sửa."),
        ("og:url", address),
        ("og:image", absolute(cover.url)),
        ("og:image:alt", "Đại biểu giơ thẻ"),
        ("article:published_time", "2026-09-18T08:15:00+07:00"),
        ("article:modified_time", "2026-09-19T10:40:00+07:00"),
        ("article:section", "Đại hội"),
        ("article:tag", "Góp ý"),
    ]:
        assert f'<meta property="{name}" content="{content}">' in html, name
    assert '<meta name="description"\n          content="Tóm tắt đã sửa.">' in html
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert json.loads(data) == {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": address,
        "headline": 'Tít có "nháy" & </script><b>',
        "description": "Tóm tắt đã sửa.",
        "datePublished": "2026-09-18T08:15:00+07:00",
        "dateModified": "2026-09-19T10:40:00+07:00",
        "inLanguage": "vi",
        "isAccessibleForFree": True,
        "author": [{"@type": "Person", "name": "Hoài An"}],
        "publisher": {"@type": "Organization", "name": "Đảng bộ xã Hòa Bình"},
        "image": [absolute(cover.url)],
        "articleSection": "Đại hội",
        "keywords": ["Đại hội", "Góp ý"],
    }


def test_addresses_come_from_the_settings_never_from_the_host(room, client, settings):
    settings.SITE_URL = "https://daihoi.example.vn"
    settings.ALLOWED_HOSTS = ["*"]
    article = make.published(room, now=at("2026-09-18 08:15"))
    html = client.get(article.get_absolute_url(), HTTP_HOST="xau.example").content.decode()
    assert "xau.example" not in html
    assert f'href="https://daihoi.example.vn{article.get_absolute_url()}"' in html
    listing = client.get("/tin-tuc/?rac=%3Cb%3E", HTTP_HOST="xau.example").content.decode()
    assert "xau.example" not in listing
    assert "rac" not in listing
    assert '<link rel="canonical" href="https://daihoi.example.vn/tin-tuc/">' in listing


def test_sharing_needs_only_links(room, client):
    article = make.published(room, now=at("2026-09-18 08:15"), title="Họp & bàn")
    share = client.get(article.get_absolute_url()).context["share"]
    assert share["facebook"].endswith(
        "?u=http%3A%2F%2Ftestserver" + article.get_absolute_url().replace("/", "%2F")
    )
    assert share["mail"].startswith("mailto:?subject=H%E1%BB%8Dp%20%26%20b%C3%A0n&body=http%3A%2F")
    assert share["zalo"].startswith("https://button-share.zalo.me/share_external?")


def test_pages_of_a_list_name_their_neighbours(room, client):
    rows = [
        make.published(room, now=at("2026-09-18 08:00") - dt.timedelta(minutes=n), title=f"T{n}")
        for n in range(41)
    ]
    home = reverse("news:agency", args=[room.agency.slug])
    first = html_of(client, home)
    assert f'<link rel="canonical" href="http://testserver{home}">' in first
    assert '<link rel="next" href="?trang=2">' in first
    assert 'rel="prev"' not in first
    response = client.get(home + "?trang=2&thang=2026-08&rac=1")
    second = response.content.decode()
    assert [a.pk for a in response.context["stories"]] == [a.pk for a in rows[20:40]]
    assert f'<link rel="canonical" href="http://testserver{home}?trang=2">' in second
    assert f'<link rel="prev" href="{home}">' in second
    assert '<link rel="next" href="?trang=3">' in second
    by_day = html_of(client, home + "?ngay=2026-09-18&trang=3")
    assert (
        f'<link rel="canonical" href="http://testserver{home}?ngay=2026-09-18&amp;trang=3">'
        in by_day
    )
    assert '<link rel="prev" href="?ngay=2026-09-18&amp;trang=2">' in by_day


# --- series ---------------------------------------------------------------------------------------


def test_a_series_gathers_articles_of_all_agencies(room, client):
    other = make.newsroom("Sở Nội vụ")
    series = Series.objects.create(slug="nguoi-tot-viec-tot", title="Người tốt, việc tốt")
    Series.objects.create(slug="chua-co-bai", title="Chưa có bài")
    one = make.published(room, now=at("2026-09-18 08:00"), series=series)
    two = make.published(other, now=at("2026-09-19 08:00"), series=series, title="Bài hai")
    make.published(room, now=at("2026-09-19 09:00"), title="Ngoài loạt")
    make.published(room, now=NOW + dt.timedelta(hours=1), series=series, title="Chưa đến giờ")
    make.withdrawn(room, now=at("2026-09-17 08:00"), series=series, title="Đã gỡ")
    response = client.get(series.get_absolute_url())
    assert [response.context["lead"], *response.context["stories"]] == [two, one]
    assert series.get_absolute_url() in html_of(client, one.get_absolute_url())
    rows = client.get(reverse("news:series_index")).context["rows"]
    assert rows == [(series, 2, two.published_at)]
    home = client.get(reverse("news:agency", args=[room.agency.slug]))
    assert home.context["series"] == [series]


def test_a_series_without_articles_says_so(client):
    series = Series.objects.create(slug="moi", title="Loạt mới", about="Giới thiệu loạt bài.")
    html = html_of(client, series.get_absolute_url())
    assert "Loạt bài chưa có bài nào" in html
    assert "Giới thiệu loạt bài." in html
    assert client.get("/tin-tuc/loat-bai/khong-co/").status_code == 404
    assert "Chưa có loạt bài nào" in html_of(client, reverse("news:series_index"))


# --- tags -----------------------------------------------------------------------------------------


def test_a_tag_is_one_page_however_it_is_written(room, client):
    one = make.published(room, now=at("2026-09-18 08:00"), tags=["Bầu cử", "Đại hội"])
    two = make.published(room, now=at("2026-09-19 08:00"), tags=["BẦU CỬ"], title="Bài hai")
    make.published(room, now=at("2026-09-19 09:00"), tags=["Bầu"], title="Khác từ khóa")
    response = client.get("/tin-tuc/the/bau-cu/")
    assert response.context["stories"] == [two, one]
    assert response.context["tag"] == "BẦU CỬ"
    html = html_of(client, one.get_absolute_url())
    assert '<a href="/tin-tuc/the/bau-cu/" rel="tag">Bầu cử</a>' in html
    assert client.get("/tin-tuc/the/khong-ai-dung/").status_code == 404


def test_tags_of_a_correction_count_once_it_is_approved(room, client):
    article = make.published(room, now=at("2026-09-18 08:00"), tags=["Cũ"])
    make.saved(room, article, tags=["Mới", "★"])
    assert client.get("/tin-tuc/the/moi/").status_code == 404
    do("submit", room.editor, article)
    do("publish", room.approver, article)
    assert client.get("/tin-tuc/the/cu/").status_code == 404
    assert client.get("/tin-tuc/the/moi/").context["stories"] == [article]
    assert "<span>★</span>" in html_of(client, article.get_absolute_url())  # no letters, no page


# --- what goes with the text ----------------------------------------------------------------------


def with_items(room, *items, **text):
    """A published article with these rows beside its text (kind, fields)."""
    article = make.published(room, now=at("2026-09-18 08:00"), **text)
    for position, fields in enumerate(items):
        ArticleItem.objects.create(
            revision=article.live_revision, **{"position": position, **fields}
        )
    return article


def test_a_gallery_links_to_the_full_pictures(room, client):
    picture = make.picture(room.editor, room.agency)
    article = with_items(
        room,
        {"kind": "image", "upload": picture, "alt": "Cờ <b>", "caption": "Lễ", "credit": "An"},
    )
    response = client.get(article.get_absolute_url())
    html = response.content.decode()
    assert f'<a href="{picture.url}">' in html
    assert 'alt="Cờ &lt;b&gt;"' in html
    assert re.search(r"<figcaption>\s*Lễ\s*<span class=\"credit\">\s*Ảnh: An", html)
    assert "js/media.js" in html
    assert "frame-src" not in response["Content-Security-Policy"]


def test_an_attachment_says_what_it_is(room, client):
    file = Upload.objects.create(
        agency_id=room.agency.pk,
        kind="file",
        file="tep/2026/09/x.pdf",
        original_name="nghi-quyet.pdf",
        content_type="application/pdf",
        size=421_888,
        sha256="0" * 64,
        created_at=NOW,
    )
    article = with_items(room, {"kind": "file", "upload": file, "title": "Nghị quyết Đại hội"})
    html = html_of(client, article.get_absolute_url())
    address = reverse("news:attachment", args=[article.pk, file.pk])
    assert f'<a href="{address}">Nghị quyết Đại hội</a>' in html
    assert "<span>PDF, 412\u00a0KB</span>" in html
    assert "tep/2026/09/x.pdf" not in html


def test_nothing_of_another_site_is_loaded_before_the_reader_asks(room, client):
    article = with_items(
        room, {"kind": "video", "provider": "youtube", "ref": "abcdefghijk", "title": "Phim"}
    )
    response = client.get(article.get_absolute_url())
    html = response.content.decode()
    assert "<iframe" not in html
    assert not re.findall(r'(?:src|srcset|poster)="[^"]*youtube', html)
    assert 'data-video="https://www.youtube-nocookie.com/embed/abcdefghijk?rel=0"' in html
    assert 'href="https://www.youtube.com/watch?v=abcdefghijk"' in html
    assert "trang đó biết bạn đang xem video này" in html
    policy = response["Content-Security-Policy"]
    assert "frame-src https://www.youtube-nocookie.com;" in policy + ";"


def test_an_own_video_waits_for_the_reader(room, client):
    video = Upload.objects.create(
        agency_id=room.agency.pk,
        kind="video",
        file="video/2026/09/x.mp4",
        original_name="x.mp4",
        content_type="video/mp4",
        size=10,
        sha256="0" * 64,
        created_at=NOW,
    )
    article = with_items(room, {"kind": "video", "upload": video, "title": "Khai mạc"})
    response = client.get(article.get_absolute_url())
    html = response.content.decode()
    assert f'<source src="{video.url}" type="video/mp4">' in html
    assert 'preload="none"' in html
    assert "js/media.js" not in html
    assert "frame-src" not in response["Content-Security-Policy"]


def test_the_desk_sees_what_goes_with_the_newest_text(room, client):
    article = with_items(room, {"kind": "video", "provider": "vimeo", "ref": "123456789"})
    client.force_login(room.approver)
    for name in ["news:desk_article", "news:preview"]:
        response = client.get(reverse(name, args=[article.pk]))
        assert 'data-video="https://player.vimeo.com/video/123456789?dnt=1"' in (
            response.content.decode()
        )
        assert "frame-src https://player.vimeo.com" in response["Content-Security-Policy"]


# --- cost, and texts of every shape ---------------------------------------------------------------


def test_an_article_costs_three_queries_whatever_goes_with_it(room):
    bare = make.published(room, now=at("2026-09-18 08:00"))
    picture = make.picture(room.editor, room.agency)
    series = Series.objects.create(slug="s", title="S")
    section = actions.create_section(actor=room.approver, agency=room.agency, title="Đại hội")
    full = make.published(
        room,
        now=at("2026-09-18 09:00"),
        title="Đủ cả",
        body=body_with(picture),
        series=series,
        section=section,
        tags=["Đại hội"],
        cover=picture,
        cover_alt="Ảnh",
    )
    for n in range(5):
        ArticleItem.objects.create(
            revision=full.live_revision, kind="image", position=n, upload=picture, alt="Ảnh"
        )
    assert queries_of(bare.get_absolute_url()) == 3  # the article, others, responses
    assert queries_of(full.get_absolute_url()) == 3


def test_items_come_with_the_article(room, django_assert_num_queries):
    article = make.published(room, now=at("2026-09-18 08:00"))
    picture = make.picture(room.editor, room.agency)
    ArticleItem.objects.create(
        revision=article.live_revision, kind="video", position=0, provider="youtube", ref="a" * 11
    )
    ArticleItem.objects.create(
        revision=article.live_revision, kind="image", position=1, upload=picture, alt="Hai"
    )
    ArticleItem.objects.create(
        revision=article.live_revision, kind="image", position=0, upload=picture, alt="Một"
    )
    with django_assert_num_queries(1):
        found = queries.to_read(article.pk, NOW)
        images = [(i.alt, i.upload.srcset) for i in found.items.images]
    assert images == [("Một", picture.srcset), ("Hai", picture.srcset)]
    assert [(i.provider, i.ref, i.upload) for i in found.items.videos] == [
        ("youtube", "a" * 11, None)
    ]
    assert found.items.files == []
    assert isinstance(found.items.images[0].upload, Upload)


def test_lists_cost_the_same_for_one_and_for_many(room):
    series = Series.objects.create(slug="s", title="S")

    def fill(times):
        for n in times:
            when = at("2026-09-18 08:00") - dt.timedelta(hours=n)
            make.published(room, now=when, title=f"Tin {n}", series=series, tags=["Thử"])

    addresses = ["/tin-tuc/loat-bai/", series.get_absolute_url(), "/tin-tuc/the/thu/"]
    fill(range(1))
    before = {address: queries_of(address) for address in addresses}
    fill(range(1, 24))
    assert {address: queries_of(address) for address in addresses} == before


def test_the_longest_and_the_barest_article_can_be_read(room, client):
    long = make.published(
        room,
        now=at("2026-09-18 08:00"),
        title="Nghị quyết " * 27 + "dài",
        byline="",
        source="",
        body="<p>" + "Đảng bộ xã họp bàn việc chung. " * 1700 + "</p><p>" + "x" * 3000 + "</p>",
    )
    assert len(long.title) == 300
    Article.objects.filter(pk=long.pk).update(lead="")  # as articles of earlier systems may come
    html = html_of(client, long.get_absolute_url())
    assert html.count("Đảng bộ xã họp bàn việc chung.") == 1700
    assert 'class="lead"' not in html
    assert "<figure" not in html
    assert Article.objects.get(pk=long.pk).slug == long.slug
