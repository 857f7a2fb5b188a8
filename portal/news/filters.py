"""The filter of the list of articles at the desk."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form
from portal.news import queries
from portal.news.models import Article, Section

#: A list of choices longer than this helps nobody.
MOST_CHOICES = 200


class DeskFilter(filters.FilterSet):
    """Words, agency, section, own articles. The state is chosen by the tabs above the list."""

    tim = filters.CharFilter(label=_("Tìm trong bài"), method="find", max_length=200)
    co_quan = filters.ModelChoiceFilter(
        label=_("Cơ quan"), field_name="agency", queryset=None, empty_label=_("Mọi cơ quan")
    )
    chuyen_muc = filters.ModelChoiceFilter(
        label=_("Chuyên mục"),
        field_name="working__section",
        queryset=None,
        empty_label=_("Mọi chuyên mục"),
    )
    cua_toi = filters.BooleanFilter(
        label=_("Chỉ bài tôi soạn"), method="mine", widget=forms.CheckboxInput
    )

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

    def mine(self, queryset, name, value):
        return queryset.filter(author=self.request.user) if value else queryset
