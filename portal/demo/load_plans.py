"""The demo's calendar and plans: the four real ones, the current campaign, and its progress."""

from pathlib import Path

import campaigns
from campaigns import actions, loading
from campaigns.loading.problems import Source
from campaigns.models import Assignment, Evidence
from campaigns.queries import find_plan
from campaigns.rules.access import DOERS
from portal.agencies.models import Membership
from portal.demo import content

DATA = Path(campaigns.__file__).parent / "data"
CAMPAIGN = "tinh_mau.yaml"
#: What units say of work that the demo has nothing to show for.
SAID = "Đã thực hiện xong, báo cáo bằng văn bản giấy."


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
    for row in content.load("progress.yaml", on)["progress"]:
        _progress(row)


def _progress(row):
    plan = find_plan(row["plan"])
    rows = Assignment.objects.filter(task__plan=plan, task__title=row["task"])
    given = {a.agency.slug: a for a in rows.select_related("agency", "task__plan")}
    for item in row.get("evidence") or ():
        _evidence(given[item["agency"]], item)
    for slug, note in (row.get("doing") or {}).items():
        _say(given[slug], "doing", note=note or "")
    for slug, done_on in (row.get("done") or {}).items():
        _say(given[slug], "done", done_on=done_on)


def _say(assignment, state, **values):
    assignment.refresh_from_db()
    if assignment.state == state:
        return
    if state == "done" and not assignment.evidence.exists():
        values |= {"without_evidence": True, "note": SAID}
    actions.set_progress(
        actor=_doer(assignment.agency_id), assignment=assignment, state=state, **values
    )


def _evidence(assignment, item):
    if Evidence.objects.filter(assignment=assignment, title=item["title"]).exists():
        return
    actions.add_manual_evidence(
        actor=_doer(assignment.agency_id),
        assignment=assignment,
        title=item["title"],
        happened_on=item["happened_on"],
        url=item.get("url") or "",
        note=item.get("note") or "",
    )


def _doer(agency_id):
    """Somebody who works for the unit, or None."""
    row = Membership.objects.filter(agency_id=agency_id, role__in=DOERS).order_by("role", "id")
    found = row.select_related("user").first()
    return found.user if found else None
