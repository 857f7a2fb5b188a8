"""Who may see and do what with reports: the unit writes, its superior reads, returns, sums up."""

from campaigns.rules.access import DOERS, DRAFTERS, OFFICE, PUBLIC, may_see_all_tasks
from portal.agencies.models import Role
from portal.agencies.rules import grants_of

#: Who answers for a unit's report.
CONFIRMERS = frozenset({Role.STAFF, Role.APPROVER, Role.SECRETARY})
#: Who may send a report back to a unit, at the issuer of the plan.
RETURNERS = frozenset({Role.STAFF, Role.APPROVER})


def may_follow_reports(user, plan):
    """The periods and reports of every unit: the issuer's office and supervisors above it."""
    return may_see_all_tasks(user, plan)


def may_run_series(user, plan):
    """Make and change reporting series: staff of the issuer, while the plan is in force."""
    return plan.state == "issued" and grants_of(user).has(DRAFTERS, plan.issuer_id)


def may_see_report(user, report):
    """Those who write it, those who asked for it, those who look after the unit or stand above it.

    Standing above counts inside the period only: the commune that reports as well reads what its
    cells reported in the same period.
    """
    plan = report.period.series.plan
    if plan.state not in PUBLIC:
        return False
    grants = grants_of(user)
    return (
        grants.has(DOERS | {Role.SUPERVISOR}, report.agency_id)
        or grants.has(OFFICE, plan.issuer_id)
        or _reports_above(grants, report)
    )


def may_write_report(user, report):
    """Enter figures and words, while the report is not confirmed."""
    return (
        report.period.series.plan.state in PUBLIC
        and report.state != "confirmed"
        and grants_of(user).has(DOERS, report.agency_id)
    )


def may_confirm_report(user, report):
    """Confirm, and correct afterwards."""
    return report.period.series.plan.state in PUBLIC and grants_of(user).has(
        CONFIRMERS, report.agency_id
    )


def may_return_report(user, report):
    """Send a confirmed report back: staff or approver of the plan's issuer."""
    plan = report.period.series.plan
    return (
        plan.state in PUBLIC
        and report.state == "confirmed"
        and grants_of(user).has(RETURNERS, plan.issuer_id)
    )


def may_enter_file(user, report):
    """Take in a unit's Excel file: the unit itself, or staff of the issuer in its stead."""
    plan = report.period.series.plan
    return plan.state in PUBLIC and (
        grants_of(user).has(DOERS, report.agency_id)
        or grants_of(user).has(DRAFTERS, plan.issuer_id)
    )


def _reports_above(grants, report):
    path = getattr(report.agency, "node", None) and report.agency.node.path
    if not path:
        return False
    above = {g.agency_id for g in grants if g.role in DOERS and g.path and path.startswith(g.path)}
    above.discard(report.agency_id)
    return bool(above) and report.period.reports.filter(agency_id__in=above).exists()
