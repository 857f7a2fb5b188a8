"""The pages on which papers are keyed in and checked."""

import datetime as dt
import io
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from feedback.actions import entries, entry_files
from feedback.models import Channel, EntryBatch, EntryFile, EntryRow, Opinion
from feedback.queries import entries as queries
from feedback.queries.entry_work import todays_entries
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common.errors import Refused
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.feedback.batches import accepted, checking, filled, node, open_world, start
from tests.feedback.factories import NOW

pytestmark = pytest.mark.django_db
S = EntryBatch.State


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return open_world()


def url(name, batch, *rest):
    return reverse(f"feedback:{name}", args=[batch.public_id, *rest])


def photo(color="white", name="don-cua-ong-Nguyen-Van-A.jpg"):
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Nguyen Van A"
    Image.new("RGB", (60, 80), color).save(out, "JPEG", exif=exif)
    out.seek(0)
    out.name = name
    return out


def pdf():
    out = io.BytesIO(b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n")
    out.name = "thu.pdf"
    return out


def row_post(batch, key=None, **fields):
    return (
        url("batch_row", batch, key or uuid.uuid4()),
        {"place_typed": "đoạn 2", "stance": "partly", "text": "Cần nói rõ hơn."} | fields,
    )


def test_the_whole_journey_of_two_clerks(world, client):
    client.force_login(world.clerk)
    assert "Chọn đơn vị để nhập" in client.get(reverse("feedback:batches")).content.decode()
    page = client.get(reverse("feedback:batch_units", args=[world.consultation.pk]))
    new = reverse("feedback:batch_new", args=[node(world, world.commune).pk])
    assert new in page.content.decode()
    key = re.search(r'name="key" value="([^"]+)"', client.get(new).content.decode())[1]
    sent = {
        "channel": "letter",
        "received_on": "2025-08-18",
        "note": "2 thư",
        "key": key,
        "files": [photo(), pdf()],
    }
    batch_url = client.post(new, sent).url.split("#")[0]
    batch = EntryBatch.objects.get()
    assert (batch.channel, batch.note, batch.files.count()) == ("letter", "2 thư", 2)
    first, data = row_post(batch, op="next")
    assert client.post(first, data).url == f"{batch_url}#nhap"
    assert batch.rows.get().block == world.block(2)
    assert client.post(url("batch_do", batch), {"viec": "gui"}).status_code == 302
    assert "Tiếp nhận 1" not in client.get(batch_url).content.decode()

    client.force_login(world.rapporteur)
    page = client.get(batch_url).content.decode()
    assert "Tiếp nhận 1" in page
    assert "Cần nói rõ hơn." in page
    version = re.search(r'name="lock_version" value="(\d+)"', page)[1]
    do = url("batch_do", batch)
    client.post(do, {"viec": "tiep-nhan", "lock_version": version})
    batch.refresh_from_db()
    assert (batch.state, batch.opinions_made) == (S.ACCEPTED, 1)
    assert Opinion.objects.get().channel == "letter"
    ask = {"viec": "de-nghi-huy", "reason": "Nhập nhầm."}
    assert "Đã ghi đề nghị hủy lô" in client.post(do, ask, follow=True).content.decode()
    page = client.post(do, {"viec": "huy"}, follow=True).content.decode()
    assert "Người đề nghị không tự xác nhận" in page
    assert "Xác nhận hủy lô" not in page
    assert "Rút đề nghị" in page
    assert Opinion.objects.get().state == "received"

    client.force_login(world.clerk)
    assert "Có đề nghị hủy" in client.get(reverse("feedback:batches")).content.decode()
    assert "rapporteur đề nghị" in client.get(reverse("today")).content.decode()
    page = client.get(batch_url).content.decode()
    assert "rapporteur đề nghị hủy lô này lúc" in page
    version = re.search(r'name="lock_version" value="(\d+)"', page)[1]
    page = client.post(do, {"viec": "huy", "lock_version": version}, follow=True).content.decode()
    assert "clerk đã hủy lô này" in page
    assert "Người đề nghị: rapporteur" in page
    assert Opinion.objects.get().state == "undone"


def test_a_new_batch_sent_twice_is_one(world, client):
    client.force_login(world.clerk)
    new = reverse("feedback:batch_new", args=[node(world, world.commune).pk])
    data = {"channel": "paper", "received_on": "2025-08-18", "key": str(uuid.uuid4())}
    assert client.post(new, data).url == client.post(new, data).url
    assert EntryBatch.objects.count() == 1


def test_a_day_outside_is_said_and_nothing_typed_is_lost(world, client):
    client.force_login(world.clerk)
    new = reverse("feedback:batch_new", args=[node(world, world.commune).pk])
    page = client.post(new, {"channel": "paper", "received_on": "2025-08-01", "note": "Hòm phiếu"})
    assert page.status_code == 422
    assert "trước ngày bắt đầu" in page.content.decode()
    assert "Hòm phiếu" in page.content.decode()


def test_autosave_and_the_button_make_one_row(world, client):
    client.force_login(world.clerk)
    batch = start(world)
    where, data = row_post(batch, stance="")
    htmx = {"HTTP_HX_REQUEST": "true"}
    saved = client.post(where, data, **htmx)
    assert saved.headers["HX-Reswap"] == "none"
    assert "Đã tự lưu" in saved.content.decode()
    version = re.search(r'name="lock_version"[^>]*value="(\d+)"', saved.content.decode())[1]
    again = client.post(where, data | {"text": "Thêm chữ.", "lock_version": version}, **htmx)
    version = re.search(r'name="lock_version"[^>]*value="(\d+)"', again.content.decode())[1]
    done = client.post(
        where,
        data | {"text": "Xong.", "stance": "agree", "op": "next", "lock_version": version},
        **htmx,
    )
    assert "Ý kiến mới" in done.content.decode()
    row = EntryRow.objects.get()
    assert (row.n, row.text, row.stance, row.problems) == (1, "Xong.", "agree", [])


def test_the_second_window_sees_both_texts(world, client):
    client.force_login(world.clerk)
    batch = filled(world, rows=1)
    row = batch.rows.get()
    where, data = row_post(batch, key=row.key, text="Cửa sổ một.", lock_version="0", op="done")
    assert client.post(where, data).status_code == 302
    stale = client.post(where, data | {"text": "Cửa sổ hai."})
    page = stale.content.decode()
    assert stale.status_code == 422
    assert "Cửa sổ hai." in page
    assert "một" in page
    row.refresh_from_db()
    assert row.text == "Cửa sổ một."


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "Góp ý 👍",
        "Cho\u0302\u0303 na\u0300y",
        "a\x00b\u200b",
        "x" * 100_000,
    ],
    ids=["script", "emoji", "nfd", "controls", "long"],
)
def test_odd_texts_are_kept_or_named(world, client, text):
    client.force_login(world.clerk)
    batch = start(world)
    where, data = row_post(batch, text=text, op="next")
    assert client.post(where, data).status_code == 302
    row = batch.rows.get()
    page = client.get(url("batch", batch)).content.decode()
    assert "<script>alert" not in page
    if len(text) > 20_000:
        assert row.problems == ["Mỗi ô nhận tối đa 20000 ký tự."]
        client.post(url("batch_do", batch), {"viec": "gui"})
        batch.refresh_from_db()
        assert batch.state == S.ENTERING
    else:
        assert row.problems == []
        assert "\x00" not in row.text


