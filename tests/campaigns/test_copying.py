"""Plans made from others: copies, templates, plans from templates."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns import actions, queries
from campaigns.boundaries import Open, Unknown, as_written, date_spec
from campaigns.models import Assignment, Phase, Plan, Task
from campaigns.queries import desk
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TaskFactory,
    TrackFactory,
    day,
    event_on,
    issue,
    on,
    ref,
)
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


@pytest.fixture
def world():
    """A plan with everything: two phases, one bound to a congress, one to the other; two tasks."""
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    congress = EventFactory(
        host=agency, planned_opens=day("2025-09-24"), planned_closes=day("2025-09-26")
    )
    plan = PlanFactory(
        issuer=agency,
        title="Tuyên truyền Đại hội I",
        summary="Đúng, đủ",
        events=[congress],
        before_includes_day=True,
    )
    actions.set_themes(actor=None, plan=plan, texts=["Nội dung chung"])
    actions.set_forms(actor=None, plan=plan, forms=["Báo chí", "Truyền thanh"])
    track = TrackFactory(plan=plan, title="Mạch 1", declared_phases=2)
    first = PhaseFactory(
        track=track,
        title="Đợt 1",
        starts=date_spec("2024-02-29", verbatim="từ ngày nhuận"),
        ends=event_on(congress, "opens", -1, verbatim="đến trước Đại hội I"),
        themes=["Nội dung đợt 1"],
        forms=["Truyền thanh"],
    )
    second = PhaseFactory(track=track, title="Đợt 2", starts=ref(first.ends, 1), ends=Open())
    theme = first.themes.get()
    unit = AgencyFactory(parent=agency, name="Đảng bộ xã Hòa Bình")
    task = TaskFactory(
        plan=plan,
        title="Mở chuyên mục",
        phase=first,
        themes=[theme],
        due=ref(first.ends, -7),
        assigned_to=[unit],
    )
    TaskFactory(plan=plan, title="Báo cáo", due=date_spec("2025-06-30", before="exclusive"))
    issue(plan)
    return {
        "agency": agency, "staff": staff, "congress": congress, "plan": plan, "first": first,
        "second": second, "task": task, "unit": unit,
    }  # fmt: skip


def copy(world, **values):
    values = {"issuer": world["agency"], "title": "Bản mới"} | values
    return actions.copy_plan(actor=world["staff"], source=world["plan"], **values)


def limits(plan):
    phases = Phase.objects.filter(track__plan=plan).select_related("starts", "ends")
    return {
        p.title: (p.starts.resolved_on, p.ends.resolved_on) for p in phases.order_by("position")
    }


def test_everything_comes_along_but_symbol_units_and_superior(world):
    plan = copy(world)
    assert (plan.state, plan.summary, plan.before_includes_day, plan.implements) == (
        "editing",
        "Đúng, đủ",
        True,
        None,
    )
    page = queries.plan_page(plan)
    assert [t.text for t in page.themes] == ["Nội dung chung"]
    assert [link.form.name for link in page.links] == ["Báo chí", "Truyền thanh"]
    assert [e.event for e in page.events] == [world["congress"]]
    assert [(t.title, t.track.declared_phases) for t in page.tracks] == [("Mạch 1", 2)]
    first, _second = page.phases
    assert ([t.text for t in first.themes], [f.name for f in first.forms]) == (
        ["Nội dung đợt 1"],
        ["Truyền thanh"],
    )
    task, report = page.tasks
    assert (task.task.phase.pk, [t.pk for t in task.themes]) == (
        first.phase.pk,
        [first.themes[0].pk],
    )
    assert (report.task.title, Assignment.objects.filter(task__plan=plan).count()) == ("Báo cáo", 0)
    assert (plan.document.symbol, page.basis) == ("", [])


def test_what_is_bound_stays_bound_to_the_copys_own_phases(world):
    plan = copy(world)
    # dates as such are left open; what hangs on the congress or on another phase has its day
    assert limits(plan) == {
        "Đợt 1": (None, day("2025-09-23")),
        "Đợt 2": (day("2025-09-24"), None),
    }
    mine = Phase.objects.get(track__plan=plan, title="Đợt 1")
    assert as_written(mine.ends) == "đến trước Đại hội I"
    # moving a date of the source moves nothing here, and the other way round
    actions.edit_phase(actor=None, phase=mine, ends=on("2025-08-31"))
    assert limits(plan)["Đợt 2"][0] == day("2025-09-01")
    assert limits(world["plan"])["Đợt 2"][0] == day("2025-09-24")
    task = Task.objects.get(plan=plan, title="Mở chuyên mục")
    assert task.due.resolved_on == day("2025-08-24")


def test_dates_shifted_by_years(world):
    plan = copy(world, dates="shift", years=5)
    assert limits(plan)["Đợt 1"] == (day("2029-02-28"), day("2025-09-23"))
    due = Task.objects.get(plan=plan, title="Báo cáo").due
    assert (due.resolved_on, as_written(due)) == (day("2030-06-29"), "trước ngày 30/6/2030")
    # the wording of the text named the day that was left behind
    assert Phase.objects.get(track__plan=plan, title="Đợt 1").starts.verbatim == ""
    with pytest.raises(Refused) as refused:
        copy(world, dates="shift", years=0)
    assert refused.value.code == "years"
    with pytest.raises(Refused):
        copy(world, dates="shift", years=9000)
    assert Plan.objects.count() == 2


def test_dates_kept(world):
    plan = copy(world, dates="keep")
    assert limits(plan) == limits(world["plan"])


def test_another_congress_in_the_place_of_the_old(world):
    later = EventFactory(host=world["agency"], ordinal=2, planned_opens=day("2030-09-20"))
    plan = copy(world, events={world["congress"].pk: later})
    assert limits(plan) == {
        "Đợt 1": (None, day("2030-09-19")),
        "Đợt 2": (day("2030-09-20"), None),
    }
    assert list(plan.events.all()) == [later]
    ends = Phase.objects.get(track__plan=plan, title="Đợt 1").ends
    assert ends.verbatim == ""
    # the source still hangs on its own
    assert limits(world["plan"])["Đợt 1"][1] == day("2025-09-23")


def test_units_come_along_where_asked_and_reached(world):
    plan = copy(world, assigned=True)
    given = Assignment.objects.filter(task__plan=plan)
    assert [(a.task.title, a.agency, a.state) for a in given] == [
        ("Mở chuyên mục", world["unit"], "todo")
    ]
    elsewhere = copy(world, issuer=AgencyFactory(), assigned=True)
    assert not Assignment.objects.filter(task__plan=elsewhere).exists()


def test_a_template_is_no_plan_of_anybody(world):
    template = copy(world, title="Mẫu tuyên truyền", dates="keep", template=True)
    staff = world["staff"]
    assert limits(template) == limits(world["plan"])
    assert template not in queries.visible_plans(staff)
    assert template not in desk.working_plans(staff, clock.today())
    assert template not in queries.visible_plans(AnonymousUser())
    with pytest.raises(Refused) as refused:
        actions.submit_plan(actor=staff, plan=template)
    assert refused.value.code == "template"
    # a congress that moves moves it along and tells nobody of it
    actions.move_event(
        actor=None, event=world["congress"], dates={"actual_opens": day("2025-10-01")}
    )
    assert limits(template)["Đợt 1"][1] == day("2025-09-30")


def test_from_a_template_on_the_pages(world, client):
    client.force_login(world["staff"])
    page = client.post(
        url("make_template", world["plan"].pk),
        {"issuer": world["agency"].pk, "title": "Mẫu đại hội"},
    )
    template = Plan.objects.get(is_template=True)
    assert page.url == url("manage", template.pk)
    shown = client.get(url("manage", template.pk)).content.decode()
    assert ("Lập kế hoạch từ mẫu" in shown, "Trình duyệt" in shown) == (True, False)
    # staff of a unit below see it and start from it
    clerk = UserFactory()
    give(clerk, Role.STAFF, world["unit"])
    client.force_login(clerk)
    listed = client.get(url("templates")).context["rows"]
    assert [(r["plan"], r["may_edit"]) for r in listed] == [(template, False)]
    later = EventFactory(host=world["unit"], planned_opens=day("2030-05-10"))
    form = client.get(url("copy_plan", template.pk)).context["form"]
    assert [f.label for f in form.event_fields] == [str(world["congress"])]
    data = {
        "issuer": world["unit"].pk,
        "title": "Kế hoạch của xã",
        "dates": "shift",
        "years": "",
        f"event_{world['congress'].pk}": later.pk,
    }
    page = client.post(url("copy_plan", template.pk), data)
    assert page.context["form"].errors == {"years": ["Ghi số năm cần dời, ví dụ 5."]}
    client.post(url("copy_plan", template.pk), data | {"years": 5})
    plan = Plan.objects.get(title="Kế hoạch của xã")
    assert (plan.issuer, plan.is_template, limits(plan)["Đợt 1"]) == (
        world["unit"],
        False,
        (day("2029-02-28"), day("2030-05-09")),
    )
    # an agency that stands beside does not see the template
    stranger = UserFactory()
    give(stranger, Role.STAFF, AgencyFactory())
    client.force_login(stranger)
    assert client.get(url("templates")).context["rows"] == []
    assert client.get(url("copy_plan", template.pk)).status_code == 404


def test_a_template_can_go_back_to_being_a_draft(world, client):
    client.force_login(world["staff"])
    template = copy(world, template=True)
    client.post(url("end_template", template.pk))
    template.refresh_from_db()
    assert (template.is_template, template in queries.visible_plans(world["staff"])) == (
        False,
        True,
    )


def test_drafts_of_others_cannot_be_copied(world, client):
    draft = PlanFactory()
    client.force_login(world["staff"])
    assert client.get(url("copy_plan", draft.pk)).status_code == 404
    reader = UserFactory()
    give(reader, Role.EDITOR, world["agency"])
    client.force_login(reader)
    assert client.get(url("copy_plan", world["plan"].pk)).status_code == 403
    client.force_login(world["staff"])
    # an issuer that is not mine is no choice
    page = client.post(
        url("copy_plan", world["plan"].pk),
        {"issuer": world["unit"].pk, "title": "Bản mới", "dates": "keep"},
    )
    assert list(page.context["form"].errors) == ["issuer"]


def test_the_lists_cost_the_same_for_many(world, client):
    client.force_login(world["staff"])

    def cost(name):
        with CaptureQueriesContext(connection) as queries_:
            client.get(url(name))
        return len(queries_)

    copy(world, template=True)
    cost("templates")  # what is read once for everybody
    few = cost("templates"), cost("copy_sources")
    for number in range(4):
        copy(world, title=f"Mẫu {number}", template=True)
        copy(world, title=f"Bản {number}")
    assert (cost("templates"), cost("copy_sources")) == few


def test_an_unknown_limit_stays_unknown(world):
    PhaseFactory(
        track=world["first"].track, title="Đợt 3", starts=Unknown(verbatim="sau"), ends=Open()
    )
    plan = copy(world, dates="keep")
    mine = Phase.objects.get(track__plan=plan, title="Đợt 3")
    assert (mine.starts.kind, mine.starts.verbatim, mine.ends.kind) == ("unknown", "sau", "open")
