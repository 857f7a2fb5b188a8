"""Uploading a list from Excel."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from portal.agencies import importing_units
from portal.agencies.forms.fields import DayField
from portal.common.forms import Form


class SheetForm(Form):
    """One .xlsx file."""

    file = forms.FileField(
        label=_("Tệp Excel (.xlsx)"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx"}),
        error_messages={"empty": _("Tệp này không có gì.")},
    )

    def clean_file(self):
        file = self.cleaned_data["file"]
        if not file.name.lower().endswith(".xlsx"):
            raise forms.ValidationError(
                _g("Chỉ nhận tệp .xlsx. Tệp .xls, .ods hãy mở rồi lưu lại thành .xlsx.")
            )
        return file


class UnitSheetForm(SheetForm):
    """A tree of units, and from when it holds."""

    on = DayField(
        label=_("Có hiệu lực từ ngày"),
        help_text=_("Đơn vị mới hoạt động, tên mới và cấp trên mới tính từ ngày này."),
    )

    def clean_on(self):
        on = self.cleaned_data["on"]
        if not importing_units.day_is_possible(on):
            raise forms.ValidationError(_g("Ngày này quá xa; tối đa một năm tới."))
        return on
