"""Pages on which a unit shows its work and a superior accepts it."""

import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from campaigns import actions
from campaigns.models import Assignment, Evidence, Indicator
from portal.agencies import today as work
from portal.agencies.models import Role
from portal.common import clock
from portal.common.models import Upload
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import PlanFactory, TaskFactory, issue
from tests.documents.factories import office
from tests.news import factories as news

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client):
    """(plan that asks for acceptance, unit, its clerk, staff of the issuer); clerk signed in."""
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    unit, clerk = AgencyFactory(name="Đảng bộ xã Tân Lập", parent=agency), UserFactory()
    give(clerk, Role.SECRETARY, unit)
    plan = PlanFactory(issuer=agency, actor=staff, needs_acceptance=True)
    TaskFactory(plan=plan, title="Treo băng rôn", assigned_to=[unit])
    issue(plan)
    client.force_login(clerk)
    return plan, unit, clerk, staff


def given():
    return Assignment.objects.order_by("pk").first()


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def add_url(kind):
    return url("add_evidence", given().pk, kind)


def text(response):
    return response.content.decode()


def picture(name="anh.jpg", size=(900, 600)):
    out = io.BytesIO()
    Image.new("RGB", size, "#8f1d20").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def today():
    return clock.today().isoformat()


def code(client, *args):
    return client.get(*args).status_code


# --- Adding -----------------------------------------------------------------------------------


def test_every_kind_has_a_short_page(world, client):
    page = text(client.get(url("assignment", given().pk)))
    kinds = ["anh", "hoi-nghi", "tin-bai", "noi-khac", "tep", "lay-y-kien", "viec-khac"]
    assert [add_url(kind) in page for kind in kinds] == [True] * 7
    assert [code(client, add_url(kind)) for kind in kinds] == [200] * 7
    assert code(client, add_url("khac")) == 404


