"""What the pages of numbers ask for: which agency, from when to when, which month."""

import datetime as dt
import re

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.agencies.forms.fields import AgencyField, DayField
from portal.common.forms import Form
from portal.news.filters import MOST_CHOICES

DAYS_MOST = 366
DAYS_SHOWN = 30


class ScopeForm(Form):
    """One agency of those the person may look at, by itself or with the units below it."""

    co_quan = forms.ModelChoiceField(
        label=_("Cơ quan"), queryset=None, to_field_name="slug", required=False, empty_label=None
    )
    cap_duoi = forms.BooleanField(label=_("Gồm đơn vị trực thuộc"), required=False)

    field_order = ("co_quan",)

    def __init__(self, *args, agencies, own, **kwargs):
        super().__init__(*args, **kwargs)
        self.agencies = agencies
        self.own = own
        some = list(agencies[: MOST_CHOICES + 1])
        if len(some) > MOST_CHOICES:  # nobody finds a commune in a list of thousands
            self.fields["co_quan"] = AgencyField(
                label=_("Cơ quan"), required=False, help_text=_("Tên, mã hoặc địa chỉ cơ quan.")
            )
            self.order_fields(self.field_order)
            self.initial.setdefault("co_quan", own.name if own else "")
        else:
            self.fields["co_quan"].queryset = agencies
            self.initial.setdefault("co_quan", own)
        if len(some) == 1:
            del self.fields["co_quan"], self.fields["cap_duoi"]

    def clean_co_quan(self):
        agency = self.cleaned_data["co_quan"]
        if agency is not None and not self.agencies.filter(pk=agency.pk).exists():
            raise forms.ValidationError(_("Cơ quan này không thuộc phạm vi của đồng chí."))
        return agency

    def _chosen(self, name):
        return self.cleaned_data.get(name) if self.is_bound and self.is_valid() else None

    @property
    def agency(self):
        """The agency that counts: the one chosen, else the person's own."""
        return self._chosen("co_quan") or self.own

    @property
    def with_units(self):
        return bool(self._chosen("cap_duoi"))


class DaysMixin(Form):
    """From a day to a day, both counted; the last thirty days where nothing is said."""

    tu = DayField(label=_("Từ ngày"), required=False)
    den = DayField(label=_("Đến ngày"), required=False)

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        for name in ("tu", "den"):
            self.fields[name].widget.attrs["max"] = today.isoformat()
        self.initial.setdefault("tu", today - dt.timedelta(days=DAYS_SHOWN - 1))
        self.initial.setdefault("den", today)

    def clean(self):
        cleaned = super().clean()
        if self.errors:
            return cleaned
        last = cleaned.get("den") or self.today
        first = cleaned.get("tu") or last - dt.timedelta(days=DAYS_SHOWN - 1)
        if last > self.today:
            self.add_error("den", _("Ngày này chưa đến."))
        elif first > last:
            self.add_error("tu", _("Ngày bắt đầu phải trước ngày kết thúc."))
        elif (last - first).days >= DAYS_MOST:
            self.add_error("tu", _("Xem nhiều nhất một năm một lần."))
        return {**cleaned, "tu": first, "den": last}

    @property
    def span(self):
        """(first, last) that count."""
        if self.is_bound and self.is_valid():
            return self.cleaned_data["tu"], self.cleaned_data["den"]
        return self.today - dt.timedelta(days=DAYS_SHOWN - 1), self.today


class DaysForm(DaysMixin):
    """The days of one article."""


class StatisticsForm(DaysMixin, ScopeForm):
    """The days of an agency."""

    field_order = ("co_quan", "tu", "den", "cap_duoi")


class MonthField(forms.CharField):
    """A month as browsers send it, "2026-09", or typed as 9/2026."""

    widget = forms.TextInput

    def __init__(self, **kwargs):
        super().__init__(max_length=10, **kwargs)
        self.widget.input_type = "month"

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        match = re.fullmatch(r"(\d{4})-(\d{1,2})", value)
        year, month = (match[1], match[2]) if match else (None, None)
        if match is None and (match := re.fullmatch(r"(\d{1,2})[/-](\d{4})", value)):
            month, year = match[1], match[2]
        if year is None or not 1930 <= int(year) <= 2199 or not 1 <= int(month) <= 12:
            raise forms.ValidationError(_("Hãy ghi tháng và năm, ví dụ 9/2026."), code="month")
        return dt.date(int(year), int(month), 1)

    def prepare_value(self, value):
        return f"{value:%Y-%m}" if isinstance(value, dt.date) else value


class RegisterForm(ScopeForm):
    """Bảng kê: a month of an agency, perhaps one author only."""

    thang = MonthField(label=_("Tháng"), required=False)
    tac_gia = forms.CharField(required=False, max_length=120, widget=forms.HiddenInput)

    field_order = ("co_quan", "thang", "cap_duoi")

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["thang"].widget.attrs["max"] = f"{today:%Y-%m}"
        self.initial.setdefault("thang", today.replace(day=1))

    def clean_thang(self):
        month = self.cleaned_data["thang"]
        if month is not None and month > self.today:
            raise forms.ValidationError(_("Tháng này chưa đến."), code="future")
        return month

    @property
    def month(self):
        return self._chosen("thang") or self.today.replace(day=1)

    @property
    def author(self):
        """The byline looked at; None for all of them."""
        return self._chosen("tac_gia") or None
