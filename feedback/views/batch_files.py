"""Scans of a batch: handed in, looked at by those who see the batch, taken out."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from feedback.actions import entry_files
from feedback.forms.entries import ScansForm
from feedback.models import EntryFile
from feedback.rules import entering
from feedback.views._batch import back, batch_for
from feedback.views.batches import keep_scans
from portal.common.errors import Refused
from portal.common.uploads.serve import file_response, photo_response


@never_cache
@login_required
@require_POST
def batch_scans(request, public_id):
    """Add scans to a batch that is being entered."""
    found = batch_for(request.user, public_id)
    if not entering.may_type(request.user, found):
        raise PermissionDenied
    form = ScansForm(request.POST, request.FILES)
    if form.is_valid():
        keep_scans(request, found, form.cleaned_data["files"])
    else:
        messages.error(request, _("Hãy chọn tệp PDF hoặc ảnh."))
    return redirect(back(found, "ban-quet"))


@login_required
@require_safe
@xframe_options_sameorigin
@csp_replace({"frame-ancestors": [SELF], "object-src": [SELF], "style-src": ["'unsafe-inline'"]})
def batch_file(request, public_id, file):
    """A scan or the imported file, for whoever sees the batch."""
    row = _file(request, public_id, file)
    upload = row.upload
    if row.content_type.startswith("image/"):
        return photo_response(request, upload, small="nho" in request.GET)
    upload.original_name = row.name or f"ban-quet-{row.n}.pdf"
    return file_response(upload, inline=True)


@never_cache
@login_required
@require_POST
def batch_file_remove(request, public_id, file):
    """Take a scan out again."""
    row = _file(request, public_id, file)
    try:
        entry_files.remove_scan(actor=request.user, batch=row.batch, file=row)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã bỏ tệp quét."))
    return redirect(back(row.batch, "ban-quet"))


def _file(request, public_id, file):
    found = batch_for(request.user, public_id)
    row = get_object_or_404(
        EntryFile.objects.select_related("upload"), batch=found, public_id=file, deleted_at=None
    )
    if row.upload is None:
        raise Http404
    row.batch = found
    return row
