"""Tracks, phases, tasks, and the units a task is given to."""

import uuid

from django import forms
from django.db.models import F
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.actions.structure import FORM_NAME, PHASE_TITLE, THEME_TEXT, TRACK_TITLE
from campaigns.actions.tasks import TITLE
from campaigns.boundaries import preview_specs, spec_of
from campaigns.forms.boundaries import BoundaryForm, words_of_row, words_of_spec
from campaigns.forms.fields import LinesField
from campaigns.models import Form as FormOfWork
from campaigns.models import Phase, Theme
from campaigns.rules import specs
from portal.agencies.models import Agency
from portal.common.errors import Refused
from portal.common.forms import Form, StaleField, VersionedFormMixin


class _VersionOfNew(VersionedFormMixin, Form):
    """A form for new rows and old ones alike: a new one has no version but a key of its own, by
    which a form that arrives twice is recognised.
    """

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, row=None, **kwargs):
        self.row = row
        super().__init__(*args, **kwargs)
        if row is None:
            del self.fields["lock_version"]
            self.initial["key"] = uuid.uuid4()
        else:
            del self.fields["key"]
            self.initial["lock_version"] = row.lock_version

    def given(self, *names):
        """{name: value} of those of these fields that the form has, the key of a new row too."""
        return {n: self.cleaned_data[n] for n in (*names, "key") if n in self.fields}


class TrackForm(_VersionOfNew):
    """A track."""

    title = forms.CharField(
        label=_("Tên mạch"),
        max_length=TRACK_TITLE,
        help_text=_("Ví dụ: Tuyên truyền đại hội đảng bộ các cấp"),
    )
    declared_phases = forms.IntegerField(
        label=_("Số đợt ghi trong văn bản"),
        required=False,
        min_value=1,
        max_value=99,
        help_text=_("Để đối chiếu: trang kế hoạch nhắc khi số đợt liệt kê khác số này."),
    )

    def values(self):
        """Keyword arguments of `add_track` and `edit_track`."""
        return self.given("title", "declared_phases")


class _WithBoundaries(_VersionOfNew):
    """Holds BoundaryForms beside its own fields; valid when all of them are."""

    graph_revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)
    reason = forms.CharField(
        label=_("Lý do đổi ngày"),
        max_length=300,
        required=False,
        help_text=_("Gửi kèm thông báo cho các đơn vị khi ngày thay đổi."),
    )

    boundaries = {}
    effect = None

    def add_boundary(self, name, side, *, plan, choices, boundary, optional=False):
        form = BoundaryForm(
            self.data if self.is_bound else None,
            prefix=name,
            choices=choices[name],
            boundary=boundary,
            optional=optional,
            side=side,
            includes_day=plan.before_includes_day,
        )
        self.context_key = f"campaigns.plan:{plan.pk}"
        self.boundaries = self.boundaries | {name: form}
        return form

    def is_valid(self):
        valid = all([super().is_valid(), *(f.is_valid() for f in self.boundaries.values())])
        return valid and self._resolves()

    def _resolves(self):
        """Whether the dates as chosen come to days: no loop, no end before its start.

        Leaves `effect` behind, the Effect of saving them. What an event or another phase brought
        about later is only warned of: dates that are not being changed are not refused.
        """
        if not self.boundaries:
            return True
        keys = {
            form: form.boundary.pk if form.boundary else -n
            for n, form in enumerate(self.boundaries.values(), 1)
            if form.spec() is not None
        }
        wanted = {key: (form.side, form.spec()) for form, key in keys.items()}
        try:
            self.effect = preview_specs(wanted)
        except Refused as refused:
            self._blame(refused)
            return False
        for form, key in keys.items():
            form.resolved = self.effect.days[key]
        changed = any(form.changed for form in self.boundaries.values())
        days = [self.effect.days[key] for key in wanted]
        if changed and len(self.boundaries) == 2 and all(days) and days[1] < days[0]:
            last = list(self.boundaries.values())[-1]
            last.add_error(
                last.main_field,
                _g("Kết thúc ngày %(end)s, trước ngày bắt đầu %(start)s.")
                % {"end": f"{days[1]:%d/%m/%Y}", "start": f"{days[0]:%d/%m/%Y}"},
            )
            return False
        return True

    def _blame(self, refused):
        """Put a refusal at the boundary that brings it about by itself, else at the last one."""
        guilty = list(self.boundaries.values())[-1]
        for form in self.boundaries.values():
            try:
                key = form.boundary.pk if form.boundary else -1
                preview_specs({key: (form.side, form.spec())} if form.spec() else {})
            except Refused:
                guilty = form
                break
        guilty.add_error(guilty.main_field, refused.message)

    @property
    def needs_preview(self):
        """Whether saving moves dates that others go by: then the effect is shown first."""
        return bool(self.effect.live)

    @property
    def confirmed(self):
        """Whether the effect was shown and is agreed to."""
        return "xac_nhan" in self.data and self.seen_revision is not None

    @property
    def seen_revision(self):
        """The graph of the preview that was shown, or None."""
        return self.cleaned_data.get("graph_revision")

    def with_revision(self):
        """The form as it goes back with its effect: it carries the graph that was shown."""
        self.data = self.data.copy()
        self.data["graph_revision"] = str(self.effect.graph_revision)

    def forget_errors(self):
        """Show what was typed without judging it: a button of the form only looked for events."""
        for form in (self, *self.boundaries.values()):
            form._errors = ErrorDict()

    @property
    def problems(self):
        """(sentence, id of the control) of every error, for one summary."""
        if not self.is_bound:
            return []
        rows = [{"text": text, "target": ""} for text in self.non_field_errors()]
        for form in (self, *self.boundaries.values()):
            before = f"{form.title}: " if form is not self else ""
            for bound in form:
                rows += [
                    {"text": f"{before}{bound.label}: {text}", "target": bound.id_for_label}
                    for text in bound.errors
                ]
        return rows

    def mark_stale_with_dates(self, current, values):
        """As `mark_stale`, the dates in words."""
        self.mark_stale(current, values=values)
        for name, form in self.boundaries.items():
            stored = getattr(current, name)
            kept = None if stored is None else words_of_row(stored, context_key=self.context_key)
            mine = words_of_spec(form.spec(), context_key=self.context_key)
            same = form.spec() == (None if stored is None else spec_of(stored))
            if not same:
                self.stale_fields.append(StaleField(name, form.title, mine, kept or ""))


