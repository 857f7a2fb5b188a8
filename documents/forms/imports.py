"""Forms of reading a text into an edition."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents import importing
from portal.common.errors import Refused
from portal.common.forms import Form

ACCEPT = ".docx,.html,.htm,.txt"
#: In characters of what is pasted: a little below what a request may hold.
MOST_PASTED = 4_000_000


class Untouched(forms.Field):
    """Text exactly as pasted: in TCVN3 the soft hyphen, which cleaning drops, is a letter."""

    default_error_messages = {
        "long": _("Nội dung dán quá dài. Hãy lưu thành tệp .docx rồi chọn tệp."),
    }

    def to_python(self, value):
        return value or ""

    def validate(self, value):
        super().validate(value)
        if len(value) > MOST_PASTED:
            raise forms.ValidationError(self.error_messages["long"], code="long")


class ReadsText:
    """Reads a file or what was pasted; `self.result` and `self.source_name` hold what came."""

    result = None
    source_name = ""

    def read_source(self, data):
        """Fill `result` from `file`, `html` or `text` of the cleaned data; errors stand at them."""
        file, html, text = data.get("file"), data.get("html"), data.get("text")
        field = "file" if file else "text"
        try:
            if file:
                self.source_name = file.name
                self.result = importing.read(file, file.name)
            elif html:
                self.source_name = str(_("Nội dung dán"))
                self.result = importing.read_html(html)
            elif text and text.strip():
                self.source_name = str(_("Nội dung dán"))
                self.result = importing.read_text(text)
        except Refused as refused:
            self.add_error(field, forms.ValidationError(refused.message, code=refused.code))


class ImportForm(ReadsText, Form):
    """A text for an edition: a file, or what was pasted.

    Args:
        existing: the TextImport that would give way, or None.
    """

    file = forms.FileField(
        label=_("Tệp văn bản"),
        required=False,
        allow_empty_file=True,  # refused with a sentence by the reader
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_("Word (.docx), HTML hoặc chữ thuần (.txt), đến 50 MB."),
    )
    text = Untouched(
        label=_("Hoặc dán nội dung"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-paste": ""}),
        help_text=_(
            "Dán từ Word thì giữ được đề mục, chữ đậm, bảng. Chữ thuần: mỗi đoạn một dòng."
        ),
    )
    html = Untouched(required=False, widget=forms.HiddenInput(attrs={"data-paste-html": ""}))
    replace = forms.BooleanField(
        label=_("Bỏ bản nhập dở cùng các chỗ đã chỉnh để nhập lại từ đầu"),
        required=False,
    )

    def __init__(self, *args, existing=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.existing = existing
        if existing is None:
            del self.fields["replace"]

    def clean(self):
        data = super().clean()
        if not data.get("file") and not data.get("html") and not (data.get("text") or "").strip():
            if not self.errors:
                self.add_error("file", _("Hãy chọn tệp hoặc dán nội dung."))
            return data
        if self.existing is not None and not data.get("replace"):
            self.add_error("replace", _("Hãy đánh dấu nếu muốn bỏ bản nhập dở."))
        if not self.errors:
            self.read_source(data)
        return data


class BlockForm(Form):
    """One block of a staged text."""

    KINDS = (
        ("heading", _("Đề mục")),
        ("paragraph", _("Đoạn")),
        ("footnote", _("Chú thích")),
    )
    kind = forms.ChoiceField(label=_("Loại"), choices=KINDS)
    level = forms.TypedChoiceField(
        label=_("Cấp đề mục"),
        coerce=int,
        choices=[(n, _("Cấp %d") % n) for n in range(1, 11)],
        required=False,
        empty_value=1,
    )
    number = forms.CharField(label=_("Số"), required=False, max_length=40)
    text = forms.CharField(
        label=_("Nội dung"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Xuống dòng ở chỗ nào thì tách thành đoạn mới ở chỗ ấy."),
    )


class ShapeForm(Form):
    """What all paragraphs of one shape become."""

    lock_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    key = forms.CharField(max_length=40)
    level = forms.TypedChoiceField(
        coerce=int, choices=[(n, _("Đề mục cấp %d") % n) for n in range(1, 11)]
    )


class PictureForm(Form):
    """What a picture shows."""

    alt = forms.CharField(
        label=_("Chữ thay thế"),
        max_length=300,
        help_text=_("Nêu điều thấy trong ảnh, cho người không xem được ảnh."),
        error_messages={"required": _("Hãy nêu điều thấy trong ảnh.")},
    )


class SaveImportForm(Form):
    """Saving a staged text into the edition."""

    lock_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    edition_version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    replace = forms.BooleanField(
        label=_("Thay toàn văn đang soạn bằng văn bản nhập"), required=False
    )
