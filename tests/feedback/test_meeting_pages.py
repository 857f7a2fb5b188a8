"""The pages of meetings, without scripts: a secretary's three minutes, a clerk's desk."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from feedback.actions import meetings, minutes
from feedback.models import Meeting, Opinion
from portal.accounts.models import User
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.feedback.batches import node, open_world
from tests.feedback.factories import NOW
from tests.feedback.meetings import Way, again, confirming, enter, keying, photo, with_opinions

S = Meeting.State


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world(db):
    return open_world()


@pytest.fixture
def secretary(world, client):
    client.force_login(world.secretary)
    return client


def new_url(world, agency=None):
    cell = node(world, agency or world.cell)
    return reverse("feedback:meeting_new", args=[cell.consultation_id, cell.pk])


def url(name, row, *more):
    return reverse(f"feedback:{name}", args=[row.public_id, *more])


def filled(page, **fields):
    key = re.search(r'name="submission_key" value="([^"]+)"', page.content.decode())[1]
    values = {"held_on": "2025-08-19", "present": "24", "speakers": "5"}
    return {"submission_key": key, "outcome": "agreed"} | values | fields


def text(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.content.decode()))


def test_agreed_in_two_pages(world, secretary):
    page = secretary.get(reverse("feedback:units"))
    assert new_url(world) in page.content.decode()
    page = secretary.get(new_url(world))
    assert "Nhận hội nghị họp từ 27/07/2025 đến 20/08/2025" in text(page)
    form = filled(page)
    sent = secretary.post(new_url(world), form)
    row = Meeting.objects.get()
    assert (sent.status_code, sent.url) == (302, url("meeting", row))
    # the button pressed twice, the page sent again
    assert secretary.post(new_url(world), form).url == sent.url
    assert Meeting.objects.count() == 1
    receipt = secretary.get(sent.url)
    assert f"Nhất trí toàn văn Gửi lúc 20/08/2025 09:00 Mã hội nghị {row.code}" in text(receipt)
    assert "Sửa, hủy được đến hết ngày 03/09/2025" in text(receipt)


def test_reason_and_respondent_group_of_an_opinion_come_along(world, secretary):
    secretary.post(new_url(world), filled(secretary.get(new_url(world)), outcome="opinions"))
    row = Meeting.objects.get()
    address = url("meeting_opinions", row)
    assert world.group.name in text(secretary.get(address))
    given = {"edition": world.edition.pk, "reason": "Dễ theo dõi.", "group": world.group.pk}
    for _ in range(2):
        assert secretary.post(address, opinion(**given)).status_code == 302
    entry = row.batch.rows.get()
    assert (entry.reason, entry.group) == ("Dễ theo dõi.", world.group)
    page = text(secretary.get(address))
    assert "Lý do: Dễ theo dõi." in page
    form = secretary.get(url("meeting_opinion", row, 1)).content.decode()
    assert "Dễ theo dõi.</textarea>" in form
    assert f'<option value="{world.group.pk}" selected>' in form
    bad = secretary.post(address, opinion(**given | {"n": "2", "group": "999999"}))
    assert bad.status_code == 422
    assert row.batch.rows.count() == 1
    secretary.post(url("meeting_send", row))
    made = Opinion.objects.get()
    assert (made.reason, made.group) == ("Dễ theo dõi.", world.group)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"present": "0", "speakers": "0"}, "Phải có ít nhất 1 người dự."),
        ({"present": "4"}, "Không thể nhiều hơn số người dự."),
        ({"held_on": "2025-08-21"}, "Ngày họp không thể sau hôm nay."),
        ({"held_on": "2025-01-01"}, "Ngày họp phải từ 27/07/2025 đến 20/08/2025."),
        ({"held_on": "hôm qua"}, "Nhập một ngày"),
        ({"present": "hai mươi"}, "Nhập một số nguyên."),
        ({"outcome": ""}, "Hãy chọn một trong ba cách gửi"),
        ({"outcome": "khác"}, "Hãy chọn một trong ba cách gửi"),
    ],
)
def test_bad_input_keeps_what_was_typed(world, secretary, fields, said):
    page = secretary.post(new_url(world), filled(secretary.get(new_url(world)), **fields))
    assert (page.status_code, Meeting.objects.count()) == (422, 0)
    assert said in text(page)
    assert f'value="{fields.get("present", "24")}"' in page.content.decode()


def test_more_people_than_members_is_only_a_warning(world, secretary):
    secretary.post(new_url(world), filled(secretary.get(new_url(world)), present="240"))
    page = secretary.get(url("meeting", Meeting.objects.get()))
    assert "Số người dự (240) nhiều hơn số đảng viên của đơn vị" in text(page)


def test_wrong_units_do_not_exist(world, secretary):
    cell, other = node(world, world.cell), node(world, world.other_cell)
    assert secretary.get(new_url(world, world.other_cell)).status_code == 404
    forged = reverse("feedback:meeting_new", args=[cell.consultation_id + 1, cell.pk])
    assert secretary.get(forged).status_code == 404
    assert secretary.post(new_url(world, world.other_cell), {}).status_code == 404
    row = enter(world)
    secretary.force_login(UserFactory(full_name="người ngoài"))
    names = ("meeting", "meeting_opinions", "meeting_edit", "meeting_undo", "meeting_confirm")
    assert {secretary.get(url(name, row)).status_code for name in names} == {404}
    assert other.handled_by == world.other_cell


def test_after_the_grace_the_page_says_so(world, secretary):
    with time_machine.travel(dt.datetime(2025, 9, 4, 9, 0, tzinfo=clock.TZ), tick=False):
        assert "đến 3 ngày sau ngày kết thúc" in text(secretary.get(new_url(world)))
        form = {
            "submission_key": "k" * 24, "held_on": "2025-08-19", "present": "24",
            "speakers": "5", "outcome": "agreed",
        }  # fmt: skip
        page = secretary.post(new_url(world), form)
    assert (page.status_code, Meeting.objects.count()) == (422, 0)
    assert "Đã quá 3 ngày" in text(page)
    assert 'value="24"' in page.content.decode()


def opinion(**fields):
    return {"place": "2", "stance": "partly", "text": "Nên bồi dưỡng hai lần.", "n": "1"} | fields


def test_opinions_one_after_the_other(world, secretary):
    form = filled(secretary.get(new_url(world)), outcome="opinions")
    row_page = secretary.post(new_url(world), form)
    row = Meeting.objects.get()
    assert row_page.url == url("meeting_opinions", row)
    assert "Ý kiến thứ 1" in text(secretary.get(row_page.url))
    given = {"edition": world.edition.pk}
    # sent twice on a thin line
    for _ in range(2):
        assert secretary.post(row_page.url, opinion(**given)).status_code == 302
    secretary.post(row_page.url, opinion(**given, place="", text="Ông Bình: rõ rồi.", n="2"))
    page = secretary.get(row_page.url)
    assert "Đã lưu 2 ý kiến, chưa gửi" in text(page)
    assert text(page).count("Mở đầu như có tên người phát biểu.") == 1
    secretary.post(url("meeting_unname", row, 2))
    change = secretary.get(url("meeting_opinion", row, 1))
    assert "Nên bồi dưỡng hai lần." in text(change)
    secretary.post(
        url("meeting_opinion", row, 1), opinion(**given, text="Ba lần.", lock_version="0")
    )
    done = secretary.post(url("meeting_send", row), follow=True)
    assert "Kết quả 2 ý kiến" in text(done)
    found = {o.text: o.block for o in Opinion.objects.select_related("block")}
    assert found == {"Ba lần.": world.block(2), "Rõ rồi.": None}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"stance": ""}, "Chọn quan điểm của ý kiến này."),
        ({"place": "999"}, "Văn kiện không có đoạn 999."),
        ({"place": "xyzzy"}, "Không tìm thấy “xyzzy” trong văn kiện."),
        ({"text": "a" * 20_001}, "20000"),
        ({"edition": "0"}, "Hãy chọn một lựa chọn hợp lệ"),
    ],
)
def test_bad_opinions_keep_what_was_typed(world, secretary, fields, said):
    row = enter(world)
    form = opinion(edition=world.edition.pk, proposed="Câu chữ mới") | fields
    page = secretary.post(url("meeting_opinions", row), form)
    assert (page.status_code, row.batch.rows.count()) == (422, 0)
    assert "Câu chữ mới" in page.content.decode()
    assert said in text(page)


def test_sending_takes_along_what_is_being_typed(world, secretary):
    row = enter(world)
    page_url = url("meeting_opinions", row)
    given = opinion(edition=world.edition.pk, do="send")
    # an incomplete one stays on the page, and nothing is sent
    page = secretary.post(page_url, given | {"stance": ""})
    assert (page.status_code, again(row).state) == (422, Meeting.State.ENTERING)
    assert "Chọn quan điểm của ý kiến này." in text(page)
    done = secretary.post(page_url, given, follow=True)
    assert (again(row).state, "Kết quả 1 ý kiến" in text(done)) == (Meeting.State.SENT, True)
    assert Opinion.objects.get().text == "Nên bồi dưỡng hai lần."


def test_sending_with_nothing_typed(world, secretary):
    row = enter(world)
    blank = {"edition": world.edition.pk, "place": " ", "text": "", "n": "1", "do": "send"}
    page = secretary.post(url("meeting_opinions", row), blank, follow=True)
    assert "Chưa có ý kiến nào." in text(page)
    row = with_opinions(world, rows=2)
    done = secretary.post(url("meeting_opinions", row), blank | {"n": "3"}, follow=True)
    assert "Kết quả 2 ý kiến" in text(done)


def test_the_other_ways_are_open_until_something_is_entered(world, secretary):
    row = enter(world)
    page_url = url("meeting_opinions", row)
    assert "Chọn nhầm cách gửi?" in text(secretary.get(page_url))
    assert secretary.post(page_url, {"outcome": "minutes"}).url == url("meeting_photos", row)
    photos = url("meeting_photos", row)
    assert "Chọn nhầm cách gửi?" in text(secretary.get(photos))
    assert secretary.post(photos, {"outcome": "opinions"}).url == page_url
    secretary.post(page_url, opinion(edition=world.edition.pk))
    assert "Chọn nhầm cách gửi?" not in text(secretary.get(page_url))
    # whoever asks all the same loses nothing
    page = secretary.post(page_url, {"outcome": "agreed"}, follow=True)
    assert "Hội nghị này đã có ý kiến" in text(page)
    assert (again(row).state, row.batch.rows.count()) == (S.ENTERING, 1)
    secretary.post(url("meeting_drop", row, 1))
    done = secretary.post(page_url, {"outcome": "agreed"}, follow=True)
    assert "Hội nghị đã được ghi nhận" in text(done)
    assert (again(row).state, again(row).outcome) == (S.SENT, Way.AGREED)
    # sent is sent
    late = secretary.post(page_url, {"outcome": "minutes"}, follow=True)
    assert ("Nhất trí toàn văn" in text(late), again(row).outcome) == (True, Way.AGREED)


def test_a_clerk_who_ends_takes_along_what_is_being_typed(world, client):
    row = minutes.claim(actor=world.clerk, meeting=keying(world))
    client.force_login(world.clerk)
    given = opinion(edition=world.edition.pk, do="finish")
    page = client.post(url("minutes_key", row), given, follow=True)
    assert (again(row).state, row.batch.rows.count()) == (Meeting.State.CONFIRMING, 1)
    assert "Ý kiến được tính khi đơn vị xác nhận." in text(page)


def test_a_stale_opinion_is_not_overwritten(world, secretary):
    row = with_opinions(world, rows=1)
    given = opinion(edition=world.edition.pk, lock_version="0")
    first = secretary.post(url("meeting_opinion", row, 1), given | {"text": "Lần một."})
    late = secretary.post(url("meeting_opinion", row, 1), given | {"text": "Lần hai."})
    assert (first.status_code, late.status_code) == (302, 422)
    assert "Lần hai." in text(late)
    assert row.batch.rows.get().text == "Lần một."


def test_a_passage_is_looked_up_without_saving(world, secretary):
    row = enter(world)
    block = world.block(2)
    page = secretary.get(url("meeting_passage", row), {"place": "2"})
    assert f"{block.label}." in text(page)
    several = secretary.get(url("meeting_passage", row), {"place": "năm"})
    radios = re.findall(r'id="doan-(\d+)"', several.content.decode())
    assert len(radios) >= 2
    # without scripts the button beside the field does the same
    form = opinion(edition=world.edition.pk, place="năm")
    page = secretary.post(url("meeting_opinions", row), form | {"do": "look"})
    assert (row.batch.rows.count(), "Chọn đúng chỗ" in text(page)) == (0, True)
    page = secretary.post(url("meeting_opinions", row), form | {"block": radios[1]})
    assert page.status_code == 302
    assert str(row.batch.rows.get().block_id) == radios[1]


def test_photos_of_minutes(world, secretary):
    form = filled(secretary.get(new_url(world)), outcome="minutes")
    page_url = secretary.post(new_url(world), form).url
    row = Meeting.objects.get()
    assert page_url == url("meeting_photos", row)
    broken = SimpleUploadedFile("so-tay.jpg", b"khong phai anh")
    page = secretary.post(page_url, {"photos": [photo(), broken]})
    assert page.status_code == 422
    assert "so-tay.jpg: Tệp này không phải ảnh đọc được" in text(page)
    assert "Đã nhận 1 tệp" in text(page)
    assert secretary.post(page_url, {}).status_code == 422
    sent = secretary.post(page_url, {"do": "send"}, follow=True)
    assert "đang chờ cán bộ cấp trên nhập" in text(sent)
    file = row.batch.files.get()
    picture = secretary.get(url("meeting_photo", row, file.public_id) + "?nho")
    assert (picture.status_code, picture["Cache-Control"]) == (200, "private, no-cache")
    secretary.force_login(world.member)
    assert secretary.get(url("meeting_photo", row, file.public_id)).status_code == 404


def test_sending_without_photos_is_refused(world, secretary):
    row = enter(world, Way.MINUTES)
    page = secretary.post(url("meeting_photos", row), {"do": "send"})
    assert (page.status_code, again(row).state) == (422, S.ENTERING)
    assert "Chưa có ảnh biên bản nào." in text(page)


def test_a_clerk_keys_in_beside_the_photos(world, client):
    row = keying(world)
    client.force_login(world.clerk)
    assert "Chi bộ Văn phòng" in text(client.get(reverse("feedback:minutes")))
    desk = url("minutes_key", row)
    assert "Nhận nhập biên bản này" in text(client.get(desk))
    # typing without having taken them saves nothing
    client.post(desk, opinion(edition=world.edition.pk))
    assert row.batch.rows.count() == 0
    client.post(url("minutes_claim", row))
    assert client.post(desk, opinion(edition=world.edition.pk)).url == desk
    page = client.get(desk)
    assert "Đã nhập 1 ý kiến" in text(page)
    assert page.content.decode().count("bien-ban") > 1
    other = User.objects.get(pk=world.rapporteur.pk)
    client.force_login(other)
    assert "clerk đang nhập biên bản này" in text(client.get(desk))
    client.force_login(world.clerk)
    done = client.post(url("minutes_finish", row), follow=True)
    assert "Đã gửi Chi bộ Văn phòng xác nhận." in text(done)
    assert again(row).state == S.CONFIRMING


def test_the_secretary_confirms_or_returns(world, secretary):
    row = confirming(world)
    page = secretary.get(url("meeting_confirm", row))
    assert "2 ý kiến đã nhập" in text(page)
    version = re.search(r'name="lock_version" value="(\d+)"', page.content.decode())[1]
    empty = secretary.post(
        url("meeting_confirm", row), {"do": "return", "note": "", "lock_version": version}
    )
    assert (empty.status_code, again(row).state) == (422, S.CONFIRMING)
    secretary.post(url("meeting_confirm", row), {"do": "confirm", "lock_version": "x"})
    assert again(row).state == S.CONFIRMING
    secretary.post(url("meeting_confirm", row), {"do": "confirm", "lock_version": version})
    assert again(row).state == S.SENT


def test_those_above_see_numbers_of_what_was_sent_and_no_words(world, client):
    agreed = enter(world, Way.AGREED)
    row = confirming(world)
    file = row.batch.files.first()
    client.force_login(world.clerk)
    assert "Ý kiến thứ 1 của hội nghị." in text(client.get(url("meeting", row)))
    minutes.confirm(actor=world.secretary, meeting=row, expected_version=row.lock_version, now=NOW)
    for one in (agreed, row):
        page = text(client.get(url("meeting", one)))
        assert "Số người dự 24" in page
        assert not [word for word in ("Kết quả", "Nhất trí", "Ý kiến thứ") if word in page]
    assert client.get(url("meeting_photo", row, file.public_id)).status_code == 404
    client.force_login(world.secretary)
    assert "Ý kiến thứ 1 của hội nghị." in text(client.get(url("meeting", row)))
    assert client.get(url("meeting_photo", row, file.public_id)).status_code == 200


def test_corrections_until_the_end(world, secretary):
    row = with_opinions(world, rows=1)
    meetings.send(actor=world.secretary, meeting=row, now=NOW)
    version = again(row).lock_version
    given = {"held_on": "2025-08-18", "present": "20", "speakers": "3"}
    secretary.post(url("meeting_edit", row), given | {"lock_version": version})
    assert again(row).present == 20
    stale = secretary.post(
        url("meeting_edit", row), given | {"present": "21", "lock_version": version}
    )
    assert (stale.status_code, again(row).present) == (422, 20)
    assert secretary.post(url("meeting_reopen", row), {"reason": ""}).status_code == 422
    secretary.post(url("meeting_reopen", row), {"reason": "Sót ý kiến"})
    assert again(row).state == S.ENTERING
    secretary.post(url("meeting_send", row))
    page = secretary.post(url("meeting_undo", row), {"reason": "Nhập nhầm"}, follow=True)
    assert "Hội nghị này đã hủy và không được tính." in text(page)
    assert Opinion.objects.filter(state="received").count() == 0


def test_todays_work_of_secretary_and_clerk(world, client):
    client.force_login(world.secretary)
    today = "/viec-hom-nay/"
    assert "Nhập hội nghị góp ý: Lấy ý kiến Báo cáo chính trị" in text(client.get(today))
    row = keying(world)
    assert "Nhập hội nghị góp ý:" not in text(client.get(today))
    client.force_login(world.clerk)
    assert "Nhập biên bản họp ngày 19/08/2025" in text(client.get(today))
    minutes.claim(actor=world.clerk, meeting=row, now=NOW)
    minutes.finish(actor=world.clerk, meeting=row, now=NOW)
    client.force_login(world.secretary)
    assert "Xác nhận biên bản họp ngày 19/08/2025" in text(client.get(today))


def test_numbers_below_and_the_reminder(world, client):
    with_opinions(world)
    commune = node(world, world.commune)
    client.force_login(world.clerk)
    page_url = reverse("feedback:meetings_below", args=[commune.consultation_id, commune.pk])
    page = client.get(page_url)
    assert "nhập thay từ biên bản" in text(page)
    assert "Nhắc 1 đơn vị chưa nhập" in text(page)
    remind = reverse("feedback:meetings_remind", args=[commune.consultation_id, commune.pk])
    assert "Đã nhắc 1 đơn vị." in text(client.post(remind, follow=True))
    assert "Hôm nay đã nhắc rồi" in text(client.post(remind, follow=True))


@pytest.mark.parametrize("rows", [1, 4])
def test_pages_keep_their_number_of_queries(world, secretary, django_assert_max_num_queries, rows):
    row = with_opinions(world, rows=rows)
    secretary.get(url("meeting_opinions", row))
    with django_assert_max_num_queries(26):
        secretary.get(url("meeting_opinions", row))
    for _ in range(rows):
        enter(world, Way.AGREED)
    with django_assert_max_num_queries(16):
        secretary.get(reverse("feedback:units"))
