"""What staff fill in who prepare and run a consultation."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.boundaries import date_spec, spec_of
from documents.models import Document, Edition
from feedback.actions.consultations import DEFAULT_CONSENT
from feedback.models import Consultation, RespondentGroup
from feedback.rules import MANAGING_ROLES
from portal.agencies.models import Agency, Level
from portal.agencies.rules import grants_of
from portal.common.forms import Form, VersionedFormMixin


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs):
        super().__init__(format="%Y-%m-%d", **kwargs)


class ConsultationForm(VersionedFormMixin, Form):
    """A consultation being prepared."""

    agency = forms.ModelChoiceField(
        label=_("Cơ quan lấy ý kiến"), queryset=Agency.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Tên đợt lấy ý kiến"), max_length=300)
    intro = forms.CharField(
        label=_("Giới thiệu"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    editions = forms.ModelMultipleChoiceField(
        label=_("Văn kiện lấy ý kiến"),
        queryset=Edition.objects.none(),
        widget=forms.CheckboxSelectMultiple,
    )
    opens_on = forms.DateField(label=_("Ngày bắt đầu"), widget=DateInput())
    closes_on = forms.DateField(
        label=_("Ngày kết thúc"), widget=DateInput(), help_text=_("Nhận đến hết ngày này.")
    )
    audience = forms.ChoiceField(label=_("Ai được góp ý"), choices=Consultation.Audience.choices)
    groups = forms.ModelMultipleChoiceField(
        label=_("Đối tượng góp ý"),
        queryset=RespondentGroup.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    reading_level = forms.ModelChoiceField(
        label=_("Cấp được đọc ý kiến"), queryset=Level.objects.all(), empty_label=_("Chọn cấp")
    )
    reading_min_members = forms.IntegerField(
        label=_("Số thành viên tối thiểu để được đọc"),
        min_value=50,
        initial=50,
        help_text=_("Đơn vị ít người hơn chỉ thấy số lượng, để không đoán được người gửi."),
    )
    policy = forms.ChoiceField(label=_("Công bố"), choices=Consultation.Policy.choices)
    mode = forms.ChoiceField(label=_("Cách thu nhận"), choices=Consultation.Mode.choices)
    external_url = forms.URLField(
        label=_("Địa chỉ kênh của cấp trên"), required=False, assume_scheme="https"
    )
    questions = forms.CharField(
        label=_("Câu hỏi gợi ý"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một câu, cho toàn văn của văn kiện đầu tiên."),
    )
    consent_text = forms.CharField(
        label=_("Nội dung đồng ý xử lý dữ liệu"),
        initial=DEFAULT_CONSENT,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args, user, consultation=None, **kwargs):
        self.consultation = consultation
        if consultation is not None:
            kwargs.setdefault("initial", _initial(consultation))
        super().__init__(*args, **kwargs)
        self.fields["lock_version"].required = consultation is not None
        ids = grants_of(user).agency_ids(MANAGING_ROLES, inherited=False)
        if consultation is not None:
            ids = {consultation.agency_id}
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=ids)
        self.fields["editions"].queryset = (
            Edition.objects.filter(
                document__agency_id__in=ids,
                state=Edition.State.PUBLISHED,
            )
            .exclude(document__circulation=Document.Circulation.INTERNAL)
            .select_related("document")
            .order_by("-published_at")
        )
        self.fields["editions"].label_from_instance = _edition_label

    def clean(self):
        data = super().clean()
        opens, closes = data.get("opens_on"), data.get("closes_on")
        if opens and closes and closes < opens:
            self.add_error("closes_on", _("Ngày kết thúc phải từ ngày bắt đầu trở đi."))
        if data.get("mode") == Consultation.Mode.POINTING and not data.get("external_url"):
            self.add_error("external_url", _("Hãy ghi địa chỉ kênh của cấp trên."))
        return data

    def action_arguments(self):
        """Keyword arguments of `actions.create_consultation` and `edit_consultation`."""
        data = dict(self.cleaned_data)
        data.pop("lock_version", None)
        editions = list(data["editions"])
        lines = [line for line in data.pop("questions").splitlines() if line.strip()]
        old = self.consultation
        return data | {
            "editions": editions,
            "groups": list(data["groups"]),
            "opens": _spec(data.pop("opens_on"), old and old.opens),
            "closes": _spec(data.pop("closes_on"), old and old.closes),
            "questions": [(editions[0], None, line) for line in lines],
        }


class DatesForm(Form):
    """New dates of an announced consultation, with the reason that is published."""

    opens_on = forms.DateField(label=_("Ngày bắt đầu"), widget=DateInput())
    closes_on = forms.DateField(label=_("Ngày kết thúc"), widget=DateInput())
    reason = forms.CharField(label=_("Lý do, được công bố"), max_length=300)

    def __init__(self, *args, consultation, **kwargs):
        self.consultation = consultation
        super().__init__(
            *args,
            initial={
                "opens_on": consultation.opens.resolved_on,
                "closes_on": consultation.closes.resolved_on,
            },
            **kwargs,
        )

    def action_arguments(self):
        """Keyword arguments of `actions.change_dates`."""
        data = self.cleaned_data
        return {
            "opens": _spec(data["opens_on"], self.consultation.opens),
            "closes": _spec(data["closes_on"], self.consultation.closes),
            "reason": data["reason"],
        }


class ReasonForm(Form):
    """A reason that is published."""

    reason = forms.CharField(
        label=_("Lý do, được công bố"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _spec(on, boundary):
    """The boundary's own spec where its day did not change (it may hang on an event)."""
    if boundary is not None and boundary.resolved_on == on:
        return spec_of(boundary)
    return date_spec(on)


def _edition_label(edition):
    return _("%(title)s, dự thảo lần %(n)d") % {"title": edition.document.title, "n": edition.n}


def _initial(consultation):
    names = (
        "agency", "title", "intro", "audience", "reading_level", "reading_min_members", "policy",
        "mode", "external_url", "consent_text", "lock_version",
    )  # fmt: skip
    questions = [
        question.text
        for row in consultation.consultation_editions.all()
        for question in row.questions.all()
        if question.block_id is None
    ]
    return {name: getattr(consultation, name) for name in names} | {
        "editions": [row.edition_id for row in consultation.consultation_editions.all()],
        "groups": list(consultation.groups.all()),
        "opens_on": consultation.opens.resolved_on,
        "closes_on": consultation.closes.resolved_on,
        "questions": "\n".join(questions),
    }
