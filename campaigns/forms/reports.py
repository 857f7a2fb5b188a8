"""Forms of reports: the figures and words of a unit, what a superior asks for and sends back."""

import datetime as dt
import re

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.actions.reports import LARGEST, NOTE_LIMIT, TEXT_LIMIT, Figure
from campaigns.forms.fields import DayField
from campaigns.models import Indicator, ReportSeries, UnitReport
from portal.common import clock
from portal.common.forms import Form, VersionedFormMixin

_GROUPED = re.compile(r"\d{1,3}([.\s]\d{3})+")


class CountField(forms.CharField):
    """A whole number as people write it: 1250, 1.250 or 1 250; empty is None."""

    default_error_messages = {"count": _("Hãy ghi một số nguyên từ 0 đến 100 triệu.")}

    def __init__(self, **kwargs):
        widget = forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"})
        super().__init__(**({"required": False, "max_length": 20, "widget": widget} | kwargs))

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        if _GROUPED.fullmatch(value):
            value = re.sub(r"[.\s]", "", value)
        if not (value.isascii() and value.isdigit()) or int(value) > LARGEST:
            raise forms.ValidationError(self.error_messages["count"], code="count")
        return int(value)


class _SeenField(forms.IntegerField):
    """The figure from evidence that stood beside a field when the page was drawn."""

    def __init__(self):
        super().__init__(required=False, min_value=0, widget=forms.HiddenInput)


