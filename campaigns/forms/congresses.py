"""The congress calendar: what is shown, days entered in the list, windows."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.forms.fields import DayField
from campaigns.models import CongressWindow
from campaigns.queries.congresses import DATED, OUTSIDE, UNDATED
from portal.agencies.forms.fields import AgencyField
from portal.agencies.models import Level
from portal.common.forms import Form, ModelForm, VersionedFormMixin

STATES = [
    ("", _("Tất cả")),
    (UNDATED, _("Chưa có ngày")),
    (DATED, _("Đã có ngày")),
    (OUTSIDE, _("Ngoài khung thời gian")),
]


class CalendarFilterForm(Form):
    """Which congresses are listed; everything is optional."""

    nhiem_ky = forms.TypedChoiceField(label=_("Nhiệm kỳ"), coerce=int, required=False)
    cap = forms.ModelChoiceField(
        label=_("Cấp"),
        queryset=Level.objects.none(),
        to_field_name="slug",
        required=False,
        empty_label=_("Mọi cấp"),
    )
    q = forms.CharField(label=_("Tên tổ chức"), max_length=100, required=False)

    def __init__(self, data=None, *args, terms, **kwargs):
        self.terms = {start: end for start, end, _n in terms}
        # The term most congresses belong to is the one people mean.
        self.usual = max(terms, key=lambda term: (term[2], term[0]), default=(None,))[0]
        if data is not None and not data.get("nhiem_ky"):
            data = data.copy()
            data["nhiem_ky"] = str(self.usual or "")
        super().__init__(data, *args, **kwargs)
        self.fields["nhiem_ky"].choices = [(start, f"{start}-{end}") for start, end, _n in terms]
        self.fields["nhiem_ky"].initial = self.usual
        self.fields["cap"].queryset = Level.objects.filter(agencies__kind="party").distinct()

    def term(self):
        """(start, end) of the term that is asked for, else of the usual one; None without any."""
        asked = self.cleaned_data.get("nhiem_ky") if self.is_valid() else None
        start = asked if asked in self.terms else self.usual
        return (start, self.terms[start]) if start else None

    def value(self, name):
        return self.cleaned_data.get(name) if self.is_valid() else None


class DeskFilterForm(CalendarFilterForm):
    """The same for staff: below which unit, and what is missing."""

    duoi = AgencyField(label=_("Trong đơn vị (tên, mã)"), required=False)
    loc = forms.ChoiceField(label=_("Ngày"), choices=STATES, required=False)


class CongressDatesForm(VersionedFormMixin, Form):
    """The planned days of one congress, one row of the list."""

    opens = DayField(label=_("Khai mạc"), required=False)
    closes = DayField(label=_("Bế mạc"), required=False)
    ordinal = forms.IntegerField(label=_("Lần thứ"), required=False, min_value=1, max_value=200)

    def __init__(self, *args, unit, event=None, **kwargs):
        self.unit, self.event = unit, event
        initial = {"lock_version": 0}
        if event is not None:
            initial = {
                "opens": event.planned_opens,
                "closes": event.planned_closes,
                "ordinal": event.ordinal,
                "lock_version": event.lock_version,
            }
        super().__init__(*args, prefix=f"u{unit.pk}", initial=initial, **kwargs)
        for name, field in self.fields.items():
            if name != "lock_version":
                field.widget.attrs |= {
                    "aria-label": f"{field.label}: {unit.name}",
                    "class": "input",
                }

    def clean(self):
        data = super().clean()
        opens, closes = data.get("opens"), data.get("closes")
        if opens and closes and closes < opens:
            self.add_error("closes", _g("Ngày bế mạc phải từ ngày khai mạc trở đi."))
        if closes and not opens and "opens" not in self.errors:
            self.add_error("opens", _g("Ghi ngày khai mạc."))
        return data


class WindowForm(VersionedFormMixin, ModelForm):
    """From when and by when the congresses of a level are held in a term."""

    class Meta:
        model = CongressWindow
        fields = ("level", "term_start", "term_end", "earliest", "latest", "basis")
        field_classes = {"earliest": DayField, "latest": DayField}
        help_texts = {
            "latest": _("“Trước ngày 30/6” ghi ngày cuối cùng còn được tổ chức."),
            "basis": _("Số, ký hiệu và ngày, ví dụ 45-CT/TW ngày 14/4/2025."),
        }

    def _post_clean(self):
        """The action writes and refuses; the instance stays as it was read."""

    def values(self):
        return {name: self.cleaned_data[name] for name in self._meta.fields}
