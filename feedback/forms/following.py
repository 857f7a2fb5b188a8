"""What is filled in after an opinion was sent: messages, and actions by receipt."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.actions.answers import MAX_CHANGED
from feedback.actions.answers import MAX_TEXT as MAX_ANSWER
from feedback.actions.clarifications import MAX_TEXT
from feedback.models import Answer
from portal.common.forms import Form, VersionedFormMixin


class ReplyForm(Form):
    """The author's reply; by receipt it carries the code along."""

    text = forms.CharField(
        label=_("Trả lời của đồng chí"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Không cần nêu tên. Người tổng hợp đọc được; mã tiếp nhận không hiện lời này."),
    )


class QuestionForm(Form):
    """A rapporteur's question."""

    text = forms.CharField(
        label=_("Câu hỏi"),
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Hỏi về việc, không hỏi người góp ý là ai. Không nhắc lại lời của ý kiến: trang tra "
            "cứu mã tiếp nhận hiện câu hỏi này."
        ),
    )


class AnswerForm(VersionedFormMixin):
    """The answer about one passage."""

    outcome = forms.ChoiceField(
        label=_("Kết quả"), choices=Answer.Outcome.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("Nội dung trả lời"),
        max_length=MAX_ANSWER,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Trả lời chung cho các ý kiến về đoạn này. Không nêu tên người góp ý."),
    )
    changed = forms.CharField(
        label=_("Sửa tại"),
        required=False,
        max_length=MAX_CHANGED,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Chỗ đã sửa trong lần dự thảo sau, ví dụ: Đoạn 12, Phần II."),
    )

    def __init__(self, *args, answer, **kwargs):
        initial = {"lock_version": 0}
        if answer is not None:
            initial = {
                "outcome": answer.outcome,
                "text": answer.text,
                "changed": answer.changed,
                "lock_version": answer.lock_version,
            }
        super().__init__(*args, initial=initial, **kwargs)


class DecideForm(Form):
    """Two buttons: publish, or return with a reason."""

    reason = forms.CharField(
        label=_("Lý do trả lại"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class PublicReasonForm(Form):
    """Why published answers are taken back."""

    reason = forms.CharField(
        label=_("Lý do thu hồi, hiện công khai"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawByReceiptForm(Form):
    """To withdraw for good, with a box to tick, since it cannot be taken back."""

    sure = forms.BooleanField(
        label=_("Tôi muốn rút ý kiến này; ý kiến sẽ không còn được tính"),
        error_messages={"required": _("Đánh dấu vào ô này nếu muốn rút.")},
    )
