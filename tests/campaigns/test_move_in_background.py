"""An event that many dates hang on is moved by a worker; the person sees how far it is."""

import pytest
from django.urls import reverse

from campaigns import actions, boundaries
from campaigns.models import DateChange
from campaigns.views import events_desk
from portal.common import jobs
from portal.common.models import Job
from portal.notices import actions as notices
from portal.notices.models import Delivery
from tests.campaigns.factories import (
    EventFactory,
    PhaseFactory,
    PlanFactory,
    TrackFactory,
    day,
    event_on,
    ref,
)
from tests.campaigns.test_pages_desk_events import moved, url
from tests.documents.factories import office

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(client, monkeypatch):
    """A congress that five boundaries hang on, more than are moved at once."""
    monkeypatch.setattr(events_desk, "BACKGROUND_FROM", 5)
    agency, staff, _approver = office(name="Đảng bộ tỉnh Mẫu", kind="party")
    client.force_login(staff)
    congress = EventFactory(
        host=agency, planned_opens=day("2026-09-24"), planned_closes=day("2026-09-26")
    )
    plan = PlanFactory(issuer=agency)
    track = TrackFactory(plan=plan)
    first = PhaseFactory(
        track=track, starts=event_on(congress, "opens", -60), ends=event_on(congress, "opens", -1)
    )
    PhaseFactory(track=track, starts=ref(first.ends, 1), ends=event_on(congress, "closes"))
    PhaseFactory(track=track, starts=event_on(congress, "closes", 1))
    actions.submit_plan(actor=None, plan=plan)
    actions.issue_plan(actor=None, plan=plan)
    return congress, first, staff


def confirm(client, congress):
    """Show the effect of another day, then save it."""
    page = client.get(url("move_event", congress.pk))
    form = moved(page.context["form"], expected_opens="2026-10-08", reason="Theo chỉ đạo mới")
    page = client.post(url("move_event", congress.pk), form)
    return client.post(url("move_event", congress.pk), moved(page.context["form"], xac_nhan="1"))


def test_a_worker_moves_it_and_the_page_shows_how_far_it_is(world, client):
    congress, first, _staff = world
    assert boundaries.hanging_on(congress, 100) == 5
    response = confirm(client, congress)
    job = Job.objects.get()
    assert response.url == reverse("jobs:job", args=[job.public_id])
    assert not DateChange.objects.exists()
    assert "Đổi ngày" in client.get(response.url).text
    assert jobs.run(job.pk) == Job.State.DONE
    first.ends.refresh_from_db()
    assert first.ends.resolved_on == day("2026-10-07")
    change = DateChange.objects.get()
    assert (change.reason, change.event) == ("Theo chỉ đạo mới", congress)
    assert f"Đã đổi ngày; {change.items.count()} mốc" in client.get(response.url).text


def test_the_steps_are_reported(world):
    congress, _first, staff = world
    told = []
    actions.move_event(
        actor=staff,
        event=congress,
        dates={"expected_opens": day("2026-10-08")},
        report=lambda *step: told.append(step),
    )
    assert [done for done, _total, _step in told] == [0, 1, 2, 3]
    assert {total for _done, total, _step in told} == {4}


def test_dates_that_moved_meanwhile_are_refused_and_the_person_is_told(world, client):
    congress, first, staff = world
    confirm(client, congress)
    actions.edit_phase(actor=staff, phase=first, starts=event_on(congress, "opens", -50))
    job = Job.objects.get()
    assert jobs.run(job.pk) == Job.State.FAILED
    job.refresh_from_db()
    assert "hãy xem lại tác động" in job.error
    congress.refresh_from_db()
    assert congress.expected_opens is None
    notices.sweep()
    told = Delivery.objects.filter(
        person=staff, channel="inbox", url=url("move_event", congress.pk)
    )
    assert [d.title.startswith("Chưa đổi được ngày") for d in told] == [True]


def test_few_dates_are_moved_at_once(world, client, monkeypatch):
    congress, first, _staff = world
    monkeypatch.setattr(events_desk, "BACKGROUND_FROM", 6)
    assert confirm(client, congress).url == url("edit_event", congress.pk)
    assert not Job.objects.exists()
    first.ends.refresh_from_db()
    assert first.ends.resolved_on == day("2026-10-07")


def test_whoever_lost_the_right_meanwhile_moves_nothing(world, client):
    congress, _first, staff = world
    confirm(client, congress)
    staff.is_active = False
    staff.save()
    assert jobs.run(Job.objects.get().pk) == Job.State.FAILED
    assert not DateChange.objects.exists()
