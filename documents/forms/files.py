"""Forms about what goes with an edition: files of the original, its symbol."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from documents.models import EditionFile
from portal.common.forms import Form


class FileForm(Form):
    """One file to keep; what it really is, the action tells by its content."""

    file = forms.FileField(
        label=_("Tệp"),
        help_text=_("PDF, Word (.docx) hoặc Excel (.xlsx), tối đa 25 MB, giữ nguyên từng byte."),
        widget=forms.ClearableFileInput(attrs={"accept": ".pdf,.docx,.xlsx,application/pdf"}),
        error_messages={"required": _("Chưa chọn tệp."), "empty": _("Tệp trống.")},
    )
    title = forms.CharField(
        label=_("Tên hiện cho người đọc"),
        max_length=200,
        required=False,
        help_text=_("Để trống thì lấy tên tệp."),
    )
    role = forms.ChoiceField(
        label=_("Loại"),
        choices=EditionFile.Role.choices,
        initial=EditionFile.Role.ORIGINAL,
        widget=forms.RadioSelect,
    )


class SymbolForm(Form):
    """The symbol of an edition, as the clerk of the office gave it."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    symbol = forms.CharField(
        label=_("Số, ký hiệu"),
        max_length=80,
        required=False,
        help_text=_("Ví dụ 135-BC/TU. Bỏ trống để gỡ số đã ghi."),
    )
    issued_on = DayField(
        label=_("Ngày ban hành"),
        required=False,
        error_messages={"invalid": _("Ghi ngày như 24/9/2026.")},
    )
    signer = forms.CharField(label=_("Người ký"), max_length=120, required=False)
    signer_position = forms.CharField(label=_("Chức vụ"), max_length=120, required=False)

    def __init__(self, *args, edition, **kwargs):
        initial = {"lock_version": edition.lock_version}
        if edition.official_id:
            names = ("symbol", "issued_on", "signer", "signer_position")
            initial |= {name: getattr(edition.official, name) for name in names}
        super().__init__(*args, initial=initial, **kwargs)

    def action_arguments(self):
        """Keyword arguments of `actions.set_symbol`."""
        data = dict(self.cleaned_data)
        data["expected_version"] = data.pop("lock_version")
        return data
