"""The page of a plan as an editor: parts of it by htmx, whole pages without."""

import json
import uuid

import pytest
from django.urls import reverse

from campaigns import actions
from campaigns.actions import contents
from campaigns.models import Form, Phase, Task, Theme, Track
from tests.campaigns.factories import PhaseFactory, PlanFactory, TaskFactory, TrackFactory, on
from tests.documents.factories import office

pytestmark = pytest.mark.django_db

HTMX = {"HTTP_HX_REQUEST": "true"}


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def text(response):
    return response.content.decode()


@pytest.fixture
def plan(client):
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    client.force_login(staff)
    return PlanFactory(issuer=agency, actor=staff)


def themes(plan):
    rows = Theme.objects.filter(plan=plan, phase=None).order_by("position", "id")
    return [t.text for t in rows]


def forms(plan):
    return [link.form.name for link in plan.plan_forms.order_by("position", "id")]


def test_a_form_comes_into_its_row_and_the_editor_back(plan, client):
    track = TrackFactory(plan=plan, title="Mạch cũ")
    address = url("edit_track", plan.pk, track.pk)
    row = client.get(address, **HTMX)
    assert (f'id="mach-{track.pk}-dau"' in text(row), "<html" in text(row)) == (True, False)
    assert f'hx-post="{address}"' in text(row)
    saved = client.post(address, {"title": "Mạch mới", "lock_version": 0}, **HTMX)
    assert (saved["HX-Retarget"], saved["HX-Reswap"]) == ("#soan", "outerHTML")
    focus = json.loads(saved["HX-Trigger-After-Settle"])["row-focus"]
    assert focus == {"id": f"mach-{track.pk}", "said": "Đã lưu mạch."}
    assert ("Mạch mới" in text(saved), "<html" in text(saved)) == (True, False)
    # without htmx: a page, then back to the row
    page = client.get(address)
    assert ("<html" in text(page), "hx-post" in text(page).split("<main")[1]) == (True, False)
    response = client.post(address, {"title": "Mạch ba", "lock_version": 1})
    assert response.url == f"{url('manage', plan.pk)}#mach-{track.pk}"


def test_an_error_stays_in_the_row_with_what_was_typed(plan, client):
    TrackFactory(plan=plan, title="Mạch 1")
    answer = client.post(url("add_track", plan.pk), {"title": "Mạch 1"}, **HTMX)
    assert answer.context["form"].errors == {"title": ["“Mạch 1” đã có ở đây; hãy đặt tên khác."]}
    assert ('id="mach-moi"' in text(answer), 'value="Mạch 1"' in text(answer)) == (True, True)
    assert "HX-Retarget" not in answer


def test_the_second_of_two_sees_both_texts_in_the_row(plan, client):
    phase = PhaseFactory(track=TrackFactory(plan=plan), title="Đợt 1")
    actions.edit_phase(actor=None, phase=phase, summary="Người khác viết")
    data = {"title": "Đợt 1", "lock_version": 0, "summary": "Tôi viết", "starts-kind": "day"}
    data |= {"starts-on": "2026-01-01", "ends-kind": "day", "ends-on": "2026-01-31"}
    answer = client.post(url("edit_phase", plan.pk, phase.pk), data, **HTMX)
    assert ("Tôi viết" in text(answer), "Người khác viết" in text(answer)) == (True, True)
    assert Phase.objects.get().summary == "Người khác viết"


@pytest.mark.parametrize("name", ["add_track", "add_phase", "add_task"])
def test_a_form_that_arrives_twice_makes_one_row(plan, client, name):
    track = TrackFactory(plan=plan, title="Mạch 1")
    args = [plan.pk, track.pk] if name == "add_phase" else [plan.pk]
    shown = client.get(url(name, *args), **HTMX).context["form"]
    key = shown["key"].value()
    assert uuid.UUID(str(key)).version == 4
    data = {"title": "Dòng mới", "key": str(key), "starts-kind": "open", "ends-kind": "open"}
    data["due-kind"] = "none"
    for _time in range(2):
        client.post(url(name, *args), data, **HTMX)
    model = {"add_track": Track, "add_phase": Phase, "add_task": Task}[name]
    assert model.objects.filter(title="Dòng mới").count() == 1


def test_a_new_task_leads_to_its_units(plan, client):
    answer = client.post(
        url("add_task", plan.pk), {"title": "Mở chuyên mục", "due-kind": "none"}, **HTMX
    )
    task = Task.objects.get()
    assert (answer.status_code, answer["HX-Redirect"]) == (204, url("units", plan.pk, task.pk))


