from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from documents.blocks import plain_to_html
from documents.models import Document
from documents.rules import EDITING_ROLES
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.forms import Form, VersionedFormMixin
from portal.common.richtext import RichTextFormField

MAX_HTML = 3_000_000


class DocumentForm(Form):
    """A new document; its text may be pasted here at once or written on the next page."""

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
    pasted = forms.CharField(
        label=_("Dán toàn văn"),
        required=False,
        max_length=MAX_HTML,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Chữ thuần, mỗi đoạn một dòng. Dòng ngắn mở đầu bằng “Phần thứ…”, “I.”, “1.” thành đề "
            "mục. Có thể bỏ trống và soạn ở trang sau."
        ),
    )
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

    def action_arguments(self):
        """Keyword arguments of `actions.create_document`."""
        data = self.cleaned_data
        return {
            "agency": data["agency"],
            "title": data["title"],
            "subtitle": data["subtitle"],
            "event": data["event"],
            "circulation": data["circulation"],
            "not_secret": data["not_secret"],
            "html": plain_to_html(data["pasted"]),
        }


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
