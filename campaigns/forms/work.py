"""Progress and evidence of an assignment."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from campaigns.models import Assignment
from portal.common.forms import Form, VersionedFormMixin


class ProgressForm(VersionedFormMixin, Form):
    """How far a unit is."""

    state = forms.ChoiceField(
        label=_("Đã làm đến đâu"), choices=Assignment.State.choices, widget=forms.RadioSelect
    )
    done_on = DayField(
        label=_("Ngày hoàn thành"),
        required=False,
        help_text=_("Chỉ ghi khi đã hoàn thành; để trống là hôm nay."),
    )
    note = forms.CharField(
        label=_("Ghi chú tiến độ"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args, assignment, **kwargs):
        names = ("state", "done_on", "note", "lock_version")
        initial = {name: getattr(assignment, name) for name in names}
        super().__init__(*args, initial=initial, **kwargs)


class EvidenceForm(Form):
    """Evidence entered by hand."""

    title = forms.CharField(
        label=_("Tên minh chứng"),
        max_length=300,
        help_text=_("Ví dụ: Hội nghị quán triệt, 126 người dự"),
    )
    happened_on = DayField(label=_("Ngày"))
    url = forms.CharField(
        label=_("Đường dẫn"),
        max_length=500,
        required=False,
        widget=forms.URLInput,
        help_text=_("Bài đăng ở nơi khác, ảnh, băng ghi: bắt đầu bằng https://"),
    )
    evidence_note = forms.CharField(
        label=_("Ghi chú"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