def test_names_of_files_and_places_of_photos_are_not_kept(world, client):
    client.force_login(world.clerk)
    batch = start(world)
    client.post(url("batch_scans", batch), {"files": [photo()]})
    file = batch.files.select_related("upload").get()
    assert file.name == ""
    assert "Nguyen" not in file.upload.original_name
    with file.upload.file.open() as kept:
        assert b"Nguyen" not in kept.read()
    again = entry_files.add_scan(actor=world.clerk, batch=batch, file=photo())
    assert again == file


def test_a_bad_file_is_named_and_the_others_stay(world, client):
    client.force_login(world.clerk)
    batch = start(world)
    bad = io.BytesIO(b"MZ nothing")
    bad.name = "x.exe"
    page = client.post(url("batch_scans", batch), {"files": [photo(), bad]}, follow=True)
    assert "Tệp thứ 2" in page.content.decode()
    assert batch.files.count() == 1
    page = client.post(url("batch_scans", batch), {}, follow=True)
    assert "Hãy chọn tệp" in page.content.decode()


def test_scans_are_for_those_who_see_the_batch(world, client):
    batch = filled(world)
    scan = entry_files.add_scan(actor=world.clerk, batch=batch, file=photo())
    paper = entry_files.add_scan(actor=world.clerk, batch=batch, file=pdf())
    for who, status in [
        (world.clerk, 200), (world.rapporteur, 200), (world.staff, 200),
        (world.secretary, 404), (world.member, 404), (UserFactory(), 404),
    ]:  # fmt: skip
        client.force_login(who)
        for file in (scan, paper):
            assert client.get(url("batch_file", batch, file.public_id)).status_code == status
    client.force_login(world.clerk)
    page = client.get(url("batch", batch))
    assert "frame-src 'self'" in page.headers["Content-Security-Policy"]
    answer = client.get(url("batch_file", batch, paper.public_id))
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer.headers["Cache-Control"]
    other = start(world)
    assert client.get(url("batch_file", other, scan.public_id)).status_code == 404


