"""The register and Excel: the empty list, upload, what was imported, undoing, taking along."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from portal.agencies.views import sheets as lists
from portal.common import clock, sheets
from portal.common.attachments import attachment
from portal.common.errors import Refused
from portal.common.paging import paginate
from portal.common.scoped import fetch

from .. import actions, rules
from ..actions.importing import UNDOABLE_FOR
from ..filters import DeskFilter
from ..forms.sheets import RegisterSheetForm
from ..importing import KIND
from ..importing.columns import SAMPLES
from ..importing.workbook import workbook
from ..models import RegisterImport
from ..queries import desk
from .desk import for_office


def _keeper(request):
    if not rules.keeps_for(request.user):
        raise PermissionDenied


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request):
    """Upload a list; below, the lists that were imported and what can be undone."""
    _keeper(request)
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = RegisterSheetForm(*posted, user=request.user, initial={"is_public": True})
    if request.method == "POST":
        back = reverse("official:desk")
        response = lists.upload_page(
            request,
            kind=KIND,
            params=lambda form: {
                "agency": form.cleaned_data["agency"].slug,
                "public": form.cleaned_data["is_public"],
                "file": form.cleaned_data["file"].name[-200:],
            },
            form=form,
            template_url=reverse("official:import_template"),
            back_url=back,
            crumbs=[(_("Sổ văn bản"), back)],
        )
        if response.status_code == 302:
            return response
    page = paginate(request, desk.imports_of(rules.keeps_for(request.user)), per_page=20)
    since = clock.now() - UNDOABLE_FOR
    rows = [
        {"batch": batch, "may_undo": batch.undone_at is None and batch.made_at > since}
        for batch in page
    ]
    status = 422 if form.is_bound else 200
    context = {"form": form, "page": page, "rows": rows}
    return render(request, "official/desk/import.html", context, status=status)


@for_office
@require_safe
def template(request):
    """The empty list with an explanation of every column."""
    _keeper(request)
    return lists.download(_("Văn bản"), KIND, "mau-so-van-ban.xlsx", SAMPLES)


@for_office
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request, pk):
    """Say what undoing would take back and what stays; then do it."""
    batch = fetch(
        RegisterImport.objects.select_related("agency", "made_by"),
        user=request.user,
        see=lambda user, row: row.agency_id in rules.offices(user),
        may=lambda user, row: row.agency_id in rules.keeps_for(user),
        pk=pk,
    )
    if request.method == "POST":
        try:
            back, kept = actions.undo_import(actor=request.user, batch=batch)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            said = _("Đã hoàn tác %(back)d văn bản; %(kept)d văn bản giữ nguyên.")
            messages.success(request, said % {"back": back, "kept": kept})
        return redirect("official:import")
    effects = desk.import_effects(batch)
    new = sum(entry["new"] for entry in effects.entries)
    changed = len(effects.entries) - new
    said = [
        (new, _("%d văn bản mới vào “Đã xóa”, trong 30 ngày còn khôi phục được.")),
        (changed, _("%d văn bản trở lại như trước khi nhập.")),
        (effects.kept, _("%d văn bản giữ nguyên vì đã có người sửa, hoặc đang được dùng.")),
    ]
    sentences = [words % n for n, words in said if n]
    context = {
        "title": _("Hoàn tác lần nhập %s") % batch.file_name,
        "text": "",
        "effects": sentences,
        "action_url": request.path,
        "button": _("Hoàn tác"),
        "danger": True,
        "cancel_url": reverse("official:import"),
    }
    return render(request, "official/desk/undo.html", context)


@for_office
@require_safe
def export(request):
    """The filtered list as a workbook with the columns of the import."""
    user = request.user
    found = DeskFilter(request.GET, queryset=desk.kept_by_office(user), user=user)
    name = f"so-van-ban-{clock.today():%Y-%m-%d}.xlsx"
    return attachment(workbook(found.in_order, user), name, sheets.XLSX)
