"""The workbook of a report: taken away, handed in again, shown, saved."""

from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaigns.forms.reports import FilesForm
from campaigns.queries import reports as queries
from campaigns.reporting import incoming, workbook
from campaigns.reporting.jobs import TYPES, XLSX
from campaigns.rules import access, report_access
from campaigns.views._desk import posted, signed_in
from campaigns.views.report_files import download
from campaigns.views.reports import lines_now, report_for
from portal.agencies.rules import grants_of
from portal.common.errors import Refused
from portal.common.text import slugify_vi

SALT = "campaigns.report_exchange"
MAX_AGE = 3600


@signed_in
@require_safe
def take(request, pk):
    """The workbook of one report, filled in as far as it is."""
    row = report_for(request, pk, may=report_access.may_enter_file)
    return _workbook(row, workbook.write(row, lines_now(row)))


def _workbook(row, data, prefix="bao-cao"):
    slug = slugify_vi(f"{row.agency.name} {row.period.title}", max_length=80)
    return download(data, f"{prefix}-{slug}.xlsx", TYPES[XLSX])


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def hand_in(request):
    """GET the form; POST files to look at, or the signed result of a look to save."""
    user = request.user
    if not grants_of(user).agency_ids(access.DOERS):
        raise PermissionDenied
    if "data" in request.POST:
        return _save(request)
    expected = _expected(request)
    form = FilesForm(posted(request), request.FILES or None)
    context = {"form": form, "expected": expected}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            arrived = _looked_at(form.cleaned_data["files"], user, expected)
            good = [one for one in arrived if one.good]
            context |= {
                "arrived": arrived,
                "good": good,
                "all_confirm": all(incoming.may_confirm(user, one.report) for one in good),
                "marked": {
                    n: signing.dumps(one.sent.dump(), salt=SALT, compress=True)
                    for n, one in enumerate(arrived)
                    if one.report is not None and one.problems
                },
            }
            if good:
                status = 200
                context["data"] = signing.dumps(
                    [incoming.packed(one) for one in good], salt=SALT, compress=True
                )
    for n, one in enumerate(context.get("arrived", ())):
        one.signed = context["marked"].get(n, "")
    return render(request, "campaigns/reports/hand_in.html", context, status=status)


def _expected(request):
    given = request.POST.get("bao-cao") or request.GET.get("bao-cao", "")
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        return None
    return report_for(request, int(given), may=report_access.may_enter_file)


def _looked_at(files, user, expected):
    found, seen = [], set()
    for file in files:
        one = incoming.look_at(file, user=user, expected=expected)
        if one.report is not None:
            if one.report.pk in seen:
                one.refusal = _("Báo cáo này đã có trong một tệp khác vừa tải lên.")
            seen.add(one.report.pk)
        found.append(one)
    return found


def _save(request):
    confirm = "xac-nhan" in request.POST
    try:
        items = signing.loads(request.POST["data"], salt=SALT, max_age=MAX_AGE)
        done = incoming.save_all(items, user=request.user, confirm=confirm)
    except signing.BadSignature:
        messages.error(request, _("Bản xem trước đã quá một giờ; hãy tải tệp lên lại."))
        return redirect("campaigns:hand_in_reports")
    except Refused as refused:
        messages.error(request, _("Chưa ghi báo cáo nào. %s") % refused.message)
        return redirect("campaigns:hand_in_reports")
    text = _("Đã xác nhận %d báo cáo từ tệp.") if confirm else _("Đã ghi %d báo cáo vào bản nháp.")
    messages.success(request, text % len(done))
    if len(done) == 1:
        return redirect("campaigns:report", done[0].pk)
    if report_access.may_follow_reports(request.user, done[0].period.series.plan):
        return redirect("campaigns:period", done[0].period_id)
    return redirect("campaigns:my_reports")


@signed_in
@require_POST
def marked(request):
    """The same workbook with what is wrong marked in its cells."""
    try:
        data = signing.loads(request.POST.get("tep", ""), salt=SALT, max_age=MAX_AGE)
        arrived = incoming.Arrived("", sent=workbook.Sent(**data))
        arrived.report = incoming.recognise(arrived.sent, request.user)
    except (signing.BadSignature, TypeError):
        return HttpResponseBadRequest(_("Bản xem trước đã quá một giờ; hãy tải tệp lên lại."))
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("campaigns:hand_in_reports")
    incoming.check(arrived, request.user)
    report = arrived.report
    indicators = queries.indicators_of(report.period.series_id)
    lines = queries.lines_of(report, indicators, live=queries.live_figures(report, indicators))
    made = workbook.write(report, lines, sent=arrived.sent, problems=arrived.problems)
    return _workbook(report, made, prefix="loi")
