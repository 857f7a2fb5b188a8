"""What clerks fill in when they key in letters, paper forms and lists."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.models import Channel, EntryBatch, Opinion, RespondentGroup
from portal.common.forms import Form, VersionedFormMixin

#: Channels that people above a unit use for paper; the rest is offered for lists.
PAPER_CHANNELS = (Channel.PAPER, Channel.LETTER, Channel.EMAIL, Channel.PRESS, Channel.OTHER)
SCANS = "application/pdf,image/jpeg,image/png,image/webp"


def channels_of(consultation, kind):
    """Choices of channels for a batch of `kind`, as the consultation has them."""
    wanted = [c for c in Channel if c in consultation.channels and c != Channel.ONLINE]
    if kind == EntryBatch.Kind.PAPER:
        wanted = [c for c in wanted if c in PAPER_CHANNELS]
    return [(c.value, c.label) for c in wanted]


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self):
        super().__init__(format="%Y-%m-%d")


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Cleans to a list of uploaded files."""

    def __init__(self, **kwargs):
        super().__init__(widget=ManyFiles(attrs={"accept": SCANS}), **kwargs)

    def clean(self, data, initial=None):
        files = data if isinstance(data, (list, tuple)) else [data]
        return [super(ManyFilesField, self).clean(file, initial) for file in files if file] or (
            [super().clean(None, initial)] if self.required else []
        )


class BatchForm(Form):
    """What came, by which channel, when. `key` makes a second sending harmless."""

    channel = forms.ChoiceField(label=_("Kênh tiếp nhận"))
    received_on = forms.DateField(
        label=_("Ngày nhận"),
        widget=DateInput(),
        help_text=_("Ngày phiếu, thư đến đơn vị; ý kiến được tính vào ngày này."),
    )
    note = forms.CharField(
        label=_("Ghi chú"),
        required=False,
        max_length=500,
        help_text=_("Ví dụ: 12 phiếu của hội nghị ngày 5/10. Không ghi tên người góp ý."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, consultation, kind, **kwargs):
        super().__init__(*args, **kwargs)
        choices = channels_of(consultation, kind)
        self.fields["channel"].choices = choices
        if len(choices) == 1:
            self.fields["channel"].initial = choices[0][0]


class ScansForm(Form):
    """Scans of the papers."""

    files = ManyFilesField(
        label=_("Bản quét hoặc ảnh chụp"),
        help_text=_("PDF hoặc ảnh; ảnh được bỏ thông tin nơi chụp. Chỉ người nhập, kiểm tra xem."),
    )


class NewPaperForm(BatchForm):
    """A new batch of papers; scans may come with it or later."""

    files = ManyFilesField(
        label=_("Bản quét hoặc ảnh chụp"),
        required=False,
        help_text=_("PDF hoặc ảnh, chọn được nhiều tệp; có thể thêm sau."),
    )


class FileForm(Form):
    """Another file in place of one that was read."""

    file = forms.FileField(
        label=_("Tệp đã sửa"), widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"})
    )


class ImportForm(BatchForm):
    """A list to import."""

    file = forms.FileField(
        label=_("Tệp Excel hoặc CSV"),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
        help_text=_("Tối đa 8 MB, 20.000 dòng. Dòng đầu là tên cột như trong biểu mẫu."),
    )


class RowForm(VersionedFormMixin):
    """One opinion as it stands on the paper. Nothing is required: what is missing is shown."""

    edition = forms.ModelChoiceField(
        label=_("Văn kiện"), queryset=None, required=False, empty_label=_("Chọn văn kiện")
    )
    place_typed = forms.CharField(
        label=_("Chỗ góp ý"),
        required=False,
        max_length=200,
        help_text=_("Số đoạn, đề mục, “câu hỏi 2”, hoặc trang, dòng; để trống là toàn văn."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "đoạn 12"}),
    )
    stance = forms.ChoiceField(
        label=_("Quan điểm"),
        choices=Opinion.Stance.choices,
        required=False,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label=_("Nội dung góp ý"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    reason = forms.CharField(
        label=_("Lý do"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    proposed = forms.CharField(
        label=_("Đề xuất sửa câu chữ"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    group = forms.ModelChoiceField(
        label=_("Đối tượng góp ý"),
        queryset=RespondentGroup.objects.none(),
        required=False,
        empty_label=_("Không nêu"),
    )

    def __init__(self, *args, places, row=None, **kwargs):
        initial = dict(kwargs.pop("initial", None) or {})
        if row is not None:
            names = ("place_typed", "stance", "text", "reason", "proposed", "lock_version")
            initial |= {name: getattr(row, name) for name in names}
            initial |= {"edition": row.edition_id, "group": row.group_id}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["lock_version"].required = False
        self.fields["place_typed"].widget.attrs["autofocus"] = True
        editions = places.editions
        field = self.fields["edition"]
        if len(editions) == 1:
            del self.fields["edition"]
        else:
            field.queryset = type(editions[0]).objects.filter(pk__in=[e.pk for e in editions])
            field.choices = [("", field.empty_label)] + [
                (e.pk, f"{n}. {e.document.title}") for n, e in enumerate(editions, start=1)
            ]
        groups = places.consultation.groups.all()
        self.fields["group"].queryset = groups
        if not groups:
            del self.fields["group"]

    def values(self):
        """Keyword arguments of `entries.put_row` and `change_row`."""
        names = ("edition", "place_typed", "stance", "text", "reason", "proposed", "group")
        return {n: self.cleaned_data[n] for n in names if n in self.cleaned_data}


class SendBackForm(Form):
    """What is to be mended."""

    reason = forms.CharField(
        label=_("Cần sửa gì"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


class UndoForm(Form):
    """Why an accepted batch is undone; kept with it."""

    reason = forms.CharField(
        label=_("Lý do hủy lô"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
