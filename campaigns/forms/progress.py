"""Choosing a day and filtering the assignments of a plan."""

import django_filters as filters
from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from campaigns.models import Assignment, Form, Phase, Task, Theme
from campaigns.rules.states import DOING, DONE, OVERDUE, TODO, WAITING
from portal.agencies.models import Agency
from portal.agencies.queries import named_like
from portal.common.forms import Form as CleanForm

DONE_LATE = "done_late"
SHOWN_STATES = [
    (OVERDUE, _("Quá hạn")),
    (TODO, _("Chưa bắt đầu")),
    (DOING, _("Đang làm")),
    (WAITING, _("Chờ nghiệm thu")),
    (DONE, _("Hoàn thành")),
    (DONE_LATE, _("Hoàn thành trễ hạn")),
]


class AsOfForm(CleanForm):
    """The day that is asked about; empty is today."""

    ngay = DayField(label=_("Tính đến ngày"), required=False)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["ngay"].widget.attrs["max"] = today.isoformat()
        if not self.data.get("ngay"):
            self.is_bound = False
            self.initial["ngay"] = today

    def clean_ngay(self):
        day = self.cleaned_data["ngay"]
        if day is not None and day > self.today:
            raise forms.ValidationError(_("Ngày này chưa đến; bảng đang tính đến hôm nay."))
        return day

    @property
    def day(self):
        """The day that counts: the one chosen, or today when there is none or a wrong one."""
        chosen = self.cleaned_data.get("ngay") if self.is_bound and self.is_valid() else None
        return chosen or self.today


class ProgressFilter(filters.FilterSet):
    """Assignments of one plan: unit, phase, form, theme, state.

    The rows carry `shown` (see `queries.standing`). `cay` is the id of a unit with everything below
    it, `rieng` that of a unit alone; both come from links.
    """

    q = filters.CharFilter(label=_("Tên đơn vị"), method="by_unit")
    dot = filters.ModelChoiceFilter(
        field_name="task__phase",
        label=_("Đợt"),
        queryset=Phase.objects.none(),
        empty_label=_("Mọi đợt"),
        null_label=_("Ngoài các đợt"),
    )
    hinh_thuc = filters.ModelChoiceFilter(
        field_name="task__form",
        label=_("Hình thức"),
        queryset=Form.objects.none(),
        empty_label=_("Mọi hình thức"),
        null_label=_("Chưa ghi hình thức"),
    )
    noi_dung = filters.ModelChoiceFilter(
        field_name="task__themes",
        label=_("Nội dung"),
        queryset=Theme.objects.none(),
        empty_label=_("Mọi nội dung"),
    )
    trang_thai = filters.ChoiceFilter(
        label=_("Tiến độ"), choices=SHOWN_STATES, empty_label=_("Mọi tiến độ"), method="by_state"
    )
    cay = filters.ModelChoiceFilter(
        queryset=Agency.objects.all(), widget=forms.HiddenInput, method="by_tree"
    )
    rieng = filters.ModelChoiceFilter(
        queryset=Agency.objects.all(), widget=forms.HiddenInput, field_name="agency"
    )

    viec = filters.ModelChoiceFilter(
        queryset=Task.objects.none(), widget=forms.HiddenInput, field_name="task"
    )

    class Meta:
        model = Assignment
        form = CleanForm
        fields = []

    def __init__(self, *args, plan, **kwargs):
        super().__init__(*args, **kwargs)
        used = {"tasks__plan": plan}
        self.filters["viec"].queryset = Task.objects.filter(plan=plan)
        self.filters["dot"].queryset = Phase.objects.filter(track__plan=plan).order_by(
            "track__position", "position", "id"
        )
        self.filters["hinh_thuc"].queryset = Form.objects.filter(**used).distinct()
        self.filters["noi_dung"].queryset = Theme.objects.filter(**used).distinct()

    @property
    def chosen(self):
        """{name: value as given} of what is set and understood."""
        values = self.form.cleaned_data if self.form.is_valid() else {}
        return {name: self.data.get(name) for name, value in values.items() if value}

    @property
    def unit(self):
        """The Agency that `cay` or `rieng` names, or None."""
        values = getattr(self.form, "cleaned_data", {})
        return values.get("cay") or values.get("rieng")

    @property
    def task(self):
        """The Task that `viec` names, or None."""
        return getattr(self.form, "cleaned_data", {}).get("viec")

    def by_unit(self, queryset, name, value):
        return queryset.filter(agency__in=named_like(Agency.objects.all(), value).values("pk"))

    def by_state(self, queryset, name, value):
        if value == DONE_LATE:
            return queryset.filter(
                Q(done_on__gt=F("task__due__resolved_on")), shown__in=[DONE, WAITING]
            )
        return queryset.filter(shown=value)

    def by_tree(self, queryset, name, value):
        from portal.agencies.rules import path_of

        path = path_of(value)
        if not path:
            return queryset.filter(agency=value)
        return queryset.filter(agency__node__path__startswith=path)
