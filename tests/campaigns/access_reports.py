"""Who gets what among the addresses of reports; part of tests/campaigns/access.py."""

from campaigns.models import Plan, UnitReport
from tests.access import Row

PROVINCE, OFFICE = "12-KH/TU", "so-noi-vu-tinh-mau"


def the_plan():
    return Plan.objects.get(document__symbol=PROVINCE)


def plan(world):
    return {"pk": the_plan().pk}


def series(world):
    return plan(world) | {"series": the_plan().report_series.first().pk}


def office_reports():
    rows = UnitReport.objects.filter(agency__slug=OFFICE, period__series__plan=the_plan())
    return rows.order_by("-period__last_on")


def open_report(world):
    return {"pk": office_reports().filter(state="none").first().pk}


def confirmed(world):
    return {"pk": office_reports().filter(state="confirmed").first().pk}


def period(world):
    return {"pk": office_reports().filter(state="confirmed").first().period_id}


def period_file(world):
    return period(world) | {"form": "docx"}


def traced(world):
    return period(world) | {"indicator": "tin-bai"}


# kehoach is staff of the issuer, quantri administers it; bientap and duyet work for the unit
FOLLOWS = {"default": 404, "kehoach": 200, "quantri": 200}
RUNS = {"default": 404, "kehoach": 200, "quantri": 403}
UNIT = {"default": 404, "bientap": 200, "duyet": 200, "kehoach": 200, "quantri": 200}

CLERKS = dict.fromkeys(("bientap", "duyet", "kehoach", "chibo", "khach"), 200)

ROWS = [
    Row("campaigns:my_reports", default=403, **CLERKS),
    Row("campaigns:report", open_report, **UNIT),
    Row("campaigns:report_workbook", open_report, **(UNIT | {"quantri": 403})),
    Row("campaigns:hand_in_reports", default=403, **CLERKS),
    Row("campaigns:marked_workbook", method="post", default=400),
    Row(
        "campaigns:correct_report",
        confirmed,
        default=404,
        bientap=403,
        duyet=200,
        kehoach=403,
        quantri=403,
    ),
    Row("campaigns:report_below", open_report, **UNIT),
    Row("campaigns:series_units", series, **RUNS),
    Row("campaigns:series_everybody", series, method="post", **(RUNS | {"kehoach": 302})),
    Row("campaigns:return_report", confirmed, **(RUNS | {"bientap": 403, "duyet": 403})),
    Row("campaigns:report_docx", confirmed, **UNIT),
    Row("campaigns:period_file", period_file, method="post", **FOLLOWS),
    Row("campaigns:plan_reports", plan, **FOLLOWS),
    Row("campaigns:new_series", plan, **RUNS),
    Row("campaigns:edit_series", series, **RUNS),
    Row("campaigns:new_period", series, **RUNS),
    Row("campaigns:stop_series", series, **RUNS),
    Row("campaigns:period", period, **FOLLOWS),
    Row("campaigns:period_deadline", period, **RUNS),
    Row("campaigns:remove_period", period, **RUNS),
    Row("campaigns:period_sums", period, **FOLLOWS),
    Row("campaigns:period_traced", traced, **FOLLOWS),
]
