"""What narrows a search: agency, section, dates, campaign. Each kind of page has what fits it."""

import datetime as dt

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from documents.models import Document
from feedback.models import Consultation
from portal.agencies.models import Agency
from portal.common import clock, fulltext
from portal.common.forms import Form
from portal.news.models import Article, Microsite, Section
from portal.news.queries.microsites import of_campaign

#: As many agencies or sections are looked in at once; whoever names more has named none.
MOST = 500
_LAST = dt.date.max - dt.timedelta(days=1)


def _day(**attrs):
    return forms.DateInput(attrs={"type": "date", **attrs}, format="%Y-%m-%d")


class Narrowed(filters.FilterSet):
    """The filters that every kind has, over columns that differ.

    Attributes:
        agency: column of the agency.
        at, on: the column of the instant or of the date; one of the two.
    """

    co_quan = filters.CharFilter(label=_("Cơ quan"), method="by_agency", max_length=200)
    tu_ngay = filters.DateFilter(label=_("Từ ngày"), method="since", widget=_day())
    den_ngay = filters.DateFilter(label=_("Đến ngày"), method="until", widget=_day())

    agency = "agency"
    at = ""
    on = ""

    class Meta:
        form = Form
        fields = []

    def by_agency(self, rows, name, value):
        words = fulltext.asked(value)
        if not words:
            return rows
        named = Agency.objects.filter(search_words=words.query)
        # Keys, not a subquery: the planner has to know how few they are.
        keys = list(named.order_by().values_list("pk", flat=True)[:MOST])
        return rows.filter(**{f"{self.agency}__in": keys})

    def since(self, rows, name, day):
        if self.at:
            return rows.filter(**{f"{self.at}__gte": clock.start_of_day(day)})
        return rows.filter(**{f"{self.on}__gte": day})

    def until(self, rows, name, day):
        if self.at:
            day = min(day, _LAST)  # the day after it has to exist
            return rows.filter(**{f"{self.at}__lt": clock.end_of_day(day)})
        return rows.filter(**{f"{self.on}__lte": day})


class ArticleFilter(Narrowed):
    """The whole form; the other kinds have a part of it, under the same names."""

    at = "published_at"

    chuyen_muc = filters.CharFilter(label=_("Chuyên mục"), method="by_section", max_length=200)
    chuyen_trang = filters.ChoiceFilter(
        label=_("Chuyên trang"), method="by_campaign", empty_label=_("Mọi chuyên trang")
    )

    class Meta(Narrowed.Meta):
        model = Article

    def __init__(self, *args, now, **kwargs):
        super().__init__(*args, **kwargs)
        opened = Microsite.objects.opened(now)
        self.filters["chuyen_trang"].extra["choices"] = opened.values_list("slug", "title")[:MOST]

    def by_section(self, rows, name, value):
        words = fulltext.asked(value)
        if not words:
            return rows
        named = Section.objects.alias(named=fulltext.words_vector("title"))
        keys = list(named.filter(named=words.query).order_by().values_list("pk", flat=True)[:MOST])
        return rows.filter(section__in=keys)

    def by_campaign(self, rows, name, slug):
        return rows.filter(of_campaign(Microsite.objects.get(slug=slug)))


class PlanFilter(Narrowed):
    agency, on = "issuer", "document__issued_on"


class RegisterFilter(Narrowed):
    agency, on = "issuer", "issued_on"


class DocumentFilter(Narrowed):
    at = "live_at"

    class Meta(Narrowed.Meta):
        model = Document


class ConsultationFilter(Narrowed):
    on = "opens__resolved_on"

    class Meta(Narrowed.Meta):
        model = Consultation
