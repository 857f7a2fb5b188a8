"""What is filled in after an opinion was sent: messages, and actions by receipt."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.actions.clarifications import MAX_TEXT
from portal.common.forms import Form


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


class WithdrawByReceiptForm(Form):
    """To withdraw for good, with a box to tick, since it cannot be taken back."""

    sure = forms.BooleanField(
        label=_("Tôi muốn rút ý kiến này; ý kiến sẽ không còn được tính"),
        error_messages={"required": _("Đánh dấu vào ô này nếu muốn rút.")},
    )
