"""What goes with an edition: files of the original for readers and at the desk, its symbol."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import actions, rules
from documents.forms.files import FileForm, SymbolForm
from documents.models import Edition, EditionFile
from documents.views._fetch import desk_edition, published_edition, withdrawn
from portal.common.errors import Refused
from portal.common.uploads.serve import download_response, file_response

_EDITIONS = Edition.objects.select_related("official").defer("source")


@require_safe
def file(request, pk, slug, n, file):
    """A file of a published edition, for whoever may read the document."""
    edition = published_edition(request.user, pk, n)
    if edition.state == Edition.State.WITHDRAWN:
        return withdrawn(request, edition)
    found = get_object_or_404(edition.files.select_related("upload"), pk=file)
    if edition.document.is_open:
        return download_response(request, found.upload)
    return file_response(found.upload)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def files(request, pk, n):
    """The files of an edition at the desk, and one more while it is being written."""
    edition = desk_edition(request.user, pk, n, editions=_EDITIONS)
    may_change = (
        rules.may_edit(request.user, edition.document) and edition.state == Edition.State.EDITING
    )
    form = FileForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        if not rules.may_edit(request.user, edition.document):
            raise PermissionDenied
        if form.is_valid():
            try:
                actions.add_file(actor=request.user, edition=edition, **form.cleaned_data)
            except Refused as refused:
                form.add_error("file", refused.message)
            else:
                messages.success(request, _("Đã kèm tệp."))
                return redirect("documents:files", pk=pk, n=n)
    context = {
        "document": edition.document,
        "edition": edition,
        "files": edition.files.select_related("upload", "added_by"),
        "form": form,
        "may_change": may_change,
        "most": actions.MAX_FILES,
    }
    return render(request, "documents/files.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
@require_safe
def desk_file(request, pk, n, file):
    """A file of an edition for those who see the desk, published or not."""
    edition = desk_edition(request.user, pk, n, editions=_EDITIONS)
    return file_response(_file(edition, file).upload)


@login_required
@require_POST
def remove_file(request, pk, n, file):
    """Take a file away from an edition being written."""
    edition = desk_edition(request.user, pk, n, rules.may_edit, editions=_EDITIONS)
    try:
        actions.remove_file(actor=request.user, file=_file(edition, file))
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã bỏ tệp."))
    return redirect("documents:files", pk=pk, n=n)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def symbol(request, pk, n):
    """Số, ký hiệu of an edition."""
    edition = desk_edition(request.user, pk, n, rules.may_work, editions=_EDITIONS)
    form = SymbolForm(request.POST or None, edition=edition)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_symbol(actor=request.user, edition=edition, **form.action_arguments())
        except Refused as refused:
            about_symbol = refused.code in ("no_symbol", "many", "taken", "duplicate")
            form.add_error("symbol" if about_symbol else None, refused.message)
        else:
            messages.success(request, _("Đã lưu số, ký hiệu."))
            return redirect("documents:manage", pk=pk)
    context = {"document": edition.document, "edition": edition, "form": form}
    return render(request, "documents/symbol.html", context, status=422 if form.errors else 200)


def _file(edition, pk):
    rows = EditionFile.objects.select_related("upload", "edition")
    return get_object_or_404(rows, edition=edition, pk=pk)
