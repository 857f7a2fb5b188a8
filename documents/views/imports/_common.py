"""What the pages of a staged text share: whose it is, its addresses, verbs on the whole of it."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import rules
from documents.models import Edition, TextImport
from documents.queries import imports as queries
from documents.views._fetch import desk_edition
from portal.common.errors import Refused
from portal.common.paging import PARAM


def not_written(request, edition):
    """The answer, with a message, where the edition takes no text any more; else None."""
    if edition.state == Edition.State.EDITING:
        return None
    messages.info(
        request, _("Bản này đã trình hoặc đã công bố nên không nhập văn bản vào được nữa.")
    )
    return redirect("documents:manage", pk=edition.document_id)


def own(request, pk, n, which):
    """The staged text of this person; everybody else's does not exist."""
    edition = desk_edition(request.user, pk, n, rules.may_edit)
    found = get_object_or_404(TextImport, pk=which, edition=edition, made_by=request.user)
    found.edition = edition
    return found


def address(name, found, *more):
    """The address of a page of a staged text."""
    edition = found.edition
    return reverse(f"documents:{name}", args=[edition.document_id, edition.n, found.pk, *more])


def preview_url(found, block=None):
    """The page of the preview on which a block stands, at that block."""
    where = address("import_preview", found)
    if block is None:
        return where
    page = queries.page_of(found, block)
    return f"{where}?{PARAM}={page}#k-{block}" if page > 1 else f"{where}#k-{block}"


def frame(found):
    """What the outline and the bar show, anew after every correction."""
    return {
        "document": found.edition.document,
        "edition": found.edition,
        "found": found,
        "outline": queries.outline(found),
        "last_step": queries.last_step(found),
        "total": len(found.blocks),
    }


def version_in(request):
    raw = request.POST.get("lock_version", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else -1


def whole(request, found, act, words, back=None):
    """Do what concerns the whole text and lead back to the preview."""
    try:
        done = act()
    except Refused as refused:  # a stale version as well
        messages.error(request, refused.message)
        return redirect(back or preview_url(found))
    messages.success(request, words(done))
    kept = done.text_import
    kept.edition = found.edition
    at = done.now[0] if done.now else done.after
    return redirect(back or preview_url(kept, at))
