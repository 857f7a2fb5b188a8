"""How a person wants to be told: kept, followed when a notice goes out, merged in one letter."""

import pytest
import time_machine
from django.core import mail as outbox_of
from django.urls import reverse

from portal.agencies.models import Role
from portal.notices import actions, registry
from portal.notices.models import Delivery, Preference

from .factories import SUBJECT, agency, at, delegate, member, person

pytestmark = pytest.mark.django_db

MORNING, DIGEST = at("2025-09-22 06:00"), at("2025-09-22 07:30")  # a Monday


def plan(kind, subject_id=1, **kwargs):
    actions.schedule(
        kind=kind, subject_kind=SUBJECT, subject_id=subject_id, due_at=MORNING, **kwargs
    )


def mails(user):
    rows = Delivery.objects.filter(person=user, channel="mail").order_by("id")
    return [(d.notice.kind, d.send_after) for d in rows]


@pytest.fixture
def hanh(subjects):
    user = person("Lê Thị Hạnh")
    subjects.to = registry.Audience(user_ids=frozenset({user.pk}))
    return user


def test_what_a_person_chose_is_followed(hanh):
    actions.set_preferences(
        actor=hanh,
        modes={registry.PHASE_STARTED: "inbox", registry.PHASE_ENDED: "at_once"},
    )
    for kind in (registry.PHASE_STARTED, registry.PHASE_ENDED, registry.TASK_DUE_SOON):
        plan(kind)
    actions.sweep(now=MORNING)
    assert dict(mails(hanh)) == {registry.PHASE_ENDED: MORNING, registry.TASK_DUE_SOON: DIGEST}
    assert Delivery.objects.filter(person=hanh, channel="inbox").count() == 3


def test_a_choice_is_about_the_own_mail_only(hanh, subjects):
    other = person("Tùng")
    subjects.to = registry.Audience(user_ids=frozenset({hanh.pk, other.pk}))
    actions.set_preferences(actor=hanh, modes={registry.PHASE_STARTED: "inbox"})
    plan(registry.PHASE_STARTED)
    actions.sweep(now=MORNING)
    assert (mails(hanh), mails(other)) == ([], [(registry.PHASE_STARTED, DIGEST)])


@pytest.mark.parametrize(
    "kind", [registry.AWAITING_APPROVAL, registry.RETURNED, registry.DATES_CHANGED,
             registry.TASK_OVERDUE, registry.LATE_REMINDER]
)  # fmt: skip
def test_what_is_mandatory_cannot_be_silenced(hanh, kind):
    with pytest.raises(ValueError, match="cannot be told"):
        actions.set_preferences(actor=hanh, modes={kind: "inbox"})
    Preference.objects.create(person=hanh, kind=kind, mode="inbox")  # however it came there
    plan(kind)
    actions.sweep(now=MORNING)
    assert [name for name, _at in mails(hanh)] == [kind]


def test_near_dates_go_at_once_whatever_was_chosen(hanh):
    actions.set_preferences(actor=hanh, modes={registry.DATES_CHANGED: "digest"})
    plan(registry.DATES_CHANGED, payload={"dates": ["2025-09-24"]})
    plan(registry.DATES_CHANGED, subject_id=2, payload={"dates": ["2025-12-24"]})
    actions.sweep(now=MORNING)
    assert sorted(at_ for _kind, at_ in mails(hanh)) == [MORNING, DIGEST]


def test_only_what_differs_is_kept(hanh):
    actions.set_preferences(
        actor=hanh,
        modes={registry.PHASE_STARTED: "digest", registry.RETURNED: "at_once",
               registry.PHASE_ENDED: "inbox"},
    )  # fmt: skip
    assert list(Preference.objects.values_list("kind", "mode")) == [(registry.PHASE_ENDED, "inbox")]
    actions.set_preferences(actor=hanh, modes={})
    assert not Preference.objects.exists()


def test_all_roles_are_told_as_reasons(subjects):
    xa, doan = agency("Đảng ủy xã Mẫu"), agency("Đoàn xã Mẫu")
    user, giver = person("Hà"), person("Trần Văn Bình")
    member(user, xa)
    member(user, doan)
    member(giver, xa, Role.SECRETARY)
    delegate(giver, user, xa, Role.SECRETARY)
    subjects.to = registry.Audience(
        agency_ids=frozenset({xa.pk, doan.pk}), roles=frozenset({Role.STAFF, Role.SECRETARY})
    )
    plan(registry.PHASE_STARTED)
    actions.sweep(now=MORNING)
    delivery = Delivery.objects.get(person=user, channel="inbox")
    assert delivery.why == (
        "Vai trò của bạn: Cán bộ theo dõi kế hoạch, Đảng ủy xã Mẫu. "
        "Vai trò của bạn: Cán bộ theo dõi kế hoạch, Đoàn xã Mẫu. "
        "Bạn thay mặt Trần Văn Bình: Bí thư, người nhập liệu của chi bộ, Đảng ủy xã Mẫu."
    )


def test_the_same_thing_of_two_plans_is_one_item_of_the_letter(hanh, subjects, monkeypatch):
    monkeypatch.setattr(
        type(subjects),
        "render",
        lambda self, notice: registry.Message(
            "Đợt 1 bắt đầu ngày 24/9/2025", f"Kế hoạch {notice.subject_id}", "/ke-hoach/"
        ),
    )
    for n in (1, 2):
        plan(registry.PHASE_STARTS_SOON, subject_id=n)
    plan(registry.PHASE_STARTED, subject_id=3)
    actions.sweep(now=MORNING)
    with time_machine.travel(DIGEST, tick=False):
        actions.send_mails(now=DIGEST)
    (letter,) = outbox_of.outbox
    assert letter.subject == "2 việc cần biết, ngày 22/09/2025"
    assert letter.body.count("Đợt 1 bắt đầu ngày 24/9/2025") == 2
    assert "Kế hoạch 1\nKế hoạch 2" in letter.body
    assert Delivery.objects.filter(channel="mail", state="sent").count() == 3


def test_the_page_keeps_what_is_chosen(client, hanh):
    client.force_login(hanh)
    address = reverse("notices:preferences")
    page = client.get(address).content.decode()
    assert "Luôn gửi thư" in page
    data = {
        name: "at_once" if kind.urgency.value == "at_once" else "digest"
        for name, kind in registry.notice_kinds
        if not kind.hidden
    }
    answer = client.post(address, data | {registry.PHASE_STARTED: "inbox"})
    assert answer.status_code == 302
    assert Preference.objects.get(person=hanh).kind == registry.PHASE_STARTED
    answer = client.post(address, data | {registry.TASK_OVERDUE: "inbox"})
    assert answer.status_code == 422
    assert Preference.objects.get(person=hanh).kind == registry.PHASE_STARTED
