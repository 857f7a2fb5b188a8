"""An edition that is asked about goes: a warning first, then its staff hear of it."""

import pytest
import time_machine
from django.urls import reverse

from documents import actions as documents
from documents.models import Edition
from feedback.models import Opinion
from portal.common.errors import Refused
from portal.notices.actions import sweep
from portal.notices.models import Delivery

from .factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False):
        yield


def told(person):
    sweep(now=NOW)
    rows = Delivery.objects.filter(channel=Delivery.Channel.INBOX, person=person)
    return [title for title in rows.values_list("title", flat=True) if "lấy ý kiến" in title]


def test_withdrawing_what_is_asked_about_warns_first_and_tells_its_staff():
    world = make_world()
    send(world)
    arguments = {"actor": world.approver, "edition": world.edition, "reason": "Nhầm bản in."}
    with pytest.raises(Refused) as caught:
        documents.withdraw(**arguments)
    assert caught.value.code == "needs_confirmation"
    assert "Đang lấy ý kiến trên dự thảo lần 1: “Lấy ý kiến Báo cáo chính trị”" in (
        caught.value.message
    )
    assert told(world.staff) == []
    documents.withdraw(**arguments, confirmed=True)
    assert told(world.staff) == [
        "Đã thu hồi văn kiện đang lấy ý kiến: Báo cáo chính trị, dự thảo lần 1"
    ]
    assert Opinion.objects.get().edition_id == world.edition.pk


def test_superseding_warns_at_the_desk_and_a_second_press_publishes(client):
    world = make_world()
    document = world.edition.document
    second = documents.start_edition(actor=world.staff, document=document)
    documents.submit(actor=world.staff, edition=second)
    client.force_login(world.approver)
    step = reverse("documents:act", args=[document.pk, 2, "cong-bo"])
    page = client.post(step)
    assert page.status_code == 422
    assert "Ý kiến đã gửi được giữ nguyên" in page.content.decode()
    assert Edition.objects.get(pk=second.pk).state == Edition.State.SUBMITTED
    assert client.post(step, {"confirmed": "1"}).status_code == 302
    assert Edition.objects.get(pk=second.pk).state == Edition.State.PUBLISHED
    assert told(world.staff) == [
        "Văn kiện đang lấy ý kiến có lần mới: Báo cáo chính trị, sau lần 1"
    ]


def test_a_consultation_that_is_over_stops_nobody():
    world = make_world(closes="2025-08-15")
    documents.withdraw(actor=world.approver, edition=world.edition, reason="Nhầm bản in.")
    assert told(world.staff) == []