@pytest.mark.parametrize(
    ("kind", "data", "fields"),
    [
        ("noi-khac", {"channel": "facebook", "outlet": "Trang xã", "title": "Bài"}, ["url"]),
        ("noi-khac", {"channel": "press", "title": "Bài"}, ["outlet"]),
        ("hoi-nghi", {"title": "Hội nghị", "attendees": 0}, ["attendees"]),
        ("hoi-nghi", {"title": "Hội nghị", "attendees": 5, "speakers": 9}, ["speakers"]),
        ("viec-khac", {"title": "Băng rôn", "quantity": 12}, ["indicator"]),
        ("viec-khac", {"title": "Băng rôn", "quantity": "nhiều"}, ["quantity"]),
        ("viec-khac", {"title": "Băng rôn", "happened_on": "2999-01-01"}, ["happened_on"]),
        ("tep", {}, ["file"]),
        ("anh", {}, ["photos"]),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_retyped(
    world, client, kind, data, fields
):
    page = client.post(add_url(kind), {"happened_on": today(), "note": "chữ của tôi"} | data)
    assert list(page.context["form"].errors) == fields
    assert "chữ của tôi" in text(page)
    assert not Evidence.objects.exists()


def test_banners_are_counted_for_their_indicator(world, client):
    banners = Indicator.objects.get(slug="bang-ron")
    data = {"title": "Băng rôn trục chính", "quantity": 12, "indicator": banners.pk}
    client.post(add_url("viec-khac"), data | {"happened_on": today()})
    assert "Băng rôn: 12 chiếc" in text(client.get(url("assignment", given().pk)))


def test_a_form_that_arrives_twice_counts_once(world, client):
    form = client.get(add_url("hoi-nghi")).context["form"]
    data = {
        "title": "Hội nghị",
        "happened_on": today(),
        "attendees": 40,
        "key": form["key"].value(),
    }
    for _again in range(2):
        assert client.post(add_url("hoi-nghi"), data).status_code == 302
    assert Evidence.objects.count() == 1
    assert "40 người dự" in text(client.get(url("assignment", given().pk)))


# --- Photos and files ---------------------------------------------------------------------------


def sent(*files, **data):
    return {"photos": list(files), "happened_on": today()} | data


def test_photos_go_at_once_and_get_their_captions_after(world, client):
    bad = SimpleUploadedFile("so-tay.jpg", b"khong phai anh")
    answer = client.post(add_url("anh"), sent(picture("a.jpg"), bad, picture("b.jpg")), follow=True)
    row = Evidence.objects.get()
    first, second = row.files.all()
    assert answer.redirect_chain[-1][0] == url("edit_evidence", row.assignment_id, row.pk)
    assert "“so-tay.jpg” chưa được nhận" in text(answer)
    assert "Đã nhận 2 ảnh." in text(answer)
    form = {"lock_version": 0, "happened_on": today(), f"caption_{first.pk}": "Cổng chào"}
    client.post(url("edit_evidence", row.assignment_id, row.pk), form)
    page = text(client.get(url("assignment", given().pk)))
    assert ("Cổng chào" in page, "Ảnh 2 của “Ảnh: Treo băng rôn”" in page) == (True, True)
    client.post(url("remove_photo", row.assignment_id, row.pk, second.pk))
    client.post(url("remove_photo", row.assignment_id, row.pk, first.pk))
    assert [f.pk for f in row.files.all()] == [first.pk]


def test_photos_that_arrived_stay_when_the_form_comes_back(world, client):
    page = client.post(add_url("anh"), sent(picture("a.jpg"), happened_on="2999-01-01"))
    assert list(page.context["form"].errors) == ["happened_on"]
    assert "Đã nhận, không cần chọn lại" in text(page)
    kept = page.context["form"]["kept"].value()
    client.post(add_url("anh"), sent(picture("b.jpg"), kept=kept))
    files = Evidence.objects.get().files.all()
    assert [f.upload.original_name for f in files] == ["a.jpg", "b.jpg"]


def test_nobody_takes_in_what_another_person_kept(world, client):
    _plan, unit, _clerk, _staff = world
    page = client.post(add_url("anh"), sent(picture("a.jpg"), happened_on="2999-01-01"))
    kept = page.context["form"]["kept"].value()
    other = UserFactory()
    give(other, Role.EDITOR, unit)
    client.force_login(other)
    page = client.post(add_url("anh"), sent(kept=kept))
    assert (list(page.context["form"].errors), Evidence.objects.count()) == (["photos"], 0)
    page = client.post(add_url("anh"), sent(kept="x.y.z"))
    assert list(page.context["form"].errors) == ["photos"]


def test_photos_are_shown_to_those_who_see_the_task_and_to_nobody_else(world, client):
    _plan, _unit, _clerk, staff = world
    client.post(add_url("anh"), sent(picture()))
    row = Evidence.objects.get()
    file = row.files.get()
    own = [row.assignment_id, row.pk, file.pk]
    addresses = [url("evidence_file", *own), url("evidence_thumbnail", *own)]
    for person, status in ((None, 200), (staff, 200), (UserFactory(), 404)):
        if person is not None:
            client.force_login(person)
        assert [code(client, address) for address in addresses] == [status, status]
    client.logout()
    assert [code(client, address) for address in addresses] == [302, 302]
    assert code(client, f"/media/{file.upload.file.name}") == 404
    client.force_login(staff)
    answer = client.get(addresses[0])
    assert (answer["Content-Type"], answer["Cache-Control"]) == ("image/jpeg", "private, no-cache")
    known = {"If-None-Match": answer["ETag"]}
    assert client.get(addresses[0], headers=known).status_code == 304
    assert client.get(addresses[1], headers=known).status_code == 200
    assert client.post(url("remove_photo", *own)).status_code == 403


def test_a_file_of_another_assignment_is_not_found_under_ones_own(world, client):
    plan, unit, _clerk, _staff = world
    client.post(add_url("anh"), sent(picture()))
    row = Evidence.objects.get()
    TaskFactory(plan=plan, title="Việc khác", assigned_to=[unit])
    other = Assignment.objects.order_by("pk").last()
    file = row.files.get()
    assert code(client, url("evidence_file", other.pk, row.pk, file.pk)) == 404
    assert code(client, url("edit_evidence", other.pk, row.pk)) == 404


def test_a_file_is_kept_while_its_form_is_mended(world, client):
    pdf = SimpleUploadedFile("bien-ban.pdf", b"%PDF-1.7 x", "application/pdf")
    page = client.post(add_url("tep"), {"file": pdf, "happened_on": ""})
    kept = page.context["form"]["kept"].value()
    client.post(add_url("tep"), {"kept": kept, "happened_on": today()})
    row = Evidence.objects.get()
    assert (row.title, Upload.objects.count()) == ("bien-ban.pdf", 1)
    address = url("evidence_file", row.assignment_id, row.pk, row.files.get().pk)
    assert b"".join(client.get(address).streaming_content) == b"%PDF-1.7 x"
    assert code(client, url("evidence_thumbnail", *address.split("/")[3:-1:2])) == 404
    page = client.post(
        add_url("tep"),
        {"file": SimpleUploadedFile("a.pdf", b"MZ"), "happened_on": today()},
    )
    assert "Chỉ nhận tệp PDF, Word" in text(page)


def test_two_who_correct_the_same_evidence_see_both_texts(world, client):
    row = actions.add_manual_evidence(
        actor=None, assignment=given(), title="Ban đầu", happened_on=clock.today()
    )
    actions.edit_evidence(actor=None, evidence=row, title="Của người kia")
    page = client.post(
        url("edit_evidence", row.assignment_id, row.pk),
        {"title": "Của tôi", "happened_on": today(), "lock_version": 0},
    )
    assert ("Của tôi" in text(page), "Của người kia" in text(page)) == (True, True)
    row.refresh_from_db()
    assert row.title == "Của người kia"


# --- Articles of the unit -----------------------------------------------------------------------


def test_an_article_is_found_by_its_words_and_chosen_once(client):
    room = news.newsroom()
    article = news.published(room)
    plan = PlanFactory()
    TaskFactory(plan=plan, assigned_to=[room.agency])
    issue(plan)
    client.force_login(room.editor)
    page = client.get(add_url("tin-bai"), {"tim": "lấy ý kiến"})
    assert [item["row"].title for item in page.context["found"]] == [article.title]
    assert client.get(add_url("tin-bai"), {"tim": "không có"}).context["found"] == []
    client.post(add_url("tin-bai"), {"muc": f"news.article:{article.pk}"})
    assert Evidence.objects.get().title == article.title
    page = client.get(add_url("tin-bai"))
    assert [item["have"] for item in page.context["found"]] == [True]
    answer = client.post(add_url("tin-bai"), {"muc": "auth.user:1"}, follow=True)
    assert "Hãy chọn một mục." in text(answer)


def test_evidence_that_is_gone_is_said_to_both_sides(world, client):
    _plan, _unit, clerk, staff = world
    row = actions.add_manual_evidence(
        actor=None, assignment=given(), title="Ảnh", happened_on=clock.today()
    )
    actions.set_progress(actor=clerk, assignment=given(), state="done")
    assert "Minh chứng đã gỡ" not in text(client.get(url("assignment", given().pk)))
    assert sections_of(clerk) == {}
    client.post(url("retract_evidence", given().pk, row.pk))
    page = text(client.get(url("assignment", given().pk)))
    assert "không còn minh chứng nào. Hãy thêm minh chứng khác" in page
    assert sections_of(clerk) == {"campaigns.evidence_gone": ["Treo băng rôn"]}
    client.force_login(staff)
    page = text(client.get(url("assignment", given().pk)))
    assert "Đơn vị đã báo hoàn thành nhưng minh chứng không còn." in page


# --- Progress, responsible ----------------------------------------------------------------------


def test_done_without_a_file_asks_why_and_says_so(world, client):
    address = url("assignment", given().pk)
    page = client.post(address, {"state": "done", "lock_version": 0})
    assert list(page.context["form"].errors) == ["state"]
    page = client.post(address, {"state": "bare", "lock_version": 0})
    assert list(page.context["form"].errors) == ["note"]
    said = {"state": "bare", "lock_version": 0, "note": "Đã treo, máy ảnh hỏng"}
    assert client.post(address, said).status_code == 302
    page = text(client.get(address))
    assert ("Không có tệp" in page, "Đã treo, máy ảnh hỏng" in page) == (True, True)


def test_one_of_the_unit_is_named_responsible(world, client):
    _plan, unit, clerk, staff = world
    editor, member, outsider = UserFactory(), UserFactory(), UserFactory()
    give(editor, Role.EDITOR, unit)
    give(member, Role.MEMBER, unit)
    address = url("responsible", given().pk)
    offered = client.get(address).context["form"].fields["responsible"].queryset
    assert set(offered) == {clerk, editor}
    client.post(address, {"responsible": editor.pk, "lock_version": 0})
    assert given().responsible == editor
    page = client.post(address, {"responsible": outsider.pk, "lock_version": 1})
    assert list(page.context["form"].errors) == ["responsible"]
    client.post(address, {"responsible": "", "lock_version": 1})
    assert given().responsible is None
    client.force_login(staff)
    assert code(client, address) == 403


# --- Acceptance ---------------------------------------------------------------------------------


def finish(row, clerk):
    actions.add_manual_evidence(actor=None, assignment=row, title="Ảnh", happened_on=clock.today())
    return actions.set_progress(actor=clerk, assignment=row, state="done")


def another(plan, name):
    unit = AgencyFactory(name=name, parent=plan.issuer)
    actions.assign_task(actor=None, task=given().task, agencies=[unit])
    return Assignment.objects.get(agency=unit)


def test_the_queue_is_accepted_many_at_once(world, client):
    plan, _unit, clerk, staff = world
    rows = [finish(given(), clerk), finish(another(plan, "Đảng bộ xã Yên Sơn"), None)]
    todo = another(plan, "Đảng bộ xã Long Hưng")
    assert code(client, url("acceptance")) == 403
    client.force_login(staff)
    page = client.get(url("acceptance"))
    assert {v.agency.name for v in page.context["views"]} == {
        "Đảng bộ xã Tân Lập", "Đảng bộ xã Yên Sơn",
    }  # fmt: skip
    ticked = [f"{row.pk}.{row.lock_version}" for row in rows] + [f"{todo.pk}.0", "x.1", ""]
    answer = client.post(url("acceptance"), {"chon": ticked}, follow=True)
    assert "Đã nghiệm thu 2 phân công." in text(answer)
    assert "1 phân công không còn chờ nghiệm thu." in text(answer)
    accepted = Assignment.objects.filter(accepted_by=staff)
    assert set(accepted) == set(rows)
    answer = client.post(url("acceptance"), {}, follow=True)
    assert "Chưa chọn phân công nào." in text(answer)


def test_what_changed_since_it_was_ticked_is_left_and_named(world, client):
    _plan, _unit, clerk, staff = world
    row = finish(given(), clerk)
    actions.set_progress(actor=clerk, assignment=row, state="done", note="Bổ sung")
    client.force_login(staff)
    ticked = {"chon": f"{row.pk}.{row.lock_version}"}
    answer = client.post(url("acceptance"), ticked, follow=True)
    assert "“Treo băng rôn”: vừa thay đổi, cần xem lại." in text(answer)
    answer = client.post(
        url("accept_assignment", row.pk), {"lock_version": row.lock_version}, follow=True
    )
    assert "Hãy xem lại rồi nghiệm thu." in text(answer)
    assert given().accepted_at is None
    client.post(url("accept_assignment", row.pk), {"lock_version": given().lock_version})
    assert given().accepted_by == staff


def test_a_return_shows_its_reason_to_the_unit(world, client):
    _plan, _unit, clerk, staff = world
    row = finish(given(), clerk)
    client.force_login(staff)
    address = url("return_assignment", row.pk)
    page = client.post(address, {"note": "", "lock_version": row.lock_version})
    assert list(page.context["form"].errors) == ["note"]
    stale = client.post(address, {"note": "Thiếu ảnh", "lock_version": 0})
    assert ("Thiếu ảnh" in text(stale), given().state) == (True, "done")
    client.post(address, {"note": "Thiếu ảnh", "lock_version": row.lock_version})
    assert given().state == "doing"
    client.force_login(clerk)
    page = text(client.get(url("assignment", row.pk)))
    assert ("Bị trả lại" in page, "Thiếu ảnh" in page) == (True, True)
    assert "Bị trả lại" in text(client.get(url("my_assignments")))


def test_a_unit_that_passed_work_on_accepts_it(world, client):
    _plan, unit, clerk, staff = world
    cell, keeper = AgencyFactory(name="Chi bộ Bến Thượng", parent=unit), UserFactory()
    give(keeper, Role.STAFF, unit)
    actions.pass_on(actor=clerk, assignment=given(), agencies=[cell])
    row = finish(Assignment.objects.get(agency=cell), None)
    client.force_login(staff)
    assert client.get(url("acceptance")).context["views"] == []
    client.force_login(keeper)
    views = client.get(url("acceptance")).context["views"]
    assert [v.agency.name for v in views] == ["Chi bộ Bến Thượng"]
    client.post(url("accept_assignment", row.pk), {"lock_version": row.lock_version})
    row.refresh_from_db()
    assert row.accepted_by == keeper


def sections_of(user):
    user = type(user).objects.get(pk=user.pk)
    keys = {"campaigns.acceptance", "campaigns.work_returned", "campaigns.evidence_gone"}
    return {
        section.key: [item.title for item in section.items]
        for section in work.collect(user).sections
        if section.key in keys
    }


def test_today_knows_what_waits_and_what_came_back(world):
    plan, _unit, clerk, staff = world
    row = finish(given(), clerk)
    symbol = plan.document.symbol or plan.title
    assert sections_of(staff) == {"campaigns.acceptance": [f"{symbol}: 1 phân công chờ nghiệm thu"]}
    actions.return_assignment(actor=staff, assignment=row, note="Thiếu ảnh")
    assert sections_of(staff) == {}
    assert sections_of(clerk) == {"campaigns.work_returned": ["Treo băng rôn"]}


def test_pages_cost_the_same_for_one_and_many(world, client):
    plan, _unit, clerk, staff = world

    def cost(user, address):
        client.force_login(user)
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert code(client, address) == 200
        return len(seen)

    client.post(add_url("anh"), sent(picture("a.jpg", (8, 8))))
    finish(given(), clerk)
    pages = [(clerk, url("assignment", given().pk)), (staff, url("acceptance"))]
    one = [cost(*page) for page in pages]
    client.force_login(clerk)
    for n in range(4):
        client.post(add_url("anh"), sent(picture("a.jpg", (8, 8)), picture("b.jpg", (8, 8))))
        finish(another(plan, f"Đảng bộ xã số {n}"), None)
        actions.set_progress(actor=clerk, assignment=given(), state="done", note=f"Ghi chú {n}")
    assert [cost(*page) for page in pages] == one


def test_a_form_sent_after_the_session_ended_leads_to_the_sign_in_page(world, client):
    client.logout()
    answer = client.post(
        add_url("hoi-nghi"), {"happened_on": dt.date(2026, 1, 1)}, headers={"HX-Request": "true"}
    )
    assert answer["HX-Redirect"].startswith("/tai-khoan/dang-nhap/?next=")
