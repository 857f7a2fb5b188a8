"""Attachments: public with their article, closed to strangers otherwise."""

import uuid

import pytest
from django.urls import reverse

from portal.common.uploads.actions import store_file
from portal.news.actions import ItemInput
from tests.news import factories as make
from tests.news.test_items import pdf, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def room():
    return make.newsroom()


@pytest.fixture
def upload(room):
    return pdf(room.editor, room.agency, "Kế hoạch 12-KH.pdf", b"<script>alert(1)</script>")


def url(article, upload):
    return reverse("news:attachment", args=[article.pk, getattr(upload, "pk", upload)])


def with_file(room, upload, **text):
    article = make.written(room, **text)
    return save(room, article, items=[ItemInput(kind="file", upload=upload)])


def test_readers_download_what_goes_with_a_published_article(client, room, upload):
    article = make.do("submit", room.editor, with_file(room, upload))
    assert client.get(url(article, upload)).status_code == 404
    make.do("publish", room.approver, article)
    answer = client.get(url(article, upload))
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF-1.4")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''K%E1%BA%BF%20ho%E1%BA%A1ch%2012-KH.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"] == "no-cache"
    assert not answer.cookies


def test_a_broken_download_goes_on_and_an_old_one_is_confirmed(client, room, upload):
    article = make.do("submit", room.editor, with_file(room, upload))
    make.do("publish", room.approver, article)
    part = client.get(url(article, upload), headers={"Range": "bytes=5-7"})
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"1.4")
    same = client.get(url(article, upload), headers={"If-None-Match": part["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_a_withdrawn_article_takes_its_files_along(client, room, upload):
    article = make.do("submit", room.editor, with_file(room, upload))
    make.do("publish", room.approver, article)
    make.do("withdraw", room.approver, article, reason="Sai số liệu.")
    assert client.get(url(article, upload)).status_code == 404
    client.force_login(room.editor)
    assert client.get(url(article, upload)).status_code == 200


def test_an_article_of_tomorrow_keeps_its_files_until_then(client, room, upload, monkeypatch):
    article = make.do("submit", room.editor, with_file(room, upload))
    article = make.do("publish", room.approver, article)
    early = article.published_at - make.dt.timedelta(seconds=1)
    monkeypatch.setattr("portal.common.clock.now", lambda: early)
    assert client.get(url(article, upload)).status_code == 404


def test_a_file_of_a_correction_waits_for_approval(client, room, upload):
    article = make.published(room)
    save(room, article, items=[ItemInput(kind="file", upload=upload)])
    assert client.get(url(article, upload)).status_code == 404
    make.do("submit", room.editor, article)
    make.do("publish", room.approver, article)
    assert client.get(url(article, upload)).status_code == 200
    save(room, article, items=[])
    assert client.get(url(article, upload)).status_code == 200  # what readers see still has it
    make.do("submit", room.editor, article)
    make.do("publish", room.approver, article)
    assert client.get(url(article, upload)).status_code == 404


def test_the_desk_downloads_earlier_and_nobody_else(client, room, upload):
    article = with_file(room, upload)
    for person, status in [
        (room.editor, 200),
        (room.approver, 200),
        (room.staff, 200),
        (room.member, 404),
        (room.outsider, 404),
    ]:
        client.force_login(person)
        answer = client.get(url(article, upload))
        assert answer.status_code == status, person
        if status == 200:
            assert answer["Cache-Control"] == "private, no-store"


def test_only_attachments_and_only_of_this_article(client, room, upload):
    article = make.do("submit", room.editor, with_file(room, upload))
    make.do("publish", room.approver, article)
    other = make.published(room, title="Bài khác")
    picture = make.picture(room.editor, room.agency, (8, 8))
    image = make.published(room, title="Có ảnh", cover=picture, cover_alt="Ảnh")
    scan = store_file(upload.file.open(), actor=room.editor, agency=room.agency)
    client.force_login(room.editor)
    for pair in [
        (other, upload),
        (image, picture),
        (article, scan),
        (article, uuid.UUID(int=1)),
    ]:
        assert client.get(url(*pair)).status_code == 404
    assert client.get("/tin-tuc/tep-kem/1/khong-phai-uuid/").status_code == 404
    assert client.get(f"/tin-tuc/tep-kem/{'9' * 30}/{uuid.uuid4()}/").status_code == 404


def test_one_query_for_readers(client, room, upload, django_assert_num_queries):
    article = make.do("submit", room.editor, with_file(room, upload))
    make.do("publish", room.approver, article)
    with django_assert_num_queries(1):
        client.get(url(article, upload))
