"""Making a plan that carries out a superior's, and the filters of the superior's board."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from campaigns.models import Phase, Task
from campaigns.queries import cascade
from portal.agencies.models import Agency, Level
from portal.common.forms import Form, VersionedFormMixin


def proposed_title(plan):
    """ "Kế hoạch triển khai Kế hoạch số 12-KH/TU ngày 05/02/2025 của Ban Thường vụ Tỉnh ủy"."""
    document, by = plan.document, plan.issuer.committee_name or plan.issuer.name
    if not document.symbol:
        return (_g("Kế hoạch triển khai “%s”") % plan.title)[:400]
    name = _g("Kế hoạch triển khai Kế hoạch số %s") % document.symbol
    if document.issued_on:
        name += _g(" ngày %s") % f"{document.issued_on:%d/%m/%Y}"
    return _g("%(name)s của %(by)s") % {"name": name, "by": by}


class _TaskChoice(forms.ModelMultipleChoiceField):
    def label_from_instance(self, task):
        if task.due_id and task.due.resolved_on:
            return _g("%(title)s (hạn %(day)s)") % {
                "title": task.title,
                "day": f"{task.due.resolved_on:%d/%m/%Y}",
            }
        return task.title


class DeriveForm(Form):
    """What a unit brings along from its superior's plan. The view shows phases under their
    tracks; ticks that nobody sent because there was nothing to tick mean nothing.
    """

    issuer = forms.ModelChoiceField(
        label=_("Đơn vị lập kế hoạch"),
        queryset=Agency.objects.none(),
        empty_label=None,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=_("Tên kế hoạch"), max_length=400, widget=forms.Textarea(attrs={"rows": 2})
    )
    phases = forms.ModelMultipleChoiceField(
        label=_("Đợt"),
        queryset=Phase.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    tasks = _TaskChoice(
        label=_("Nhiệm vụ được giao"),
        queryset=Task.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Nhiệm vụ mang theo được giao lại cho chính đơn vị, hạn vẫn theo cấp trên."),
    )
    themes = forms.BooleanField(label=_("Nội dung tuyên truyền chung"), required=False)
    forms_ = forms.BooleanField(label=_("Hình thức tuyên truyền"), required=False)

    def __init__(self, data=None, *, plan, units, **kwargs):
        phases = Phase.objects.filter(track__plan=plan).select_related("track", "starts", "ends")
        phases = phases.order_by("track__position", "track_id", "position", "id")
        tasks = Task.objects.filter(plan=plan, assignments__agency__in=units).distinct()
        tasks = tasks.select_related("due").order_by("position", "id")
        self.phase_rows, task_rows = list(phases), list(tasks)
        first = units[0] if units else None
        initial = {
            "issuer": first and first.pk,
            "title": proposed_title(plan),
            "phases": [phase.pk for phase in self.phase_rows],
            "tasks": [task.pk for task in task_rows],
            "themes": True,
            "forms_": True,
        }
        super().__init__(data, initial=initial, **kwargs)
        self.fields["issuer"].queryset = Agency.objects.filter(pk__in=[u.pk for u in units])
        self.fields["phases"].queryset = phases
        self.fields["tasks"].queryset = tasks
        self.has_tasks = bool(task_rows)

    @property
    def tracks(self):
        """[(track, [(phase, whether it is ticked)])], for the template."""
        ticked = {str(value) for value in self["phases"].value() or ()}
        groups = {}
        for phase in self.phase_rows:
            groups.setdefault(phase.track, []).append((phase, str(phase.pk) in ticked))
        return list(groups.items())

    def values(self):
        """What `derive_plan` takes beside the superior's plan."""
        data = self.cleaned_data
        return {
            "issuer": data["issuer"],
            "title": " ".join(data["title"].split()),
            "phases": {phase.pk for phase in data["phases"]},
            "tasks": {task.pk for task in data["tasks"]},
            "themes": data["themes"],
            "forms": data["forms_"],
        }


STATES = (
    ("", _("Mọi tình trạng")),
    ("chua-ban-hanh", _("Chưa ban hành")),
    (cascade.ISSUED, _("Đã ban hành")),
    (cascade.PREPARING, _("Đang soạn, chờ duyệt")),
    (cascade.NONE, _("Chưa bắt đầu")),
)


class BoardFilter(Form):
    """Which units the board lists; wrong values in an address list everything."""

    pham_vi = forms.ChoiceField(
        label=_("Phạm vi"),
        required=False,
        choices=(
            ("", _("Đơn vị cần ban hành")),
            (cascade.GIVEN, _("Đơn vị được giao nhiệm vụ")),
            (cascade.BELOW, _("Đơn vị trực thuộc")),
            (cascade.ALL, _("Cả hai")),
        ),
    )
    loai = forms.ChoiceField(
        label=_("Loại"), required=False, choices=(("", _("Mọi loại")), *Agency.Kind.choices)
    )
    cap = forms.ModelChoiceField(
        label=_("Cấp"),
        required=False,
        queryset=Level.objects.order_by("order", "slug"),
        to_field_name="slug",
        empty_label=_("Mọi cấp"),
    )
    tinh_trang = forms.ChoiceField(label=_("Tình trạng"), required=False, choices=STATES)
    tim = forms.CharField(label=_("Tên đơn vị"), required=False, max_length=80)

    def value(self, name):
        return self.cleaned_data.get(name) or ""


class DeriveByForm(VersionedFormMixin, Form):
    """The day by which units issue their plans."""

    derive_by = DayField(
        label=_("Các đơn vị ban hành chậm nhất ngày"),
        required=False,
        help_text=_("Để trống nếu không đặt hạn."),
    )
