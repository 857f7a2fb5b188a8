"""Filters of the register: for readers, and for the offices that keep it."""

import django_filters as filters
from django import forms
from django.utils.translation import gettext_lazy as _

from portal.common.forms import Form
from portal.common.text import slugify_vi

from .models import DocumentType
from .queries import listing

_DAY = {"widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
_FAMILIES = [("dang", _("Văn bản của Đảng")), ("nha-nuoc", _("Văn bản của Nhà nước"))]
_FAMILY = {"dang": "party", "nha-nuoc": "state"}
_STANDINGS = [("con-hieu-luc", _("Còn hiệu lực")), ("da-thay-the", _("Đã bị thay thế"))]
_ORDERS = [("cu", _("Cũ nhất trước")), ("thu-tu", _("Thứ tự cơ quan"))]


class RegisterFilter(filters.FilterSet):
    """Words, type, issuer, Party or state, year or days, in force or not; and the order."""

    q = filters.CharFilter(label=_("Số, ký hiệu hoặc trích yếu"), method="by_words", max_length=200)
    loai = filters.ChoiceFilter(
        label=_("Loại văn bản"), method="by_type", empty_label=_("Mọi loại")
    )
    co_quan = filters.CharFilter(label=_("Cơ quan ban hành"), method="by_issuer", max_length=200)
    he = filters.ChoiceFilter(
        label=_("Hệ thống"), method="by_family", choices=_FAMILIES, empty_label=_("Đảng, Nhà nước")
    )
    nam = filters.ChoiceFilter(label=_("Năm"), method="by_year", empty_label=_("Mọi năm"))
    tu_ngay = filters.DateFilter(
        label=_("Từ ngày"), field_name="issued_on", lookup_expr="gte", **_DAY
    )
    den_ngay = filters.DateFilter(
        label=_("Đến ngày"), field_name="issued_on", lookup_expr="lte", **_DAY
    )
    hieu_luc = filters.ChoiceFilter(
        label=_("Hiệu lực"), method="by_standing", choices=_STANDINGS, empty_label=_("Mọi văn bản")
    )
    xep = filters.ChoiceFilter(
        label=_("Sắp xếp"), method="by_order", choices=_ORDERS, empty_label=_("Mới nhất trước")
    )

    #: Always in sight; the others fold away.
    FIRST = ("q",)

    class Meta:
        form = Form
        fields = []

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self._user = user
        names = DocumentType.objects.order_by("order", "name").values_list("name", flat=True)
        self._types = {slugify_vi(name): name for name in names}
        self.filters["loai"].extra["choices"] = list(self._types.items())
        years = listing.years(self.queryset)
        self.filters["nam"].extra["choices"] = [(str(year), str(year)) for year in years]

    @property
    def first(self):
        """The fields that are always in sight."""
        return [bound for bound in self.form if bound.name in self.FIRST]

    @property
    def others(self):
        """The fields that fold away."""
        return [bound for bound in self.form if bound.name not in self.FIRST]

    @property
    def others_used(self):
        """Whether one of them says something, or was filled in wrongly."""
        return any(bound.value() or bound.errors for bound in self.others)

    @property
    def used(self):
        """Whether the list is narrowed or put in another order."""
        return any(bound.value() for bound in self.form)

    @property
    def order(self):
        """The word of ORDERS that the list is put in."""
        chosen = self.form.cleaned_data.get("xep", "") if self.form.is_valid() else ""
        return chosen or "moi"

    @property
    def in_order(self):
        """The rows as they are shown."""
        return self.qs.order_by(*listing.ORDERS[self.order])

    def by_words(self, rows, name, value):
        return listing.find(rows, value)

    def by_type(self, rows, name, value):
        return rows.filter(type__name=self._types[value])

    def by_issuer(self, rows, name, value):
        return listing.of_issuer(rows, value)

    def by_family(self, rows, name, value):
        return listing.of_family(rows, _FAMILY[value])

    def by_year(self, rows, name, value):
        return rows.filter(issued_on__year=int(value))

    def by_standing(self, rows, name, value):
        return listing.in_force(rows, self._user, yes=value == "con-hieu-luc")

    def by_order(self, rows, name, value):
        return rows  # the rows are put in order once, by `in_order`


class DeskFilter(RegisterFilter):
    """As for readers, and what is public or not; the rarer questions of readers are left out."""

    cong_bo = filters.ChoiceFilter(
        label=_("Công bố"),
        method="by_public",
        choices=[("co", _("Đã công bố")), ("chua", _("Chưa công bố"))],
        empty_label=_("Tất cả"),
    )

    def by_public(self, rows, name, value):
        return rows.filter(is_public=value == "co")
