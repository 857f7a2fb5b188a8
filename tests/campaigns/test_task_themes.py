"""Themes ticked at tasks: they stay with their words when the list of themes is rewritten."""

import pytest
from django.urls import reverse

from campaigns import actions
from campaigns.models import Plan, Task, Theme
from campaigns.queries import plan_data
from portal.common.errors import Refused
from tests.campaigns.factories import PhaseFactory, PlanFactory, TaskFactory, TrackFactory
from tests.documents.factories import office

pytestmark = pytest.mark.django_db

FIRST = "Kết quả thực hiện nghị quyết nhiệm kỳ 2020-2025"
SECOND = "Gương người tốt, việc tốt, mô hình mới"
THIRD = "Bảo vệ nền tảng tư tưởng của Đảng"


@pytest.fixture
def plan():
    agency, staff, _approver = office()
    plan = PlanFactory(issuer=agency, actor=staff)
    actions.set_themes(actor=None, plan=plan, texts=[FIRST, SECOND, THIRD])
    return plan


def theme(text):
    return Theme.objects.get(text=text)


def themes_of(task):
    return sorted(task.themes.values_list("text", flat=True))


def test_links_follow_the_words_not_the_place(plan):
    task = TaskFactory(plan=plan, themes=[theme(SECOND)])
    actions.set_themes(actor=None, plan=plan, texts=["Nội dung hoàn toàn mới", FIRST, SECOND])
    assert themes_of(task) == [SECOND]
    assert list(plan.themes.order_by("position").values_list("text", flat=True)) == [
        "Nội dung hoàn toàn mới", FIRST, SECOND,
    ]  # fmt: skip


def test_a_reworded_theme_keeps_its_tasks_and_a_removed_one_loses_them(plan):
    task = TaskFactory(plan=plan, themes=[theme(SECOND), theme(THIRD)])
    better = "Gương người tốt, việc tốt, các mô hình mới"
    actions.set_themes(actor=None, plan=plan, texts=[FIRST, better])
    assert themes_of(task) == [better]


def test_a_replaced_theme_is_another_one(plan):
    task = TaskFactory(plan=plan, themes=[theme(THIRD)])
    actions.set_themes(actor=None, plan=plan, texts=[FIRST, SECOND, "Chuyển đổi số trong cơ quan"])
    assert themes_of(task) == []


def test_themes_of_another_plan_are_refused(plan):
    task = TaskFactory(plan=PlanFactory())
    with pytest.raises(Refused) as refused:
        actions.edit_task(actor=None, task=task, themes=[theme(FIRST)])
    assert refused.value.code == "theme_elsewhere"


def test_the_form_offers_themes_of_the_plan_and_of_its_phases(plan, client):
    phase = PhaseFactory(track=TrackFactory(plan=plan), title="Đợt 1", themes=["Chào mừng đại hội"])
    task = TaskFactory(plan=plan, title="Mở chuyên mục", phase=phase)
    client.force_login(plan.created_by)
    address = reverse("campaigns:edit_task", args=[plan.pk, task.pk])
    page = client.get(address).content.decode()
    assert [page.count(text) for text in (FIRST, "Đợt 1: Chào mừng đại hội")] == [1, 1]
    chosen = [theme(FIRST).pk, theme("Chào mừng đại hội").pk]
    sent = {"title": "Mở chuyên mục", "phase": phase.pk, "due-kind": "none", "lock_version": 0}
    assert client.post(address, sent | {"themes": chosen}).status_code == 302
    task.refresh_from_db()
    assert (themes_of(task), task.lock_version) == (["Chào mừng đại hội", FIRST], 1)
    data = plan_data(plan, full=True)["tasks"][0]
    assert data["themes"] == [FIRST, "Chào mừng đại hội"]
    stale = client.post(address, sent | {"themes": chosen[:1]})
    assert FIRST in stale.context["form"].stale_fields[0].theirs
    assert themes_of(Task.objects.get()) == ["Chào mừng đại hội", FIRST]


def test_the_plan_form_asks_for_acceptance(plan, client):
    client.force_login(plan.created_by)
    address = reverse("campaigns:edit_plan", args=[plan.pk])
    sent = {"title": plan.title, "lock_version": plan.lock_version, "needs_acceptance": "on"}
    assert client.post(address, sent).status_code == 302
    assert Plan.objects.get(pk=plan.pk).needs_acceptance is True
    stale = client.post(address, {k: v for k, v in sent.items() if k != "needs_acceptance"})
    found = {f.name: (f.mine, f.theirs) for f in stale.context["form"].stale_fields}
    assert found == {"needs_acceptance": ("Không", "Có")}
