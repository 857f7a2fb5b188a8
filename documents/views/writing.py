"""Writing the text of an edition: as a whole, or one section of a long one."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from documents import actions, blocks, rules, sections
from documents.forms import SectionForm, TextForm
from documents.models import Edition
from documents.queries.imports import import_of
from documents.views import drafts
from documents.views._fetch import desk_edition
from portal.common import autosave
from portal.common.errors import Refused, StaleVersion
from portal.common.keeping import keeps_typed
from portal.common.richtext import editor_csp

#: Address parameters: the block at which the section begins; the whole text, however long.
SECTION, WHOLE = "muc", "toan"


@editor_csp
@keeps_typed
@login_required
def edit(request, pk, n):
    """Write the text of an edition; `?muc=<pos>` one section, `?toan=1` all of a long text."""
    edition = desk_edition(request.user, pk, n, rules.may_edit)
    if edition.state != Edition.State.EDITING:
        messages.info(request, _("Bản này đã trình hoặc đã công bố nên không sửa được nữa."))
        return redirect("documents:manage", pk=pk)
    cut = blocks.cut(edition.source)
    pos = request.GET.get(SECTION, "")
    if pos.isascii() and pos.isdecimal() and len(pos) < 7:
        return _section(request, edition, cut, int(pos))
    if request.method != "POST" and len(cut) > sections.LONG and WHOLE not in request.GET:
        return _page(
            request, edition, cut, "documents/edit_sections.html", **drafts.left(request, edition)
        )
    return _whole(request, edition, cut)


def _page(request, edition, cut, template, **context):
    shown = {
        "document": edition.document,
        "edition": edition,
        "sections": sections.sections(cut),
        "blocks_count": len(cut),
        "existing": import_of(edition, request.user),
        **context,
    }
    return render(request, template, shown)


def _whole(request, edition, cut):
    stored = {
        "html": edition.source,
        "note": edition.note,
        "lock_version": edition.lock_version,
    }
    draft = drafts.taken(request, edition)
    data = autosave.as_sent(draft.fields) if draft else None
    form = TextForm(request.POST if request.method == "POST" else data, initial=stored)
    if draft:
        autosave.without_errors(form)
    elif request.method == "POST" and form.is_valid() and drafts.of_this_person(request, form):
        try:
            actions.save_text(
                actor=request.user,
                edition=edition,
                html=form.cleaned_data["html"],
                note=form.cleaned_data["note"],
                expected_version=form.expected_version,
            )
        except StaleVersion as stale:
            current = stale.current
            form.mark_stale(current, values={"html": current.source, "note": current.note})
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            drafts.saved(request)
            messages.success(request, _("Đã lưu."))
            where = reverse("documents:edit", args=[edition.document_id, edition.n])
            whole = f"?{WHOLE}=1" if WHOLE in request.GET else ""
            return _saved(request, edition, where + whole)
    around = drafts.around(request, edition, draft=draft)
    return _page(request, edition, cut, "documents/edit.html", form=form, **around)


def _saved(request, edition, back):
    if "preview" in request.POST:
        return redirect("documents:preview", pk=edition.document_id, n=edition.n)
    return redirect(back)


def _section(request, edition, cut, pos):
    here = reverse("documents:edit", args=[edition.document_id, edition.n])
    section = sections.section_at(cut, pos)
    draft = drafts.taken(request, edition, str(pos))
    if request.method == "POST":
        form = SectionForm(request.POST)
        if form.is_valid() and drafts.of_this_person(request, form):
            saved, section = _save_section(request, edition, form, section)
            if saved:
                return _saved(request, edition, f"{here}?{SECTION}={saved}")
    elif draft:
        form = SectionForm(autosave.as_sent(draft.fields))
        autosave.without_errors(form)
    elif section is None:
        messages.info(request, _("Không có mục bắt đầu ở đó; hãy chọn lại mục."))
        return redirect(here)
    else:
        form = SectionForm(initial=_opened(edition, cut, section))
    section = section or sections.Section(pos, pos, 1, "", form["title"].value() or "", 0)
    around = drafts.around(request, edition, str(pos), draft)
    return _page(request, edition, cut, "documents/edit.html", form=form, section=section, **around)


def _opened(edition, cut, section):
    html = sections.html_of(cut, section)
    return {
        "html": html,
        "pos": section.pos,
        "base": sections.digest(html),
        "number": section.number,
        "title": section.title,
        "lock_version": edition.lock_version,
    }


def _save_section(request, edition, form, section):
    """(where the section begins now or 0, the section): saved, or the form says why not."""
    data = form.cleaned_data
    try:
        _edition, pos = actions.save_section(
            actor=request.user,
            edition=edition,
            pos=data["pos"],
            base=data["base"],
            html=data["html"],
        )
    except StaleVersion as stale:
        now = blocks.cut(stale.current.source)
        theirs = sections.counterpart(now, data["pos"], data["number"], data["title"])
        form.show_theirs(stale.current, theirs, sections.html_of(now, theirs) if theirs else "")
        if theirs is None:
            form.add_error(
                None,
                _("Mục này không còn trong bản hiện có; lưu lần nữa sẽ thêm vào cuối văn bản."),
            )
        return 0, theirs or section
    except Refused as refused:
        form.add_error(None, refused.message)
        return 0, section
    drafts.saved(request)
    messages.success(request, _("Đã lưu mục."))
    return pos, section
