"""Fields that name a day, a person, an agency."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.accounts import queries as account_queries
from portal.agencies import queries


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day picked in the browser, or typed as 31/12/2026 where it cannot pick."""

    widget = DayInput
    input_formats = ["%Y-%m-%d", "%d/%m/%Y"]

    def __init__(self, **kwargs):
        super().__init__(input_formats=self.input_formats, **kwargs)


class PersonField(forms.CharField):
    """An active account, named in full: there is no list of people to pick from."""

    default_error_messages = {
        "unknown": _("Không có tài khoản đang hoạt động nào với tên hoặc số này."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Tên đăng nhập hoặc số điện thoại"))
        kwargs.setdefault("max_length", 150)
        super().__init__(**kwargs)
        self.widget.attrs.update({"autocomplete": "off", "autocapitalize": "none"})

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        user = account_queries.by_login(value)
        if user is None or not user.is_active:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        return user


class AgencyField(forms.CharField):
    """One agency of today by slug, code or whole name."""

    default_error_messages = {
        "unknown": _("Không tìm thấy cơ quan nào đang hoạt động với tên, mã này."),
        "many": _("Có nhiều cơ quan khớp: %(names)s. Hãy ghi địa chỉ, ví dụ “%(slug)s”."),
    }

    def __init__(self, **kwargs):
        kwargs.setdefault("max_length", 200)
        super().__init__(**kwargs)

    def clean(self, value):
        value = super().clean(value)
        if not value:
            return None
        found = queries.by_text(value)
        if not found:
            raise forms.ValidationError(self.error_messages["unknown"], code="unknown")
        if len(found) > 1:
            names = ", ".join(f"{a.name} ({a.slug})" for a in found[:5])
            raise forms.ValidationError(
                self.error_messages["many"] % {"names": names, "slug": found[0].slug}, code="many"
            )
        return found[0]


class AgenciesField(AgencyField):
    """Several agencies, one a line."""

    widget = forms.Textarea

    def clean(self, value):
        lines = [line for line in (value or "").splitlines() if line.strip()]
        forms.CharField.clean(self, value)
        return [super(AgenciesField, self).clean(line) for line in lines]
