"""What staff fill in who prepare and run a consultation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document, Edition
from feedback.actions.consultations import DEFAULT_CONSENT
from feedback.actions.moderating import MOST_DAYS
from feedback.forms.moments import MomentsMixin
from feedback.models import Channel, Consultation, RespondentGroup
from feedback.rules import MANAGING_ROLES
from portal.agencies.models import Agency, Level
from portal.agencies.rules import grants_of
from portal.common.forms import Form, LinesField, VersionedFormMixin

#: Below this many members nobody reads (DESIGN section 5).
LEAST_MEMBERS = 50


class DateInput(forms.DateInput):
    """The browser's own calendar."""

    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class ConsultationForm(MomentsMixin, VersionedFormMixin, Form):
    """A consultation being prepared. Units and guiding questions have pages of their own."""

    agency = forms.ModelChoiceField(
        label=_("Cơ quan lấy ý kiến"), queryset=Agency.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Tên đợt lấy ý kiến"), max_length=300)
    intro = forms.CharField(
        label=_("Giới thiệu"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Vài câu cho người đọc: văn kiện nói về việc gì, mong được góp ý điều gì."),
    )
    editions = forms.ModelMultipleChoiceField(
        label=_("Văn kiện lấy ý kiến"),
        queryset=Edition.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Chọn một hoặc nhiều văn kiện đã công bố; thứ tự sắp xếp được ở trang sau."),
    )
    mode = forms.ChoiceField(
        label=_("Cách thu nhận"),
        choices=Consultation.Mode.choices,
        widget=forms.RadioSelect,
        initial=Consultation.Mode.COLLECTED,
    )
    external_url = forms.URLField(
        label=_("Địa chỉ kênh của cấp trên"),
        required=False,
        assume_scheme="https",
        help_text=_("Chỉ khi chỉ dẫn kênh cấp trên: trang công khai nói rõ phải gửi ý kiến ở đâu."),
    )
    channels = forms.MultipleChoiceField(
        label=_("Kênh tiếp nhận"),
        choices=Channel.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "“Trực tuyến trên cổng” mở phiếu góp ý trên mạng; các kênh khác do đơn vị, cán bộ nhập "
            "vào hoặc báo số liệu."
        ),
    )
    audience = forms.ChoiceField(
        label=_("Ai được góp ý"), choices=Consultation.Audience.choices, widget=forms.RadioSelect
    )
    groups = forms.ModelMultipleChoiceField(
        label=_("Đối tượng góp ý"),
        queryset=RespondentGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Người góp ý tự chọn một đối tượng; không chọn mục nào thì phiếu không hỏi."),
    )
    new_groups = LinesField(
        label=_("Thêm đối tượng khác"), line_limit=120, rows=2, help_text=_("Mỗi dòng một tên.")
    )
    reading_level = forms.ModelChoiceField(
        label=_("Cấp được đọc ý kiến"),
        queryset=Level.objects.all(),
        empty_label=_("Chọn cấp"),
        help_text=_("Từ cấp này trở lên người tổng hợp đọc được nội dung; chi bộ không bao giờ."),
    )
    reading_min_members = forms.IntegerField(
        label=_("Số thành viên tối thiểu để được đọc"),
        min_value=LEAST_MEMBERS,
        max_value=1_000_000,
        initial=LEAST_MEMBERS,
        help_text=_("Đơn vị ít người hơn chỉ thấy số lượng, để không đoán được người gửi."),
    )
    policy = forms.ChoiceField(
        label=_("Công bố"), choices=Consultation.Policy.choices, widget=forms.RadioSelect
    )
    moderation = forms.ChoiceField(
        label=_("Kiểm duyệt"),
        choices=Consultation.Moderation.choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=_(
            "Chỉ về việc hiển thị công khai, khi công bố nội dung: ý kiến nào cũng được tính và "
            "gửi lên."
        ),
    )
    moderation_days = forms.IntegerField(
        label=_("Quyết định kiểm duyệt trong (ngày làm việc)"),
        min_value=1,
        max_value=MOST_DAYS,
        initial=Consultation._meta.get_field("moderation_days").default,
        help_text=_("Được công bố cùng số liệu kiểm duyệt; đổi được ở trang kiểm duyệt của đợt."),
    )
    keep_months = forms.IntegerField(
        label=_("Giữ danh tính sau khi kết thúc (tháng)"),
        min_value=1,
        max_value=120,
        initial=24,
        help_text=_("Hết thời gian này khóa danh tính bị hủy; nội dung ý kiến vẫn còn."),
    )
    consent_text = forms.CharField(
        label=_("Nội dung đồng ý xử lý dữ liệu"),
        initial=DEFAULT_CONSENT,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Người góp ý đọc và đồng ý trước khi gửi. Sửa sau khi công bố là một bản mới."),
    )

    def __init__(self, *args, user, choices, consultation=None, **kwargs):
        self.consultation = consultation
        kwargs.setdefault("initial", stored_values(consultation) if consultation else _FRESH)
        super().__init__(*args, **kwargs)
        self.fields["lock_version"].required = consultation is not None
        ids = grants_of(user).agency_ids(MANAGING_ROLES, inherited=False)
        if consultation is not None:
            ids = {consultation.agency_id}
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=ids, is_cell=False)
        self.fields["editions"].queryset = (
            Edition.objects.filter(
                document__agency_id__in=ids,
                state=Edition.State.PUBLISHED,
            )
            .exclude(document__circulation=Document.Circulation.INTERNAL)
            .select_related("document")
            .defer("source")
            .order_by("-published_at")
        )
        self.fields["editions"].label_from_instance = edition_label
        self.add_moments(
            choices,
            {name: getattr(consultation, name, None) for name in ("opens", "closes")},
        )

    def clean(self):
        data = super().clean()
        collected = data.get("mode") == Consultation.Mode.COLLECTED
        pointing = data.get("mode") == Consultation.Mode.POINTING
        if pointing and not data.get("external_url") and "external_url" not in self.errors:
            self.add_error("external_url", _("Hãy ghi địa chỉ kênh của cấp trên."))
        if collected and not data.get("channels") and "channels" not in self.errors:
            self.add_error("channels", _("Hãy chọn ít nhất một kênh."))
        data["moderation"] = data.get("moderation") or Consultation.Moderation.BEFORE
        return data

    def action_arguments(self):
        """Keyword arguments of `actions.create_consultation` and `edit_consultation`."""
        data = dict(self.cleaned_data)
        data.pop("lock_version", None)
        place = {}
        if self.consultation is not None:  # what was there keeps its order, the new comes after
            rows = self.consultation.consultation_editions.values_list("edition", "position")
            place = dict(rows)
        data["editions"] = sorted(data["editions"], key=lambda e: place.get(e.pk, len(place)))
        return data | {"groups": list(data["groups"])} | self.specs()


class ReasonForm(Form):
    """A reason that is published."""

    reason = forms.CharField(
        label=_("Lý do, được công bố"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


_FRESH = {
    "audience": Consultation.Audience.MEMBERS,
    "policy": Consultation.Policy.COUNTS,
    "moderation": Consultation.Moderation.BEFORE,
    "channels": [Channel.ONLINE, Channel.MEETING, Channel.PAPER, Channel.LETTER],
}


def edition_label(edition):
    """An edition inside a list of choices."""
    return _("%(title)s, dự thảo lần %(n)d") % {"title": edition.document.title, "n": edition.n}


def stored_values(consultation):
    """What the form shows for a stored consultation."""
    names = (
        "agency", "title", "intro", "audience", "reading_level", "reading_min_members", "policy",
        "moderation", "moderation_days", "mode", "external_url", "channels", "keep_months",
        "consent_text", "lock_version",
    )  # fmt: skip
    return {name: getattr(consultation, name) for name in names} | {
        "editions": [row.edition_id for row in consultation.consultation_editions.all()],
        "groups": list(consultation.groups.all()),
    }
