"""What narrows the lists of documents: at the desk and for readers."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from campaigns.models import Event
from documents.models import Document
from portal.agencies.models import Agency
from portal.common import clock
from portal.common.forms import Form
from portal.common.sqltext import with_words
from portal.common.text import fold

#: A list of choices longer than this helps nobody.
MOST_CHOICES = 200


class DeskFilter(filters.FilterSet):
    """Words, agency, congress. The tabs above choose the state."""

    tim = filters.CharFilter(label=_("Tìm theo tên"), method="find", max_length=200)
    co_quan = filters.ModelChoiceFilter(
        label=_("Cơ quan"), field_name="agency", queryset=None, empty_label=_("Mọi cơ quan")
    )
    dai_hoi = filters.ModelChoiceFilter(
        label=_("Đại hội"), field_name="event", queryset=None, empty_label=_("Mọi đại hội")
    )

    class Meta:
        model = Document
        form = Form
        fields = []

    def __init__(self, *args, queryset, **kwargs):
        super().__init__(*args, queryset=queryset, **kwargs)
        found = queryset.order_by()
        agencies = Agency.objects.filter(pk__in=found.values("agency")).order_by("sort_key", "id")
        events = Event.objects.filter(pk__in=found.values("event")).select_related("host")
        self.choose("co_quan", agencies)
        self.choose("dai_hoi", events.order_by("-term_start", "slug"))

    def choose(self, name, rows):
        """Offer `rows`; a choice of one, or of too many, is none."""
        self.filters[name].queryset = rows
        if not 1 < len(rows[: MOST_CHOICES + 1]) <= MOST_CHOICES:
            del self.filters[name]

    @property
    def used(self):
        """Whether anything narrows the list."""
        return self.form.is_valid() and any(self.form.cleaned_data.values())

    def find(self, queryset, name, value):
        return with_words(queryset, fold(value).split()[:12], "title", "subtitle")


class ReaderFilter(DeskFilter):
    """The same over what readers get, and the year in which it was published."""

    nam = filters.NumberFilter(
        label=_("Năm công bố"),
        method="in_year",
        min_value=2000,
        max_value=2100,
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )

    def in_year(self, queryset, name, value):
        year = int(value)
        first = clock.start_of_day(clock.today().replace(year=year, month=1, day=1))
        last = clock.start_of_day(clock.today().replace(year=year + 1, month=1, day=1))
        return queryset.filter(live_at__gte=first, live_at__lt=last)
