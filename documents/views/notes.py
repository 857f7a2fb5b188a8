"""The desk: the drafters say why each passage was changed."""

from types import SimpleNamespace

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import actions, queries, rules
from documents.actions.notes import EXPLAINED
from documents.compared_pages import SHORT
from documents.forms.notes import ChangeNoteForm
from documents.models import Block, ChangeNote
from documents.views._fetch import desk_document, edition_of
from documents.views.comparison import page_number
from portal.common.errors import Refused, StaleVersion


@login_required
def notes(request, pk, n):
    """What an edition changed of the one before, each with a field for the reason."""
    document = desk_document(request.user, pk)
    edition = edition_of(document, n)
    may_write = rules.may_edit(request.user, document)
    number = page_number(request.GET.get("trang", "1"))
    if number is None:
        raise Http404
    sent = None
    if request.method == "POST":
        if not may_write:
            raise PermissionDenied
        sent = _write(request, edition, number)
        if not isinstance(sent, ChangeNoteForm):
            return sent
    old = queries.before(edition)
    context = {"document": document, "edition": edition, "old": old, "may_write": may_write}
    if old is not None and edition.state in EXPLAINED:
        context |= _changes(edition, old, number, sent)
    return render(request, "documents/notes.html", context)


def _changes(edition, old, number, sent):
    """The rows of one page with their forms, and the notes whose passage was written anew."""
    index, page = queries.compared_page(old, edition, SHORT, number)
    if page is None:
        raise Http404
    written = list(ChangeNote.objects.filter(edition=edition).select_related("written_by"))
    by_block = {note.block_id or note.source_id: note for note in written}
    entries = [entry for entry in page if entry.get("i") and entry["leads"]]
    for entry in entries:
        entry["note"] = next((by_block[pk] for pk in entry["ids"] if pk in by_block), None)
        entry["form"] = _form(entry, sent)
    return {
        "index": index,
        "entries": entries,
        "pages": _pages(edition, number, index["pages"][SHORT]),
        "loose": [n for n in written if not (n.block_id or n.source_id) and n.text],
        "explained": sum(bool(note.text) for note in written),
    }


def _form(entry, sent):
    note = entry["note"]
    place = (note.block_id or note.source_id) if note else entry["ids"][0]
    if sent is not None and sent.data.get("place") == str(place):
        return sent
    return ChangeNoteForm(
        initial={
            "place": place,
            "row": entry["i"],
            "text": note.text if note else "",
            "lock_version": note.lock_version if note else 0,
        },
        auto_id=f"ly-do-{place}-%s",
    )


def _write(request, edition, number):
    """The page to go to, or the form that was refused."""
    if "drop" in request.POST:
        note = get_object_or_404(
            ChangeNote, pk=page_number(request.POST["drop"]) or 0, edition=edition
        )
        try:
            actions.drop_change_note(actor=request.user, note=note)
        except Refused as refused:
            messages.error(request, refused.message)
        else:
            messages.success(request, _("Đã bỏ lý do."))
        return redirect(_url(edition, number))
    form = ChangeNoteForm(request.POST, auto_id=f"ly-do-{request.POST.get('place', '')}-%s")
    if not form.is_valid():
        return form
    # Of this document only; the action knows of which editions.
    block = get_object_or_404(
        Block, pk=form.cleaned_data["place"], edition__document_id=edition.document_id
    )
    try:
        actions.write_change_note(
            actor=request.user,
            edition=edition,
            block=block,
            text=form.cleaned_data["text"],
            expected_version=form.expected_version,
        )
    except StaleVersion as stale:
        form.mark_stale(stale.current, values={"text": stale.current.text})
        return form
    except Refused as refused:
        form.add_error(None, refused.message)
        return form
    messages.success(request, _("Đã ghi lý do."))
    return redirect(f"{_url(edition, number)}#sua-{form.cleaned_data['row']}")


def _url(edition, number):
    address = reverse("documents:notes", args=[edition.document_id, edition.n])
    return f"{address}?trang={number}" if number > 1 else address


def _pages(edition, number, count):
    return SimpleNamespace(
        number=number,
        count=count,
        previous=_url(edition, number - 1) if number > 1 else "",
        next=_url(edition, number + 1) if number < count else "",
    )
