"""What goes with a text: kept with it, compared, refused; and how long a text is."""

import io

import pytest
from django.db import IntegrityError, transaction

from portal.common.errors import Refused, StaleVersion
from portal.common.uploads.actions import store_file, store_photo
from portal.news import actions, queries, video
from portal.news.actions import ItemInput
from portal.news.models import Article, ArticleItem, ArticleRevision
from portal.news.rules import reading
from tests.agencies.factories import AgencyFactory
from tests.news import factories as make

pytestmark = pytest.mark.django_db

YOUTUBE = {"kind": "video", "provider": "youtube", "ref": "dQw4w9WgXcQ"}


@pytest.fixture
def room():
    return make.newsroom()


def pdf(actor, agency, name="ke-hoach.pdf", text=b""):
    file = io.BytesIO(b"%PDF-1.4\n" + text + b"\n%%EOF\n")
    file.name = name
    return store_file(file, actor=actor, agency=agency)


def picture_item(room, alt="Hội trường", size=(60, 40), **words):
    upload = make.picture(room.editor, room.agency, size)
    return ItemInput(kind="image", upload=upload, alt=alt, **words)


def file_item(room, **words):
    return ItemInput(kind="file", upload=pdf(room.editor, room.agency), **words)


def start(room, items):
    return actions.create_article(
        actor=room.editor, agency=room.agency, text=make.TEXT, items=items
    )


def save(room, article, *, by=None, **given):
    article = make.again(article)
    return actions.save_article(
        actor=by or room.editor,
        article_id=article.pk,
        expected_version=article.lock_version,
        text=given.pop("text", article.working.text()),
        **given,
    )


def refusal(call, *args, **kwargs):
    with pytest.raises(Refused) as caught:
        call(*args, **kwargs)
    assert caught.value.code == "items"
    return str(caught.value.message)


def shown(article):
    """[(kind, position, title or alt)] of the newest text."""
    rows = ArticleItem.objects.filter(revision=make.again(article).working)
    return [(r.kind, r.position, r.title or r.alt) for r in rows.order_by("kind", "position")]


def test_items_are_kept_by_kind_in_the_order_given(room, django_assert_num_queries):
    items = [
        picture_item(room, alt="Ảnh một", caption="  Sáng\nnay ", credit="Quang Huy"),
        ItemInput(**YOUTUBE, title="Phóng sự"),
        file_item(room),
        picture_item(room, alt="Ảnh hai"),
    ]
    article = start(room, items)
    with django_assert_num_queries(1):
        found = queries.items_of(article.working)
        assert [i.upload.small_url for i in found.images] == [
            items[0].upload.url,
            items[3].upload.url,
        ]
    assert shown(article) == [
        ("file", 0, "ke-hoach.pdf"),
        ("image", 0, "Ảnh một"),
        ("image", 1, "Ảnh hai"),
        ("video", 0, "Phóng sự"),
    ]
    assert (found.images[0].caption, found.images[0].credit) == ("Sáng nay", "Quang Huy")
    assert [i.ref for i in found.embedded] == ["dQw4w9WgXcQ"]
    assert bool(found) and not queries.items_of(ArticleRevision())


def test_same_items_change_nothing(room):
    items = [picture_item(room), file_item(room), ItemInput(**YOUTUBE)]
    article = start(room, items)
    same = save(room, article, items=list(reversed(items)))
    assert same.lock_version == article.lock_version
    assert article.revisions.count() == 1
    again = save(room, article, items=actions.items_as_given(article.working))
    assert again.lock_version == article.lock_version


def test_another_order_is_another_text(room):
    items = [picture_item(room, alt="Một"), picture_item(room, alt="Hai")]
    article = start(room, items)
    save(room, article, items=items[::-1])
    assert [alt for _kind, _position, alt in shown(article)] == ["Hai", "Một"]
    assert article.revisions.count() == 2


def test_a_new_text_takes_items_along_unless_others_are_given(room):
    article = start(room, [picture_item(room)])
    save(room, article, text={**make.TEXT, "title": "Tên khác"})
    assert shown(article) == [("image", 0, "Hội trường")]
    save(room, article, items=[])
    assert shown(article) == []
    assert article.revisions.count() == 3
    kept = article.revisions.get(n=1)
    assert len(queries.items_of(kept).images) == 1


