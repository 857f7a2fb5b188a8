"""Reports as files to take away: the unit's Word paper, the roll-up in Word and Excel."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from campaigns.models import UnitReport
from campaigns.reporting import jobs as files
from campaigns.reporting import papers
from campaigns.views._desk import signed_in
from campaigns.views.report_periods import one_period
from campaigns.views.reports import lines_now, report_for
from portal.common import jobs
from portal.common.attachments import attachment
from portal.common.errors import Refused
from portal.common.text import slugify_vi

#: Up to so many units the roll-up is made while the person waits.
AT_ONCE = 100


def download(data, name, content_type):
    """An attachment that no cache keeps."""
    response = attachment(data, name, content_type)
    response["Cache-Control"] = "private, no-store"
    return response


@signed_in
@require_safe
def report_docx(request, pk):
    """One report in the official layout."""
    row = report_for(request, pk)
    data = papers.unit_paper(row, lines_now(row))
    slug = slugify_vi(f"{row.agency.name} {row.period.title}", max_length=80)
    return download(data, f"bao-cao-{slug}.docx", files.TYPES[files.DOCX])


@signed_in
@require_POST
def period_file(request, pk, form):
    """The roll-up of a period; of many units as a job with a bar."""
    if form not in files.TYPES:
        raise Http404
    period = one_period(request.user, pk)
    if UnitReport.objects.filter(period=period).count() <= AT_ONCE:
        return download(files.make(form, period), files.file_name(form, period), files.TYPES[form])
    title = _("Tổng hợp %(form)s: %(series)s, %(period)s") % {
        "form": {"docx": "Word", "xlsx": "Excel"}[form],
        "series": period.series.title,
        "period": period.title,
    }
    try:
        job = jobs.start(
            kind=files.kind_of(form),
            actor=request.user,
            params={"period": period.pk},
            title=title,
            back_url=reverse("campaigns:period", args=[pk]),
            agency=period.series.plan.issuer_id,
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect("campaigns:period", pk)
    return redirect(jobs.address(job))
