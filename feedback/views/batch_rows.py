"""Typing and correcting the rows of a batch: saved as they are typed, and by a button."""

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from feedback.actions import entries
from feedback.forms.entries import RowForm
from feedback.models import EntryBatch
from feedback.places import Places
from feedback.queries import entries as queries
from feedback.rules import entering
from feedback.views._batch import back, batch_for, frames_scans, rows_context, show
from portal.common.errors import Refused, StaleVersion

#: What the next row begins with: papers of one meeting are about one document.
_CARRIED = ("edition", "group")


@never_cache
@login_required
@require_POST
@frames_scans
def batch_row(request, public_id, key):
    """Save one row; `op`: "next" (a new one follows), "done", "drop", "back"; none: autosave."""
    batch = batch_for(request.user, public_id)
    row = queries.rows_of(batch).filter(key=key).first()
    operation = request.POST.get("op", "")
    if operation in {"drop", "back"}:
        return _drop(request, batch, row, operation)
    places = Places(batch.consultation)
    form = RowForm(request.POST, places=places, row=row)
    if not form.is_valid():
        return _again(request, batch, form, row, key)
    try:
        saved = _save(request, batch, row, key, form, places)
    except StaleVersion as stale:
        current = stale.current
        form.mark_stale(current, values={"edition": current.edition_id, "group": current.group_id})
        return _again(request, batch, form, row, key)
    except Refused as refused:
        form.add_error(None, refused.message)
        return _again(request, batch, form, row, key)
    if request.htmx:
        return _fragment(request, batch, saved, form, operation, places)
    if operation == "next":
        return redirect(back(batch, "nhap"))
    return redirect(back(batch, f"dong-{saved.n}"))


def _save(request, batch, row, key, form, places):
    values = form.values()
    if row is None:
        return entries.put_row(actor=request.user, batch=batch, key=key, places=places, **values)
    return entries.change_row(
        actor=request.user,
        batch=batch,
        n=row.n,
        expected_version=form.cleaned_data.get("lock_version"),
        places=places,
        **values,
    )


def _drop(request, batch, row, operation):
    verb = entries.drop_row if operation == "drop" else entries.take_back_row
    try:
        if row is not None:
            verb(actor=request.user, batch=batch, n=row.n)
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect(back(batch, "cac-dong"))


def _again(request, batch, form, row, key):
    """The form with what was typed and what is wrong with it; an autosave shows it as well."""
    if request.htmx:
        context = {"form": form, "row": row, "row_key": key, "batch": batch, "types": True}
        return render(request, "feedback/entries/_row_form.html", context, status=422)
    return show(request, batch, form=form, row=row, key=key, status=422)


def _fragment(request, batch, saved, form, operation, places):
    """What changes on the page: after a button a new form, after autosave its marks; the list."""
    types = entering.may_type(request.user, batch)
    context = rows_context(
        request, batch, types=types, corrects=batch.state == EntryBatch.State.CHECKING
    )
    saved.refresh_from_db()
    context |= {"saved": saved, "oob": True}
    listed = "".join(
        render_to_string(f"feedback/entries/{name}.html", context, request=request)
        for name in ("_rows", "_decide")
    )
    if operation in {"next", "done"}:
        values = {name: form.cleaned_data.get(name) for name in _CARRIED}
        context |= {
            "form": RowForm(places=places, initial=values),
            "row": None,
            "row_key": uuid.uuid4(),
            "just_saved": saved,
        }
        made = render_to_string("feedback/entries/_row_form.html", context, request=request)
        return HttpResponse(made + listed)
    marks = render_to_string("feedback/entries/_row_marks.html", context, request=request)
    response = HttpResponse(marks + listed)
    response["HX-Reswap"] = "none"
    return response
