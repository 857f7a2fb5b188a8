"""The parts of a consultation that have pages of their own: units, questions, consent, ladder."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from feedback import actions, queries, rules
from feedback.forms import ConsentTextForm, GuideQuestionForm, GuideQuestionsForm
from feedback.forms.terms import headings_of
from feedback.ladder import planned_nodes
from feedback.models import Consultation, GuideQuestion
from feedback.views._desk import GET_OR_POST, desk_page, managed, posted, tell
from portal.agencies.forms.selection import UnitSelectionForm
from portal.agencies.queries import reachable
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from portal.common.paging import paginate, tabs


@desk_page
@require_http_methods(GET_OR_POST)
def audience_units(request, pk):
    """The units that may write: conditions, list with exceptions, confirmation; those chosen."""
    found = managed(request.user, pk)
    free = reachable(found.agency).exclude(pk__in=found.audience_units.values("pk"))
    form = UnitSelectionForm(posted(request), root=found.agency, among=free)
    if form.confirmed:
        try:
            new = actions.add_units(
                actor=request.user, consultation=found, agencies=form.units().only("pk")
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã thêm %d đơn vị.") % new)
            return redirect("feedback:audience_units", pk=pk)
    chosen = found.audience_units.select_related("level", "parent").order_by(
        "level__order", "protocol_no", "sort_key", "id"
    )
    context = {
        "consultation": found,
        "form": form,
        "chosen": paginate(request, chosen, per_page=50, param="trang-da-chon"),
        "editing": found.state == Consultation.State.EDITING,
        "of_units": found.audience == Consultation.Audience.UNITS,
    }
    return render(request, "feedback/audience_units.html", context)


@desk_page
@require_POST
def remove_units(request, pk):
    """Take one unit out of the audience, or all."""
    found = managed(request.user, pk)
    unit = request.POST.get("don_vi", "")
    ids = [int(unit)] if unit.isascii() and unit.isdigit() and len(unit) < 19 else []
    if request.POST.get("tat_ca"):
        ids = None
    tell(request, _("Đã bỏ ra."), actions.remove_units, consultation=found, ids=ids)
    return redirect("feedback:audience_units", pk=pk)


@desk_page
@require_POST
def move_edition(request, pk, row):
    """One place up or down among the documents."""
    found = managed(request.user, pk)
    row = get_object_or_404(found.consultation_editions, pk=row)
    try:
        actions.move_edition(
            actor=request.user, consultation=found, row=row, up=request.POST.get("huong") == "len"
        )
    except Refused as refused:
        messages.error(request, refused.message)
    return redirect("feedback:manage", pk=pk)


@desk_page
@require_http_methods(GET_OR_POST)
def questions(request, pk):
    """The guiding questions of every document, by heading; new ones."""
    found = managed(request.user, pk)
    rows = queries.editions_with_questions(found)
    form = GuideQuestionsForm(posted(request), rows=rows, headings=headings_of(rows))
    if request.method == "POST" and form.is_valid():
        try:
            new = actions.add_questions(
                actor=request.user, consultation=found, **form.action_arguments()
            )
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _("Đã thêm %d câu hỏi.") % new)
            return redirect("feedback:questions", pk=pk)
    return render(request, "feedback/questions.html", _questions(found, rows, form))


def _questions(consultation, rows, form, edited=None):
    phase = rules.phase_of(consultation, clock.now())
    return {
        "consultation": consultation,
        "rows": rows,
        "form": form,
        "edited": edited,
        "editing": consultation.state == Consultation.State.EDITING,
        "may_add": phase not in {"closed", "withdrawn"},
    }


@desk_page
@require_POST
def question(request, pk, question):
    """One question: worded anew (`sua`), taken back (`bo`), moved (`len`, `xuong`)."""
    found = managed(request.user, pk)
    row = get_object_or_404(GuideQuestion, consultation_edition__consultation=found, pk=question)
    verb = request.POST.get("viec", "")
    about = {"consultation": found, "question": row}
    if verb == "bo":
        tell(request, _("Đã bỏ câu hỏi."), actions.remove_question, **about)
    elif verb in {"len", "xuong"}:
        try:
            actions.move_question(actor=request.user, up=verb == "len", **about)
        except Refused as refused:
            messages.error(request, refused.message)
    else:
        form = GuideQuestionForm(request.POST)
        if form.is_valid():
            text = form.cleaned_data["text"]
            tell(request, _("Đã lưu câu hỏi."), actions.edit_question, text=text, **about)
        else:
            messages.error(request, next(iter(form.errors.values()))[0])
    return redirect("feedback:questions", pk=pk)


@desk_page
@require_http_methods(GET_OR_POST)
def consent_text(request, pk):
    """The consent text: a new version once announced; the old ones stand below."""
    found = managed(request.user, pk)
    form = ConsentTextForm(posted(request), consultation=found)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.change_consent(
                actor=request.user,
                consultation=found,
                text=form.cleaned_data["text"],
                expected_version=form.expected_version,
            )
        except StaleVersion as stale:
            form.mark_stale(stale.current, values={"text": stale.current.consent_text})
        except Refused as refused:
            form.add_error("text", refused.message)
        else:
            messages.success(request, _("Đã lưu bản %d.") % saved.consent_version)
            return redirect("feedback:consent_text", pk=pk)
    context = {
        "consultation": found,
        "form": form,
        "versions": found.consent_texts.order_by("-version"),
        "editing": found.state == Consultation.State.EDITING,
        "may_change": rules.phase_of(found, clock.now()) not in {"closed", "withdrawn"},
    }
    return render(request, "feedback/consent_text.html", context)


@desk_page
@require_safe
def ladder(request, pk):
    """The ladder of units: who reads words, who only counts; before opening as it would be."""
    found = managed(request.user, pk)
    shown = request.GET.get("xem", "")
    shown = shown if shown in queries.LADDER_VIEWS else ""
    if found.ladder_copied_at:
        rows, numbers = queries.ladder_rows(found, shown), queries.ladder_numbers(found)
    else:
        planned = planned_nodes(found, on=clock.today())
        numbers = {"nodes": len(planned), "reads": sum(node.reads for node in planned)}
        rows = [node for node in planned if queries.LADDER_VIEWS[shown] in (None, node.reads)]
    page = paginate(request, rows, per_page=50)
    choices = [
        ("", _("Tất cả"), numbers["nodes"]),
        ("doc", _("Đọc nội dung"), numbers["reads"]),
        ("dem", _("Chỉ thấy số lượng"), numbers["nodes"] - numbers["reads"]),
    ]
    context = {
        "consultation": found,
        "page": page,
        "rows": queries.with_readers(found, page.items, on=clock.today()),
        "numbers": numbers,
        "tabs": tabs(request, "xem", choices, shown),
    }
    return render(request, "feedback/ladder.html", context)
