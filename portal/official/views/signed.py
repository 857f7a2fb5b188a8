"""Signed copies of a document, approvals on paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _g
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies.rules import grants_of
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.common.scoped import fetch

from .. import actions, rules
from ..forms import FILE_REFUSALS, SignedCopyForm
from ..models import PaperApproval
from ..queries import approved_addresses, page_addresses, paper_approvals
from ._fetch import documents, pdf


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copies(request, pk):
    """The signed copies of a document, the newest first, and the form for another one."""
    row = fetch(documents(request.user), user=request.user, see=rules.may_see_all_copies, pk=pk)
    kept = list(row.signed_copies.select_related("upload", "added_by").order_by("-n"))
    may_add = rules.may_add_signed_copy(request.user, row)
    form = None
    if may_add:
        data = (request.POST, request.FILES) if request.method == "POST" else ()
        form = SignedCopyForm(*data, first=not kept)
    elif request.method == "POST":
        raise PermissionDenied
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_signed_copy(
                actor=request.user,
                document=row,
                file=form.cleaned_data["file"],
                note=form.cleaned_data.get("note", ""),
            )
        except Refused as refused:
            form.add_error("file" if refused.code in FILE_REFUSALS else None, refused.message)
        else:
            messages.success(request, _g("Đã lưu bản ký."))
            return redirect("official:copies", pk)
    context = {
        "document": row,
        "copies": kept,
        "form": form,
        "page": page_addresses([row], request.user).get(row.pk),
    }
    status = 422 if form is not None and form.is_bound else 200
    return render(request, "official/copies.html", context, status=status)


@never_cache
@login_required
@require_safe
def approvals(request):
    """Approvals given on paper in my agencies and below them, newest first."""
    if not grants_of(request.user).agency_ids(rules.OFFICE):
        raise PermissionDenied
    page = paginate(request, paper_approvals(request.user), per_page=30)
    addresses = approved_addresses(list(page), request.user)
    rows = [{"approval": a, "url": addresses.get((a.subject_kind, a.subject_id))} for a in page]
    return render(request, "official/approvals.html", {"page": page, "rows": rows})


@never_cache
@login_required
@require_safe
def scan(request, pk):
    """The scan behind a paper approval, for the office it was given in and those above."""
    approval = fetch(
        PaperApproval.objects.select_related("scan"),
        user=request.user,
        see=rules.may_see_paper_approval,
        pk=pk,
    )
    return pdf(approval.scan, approval.scan.original_name)
