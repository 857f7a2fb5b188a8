"""The public page of one registered document, its signed copies, approvals on paper."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies.rules import grants_of
from portal.common import pagecache
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.common.scoped import fetch
from portal.common.text import slugify_vi
from portal.common.uploads.serve import file_response

from . import actions, rules
from .forms import FILE_REFUSALS, SignedCopyForm
from .models import DocumentLink, OfficialDocument, PaperApproval
from .queries import (
    approved_addresses,
    basis_chain,
    current_copy,
    linked_from,
    links_of,
    page_addresses,
    paper_approvals,
    visible_to,
)

_KIND = DocumentLink.Kind
#: Headings of the links, by (outgoing, kind). What a document stands on and carries out is shown
#: as a chain and has a heading of its own.
HEADINGS = {
    (True, _KIND.REPLACES): _("Thay thế"),
    (True, _KIND.AMENDS): _("Sửa đổi, bổ sung"),
    (False, _KIND.BASIS): _("Là căn cứ của"),
    (False, _KIND.IMPLEMENTS): _("Được triển khai bởi"),
    (False, _KIND.REPLACES): _("Được thay thế bằng"),
    (False, _KIND.AMENDS): _("Được sửa đổi, bổ sung bằng"),
}


#: Part of the address of the list of all documents that lead here.
ADDRESS = {
    _KIND.BASIS: "can-cu",
    _KIND.IMPLEMENTS: "trien-khai",
    _KIND.REPLACES: "thay-the",
    _KIND.AMENDS: "sua-doi",
}


def _documents(user) -> QuerySet[OfficialDocument]:
    return visible_to(user).select_related("issuer", "type")


@pagecache.public_page()
@require_safe
def document(request, pk):
    """Symbol, issuer, date, abstract, and the documents it is tied to in both directions."""
    row = get_object_or_404(_documents(request.user), pk=pk)
    groups = [
        (HEADINGS[(group.outgoing, group.kind)], group.documents, ADDRESS[group.kind], group.more)
        for group in links_of(row, request.user)
        if (group.outgoing, group.kind) in HEADINGS
    ]
    context = {
        "document": row,
        "chain": basis_chain(row, request.user),
        "groups": groups,
        "page": page_addresses([row], request.user).get(row.pk),
        "copy": current_copy(row),
        "may_see_copies": rules.may_see_all_copies(request.user, row),
    }
    return render(request, "official/document.html", context)


@pagecache.public_page(trang=pagecache.page_number)
@require_safe
def linked(request, pk, part):
    """All documents that lead here by one kind of link, by pages."""
    row = get_object_or_404(_documents(request.user), pk=pk)
    kind = next((kind for kind, name in ADDRESS.items() if name == part), None)
    if kind is None:
        raise Http404
    page = paginate(request, linked_from(row, request.user, kind), per_page=50)
    context = {"document": row, "page": page, "heading": HEADINGS[(False, kind)]}
    return render(request, "official/linked.html", context)


@require_safe
def file(request, pk, n=None):
    """The signed copy in force, byte for byte, to whoever may see the document; always a download.

    A copy that was replaced (`n`) only to the issuer's office and those above it.
    """
    row = get_object_or_404(_documents(request.user), pk=pk)
    copies = row.signed_copies.select_related("upload").order_by("-n")
    copy = copies.first()
    if n is not None and copy is not None and copy.n != n:
        if not rules.may_see_all_copies(request.user, row):
            raise Http404
        copy = copies.filter(n=n).first()
    if copy is None:
        raise Http404
    name = slugify_vi(row.symbol or row.title, 80) or row.pk
    return _pdf(copy.upload, f"{name}.pdf" if n is None else f"{name}-ban-{copy.n}.pdf")


def _pdf(upload, name):
    try:
        response = file_response(upload)
    except FileNotFoundError as error:
        raise Http404 from error
    response["Content-Disposition"] = content_disposition_header(True, name)
    return response


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def copies(request, pk):
    """The signed copies of a document, the newest first, and the form for another one."""
    row = fetch(_documents(request.user), user=request.user, see=rules.may_see_all_copies, pk=pk)
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
    return _pdf(approval.scan, approval.scan.original_name)
