import django_filters as filters
from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event, Plan
from portal.agencies.models import Level
from portal.common.finding import words_of
from portal.common.forms import Form
from portal.common.sqltext import Fold


class PlanFilter(filters.FilterSet):
    """Plans by issuer, event, words of the title or symbol, and whether they are carried out."""

    q = filters.CharFilter(label=_("Tên hoặc số, ký hiệu"), method="by_words")
    # Typed, not chosen: at full size three thousand agencies have issued a plan.
    co_quan = filters.CharFilter(label=_("Cơ quan ban hành"), method="by_issuer")
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

    def by_issuer(self, queryset, name, value):
        """Names with all these words, marks or not; those of today."""
        rows = queryset.annotate(issuer_folded=Fold("issuer__name"))
        for word in words_of(value):
            rows = rows.filter(issuer_folded__contains=word)
        return rows

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
