"""Forms about agencies themselves."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from portal.agencies.forms.fields import AgenciesField, AgencyField, DayField
from portal.agencies.models import Agency, Level, Succession
from portal.common.forms import Form, VersionedFormMixin

_DECISION = _("Số, ký hiệu và ngày của quyết định, nếu có.")


class SettingsForm(VersionedFormMixin, forms.ModelForm):
    """Settings of an agency.

    Whether it is a cell decides who reads what its members write, so only whoever administers the
    unit above says it (`may_restructure`).
    """

    led_by = AgencyField(
        label=_("Cấp ủy lãnh đạo"),
        required=False,
        help_text=_(
            "Cơ quan nhà nước, đoàn thể: tổ chức đảng được giao nhiệm vụ cho cơ quan này (tên, mã "
            "hoặc địa chỉ). Để trống nếu không có."
        ),
    )

    def __init__(self, *args, may_restructure, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_restructure:
            del self.fields["is_cell"]
        leader = self.instance.led_by
        self.initial["led_by"] = leader.slug if leader else ""

    class Meta:
        model = Agency
        fields = [
            "code",
            "kind",
            "level",
            "is_cell",
            "protocol_no",
            "member_count",
            "about",
            "address",
            "phone",
            "led_by",
        ]
        labels = {"level": _("Cấp"), "is_cell": _("Là chi bộ")}
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "code": _("Như trong số, ký hiệu văn bản: TU, SNV."),
            "protocol_no": _("Số nhỏ đứng trước trong danh sách các cơ quan cùng cấp."),
            "member_count": _("Số khai báo của tổ chức đảng; để trống nếu không có."),
        }


class NameForm(Form):
    name = forms.CharField(label=_("Tên"), max_length=200)
    short_name = forms.CharField(label=_("Tên ngắn"), max_length=80, required=False)
    committee_name = forms.CharField(label=_("Cấp ủy"), max_length=200, required=False)
    on = DayField(
        label=_("Từ ngày"),
        help_text=_("Để sửa lỗi chính tả, ghi đúng ngày bắt đầu của tên hiện nay."),
    )
    decision = forms.CharField(
        label=_("Quyết định"), max_length=120, required=False, help_text=_DECISION
    )
    slug = forms.SlugField(
        label=_("Địa chỉ trang"),
        max_length=80,
        required=False,
        help_text=_("Địa chỉ cũ tự chuyển sang địa chỉ mới."),
    )


class MoveForm(Form):
    parent = AgencyField(
        label=_("Cấp trên trực tiếp mới"),
        required=False,
        help_text=_("Tên, mã hoặc địa chỉ. Để trống nếu không trực thuộc cơ quan nào."),
    )
    on = DayField(label=_("Từ ngày"))
    decision = forms.CharField(
        label=_("Quyết định"), max_length=120, required=False, help_text=_DECISION
    )


class SuccessionForm(Form):
    kind = forms.ChoiceField(
        label=_("Hình thức"), choices=Succession.Kind.choices, widget=forms.RadioSelect
    )
    targets = AgenciesField(
        label=_("Cơ quan kế tục"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text=_("Mỗi dòng một cơ quan (tên, mã hoặc địa chỉ); trống nếu kết thúc."),
    )
    on = DayField(label=_("Từ ngày"), help_text=_("Ngày đầu tiên cơ quan này không còn hoạt động."))
    decision = forms.CharField(label=_("Quyết định"), max_length=120, help_text=_DECISION)
    carry_roles = forms.BooleanField(
        label=_("Chuyển vai trò của người ở đây sang cơ quan kế tục"), required=False
    )


class NewAgencyForm(Form):
    name = forms.CharField(label=_("Tên"), max_length=200)
    short_name = forms.CharField(label=_("Tên ngắn"), max_length=80, required=False)
    committee_name = forms.CharField(label=_("Cấp ủy"), max_length=200, required=False)
    kind = forms.ChoiceField(label=_("Loại"), choices=Agency.Kind.choices)
    level = forms.ModelChoiceField(label=_("Cấp"), queryset=Level.objects.all())
    is_cell = forms.BooleanField(label=_("Là chi bộ"), required=False)
    code = forms.CharField(label=_("Mã, ký hiệu"), max_length=40, required=False)
    protocol_no = forms.IntegerField(label=_("Thứ tự văn bản"), initial=1000, min_value=0)
    starts = DayField(label=_("Hoạt động từ ngày"))
    decision = forms.CharField(
        label=_("Quyết định"), max_length=120, required=False, help_text=_DECISION
    )


class SearchForm(Form):
    q = forms.CharField(label=_("Tên cơ quan"), max_length=100, required=False)


class MergerForm(Form):
    """Several units below one agency become one."""

    sources = forms.ModelMultipleChoiceField(
        label=_("Đơn vị sáp nhập"),
        queryset=Agency.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Chọn các đơn vị sáp nhập.")},
    )
    target = forms.ModelChoiceField(
        label=_("Thành"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("Đơn vị mới, tên ghi dưới đây"),
    )
    name = forms.CharField(label=_("Tên đơn vị mới"), max_length=200, required=False)
    short_name = forms.CharField(label=_("Tên ngắn"), max_length=80, required=False)
    committee_name = forms.CharField(label=_("Cấp ủy"), max_length=200, required=False)
    on = DayField(label=_("Từ ngày"), help_text=_("Ngày đầu tiên của đơn vị sau sáp nhập."))
    decision = forms.CharField(label=_("Quyết định"), max_length=120, help_text=_DECISION)
    carry_roles = forms.BooleanField(
        label=_("Chuyển vai trò của người ở các đơn vị cũ sang"), required=False, initial=True
    )

    def __init__(self, *args, children, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["sources"].queryset = children
        self.fields["target"].queryset = children

    def clean(self):
        data = super().clean()
        if data.get("target") is None and not data.get("name") and "target" not in self.errors:
            self.add_error("name", _g("Ghi tên đơn vị mới, hoặc chọn một đơn vị đang có."))
        return data

    def values(self):
        """Keyword arguments of `merge_agencies`."""
        names = ("sources", "target", "on", "decision", "carry_roles")
        values = {name: self.cleaned_data[name] for name in names}
        values["sources"] = list(values["sources"])
        if values["target"] is None:
            keys = ("name", "short_name", "committee_name")
            values["new"] = {key: self.cleaned_data[key] for key in keys}
        return values
