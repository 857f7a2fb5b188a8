"""Filters by agency that fit any number of agencies."""

import django_filters
from django.utils.translation import gettext_lazy as _

from portal.common.finding import words_of
from portal.common.sqltext import with_words


class AgencyWordsFilter(django_filters.CharFilter):
    """Rows whose agency (`field_name`) has all typed words in its name of today, marks or not.

    Typed, not chosen: at full size a list of three thousand agencies is the longest part of a page.
    """

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("label", _("Cơ quan"))
        super().__init__(*args, **kwargs)

    def filter(self, qs, value):
        words = words_of(value or "")
        return with_words(qs, words, f"{self.field_name}__name") if words else qs