def _area(label, help_text=""):
    return forms.CharField(
        label=label,
        required=False,
        max_length=TEXT_LIMIT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class ReportForm(VersionedFormMixin, Form):
    """The report of a unit. For every line of the page: `so_`, `gc_`, `thay_` + indicator id."""

    shared_note = forms.CharField(
        label=_("Ghi chú chung cho các số đã sửa"),
        required=False,
        max_length=NOTE_LIMIT,
        help_text=_("Dùng cho những số khác với minh chứng mà chưa có ghi chú riêng."),
    )
    takes_below = forms.BooleanField(
        label=_("Cộng số của các đơn vị đã báo cáo theo kế hoạch của đơn vị mình"), required=False
    )
    results = _area(_("Kết quả"), _("Việc đã làm trong kỳ, nổi bật trước."))
    limits = _area(_("Hạn chế"))
    proposals = _area(_("Kiến nghị"))

    def __init__(self, *args, report, lines, **kwargs):
        self.report, self.lines = report, lines
        names = ("results", "limits", "proposals", "takes_below", "lock_version")
        initial = {name: getattr(report, name) for name in names}
        for line in lines:
            pk = line.indicator.pk
            initial |= {f"so_{pk}": line.value, f"gc_{pk}": line.note, f"thay_{pk}": line.computed}
        super().__init__(*args, initial=initial, **kwargs)
        for line in lines:
            pk = line.indicator.pk
            self.fields[f"so_{pk}"] = CountField(label=line.indicator.name)
            self.fields[f"gc_{pk}"] = forms.CharField(
                label=_("Ghi chú"), required=False, max_length=NOTE_LIMIT
            )
            self.fields[f"thay_{pk}"] = _SeenField()

    def rows(self):
        """[(line, number field, note field, hidden field)] for the table."""
        for line in self.lines:
            pk = line.indicator.pk
            yield line, self[f"so_{pk}"], self[f"gc_{pk}"], self[f"thay_{pk}"]

    def figures(self):
        """{indicator id: Figure} as the action takes them."""
        data = self.cleaned_data
        found = {}
        for line in self.lines:
            pk = line.indicator.pk
            value, seen, note = data[f"so_{pk}"], data[f"thay_{pk}"], data[f"gc_{pk}"]
            if value is not None and seen is not None and value != seen and not note:
                note = data["shared_note"]
            found[pk] = Figure(value, note, seen)
        return found

    def add_figure_errors(self, fields):
        """Put the sentences of FigureErrors beside their figures."""
        for pk, sentence in fields.items():
            self.add_error(f"so_{pk}", sentence)

    def mark_stale_report(self, current):
        """Both texts; the figures of the other person as well."""
        stored = {v.indicator_id: v for v in current.values.all()}
        values = {}
        for line in self.lines:
            pk = line.indicator.pk
            if pk in stored:
                values[f"so_{pk}"] = stored[pk].value
                values[f"gc_{pk}"] = stored[pk].note
        values |= {name: getattr(current, name) for name in ("results", "limits", "proposals")}
        self.mark_stale(current, values=values)


class CorrectionForm(VersionedFormMixin, Form):
    """A confirmed report, changed with a reason."""

    reason = forms.CharField(
        label=_("Lý do sửa"),
        max_length=500,
        help_text=_("Hiện cạnh chỗ sửa, đơn vị và cấp trên đều thấy."),
    )
    results = _area(_("Kết quả"))
    limits = _area(_("Hạn chế"))
    proposals = _area(_("Kiến nghị"))

    def __init__(self, *args, report, lines, **kwargs):
        self.lines = lines
        names = ("results", "limits", "proposals", "lock_version")
        initial = {name: getattr(report, name) for name in names}
        initial |= {f"so_{line.indicator.pk}": line.value for line in lines}
        super().__init__(*args, initial=initial, **kwargs)
        for line in lines:
            self.fields[f"so_{line.indicator.pk}"] = CountField(
                label=line.indicator.name,
                required=True,
                error_messages={"required": _("Không phát sinh thì ghi 0.")},
            )

    def rows(self):
        """[(line, number field)] for the table."""
        for line in self.lines:
            yield line, self[f"so_{line.indicator.pk}"]

    def figures(self):
        return {
            line.indicator.pk: self.cleaned_data[f"so_{line.indicator.pk}"] for line in self.lines
        }

    def texts(self):
        return {name: self.cleaned_data[name] for name in ("results", "limits", "proposals")}


class ReturnForm(Form):
    """Why a report goes back."""

    note = forms.CharField(
        label=_("Lý do trả lại"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class HourField(forms.TypedChoiceField):
    """An hour of the day at which reports are due."""

    def __init__(self, **kwargs):
        hours = [(n, f"{n} giờ") for n in range(7, 24)] + [(24, _("Hết ngày (24 giờ)"))]
        super().__init__(choices=hours, coerce=int, **kwargs)


class SeriesForm(VersionedFormMixin, Form):
    """What is asked of the units of a plan, and how often."""

    title = forms.CharField(
        label=_("Tên báo cáo"),
        max_length=200,
        help_text=_("Ví dụ: Báo cáo tuần về tuyên truyền Đại hội"),
    )
    kind = forms.ChoiceField(
        label=_("Kỳ báo cáo"), choices=ReportSeries.Kind.choices, widget=forms.RadioSelect
    )
    cutoff_weekday = forms.TypedChoiceField(
        label=_("Hằng tuần: chốt số liệu vào"),
        choices=ReportSeries.Weekday.choices,
        coerce=int,
        required=False,
        empty_value=None,
        help_text=_("Kỳ gồm bảy ngày, hết ngày này."),
    )
    cutoff_day = forms.IntegerField(
        label=_("Hằng tháng: chốt số liệu ngày"),
        min_value=1,
        max_value=31,
        required=False,
        help_text=_(
            "Ngày 14: kỳ từ ngày 15 tháng trước đến hết ngày 14. "
            "Tháng không có ngày này thì chốt vào ngày cuối tháng."
        ),
    )
    deadline_days = forms.IntegerField(
        label=_("Hạn gửi: số ngày làm việc sau ngày chốt"), min_value=0, max_value=30
    )
    deadline_hour = HourField(label=_("Trước"))
    starts_on = DayField(label=_("Lấy số liệu từ ngày"))
    ends_on = DayField(
        label=_("Đến ngày"), required=False, help_text=_("Để trống nếu chưa biết ngày dừng.")
    )
    indicators = forms.ModelMultipleChoiceField(
        label=_("Chỉ tiêu"),
        queryset=Indicator.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Hãy chọn ít nhất một chỉ tiêu.")},
    )

    def __init__(self, *args, series=None, **kwargs):
        names = [*self.base_fields]
        if series is None:
            initial = {
                "kind": "weekly",
                "cutoff_weekday": 4,
                "cutoff_day": 14,
                "deadline_days": 1,
                "deadline_hour": 17,
                "starts_on": clock.today(),
                "lock_version": 0,
                "indicators": Indicator.objects.filter(active=True),
            }
        else:
            initial = {n: getattr(series, n) for n in names if n != "indicators"}
            initial["indicators"] = [row.indicator_id for row in series.series_indicators.all()]
        super().__init__(*args, initial=initial, **kwargs)
        used = initial["indicators"] if series is not None else []
        known = Indicator.objects.filter(active=True) | Indicator.objects.filter(pk__in=used)
        self.fields["indicators"].queryset = known.order_by("order", "id")
        self.fields["indicators"].label_from_instance = lambda i: f"{i.name} ({i.unit})"

    def values(self):
        """The keyword arguments of `create_series` and `edit_series`."""
        data = self.cleaned_data
        return {name: data[name] for name in self.base_fields if name not in ("lock_version",)} | {
            "indicators": list(data["indicators"])
        }


class _DeadlineMixin(Form):
    due_on = DayField(label=_("Hạn gửi: ngày"))
    due_hour = HourField(label=_("Trước"), initial=17)

    def deadline_at(self):
        """The instant that was entered."""
        data = self.cleaned_data
        return clock.start_of_day(data["due_on"]) + dt.timedelta(hours=data["due_hour"])


class PeriodForm(_DeadlineMixin):
    """A period by hand."""

    title = forms.CharField(
        label=_("Tên kỳ"),
        max_length=120,
        required=False,
        help_text=_("Ví dụ: Báo cáo nhanh trước ngày khai mạc; để trống thì lấy theo ngày."),
    )
    first_on = DayField(label=_("Số liệu từ ngày"))
    last_on = DayField(label=_("Đến hết ngày"))
    field_order = ["title", "first_on", "last_on", "due_on", "due_hour"]


class DeadlineForm(_DeadlineMixin):
    """Another deadline for one period."""


class _FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class _FilesField(forms.FileField):
    """One or several files; cleans to a list."""

    def __init__(self, *, most, **kwargs):
        self.most = most
        widget = _FilesInput(attrs={"accept": ".xlsx"})
        super().__init__(widget=widget, **kwargs)

    def clean(self, data, initial=None):
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > self.most:
            raise forms.ValidationError(_("Mỗi lần nhiều nhất %(n)d tệp."), params={"n": self.most})
        return [super(_FilesField, self).clean(file, initial) for file in files]


class FilesForm(Form):
    """Workbooks that come back."""

    files = _FilesField(
        label=_("Tệp Excel"),
        most=20,
        error_messages={"required": _("Hãy chọn tệp."), "empty": _("Tệp trống.")},
    )


class ReportFilterForm(Form):
    """The list of units of a period."""

    STATES = [
        ("", _("Mọi trạng thái")),
        ("chua", _("Chưa báo cáo")),
        *[(value, label) for value, label in UnitReport.State.choices if value != "none"],
        ("sua", _("Có sửa sau xác nhận")),
    ]
    trang_thai = forms.ChoiceField(label=_("Trạng thái"), choices=STATES, required=False)
    tim = forms.CharField(label=_("Tên đơn vị"), max_length=80, required=False)
