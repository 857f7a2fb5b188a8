"""Recurring days, holidays, windows of congresses."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from campaigns.models import CalendarDay, Commemoration, Plan
from campaigns.queries.commemorations import editable_plans
from campaigns.rules import access, lunar
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.forms import Form, ModelForm, VersionedFormMixin

#: Years for which the calendar of holidays is kept.
YEARS = (2000, lunar.LAST_YEAR - 1)


class CommemorationForm(VersionedFormMixin, ModelForm):
    """A recurring day; `host` is offered from the agencies where the user is staff."""

    class Meta:
        model = Commemoration
        fields = (
            "name", "calendar", "day", "month", "origin_year", "round_rule", "host", "active",
        )  # fmt: skip
        widgets = {"calendar": forms.RadioSelect}
        help_texts = {
            "name": _("Không ghi số năm: “Kỷ niệm … năm” được tính cho từng năm."),
            "origin_year": _("Ví dụ 1930. Để trống nếu không tính số năm."),
            "active": _("Bỏ chọn thì không tạo sự kiện cho các năm tới nữa."),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        ids = grants_of(user).agency_ids(access.DRAFTERS, inherited=False)
        if self.instance.host_id:
            ids = ids | {self.instance.host_id}
        self.fields["host"].queryset = Agency.objects.filter(pk__in=ids)
        self.fields["host"].empty_label = _g("Của cả nước")
        if not access.may_keep_calendar(user):
            self.fields["host"].empty_label = None
            self.fields["host"].required = True

    def _post_clean(self):
        """The action writes and refuses; the instance stays as it was read."""

    def values(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}


class YearForm(Form):
    """Which year of the calendar is shown."""

    nam = forms.IntegerField(label=_("Năm"), min_value=YEARS[0], max_value=YEARS[1])


class CalendarDayForm(Form):
    """One holiday or one weekend day that is worked."""

    on = DayField(label=_("Ngày"))
    kind = forms.ChoiceField(label=_("Loại"), choices=CalendarDay.Kind.choices)
    name = forms.CharField(label=_("Tên"), max_length=120)
    uncertain = forms.BooleanField(
        label=_("Chưa chắc chắn"),
        required=False,
        help_text=_("Chưa có quyết định của năm đó."),
    )

    def clean(self):
        data = super().clean()
        on = data.get("on")
        if on and not YEARS[0] <= on.year <= YEARS[1]:
            self.add_error("on", _g("Năm phải từ %d đến %d.") % YEARS)
        elif on and data.get("kind") == CalendarDay.Kind.WORKDAY and on.weekday() < 5:
            self.add_error("on", _g("Ngày làm bù phải là thứ Bảy hoặc Chủ nhật."))
        return data


class ProposalsForm(Form):
    """Which of the proposed days are taken into the calendar."""

    days = forms.MultipleChoiceField(
        label=_("Ngày nghỉ đề xuất"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn ít nhất một ngày.")},
    )

    def __init__(self, *args, proposals, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_day = {proposal.on.isoformat(): proposal for proposal in proposals}
        self.fields["days"].choices = [(key, p.name) for key, p in self.by_day.items()]

    def chosen(self):
        """{date: CalendarDay fields} for `set_calendar`."""
        found = [self.by_day[key] for key in self.cleaned_data["days"]]
        return {
            p.on: {
                "kind": CalendarDay.Kind.HOLIDAY,
                "name": p.name[:120],
                "uncertain": p.uncertain,
            }
            for p in found
        }


class MarkForm(Form):
    """Which plan of mine marks an event."""

    plan = forms.ModelChoiceField(
        label=_("Kế hoạch"), queryset=Plan.objects.none(), empty_label=_("Chọn kế hoạch")
    )

    def __init__(self, *args, user, event, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["plan"].queryset = editable_plans(user).exclude(plan_events__event=event)
        self.fields["plan"].label_from_instance = lambda plan: (
            f"{plan.document.symbol} · {plan.title}" if plan.document.symbol else plan.title
        )
