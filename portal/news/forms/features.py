"""Forms of what pages feature."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form, VersionedFormMixin
from portal.news.forms.fields import MomentField
from portal.news.queries import front


class TimeForm(Form):
    """From when until when a story stands."""

    shows_from = MomentField(label=_("Hiện từ"), help_text=_("Bỏ trống: hiện ngay."))
    shows_until = MomentField(
        label=_("Hiện đến"), help_text=_("Bỏ trống: hiện đến khi đồng chí bỏ ra.")
    )

    def clean(self):
        data = super().clean()
        starts, ends = data.get("shows_from"), data.get("shows_until")
        if starts and ends and starts >= ends:
            self.add_error("shows_until", _("Giờ kết thúc phải sau giờ bắt đầu."))
        return data


class FeatureTimeForm(VersionedFormMixin, TimeForm):
    """The times of a story that is in the list."""


class AddFeatureForm(TimeForm):
    """A story and its times. Buttons carry the number of an article or a chuyên trang."""

    article = forms.IntegerField(required=False, min_value=1, max_value=2**62)
    microsite = forms.IntegerField(required=False, min_value=1, max_value=2**62)

    def clean(self):
        data = super().clean()
        if bool(data.get("article")) == bool(data.get("microsite")) and not self.errors:
            raise forms.ValidationError(_("Hãy chọn một tin trong danh sách."))
        return data


class _IdList(forms.CharField):
    """ "12,7,9" as [12, 7, 9]."""

    widget = forms.HiddenInput

    def clean(self, value):
        value = super().clean(value)
        parts = [part for part in value.split(",") if part]
        if len(parts) > front.MOST or not all(
            part.isascii() and part.isdecimal() and len(part) < 19 for part in parts
        ):
            raise forms.ValidationError(_("Danh sách gửi lên không đọc được."))
        return [int(part) for part in parts]


class OrderForm(Form):
    """The order somebody saw, and the one they want."""

    seen = _IdList(required=False)
    order = _IdList(required=False)


class MoveForm(Form):
    """The order somebody saw, and which way one story goes."""

    seen = _IdList(required=False)
    way = forms.ChoiceField(choices=[("len", "len"), ("xuong", "xuong")])


class MomentForm(Form):
    """Xem trước lúc …"""

    luc = MomentField(label=_("Xem trước lúc"))
