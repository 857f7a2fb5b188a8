"""Events: what they are called, and when they are."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.boundaries.effects import EVENT_DATES
from campaigns.forms.fields import DayField
from campaigns.models import Event
from campaigns.rules import access
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.forms import Form, ModelForm, VersionedFormMixin

DETAILS = (
    "kind", "host", "delegates", "name", "ordinal", "term_start", "term_end", "previous",
    "origin_on", "place", "expected_words",
)  # fmt: skip
DATE_LABELS = {
    "planned_opens": _("Khai mạc theo kế hoạch"),
    "planned_closes": _("Bế mạc theo kế hoạch"),
    "expected_opens": _("Dự kiến khai mạc"),
    "expected_closes": _("Dự kiến bế mạc"),
    "actual_opens": _("Khai mạc thực tế"),
    "actual_closes": _("Bế mạc thực tế"),
}


class EventForm(VersionedFormMixin, ModelForm):
    """What an event is called and where it is; a new one is given its planned dates at once."""

    planned_opens = DayField(label=DATE_LABELS["planned_opens"], required=False)
    planned_closes = DayField(label=DATE_LABELS["planned_closes"], required=False)

    class Meta:
        model = Event
        fields = DETAILS
        field_classes = {"origin_on": DayField}
        help_texts = {
            "name": _("Đại hội có thể để trống: tên gọi lấy từ tổ chức, lần thứ và nhiệm kỳ."),
            "origin_on": _("Của ngày kỷ niệm, ví dụ 02/9/1945."),
            "expected_words": _("Khi chưa có ngày, ví dụ “quý I/2026”."),
        }

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        ids = grants_of(user).agency_ids(access.DRAFTERS, inherited=False)
        if self.instance.host_id:
            ids = ids | {self.instance.host_id}
        self.fields["host"].queryset = Agency.objects.filter(pk__in=ids)
        self.fields["host"].empty_label = _g("Không của tổ chức nào")
        if not access.may_create_event(user):
            self.fields["host"].required = True
            self.fields["host"].empty_label = _g("Chọn tổ chức")
        self.fields["previous"].queryset = (
            Event.objects.select_related("host").exclude(pk=self.instance.pk).order_by("slug")
        )
        self.fields["previous"].empty_label = _g("Không nêu")
        for name, words, choices in (
            ("kind", _g("Chọn loại"), Event.Kind.choices),
            ("delegates", _g("Không nêu"), Event.Delegates.choices),
        ):
            self.fields[name].choices = [("", words), *choices]
        if self.instance.pk:
            del self.fields["planned_opens"], self.fields["planned_closes"]

    def _post_clean(self):
        """The action writes and refuses; the instance stays as it was read."""

    def values(self):
        """Keyword arguments of `create_event` and `update_event`."""
        names = [n for n in (*DETAILS, "planned_opens", "planned_closes") if n in self.fields]
        return {n: self.cleaned_data[n] for n in names}


class EventDatesForm(VersionedFormMixin, Form):
    """The dates of an event; the actual beat the expected, which beat the planned."""

    reason = forms.CharField(
        label=_("Lý do đổi ngày"),
        max_length=300,
        required=False,
        help_text=_("Gửi kèm thông báo cho những người liên quan."),
    )
    graph_revision = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0)

    def __init__(self, *args, event, **kwargs):
        initial = {name: getattr(event, name) for name in (*EVENT_DATES, "lock_version")}
        super().__init__(*args, initial=initial, **kwargs)
        days = {n: DayField(label=DATE_LABELS[n], required=False) for n in EVENT_DATES}
        self.fields = days | self.fields

    def clean(self):
        data = super().clean()
        for strength in ("planned", "expected", "actual"):
            opens, closes = (data.get(f"{strength}_{m}") for m in ("opens", "closes"))
            if opens and closes and closes < opens:
                self.add_error(
                    f"{strength}_closes", _g("Ngày bế mạc phải từ ngày khai mạc trở đi.")
                )
        return data

    def dates(self):
        """{name: day or None} for `move_event`."""
        return {name: self.cleaned_data[name] for name in EVENT_DATES}

    def with_revision(self, revision):
        """The form as it goes back with a preview: it carries the graph that was shown."""
        self.data = self.data.copy()
        self.data[self.add_prefix("graph_revision")] = str(revision)