def test_a_scan_is_taken_out_while_it_is_entered_only(world, client):
    client.force_login(world.clerk)
    batch = filled(world)
    scan = entry_files.add_scan(actor=world.clerk, batch=batch, file=pdf())
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    client.post(url("batch_file_remove", batch, scan.public_id))
    assert EntryFile.objects.count() == 1
    entries.send_back(actor=world.rapporteur, batch=batch, reason="Bản quét mờ.")
    client.post(url("batch_file_remove", batch, scan.public_id))
    assert EntryFile.objects.count() == 0


def test_outsiders_do_not_find_the_pages(world, client):
    batch = checking(world)
    stranger = UserFactory()
    give(stranger, Role.STAFF, AgencyFactory(name="Cơ quan khác"))
    for who in (world.secretary, stranger):
        client.force_login(who)
        assert client.get(url("batch", batch)).status_code == 404
        assert client.post(url("batch_do", batch), {"viec": "tiep-nhan"}).status_code == 404
        assert client.post(*row_post(batch)).status_code == 404
    client.force_login(world.member)
    assert client.get(reverse("feedback:batches")).status_code == 403
    client.force_login(stranger)
    assert client.get(reverse("feedback:batches")).status_code == 200
    units = reverse("feedback:batch_units", args=[world.consultation.pk])
    assert client.get(units).status_code == 404
    new = reverse("feedback:batch_new", args=[node(world, world.commune).pk])
    assert client.get(new).status_code == 404
    client.force_login(world.clerk)
    top = reverse("feedback:batch_new", args=[node(world, world.province).pk])
    assert client.get(top).status_code == 404


def test_lists_hold_what_lies_at_my_unit_and_below(world):
    cell = node(world, world.cell)
    letter = start(world, node=cell, channel=Channel.LETTER)
    own = start(world, node=cell, actor=world.secretary)
    top = start(world, actor=world.staff)
    seen = {
        who: set(queries.batches_seen(queries.reach_of(getattr(world, who))))
        for who in ("secretary", "clerk", "staff")
    }
    assert seen == {"secretary": {own}, "clerk": {letter, own}, "staff": {letter, own, top}}


def test_the_check_of_a_lone_clerk_waits_at_the_unit_above(world):
    def titles(user):
        return [
            item.title
            for section in todays_entries(user, grants_of(user), NOW)
            if section.key == "feedback.check_batches"
            for item in section.items
        ]

    own = "Phiếu góp ý giấy, Đảng bộ xã Hòa Bình: 2 dòng"
    checking(world)
    assert (titles(world.clerk), titles(world.rapporteur), titles(world.staff)) == ([], [own], [])
    cell = "Phiếu góp ý giấy, Chi bộ Văn phòng: 2 dòng"
    checking(world, actor=world.secretary, node=node(world, world.cell))
    assert titles(world.rapporteur) == [own, cell]
    assert titles(world.staff) == []
    membership = world.rapporteur.memberships.get()
    type(membership).objects.filter(pk=membership.pk).delete()
    world.staff.__dict__.pop("_grants", None)
    assert titles(world.staff) == [own]


def test_unfinished_and_returned_batches_wait_for_who_enters(world):
    entries.send_back(actor=world.rapporteur, batch=checking(world), reason="Thiếu phiếu 3.")
    start(world, channel=Channel.LETTER)
    sections = {s.key: s for s in todays_entries(world.clerk, grants_of(world.clerk), NOW)}
    notes = [item.note for item in sections["feedback.unfinished_batches"].items]
    assert notes == ["Bị trả lại: Thiếu phiếu 3.", ""]


def test_a_place_in_the_list_of_units_is_found_by_words(world, client):
    client.force_login(world.staff)
    page = client.get(
        reverse("feedback:batch_units", args=[world.consultation.pk]), {"tim": "ben thuong"}
    ).content.decode()
    assert "Chi bộ Bến Thượng" in page
    assert "Chi bộ Văn phòng" not in page


def test_the_checker_corrects_and_drops_on_the_page(world, client):
    batch = checking(world)
    client.force_login(world.rapporteur)
    first, second = batch.rows.order_by("n")
    page = client.get(url("batch", batch), {"dong": str(first.key)}).content.decode()
    assert "Sửa dòng 1" in page
    where, data = row_post(batch, key=first.key, text="Đúng nguyên văn.", op="done")
    client.post(where, data | {"lock_version": str(first.lock_version)})
    client.post(url("batch_row", batch, second.key), {"op": "drop"})
    page = client.get(url("batch", batch)).content.decode()
    assert "Đã sửa khi kiểm tra" in page
    assert "Tiếp nhận 1" in page
    client.post(url("batch_row", batch, second.key), {"op": "back"})
    assert "Tiếp nhận 2" in client.get(url("batch", batch)).content.decode()


