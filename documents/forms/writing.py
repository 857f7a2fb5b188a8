from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from documents.forms.imports import ACCEPT, ReadsText, Untouched
from documents.models import Document
from documents.rules import EDITING_ROLES
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.forms import Form, VersionedFormMixin
from portal.common.richtext import RichTextFormField

MAX_HTML = 3_000_000


class DocumentForm(ReadsText, Form):
    """A new document; a file or pasted text is read at once, to be looked at on the next page."""

    agency = forms.ModelChoiceField(
        label=_("Cơ quan"), queryset=Agency.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Tên văn kiện"), max_length=300)
    subtitle = forms.CharField(
        label=_("Dòng dưới tên"),
        max_length=300,
        required=False,
        help_text=_("Ví dụ: của Ban Chấp hành Đảng bộ tỉnh trình Đại hội lần thứ I"),
    )
    event = forms.ModelChoiceField(
        label=_("Trình đại hội"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=_("Không gắn với đại hội nào"),
    )
    circulation = forms.ChoiceField(label=_("Phạm vi"), choices=Document.Circulation.choices)
    file = forms.FileField(
        label=_("Tệp toàn văn"),
        required=False,
        allow_empty_file=True,  # refused with a sentence by the reader
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
        help_text=_(
            "Word (.docx), HTML hoặc chữ thuần, đến 50 MB. Có thể bỏ trống rồi nhập hoặc soạn sau."
        ),
    )
    text = Untouched(
        label=_("Hoặc dán toàn văn"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6, "data-paste": ""}),
        help_text=_(
            "Dán từ Word thì giữ được đề mục, chữ đậm, bảng. Chữ thuần: mỗi đoạn một dòng."
        ),
    )
    html = Untouched(required=False, widget=forms.HiddenInput(attrs={"data-paste-html": ""}))
    not_secret = forms.BooleanField(
        label=_("Tôi xác nhận văn kiện không thuộc bí mật nhà nước"),
        error_messages={
            "required": _("Cần xác nhận trước khi tạo; cổng không tiếp nhận văn bản mật.")
        },
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        ids = grants_of(user).agency_ids(EDITING_ROLES, inherited=False)
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=ids)
        self.fields["event"].queryset = (
            Event.objects.filter(kind=Event.Kind.CONGRESS)
            .select_related("host")
            .order_by("-term_start", "slug")
        )

    def clean(self):
        data = super().clean()
        if not self.errors:
            self.read_source(data)
        return data

    def action_arguments(self):
        """Keyword arguments of `actions.create_document`."""
        data = self.cleaned_data
        names = ("agency", "title", "subtitle", "event", "circulation", "not_secret")
        return {name: data[name] for name in names}


class TextForm(VersionedFormMixin, Form):
    """The working text of an edition."""

    html = RichTextFormField(label=_("Toàn văn"), required=False, max_length=MAX_HTML)
    note = forms.CharField(
        label=_("Điểm mới của lần này"),
        max_length=500,
        required=False,
        help_text=_("Người đọc thấy dòng này khi so với lần trước."),
    )


class RemarkForm(Form):
    """Why an edition is sent back or withdrawn."""

    remark = forms.CharField(
        label=_("Nhận xét"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
