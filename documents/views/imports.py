"""Reading a text into an edition: choose or paste, look at the structure, correct it, save it.

htmx puts single rows in place; every button is a plain form as well, and then the page comes anew.
"""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from documents import actions, blocks, rules
from documents import restructuring as shapes
from documents.forms.imports import BlockForm, ImportForm, PictureForm, SaveImportForm, ShapeForm
from documents.models import Document, Edition, TextImport
from documents.queries import imports as queries
from portal.common import keeping
from portal.common.diff import diff_html
from portal.common.errors import Refused, StaleVersion
from portal.common.limits import limited
from portal.common.paging import PARAM, paginate
from portal.common.scoped import fetch
from portal.common.uploads import serve

DOCUMENTS = Document.objects.select_related("agency", "event__host")
#: Paragraphs shown of those that go and come when a text is replaced.
MOST_SHOWN = 12


def _edition(request, pk, n):
    """The edition, of a document this person writes; None after a message when it is not written
    on any more."""
    document = fetch(
        DOCUMENTS, user=request.user, see=rules.may_see_inside, may=rules.may_edit, pk=pk
    )
    edition = get_object_or_404(document.editions, n=n)
    edition.document = document
    return edition


def _closed(request, edition):
    if edition.state == Edition.State.EDITING:
        return None
    messages.info(
        request, _("Bản này đã trình hoặc đã công bố nên không nhập văn bản vào được nữa.")
    )
    return redirect("documents:manage", pk=edition.document_id)


def _own(request, pk, n, which):
    """The staged text of this person; everybody else's does not exist."""
    edition = _edition(request, pk, n)
    found = get_object_or_404(TextImport, pk=which, edition=edition, made_by=request.user)
    found.edition = edition
    return found


def address(name, found, *more):
    """The address of a page of a staged text."""
    edition = found.edition
    return reverse(f"documents:{name}", args=[edition.document_id, edition.n, found.pk, *more])


def _preview(found, block=None):
    """The page of the preview on which a block stands, at that block."""
    where = address("import_preview", found)
    if block is None:
        return where
    page = queries.page_of(found, block)
    return f"{where}?{PARAM}={page}#k-{block}" if page > 1 else f"{where}#k-{block}"


# --- choosing -------------------------------------------------------------------------------------


@keeping.keeps_typed
@login_required
@limited("import_text", per_person=60, minutes=10)
def choose(request, pk, n):
    """Choose a file or paste a text."""
    edition = _edition(request, pk, n)
    closed = _closed(request, edition)
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


# --- looking and correcting -----------------------------------------------------------------------


@login_required
@require_safe
def preview(request, pk, n, which):
    """The structure that was recognised beside the text, to be corrected."""
    found = _own(request, pk, n, which)
    if found.saved_at is not None:
        return _saved(request, found)
    closed = _closed(request, found.edition)
    if closed:
        return closed
    page = paginate(request, range(len(found.blocks)), per_page=queries.PER_PAGE)
    start = page.items[0] if page.items else 0
    context = {
        **_frame(found),
        "page": page,
        "rows": queries.rows(found, start, start + len(page.items)),
        "groups": queries.lookalikes(found),
        "pictures": queries.pictures(found),
        "levels": ShapeForm.base_fields["level"].choices,
        "counts": queries.counts(found),
        "deleted": sum(row["kind"] == "delete" for row in found.changes),
    }
    return render(request, "documents/import_preview.html", context)


def _frame(found):
    """What the outline and the bar show, anew after every correction."""
    return {
        "document": found.edition.document,
        "edition": found.edition,
        "found": found,
        "outline": queries.outline(found),
        "last_step": queries.last_step(found),
        "total": len(found.blocks),
    }


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


@keeping.keeps_typed
@login_required
@require_POST
def correct(request, pk, n, which):
    """Correct one block: `op` is "<verb>.<id>.<what was seen of it>"."""
    found = _own(request, pk, n, which)
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
        return redirect(_preview(kept, at))
    context = {
        **_frame(kept),
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
            **_frame(found),
            "rows": queries.rows_by_id(found, [block]),
            "gone": [],
            "asked": block,
            "problem": refused.message,
            "swapping": True,
        }
        return render(request, "documents/_import_rows.html", context, status=422)
    messages.error(request, refused.message)
    return redirect(_preview(found, block))


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
        return _answer_page(request, _preview(found))
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
    found = _own(request, pk, n, which)
    return _block_page(request, found, block)