def test_who_entered_cannot_accept_by_a_forged_form(world, client):
    batch = checking(world)
    client.force_login(world.clerk)
    page = client.post(url("batch_do", batch), {"viec": "tiep-nhan"}, follow=True)
    assert "cần người thứ hai" in page.content.decode()
    assert Opinion.objects.count() == 0
    assert client.post(url("batch_do", batch), {"viec": "xoa-het"}).status_code == 404


def test_put_aside_and_restored(world, client):
    batch = filled(world)
    client.force_login(world.clerk)
    client.post(url("batch_do", batch), {"viec": "bo"})
    assert "Khôi phục lô" in client.get(url("batch", batch)).content.decode()
    client.post(url("batch_do", batch), {"viec": "khoi-phuc"})
    batch.refresh_from_db()
    assert batch.state == S.ENTERING


def test_the_same_words_twice_are_flagged_for_people_to_decide(world):
    accepted(world, rows=1)
    batch = start(world)
    for text in ("Ý KIẾN  số 1.", "Khác hẳn.", "khác hẳn."):
        entries.put_row(actor=world.clerk, batch=batch, stance="partly", text=text, place_typed="2")
    entries.put_row(actor=world.clerk, batch=batch, stance="agree")
    entries.put_row(actor=world.clerk, batch=batch, stance="agree")
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    said = list(batch.rows.order_by("n").values_list("warnings", flat=True))
    day = "18/08/2025"
    assert said == [
        [f"Giống ý kiến đã tiếp nhận của đơn vị ngày {day}."], [], ["Giống dòng 2."], [], [],
    ]  # fmt: skip
    assert entries.accept(actor=world.rapporteur, batch=batch, now=NOW).opinions_made == 5


def test_a_row_key_of_another_batch_is_refused(world):
    row = filled(world, rows=1).rows.get()
    with pytest.raises(Refused) as refused:
        entries.put_row(actor=world.clerk, batch=start(world), key=row.key, stance="agree")
    assert refused.value.code == "no_row"


def queries_of(client, address):
    """How many queries a page takes, once what is kept for a while is kept."""
    client.get(address)
    with CaptureQueriesContext(connection) as found:
        assert client.get(address).status_code == 200
    return len(found)


def test_a_batch_is_read_in_as_many_queries_however_long(world, client):
    short, long = checking(world, rows=1), checking(world, rows=30)
    client.force_login(world.rapporteur)
    assert queries_of(client, url("batch", short)) == queries_of(client, url("batch", long))


def test_the_list_and_the_units_are_read_in_as_many_queries_however_long(world, client):
    client.force_login(world.clerk)
    checking(world, rows=1)
    few = queries_of(client, reverse("feedback:batches"))
    for _ in range(9):
        checking(world, rows=2)
    assert queries_of(client, reverse("feedback:batches")) == few
    units = reverse("feedback:batch_units", args=[world.consultation.pk])
    assert queries_of(client, f"{units}?tim=bến") == queries_of(client, f"{units}?tim=b")


def test_scans_go_a_month_after_the_batch_was_accepted(world, client):
    batch = filled(world)
    for file in (photo(), pdf()):
        entry_files.add_scan(actor=world.clerk, batch=batch, file=file)
    uploads = [f.upload for f in batch.files.select_related("upload")]
    entries.submit(actor=world.clerk, batch=batch, now=NOW)
    entries.accept(actor=world.rapporteur, batch=batch, now=NOW)
    client.force_login(world.clerk)
    assert "tự xóa ngày 19/09/2025" in client.get(url("batch", batch)).content.decode()
    month = dt.timedelta(days=30)
    before = NOW + month - dt.timedelta(days=1)
    assert entry_files.delete_due(now=before) == (0, 0)
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert entry_files.delete_due(now=NOW + month) == (2, 0)
    assert entry_files.delete_due(now=NOW + month) == (0, 0)
    assert [f.upload for f in batch.files.all()] == [None, None]
    assert not any(u.file.storage.exists(u.file.name) for u in uploads)
    assert batch.rows.count() == 2


def test_a_batch_put_aside_can_come_back_for_a_month_and_then_is_empty(world, client):
    batch = filled(world)
    entry_files.add_scan(actor=world.clerk, batch=batch, file=photo())
    entries.discard(actor=world.clerk, batch=batch, now=NOW)
    later = NOW + dt.timedelta(days=30)
    with pytest.raises(Refused) as refused:
        entries.restore(actor=world.clerk, batch=batch, now=later)
    assert refused.value.code == "gone"
    assert entry_files.delete_due(now=later) == (1, 1)
    assert (batch.rows.count(), batch.files.get().upload) == (0, None)
    client.force_login(world.clerk)
    assert "Khôi phục lô" not in client.get(url("batch", batch)).content.decode()
    assert entry_files.delete_due(now=later) == (0, 0)
