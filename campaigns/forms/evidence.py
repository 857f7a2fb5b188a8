"""Evidence, one short form per kind, and the corrections made to it later."""

import uuid

from django import forms
from django.core import signing
from django.db.models import Q
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.actions.evidence import CAPTION, MOST_PHOTOS, NOTE, OUTLET, PLACE, TITLE, URL
from campaigns.forms.fields import DayField
from campaigns.models import Evidence, Indicator
from portal.common import clock
from portal.common.forms import Form, VersionedFormMixin

Kind, Channel = Evidence.Kind, Evidence.Channel
_MOST = 10_000_000


class PhotosInput(forms.FileInput):
    """Several files at once; phones offer the camera and the album."""

    allow_multiple_selected = True

    def __init__(self):
        super().__init__(attrs={"accept": "image/*", "multiple": True, "data-shrink": ""})


class PhotosField(forms.FileField):
    """The files as they came: each is judged on its own when it is stored."""

    widget = PhotosInput

    def clean(self, data, initial=None):
        return data or []


class EvidenceForm(VersionedFormMixin, Form):
    """What all kinds have. With `evidence` it corrects that row, without it adds one.

    `key` makes a second arrival of the same form harmless.
    """

    kind = None
    #: Codes of Refused and the fields they belong to.
    AT = {"future": "happened_on", "url": "url", "channel": "channel", "attendees": "attendees"}

    title = forms.CharField(label=_("Tên, nội dung"), max_length=TITLE)
    happened_on = DayField(label=_("Ngày"))
    note = forms.CharField(
        label=_("Ghi chú"),
        required=False,
        max_length=NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, evidence=None, **kwargs):
        initial = {"happened_on": clock.today(), "key": uuid.uuid4()}
        if evidence is not None:
            initial = {n: getattr(evidence, n, None) for n in (*self.base_fields,)}
            initial |= {"lock_version": evidence.lock_version}
            initial["indicator"] = evidence.indicator_id
        super().__init__(*args, initial=initial, **kwargs)
        self.evidence = evidence
        if evidence is None:
            del self.fields["lock_version"]
        else:
            del self.fields["key"]

    def clean_happened_on(self):
        day = self.cleaned_data["happened_on"]
        if day > clock.today():
            raise forms.ValidationError(_g("Ngày thực hiện chưa đến."))
        return day

    def values(self):
        """Keyword arguments of `add_evidence` and `edit_evidence`."""
        aside = {"key", "lock_version"}
        return {n: v for n, v in self.cleaned_data.items() if n not in aside}

    def refused(self, refused):
        """Put the sentence of a Refused beside its field."""
        field = self.AT.get(refused.code, refused.code)
        self.add_error(field if field in self.fields else None, refused.message)


class _Address(forms.CharField):
    def __init__(self, **kwargs):
        kwargs = {"label": _("Đường dẫn"), "required": False, "max_length": URL} | kwargs
        super().__init__(widget=forms.URLInput, **kwargs)