@login_required
@require_safe
def row(request, pk, n, which, block):
    """One row as it stands, where its form was closed without saving."""
    found = _own(request, pk, n, which)
    rows = queries.rows_by_id(found, [block])
    if not rows:
        raise Http404
    context = {"found": found, "edition": found.edition, "document": found.edition.document}
    return render(request, "documents/_import_row.html", {**context, "row": rows[0]})


def _block_page(request, found, block, form=None, seen="", theirs=None):
    rows = queries.rows_by_id(found, [block])
    if not rows:
        messages.error(request, _("Đoạn này không còn: đã bị xóa hoặc ghép vào đoạn khác."))
        return _answer_page(request, _preview(found))
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
        "back": _preview(found, block),
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
    found = _own(request, pk, n, which)
    form = ShapeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Hãy chọn cấp đề mục."))
        return redirect(_preview(found))
    data = form.cleaned_data
    return _whole(
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
    found = _own(request, pk, n, which)
    return _whole(
        request,
        found,
        lambda: actions.undo(
            actor=request.user, text_import=found, expected_version=_version(request)
        ),
        lambda done: _("Đã hoàn tác bước vừa rồi."),
    )


def _version(request):
    raw = request.POST.get("lock_version", "")
    return int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 10 else -1


def _whole(request, found, act, words, back=None):
    """Do what concerns the whole text and lead back to the preview."""
    try:
        done = act()
    except Refused as refused:  # a stale version as well
        messages.error(request, refused.message)
        return redirect(back or _preview(found))
    messages.success(request, words(done))
    kept = done.text_import
    kept.edition = found.edition
    at = done.now[0] if done.now else done.after
    return redirect(back or _preview(kept, at))


# --- what Word tracked, old fonts, pictures -------------------------------------------------------


@login_required
def changes(request, pk, n, which):
    """Tracked changes and words of old fonts; POST takes one of them back."""
    found = _own(request, pk, n, which)
    if found.saved_at is not None:
        return redirect(_preview(found))
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
        return _whole(
            request,
            found,
            lambda: act(
                actor=request.user,
                text_import=found,
                expected_version=_version(request),
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
            "url": _preview(found, row["block"]) if row["block"] in ids else "",
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
    found = _own(request, pk, n, which)
    row = get_object_or_404(found.pictures.select_related("upload"), upload_id=upload)
    return serve.photo_response(request, row.upload)


@keeping.keeps_typed
@login_required
@require_POST
def describe(request, pk, n, which, picture):
    """Say what a picture shows."""
    found = _own(request, pk, n, which)
    back = _preview(found) + "#anh"
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


# --- the end --------------------------------------------------------------------------------------


@keeping.keeps_typed
@login_required
def save(request, pk, n, which):
    """What saving would do, and saving."""
    found = _own(request, pk, n, which)
    if found.saved_at is not None:
        return redirect(_preview(found))
    edition = found.edition
    closed = _closed(request, edition)
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
            found.edition = edition = Edition.objects.get(pk=edition.pk)
            edition.document = fetch(DOCUMENTS, user=request.user, see=rules.may_see_inside, pk=pk)
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
    found = _own(request, pk, n, which)
    actions.discard_import(actor=request.user, text_import=found)
    messages.success(request, _("Đã bỏ bản nhập; bản đang soạn không thay đổi."))
    return redirect("documents:import", pk=pk, n=n)


@login_required
@require_POST
def restore(request, pk, n, which):
    """Put the text back that saving replaced."""
    found = _own(request, pk, n, which)
    try:
        with transaction.atomic():
            actions.restore_replaced(actor=request.user, text_import=found)
    except Refused as refused:
        messages.error(request, refused.message)
        return redirect(_preview(found))
    messages.success(request, _("Đã lấy lại văn bản có trước khi nhập."))
    return redirect("documents:preview", pk=pk, n=n)
