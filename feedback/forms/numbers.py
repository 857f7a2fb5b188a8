"""Numbers that others declare."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Edition
from feedback.forms.consultations import DateInput
from feedback.models import Channel, DeclaredNumber
from portal.common.forms import Form


class DeclaredForm(Form):
    """One number that a unit or another system reports."""

    source = forms.CharField(
        label=_("Nguồn"),
        max_length=200,
        help_text=_("Ví dụ: Ứng dụng định danh quốc gia, Báo cáo của Đảng ủy xã Hòa Bình."),
    )
    channel = forms.ChoiceField(label=_("Kênh tiếp nhận"), choices=Channel.choices)
    measure = forms.ChoiceField(label=_("Số gì"), choices=DeclaredNumber.Measure.choices)
    n = forms.IntegerField(
        label=_("Số lượng"),
        min_value=0,
        max_value=2_000_000_000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    as_of = forms.DateField(label=_("Tính đến ngày"), widget=DateInput())
    edition = forms.ModelChoiceField(
        label=_("Văn kiện"),
        queryset=Edition.objects.none(),
        required=False,
        empty_label=_("Tất cả văn kiện"),
    )
    note = forms.CharField(label=_("Ghi chú"), max_length=300, required=False)

    def __init__(self, *args, consultation, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["as_of"].initial = today
        self.fields["edition"].queryset = (
            Edition.objects.filter(consultation_editions__consultation=consultation)
            .select_related("document")
            .order_by("consultation_editions__position")
        )
        self.fields["edition"].label_from_instance = lambda edition: edition.document.title
