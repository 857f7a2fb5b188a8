"""What units fill in about their meetings, and clerks from the minutes of one."""

import secrets

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.forms.evidence import PhotosField
from campaigns.forms.fields import DayField
from feedback.actions.opinions import MAX_PROPOSED, MAX_TEXT
from feedback.models import Opinion, RespondentGroup
from feedback.queries.meetings import Passages, passages
from feedback.rules import meetings as rules
from portal.common.forms import Form, VersionedFormMixin
from portal.common.text import clean

_MOST = 1_000_000


class CountInput(forms.NumberInput):
    """A whole number; phones show their number keys."""

    def __init__(self):
        super().__init__(attrs={"inputmode": "numeric", "min": "0"})


class NumbersForm(Form):
    """Day and numbers of a meeting."""

    held_on = DayField(label=_("Ngày họp"))
    present = forms.IntegerField(
        label=_("Số người dự"),
        min_value=1,
        max_value=_MOST,
        widget=CountInput(),
        error_messages={
            "min_value": _("Phải có ít nhất 1 người dự."),
            "required": _("Nhập số người dự."),
            "invalid": _("Nhập một số nguyên."),
        },
    )
    speakers = forms.IntegerField(
        label=_("Số người phát biểu"),
        min_value=0,
        max_value=_MOST,
        widget=CountInput(),
        error_messages={
            "required": _("Nhập số người phát biểu; không có ai thì nhập 0."),
            "invalid": _("Nhập một số nguyên."),
        },
    )

    def refused(self, refused):
        """Put the sentence of a Refused beside its field."""
        self.add_error(refused.code if refused.code in self.fields else None, refused.message)

    def clean(self):
        data = super().clean()
        present, speakers = data.get("present"), data.get("speakers")
        if present is not None and speakers is not None and speakers > present:
            self.add_error("speakers", _g("Không thể nhiều hơn số người dự."))
        return data

    def numbers(self):
        """Keyword arguments of the actions."""
        return {name: self.cleaned_data[name] for name in ("held_on", "present", "speakers")}


class MeetingForm(NumbersForm):
    """A new meeting. `submission_key` makes a second arrival of the same form harmless."""

    submission_key = forms.CharField(widget=forms.HiddenInput, min_length=24, max_length=64)
    outcome = forms.CharField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Hãy chọn một trong ba cách gửi ở cuối trang.")},
    )

    def __init__(self, *args, today, **kwargs):
        initial = {"held_on": today, "submission_key": secrets.token_urlsafe(24)}
        super().__init__(*args, initial=initial, **kwargs)


class CorrectionForm(VersionedFormMixin, NumbersForm):
    """Day and numbers of a meeting, corrected."""

    def __init__(self, *args, meeting, **kwargs):
        names = ("held_on", "present", "speakers", "lock_version")
        super().__init__(*args, initial={n: getattr(meeting, n) for n in names}, **kwargs)


