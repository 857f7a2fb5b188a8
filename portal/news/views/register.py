"""Bảng kê tin bài theo tác giả, thể loại: on the screen and as a workbook."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from portal.common import clock, jobs
from portal.common.attachments import attachment
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.common.sheets import XLSX
from portal.news.files import register as register_jobs
from portal.news.forms.stats import RegisterForm
from portal.news.queries import register
from portal.news.views._common import in_newsroom
from portal.news.views.stats import reach

AUTHORS_PER_PAGE = 30
PER_PAGE = 50
#: The list is paged beside the authors.
LIST_PAGE = "trang_bai"


@in_newsroom
@require_safe
def month(request):
    """Authors × genres of a month, and the articles behind the numbers."""
    form, found = _asked(request, request.GET)
    author = form.author
    entries = found.entries if author is None else found.of_author(author)
    authors = paginate(request, found.authors, AUTHORS_PER_PAGE)
    page = paginate(request, entries, PER_PAGE, param=LIST_PAGE)
    context = {
        "form": form,
        "agency": form.agency,
        "with_units": form.with_units,
        "month": form.month,
        "register": found,
        "authors": authors,
        "author_rows": [(a, found.counts_of(a)) for a in authors],
        "author": author,
        "page": page,
        "lines": list(register.lines(page.items)),
        "query": _query(request),
    }
    return render(request, "news/register.html", context)


@in_newsroom
@require_POST
def file(request):
    """The workbook: at once, or by a worker when it is long."""
    form, found = _asked(request, request.POST)
    back = reverse("news:register") + f"?{_query(request)}"
    agency = form.agency
    if agency is None or not form.is_valid() or not found.entries:
        return redirect(back)
    if found.total <= register_jobs.AT_ONCE:
        data = register_jobs.at_once(found, agency, form.month, with_units=form.with_units)
        return attachment(data, register_jobs.file_name(agency, form.month), XLSX)
    try:
        job = register_jobs.start(
            actor=request.user,
            agency=agency,
            month=form.month,
            with_units=form.with_units,
            back_url=back,
        )
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(back)
    return redirect(jobs.address(job))


def _asked(request, data):
    agencies, own = reach(request.user)
    form = RegisterForm(data or None, agencies=agencies, own=own, today=clock.today())
    if form.agency is None:
        return form, register.Register([], [], [])
    found = register_jobs.find(request.user, form.agency, form.month, with_units=form.with_units)
    return form, found


def _query(request):
    """What was asked for, without the pages and the author."""
    data = (request.POST if request.method == "POST" else request.GET).copy()
    for name in ("csrfmiddlewaretoken", "trang", LIST_PAGE, "tac_gia"):
        data.pop(name, None)
    return data.urlencode()
