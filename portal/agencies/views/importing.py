"""Accounts from an Excel list: upload, see every problem by row, then make them all."""

from django.contrib import messages
from django.core import signing
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies import importing, queries
from portal.agencies.forms.people import ImportForm
from portal.agencies.views._common import administers
from portal.agencies.views.people import crumbs
from portal.common import sheets
from portal.common.attachments import attachment
from portal.common.errors import Refused

SALT = "portal.agencies.importing"
MAX_AGE = 3600


@administers
@require_safe
def template(request, agency):
    return attachment(importing.template(), "danh-sach-tai-khoan.xlsx", sheets.XLSX)


@administers
@require_http_methods(["GET", "POST"])
def upload(request, agency):
    """GET the form; POST a file for the dry run, or the signed rows of a dry run to carry out."""
    allowed = queries.managed_by(request.user)
    if "rows" in request.POST:
        return _carry_out(request, agency, allowed)
    form = ImportForm(request.POST or None, request.FILES or None)
    context = {"agency": agency, "form": form, "crumbs": crumbs(agency, people=True)}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                rows = importing.read(form.cleaned_data["file"])
            except Refused as refusal:
                form.add_error("file", refusal.message)
            else:
                good = importing.check(rows, allowed=allowed)
                bad = sum(1 for row in rows if row.problems)
                context |= {"rows": rows, "good": good, "bad": bad}
                if good:
                    status = 200
                    context["signed"] = signing.dumps(
                        importing.dump(rows), salt=SALT, compress=True
                    )
    return render(request, "agencies/import.html", context, status=status)


def _carry_out(request, agency, allowed):
    try:
        data = signing.loads(request.POST["rows"], salt=SALT, max_age=MAX_AGE)
        users = importing.commit(importing.restore(data), actor=request.user, allowed=allowed)
    except signing.BadSignature:
        messages.error(request, _("Bản kiểm tra đã quá một giờ; hãy tải danh sách lên lại."))
        return redirect("agencies:import", agency.slug)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("agencies:import", agency.slug)
    messages.success(
        request,
        _("Đã tạo %(n)d tài khoản. Hãy in phiếu đăng nhập cho từng người.") % {"n": len(users)},
    )
    return redirect("agencies:people", agency.slug)
