"""What the pages of saved texts ask for."""

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from portal.common import clock
from portal.common.forms import Form
from portal.common.minutes import TimeOfDayField


class CompareForm(Form):
    """Two numbers of saved texts."""

    cu = forms.IntegerField(label=_l("Bản cũ"), min_value=1, max_value=10**6)
    moi = forms.IntegerField(label=_l("Bản mới"), min_value=1, max_value=10**6)


class DayForm(Form):
    """A day in Vietnam, and a time of it if it matters."""

    ngay = forms.DateField(
        label=_l("Ngày"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _l("Hãy chọn ngày."),
            "invalid": _l("Hãy nhập ngày theo mẫu 18/02/2020."),
        },
    )
    luc = TimeOfDayField(
        label=_l("Lúc"),
        help_text=_l("Để trống để xem cuối ngày."),
        error_messages={"invalid": _l("Hãy nhập giờ theo mẫu 14:05.")},
    )

    def clean_ngay(self):
        date = self.cleaned_data["ngay"]
        if date > clock.today():
            raise forms.ValidationError(_("Ngày này chưa tới."), code="future")
        return date