class MeetingOpinionForm(Form):
    """One opinion of a meeting: its place, stance and words, and nobody's name.

    `place` is a paragraph number, a heading or some words; where several passages fit, `block` is
    the one chosen among them. `n` is the number the opinion gets, so that the form sent twice makes
    one.
    """

    edition = forms.ModelChoiceField(
        label=_("Văn kiện"), queryset=None, empty_label=_("Chọn văn kiện")
    )
    place = forms.CharField(
        label=_("Về chỗ nào?"),
        required=False,
        max_length=200,
        help_text=_("Số đoạn, hoặc vài chữ trong đoạn, đề mục. Để trống là góp ý chung toàn văn."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "next"}),
    )
    block = forms.IntegerField(widget=forms.HiddenInput, required=False)
    stance = forms.ChoiceField(
        label=_("Quan điểm"),
        choices=Opinion.Stance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Chọn quan điểm của ý kiến này.")},
    )
    text = forms.CharField(
        label=_("Nội dung ý kiến"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 4, "data-speaker": ""}),
        help_text=_("Không ghi tên người phát biểu."),
    )
    proposed = forms.CharField(
        label=_("Đề xuất sửa câu chữ"),
        required=False,
        max_length=MAX_PROPOSED,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    reason = forms.CharField(
        label=_("Lý do"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    group = forms.ModelChoiceField(
        label=_("Đối tượng góp ý"),
        queryset=RespondentGroup.objects.none(),
        required=False,
        empty_label=_("Không nêu"),
    )
    n = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lock_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, places, row=None, next_n=None, **kwargs):
        self.places, self.row, self.passages = places, row, None
        initial = {"n": next_n, "edition": places.only_edition}
        if row is not None:
            names = ("stance", "text", "reason", "proposed", "edition", "lock_version")
            initial = {name: getattr(row, name) for name in names} | {"group": row.group_id}
            initial |= {"place": place_of(row), "block": row.block_id}
            self.passages = Passages(block=row.block, question=row.question)
        super().__init__(*args, initial=initial, **kwargs)
        groups = places.consultation.groups.all()
        self.fields["group"].queryset = groups
        if not groups:
            del self.fields["group"]
        ids = [edition.pk for edition in places.editions]
        field = self.fields["edition"]
        field.queryset = type(places.editions[0]).objects.filter(pk__in=ids)
        field.label_from_instance = lambda edition: edition.document.title
        if places.only_edition is not None:
            field.widget = forms.HiddenInput()
        else:
            field.widget.choices = [("", field.empty_label)] + [
                (edition.pk, edition.document.title) for edition in places.editions
            ]

    def clean(self):
        data = super().clean()
        edition = data.get("edition")
        if edition is None:
            return data
        edition = next(e for e in self.places.editions if e.pk == edition.pk)
        typed = data.get("place", "")
        self.passages = passages(self.places, edition, typed)
        chosen = data.get("block")
        if chosen and (among := [b for b in self.passages.choices if b.pk == chosen]):
            data["block_found"] = among[0]
        elif self.passages.choices:
            self.add_error("place", _g("Có nhiều chỗ như vậy. Hãy chọn một chỗ bên dưới."))
        elif self.passages.problem:
            self.add_error("place", self.passages.problem)
        else:
            data["block_found"] = self.passages.block
        return data

    def fields_of_row(self):
        """Keyword arguments of `put_opinion` and `change_opinion`."""
        data = self.cleaned_data
        block = data["block_found"]
        proposed = data["proposed"]
        if block is not None and clean(block.plain) == proposed:
            proposed = ""
        return {
            "edition": data["edition"],
            "block": block,
            "question": self.passages.question if block is None else None,
            "place_typed": data["place"],
            "stance": data["stance"],
            "text": data["text"],
            "reason": data["reason"],
            "proposed": proposed,
            "group": data.get("group"),
        }


def place_of(row):
    """What to type to come to the place of an EntryRow again."""
    if row.block_id and row.block.para_no:
        return str(row.block.para_no)
    return row.place_typed


class PhotosForm(Form):
    """Photos and scans of minutes."""

    photos = PhotosField(
        label=_("Ảnh, bản quét biên bản"),
        required=False,
        help_text=_(
            "Nhiều nhất %(n)d ảnh, chụp từng trang, thấy rõ chữ; hoặc bản quét PDF, mỗi tệp "
            "nhiều nhất %(pages)d trang, %(mb)d MB."
        )
        % {"n": rules.MOST_PHOTOS, "pages": rules.MOST_PDF_PAGES, "mb": rules.MOST_PDF_MB},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["photos"].widget.attrs["accept"] = "image/*,application/pdf,.pdf"


class WhyForm(Form):
    """Why a meeting is taken back or undone."""

    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={"required": _("Hãy ghi lý do.")},
    )


class ReturnForm(Form):
    """What is to be mended in minutes that were keyed in."""

    note = forms.CharField(
        label=_("Cần sửa gì?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Ghi ý kiến thứ mấy, trang mấy của biên bản. Không ghi tên người phát biểu."),
        error_messages={"required": _("Hãy ghi chỗ cần sửa.")},
    )
