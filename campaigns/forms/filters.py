"""Filters of the lists on the work pages."""

import django_filters as filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models import Assignment, Event, Plan
from portal.common.forms import Form

#: States as a person sees them: overdue is computed.
SHOWN_STATES = [("overdue", _("Quá hạn")), *Assignment.State.choices]


class DeskPlanFilter(filters.FilterSet):
    """My plans by words and state."""

    q = filters.CharFilter(label=_("Tên hoặc số, ký hiệu"), method="by_words")
    trang_thai = filters.ChoiceFilter(
        field_name="state",
        label=_("Trạng thái"),
        choices=Plan.State.choices,
        empty_label=_("Mọi trạng thái"),
    )

    class Meta:
        model = Plan
        form = Form
        fields = []

    def by_words(self, queryset, name, value):
        return queryset.filter(Q(title__icontains=value) | Q(document__symbol__icontains=value))


class DeskEventFilter(filters.FilterSet):
    """Events by words and kind."""

    q = filters.CharFilter(label=_("Tên sự kiện hoặc tổ chức"), method="by_words")
    loai = filters.ChoiceFilter(
        field_name="kind",
        label=_("Loại"),
        choices=Event.Kind.choices,
        empty_label=_("Mọi loại"),
    )

    class Meta:
        model = Event
        form = Form
        fields = []

    def by_words(self, queryset, name, value):
        return queryset.filter(Q(name__icontains=value) | Q(host__name__icontains=value))


class MyAssignmentFilter(filters.FilterSet):
    """My units' assignments by state."""

    trang_thai = filters.ChoiceFilter(
        field_name="shown",
        label=_("Tiến độ"),
        choices=SHOWN_STATES,
        empty_label=_("Chưa hoàn thành"),
        method="by_state",
    )

    class Meta:
        model = Assignment
        form = Form
        fields = []

    def by_state(self, queryset, name, value):
        return queryset.filter(shown=value)
