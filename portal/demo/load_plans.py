"""The demo's calendar and plans: the four real ones, the current campaign, and its progress."""

from pathlib import Path

import campaigns
from campaigns import actions, loading
from campaigns.actions.copying import KEEP
from campaigns.loading.problems import Source
from campaigns.models import Plan
from portal.demo import content, load_progress

DATA = Path(campaigns.__file__).parent / "data"
CAMPAIGN = "tinh_mau.yaml"
TEMPLATE = "Mẫu: tuyên truyền đại hội đảng bộ cấp xã"


def load(world, on):
    """Load the calendar and all plans; loading again changes nothing.

    Args:
        world: dict shared by the loaders; `world["plans"]` becomes {key: Plan}.
        on: the day of loading; the current campaign is counted from it.
    """
    loading.load_calendar(DATA / "calendar.yaml")
    report = loading.load_files(sorted(DATA.glob("plan_*.yaml")))
    current = loading.load_documents([Source.of_data(CAMPAIGN, content.load(CAMPAIGN, on))])
    world["plans"] = {plan.key: plan for plan in [*report.plans, *current.plans]}
    actions.generate_occurrences(actor=None, day=on)
    load_progress.load(on)
    _template(current.plans)


def _template(plans):
    """A template of the province, for its communes to start from."""
    source = next(plan for plan in plans if plan.document.symbol == "12-KH/TU")
    if Plan.objects.filter(is_template=True, issuer=source.issuer).exists():
        return
    actions.copy_plan(
        actor=None, source=source, issuer=source.issuer, title=TEMPLATE, dates=KEEP, template=True
    )
