"""The filter of the list of articles at the desk."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common import clock
from portal.common.forms import Form
from portal.news import queries
from portal.news.models import Article, Genre, Section

#: A list of choices longer than this helps nobody.
MOST_CHOICES = 200


def _day():
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class DeskFilter(filters.FilterSet):
    """Words, own articles, agency, section, genre, days. The tabs above choose the state."""

    tim = filters.CharFilter(label=_("Tìm trong bài"), method="find", max_length=200)
    cua_toi = filters.BooleanFilter(
        label=_("Chỉ bài tôi soạn"), method="mine", widget=forms.CheckboxInput
    )
    co_quan = filters.ModelChoiceFilter(
        label=_("Cơ quan"), field_name="agency", queryset=None, empty_label=_("Mọi cơ quan")
    )
    chuyen_muc = filters.ModelChoiceFilter(
        label=_("Chuyên mục"),
        field_name="working__section",
        queryset=None,
        empty_label=_("Mọi chuyên mục"),
    )
    the_loai = filters.ModelChoiceFilter(
        label=_("Thể loại"),
        field_name="working__genre",
        queryset=Genre.objects.all(),
        empty_label=_("Mọi thể loại"),
    )
    tu_ngay = filters.DateFilter(label=_("Sửa từ ngày"), method="since", widget=_day())
    den_ngay = filters.DateFilter(label=_("Đến ngày"), method="until", widget=_day())

    #: Always in sight; the others fold away on a phone.
    FIRST = ("tim", "cua_toi")

    class Meta:
        model = Article
        form = Form
        fields = []

    def __init__(self, *args, agencies, **kwargs):
        super().__init__(*args, **kwargs)
        some = list(agencies[: MOST_CHOICES + 1])
        self.many_agencies = len(some) > 1
        self.filters["co_quan"].queryset = agencies
        self.filters["chuyen_muc"].queryset = Section.objects.filter(agency__in=agencies)
        if len(some) > MOST_CHOICES:  # who looks over a whole province searches by words
            del self.filters["co_quan"], self.filters["chuyen_muc"]
        elif not self.many_agencies:
            del self.filters["co_quan"]

    def find(self, queryset, name, value):
        return queries.find_at_desk(queryset, value)

    @property
    def others(self):
        """The fields that fold away."""
        return [bound for bound in self.form if bound.name not in self.FIRST]

    @property
    def others_used(self):
        """Whether one of them narrows the list, or was filled in wrongly."""
        return any(bound.value() or bound.errors for bound in self.others)

    def since(self, queryset, name, value):
        return queryset.filter(changed_at__gte=clock.start_of_day(value))

    def until(self, queryset, name, value):
        return queryset.filter(changed_at__lt=clock.end_of_day(value))

    def mine(self, queryset, name, value):
        return queryset.filter(author=self.request.user) if value else queryset
