"""Themes and forms of a plan: one by one, or all of them as lists."""

from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaigns import actions, boundaries
from campaigns.actions import contents as verbs
from campaigns.forms import ContentsForm
from campaigns.forms.contents import FormNameForm, ThemeForm
from campaigns.models import Form, Phase, PlanForm, Theme
from campaigns.views._desk import posted, signed_in
from campaigns.views.editor._page import GET_OR_POST, done, form_page, plan_to_edit
from portal.common.errors import Refused, StaleVersion

#: So many known forms are offered while a name is typed.
SUGGESTED = 200


@signed_in
@require_http_methods(GET_OR_POST)
def contents(request, pk):
    """Themes and forms of the whole plan, as lists."""
    plan = plan_to_edit(request, pk)
    if request.method != "POST":
        form = ContentsForm(stored=_contents(plan))
        return render(request, "campaigns/desk/contents.html", {"plan": plan, "form": form})
    try:
        # Under the graph lock nobody else writes between the comparison and the two verbs.
        with boundaries.editing(actor=request.user):
            form = ContentsForm(request.POST, stored=_contents(plan))
            if form.is_valid():
                texts, names = form.cleaned_data["themes"], form.cleaned_data["forms_"]
                actions.set_themes(actor=request.user, plan=plan, texts=texts)
                actions.set_forms(actor=request.user, plan=plan, forms=names)
    except Refused as refused:
        form.add_error(None, refused.message)
    if form.is_valid():
        return done(request, plan, "noi-dung-hinh-thuc", _("Đã lưu."))
    return render(request, "campaigns/desk/contents.html", {"plan": plan, "form": form})


def _contents(plan):
    themes = Theme.objects.filter(plan=plan, phase=None).order_by("position", "id")
    names = PlanForm.objects.filter(plan=plan).order_by("position", "id")
    return {
        "themes": list(themes.values_list("text", flat=True)),
        "forms_": list(names.values_list("form__name", flat=True)),
    }


@signed_in
@require_http_methods(GET_OR_POST)
def theme(request, pk, row=None):
    """A new theme of the plan or of one of its phases (`?dot=`), or an old one in other words."""
    plan = plan_to_edit(request, pk)
    found = get_object_or_404(Theme, plan=plan, pk=row) if row else None
    phase = found.phase if found else _phase(request, plan)
    form = ThemeForm(posted(request), seen=found.text if found else None)
    if request.method == "POST" and form.is_valid():
        try:
            if found is None:
                text = form.cleaned_data["text"]
                saved = verbs.add_theme(actor=request.user, plan=plan, phase=phase, text=text)
            else:
                saved = verbs.edit_theme(actor=request.user, theme=found, **form.values())
        except StaleVersion as stale:
            form.mark_stale(stale.current.text)
        except Refused as refused:
            form.add_error("text", refused.message)
        else:
            return done(request, plan, f"noi-dung-{saved.pk}", _("Đã lưu nội dung."))
    context = {"plan": plan, "form": form, "theme": found, "phase": phase}
    context["anchor"] = f"noi-dung-{found.pk}" if found else _new("noi-dung-moi", phase)
    context["tag"] = "li" if found else "div"
    return form_page(request, "theme", context)


@signed_in
@require_http_methods(GET_OR_POST)
def form(request, pk, row=None):
    """A new form of the plan, or another one in the place of an old one; known ones are offered."""
    plan = plan_to_edit(request, pk)
    links = PlanForm.objects.select_related("form", "plan")
    found = get_object_or_404(links, plan=plan, pk=row) if row else None
    fields = FormNameForm(posted(request), seen=found.form.name if found else None)
    if request.method == "POST" and fields.is_valid():
        try:
            if found is None:
                name = fields.cleaned_data["name"]
                saved = verbs.add_form(actor=request.user, plan=plan, name=name)
            else:
                saved = verbs.edit_form(actor=request.user, link=found, **fields.values())
        except StaleVersion as stale:
            fields.mark_stale(stale.current.form.name)
        except Refused as refused:
            fields.add_error("name", refused.message)
        else:
            return done(request, plan, f"hinh-thuc-{saved.pk}", _("Đã lưu hình thức."))
    known = Form.objects.exclude(plan_forms__plan=plan).order_by("family__order", "order", "id")
    context = {
        "plan": plan,
        "form": fields,
        "link": found,
        "known": known.values_list("name", flat=True)[:SUGGESTED],
        "anchor": f"hinh-thuc-{found.pk}" if found else "hinh-thuc-moi",
        "tag": "li" if found else "div",
    }
    return form_page(request, "form", context)


def _phase(request, plan):
    """The phase that a new theme belongs to, or None for the plan as a whole."""
    wanted = request.GET.get("dot", "")
    if not wanted.isascii() or not wanted.isdigit():
        return None
    return get_object_or_404(Phase, track__plan=plan, pk=int(wanted))


def _new(name, phase):
    return f"{name}-{phase.pk}" if phase else name