class PhaseForm(_WithBoundaries):
    """A phase with its two boundaries, themes and forms."""

    title = forms.CharField(label=_("Tên đợt"), max_length=PHASE_TITLE)
    summary = forms.CharField(
        label=_("Nội dung chính"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    themes = LinesField(
        label=_("Nội dung tuyên truyền của đợt"),
        line_limit=THEME_TEXT,
        rows=4,
        help_text=_("Mỗi dòng một nội dung."),
    )
    forms_ = LinesField(
        label=_("Hình thức của đợt"),
        line_limit=FORM_NAME,
        rows=3,
        help_text=_("Mỗi dòng một hình thức."),
    )

    def __init__(self, *args, plan, choices, phase=None, **kwargs):
        initial = {} if phase is None else stored_phase(phase)
        super().__init__(*args, row=phase, initial=initial, **kwargs)
        if phase is None:
            del self.fields["reason"]
        for name, side in (("starts", specs.START), ("ends", specs.END)):
            boundary = getattr(phase, name) if phase else None
            self.add_boundary(name, side, plan=plan, choices=choices, boundary=boundary)

    def values(self):
        """Keyword arguments of `add_phase` and `edit_phase`."""
        values = self.given("title", "summary", "themes", "reason")
        values["forms"] = self.cleaned_data["forms_"]
        return values | {name: form.spec() for name, form in self.boundaries.items()}


def stored_phase(phase):
    """{field of PhaseForm: what is stored}."""
    return {
        "title": phase.title,
        "summary": phase.summary,
        "themes": list(phase.themes.order_by("position", "id").values_list("text", flat=True)),
        "forms_": list(phase.forms.order_by("order", "id").values_list("name", flat=True)),
    }


class ThemesField(forms.ModelMultipleChoiceField):
    """Ticks of the themes of one plan, those of each phase below its title."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **kwargs):
        super().__init__(Theme.objects.none(), required=False, **kwargs)

    def offer(self, plan):
        """Make the themes of `plan` the choices. One query when shown, one when cleaned."""
        self.queryset = (
            Theme.objects.filter(plan=plan)
            .select_related("phase")
            .order_by(
                F("phase__track__position").asc(nulls_first=True),
                "phase__position",
                "phase_id",
                "position",
                "id",
            )
        )

    def label_from_instance(self, theme):
        return f"{theme.phase.title}: {theme.text}" if theme.phase_id else theme.text


class TaskForm(_WithBoundaries):
    """A task with its due date."""

    title = forms.CharField(label=_("Nhiệm vụ"), max_length=TITLE)
    detail = forms.CharField(
        label=_("Yêu cầu"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    deliverable = forms.CharField(
        label=_("Sản phẩm"),
        max_length=200,
        required=False,
        help_text=_("Ví dụ: 01 chuyên mục, 08 số phát thanh"),
    )
    phase = forms.ModelChoiceField(
        label=_("Thuộc đợt"),
        queryset=Phase.objects.none(),
        required=False,
        empty_label=_("Cả kế hoạch"),
    )
    form = forms.ModelChoiceField(
        label=_("Hình thức"),
        queryset=FormOfWork.objects.none(),
        required=False,
        empty_label=_("Không nêu"),
    )
    themes = ThemesField(
        label=_("Nội dung tuyên truyền"),
        help_text=_("Đánh dấu những nội dung mà nhiệm vụ này thực hiện."),
    )

    def __init__(self, *args, plan, choices, task=None, **kwargs):
        initial = {} if task is None else stored_task(task)
        super().__init__(*args, row=task, initial=initial, **kwargs)
        self.fields["phase"].queryset = Phase.objects.filter(track__plan=plan).order_by(
            "track__position", "position", "id"
        )
        self.fields["form"].queryset = FormOfWork.objects.all()
        self.fields["themes"].offer(plan)
        if task is None:
            del self.fields["reason"]
        due = task.due if task else None
        self.add_boundary("due", specs.END, plan=plan, choices=choices, boundary=due, optional=True)

    def values(self):
        """Keyword arguments of `add_task` and `edit_task`."""
        names = ("title", "detail", "deliverable", "phase", "form", "themes", "reason")
        values = self.given(*names)
        return values | {"due": self.boundaries["due"].spec()}


def stored_task(task):
    """{field of TaskForm: what is stored}."""
    names = ("title", "detail", "deliverable")
    values = {n: getattr(task, n) for n in names}
    themes = [] if task.pk is None else list(task.themes.values_list("pk", flat=True))
    return values | {"phase": task.phase_id, "form": task.form_id, "themes": themes}


class UnitsForm(Form):
    """Units a task is handed to; the action says which of them the issuer may ask."""

    agencies = forms.ModelMultipleChoiceField(
        queryset=Agency.objects.filter(node__isnull=False),
        error_messages={"required": _("Chọn ít nhất một đơn vị.")},
    )
