"""The demo's calendar, plans and progress, and the command that loads everything once."""

import pytest
from django.core.management import CommandError, call_command

from campaigns.models import Assignment, Phase, Plan
from campaigns.queries import progress, running_campaign
from campaigns.rules.states import phase_state
from portal.accounts.models import User
from portal.common import clock
from portal.common.models import AuditEntry
from portal.demo import load_accounts, load_agencies, load_plans

pytestmark = pytest.mark.django_db


@pytest.mark.slow
def test_the_current_campaign_shows_every_state():
    world, day = {}, clock.today()
    for step in (load_agencies, load_accounts, load_plans):
        step.load(world, day)
    plan = Plan.objects.get(document__canonical="12-KH/TU")
    phases = Phase.objects.filter(track__plan=plan).select_related("starts", "ends")
    assert {phase_state(p, day) for p in phases} == {
        "upcoming",
        "active",
        "ended",
        "undetermined",
    }
    counts = progress(plan, day=day).counts
    assert set(counts) == {"todo", "doing", "done", "overdue"}
    running = running_campaign(day)
    assert running.plan == plan
    assert running.event.slug == "tinh-mau-1"


@pytest.mark.slow
def test_the_whole_demo_loads_once(capsys, settings):
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    assert Plan.objects.count() >= 7
    assert Assignment.objects.exclude(state="todo").exists()
    rows = AuditEntry.objects.count()
    call_command("load_demo")
    assert AuditEntry.objects.count() == rows
    assert capsys.readouterr().out == ""


def test_a_portal_that_is_no_demo_gets_no_accounts_with_a_known_password():
    with pytest.raises(CommandError, match="DEMO=1"):
        call_command("load_demo", verbosity=0)
    assert not User.objects.filter(username="quantri").exists()
