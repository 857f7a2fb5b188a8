"""Themes and forms of a plan, one at a time; whole lists are set by `structure`."""

from django.utils.translation import gettext as _

from campaigns import boundaries
from campaigns.actions._common import amended, editable, last_position, one_line, place
from campaigns.actions.structure import THEME_TEXT, _record, form_named
from campaigns.models import PlanForm, Theme
from portal.common.errors import Refused, StaleVersion


def add_theme(*, actor, plan, text, phase=None):
    """Add a theme at the end of the plan's list, or of one of its phases.

    What is there already is not put there twice: a form sent again changes nothing.
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(plan)
        text = one_line(text, limit=THEME_TEXT, what=_("nội dung"))
        rows = Theme.objects.filter(plan=plan, phase=phase)
        theme = rows.filter(text=text).first()
        if theme is None:
            position = last_position(rows)
            theme = Theme.objects.create(plan=plan, phase=phase, text=text, position=position)
            _record(actor, "add_theme", plan, plan, {"theme": [None, text]})
            amended(graph, plan, actor)
    return theme


def edit_theme(*, actor, theme, text, seen=None):
    """Put a theme in other words.

    Args:
        seen: the words the editor started from; when others stand there by now: StaleVersion.
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(theme.plan)
        current = Theme.objects.select_for_update().get(pk=theme.pk)
        if seen is not None and seen != current.text:
            raise StaleVersion("", current=current)
        text = one_line(text, limit=THEME_TEXT, what=_("nội dung"))
        if text != current.text:
            others = Theme.objects.filter(plan=plan, phase=current.phase_id).exclude(pk=current.pk)
            if others.filter(text=text).exists():
                raise Refused(_("Nội dung này đã có trong danh sách."), code="twice")
            _record(actor, "edit_theme", plan, plan, {"theme": [current.text, text]})
            current.text = text
            current.save(update_fields=["text"])
            amended(graph, plan, actor)
    return current


def move_theme(*, actor, theme, position):
    """Put a theme at `position` (0 is first) in its list."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(theme.plan)
        before = theme.position
        place(Theme.objects.filter(plan=plan, phase=theme.phase_id), theme, position)
        if before != theme.position:
            _record(actor, "move_theme", plan, plan, {"position": [before, theme.position]})
            amended(graph, plan, actor)
    return theme


def remove_theme(*, actor, theme):
    """Take a theme off its list."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(theme.plan)
        _record(actor, "remove_theme", plan, plan, {"theme": [theme.text, None]})
        Theme.objects.filter(pk=theme.pk).delete()
        amended(graph, plan, actor)


def add_form(*, actor, plan, name):
    """Add a form at the end of the plan's list; a new name makes a new form. Returns the link."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(plan)
        form = form_named(name)
        rows = PlanForm.objects.filter(plan=plan)
        link, made = rows.get_or_create(
            form=form, defaults={"plan": plan, "position": last_position(rows)}
        )
        if made:
            _record(actor, "add_form", plan, plan, {"form": [None, form.name]})
            amended(graph, plan, actor)
    return link


def edit_form(*, actor, link, name, seen=None):
    """Put another form in the place of one; the form itself, which other plans use, stays.

    Args:
        seen: the name the editor started from; when another stands there by now: StaleVersion.
    """
    with boundaries.editing(actor=actor) as graph:
        plan = editable(link.plan)
        current = PlanForm.objects.select_for_update(of=("self",)).get(pk=link.pk)
        before = current.form.name
        if seen is not None and seen != before:
            raise StaleVersion("", current=current)
        form = form_named(name)
        if form.pk != current.form_id:
            if PlanForm.objects.filter(plan=plan, form=form).exists():
                raise Refused(_("Hình thức này đã có trong danh sách."), code="twice")
            current.form = form
            current.save(update_fields=["form"])
            _record(actor, "edit_form", plan, plan, {"form": [before, form.name]})
            amended(graph, plan, actor)
    return current


def move_form(*, actor, link, position):
    """Put a form at `position` (0 is first) in the plan's list."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(link.plan)
        before = link.position
        place(PlanForm.objects.filter(plan=plan), link, position)
        if before != link.position:
            _record(actor, "move_form", plan, plan, {"position": [before, link.position]})
            amended(graph, plan, actor)
    return link


def remove_form(*, actor, link):
    """Take a form off the plan's list; phases and tasks that use it keep it."""
    with boundaries.editing(actor=actor) as graph:
        plan = editable(link.plan)
        _record(actor, "remove_form", plan, plan, {"form": [link.form.name, None]})
        PlanForm.objects.filter(pk=link.pk).delete()
        amended(graph, plan, actor)
