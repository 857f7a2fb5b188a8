"""Correcting the structure, block by block or all of one shape.

htmx puts single rows in place; every button is a plain form as well, and then the page comes anew.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import actions
from documents import restructuring as shapes
from documents.forms.imports import BlockForm, ShapeForm
from documents.queries import imports as queries
from documents.views.imports._common import frame, own, preview_url, version_in, whole
from portal.common import keeping
from portal.common.diff import diff_html
from portal.common.errors import Refused, StaleVersion


@keeping.keeps_typed
@login_required
@require_POST
def correct(request, pk, n, which):
    """Correct one block: `op` is "<verb>.<id>.<what was seen of it>"."""
    found = own(request, pk, n, which)
    verb, _dot, rest = request.POST.get("op", "").partition(".")
    number, _dot, seen = rest.partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        raise Http404
    arguments = {}
    if verb in ("paragraph", "footnote", "heading"):
        arguments = {"kind": verb, "level": 3}
        verb = "kind"
    form = None
    if verb == "rewrite":
        form = BlockForm(request.POST)
        if not form.is_valid():
            return _block_page(request, found, int(number), form, seen)
        arguments = form.cleaned_data
    try:
        done = actions.correct(
            actor=request.user,
            text_import=found,
            block=int(number),
            seen=seen,
            verb=verb,
            **arguments,
        )
    except StaleVersion as stale:
        return _stale_block(request, found, stale, int(number), form)
    except Refused as refused:
        if form is not None:
            form.add_error("text", refused.message)
            return _block_page(request, found, int(number), form, seen)
        return _refused(request, found, refused, int(number))
    return _after(request, found, done)


def _after(request, found, done):
    """The rows that changed, or the page at that place."""
    kept = done.text_import
    kept.edition = found.edition
    if "HX-Request" not in request.headers:
        at = done.now[0] if done.now else done.after
        return redirect(preview_url(kept, at))
    context = {
        **frame(kept),
        "rows": queries.rows_by_id(kept, done.now),
        "gone": done.gone,
        "asked": _asked(request),
        "swapping": True,
    }
    response = render(request, "documents/_import_rows.html", context)
    focus = done.now[0] if done.now else _next_to(kept, done.after)
    if focus is not None:
        response["HX-Trigger-After-Settle"] = f'{{"row-focus": {{"id": "k-{focus}"}}}}'
    return response


def _asked(request):
    """The id of the row that htmx swaps: the block that was asked about."""
    parts = request.POST.get("op", "").split(".")
    return int(parts[1]) if len(parts) > 1 and parts[1].isdecimal() else None


def _next_to(found, after):
    ids = [block["id"] for block in found.blocks]
    if after is None:
        return ids[0] if ids else None
    at = ids.index(after) + 1
    return ids[at] if at < len(ids) else after


def _refused(request, found, refused, block):
    if "HX-Request" in request.headers:
        found.refresh_from_db()
        found.edition.refresh_from_db()
        context = {
            **frame(found),
            "rows": queries.rows_by_id(found, [block]),
            "gone": [],
            "asked": block,
            "problem": refused.message,
            "swapping": True,
        }
        return render(request, "documents/_import_rows.html", context, status=422)
    messages.error(request, refused.message)
    return redirect(preview_url(found, block))


def _stale_block(request, found, stale, block, form):
    """Somebody (the same person in another tab) corrected the block; nothing typed is lost."""
    found.refresh_from_db()
    if form is not None:
        now = next((b for b in found.blocks if b["id"] == block), None)
        if now is not None:
            form.add_error(None, stale.message)
            return _block_page(request, found, block, form, shapes.seen(now), theirs=now)
        messages.error(
            request,
            _("Đoạn này đã bị xóa hoặc ghép ở thẻ khác. Chữ đồng chí vừa gõ: %s")
            % form.cleaned_data["text"],
        )
        return _answer_page(request, preview_url(found))
    return _refused(request, found, stale, block)


def _answer_page(request, where):
    """Lead to a whole page, with or without htmx."""
    if "HX-Request" in request.headers:
        response = HttpResponse(status=204)
        response["HX-Redirect"] = where
        return response
    return redirect(where)


@login_required
@require_safe
def block(request, pk, n, which, block):
    """The form of one block; htmx puts it into the row."""
    found = own(request, pk, n, which)
    return _block_page(request, found, block)


@login_required
@require_safe
def row(request, pk, n, which, block):
    """One row as it stands, where its form was closed without saving."""
    found = own(request, pk, n, which)
    rows = queries.rows_by_id(found, [block])
    if not rows:
        raise Http404
    context = {"found": found, "edition": found.edition, "document": found.edition.document}
    return render(request, "documents/_import_row.html", {**context, "row": rows[0]})


def _block_page(request, found, block, form=None, seen="", theirs=None):
    rows = queries.rows_by_id(found, [block])
    if not rows:
        messages.error(request, _("Đoạn này không còn: đã bị xóa hoặc ghép vào đoạn khác."))
        return _answer_page(request, preview_url(found))
    shown = rows[0]
    if form is None:
        form = BlockForm(
            initial={
                "kind": shown.kind if not shown.whole else "paragraph",
                "level": shown.level or 3,
                "number": shown.number,
                "text": shapes.shown_text(shown.block),
            }
        )
    context = {
        "document": found.edition.document,
        "edition": found.edition,
        "found": found,
        "row": shown,
        "seen": seen or shown.seen,
        "form": form,
        "theirs": None,
        "groups": queries.lookalikes(found, only=shown.block),
        "levels": ShapeForm.base_fields["level"].choices,
        "previous": queries.rows(found, max(shown.index - 1, 0), shown.index),
        "changes": _about(found.changes, block),
        "legacy": _about(found.legacy, block),
        "back": preview_url(found, block),
        "break_sign": shapes.BREAK,
    }
    if theirs is not None:
        mine = form.cleaned_data["text"]
        context["theirs"] = diff_html(shapes.shown_text(theirs), mine)
    inside = "HX-Request" in request.headers
    template = "documents/_import_block_form.html" if inside else "documents/import_block.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _about(rows, block):
    return [row for row in rows if row["block"] == block]


@login_required
@require_POST
def batch(request, pk, n, which):
    """Make all paragraphs of one shape headings of a level."""
    found = own(request, pk, n, which)
    form = ShapeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy chọn cấp đề mục."))
        return redirect(preview_url(found))
    data = form.cleaned_data
    return whole(
        request,
        found,
        lambda: actions.shape_into(
            actor=request.user,
            text_import=found,
            key=data["key"],
            kind="heading",
            level=data["level"],
            expected_version=data["lock_version"],
        ),
        lambda done: _("Đã đổi %d đoạn thành đề mục.") % len(done.now),
    )


@login_required
@require_POST
def undo(request, pk, n, which):
    """Take the last correction back."""
    found = own(request, pk, n, which)
    return whole(
        request,
        found,
        lambda: actions.undo(
            actor=request.user, text_import=found, expected_version=version_in(request)
        ),
        lambda done: _("Đã hoàn tác bước vừa rồi."),
    )
