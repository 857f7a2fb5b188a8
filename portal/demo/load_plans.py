"""The demo's calendar and plans: the four real ones, the current campaign, and its progress."""

from pathlib import Path

import campaigns
from campaigns import actions, loading
from campaigns.loading.problems import Source
from portal.demo import content, load_progress

DATA = Path(campaigns.__file__).parent / "data"
CAMPAIGN = "tinh_mau.yaml"


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
