""" "Việc hôm nay": reports of my units that are due, periods in which units are missing."""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from campaigns.models import UnitReport
from campaigns.queries import reports as queries
from portal.agencies.today import MOST, Item, Section

#: Reports due within so many days are work of today.
SOON = dt.timedelta(days=7)


def own(user, now):
    """Reports of the units that `user` works for, late ones and those due soon."""
    rows = queries.my_reports(user, now).exclude(state=UnitReport.State.CONFIRMED)
    rows = rows.filter(period__deadline_at__lte=now + SOON)
    found = list(rows[: MOST + 1])
    if not found:
        return
    items = [
        Item(
            title=f"{row.period.series.title}: {row.period.title}",
            url=reverse("campaigns:report", args=[row.pk]),
            deadline=row.period.deadline_at,
            state=("unit_report", "overdue" if row.late and row.state == "none" else row.state),
            note=row.agency.short_name or row.agency.name,
        )
        for row in found[:MOST]
    ]
    yield Section(
        "campaigns.reports",
        _("Báo cáo đến hạn, quá hạn"),
        items=items,
        count=len(items) if len(found) <= MOST else rows.count(),
        more_url=reverse("campaigns:my_reports"),
    )


def missing(user, now):
    """Periods past their deadline in which units have not reported, for staff of the issuer."""
    items = [
        Item(
            title=_("%(series)s, %(period)s: %(n)d đơn vị chưa báo cáo")
            % {"series": period.series.title, "period": period.title, "n": period.missing},
            url=reverse("campaigns:period", args=[period.pk]) + "?trang_thai=chua",
            state=("unit_report", "overdue"),
            note=period.series.plan.issuer.short_name or period.series.plan.issuer.name,
        )
        for period in queries.plans_with_missing(user, now)[:MOST]
    ]
    if items:
        yield Section("campaigns.missing_reports", _("Đơn vị chưa báo cáo"), items=items)