class LinkForm(EvidenceForm):
    """Published or put on air elsewhere."""

    kind = Kind.LINK
    channel = forms.ChoiceField(label=_("Đăng, phát ở đâu"))
    outlet = forms.CharField(
        label=_("Tên báo, trang, đài"),
        max_length=OUTLET,
        help_text=_("Ví dụ: Báo Mẫu, trang Facebook Tuổi trẻ xã, Đài truyền thanh xã"),
    )
    url = _Address(help_text=_("Dán địa chỉ bài đăng. Loa truyền thanh, báo in thì để trống."))
    quantity = forms.IntegerField(
        label=_("Số lượt phát"),
        required=False,
        min_value=1,
        max_value=_MOST,
        help_text=_("Chỉ ghi cho loa truyền thanh, phát thanh; để trống là một lượt."),
    )
    field_order = ["channel", "outlet", "title", "happened_on", "url", "quantity"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["channel"].choices = [("", _g("Chọn nơi đăng, phát")), *Channel.choices]
        self.fields["title"].label = _g("Tên bài, chương trình")


class MeetingForm(EvidenceForm):
    """A meeting with its numbers."""

    kind = Kind.MEETING
    place = forms.CharField(label=_("Địa điểm"), max_length=PLACE, required=False)
    attendees = forms.IntegerField(label=_("Số người dự"), min_value=1, max_value=_MOST)
    speakers = forms.IntegerField(
        label=_("Số người phát biểu"), min_value=0, max_value=_MOST, required=False
    )
    field_order = ["title", "happened_on", "place", "attendees", "speakers"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _g("Tên hội nghị, buổi sinh hoạt")


class OtherForm(EvidenceForm):
    """Anything else, counted if there is something to count."""

    kind = Kind.OTHER
    quantity = forms.IntegerField(label=_("Số lượng"), required=False, min_value=1, max_value=_MOST)
    indicator = forms.ModelChoiceField(
        label=_("Tính vào chỉ tiêu"),
        queryset=Indicator.objects.none(),
        required=False,
        empty_label=_("Không tính vào chỉ tiêu nào"),
    )
    url = _Address(help_text=_("Nếu có thể xem ở đâu đó: bắt đầu bằng https://"))
    field_order = ["title", "happened_on", "quantity", "indicator", "url"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        counted = Q(active=True, prefill=Indicator.Prefill.QUANTITY)
        if self.evidence is not None and self.evidence.indicator_id:
            counted |= Q(pk=self.evidence.indicator_id)
        field = self.fields["indicator"]
        field.queryset = Indicator.objects.filter(counted)
        field.label_from_instance = lambda row: f"{row.name} ({row.unit})"
        self.fields["title"].label = _g("Việc đã làm")


class _WithFiles(EvidenceForm):
    """Files cannot be put back into a form that is shown again: those that arrived whole are kept
    under `kept`, signed for this person and assignment.
    """

    kept = forms.CharField(widget=forms.HiddenInput, required=False, max_length=4000)
    file_field = None

    def __init__(self, *args, scope="", **kwargs):
        super().__init__(*args, **kwargs)
        self.scope, self.kept_uploads = scope, []
        self.fields["title"].required = False
        if self.evidence is not None:
            del self.fields["kept"], self.fields[self.file_field]

    @property
    def kept_ids(self):
        """Ids of the uploads that came with an earlier sending of this form."""
        try:
            ids = signing.loads(self.data.get("kept") or "", salt=f"evidence:{self.scope}")
        except signing.BadSignature:
            return []
        return [uuid.UUID(pk) for pk in ids]

    def keep(self, uploads):
        """The form goes back with these uploads in it."""
        self.kept_uploads = uploads
        ids = [str(upload.pk) for upload in uploads]
        self.data = self.data.copy()
        self.data["kept"] = signing.dumps(ids, salt=f"evidence:{self.scope}") if ids else ""

    def values(self):
        aside = {"kept", self.file_field}
        return {n: v for n, v in super().values().items() if n not in aside}


class FileForm(_WithFiles):
    """A document."""

    kind = Kind.FILE
    file_field = "file"
    file = forms.FileField(
        label=_("Tệp"),
        required=False,
        help_text=_("PDF, Word (.docx) hoặc Excel (.xlsx), nhiều nhất 25 MB."),
        widget=forms.FileInput(attrs={"accept": ".pdf,.docx,.xlsx"}),
    )
    field_order = ["file", "title", "happened_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _g("Tên văn bản")
        self.fields["title"].help_text = _g("Để trống thì lấy tên tệp.")


class PhotosForm(_WithFiles):
    """Up to ten photos; corrected later together with their captions."""

    kind = Kind.PHOTOS
    file_field = "photos"
    photos = PhotosField(
        label=_("Ảnh"),
        required=False,
        help_text=_("Nhiều nhất %d ảnh một lần. Ảnh được thu nhỏ, xóa nơi chụp và thông tin máy.")
        % MOST_PHOTOS,
    )
    field_order = ["photos", "title", "happened_on"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _g("Tên chung của các ảnh")
        self.fields["title"].help_text = _g("Để trống thì lấy tên nhiệm vụ.")
        self.files_shown = list(self.evidence.files.all()) if self.evidence is not None else []
        for file in self.files_shown:
            self.fields[f"caption_{file.pk}"] = forms.CharField(
                label=_g("Chú thích ảnh"),
                required=False,
                max_length=CAPTION,
                initial=file.caption,
            )

    def captions(self):
        """[(EvidenceFile, BoundField)] in order."""
        return [(file, self[f"caption_{file.pk}"]) for file in self.files_shown]

    def values(self):
        values = {n: v for n, v in super().values().items() if not n.startswith("caption_")}
        if self.evidence is not None:
            values["captions"] = {
                file.pk: self.cleaned_data[f"caption_{file.pk}"] for file in self.files_shown
            }
        return values


FORMS = {form.kind: form for form in (LinkForm, MeetingForm, FileForm, PhotosForm, OtherForm)}
