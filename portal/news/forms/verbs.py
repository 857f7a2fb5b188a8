"""Forms of the verbs on an article: sending back, withdrawing, remarking."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form
from portal.news.models import Article, Remark


class VersionForm(Form):
    """A verb on the article as the person saw it."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class SendBackForm(VersionForm):
    remark = forms.CharField(
        label=_("Cần sửa gì"),
        max_length=Remark._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Hãy ghi cần sửa gì, để người viết biết.")},
    )


class WithdrawForm(VersionForm):
    reason = forms.CharField(
        label=_("Lý do gỡ"),
        max_length=Article._meta.get_field("withdrawn_reason").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Người đọc mở địa chỉ của bài sẽ thấy lý do này."),
        error_messages={"required": _("Hãy ghi lý do gỡ bài; người đọc sẽ thấy lý do này.")},
    )


class RemarkForm(Form):
    text = forms.CharField(
        label=_("Nhận xét"),
        max_length=Remark._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": _("Nhận xét cần có nội dung.")},
    )
