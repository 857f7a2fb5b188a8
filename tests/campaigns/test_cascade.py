"""A unit derives its own plan; people hand over what they hold."""

import pytest

from campaigns import actions, queries
from campaigns.models import Assignment, Phase, Plan
from portal.agencies import actions as agencies
from portal.agencies.models import Role
from portal.common.errors import Refused
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    Open,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    event_on,
    issue,
    on,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def event():
    return EventFactory(planned_opens=day("2026-12-27"), planned_closes=day("2026-12-29"))


@pytest.fixture
def commune():
    return AgencyFactory(name="Đảng bộ xã Hòa Bình")


@pytest.fixture
def above(event, commune):
    plan = PlanFactory(title="Kế hoạch tỉnh", symbol="12-KH/TU", events=[event])
    actions.set_themes(actor=None, plan=plan, texts=["Niềm tin"])
    actions.set_forms(actor=None, plan=plan, forms=["Phát thanh"])
    track = TrackFactory(plan=plan, title="Mạch", declared_phases=2)
    first = PhaseFactory(
        track=track,
        title="Đợt 1",
        starts=on("2026-11"),
        ends=event_on(event, "opens", -1),
        themes=["Chuẩn bị"],
    )
    PhaseFactory(track=track, title="Đợt 2", starts=event_on(event, "closes", 1), ends=Open())
    form = plan.plan_forms.get().form
    TaskFactory(
        plan=plan,
        title="Treo cờ",
        phase=first,
        form=form,
        due=event_on(event, "opens", -7),
        assigned_to=[commune, AgencyFactory()],
    )
    TaskFactory(plan=plan, title="Của đơn vị khác", assigned_to=[AgencyFactory()])
    return issue(plan)


def days(plan):
    rows = Phase.objects.filter(track__plan=plan).order_by("position")
    return list(rows.values_list("title", "starts__resolved_on", "ends__resolved_on"))


def test_a_derived_plan_stays_bound_to_the_superiors(above, commune, event):
    plan = actions.derive_plan(actor=None, above=above, issuer=commune, title="Kế hoạch xã")
    assert (plan.state, plan.implements, list(plan.events.all())) == ("editing", above, [event])
    assert days(plan) == [
        ("Đợt 1", day("2026-11-01"), day("2026-12-26")),
        ("Đợt 2", day("2026-12-30"), None),
    ]
    page = queries.plan_page(plan)
    assert [d.symbol for d in page.basis] == ["12-KH/TU"]
    assert [t.text for t in page.themes] == ["Niềm tin"]
    assert [t.text for t in page.phases[0].themes] == ["Chuẩn bị"]
    assert [(t.task.title, t.due.on, t.task.phase.title) for t in page.tasks] == [
        ("Treo cờ", day("2026-12-20"), "Đợt 1")
    ]
    assert page.tasks[0].given.names == [commune.name]
    assert page.tracks[0].phases[1].ends.open
    assert page.tracks[0].phases[0].starts.words == "ngày bắt đầu Đợt 1 (Kế hoạch tỉnh)"
    actions.move_event(
        actor=None,
        event=event,
        dates={"planned_opens": day("2027-01-05"), "planned_closes": day("2027-01-07")},
    )
    assert days(plan) == [
        ("Đợt 1", day("2026-11-01"), day("2027-01-04")),
        ("Đợt 2", day("2027-01-08"), None),
    ]
    assert queries.units_without_plan(above)[0] != (commune, plan)
    issue(plan)
    assert (commune, plan) in queries.units_without_plan(above)


@pytest.mark.parametrize("case", ["draft", "again", "own"])
def test_what_cannot_be_derived(above, commune, case):
    issuer, code = commune, "derived"
    if case == "draft":
        above, code = PlanFactory(), "not_in_force"
    elif case == "own":
        issuer, code = above.issuer, "own_plan"
    else:
        actions.derive_plan(actor=None, above=above, issuer=commune, title="Kế hoạch xã")
    with pytest.raises(Refused) as caught:
        actions.derive_plan(actor=None, above=above, issuer=issuer, title="Kế hoạch khác")
    assert caught.value.code == code
    assert Plan.objects.filter(title="Kế hoạch khác").count() == 0


def test_a_person_answers_for_a_task_and_hands_it_over(above, commune):
    row = Assignment.objects.get(agency=commune)
    secretary, successor, stranger = UserFactory(), UserFactory(), UserFactory()
    give(secretary, Role.SECRETARY, commune)
    with pytest.raises(Refused) as caught:
        actions.set_responsible(actor=None, assignment=row, responsible=stranger)
    assert caught.value.code == "not_a_member"
    row = actions.set_responsible(actor=None, assignment=row, responsible=secretary)
    said = agencies.hand_over(actor=None, from_user=secretary, to_user=successor)
    assert "1 nhiệm vụ" in said
    row.refresh_from_db()
    assert row.responsible == successor
    actions.set_progress(actor=None, assignment=row, state="done")
    agencies.hand_over(actor=None, from_user=successor, to_user=stranger)
    row.refresh_from_db()
    assert row.responsible == successor