def test_items_of_a_correction_wait_for_approval(room):
    first = picture_item(room, alt="Ảnh đầu")
    article = start(room, [first])
    article = make.do("submit", room.editor, article)
    article = make.do("publish", room.approver, article)
    save(room, article, items=[first, picture_item(room, alt="Ảnh sau")])
    article = make.again(article)
    assert article.state == "editing" and article.in_correction
    assert [i.alt for i in queries.items_of(article.live_revision).images] == ["Ảnh đầu"]
    make.do("discard_correction", room.editor, article)
    article = make.again(article)
    assert article.state == "published"
    assert shown(article) == [("image", 0, "Ảnh đầu")]
    save(room, article, items=[])
    make.do("submit", room.editor, article)
    make.do("publish", room.approver, article)
    assert not queries.items_of(make.again(article).live_revision)


def test_stale_items_are_not_kept(room):
    article = start(room, [])
    save(room, article, items=[picture_item(room)])
    with pytest.raises(StaleVersion):
        actions.save_article(
            actor=room.colleague,
            article_id=article.pk,
            expected_version=article.lock_version,
            text=make.TEXT,
            items=[],
        )
    assert shown(article) == [("image", 0, "Hội trường")]


def test_pictures_need_words(room):
    assert "cần chữ thay thế" in refusal(start, room, [picture_item(room, alt=" \u200b ")])


def test_words_have_their_limits(room):
    start(room, [picture_item(room, caption="a" * 500)])
    assert "501" in refusal(start, room, [picture_item(room, caption="a" * 501)])
    assert "301" in refusal(start, room, [file_item(room, title="a" * 301)])


def test_numbers_have_their_limits(room):
    pictures = [picture_item(room, size=(4 + n, 4)) for n in range(31)]
    article = start(room, pictures[:30])
    assert len(shown(article)) == 30
    assert refusal(start, room, pictures) == "Một bài có nhiều nhất 30 ảnh trong chùm ảnh."
    videos = [ItemInput(kind="video", provider="vimeo", ref=f"1234{n}") for n in range(6)]
    assert refusal(start, room, videos) == "Một bài có nhiều nhất 5 video."
    files = [file_item(room) for _n in range(21)]
    assert refusal(start, room, files) == "Một bài có nhiều nhất 20 tệp đính kèm."


def test_the_same_thing_twice_is_refused(room):
    item = picture_item(room)
    assert "hai lần" in refusal(start, room, [item, item])
    assert "hai lần" in refusal(start, room, [ItemInput(**YOUTUBE), ItemInput(**YOUTUBE)])


def test_uploads_of_another_agency_are_refused(room):
    other = AgencyFactory()
    foreign = make.picture(room.editor, other, (8, 8))
    item = ItemInput(kind="image", upload=foreign, alt="Ảnh")
    assert "thuộc cơ quan khác" in refusal(start, room, [item])
    article = start(room, [])
    assert "thuộc cơ quan khác" in refusal(save, room, article, items=[item])


def test_kinds_of_uploads_are_told_apart(room):
    file = io.BytesIO()
    from PIL import Image

    Image.new("RGB", (8, 8)).save(file, "PNG")
    file.name = "noi-bo.png"
    photo = store_photo(file, actor=room.editor, agency=room.agency)
    for item in (
        ItemInput(kind="image", upload=photo, alt="Ảnh nội bộ"),
        ItemInput(kind="image", upload=pdf(room.editor, room.agency), alt="Tệp"),
        ItemInput(kind="file", upload=make.picture(room.editor, room.agency, (8, 8))),
        ItemInput(kind="video", upload=pdf(room.editor, room.agency)),
    ):
        assert "không thuộc loại" in refusal(start, room, [item])


def test_a_file_of_somebody_else_is_not_for_readers(room):
    scan = ItemInput(kind="file", upload=pdf(room.staff, room.agency, "to-trinh-mat.pdf"))
    assert "người khác tải lên" in refusal(start, room, [scan])
    mine = file_item(room)
    article = start(room, [mine])
    assert "người khác tải lên" in refusal(save, room, article, items=[mine, scan])
    # Once with the article, a colleague may keep it, and bring it back.
    save(room, article, by=room.colleague, items=[], text={**make.TEXT, "title": "Khác"})
    save(room, article, by=room.colleague, items=[mine])
    assert shown(article) == [("file", 0, "ke-hoach.pdf")]


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"provider": "youtube"},
        {"provider": "youtube", "ref": "../../x"},
        {"provider": "evil", "ref": "dQw4w9WgXcQ"},
        {"provider": "youtube", "ref": "dQw4w9WgXcQ\n"},
    ],
)
def test_videos_need_a_known_source(room, given):
    assert "không có ảnh, tệp hay video" in refusal(start, room, [ItemInput(kind="video", **given)])
    assert "không có ảnh, tệp hay video" in refusal(
        start, room, [ItemInput(kind="image", alt="Ảnh", **given)]
    )


