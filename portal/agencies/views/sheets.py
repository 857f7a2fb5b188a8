"""Lists from Excel: the empty file, the upload, the dry run, the confirmation."""

import datetime as dt

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies import importing_units
from portal.agencies.actions import sheets as actions
from portal.agencies.forms.sheets import UnitSheetForm
from portal.agencies.models import SheetImport
from portal.agencies.registries import SHEETS
from portal.agencies.views._common import administers
from portal.common import clock, sheets
from portal.common.attachments import attachment
from portal.common.errors import Refused
from portal.common.paging import paginate

#: A dry run is worth so long; after that the file is uploaded again.
HOURS = 24
#: So many problems are listed on one page.
PER_PAGE = 100


def download(name, kind, filename, samples=()):
    """The empty list of a kind as an attachment; for the views of this and of upper apps."""
    sheet = SHEETS.get(kind)
    return attachment(sheets.template(name, sheet.columns, samples), filename, sheets.XLSX)


def upload_page(request, *, kind, params, form, template_url, back_url, crumbs, steps=()):
    """The page of an upload; a good file leads to its dry run.

    Args:
        params: callable(form) giving the params of the kind.
        steps: sentences above the form.
    """
    if request.method == "POST" and form.is_valid():
        try:
            kept = actions.keep_sheet(
                actor=request.user,
                kind=kind,
                params=params(form),
                upload=form.cleaned_data["file"],
            )
        except Refused as refusal:
            form.add_error("file", refusal.message)
        else:
            return redirect("agencies:sheet", kept.public_id)
    context = {
        "sheet": SHEETS.get(kind),
        "form": form,
        "template_url": template_url,
        "back_url": back_url,
        "crumbs": crumbs,
        "steps": steps,
    }
    status = 422 if form.is_bound else 200
    return render(request, "agencies/sheet_upload.html", context, status=status)


@administers
@require_http_methods(["GET", "POST"])
def units(request, agency):
    """A tree of units below `agency`."""
    form = UnitSheetForm(request.POST or None, request.FILES or None, initial={"on": clock.today()})
    back = reverse("agencies:overview", args=[agency.slug])
    return upload_page(
        request,
        kind=importing_units.KIND,
        params=lambda form: {"root": agency.slug, "on": form.cleaned_data["on"].isoformat()},
        form=form,
        template_url=reverse("agencies:import_units_template", args=[agency.slug]),
        back_url=back,
        crumbs=[
            (_("Cơ quan tôi quản trị"), reverse("agencies:managed")),
            (agency.short_name or agency.name, back),
        ],
        steps=[
            _("Mỗi dòng một đơn vị; cấp trên ghi bằng mã, dòng nào trước cũng được."),
            _("Đơn vị đã có được sửa theo tệp; ô trống giữ nguyên. Không đơn vị nào bị xóa."),
        ],
    )


@administers
@require_safe
def units_template(request, agency):
    return download(
        _("Đơn vị"),
        importing_units.KIND,
        "mau-don-vi.xlsx",
        [
            {
                "code": "XHB",
                "name": "Đảng bộ xã Hòa Bình",
                "committee": "Đảng ủy xã Hòa Bình",
                "protocol_no": "510",
                "members": "420",
            },
            {"code": "XHB-01", "name": "Chi bộ thôn Thượng", "parent": "XHB", "cell": "x"},
        ],
    )


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def dry_run(request, public_id):
    """What a list would do, and every problem by line; only for the person who uploaded it."""
    since = clock.now() - dt.timedelta(hours=HOURS)
    kept = get_object_or_404(
        SheetImport, public_id=public_id, actor=request.user, made_at__gte=since
    )
    sheet = SHEETS.get(kept.kind)
    context = sheet.context(request.user, kept.params)
    if context is None:
        raise Http404
    upload_url, done_url = sheet.urls(context)
    if request.method == "POST":
        try:
            messages.success(request, actions.commit_sheet(actor=request.user, kept=kept))
        except Refused as refusal:
            messages.error(request, refusal.message)
            return redirect("agencies:sheet", kept.public_id)
        return redirect(done_url)
    if kept.done_at is not None:
        messages.info(request, _("Danh sách này đã được nhập rồi."))
        return redirect(done_url)
    outcome = sheet.check(actions.rows_of(kept), context)
    shown = outcome.problems or outcome.lines
    return render(
        request,
        sheet.template,
        {
            "kept": kept,
            "sheet": sheet,
            "outcome": outcome,
            "rows": len(kept.rows),
            "bad_rows": len({p.row for p in outcome.problems}),
            "page": paginate(request, shown, per_page=PER_PAGE),
            "stale": actions.digest_of(outcome) != kept.digest,
            "upload_url": upload_url,
            **sheet.shown(request, outcome),
        },
    )
