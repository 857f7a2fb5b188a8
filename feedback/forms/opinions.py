"""What authors fill in."""

import secrets

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.actions.opinions import MAX_PROPOSED, MAX_TEXT
from feedback.authors import Guest
from feedback.keys import RECEIPT_BITS
from feedback.models import Opinion
from portal.common.forms import Form, VersionedFormMixin
from portal.common.text import clean

TEXT_HELP = _("Viết bằng tiếng Việt có dấu. Không nêu thông tin riêng của người khác.")


class WordsMixin(Form):
    """The words of an opinion: the same fields whatever the stance, none preselected."""

    stance = forms.ChoiceField(
        label=_("Quan điểm"),
        choices=Opinion.Stance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Hãy chọn một quan điểm.")},
    )
    text = forms.CharField(
        label=_("Nội dung góp ý"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=TEXT_HELP,
    )
    reason = forms.CharField(
        label=_("Lý do"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    proposed = forms.CharField(
        label=_("Đề xuất sửa câu chữ"),
        required=False,
        max_length=MAX_PROPOSED,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sửa thẳng vào câu chữ dưới đây; để nguyên nếu không đề xuất sửa."),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("text", "reason", "proposed"):
            # a browser would cut off what is pasted, without a word
            self.fields[name].widget.attrs.pop("maxlength", None)

    def keep_proposal_of(self, passage):
        """A proposal that repeats the passage is none; without a passage there is no field."""
        self.passage = clean(passage)
        if not self.passage:
            del self.fields["proposed"]
        else:
            self.fields["proposed"].initial = self.passage

    def typed(self):
        """[(label, text)] of what was typed, to be copied where it is not taken any more."""
        names = [name for name in ("text", "reason", "proposed") if name in self.fields]
        rows = [
            (self.fields[name].label, self.data.get(self.add_prefix(name), "")) for name in names
        ]
        return [(label, text) for label, text in rows if text.strip()]

    def words(self):
        """{stance, text, reason, proposed} for the actions."""
        data = self.cleaned_data
        proposed = data.get("proposed", "")
        return {
            "stance": data["stance"],
            "text": data["text"],
            "reason": data["reason"],
            "proposed": "" if proposed == self.passage else proposed,
        }


class OpinionForm(WordsMixin):
    """A new opinion. `submission_key` is made with the form, so that a repeat is recognised.

    Args:
        place: the Place it is about; consultation: its Consultation; groups: the RespondentGroups
            to choose from.
        guest: whether who writes has no account; name and address are asked then, as they like.
        draft: {field: text} kept from an earlier visit.
    """

    submission_key = forms.CharField(widget=forms.HiddenInput, min_length=24, max_length=64)
    quote = forms.CharField(widget=forms.HiddenInput, required=False, max_length=MAX_PROPOSED)
    consent_version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    group = forms.ChoiceField(label=_("Đối tượng góp ý"), required=False)
    route = forms.ChoiceField(
        label=_("Gửi đến"),
        choices=Opinion.Route.choices,
        initial=Opinion.Route.UNIT,
        widget=forms.RadioSelect,
    )
    naming = forms.ChoiceField(
        label=_("Tên của tôi"),
        initial=Opinion.Naming.UNNAMED,
        widget=forms.RadioSelect,
        choices=[
            (Opinion.Naming.UNNAMED, _("Không nêu tên; tôi vẫn thấy lại ý kiến trên cổng")),
            (Opinion.Naming.NAMED, _("Nêu tên; người tổng hợp xem được, mỗi lần xem đều ghi lại")),
            (Opinion.Naming.ANONYMOUS, _("Ẩn danh hoàn toàn; chỉ còn mã tiếp nhận")),
        ],
    )
    name = forms.CharField(
        label=_("Họ và tên"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("Thư điện tử"),
        required=False,
        max_length=200,
        help_text=_("Chỉ để báo khi có trả lời; được mã hóa, không ai đọc cạnh ý kiến."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    consent = forms.BooleanField(
        label=_("Tôi đồng ý để cổng xử lý ý kiến này như nội dung trên"),
        error_messages={"required": _("Cần đồng ý thì cổng mới được phép lưu ý kiến.")},
    )

    def __init__(
        self, *args, consultation, place, groups=(), guest=False, draft=None,
        **kwargs,
    ):  # fmt: skip
        super().__init__(*args, **kwargs)
        self.guest = guest
        self.fields["route"].required = False  # a page without the choice sends none
        self.fields["quote"].initial = place.quote
        self.consent_version = consultation.consent_version
        self.fields["consent_version"].initial = self.consent_version
        self._groups = {str(group.pk): group for group in groups}
        if groups:
            names = [(pk, group.name) for pk, group in self._groups.items()]
            self.fields["group"].choices = [("", _("Không nêu")), *names]
        else:
            del self.fields["group"]
        if guest:
            self.fields["naming"].choices = _GUEST_NAMING
            self.fields["naming"].initial = Opinion.Naming.ANONYMOUS
        else:
            del self.fields["name"], self.fields["email"]
        self.fields["submission_key"].initial = secrets.token_urlsafe(24)
        self.keep_proposal_of(place.passage)
        for name, value in (draft or {}).items():
            if name in self.fields:
                self.fields[name].initial = value

    def clean(self):
        """A guest gives what the chosen naming needs; what it does not need is not kept."""
        data = super().clean()
        naming = data.get("naming")
        if self.guest and naming == Opinion.Naming.NAMED and not data.get("name"):
            self.add_error("name", _("Đã chọn nêu tên thì cần ghi họ tên."))
        no_address = not data.get("email") and "email" not in self.errors
        if self.guest and naming == Opinion.Naming.UNNAMED and no_address:
            self.add_error("email", _("Cần thư điện tử để báo tin, hoặc chọn ẩn danh."))
        return data

    def author(self):
        """The Guest who filled it in."""
        data = self.cleaned_data
        return Guest(name=data["name"], email=data["email"])

    def offer_route(self, readers):
        """Show the choice of a route, unless both end at the same node.

        Args:
            readers: Readers, or None where nobody reads yet.
        """
        if readers and readers.same:
            del self.fields["route"]
        else:
            self.fields["route"].required = True

    def new_key(self):
        """Let what is shown again be sent as an opinion of its own."""
        self.data = self.data.copy()
        self.data[self.add_prefix("submission_key")] = secrets.token_urlsafe(24)

    def ask_consent_again(self):
        """Show the consent text of now, with the box not ticked."""
        self.data = self.data.copy()
        self.data[self.add_prefix("consent_version")] = self.consent_version
        self.data.pop(self.add_prefix("consent"), None)

    def action_arguments(self):
        """Keyword arguments of `actions.submit_opinion` that come from the form."""
        data = self.cleaned_data
        return self.words() | {
            "submission_key": data["submission_key"],
            "quote": data["quote"],
            "group": self._groups.get(data.get("group")),
            "route": data["route"] or Opinion.Route.UNIT,
            "naming": data["naming"],
            "consented": data["consent"],
            "consent_version": data["consent_version"],
        }


_GUEST_NAMING = [
    (Opinion.Naming.ANONYMOUS, _("Ẩn danh; chỉ còn mã tiếp nhận để tra cứu")),
    (Opinion.Naming.UNNAMED, _("Không nêu tên; để lại thư điện tử để được báo khi có trả lời")),
    (Opinion.Naming.NAMED, _("Nêu tên; người tổng hợp xem được, mỗi lần xem đều ghi lại")),
]


class RevisionForm(VersionedFormMixin, WordsMixin):
    """The words of an own opinion, to change them."""

    def __init__(self, *args, opinion, **kwargs):
        initial = {
            "stance": opinion.stance,
            "text": opinion.text,
            "reason": opinion.reason,
            "lock_version": opinion.lock_version,
        }
        super().__init__(*args, initial=initial, **kwargs)
        passage = opinion.quote if opinion.block_id and not opinion.question_id else ""
        self.keep_proposal_of(passage)
        if opinion.proposed:
            self.fields["proposed"].initial = opinion.proposed


class RewriteForm(WordsMixin):
    """Words that take the place of those of an opinion which is not shown: nothing is filled in,
    neither what it says nor the passage it is about (docs/adr/0015)."""

    proposed = forms.CharField(
        label=_("Đề xuất sửa câu chữ"),
        required=False,
        max_length=MAX_PROPOSED,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Ghi trọn câu mới như muốn thấy trong văn kiện."),
    )
    only_stance = forms.BooleanField(
        label=_("Chỉ để lại quan điểm, không kèm lời nào"), required=False
    )
    field_order = ["stance", "text", "reason", "proposed", "only_stance"]
    passage = ""

    def clean(self):
        """Words are not lost by leaving the fields empty."""
        data = super().clean()
        words = any(data.get(name) for name in ("text", "reason", "proposed"))
        if not words and not self.errors and not data.get("only_stance"):
            self.add_error(
                "text",
                _(
                    "Chưa có lời nào nên câu chữ cũ sẽ mất. Hãy viết lại, hoặc đánh dấu ô cuối "
                    "nếu chỉ để lại quan điểm."
                ),
            )
        return data


class ReceiptForm(Form):
    """A receipt code typed by hand."""

    code = forms.CharField(
        label=_("Mã tiếp nhận"),
        max_length=60,
        help_text=_("Gồm %d ký tự, ví dụ 7K3F0-926MX-4TQ8Z-1HN5C.") % (RECEIPT_BITS // 5),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
