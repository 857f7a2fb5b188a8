import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event, Plan
from portal.agencies.filters import AgencyWordsFilter
from portal.agencies.models import Level
from portal.common.forms import Form


class PlanFilter(filters.FilterSet):
    """Plans by issuer, event, words of the title or symbol, and whether they are carried out."""

    q = filters.CharFilter(label=_("Tên hoặc số, ký hiệu"), method="by_words")
    co_quan = AgencyWordsFilter(field_name="issuer", label=_("Cơ quan ban hành"))
    su_kien = filters.ModelChoiceFilter(
        field_name="events",
        to_field_name="slug",
        queryset=Event.objects.all(),
        widget=forms.HiddenInput,
    )
    trang_thai = filters.ChoiceFilter(
        field_name="state",
        label=_("Trạng thái"),
        choices=[
            (Plan.State.ISSUED, _("Đang thực hiện")),
            (Plan.State.CLOSED, _("Đã kết thúc")),
        ],
        empty_label=_("Mọi trạng thái"),
    )

    class Meta:
        model = Plan
        form = Form
        fields = []

    def by_words(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(document__symbol__icontains=value))


class EventFilter(filters.FilterSet):
    """Events by host and kind."""

    loai = filters.ChoiceFilter(
        field_name="kind",
        label=_("Loại"),
        choices=Event.Kind.choices,
        empty_label=_("Mọi loại"),
        widget=forms.Select,
    )
    cap = filters.ModelChoiceFilter(
        field_name="host__level",
        label=_("Cấp"),
        queryset=Level.objects.none(),
        empty_label=_("Mọi cấp"),
    )

    class Meta:
        model = Event
        form = Form
        fields = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.filters["cap"].queryset = Level.objects.filter(
            agencies__events__isnull=False
        ).distinct()
