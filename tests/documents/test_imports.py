"""Reading a text into an edition: staged, looked at, corrected, saved; every bad path."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from documents import actions, blocks
from documents.actions.imports.staging import MOST_PICTURES
from documents.importing import (
    ImportResult,
    LegacyRun,
    Picture,
    TrackedChange,
    read_text,
)
from documents.models import Document, Edition, ImportPicture, TextImport
from documents.queries import imports as queries
from documents.tasks import clean_up_imports
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.common.richtext import pictures as shown_pictures
from portal.common.uploads.models import Upload
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.documents.factories import make_document, office

pytestmark = pytest.mark.django_db

PASTED = "Phần thứ nhất. KẾT QUẢ\nI. Bối cảnh\nNăm năm qua có ba cú sốc.\nToàn tỉnh đoàn kết."
BOLD = "<p><b>I. Một</b></p><p>Chữ thường.</p><p><b>II. Hai</b></p><p>Chữ khác.</p>"


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
    }


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


@pytest.fixture
def edition(world):
    agency, staff, _approver = world
    return make_document(staff, agency, html="").editions.get()


@pytest.fixture
def staff(world, client):
    client.force_login(world[1])
    return world[1]


def staged(staff, edition, result=None, name="bao-cao.docx"):
    return actions.stage(
        actor=staff, edition=edition, name=name, result=result or read_text(PASTED)
    )


def result_of(html):
    """What was read, without the guesses of reading."""
    return ImportResult(blocks.cut(html))


def png(width=40, height=30):
    out = io.BytesIO()
    Image.new("RGB", (width, height), "#8f1d20").save(out, "PNG")
    return out.getvalue()


def with_picture(alt="", data=None, after=""):
    html = '<p>Trước.</p><figure class="image"><img src="import:1" alt=""></figure>'
    found = [
        blocks.BlockDraft("paragraph", 0, "", "Trước.", "Trước."),
        blocks.BlockDraft("figure", 0, "", html.split("</p>")[1], ""),
    ]
    if after:
        found.append(blocks.BlockDraft("paragraph", 0, "", after, after))
    picture = Picture("import:1", "image1.png", png() if data is None else data, alt)
    return ImportResult(found, {"import:1": picture})


def brief(found):
    return [(b["kind"], b["level"], b["number"], b["plain"]) for b in found.blocks]


def key(found, index):
    row = queries.rows(found)[index]
    return {"block": row.id, "seen": row.seen}


def refusal(callable_, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(**kwargs)
    return caught.value.code


def address(name, found, *more):
    return reverse(f"documents:{name}", args=[found.edition.document_id, found.edition.n, *more])


def at(name, found, *more):
    return address(name, found, found.pk, *more)


def save(staff, found, **kwargs):
    found.refresh_from_db()
    found.edition.refresh_from_db()
    versions = {
        "expected_version": found.lock_version,
        "edition_version": found.edition.lock_version,
    }
    return actions.save_import(actor=staff, text_import=found, **{**versions, **kwargs})


# --- choosing -------------------------------------------------------------------------------------


def test_a_file_is_read_and_shown_and_nothing_is_in_the_edition_yet(staff, edition, client):
    where = reverse("documents:import", args=[edition.document_id, 1])
    assert client.get(where).status_code == 200
    file = SimpleUploadedFile("bao-cao.txt", PASTED.encode())
    response = client.post(where, {"file": file, "text": "", "html": ""})
    found = TextImport.objects.get()
    assert response.url == at("import_preview", found)
    assert (found.name, found.made_by, found.edition) == ("bao-cao.txt", staff, edition)
    assert brief(found)[:3] == [
        ("heading", 1, "Phần thứ nhất", "KẾT QUẢ"),
        ("heading", 2, "I.", "Bối cảnh"),
        ("paragraph", 0, "", "Năm năm qua có ba cú sốc."),
    ]
    edition.refresh_from_db()
    assert (edition.source, edition.lock_version) == ("", 0)
    html = client.get(response.url).content.decode()
    assert "Năm năm qua có ba cú sốc." in html
    assert html.count('class="imp-toc__') == 2


def test_what_word_put_on_the_clipboard_keeps_its_structure(staff, edition, client):
    where = reverse("documents:import", args=[edition.document_id, 1])
    client.post(where, {"text": "Đề mục\nĐoạn", "html": "<h2>Đề mục</h2><p>Đoạn</p>"})
    assert brief(TextImport.objects.get()) == [
        ("heading", 1, "", "Đề mục"),
        ("paragraph", 0, "", "Đoạn"),
    ]


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({}, "Hãy chọn tệp hoặc dán nội dung."),
        ({"text": "   \n "}, "Hãy chọn tệp hoặc dán nội dung."),
        ({"text": "TUYỆT MẬT\nNội dung đã gõ."}, "dấu độ mật “Tuyệt mật”"),
        ({"file": ("x.docx", b"PK\x03\x04rong")}, "Tệp"),
        ({"file": ("trong.docx", b"")}, "Tệp"),
    ],
)
def test_refusals_stand_at_the_field_and_what_was_pasted_is_kept(
    staff, edition, client, sent, sentence
):
    where = reverse("documents:import", args=[edition.document_id, 1])
    data = {n: SimpleUploadedFile(*v) if n == "file" else v for n, v in sent.items()}
    page = client.post(where, data)
    html = page.content.decode()
    assert page.status_code == 200
    assert sentence in html
    assert 'class="field field--error"' in html
    if "text" in sent and sent["text"].strip():
        assert "Nội dung đã gõ." in html
    assert not TextImport.objects.exists()


def test_a_text_begun_before_gives_way_only_when_asked(staff, edition, client):
    first = staged(staff, edition)
    where = address("import", first)
    assert "Đồng chí đang nhập dở" in client.get(where).content.decode()
    page = client.post(where, {"text": "Đoạn mới."})
    assert "Hãy đánh dấu nếu muốn bỏ bản nhập dở." in page.content.decode()
    assert brief(TextImport.objects.get()) == brief(first)
    client.post(where, {"text": "Đoạn mới.", "replace": "on"})
    assert brief(TextImport.objects.get()) == [("paragraph", 0, "", "Đoạn mới.")]


def test_a_session_that_ended_costs_no_pasted_word(edition, client):
    where = reverse("documents:import", args=[edition.document_id, 1])
    page = client.post(where, {"text": PASTED})
    assert page.status_code == 401
    assert "Năm năm qua có ba cú sốc." in page.content.decode()


def test_a_new_document_takes_a_file_at_once_or_nothing_of_both(world, staff, client):
    data = {"agency": world[0].pk, "title": "Báo cáo", "circulation": "public", "not_secret": "on"}
    broken = SimpleUploadedFile("hong.docx", b"PK\x03\x04")
    page = client.post(reverse("documents:new"), {**data, "file": broken})
    assert page.status_code == 200
    assert not Document.objects.exists()
    response = client.post(reverse("documents:new"), data)
    document = Document.objects.get()
    assert response.url == reverse("documents:import", args=[document.pk, 1])


# --- who may --------------------------------------------------------------------------------------


def test_a_staged_text_is_its_persons_alone(world, staff, edition, client):
    found = staged(staff, edition)
    colleague, outsider = UserFactory(), UserFactory()
    give(colleague, Role.STAFF, world[0])
    give(outsider, Role.STAFF, AgencyFactory())
    pages = [at(f"import_{name}", found) for name in ("preview", "changes", "save")]
    pages += [at("import_block", found, 1), at("import_row", found, 1)]
    for person, expected in ((colleague, 404), (outsider, 404), (world[2], 403), (staff, 200)):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {expected}
    for person, code in ((colleague, "other_person"), (world[2], "other_person")):
        assert (
            refusal(
                actions.correct, actor=person, text_import=found, verb="delete", **key(found, 0)
            )
            == code
        )
    assert not actions.discard_import(actor=colleague, text_import=found)
    assert TextImport.objects.exists()


def test_an_edition_that_was_handed_in_takes_no_text(staff, edition, client):
    found = staged(staff, edition)
    save(staff, found)
    actions.submit(actor=staff, edition=edition)
    assert (
        refusal(actions.stage, actor=staff, edition=edition, name="x", result=read_text("A"))
        == "not_editing"
    )
    response = client.get(address("import", found))
    assert response.url == reverse("documents:manage", args=[edition.document_id])


def test_writing_lost_in_between_stops_every_verb(world, staff, edition):
    found = staged(staff, edition)
    Edition.objects.filter(pk=edition.pk).update(state="submitted")
    assert (
        refusal(actions.correct, actor=staff, text_import=found, verb="delete", **key(found, 0))
        == "not_editing"
    )
    found.delete()
    assert refusal(actions.undo, actor=staff, text_import=found, expected_version=0) == "gone"


# --- correcting -----------------------------------------------------------------------------------


def test_levels_kinds_joins_splits_and_deletions(staff, edition):
    found = staged(staff, edition)

    def do(index, verb, **more):
        found.refresh_from_db()
        place = key(found, index)
        actions.correct(actor=staff, text_import=found, verb=verb, **place, **more)
        found.refresh_from_db()

    do(1, "down")
    assert brief(found)[1] == ("heading", 3, "I.", "Bối cảnh")
    do(1, "up")
    assert brief(found)[1] == ("heading", 2, "I.", "Bối cảnh")
    do(1, "kind", kind="paragraph")
    assert brief(found)[1] == ("paragraph", 0, "I.", "Bối cảnh")
    do(1, "kind", kind="heading", level=4)
    assert brief(found)[1] == ("heading", 4, "I.", "Bối cảnh")
    do(3, "join")
    assert brief(found)[2:] == [
        ("paragraph", 0, "", "Năm năm qua có ba cú sốc. Toàn tỉnh đoàn kết.")
    ]
    do(2, "rewrite", text="Năm năm qua\ncó bốn cú sốc.", number="1.", kind="paragraph")
    assert brief(found)[2:] == [
        ("paragraph", 0, "1.", "Năm năm qua"),
        ("paragraph", 0, "", "có bốn cú sốc."),
    ]
    do(0, "delete")
    assert len(found.blocks) == 3
    assert found.corrections == {
        "down": 1, "up": 1, "kind": 2, "join": 1, "rewrite": 1, "delete": 1
    }  # fmt: skip
    ids = [block["id"] for block in found.blocks]
    assert len(set(ids)) == len(ids)


def test_every_step_is_taken_back_to_the_letter(staff, edition):
    found = staged(staff, edition, result_of(BOLD))
    before = [list(found.blocks)]
    steps = [
        (0, {"verb": "kind", "kind": "heading", "level": 2}),
        (1, {"verb": "rewrite", "text": "Chữ\nthường.", "number": "a)", "kind": "paragraph"}),
        (3, {"verb": "join"}),
        (1, {"verb": "delete"}),
    ]
    for index, how in steps:
        actions.correct(actor=staff, text_import=found, **key(found, index), **how)
        found.refresh_from_db()
        before.append(list(found.blocks))
    for expected in reversed(before[:-1]):
        actions.undo(actor=staff, text_import=found, expected_version=found.lock_version)
        found.refresh_from_db()
        assert found.blocks == expected
    assert (
        refusal(actions.undo, actor=staff, text_import=found, expected_version=found.lock_version)
        == "nothing"
    )


def test_bad_corrections_are_refused_in_words(staff, edition):
    table = "<table><tr><td>1</td></tr></table>"
    found = staged(staff, edition, result_of(f"<p>Một</p>{table}<p>Hai</p>"))
    cases = [
        (0, {"verb": "join"}, "first"),
        (1, {"verb": "join"}, "whole"),
        (2, {"verb": "join"}, "whole"),
        (1, {"verb": "down"}, "whole"),
        (1, {"verb": "rewrite", "text": "x"}, "whole"),
        (0, {"verb": "fly"}, "verb"),
        (0, {"verb": "rewrite", "text": "x", "kind": "table"}, "kind"),
        (0, {"verb": "rewrite", "text": "TỐI MẬT"}, "secret"),
    ]
    for index, how, code in cases:
        assert (
            refusal(actions.correct, actor=staff, text_import=found, **key(found, index), **how)
            == code
        )
    found.refresh_from_db()
    assert (found.lock_version, found.steps) == (0, [])


def test_the_second_tab_sees_what_the_first_did_and_loses_nothing(staff, edition, client):
    found = staged(staff, edition)
    old = key(found, 2)
    first = {"op": f"rewrite.{old['block']}.{old['seen']}", "kind": "paragraph", "level": "3"}
    client.post(at("import_correct", found), {**first, "text": "Bản của thẻ một."})
    page = client.post(at("import_correct", found), {**first, "text": "Bản của thẻ hai."})
    html = page.content.decode()
    assert page.status_code == 422
    assert "đã được sửa ở thẻ khác" in html
    assert "một</del>" in html
    assert "hai</ins>" in html
    found.refresh_from_db()
    assert found.blocks[2]["plain"] == "Bản của thẻ một."
    # sent once more it carries what stands there now, so it is a decision
    sent = page.context["seen"]
    again = {**first, "op": f"rewrite.{old['block']}.{sent}", "text": "Bản của thẻ hai."}
    client.post(at("import_correct", found), again)
    found.refresh_from_db()
    assert found.blocks[2]["plain"] == "Bản của thẻ hai."


def test_typing_into_a_block_that_is_gone_gives_the_words_back(staff, edition, client):
    found = staged(staff, edition)
    old = key(found, 2)
    actions.correct(actor=staff, text_import=found, verb="delete", **old)
    data = {"op": f"rewrite.{old['block']}.{old['seen']}", "kind": "paragraph", "text": "Chữ gõ."}
    page = client.post(at("import_correct", found), data, follow=True)
    assert "Chữ đồng chí vừa gõ: Chữ gõ." in page.content.decode()


def test_other_blocks_may_be_corrected_in_two_tabs(staff, edition):
    found = staged(staff, edition)
    first, second = key(found, 1), key(found, 2)
    actions.correct(actor=staff, text_import=found, verb="down", **first)
    actions.correct(actor=staff, text_import=found, verb="delete", **second)
    found.refresh_from_db()
    assert (found.lock_version, len(found.blocks)) == (2, 3)


def test_paragraphs_that_look_alike_become_headings_together(staff, edition, client):
    found = staged(staff, edition, result_of(BOLD))
    (group,) = queries.lookalikes(found)
    assert (group.words, group.count, group.level) == ("số kiểu “I.”, chữ đậm", 2, 2)
    page = client.get(at("import_preview", found)).content.decode()
    assert "Đổi cả 2 đoạn" in page
    data = {"key": group.key, "level": "1", "lock_version": "0"}
    client.post(at("import_batch", found), data)
    found.refresh_from_db()
    assert [b[:3] for b in brief(found)] == [
        ("heading", 1, "I."),
        ("paragraph", 0, ""),
        ("heading", 1, "II."),
        ("paragraph", 0, ""),
    ]
    assert queries.last_step(found) == "đổi 2 đoạn giống nhau"
    stale = client.post(at("import_batch", found), data, follow=True).content.decode()
    assert "đã được sửa ở thẻ khác" in stale
    client.post(at("import_undo", found), {"lock_version": "1"})
    found.refresh_from_db()
    assert brief(found)[0] == ("paragraph", 0, "", "I. Một")
    bad = client.post(at("import_batch", found), {**data, "level": "77"}, follow=True)
    assert "Hãy chọn cấp đề mục." in bad.content.decode()
    gone = {**data, "key": "x|000|", "lock_version": "2"}
    assert (
        "Không còn đoạn nào"
        in client.post(at("import_batch", found), gone, follow=True).content.decode()
    )


def test_htmx_gets_the_row_the_bar_and_the_outline(staff, edition, client):
    found = staged(staff, edition)
    place = key(found, 2)
    page = client.post(
        at("import_correct", found),
        {"op": f"heading.{place['block']}.{place['seen']}"},
        headers={"HX-Request": "true"},
    )
    html = page.content.decode()
    assert html.count("data-imp") == 1
    assert html.count("hx-swap-oob") == 2
    assert 'data-version="1"' in html
    assert page.headers["HX-Trigger-After-Settle"] == '{"row-focus": {"id": "k-3"}}'
    place = key(TextImport.objects.get(), 3)
    joined = client.post(
        at("import_correct", found),
        {"op": f"join.{place['block']}.{place['seen']}"},
        headers={"HX-Request": "true"},
    ).content.decode()
    assert 'id="k-3"' in joined
    assert 'id="k-4"' not in joined
    stale = client.post(
        at("import_correct", found),
        {"op": f"up.{place['block']}.{place['seen']}"},
        headers={"HX-Request": "true"},
    )
    assert stale.status_code == 422


@pytest.mark.parametrize("op", ["", "up", "up.x.y", "up.99999999999.a", "up.²."])
def test_an_operation_that_names_nothing_is_no_page(staff, edition, client, op):
    found = staged(staff, edition)
    assert client.post(at("import_correct", found), {"op": op}).status_code == 404


# --- what Word tracked, old fonts -----------------------------------------------------------------


def tracked():
    found = read_text("Đoạn một.\nĐại hội.")
    return ImportResult(
        found.blocks,
        changes=[
            TrackedChange(0, "delete", "Trần Văn Mẫu", dt.date(2026, 3, 2), "chữ đã xóa"),
            TrackedChange(1, "insert", "", None, "hội"),
        ],
        legacy=[LegacyRun(1, ".VnTime", "§¹i héi", "Đại hội")],
        notes=["Bỏ 2 hộp vẽ."],
    )


def test_tracked_changes_are_told_and_deleted_words_come_back(staff, edition, client):
    found = staged(staff, edition, tracked())
    preview = client.get(at("import_preview", found)).content.decode()
    assert "Bỏ 2 hộp vẽ." in preview
    assert "2 thay đổi và bình luận" in preview
    here = at("import_changes", found)
    page = client.get(here).content.decode()
    for words in ("Trần Văn Mẫu", "2026-03-02", "chữ đã xóa", ".VnTime", "§¹i héi"):
        assert words in page
    client.post(here, {"op": "lay-lai.0", "lock_version": "0"})
    found.refresh_from_db()
    assert [b["plain"] for b in found.blocks] == ["chữ đã xóa", "Đoạn một.", "Đại hội."]
    again = client.post(here, {"op": "lay-lai.0", "lock_version": "1"}, follow=True)
    assert "Chữ này đã được lấy lại." in again.content.decode()
    actions.undo(actor=staff, text_import=found, expected_version=1)
    found.refresh_from_db()
    assert ([b["plain"] for b in found.blocks], found.changes[0].get("kept")) == (
        ["Đoạn một.", "Đại hội."],
        None,
    )
    version = {"actor": staff, "text_import": found, "expected_version": 2}
    assert refusal(actions.bring_back, change=1, **version) == "not_deleted"
    assert refusal(actions.bring_back, change=9, **version) == "no_change"
    with pytest.raises(StaleVersion):
        actions.bring_back(actor=staff, text_import=found, change=0, expected_version=0)
    assert client.post(here, {"op": "khac.0"}).status_code == 404


def test_words_of_old_fonts_may_stay_as_they_were(staff, edition):
    found = staged(staff, edition, tracked())
    actions.keep_as_it_was(actor=staff, text_import=found, run=0, expected_version=0)
    found.refresh_from_db()
    assert found.blocks[1]["plain"] == "§¹i héi."
    assert (
        refusal(actions.keep_as_it_was, actor=staff, text_import=found, run=0, expected_version=1)
        == "done"
    )
    actions.undo(actor=staff, text_import=found, expected_version=1)
    actions.correct(
        actor=staff, text_import=found, verb="rewrite", text="Khác.",
        **key(TextImport.objects.get(), 1),
    )  # fmt: skip
    assert (
        refusal(actions.keep_as_it_was, actor=staff, text_import=found, run=0, expected_version=3)
        == "changed"
    )


# --- pictures -------------------------------------------------------------------------------------


def test_pictures_are_private_until_saved_and_need_words(world, staff, edition, client):
    found = staged(staff, edition, with_picture(after="Hình 1. Trụ sở tỉnh"))
    picture = ImportPicture.objects.select_related("upload").get()
    assert (picture.upload.kind, picture.alt) == ("photo", "")
    (waiting,) = queries.pictures(found)
    assert waiting.proposed == "Hình 1. Trụ sở tỉnh"
    where = at("import_picture", found, picture.upload_id)
    assert where in client.get(at("import_preview", found)).content.decode()
    assert client.get(where).headers["Content-Type"] == "image/png"
    client.force_login(world[2])
    assert client.get(where).status_code == 403
    client.force_login(staff)
    assert (
        "Còn 1 ảnh chưa ghi chữ thay thế." in client.get(at("import_save", found)).content.decode()
    )
    with pytest.raises(Refused) as caught:
        save(staff, found)
    assert caught.value.code == "alt"
    for alt, code in (("  ", "alt"), ("x" * 301, "alt_long"), ("TỐI MẬT", "secret")):
        assert refusal(
            actions.describe_picture,
            actor=staff, text_import=found, picture=picture.pk, alt=alt,
        ) == code  # fmt: skip
    client.post(at("import_describe", found, picture.pk), {"alt": " Trụ sở\u00a0tỉnh "})
    save(staff, found)
    edition.refresh_from_db()
    (shown,) = shown_pictures(edition.source)
    public = Upload.objects.get()
    assert (shown["src"], shown["alt"]) == (public.medium_url, "Trụ sở tỉnh")
    assert (public.kind, public.alt) == ("image", "Trụ sở tỉnh")
    assert not ImportPicture.objects.exists()
    assert [b.kind for b in blocks.cut(edition.source)] == ["paragraph", "figure", "paragraph"]


def test_a_picture_nobody_can_read_leaves_a_note_and_no_hole(staff, edition):
    found = staged(staff, edition, with_picture(data=b"GIF89a hong"))
    assert found.notes[0].startswith("Không nhập được ảnh “image1.png”:")
    assert brief(found) == [("paragraph", 0, "", "Trước.")]
    assert not Upload.objects.exists()


def test_too_many_pictures_are_told(staff, edition, monkeypatch):
    monkeypatch.setattr("documents.actions.imports.staging.MOST_PICTURES", 0)
    found = staged(staff, edition, with_picture())
    assert "chỉ nhập 0 ảnh đầu" in found.notes[0]
    assert MOST_PICTURES == 60


def test_a_picture_of_a_deleted_block_is_not_asked_for(staff, edition):
    found = staged(staff, edition, with_picture())
    actions.correct(actor=staff, text_import=found, verb="delete", **key(found, 1))
    found.refresh_from_db()
    assert queries.pictures(found) == []
    save(staff, found)
    assert not Upload.objects.exists()


# --- the end --------------------------------------------------------------------------------------


def test_saving_writes_exactly_the_blocks_that_were_shown(staff, edition, client):
    found = staged(staff, edition, result_of(BOLD))
    shown = brief(found)
    data = {"lock_version": "0", "edition_version": "0"}
    response = client.post(at("import_save", found), data)
    assert response.url == reverse("documents:preview", args=[edition.document_id, 1])
    edition.refresh_from_db()
    assert [(b.kind, b.level, b.number, b.plain) for b in blocks.cut(edition.source)] == shown
    assert edition.lock_version == 1
    row = AuditEntry.objects.get(verb="save_import")
    assert row.changes["file"] == ["", "bao-cao.docx"]
    assert "Đã lưu vào dự thảo lần 1" in client.get(at("import_preview", found)).content.decode()
    assert (
        refusal(actions.correct, actor=staff, text_import=found, verb="delete", **key(found, 0))
        == "saved"
    )


def test_a_text_that_stands_there_is_shown_confirmed_and_kept(world, staff, client):
    document = make_document(staff, world[0], html="<p>Bản cũ.</p><p>Toàn tỉnh đoàn kết.</p>")
    found = staged(staff, document.editions.get())
    page = client.get(at("import_save", found)).content.decode()
    assert "1 đoạn giống hệt trong văn bản nhập, 1 đoạn không còn, 3 đoạn mới" in page
    versions = {"lock_version": "0", "edition_version": "0"}
    page = client.post(at("import_save", found), versions).content.decode()
    assert "Hãy xác nhận thay bằng văn bản nhập." in page
    client.post(at("import_save", found), {**versions, "replace": "on"})
    edition = document.editions.get()
    assert "Bản cũ." not in edition.source
    page = client.get(at("import_preview", found)).content.decode()
    assert "Bản cũ." in page
    client.post(at("import_restore", found))
    edition.refresh_from_db()
    assert edition.source == "<p>Bản cũ.</p><p>Toàn tỉnh đoàn kết.</p>"
    # and the other way round again
    actions.restore_replaced(actor=staff, text_import=found)
    edition.refresh_from_db()
    assert "Năm năm qua có ba cú sốc." in edition.source


def test_what_was_replaced_is_not_put_over_later_work(world, staff, client):
    document = make_document(staff, world[0], html="<p>Bản cũ.</p>")
    edition = document.editions.get()
    found = staged(staff, edition)
    assert refusal(actions.restore_replaced, actor=staff, text_import=found) == "nothing"
    save(staff, found, replace=True)
    actions.save_text(
        actor=staff, edition=edition, html="<p>Viết tiếp.</p>", note="", expected_version=1
    )
    page = client.post(at("import_restore", found), follow=True).content.decode()
    assert "đã được sửa sau khi nhập" in page
    assert "Bản cũ." in page
    edition.refresh_from_db()
    assert edition.source == "<p>Viết tiếp.</p>"


def test_saving_over_what_a_colleague_saved_meanwhile_shows_both(world, staff, client):
    document = make_document(staff, world[0], html="<p>Bản cũ.</p>")
    edition = document.editions.get()
    found = staged(staff, edition)
    actions.save_text(
        actor=staff, edition=edition, html="<p>Của đồng nghiệp.</p>", note="", expected_version=0
    )
    data = {"lock_version": "0", "edition_version": "0", "replace": "on"}
    page = client.post(at("import_save", found), data)
    html = page.content.decode()
    assert page.status_code == 422
    assert "đã được người khác sửa" in html
    assert "Của đồng nghiệp." in html
    assert "Năm năm qua có ba cú sốc." in html
    edition.refresh_from_db()
    assert edition.source == "<p>Của đồng nghiệp.</p>"
    assert TextImport.objects.get().saved_at is None
    client.post(at("import_save", found), {**data, "edition_version": "1"})
    edition.refresh_from_db()
    assert "Năm năm qua" in edition.source


def test_a_text_corrected_to_nothing_is_not_saved(staff, edition):
    found = staged(staff, edition, read_text("Một."))
    actions.correct(actor=staff, text_import=found, verb="delete", **key(found, 0))
    with pytest.raises(Refused) as caught:
        save(staff, found)
    assert caught.value.code == "empty"


def test_discarding_and_sweeping_take_the_private_pictures_along(staff, edition, client):
    found = staged(staff, edition, with_picture())
    client.post(at("import_discard", found))
    assert not TextImport.objects.exists()
    assert not Upload.objects.exists()
    for days in (8, 6):
        found = actions.stage(
            actor=staff,
            edition=edition,
            name="x",
            result=with_picture(),
            now=clock.now() - dt.timedelta(days=days),
        )
        clean_up_imports()
        assert TextImport.objects.filter(pk=found.pk).exists() is (days == 6)
    assert Upload.objects.count() == 1


# --- size -----------------------------------------------------------------------------------------


def test_a_long_text_comes_in_pages_with_the_outline_of_the_whole(staff, edition, client):
    short = staged(staff, edition)
    client.get(at("import_preview", short))
    with CaptureQueriesContext(connection) as few:
        client.get(at("import_preview", short))
    lines = "".join(
        f"<h4>{n}. Đề mục {n}</h4>" if n % 10 == 0 else f"<p>Đoạn số {n} của văn bản.</p>"
        for n in range(1, 1001)
    )
    found = staged(staff, edition, result_of(lines))
    with CaptureQueriesContext(connection) as many:
        page = client.get(at("import_preview", found))
    assert len(many) == len(few)
    html = page.content.decode()
    assert html.count("data-imp") == 200
    assert len(page.context["outline"]) == 100
    assert 'href="?trang=5#k-1000"' in html
    last = key(found, 999)
    response = client.post(
        at("import_correct", found), {"op": f"down.{last['block']}.{last['seen']}"}
    )
    assert response.url == at("import_preview", found) + "?trang=5#k-1000"


def test_markup_of_an_attacker_never_reaches_the_preview(staff, edition, client):
    bad = blocks.BlockDraft(
        "paragraph", 0, "", '<img src=x onerror="a()">Chữ<script>x</script>', "Chữ"
    )
    found = staged(staff, edition, ImportResult([bad]))
    html = client.get(at("import_preview", found)).content.decode()
    assert "onerror" not in html
    assert found.blocks[0]["html"] == "Chữ"
