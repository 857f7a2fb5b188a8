"""What everybody reads of a consultation: its page, the first screen of the code, side panel."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.boundaries import date_spec
from documents.registry import invitation_for
from feedback import actions, taking_part
from feedback.models import Consultation, GuideQuestion
from portal.common import clock
from tests.agencies.factories import CellFactory

from .factories import NOW, make_world
from .test_views import room_url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


def page_url(world):
    found = Consultation.objects.get(pk=world.consultation.pk)
    return reverse("feedback:consultation", args=[found.pk, found.slug])


def words(client, world):
    html = re.sub(
        r"<(?!del|ins|/del|/ins)[^>]+>", " ", client.get(page_url(world)).content.decode()
    )
    return " ".join(html.replace("\xa0", " ").split())


def ask(world, block, text):
    actions.add_questions(
        actor=world.staff,
        consultation=world.consultation,
        row=world.consultation.consultation_editions.get(),
        block=block,
        texts=[text],
    )
    return GuideQuestion.objects.get(text=text)


def test_the_page_says_what_for_whom_until_when_and_how(client):
    world = make_world(channels=["online", "letter"], audience="public")
    page = words(client, world)
    assert "11 ngày còn lại" in page
    assert "Mọi người, không cần tài khoản" in page
    assert "Không cần tài khoản: đọc dự thảo rồi chọn “Góp ý”" in page
    assert "Gửi thư, đơn về Đảng bộ tỉnh Mẫu" in page
    assert "Phiếu góp ý giấy" not in page
    assert "ở đơn vị có ít nhất 2 thành viên" in page
    assert "Bản 1, từ ngày 01/08/2025" in page


def test_questions_stand_below_their_heading_with_a_link_to_the_form(client):
    world = make_world()
    heading = world.edition.blocks.filter(kind="heading").last()
    general, special = ask(world, None, "Nhìn chung?"), ask(world, heading, "Mục này thiếu gì?")
    html = client.get(page_url(world)).content.decode()
    say = reverse("feedback:say", args=[world.consultation.pk, world.edition.pk])
    assert re.findall(r'href="([^"]+\?cau=\d+)"', html) == [
        f"{say}?cau={general.pk}", f"{say}?cau={special.pk}",
    ]  # fmt: skip
    assert (
        reverse(
            "documents:block",
            args=[world.edition.document_id, world.edition.document.slug, 1, heading.pos],
        )
        in html
    )
    with time_machine.travel(NOW + dt.timedelta(days=40), tick=False):
        html = client.get(page_url(world)).content.decode()
    assert "?cau=" not in html
    assert "Mục này thiếu gì?" in html


def test_a_consultation_without_the_online_channel_offers_no_form(client):
    world = make_world(channels=["meeting", "paper"])
    say = reverse("feedback:say", args=[world.consultation.pk, world.edition.pk])
    assert say not in client.get(page_url(world)).content.decode()
    assert say not in client.get(room_url(world)).content.decode()
    assert "không nhận ý kiến trên mạng" in client.get(room_url(world)).content.decode()
    assert invitation_for([world.edition], NOW).say_url == ""


def test_pointing_says_where_to_go_and_asks_for_no_consent(client):
    world = make_world(
        mode=Consultation.Mode.POINTING, external_url="https://gopy.example/du-thao", channels=[]
    )
    page = words(client, world)
    assert "Cổng này không thu nhận ý kiến của đợt này" in page
    assert "gopy.example" in page
    html = client.get(page_url(world)).content.decode()
    assert 'href="https://gopy.example/du-thao"' in html
    assert "Nội dung đồng ý" not in page
    assert reverse("feedback:say", args=[world.consultation.pk, world.edition.pk]) not in html
    with time_machine.travel(NOW + dt.timedelta(days=40), tick=False):
        assert (
            'href="https://gopy.example/du-thao"'
            not in client.get(page_url(world)).content.decode()
        )


def test_changes_and_versions_stay_on_the_page(client):
    world = make_world(consent_text="Bản đầu tiên.")
    actions.change_dates(
        actor=world.staff, consultation=world.consultation, opens=None,
        closes=date_spec("2025-09-15"), reason="Bão lũ ở ba xã",
    )  # fmt: skip
    found = Consultation.objects.get(pk=world.consultation.pk)
    actions.change_consent(
        actor=world.staff, consultation=found, text="Bản thứ hai.",
        expected_version=found.lock_version,
    )  # fmt: skip
    page = words(client, world)
    assert "Gia hạn 20/08/2025" in page
    assert "<del>31/08/2025</del> <ins>15/09/2025</ins>" in page
    assert "Lý do: Bão lũ ở ba xã" in page
    assert page.index("Bản thứ hai.") < page.index("Bản đầu tiên.")


def test_few_units_are_named_and_many_are_counted():
    world = make_world(audience="units")
    assert taking_part.who_writes(world.consultation) == "Thành viên của Đảng bộ xã Hòa Bình"
    cells = [CellFactory(name=f"Chi bộ {n}", parent=world.commune) for n in range(1, 5)]
    actions.add_units(actor=world.staff, consultation=world.consultation, agencies=cells)
    assert taking_part.who_writes(world.consultation) == (
        "Thành viên của Đảng bộ xã Hòa Bình, Chi bộ 1, Chi bộ 2 và 2 đơn vị khác"
    )


@pytest.mark.parametrize(
    ("audience", "who", "account"),
    [
        ("members", "Thành viên các tổ chức trực thuộc Đảng bộ tỉnh Mẫu", True),
        ("units", "Thành viên của Đảng bộ xã Hòa Bình", True),
        ("signed_in", "Mọi người có tài khoản trên cổng", True),
        ("public", "Mọi người, không cần tài khoản", False),
    ],
)
def test_the_invitation_and_the_side_panel_say_who_writes(client, audience, who, account):
    world = make_world(audience=audience)
    found = invitation_for([world.edition], NOW)
    assert (found.who_writes, found.needs_account) == (who, account)
    assert f"Ai được góp ý: {who}" in client.get(room_url(world)).content.decode()


def test_a_document_that_one_may_not_read_is_not_named(client):
    world = make_world(audience="signed_in")
    document = world.edition.document
    type(document).objects.filter(pk=document.pk).update(circulation="signed_in")
    room = reverse("documents:edition", args=[document.pk, document.slug, world.edition.n])
    html = client.get(page_url(world)).content.decode()
    assert room not in html
    assert "hãy đăng nhập" in html
    client.force_login(world.member)
    assert room in client.get(page_url(world)).content.decode()


def test_staff_see_the_page_before_anybody_else(client):
    world = make_world(announced=False)
    assert client.get(page_url(world)).status_code == 404
    client.force_login(world.staff)
    assert "Xem trước: đợt lấy ý kiến này chưa công bố" in words(client, world)


def test_the_page_costs_the_same_for_one_question_and_many(client):
    world = make_world(audience="units")
    ask(world, None, "Một?")
    client.get(page_url(world))
    with CaptureQueriesContext(connection) as few:
        client.get(page_url(world))
    for heading in world.edition.blocks.filter(kind="heading"):
        ask(world, heading, f"Về {heading.pos}?")
    actions.change_dates(
        actor=world.staff, consultation=world.consultation, opens=None,
        closes=date_spec("2025-09-15"), reason="Bão lũ ở ba xã",
    )  # fmt: skip
    client.get(page_url(world))
    with CaptureQueriesContext(connection) as many:
        client.get(page_url(world))
    assert len(many) == len(few)
    assert len(few) <= 16


def test_the_clock_ends_it_without_anybody(client):
    world = make_world()
    last = dt.datetime(2025, 8, 31, 23, 59, tzinfo=clock.TZ)
    with time_machine.travel(last, tick=False):
        assert "Hôm nay là ngày cuối" in words(client, world)
    with time_machine.travel(last + dt.timedelta(minutes=1), tick=False):
        page = words(client, world)
    assert "Đã hết thời gian nhận ý kiến ngày 31/08/2025" in page
    assert "Góp ý bằng cách nào?" not in page
