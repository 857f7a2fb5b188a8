"""The page of one batch, shared by the views that show it again with an error."""

import uuid

from csp.constants import SELF
from csp.decorators import csp_update
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from feedback.forms.entries import FileForm, RowForm, ScansForm, SendBackForm, UndoForm
from feedback.models import EntryBatch, EntryFile
from feedback.places import Places
from feedback.queries import entries as queries
from feedback.rules import entering
from portal.common import clock
from portal.common.paging import paginate, tabs
from portal.common.scoped import fetch

S = EntryBatch.State
#: Decorator of the pages that show a scanned PDF in a frame of their own.
frames_scans = csp_update({"frame-src": [SELF]})
BATCHES = EntryBatch.objects.exclude(kind=EntryBatch.Kind.MEETING).select_related(
    "consultation__opens", "consultation__closes", "node", "desk", "entered_by", "checked_by",
    "undone_by", "undo_asked_by",
)  # fmt: skip
#: ?loc= of the rows of a batch.
TABS = ("", "loi", "xem", "sua", "bo")
PER_PAGE = 50


def batch_for(user, public_id):
    """The batch if `user` sees it (not of meetings, which have pages of their own), else 404."""
    return fetch(BATCHES, user=user, see=entering.may_see, public_id=public_id)


def back(batch, anchor=""):
    """The address of the page of a batch."""
    url = reverse("feedback:batch", args=[batch.public_id])
    return f"{url}#{anchor}" if anchor else url


def rows_context(request, batch, *, types, corrects):
    """What the list of rows needs; also for the fragment that follows each saving."""
    counts = queries.row_counts(batch)
    which = request.GET.get("loc", "")
    which = which if which in TABS else ""
    rows = queries.rows_of(batch, which)
    if types and not which and batch.kind == EntryBatch.Kind.PAPER:
        rows = rows.reverse()  # what was typed last stands below the form
    labels = {
        "loi": _("Có lỗi"),
        "xem": _("Cần xem"),
        "sua": _("Đã sửa khi kiểm tra"),
        "bo": _("Đã bỏ"),
    }
    choices = [("", _("Tất cả"), counts["all"])] + [
        (key, label, counts[key]) for key, label in labels.items() if counts[key] or key == which
    ]
    return {
        "batch": batch,
        "rows": paginate(request, rows, per_page=PER_PAGE),
        "counts": counts,
        "which": which,
        "row_tabs": tabs(request, "loc", choices, which) if len(choices) > 1 else [],
        "types": types,
        "corrects": corrects,
        "changes": types or corrects,
        "many_editions": len(Places(batch.consultation).editions) > 1,
    }


def show(request, batch, *, form=None, row=None, key=None, status=200):
    """The page of a batch; `form` is the row being typed where it is shown again."""
    user = request.user
    types = entering.may_type(user, batch)
    checks = batch.state == S.CHECKING and entering.may_check(user, batch)
    context = rows_context(request, batch, types=types, corrects=checks)
    if form is None and (types or checks):
        row = _chosen(request, batch)
        if row is not None or (types and batch.kind == EntryBatch.Kind.PAPER):
            form = RowForm(places=Places(batch.consultation), row=row)
            key = row.key if row else uuid.uuid4()
    files = list(batch.files.filter(deleted_at=None).select_related("upload").order_by("n"))
    scans = [file for file in files if file.kind == EntryFile.Kind.SCAN]
    context |= {
        "form": form,
        "row": row,
        "row_key": key,
        "checks": checks,
        "own": batch.entered_by_id == user.pk,
        "photos": [f for f in scans if f.content_type.startswith("image/")],
        "papers": [f for f in scans if not f.content_type.startswith("image/")],
        "source": next((f for f in files if f.kind == EntryFile.Kind.SOURCE), None),
        "scans_go_on": next((f.delete_on for f in scans if f.delete_on), None),
        "scans_form": ScansForm() if types and batch.kind == EntryBatch.Kind.PAPER else None,
        "file_form": FileForm() if types and batch.kind == EntryBatch.Kind.IMPORT else None,
        "send_back_form": SendBackForm(),
        "undo_form": UndoForm(),
        "undoable": entering.undoable(batch, clock.now()),
        "confirms_undo": entering.may_confirm_undo(user, batch),
        "asked_undo": batch.undo_asked_by_id == user.pk,
    }
    return render(request, "feedback/entries/batch.html", context, status=status)


def _chosen(request, batch):
    """The row that ?dong= names, to change it; None for a new one."""
    try:
        key = uuid.UUID(request.GET.get("dong", ""))
    except ValueError:
        return None
    return get_object_or_404(queries.rows_of(batch), key=key)
