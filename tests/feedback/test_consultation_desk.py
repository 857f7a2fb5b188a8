"""The desk of a consultation in the browser: everything is set up there, bad paths are said."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.boundaries import EventSpec, spec_of
from feedback import actions
from feedback.models import Consultation, ConsultationChange, GuideQuestion
from portal.agencies.models import Role
from portal.common import clock
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give
from tests.campaigns.factories import EventFactory
from tests.documents.factories import make_document, publish

from .factories import NOW, make_world, send
from .test_views import staff_form

pytestmark = pytest.mark.django_db
DESK = (
    "manage",
    "edit",
    "dates",
    "withdraw",
    "ladder",
    "audience_units",
    "questions",
    "consent_text",
)


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world(announced=False)


@pytest.fixture
def staff(world, client):
    client.force_login(world.staff)
    return client


def at(name, world, *more):
    return reverse(f"feedback:{name}", args=[world.consultation.pk, *more])


def words(page):
    return " ".join(page.content.decode().replace("\xa0", " ").split())


def fresh(world):
    return Consultation.objects.get(pk=world.consultation.pk)


# --- Setting up -----------------------------------------------------------------------------


def test_everything_of_the_form_is_stored(world, staff):
    other = publish(
        make_document(world.staff, world.province, title="Dự thảo Nghị quyết"),
        world.staff, world.approver,
    )  # fmt: skip
    event = EventFactory(host=world.province, planned_opens="2025-10-10")
    data = staff_form(
        world, editions=[world.edition.pk, other.pk], audience="public", policy="moderated",
        moderation="after", channels=["online", "letter"], keep_months=6, moderation_days=5,
        new_groups="Cựu chiến binh\ncựu chiến binh\nĐảng viên", reading_min_members=75,
        closes__kind="event", closes__event=event.pk, closes__moment="opens",
        closes__direction="before", closes__amount=5, closes__unit="working",
    )  # fmt: skip
    assert staff.post(reverse("feedback:new"), data).status_code == 302
    made = Consultation.objects.get(title="Góp ý lần hai")
    assert (made.audience, made.policy, made.moderation, made.keep_months) == (
        "public", "moderated", "after", 6,
    )  # fmt: skip
    assert made.moderation_days == 5
    assert (made.channels, made.reading_min_members) == (["online", "letter"], 75)
    assert spec_of(made.closes) == EventSpec(
        event_id=event.pk, moment="opens", offset=-5, working=True
    )
    assert made.closes.resolved_on == dt.date(2025, 10, 3)
    assert [g.name for g in made.groups.order_by("order", "id")] == ["Đảng viên", "Cựu chiến binh"]
    assert made.consultation_editions.count() == 2


def test_bad_terms_keep_what_was_typed(world, staff):
    data = staff_form(
        world,
        channels=[],
        keep_months=0,
        editions=[],
        title="Tên đã gõ",
        closes__on="30/02/2025",
        moderation_days=21,
    )
    page = staff.post(reverse("feedback:new"), data)
    form = page.context["form"]
    assert set(form.errors) == {"channels", "keep_months", "editions", "moderation_days"}
    assert set(form.moments["closes"].errors) == {"on"}
    assert 'value="Tên đã gõ"' in page.content.decode()
    assert Consultation.objects.count() == 1


def test_looking_for_events_saves_nothing(world, staff):
    EventFactory(host=world.province, planned_opens="2025-10-10", slug="dai-hoi-tinh")
    data = staff_form(world, title="Chưa lưu", tim="closes", closes__tim="đại hội")
    page = staff.post(reverse("feedback:new"), data)
    assert 'value="Chưa lưu"' in page.content.decode()
    assert Consultation.objects.count() == 1
    assert not page.context["form"].errors


def test_the_day_of_a_moment_is_said_while_it_is_chosen(world, staff):
    event = EventFactory(host=world.province, planned_opens="2025-09-03")
    chosen = {
        "moc": "closes", "closes-kind": "event", "closes-event": event.pk,
        "closes-moment": "opens", "closes-direction": "before", "closes-amount": 1,
        "closes-unit": "days",
    }  # fmt: skip
    page = staff.get(reverse("feedback:moment"), chosen)
    assert "02/09/2025" in words(page)
    assert staff.get(reverse("feedback:moment"), {"moc": "khac"}).status_code == 404
    found = staff.get(reverse("feedback:moment_events"), {"moc": "opens", "opens-tim": "đại"})
    assert f'value="{event.pk}"' in found.content.decode()


def test_the_second_editor_sees_both(world, staff):
    edit = at("edit", world)
    assert staff.post(edit, staff_form(world, title="Của người thứ nhất", lock_version=0)).url
    page = staff.post(
        edit, staff_form(world, title="Của người thứ hai", lock_version=0, closes__on="2025-09-29")
    )
    stale = {row.name: (row.mine, row.theirs) for row in page.context["form"].stale_fields}
    assert stale["title"] == ("Của người thứ hai", "Của người thứ nhất")
    assert "29/09/2025" in stale["closes"][0]
    assert fresh(world).title == "Của người thứ nhất"


def test_documents_are_put_in_order(world, staff):
    other = publish(
        make_document(world.staff, world.province, title="Dự thảo Nghị quyết"),
        world.staff, world.approver,
    )  # fmt: skip
    data = staff_form(world, editions=[world.edition.pk, other.pk], lock_version=0)
    staff.post(at("edit", world), data)
    rows = world.consultation.consultation_editions.order_by("position")
    assert [row.edition for row in rows] == [world.edition, other]
    staff.post(at("move_edition", world, rows[1].pk), {"huong": "len"})
    assert [row.edition for row in rows.all()] == [other, world.edition]
    # editing again keeps that order
    staff.post(at("edit", world), data | {"lock_version": 1})
    assert [row.edition for row in rows.all()] == [other, world.edition]


def test_the_overview_says_what_is_missing_and_links_there(staff, world):
    Consultation.objects.filter(pk=world.consultation.pk).update(audience="units", channels=[])
    html = words(staff.get(at("manage", world)))
    assert "Chưa chọn đơn vị nào được góp ý." in html
    assert "Chưa chọn kênh tiếp nhận nào." in html
    assert at("audience_units", world) in html
    assert at("announce", world) not in html
    assert staff.post(at("announce", world), follow=True).status_code == 200
    assert fresh(world).state == "editing"
    Consultation.objects.filter(pk=world.consultation.pk).update(
        audience="members", channels=["online"]
    )
    html = words(staff.get(at("manage", world)))
    assert at("announce", world) in html
    staff.post(at("announce", world))
    assert fresh(world).state == "announced"


# --- Units ----------------------------------------------------------------------------------


def test_units_are_chosen_by_conditions_with_exceptions(staff, world):
    world.consultation.audience = "units"
    world.consultation.save()
    first = staff.post(at("audience_units", world), {"cells": "chi-bo", "buoc": "xem"})
    form = first.context["form"]
    assert form.count == 2
    data = {
        "cells": "chi-bo", "buoc": "xac-nhan", "seen": form.digest, "listed": form.shown,
        "kept": [world.cell.pk],
    }  # fmt: skip
    assert staff.post(at("audience_units", world), data).status_code == 302
    assert list(world.consultation.audience_units.all()) == [world.cell]
    # those chosen are not offered again
    again = staff.post(at("audience_units", world), {"cells": "chi-bo", "buoc": "xem"})
    assert again.context["form"].count == 1
    staff.post(at("remove_units", world), {"don_vi": world.cell.pk})
    assert world.consultation.audience_units.count() == 0
    assert staff.post(at("remove_units", world), {"don_vi": "x" * 30}).status_code == 302


def test_saving_with_chosen_units_leads_to_choosing_them(staff, world):
    response = staff.post(at("edit", world), staff_form(world, audience="units", lock_version=0))
    assert response.url == at("audience_units", world)


def test_pages_of_units_cost_the_same_for_one_and_many(staff, world):
    def queries():
        with CaptureQueriesContext(connection) as found:
            assert staff.get(at("audience_units", world)).status_code == 200
            assert staff.get(at("ladder", world)).status_code == 200
            assert staff.get(at("manage", world)).status_code == 200
        return len(found)

    actions.add_units(actor=world.staff, consultation=world.consultation, agencies=[world.cell])
    queries()
    few = queries()
    cells = [CellFactory(parent=world.commune) for _n in range(8)]
    actions.add_units(actor=world.staff, consultation=world.consultation, agencies=cells)
    assert queries() == few


# --- The ladder -----------------------------------------------------------------------------


def test_the_ladder_says_who_reads_and_why_others_do_not(staff, world):
    html = words(staff.get(at("ladder", world)))
    assert "Xem trước theo tổ chức hôm nay" in html
    rows = staff.get(at("ladder", world)).context["rows"]
    shown = [(r["node"].name, r["node"].reads, r["why"], r["reader"], r["people"]) for r in rows]
    assert shown == [
        ("Đảng bộ tỉnh Mẫu", True, "", "", 1),
        ("Đảng bộ xã Hòa Bình", True, "", "", 1),
        ("Chi bộ Bến Thượng", False, "Chi bộ không đọc ý kiến của từng người",
         "Đảng bộ xã Hòa Bình", 0),
        ("Chi bộ Văn phòng", False, "Chi bộ không đọc ý kiến của từng người",
         "Đảng bộ xã Hòa Bình", 0),
    ]  # fmt: skip
    actions.announce(actor=world.staff, consultation=world.consultation)
    copied = staff.get(at("ladder", world))
    assert "Chép lại khi mở, ngày 20/08/2025" in words(copied)
    same = [(r["node"].name, r["reader"]) for r in copied.context["rows"]]
    assert same == [(r["node"].name, r["reader"]) for r in rows]
    reading = staff.get(at("ladder", world) + "?xem=doc").context["rows"]
    assert [r["node"].name for r in reading] == ["Đảng bộ tỉnh Mẫu", "Đảng bộ xã Hòa Bình"]
    assert staff.get(at("ladder", world) + "?xem=bay").context["page"].count == 4


def test_a_commune_with_few_members_only_counts(staff, world):
    Consultation.objects.filter(pk=world.consultation.pk).update(reading_min_members=50)
    rows = staff.get(at("ladder", world)).context["rows"]
    assert [(r["node"].reads, r["why"]) for r in rows[:2]] == [
        (True, ""), (False, "Ít hơn 50 thành viên"),
    ]  # fmt: skip


# --- Questions and consent ------------------------------------------------------------------


def test_questions_are_asked_below_headings(staff, world):
    row = world.consultation.consultation_editions.get()
    heading = world.edition.blocks.filter(kind="heading").last()
    page = staff.get(at("questions", world))
    assert f'value="{row.pk}-{heading.pk}"' in page.content.decode()
    staff.post(at("questions", world), {"place": f"{row.pk}-{heading.pk}", "texts": "Một?\nHai?"})
    staff.post(at("questions", world), {"place": f"{row.pk}-", "texts": "Chung?"})
    places = staff.get(at("questions", world)).context["rows"][0].places
    assert [(p.block, [q.text for q in p.questions]) for p in places] == [
        (None, ["Chung?"]), (heading, ["Một?", "Hai?"]),
    ]  # fmt: skip
    one, two = GuideQuestion.objects.filter(block=heading).order_by("position")
    staff.post(at("question", world, two.pk), {"viec": "len"})
    staff.post(at("question", world, one.pk), {"text": "Một, viết lại?"})
    staff.post(at("question", world, one.pk), {"text": ""})
    assert list(
        GuideQuestion.objects.filter(block=heading).order_by("position").values_list("text")
    ) == [("Hai?",), ("Một, viết lại?",)]
    staff.post(at("question", world, two.pk), {"viec": "bo"})
    assert GuideQuestion.objects.count() == 2


def test_bad_questions_are_said_and_kept(staff, world):
    row = world.consultation.consultation_editions.get()
    paragraph = world.block(2)
    page = staff.post(
        at("questions", world), {"place": f"{row.pk}-{paragraph.pk}", "texts": "Vì sao?"}
    )
    assert set(page.context["form"].errors) == {"place"}
    assert "Vì sao?" in page.content.decode()
    page = staff.post(at("questions", world), {"place": f"{row.pk}-", "texts": "a" * 501})
    assert set(page.context["form"].errors) == {"texts"}


def test_a_question_of_another_consultation_is_not_there(staff, world):
    other = make_world(announced=False)
    row = other.consultation.consultation_editions.get()
    actions.add_questions(
        actor=other.staff, consultation=other.consultation, row=row, block=None, texts=["Lạ?"]
    )
    lost = GuideQuestion.objects.get()
    assert staff.post(at("question", world, lost.pk), {"viec": "bo"}).status_code == 404
    assert staff.post(at("move_edition", world, row.pk), {"huong": "len"}).status_code == 404


def test_a_new_consent_text_is_a_new_version(staff, world):
    actions.announce(actor=world.staff, consultation=world.consultation)
    version = fresh(world).lock_version
    staff.post(at("consent_text", world), {"text": "Tôi đồng ý, bản hai.", "lock_version": version})
    assert fresh(world).consent_version == 2
    page = staff.post(
        at("consent_text", world), {"text": "Của người khác", "lock_version": version}
    )
    assert page.context["form"].stale_fields[0].theirs == "Tôi đồng ý, bản hai."
    assert "Bản 1, từ ngày 20/08/2025" in words(page)


# --- Dates ----------------------------------------------------------------------------------


def dates_of(world, closes, **fields):
    return {
        "closes-kind": "day", "closes-on": closes, "reason": "Bão lũ",
        "lock_version": fresh(world).lock_version,
    } | fields  # fmt: skip


def test_the_effect_is_shown_before_it_is_saved(staff, world):
    actions.announce(actor=world.staff, consultation=world.consultation)
    page = staff.post(at("dates", world), dates_of(world, "2025-09-15"))
    assert "Gia hạn lấy ý kiến đến hết ngày 15/09/2025" in words(page)
    assert page.context["effect"]["people"] == 5
    assert not ConsultationChange.objects.exists()
    staff.post(at("dates", world), dates_of(world, "2025-09-15", xac_nhan="1"))
    assert ConsultationChange.objects.get().reason == "Bão lũ"


@pytest.mark.parametrize(
    ("closes", "sentence"),
    [
        ("2025-08-19", "Sớm nhất là hết hôm nay"),
        ("2025-08-01", "Ngày kết thúc phải từ ngày bắt đầu trở đi."),
        ("", "Chọn ngày."),
        ("31/02/2025", "Nhập một ngày hợp lệ."),
    ],
)
def test_nonsense_dates_are_said_at_the_day(staff, world, closes, sentence):
    actions.announce(actor=world.staff, consultation=world.consultation)
    page = staff.post(at("dates", world), dates_of(world, closes, xac_nhan="1"))
    errors = page.context["form"].moments["closes"].errors
    assert list(errors) == ["on"]
    assert sentence in errors["on"][0]
    assert not ConsultationChange.objects.exists()


def test_quick_choices_fill_the_day(staff, world):
    actions.announce(actor=world.staff, consultation=world.consultation)
    page = staff.get(at("dates", world))
    assert page.context["offers"] == [
        ("Gia hạn 7 ngày", "2025-09-07"), ("Gia hạn 15 ngày", "2025-09-15"),
        ("Gia hạn 30 ngày", "2025-09-30"), ("Kết thúc hết hôm nay", "2025-08-20"),
    ]  # fmt: skip
    filled = staff.get(at("dates", world) + "?den=2025-08-20")
    assert 'value="2025-08-20"' in filled.content.decode()
    assert staff.get(at("dates", world) + "?den=2025-02-30").status_code == 200


def test_reopening_in_the_browser(staff, world):
    actions.announce(actor=world.staff, consultation=world.consultation)
    with time_machine.travel(dt.datetime(2025, 9, 10, 9, tzinfo=clock.TZ), tick=False):
        staff.force_login(world.staff)
        assert "Mở lại" in words(staff.get(at("manage", world)))
        staff.post(at("dates", world), dates_of(world, "2025-09-20", xac_nhan="1"))
        assert ConsultationChange.objects.get().kind == "reopened"
        assert send(world, now=clock.now()).code


def test_withdrawing_asks_for_a_reason(staff, world):
    actions.announce(actor=world.staff, consultation=world.consultation)
    assert "Báo cho 5 người" in words(staff.get(at("withdraw", world)))
    assert staff.post(at("withdraw", world), {"reason": " "}).status_code == 200
    assert fresh(world).state == "announced"
    staff.post(at("withdraw", world), {"reason": "Hoãn đại hội"})
    assert fresh(world).state == "withdrawn"
    public = reverse("feedback:consultation", args=[world.consultation.pk, world.consultation.slug])
    assert "Hoãn đại hội" in words(staff.get(public))


# --- Who -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DESK)
def test_only_staff_of_the_agency_have_a_desk_and_no_cache_keeps_it(world, client, name):
    stranger = UserFactory()
    give(stranger, Role.STAFF, AgencyFactory())
    url = at(name, world)
    assert client.get(url).status_code == 302
    for user in (world.member, world.rapporteur, stranger):
        client.force_login(user)
        assert client.get(url).status_code == 404
        assert client.post(url, {}).status_code in {404, 405}
    client.force_login(world.staff)
    assert "no-store" in client.get(url).headers["Cache-Control"]


def test_drafts_have_no_dates_to_change(staff, world):
    assert staff.get(at("dates", world)).url == at("manage", world)
