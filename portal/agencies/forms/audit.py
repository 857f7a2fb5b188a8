"""The filter of the audit page."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.accounts import queries as account_queries
from portal.agencies import audit_words
from portal.agencies.forms.fields import AgencyField, DayInput
from portal.common import clock
from portal.common.forms import Form
from portal.common.models import AuditEntry


class _AgencyFilter(django_filters.Filter):
    field_class = AgencyField


class AuditFilter(django_filters.FilterSet):
    """Person, verb, kind of object, days, agency. Days are those of Vietnam."""

    nguoi = django_filters.CharFilter(label=_("Người (tên đăng nhập)"), method="by_person")
    viec = django_filters.ChoiceFilter(
        label=_("Việc"),
        field_name="verb",
        choices=lambda: sorted(
            ((name, str(words)) for name, words in audit_words.VERBS.items()), key=lambda p: p[1]
        ),
        empty_label=_("Mọi việc"),
    )
    loai = django_filters.ChoiceFilter(
        label=_("Loại đối tượng"),
        field_name="object_kind",
        choices=audit_words.kinds,
        empty_label=_("Mọi loại"),
    )
    co_quan = _AgencyFilter(label=_("Cơ quan"), method="in_agency")
    tu = django_filters.DateFilter(label=_("Từ ngày"), method="from_day", widget=DayInput)
    den = django_filters.DateFilter(label=_("Đến ngày"), method="to_day", widget=DayInput)

    class Meta:
        model = AuditEntry
        fields = []
        form = Form

    def by_person(self, queryset, name, value):
        user = account_queries.by_login(value)
        if user is None:
            return queryset.none()
        # On behalf of whom counts as well: what a deputy did is a matter of the giver.
        return queryset.filter(actor=user) | queryset.filter(on_behalf_of=user)

    def in_agency(self, queryset, name, value):
        return queryset.filter(agency_id=value.pk)

    def from_day(self, queryset, name, value):
        return queryset.filter(at__gte=clock.start_of_day(value))

    def to_day(self, queryset, name, value):
        return queryset.filter(at__lt=clock.end_of_day(value))