def test_the_database_refuses_items_without_source(room):
    revision = start(room, []).working
    for bad in (
        {"kind": "image", "alt": "Ảnh"},
        {"kind": "video", "provider": "youtube"},
        {"kind": "image", "upload": make.picture(room.editor, room.agency, (8, 8))},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ArticleItem.objects.create(revision=revision, position=0, **bad)
    assert revision.items.count() == 0


def test_items_cost_the_same_whatever_their_number(room, django_assert_max_num_queries):
    one, many = start(room, [picture_item(room)]), start(room, [])
    pictures = [picture_item(room, size=(4 + n, 4)) for n in range(30)]
    save(room, many, items=pictures)
    with django_assert_max_num_queries(20) as few:
        save(room, one, text={**make.TEXT, "title": "Khác"})
    with django_assert_max_num_queries(len(few)):
        save(room, many, text={**make.TEXT, "title": "Khác"})


# --- Addresses of videos ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("https://www.youtube.com/watch?v=dQw4w9WgXcQ&t=42s", ("youtube", "dQw4w9WgXcQ")),
        ("youtube.com/watch?list=PL1&v=dQw4w9WgXcQ", ("youtube", "dQw4w9WgXcQ")),
        ("https://youtu.be/dQw4w9WgXcQ?si=abc", ("youtube", "dQw4w9WgXcQ")),
        ("https://m.youtube.com/shorts/dQw4w9WgXcQ", ("youtube", "dQw4w9WgXcQ")),
        ("https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ", ("youtube", "dQw4w9WgXcQ")),
        (" https://vimeo.com/76979871 ", ("vimeo", "76979871")),
        ("https://player.vimeo.com/video/76979871?h=1", ("vimeo", "76979871")),
        ("https://www.dailymotion.com/video/x8abcde_ten-video", ("dailymotion", "x8abcde")),
        ("https://dai.ly/x8abcde", ("dailymotion", "x8abcde")),
        ("https://youtube.com.evil.vn/watch?v=dQw4w9WgXcQ", None),
        ("https://evil.vn/?u=https://youtube.com/watch?v=dQw4w9WgXcQ", None),
        ("https://youtube.com@evil.vn/watch?v=dQw4w9WgXcQ", None),
        ("javascript://youtube.com/watch?v=dQw4w9WgXcQ", None),
        ("https://www.youtube.com/watch?v=ngan", None),
        ("https://www.youtube.com/@kenhdang", None),
        ("https://www.youtube.com/watch", None),
        ("https://[", None),
        ("https://vtv.vn/video/thoi-su-19h-123.htm", None),
        ("", None),
        ("chữ", None),
    ],
)
def test_addresses_of_videos(address, found):
    assert video.recognise(address) == found
    assert found is None or video.is_known(*found)


def test_players_have_an_address_that_is_made_here(settings):
    assert video.embed_url("youtube", "dQw4w9WgXcQ") == (
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ?rel=0"
    )
    assert video.watch_url("vimeo", "76979871") == "https://vimeo.com/76979871"
    assert video.frame_origin("youtube") == "https://www.youtube-nocookie.com"
    settings.VIDEO_PROVIDERS = ["vimeo"]
    assert video.recognise("https://youtu.be/dQw4w9WgXcQ") is None
    assert video.is_known("youtube", "dQw4w9WgXcQ")  # articles of before keep theirs


# --- Length -----------------------------------------------------------------------------------


def test_words_are_counted_as_people_count_them():
    assert reading.count_words("Tối thứ Bảy, chi bộ họp - sớm … 12/8 (xong).") == 9
    assert reading.count_words("") == reading.count_words(" - … ") == 0
    assert [reading.minutes_for(n) for n in (0, 1, 299, 300, 412)] == [0, 1, 1, 2, 2]


def test_the_length_of_the_shown_text_is_stored(room):
    article = make.published(room, body="<h2>Một hai</h2><p>ba bốn năm</p>")
    stored = Article.objects.get(pk=article.pk)
    assert (stored.words, stored.minutes) == (5, 1)
    article = make.saved(room, article, body=f"<p>{'chữ ' * 10_000}</p>")
    assert Article.objects.get(pk=article.pk).words == 5  # until the correction is approved
    make.do("submit", room.editor, article)
    make.do("publish", room.approver, article)
    stored.refresh_from_db()
    assert (stored.words, stored.minutes) == (10_000, 50)
