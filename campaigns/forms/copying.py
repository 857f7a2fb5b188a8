"""A plan made from another one: a copy, a plan from a template, a template."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.actions.copying import KEEP, SHIFT, UNKNOWN
from campaigns.queries import templates
from campaigns.rules import access
from campaigns.rules.names import event_name
from portal.agencies.models import Agency
from portal.agencies.rules import grants_of
from portal.common.forms import Form

_EVENT = "event_"


class CopyForm(Form):
    """What becomes of dates, events and units when `source` is taken over.

    Args:
        template: a template is being made: its dates stay until a plan is made from it.
    """

    issuer = forms.ModelChoiceField(
        label=_("Cơ quan ban hành"), queryset=Agency.objects.none(), empty_label=None
    )
    title = forms.CharField(label=_("Tên kế hoạch"), max_length=400)
    dates = forms.ChoiceField(
        label=_("Các mốc ghi bằng ngày, tháng, năm"),
        choices=[
            (UNKNOWN, _("Để “chưa xác định”, ghi sau")),
            (SHIFT, _("Dời đi một số năm, giữ ngày và tháng")),
            (KEEP, _("Giữ nguyên")),
        ],
        widget=forms.RadioSelect,
        help_text=_("Mốc tính theo sự kiện hoặc theo đợt khác vẫn tính như vậy."),
    )
    years = forms.IntegerField(
        label=_("Số năm cần dời"),
        min_value=-50,
        max_value=50,
        required=False,
        help_text=_("Ví dụ 5 cho nhiệm kỳ sau."),
    )
    assigned = forms.BooleanField(
        label=_("Giao luôn các nhiệm vụ cho những đơn vị đang có trong kế hoạch cũ"),
        required=False,
    )

    def __init__(self, *args, user, source, template=False, **kwargs):
        self.source = source
        self._used, self._offered = [], {}
        initial = {"title": source.title, "dates": UNKNOWN, "issuer": source.issuer_id}
        super().__init__(*args, initial=initial, **kwargs)
        ids = grants_of(user).agency_ids(access.DRAFTERS, inherited=False)
        self.fields["issuer"].queryset = Agency.objects.filter(pk__in=ids).order_by(
            "protocol_no", "sort_key", "id"
        )
        if template:
            self.fields["title"].label = _g("Tên mẫu")
            for name in ("dates", "years", "assigned"):
                del self.fields[name]
            return
        if source.issuer_id not in ids or source.is_template:
            del self.fields["assigned"]
        self._used = templates.events_used(source)
        for event in self._used:
            self.fields[f"{_EVENT}{event.pk}"] = self._instead(event, ids)

    def _instead(self, event, ids):
        issuer = self.source.issuer_id if self.source.issuer_id in ids else min(ids, default=None)
        offered = templates.offered_instead(event, issuer)
        self._offered |= {other.pk: other for other in offered}
        others = [(other.pk, _dated(other)) for other in offered]
        return forms.TypedChoiceField(
            label=event_name(event),
            choices=[("", _g("Giữ nguyên sự kiện này")), *others],
            coerce=int,
            empty_value=None,
            required=False,
        )

    @property
    def event_fields(self):
        """The bound fields that put another event in the place of one."""
        return [self[name] for name in self.fields if name.startswith(_EVENT)]

    def clean(self):
        data = super().clean()
        if data.get("dates") == SHIFT and not data.get("years") and "years" not in self.errors:
            self.add_error("years", _g("Ghi số năm cần dời, ví dụ 5."))
        return data

    def values(self):
        """Keyword arguments of `copy_plan`, without source and actor."""
        data = self.cleaned_data
        values = {
            "issuer": data["issuer"],
            "title": data["title"],
            "dates": data.get("dates", KEEP),
        }
        if values["dates"] == SHIFT:
            values["years"] = data["years"]
        chosen = {e.pk: data.get(f"{_EVENT}{e.pk}") for e in self._used}
        values["events"] = {pk: self._offered[other] for pk, other in chosen.items() if other}
        values["assigned"] = bool(data.get("assigned"))
        return values


def _dated(event):
    day = event.opens or event.closes
    return f"{event_name(event)} ({day:%d/%m/%Y})" if day else event_name(event)
