"""What came with the text: tracked changes, words of old fonts, pictures."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import actions
from documents.forms.imports import PictureForm
from documents.views.imports._common import address, own, preview_url, version_in, whole
from portal.common import keeping
from portal.common.errors import Refused
from portal.common.paging import PARAM, paginate
from portal.common.uploads import serve


@login_required
def changes(request, pk, n, which):
    """Tracked changes and words of old fonts; POST takes one of them back."""
    found = own(request, pk, n, which)
    if found.saved_at is not None:
        return redirect(preview_url(found))
    here = address("import_changes", found)
    if request.method == "POST":
        what, _dot, place = request.POST.get("op", "").partition(".")
        act = {"lay-lai": actions.bring_back, "giu-cu": actions.keep_as_it_was}.get(what)
        if act is None or not place.isdecimal() or len(place) > 9:
            raise Http404
        name = "change" if what == "lay-lai" else "run"
        words = {
            "lay-lai": _("Đã lấy lại chữ bị xóa, thành một đoạn riêng: hãy ghép vào chỗ cần."),
            "giu-cu": _("Đã giữ nguyên chữ như trong tệp."),
        }
        return whole(
            request,
            found,
            lambda: act(
                actor=request.user,
                text_import=found,
                expected_version=version_in(request),
                **{name: int(place)},
            ),
            lambda done: words[what],
            back=f"{here}?{PARAM}={request.GET.get(PARAM, '1')}",
        )
    entries = [("change", i, row) for i, row in enumerate(found.changes)]
    entries += [("legacy", i, row) for i, row in enumerate(found.legacy)]
    ids = {b["id"] for b in found.blocks}
    page = paginate(request, entries, per_page=50)
    listed = [
        {
            "what": what,
            "place": place,
            "row": row,
            "url": preview_url(found, row["block"]) if row["block"] in ids else "",
        }
        for what, place, row in page
    ]
    context = {
        "document": found.edition.document,
        "edition": found.edition,
        "found": found,
        "page": page,
        "listed": listed,
    }
    return render(request, "documents/import_changes.html", context)


@login_required
@require_safe
def picture(request, pk, n, which, upload):
    """A picture of the staged text; only its person sees it."""
    found = own(request, pk, n, which)
    row = get_object_or_404(found.pictures.select_related("upload"), upload_id=upload)
    return serve.photo_response(request, row.upload)


@keeping.keeps_typed
@login_required
@require_POST
def describe(request, pk, n, which, picture):
    """Say what a picture shows."""
    found = own(request, pk, n, which)
    back = preview_url(found) + "#anh"
    form = PictureForm(request.POST)
    try:
        if not form.is_valid():
            raise Refused(" ".join(form.errors["alt"]), code="alt")
        actions.describe_picture(
            actor=request.user, text_import=found, picture=picture, alt=form.cleaned_data["alt"]
        )
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.success(request, _("Đã ghi chữ thay thế."))
    return redirect(back)
