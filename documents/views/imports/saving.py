"""The end of a staged text: saved, thrown away, or what it replaced put back."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from documents import actions, blocks
from documents.forms.imports import SaveImportForm
from documents.queries import imports as queries
from documents.views._fetch import desk_edition
from documents.views.imports._common import not_written, own, preview_url
from portal.common import keeping
from portal.common.errors import Refused, StaleVersion

#: Paragraphs shown of those that go and come when a text is replaced.
MOST_SHOWN = 12


@keeping.keeps_typed
@login_required
def save(request, pk, n, which):
    """What saving would do, and saving."""
    found = own(request, pk, n, which)
    if found.saved_at is not None:
        return redirect(preview_url(found))
    edition = found.edition
    closed = not_written(request, edition)
    if closed:
        return closed
    form = SaveImportForm(request.POST or None)
    stale = False
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.save_import(
                actor=request.user,
                text_import=found,
                expected_version=data["lock_version"],
                edition_version=data["edition_version"],
                replace=data["replace"],
            )
        except StaleVersion as error:
            stale = True
            form.add_error(None, error.message)
            found.refresh_from_db()
            found.edition = edition = desk_edition(request.user, pk, n)
        except Refused as refused:
            form.add_error("replace" if refused.code == "replace" else None, refused.message)
        else:
            messages.success(request, _("Đã lưu văn bản nhập vào bản đang soạn."))
            return redirect("documents:preview", pk=pk, n=n)
    current = blocks.cut(edition.source)
    against = queries.against(found, current) if current else None
    context = {
        "document": edition.document,
        "edition": edition,
        "found": found,
        "form": form,
        "stale": stale,
        "current": current,
        "against": against,
        "gone": against.gone[:MOST_SHOWN] if against else [],
        "new": against.new[:MOST_SHOWN] if against else [],
        "more_gone": max(len(against.gone) - MOST_SHOWN, 0) if against else 0,
        "more_new": max(len(against.new) - MOST_SHOWN, 0) if against else 0,
        "unnamed": [p for p in queries.pictures(found) if not p.picture.alt],
        "counts": queries.counts(found),
    }
    return render(request, "documents/import_save.html", context, status=422 if stale else 200)


@login_required
@require_POST
def discard(request, pk, n, which):
    """Throw the staged text away."""
    found = own(request, pk, n, which)
    actions.discard_import(actor=request.user, text_import=found)
    messages.success(request, _("Đã bỏ bản nhập; bản đang soạn không thay đổi."))
    return redirect("documents:import", pk=pk, n=n)


@login_required
@require_POST
def restore(request, pk, n, which):
    """Put the text back that saving replaced."""
    found = own(request, pk, n, which)
    try:
        with transaction.atomic():
            actions.restore_replaced(actor=request.user, text_import=found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(preview_url(found))
    messages.success(request, _("Đã lấy lại văn bản có trước khi nhập."))
    return redirect("documents:preview", pk=pk, n=n)
