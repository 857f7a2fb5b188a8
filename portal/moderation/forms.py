"""Forms of the queue."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency
from portal.common.forms import Form
from portal.moderation import queries, registry
from portal.moderation.actions import APPEAL_LENGTH, CITED_LENGTH, NOTE_LENGTH
from portal.moderation.models import Case


class QueueFilter(filters.FilterSet):
    """Agency and kind; the state is chosen by the tabs above the list."""

    co_quan = filters.ModelChoiceFilter(
        label=_("Cơ quan"), field_name="agency", queryset=None, empty_label=_("Mọi cơ quan")
    )
    loai = filters.ChoiceFilter(label=_("Loại"), field_name="kind", empty_label=_("Mọi loại"))

    class Meta:
        model = Case
        form = Form
        fields = []

    def __init__(self, *args, cases, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.filter(pk__in=cases.order_by().values("agency"))
        self.filters["co_quan"].queryset = agencies
        kinds = [(name, handler.label) for name, handler in registry.kinds]
        self.filters["loai"].extra["choices"] = kinds
        if len(kinds) < 2:
            del self.filters["loai"]


class VersionForm(Form):
    """A decision on the case as the person saw it; where to go on after it."""

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class HideForm(VersionForm):
    """Why it is not shown."""

    reasons = forms.MultipleChoiceField(
        label=_("Lý do"),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Người gửi đọc câu trả lời của từng lý do được chọn."),
        error_messages={"required": _("Hãy chọn ít nhất một lý do; người gửi sẽ đọc lý do này.")},
    )
    cited = forms.CharField(
        label=_("Quy định bị vi phạm"),
        required=False,
        max_length=CITED_LENGTH,
        help_text=_("Bắt buộc với lý do cần hai người: điều, khoản, văn bản. Người gửi đọc được."),
    )
    note = forms.CharField(
        label=_("Ghi chú nội bộ"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("Chỉ người kiểm duyệt đọc."),
    )

    def __init__(self, *args, kind, **kwargs):
        super().__init__(*args, **kwargs)
        self.usable = queries.reasons(kind)
        self.fields["reasons"].choices = [(r.code, _label(r)) for r in self.usable]
        if not any(r.two_people for r in self.usable):
            del self.fields["cited"]

    @property
    def needs_two(self):
        """Whether one of the chosen reasons is decided by two people."""
        chosen = self.cleaned_data["reasons"]
        return any(r.two_people for r in self.usable if r.code in chosen)

    def clean(self):
        data = super().clean()
        if "reasons" in data and self.needs_two and not data.get("cited"):
            self.add_error("cited", _("Hãy ghi điều, khoản, văn bản bị vi phạm."))
        return data


def _label(reason):
    return _("%s (hai người, có căn cứ)") % reason.label if reason.two_people else reason.label


class ApproveForm(VersionForm):
    note = forms.CharField(
        label=_("Ghi chú nội bộ"),
        required=False,
        max_length=NOTE_LENGTH,
        help_text=_("Chỉ người kiểm duyệt đọc."),
    )


class AppealForm(Form):
    """The sender's reason for a second look; used by the apps whose readers send something."""

    text = forms.CharField(
        label=_("Vì sao cần xem lại"),
        max_length=APPEAL_LENGTH,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Hãy ghi vì sao cần xem lại.")},
    )
