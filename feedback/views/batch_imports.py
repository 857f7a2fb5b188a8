"""Forms that go out to units, and lists that come back."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from feedback import entry_jobs, unit_forms, unit_papers
from feedback.actions import entry_imports
from feedback.forms.entries import FileForm, ImportForm
from feedback.models import Consultation, EntryBatch
from feedback.queries import entries as queries
from feedback.rules import entering, may_see
from feedback.views._batch import back, batch_for
from feedback.views.batches import node_for, refusal_of
from portal.common import clock, jobs, sheets
from portal.common.attachments import attachment
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.text import slugify_vi
from portal.official import docx


@never_cache
@login_required
@require_safe
def batch_form(request, node, kind):
    """The form of one unit: xlsx to fill in on a computer, docx to print."""
    node, consultation = node_for(request.user, node)
    name = slugify_vi(f"y-kien-{node.name}", max_length=80)
    if kind == "xlsx":
        data = unit_forms.workbook(consultation, node)
        return attachment(data, f"{name}.xlsx", sheets.XLSX)
    if kind == "docx":
        return attachment(
            unit_papers.unit_form(consultation, node), f"{name}.docx", docx.CONTENT_TYPE
        )
    raise Http404


@require_safe
@limited("paper_form", per_address=60, minutes=10, methods=("GET", "HEAD"))
def paper_form(request, pk, slug):
    """The blank form of a person, for everybody who sees the consultation."""
    found = get_object_or_404(
        Consultation.objects.select_related("agency", "opens", "closes"),
        pk=pk,
        state=Consultation.State.ANNOUNCED,
        mode=Consultation.Mode.COLLECTED,
    )
    if not may_see(request.user, found):
        raise Http404
    name = slugify_vi(f"phieu-{found.title}", max_length=80)
    return attachment(unit_papers.person_form(found), f"{name}.docx", docx.CONTENT_TYPE)


@never_cache
@login_required
def batch_import(request, node):
    """A list of one unit: uploaded, read, shown with what is wrong in it."""
    node, consultation = node_for(request.user, node)
    form = ImportForm(
        request.POST or None,
        request.FILES or None,
        consultation=consultation,
        kind=EntryBatch.Kind.IMPORT,
        initial={"key": uuid.uuid4(), "received_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            batch = entry_imports.import_file(
                actor=request.user,
                consultation=consultation,
                node=node,
                channel=data["channel"],
                received_on=data["received_on"],
                note=data["note"],
                upload=data["file"],
                public_id=data["key"],
            )
        except Refused as refused:
            form.add_error("file", _with_link(refused, request.user))
        else:
            return _read_or_wait(request, batch, data["file"].size)
    return render(
        request,
        "feedback/entries/import.html",
        {
            "form": form,
            "node": node,
            "consultation": consultation,
            "refusal": refusal_of(consultation),
        },
        status=422 if form.is_bound and form.errors else 200,
    )


@never_cache
@login_required
@require_POST
def batch_replace(request, public_id):
    """The mended file in place of the one that was read."""
    found = batch_for(request.user, public_id)
    if not entering.may_type(request.user, found):
        raise PermissionDenied
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Hãy chọn tệp Excel hoặc CSV."))
        return redirect(back(found))
    try:
        file = form.cleaned_data["file"]
        batch = entry_imports.replace_file(actor=request.user, batch=found, upload=file)
    except Refused as refused:
        messages.error(request, _with_link(refused, request.user))
        return redirect(back(found))
    return _read_or_wait(request, batch, file.size)


@never_cache
@login_required
@require_safe
def batch_marked(request, public_id):
    """The rows of an import as a workbook again, with what is wrong beside each."""
    found = batch_for(request.user, public_id)
    if found.kind != EntryBatch.Kind.IMPORT:
        raise Http404
    data = unit_forms.workbook(found.consultation, found.node, queries.marked_rows(found))
    return attachment(data, f"can-sua-{slugify_vi(found.node.name)[:60]}.xlsx", sheets.XLSX)


def _read_or_wait(request, batch, size):
    if size > entry_imports.AT_ONCE_BYTES and not batch.rows.exists():
        job = entry_jobs.start_reading(actor=request.user, batch=batch, back_url=back(batch))
        return redirect(jobs.address(job))
    messages.success(request, _("Đã đọc tệp. Chưa có ý kiến nào được tính."))
    return redirect(back(batch, "cac-dong"))


def _with_link(refused, user):
    """The sentence, with a link to the batch that holds the same file already."""
    same = getattr(refused, "batch", None)
    if same is None or not entering.may_see(user, same):
        return refused.message
    return format_html('{} <a href="{}">{}</a>', refused.message, back(same), _("Xem lô đã nhập"))