def test_themes_one_by_one(plan, client):
    for words in ("Một", "Hai", "Hai", "Ba"):
        client.post(url("add_theme", plan.pk), {"text": words}, **HTMX)
    assert themes(plan) == ["Một", "Hai", "Ba"]
    second = Theme.objects.get(text="Hai")
    address = url("edit_theme", plan.pk, second.pk)
    answer = client.post(address, {"text": "Hai, rõ hơn", "seen": "Hai"}, **HTMX)
    focus = json.loads(answer["HX-Trigger-After-Settle"])["row-focus"]
    assert (focus["id"], themes(plan)) == (f"noi-dung-{second.pk}", ["Một", "Hai, rõ hơn", "Ba"])
    # somebody who began from the old words sees both
    answer = client.post(address, {"text": "Hai của tôi", "seen": "Hai"}, **HTMX)
    rows = [(r.mine, r.theirs) for r in answer.context["form"].stale_fields]
    assert (rows, themes(plan)[1]) == ([("Hai của tôi", "Hai, rõ hơn")], "Hai, rõ hơn")
    again = {"text": "Hai của tôi", "seen": answer.context["form"]["seen"].value()}
    client.post(address, again, **HTMX)
    assert themes(plan) == ["Một", "Hai của tôi", "Ba"]
    answer = client.post(address, {"text": "Ba", "seen": "Hai của tôi"})
    assert answer.context["form"].errors == {"text": ["Nội dung này đã có trong danh sách."]}
    client.post(url("remove_part", plan.pk, "noi-dung", second.pk))
    assert themes(plan) == ["Một", "Ba"]


def test_a_theme_of_one_phase(plan, client):
    phase = PhaseFactory(track=TrackFactory(plan=plan), themes=["Cũ"])
    client.post(f"{url('add_theme', plan.pk)}?dot={phase.pk}", {"text": "Mới"})
    rows = phase.themes.order_by("position").values_list("text", flat=True)
    assert (list(rows), themes(plan)) == (["Cũ", "Mới"], [])
    elsewhere = PhaseFactory()
    answer = client.post(f"{url('add_theme', plan.pk)}?dot={elsewhere.pk}", {"text": "Mới"})
    assert answer.status_code == 404


def test_forms_one_by_one_with_known_ones_offered(plan, client):
    Form.objects.create(name="Truyền thanh cơ sở", order=1)
    page = client.get(url("add_form", plan.pk))
    assert '<option value="Truyền thanh cơ sở">' in text(page)
    for name in ("Truyền thanh cơ sở", "Xe loa lưu động"):
        client.post(url("add_form", plan.pk), {"name": name}, **HTMX)
    assert forms(plan) == ["Truyền thanh cơ sở", "Xe loa lưu động"]
    # what the plan has by now is offered no more, and a form in use elsewhere is not renamed
    assert (
        "Truyền thanh cơ sở" not in text(client.get(url("add_form", plan.pk))).split("datalist")[1]
    )
    link = plan.plan_forms.get(form__name="Truyền thanh cơ sở")
    client.post(url("edit_form", plan.pk, link.pk), {"name": "Pa nô", "seen": "Truyền thanh cơ sở"})
    assert forms(plan) == ["Pa nô", "Xe loa lưu động"]
    assert Form.objects.filter(name="Truyền thanh cơ sở").exists()
    answer = client.post(
        url("edit_form", plan.pk, link.pk), {"name": "Xe loa lưu động", "seen": "Pa nô"}
    )
    assert answer.context["form"].errors == {"name": ["Hình thức này đã có trong danh sách."]}


@pytest.mark.parametrize("headers", [HTMX, {}])
@pytest.mark.parametrize("part", ["mach", "dot", "nhiem-vu", "noi-dung", "hinh-thuc"])
def test_every_kind_of_row_is_ordered(plan, client, part, headers):
    track = TrackFactory(plan=plan, title="A")
    rows = {
        "mach": lambda: [track, TrackFactory(plan=plan, title="B")],
        "dot": lambda: [PhaseFactory(track=track, title=t) for t in "AB"],
        "nhiem-vu": lambda: [TaskFactory(plan=plan, title=t, due=on("2026")) for t in "AB"],
        "noi-dung": lambda: [contents.add_theme(actor=None, plan=plan, text=t) for t in "AB"],
        "hinh-thuc": lambda: [contents.add_form(actor=None, plan=plan, name=t) for t in "AB"],
    }[part]()
    first, second = rows
    answer = client.post(url("move_part", plan.pk, part, second.pk), {"huong": "len"}, **headers)
    order = type(first).objects.filter(pk__in=[r.pk for r in rows]).order_by("position")
    assert list(order) == [second, first]
    if headers:
        focus = json.loads(answer["HX-Trigger-After-Settle"])["row-focus"]["id"]
        assert (focus, f'id="{focus}' in text(answer)) == (f"{part}-{second.pk}", True)
    else:
        assert answer.url == f"{url('manage', plan.pk)}#{part}-{second.pk}"
    client.post(url("move_part", plan.pk, part, second.pk), {"huong": "xuong"}, **headers)
    assert list(order.all()) == [first, second]


def test_removing_a_form_or_a_theme_asks_first(plan, client):
    link = contents.add_form(actor=None, plan=plan, name="Pa nô")
    address = url("remove_part", plan.pk, "hinh-thuc", link.pk)
    assert "Bỏ hình thức “Pa nô” khỏi kế hoạch?" in text(client.get(address))
    assert forms(plan) == ["Pa nô"]
    client.post(address)
    assert forms(plan) == []


def test_a_plan_in_force_keeps_a_version_of_every_change_of_its_lists(plan, client):
    from tests.campaigns.factories import issue

    issue(plan)
    contents.add_theme(actor=None, plan=plan, text="Thêm sau")
    contents.add_form(actor=None, plan=plan, name="Pa nô")
    last = plan.versions.order_by("n").last()
    assert (last.n, last.data["themes"], last.data["forms"]) == (3, ["Thêm sau"], ["Pa nô"])
