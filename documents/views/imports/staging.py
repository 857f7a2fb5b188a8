"""Choosing a file or pasting, and the structure that was recognised."""

from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from documents import actions, blocks, rules
from documents.forms.imports import ImportForm, ShapeForm
from documents.models import Edition
from documents.queries import imports as queries
from documents.views._fetch import desk_edition
from documents.views.imports._common import frame, not_written, own
from portal.common import keeping
from portal.common.errors import Refused
from portal.common.limits import limited
from portal.common.paging import paginate


@keeping.keeps_typed
@login_required
@limited("import_text", per_person=60, minutes=10)
def choose(request, pk, n):
    """Choose a file or paste a text."""
    edition = desk_edition(request.user, pk, n, rules.may_edit)
    closed = not_written(request, edition)
    if closed:
        return closed
    existing = queries.import_of(edition, request.user)
    dirty = existing is not None and existing.saved_at is None
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ImportForm(*sent, existing=existing if dirty else None)
    if sent and form.is_valid():
        try:
            made = actions.stage(
                actor=request.user, edition=edition, name=form.source_name, result=form.result
            )
        except Refused as refused:
            form.add_error("file" if form.cleaned_data.get("file") else "text", refused.message)
        else:
            return redirect("documents:import_preview", pk=pk, n=n, which=made.pk)
    context = {
        "document": edition.document,
        "edition": edition,
        "form": form,
        "existing": existing,
        "words": edition.source and len(edition.source.split()),
    }
    return render(request, "documents/import.html", context)


@login_required
@require_safe
def preview(request, pk, n, which):
    """The structure that was recognised beside the text, to be corrected."""
    found = own(request, pk, n, which)
    if found.saved_at is not None:
        return _saved(request, found)
    closed = not_written(request, found.edition)
    if closed:
        return closed
    page = paginate(request, range(len(found.blocks)), per_page=queries.PER_PAGE)
    start = page.items[0] if page.items else 0
    context = {
        **frame(found),
        "page": page,
        "rows": queries.rows(found, start, start + len(page.items)),
        "groups": queries.lookalikes(found),
        "pictures": queries.pictures(found),
        "levels": ShapeForm.base_fields["level"].choices,
        "counts": queries.counts(found),
        "deleted": sum(row["kind"] == "delete" for row in found.changes),
    }
    return render(request, "documents/import_preview.html", context)


def _saved(request, found):
    edition = found.edition
    context = {
        "document": edition.document,
        "edition": edition,
        "found": found,
        "replaced": blocks.cut(found.replaced),
        "untouched": edition.lock_version == found.saved_version
        and edition.state == Edition.State.EDITING,
    }
    return render(request, "documents/import_saved.html", context)
