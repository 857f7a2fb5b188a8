"""The roll-up of a large period in the background: Word and Excel."""

import tempfile
from pathlib import Path

from django.utils.translation import gettext as _

from campaigns.models import Period
from campaigns.reporting import papers, tables
from campaigns.rules import report_access
from portal.common import jobs
from portal.common.errors import Refused
from portal.common.text import slugify_vi

DOCX, XLSX = "docx", "xlsx"
_OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    DOCX: f"{_OFFICE}.wordprocessingml.document",
    XLSX: f"{_OFFICE}.spreadsheetml.sheet",
}
_MAKE = {DOCX: papers.period_paper, XLSX: tables.period_workbook}


def kind_of(form):
    """The name of the job that makes a roll-up in one form."""
    return f"campaigns.report_{form}"


def make(form, period, progress=None):
    """The roll-up as bytes."""
    return _MAKE[form](period, progress)


def file_name(form, period):
    """What the person's computer calls the roll-up."""
    slug = slugify_vi(f"{period.series.title} {period.title}", max_length=80)
    return f"tong-hop-{slug}.{form}"


def register():
    """Called once, by `AppConfig.ready`."""
    for form in _MAKE:
        jobs.kinds.register(kind_of(form), jobs.JobKind(run=_runner(form), may=may))


def may(user, params):
    """Whether the person still follows the reports of this plan."""
    period = _period(params)
    return period is not None and report_access.may_follow_reports(user, period.series.plan)


def _period(params):
    rows = Period.objects.select_related(
        "series__plan__document", "series__plan__issuer__node", "series__plan__issuer__parent"
    )
    return rows.filter(pk=params.get("period")).first()


def _runner(form):
    def run(job, report):
        period = _period(job.params)
        if period is None:
            raise Refused(_("Kỳ báo cáo này không còn."), code="gone")
        data = make(form, period, report)
        with tempfile.NamedTemporaryFile(suffix=f".{form}", delete=False) as file:
            file.write(data)
        return jobs.Result(
            path=Path(file.name), name=file_name(form, period), content_type=TYPES[form]
        )

    return run
