"""Forms about people and what they hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.agencies.actions.roles import PERSONAL_ROLES
from portal.agencies.forms.fields import DayField, PersonField
from portal.agencies.models import Membership, Role
from portal.common.forms import Form

_UNTIL_OPEN = _("Để trống nếu chưa có ngày kết thúc.")


class RoleForm(Form):
    role = forms.TypedChoiceField(label=_("Vai trò"), choices=Role.choices, coerce=int)
    starts = DayField(label=_("Từ ngày"))
    until = DayField(label=_("Đến hết ngày"), required=False, help_text=_UNTIL_OPEN)


class NewPersonForm(RoleForm):
    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)
    username = forms.CharField(
        label=_("Tên đăng nhập"),
        max_length=50,
        required=False,
        help_text=_("Để trống thì lấy theo họ tên."),
    )
    phone = forms.CharField(label=_("Số điện thoại"), max_length=20, required=False)
    email = forms.EmailField(label=_("Thư điện tử"), max_length=254, required=False)

    field_order = ["full_name", "username", "phone", "email", "role", "starts", "until"]


class KnownPersonForm(RoleForm):
    person = PersonField()

    field_order = ["person", "role", "starts", "until"]


class ContactForm(Form):
    full_name = forms.CharField(label=_("Họ và tên"), max_length=120)
    phone = forms.CharField(label=_("Số điện thoại"), max_length=20, required=False)
    email = forms.EmailField(label=_("Thư điện tử"), max_length=254, required=False)


class EndForm(Form):
    last_day = DayField(
        label=_("Ngày cuối cùng"),
        help_text=_("Chọn ngày hôm qua để kết thúc ngay."),
    )


class DelegationForm(Form):
    """Ủy quyền từ … đến …: which of one's roles, to whom, on what decision."""

    held = forms.ModelChoiceField(label=_("Vai trò ủy quyền"), queryset=Membership.objects.none())
    to_user = PersonField(label=_("Người nhận ủy quyền (tên đăng nhập hoặc số điện thoại)"))
    starts = DayField(label=_("Từ ngày"))
    until = DayField(label=_("Đến hết ngày"))
    decision = forms.CharField(label=_("Quyết định, giấy ủy quyền"), max_length=200, required=False)

    def __init__(self, *args, held, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["held"]
        field.queryset = held.exclude(role__in=PERSONAL_ROLES).select_related("agency")
        field.label_from_instance = lambda row: f"{row.get_role_display()}, {row.agency.name}"


class HandoverForm(Form):
    to_user = PersonField(label=_("Người nhận bàn giao (tên đăng nhập hoặc số điện thoại)"))
    on = DayField(label=_("Từ ngày"))


class ImportForm(Form):
    file = forms.FileField(
        label=_("Tệp danh sách (.xlsx)"),
        widget=forms.FileInput(
            attrs={
                "accept": ".xlsx,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
            }
        ),
    )
