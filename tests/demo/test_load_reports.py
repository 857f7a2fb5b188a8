"""The demo's reports: two series, units that have confirmed, that write and that are silent."""

import datetime as dt

import pytest

from campaigns.models import IndicatorValue, ReportCorrection, UnitReport
from campaigns.queries import find_plan
from portal.demo import load_reports

pytestmark = pytest.mark.usefixtures("demo_database", "db")


def test_reports_of_every_kind():
    plan = find_plan("12-KH/TU")
    assert sorted(s.kind for s in plan.report_series.all()) == ["monthly", "weekly"]
    reports = UnitReport.objects.filter(period__series__plan=plan)
    assert set(reports.values_list("state", flat=True)) == {
        "none",
        "draft",
        "returned",
        "confirmed",
    }
    assert not reports.filter(agency__slug="dang-bo-xa-long-hung").exclude(state="none").exists()
    assert ReportCorrection.objects.filter(report__in=reports).exists()


def test_the_commune_takes_what_its_cells_reported():
    below = IndicatorValue.objects.filter(
        report__agency__slug="dang-bo-xa-hoa-binh", report__state="confirmed", below__gt=0
    )
    assert below.exists()


def test_loading_again_changes_nothing():
    before = UnitReport.objects.count()
    load_reports.load({}, dt.date(2026, 1, 1))
    assert UnitReport.objects.count() == before
