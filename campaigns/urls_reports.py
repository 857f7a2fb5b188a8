"""Addresses of reports: the unit's own, and those of the office that asked for them."""

from django.urls import path

from campaigns.views import report_exchange, report_files, report_periods, reports

_REPORT = "lam-viec/bao-cao/<int:pk>/"
_PERIOD = "lam-viec/ky-bao-cao/<int:pk>/"
_PLAN = "lam-viec/ke-hoach/<int:pk>/bao-cao/"

urlpatterns = [
    path("lam-viec/bao-cao/", reports.mine, name="my_reports"),
    path("lam-viec/bao-cao/nhap-tep/", report_exchange.hand_in, name="hand_in_reports"),
    path("lam-viec/bao-cao/nhap-tep/tep-loi/", report_exchange.marked, name="marked_workbook"),
    path(f"{_REPORT}excel/", report_exchange.take, name="report_workbook"),
    path(_REPORT, reports.report, name="report"),
    path(f"{_REPORT}sua-sau-xac-nhan/", reports.correct, name="correct_report"),
    path(f"{_REPORT}cap-duoi/", reports.below, name="report_below"),
    path(f"{_REPORT}tra-lai/", reports.give_back, name="return_report"),
    path(f"{_REPORT}word/", report_files.report_docx, name="report_docx"),
    path(_PLAN, report_periods.of_plan, name="plan_reports"),
    path(f"{_PLAN}moi/", report_periods.new_series, name="new_series"),
    path(f"{_PLAN}<int:series>/", report_periods.edit_series, name="edit_series"),
    path(f"{_PLAN}<int:series>/ky-moi/", report_periods.new_period, name="new_period"),
    path(f"{_PLAN}<int:series>/don-vi/", report_periods.units, name="series_units"),
    path(f"{_PLAN}<int:series>/moi-don-vi/", report_periods.everybody, name="series_everybody"),
    path(f"{_PLAN}<int:series>/dung/", report_periods.stop, name="stop_series"),
    path(_PERIOD, report_periods.period, name="period"),
    path(f"{_PERIOD}han-gui/", report_periods.deadline, name="period_deadline"),
    path(f"{_PERIOD}xoa/", report_periods.remove, name="remove_period"),
    path(f"{_PERIOD}tep/<slug:form>/", report_files.period_file, name="period_file"),
    path(f"{_PERIOD}tong-hop/", report_periods.sums, name="period_sums"),
    path(f"{_PERIOD}tong-hop/<slug:indicator>/", report_periods.traced, name="period_traced"),
]
