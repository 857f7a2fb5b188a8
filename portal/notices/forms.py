"""Forms of notices: the filter of the staff list, "mark all as read"."""

import django_filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.agencies.filters import AgencyWordsFilter
from portal.common import clock
from portal.common.forms import Form
from portal.notices import registry, rules
from portal.notices.models import Delivery, Preference, ScheduledNotice


class ReadUpToForm(Form):
    """The newest delivery that the reader saw when asking to mark all as read."""

    up_to = forms.IntegerField(min_value=1, widget=forms.HiddenInput)


class PreferencesForm(Form):
    """One choice for every kind of notice; `groups` parts what is mandatory from the rest."""

    def __init__(self, *args, chosen, **kwargs):
        super().__init__(*args, **kwargs)
        labels = dict(Preference.Mode.choices)
        self._kinds = [(name, kind) for name, kind in registry.notice_kinds if not kind.hidden]
        for name, kind in self._kinds:
            modes = rules.modes_of(kind)
            wish = chosen.get(name)
            self.fields[name] = forms.ChoiceField(
                label=kind.label,
                choices=[(mode, labels[mode]) for mode in modes],
                initial=wish if wish in modes else modes[0],
            )

    @property
    def groups(self):
        """[(title, help, fields)] for the template."""
        fixed = [self[name] for name, kind in self._kinds if kind.mandatory]
        free = [self[name] for name, kind in self._kinds if not kind.mandatory]
        return [
            (
                _("Việc phải biết"),
                _("Luôn gửi thư; đổi mốc trong ba ngày tới thì gửi ngay dù chọn thư gộp."),
                fixed,
            ),
            (_("Việc khác"), _("Có thể chỉ xem trong hộp thông báo của cổng."), free),
        ]


class _Date(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class ScheduledFilter(django_filters.FilterSet):
    """State, kind, agency and days of the list of scheduled notices."""

    FAILED = "mail_failed"

    trang_thai = django_filters.ChoiceFilter(
        label=_("Trạng thái"),
        choices=[*ScheduledNotice.State.choices, (FAILED, _("Có thư không gửi được"))],
        method="in_state",
        empty_label=_("Mọi trạng thái"),
    )
    loai = django_filters.ChoiceFilter(
        label=_("Loại nhắc"),
        field_name="kind",
        choices=registry.kind_choices,
        empty_label=_("Mọi loại"),
    )
    co_quan = AgencyWordsFilter(field_name="agency")
    tu = django_filters.DateFilter(label=_("Từ ngày"), method="from_day", widget=_Date)
    den = django_filters.DateFilter(label=_("Đến ngày"), method="to_day", widget=_Date)

    class Meta:
        model = ScheduledNotice
        fields = []
        form = Form

    def in_state(self, rows, name, value):
        if value == self.FAILED:
            failed = Delivery.objects.filter(
                channel=Delivery.Channel.MAIL, state=Delivery.State.FAILED
            )
            return rows.filter(pk__in=failed.values("notice_id"))
        return rows.filter(state=value)

    def from_day(self, rows, name, value):
        return rows.filter(due_at__gte=clock.start_of_day(value))

    def to_day(self, rows, name, value):
        return rows.filter(due_at__lt=clock.end_of_day(value))
