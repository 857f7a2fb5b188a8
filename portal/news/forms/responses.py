"""The form of a reader's response and its traps for machines: no third party, no puzzle."""

import uuid

from django import forms
from django.core import signing
from django.utils.translation import gettext_lazy as _

from portal.common import clock
from portal.common.forms import Form
from portal.common.text import one_line
from portal.news.models.responses import NAME_LENGTH, TEXT_LENGTH
from portal.news.rules import responses as response_rules

SALT = "news.responses"
#: Nobody reads, types and sends in less.
LEAST_SECONDS = 3
#: A page may stay open over a working day.
MOST_SECONDS = 12 * 3600


class ResponseForm(Form):
    """Name, address, text, consent.

    The hidden `stamp` is signed: for which article, when the form was made, and the key that makes
    a second arrival harmless. `website` is seen by machines only; what is written there sends the
    form back, so that a person whose browser filled it in loses nothing.
    """

    name = forms.CharField(
        label=_("Họ tên"),
        max_length=NAME_LENGTH,
        help_text=_("Hiện cùng phản hồi."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": _("Hãy ghi tên hiện cùng phản hồi.")},
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        max_length=254,
        help_text=_("Không hiện công khai; để nhận kết quả duyệt và trả lời."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"invalid": _("Địa chỉ thư chưa đúng, ví dụ: lan@example.vn.")},
    )
    text = forms.CharField(
        label=_("Nội dung"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Phản hồi cần có nội dung.")},
    )
    consent = forms.BooleanField(
        error_messages={"required": _("Cần đồng ý thì cổng mới được nhận và công bố phản hồi.")}
    )
    website = forms.CharField(required=False, max_length=1000)
    stamp = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, article, **kwargs):
        super().__init__(*args, **kwargs)
        self.article = article
        self.fields["consent"].label = response_rules.consent_sentence()
        self.initial.setdefault("stamp", self._new_stamp())
        self.submission_key = None

    def clean_name(self):
        return one_line(self.cleaned_data["name"])

    def clean(self):
        data = super().clean()
        if data.get("website"):
            self._set("website", "")
            self.add_error(
                None,
                _(
                    "Chưa gửi: một ô chỉ dành cho máy đã có chữ, có thể do trình duyệt tự điền. "
                    "Cổng đã xóa ô đó, xin bấm gửi lần nữa."
                ),
            )
        self._check_stamp(data.get("stamp", ""))
        return data

    def _check_stamp(self, stamp):
        try:
            given = signing.loads(stamp, salt=SALT)
            article, key, made = given["a"], uuid.UUID(given["k"]), given["t"]
        except (signing.BadSignature, KeyError, TypeError, ValueError):
            article = key = made = None
        age = None if made is None else clock.now().timestamp() - made
        if article != self.article.pk or not -5 <= age <= MOST_SECONDS:
            self.renew()
            self.add_error(
                None, _("Trang này mở đã lâu. Nội dung vẫn còn đây, xin bấm gửi lần nữa.")
            )
        elif age < LEAST_SECONDS:
            self.add_error(
                None,
                _("Biểu mẫu được gửi nhanh hơn tay người gõ. Xin đọc lại rồi bấm gửi lần nữa."),
            )
        else:
            self.submission_key = key

    def renew(self):
        """The form counts as a new one; what was typed stays."""
        self._set("stamp", self._new_stamp())

    def _new_stamp(self):
        content = {"a": self.article.pk, "k": str(uuid.uuid4()), "t": clock.now().timestamp()}
        return signing.dumps(content, salt=SALT)

    def _set(self, name, value):
        self.data = self.data.copy()
        self.data[self.add_prefix(name)] = value


class AnswerForm(Form):
    """The agency's answer."""

    text = forms.CharField(
        label=_("Nội dung trả lời"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text=_("Hiện ngay dưới phản hồi, ghi “Trả lời của cơ quan”."),
        error_messages={"required": _("Hãy ghi nội dung trả lời.")},
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


class OpenForm(Form):
    open = forms.BooleanField(required=False)
