"""Choosing many units at once: by kind, level, subtree, with exceptions.

    form = UnitSelectionForm(request.POST or None, root=agency, among=…)
    if form.confirmed: act(form.units())

One form and one address, with or without JavaScript: first the conditions, then the count and the
list in pages with a tick at every unit, then the confirmation. What is unticked travels along from
page to page; a confirmation of something else than what was listed is answered with the new list.
"""

import hashlib

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from portal.agencies.models import Agency, Level
from portal.agencies.queries import select_units, subtree
from portal.common.forms import Form

#: Units on one page of the list.
PER_PAGE = 50
#: So many units with units below them are offered as subtrees; above that only the upper ones.
MOST_ROOTS = 300
#: So many exceptions are carried along.
MOST_EXCEPT = 5000

CELLS = (
    ("", _("Cả chi bộ và đơn vị khác")),
    ("chi-bo", _("Chỉ chi bộ")),
    ("khac", _("Không gồm chi bộ")),
)
CRITERIA = ("kinds", "levels", "under", "cells", "direct", "words")
LOOK, CONFIRM = "xem", "xac-nhan"


class IdsField(forms.CharField):
    """Ids in one hidden field, divided by commas; cleans to a set."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs):
        super().__init__(required=False, max_length=12 * MOST_EXCEPT, **kwargs)

    def clean(self, value):
        parts = [part for part in super().clean(value).split(",") if part]
        if not all(part.isascii() and part.isdigit() and len(part) < 19 for part in parts):
            raise forms.ValidationError(_("Danh sách đơn vị bị hỏng; hãy xem lại từ đầu."))
        return {int(part) for part in parts}


class _SubtreeChoice(forms.ModelChoiceField):
    def label_from_instance(self, agency):
        return agency.name


class UnitSelectionForm(Form):
    """See the module. `step` is the button that was pressed: "xem", "trang-3", "xac-nhan"."""

    kinds = forms.MultipleChoiceField(
        label=_("Loại"),
        choices=Agency.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    levels = forms.ModelMultipleChoiceField(
        label=_("Cấp"),
        queryset=Level.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    under = _SubtreeChoice(
        label=_("Thuộc"),
        queryset=Agency.objects.none(),
        required=False,
        empty_label=_("Tất cả cấp dưới"),
    )
    cells = forms.ChoiceField(label=_("Chi bộ"), choices=CELLS, required=False)
    direct = forms.BooleanField(label=_("Chỉ đơn vị trực thuộc trực tiếp"), required=False)
    words = forms.CharField(label=_("Tên có chữ"), max_length=80, required=False)
    without = IdsField()
    listed = IdsField()
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    kept = forms.MultipleChoiceField(required=False, widget=forms.MultipleHiddenInput)

    def __init__(self, data=None, *, root, among=None, initial=None, **kwargs):
        self.root, self.among = root, among
        super().__init__(data, initial=initial, **kwargs)
        below = select_units(root, among=among).order_by()
        self.fields["levels"].queryset = Level.objects.filter(
            pk__in=below.values("level")
        ).order_by("order", "slug")
        roots = subtree(root).exclude(pk=root.pk).filter(node__numchild__gt=0)
        if roots.count() > MOST_ROOTS:
            roots = roots.filter(parent=root)
        self.fields["under"].queryset = roots
        # Ticks are ids of the list; whatever else is sent is not among the units anyway.
        self.fields["kept"].valid_value = lambda value: value.isascii() and value.isdigit()
        self.count = 0
        self.left_out = 0
        self.page = None
        self.changed = False
        if self.is_bound and self.is_valid():
            self._list()

    @property
    def step(self):
        return self.data.get("buoc", LOOK) if self.is_bound else ""

    @property
    def confirmed(self):
        """Whether exactly the units that were listed are confirmed, and there are some."""
        return (
            self.is_bound
            and self.is_valid()
            and self.step == CONFIRM
            and not self.changed
            and bool(self.count)
        )

    def units(self):
        """The chosen units, a queryset of Agency."""
        return self._fitting().exclude(pk__in=self._without)

    @property
    def carried(self):
        """The exceptions that are not on the page shown, for the hidden field."""
        shown = {unit.pk for unit in self.page}
        return ",".join(map(str, sorted(self._without - shown)))

    @property
    def shown(self):
        return ",".join(str(unit.pk) for unit in self.page)

    @property
    def digest(self):
        """What the page listed: conditions and number."""
        return self._digest

    def _fitting(self):
        data = self.cleaned_data
        return select_units(
            self.root,
            kinds=data["kinds"],
            levels=data["levels"],
            under=data["under"],
            cells={"chi-bo": True, "khac": False}.get(data["cells"]),
            direct=data["direct"],
            words=data["words"],
            among=self.among,
        )

    def _list(self):
        data = self.cleaned_data
        ticked = {int(value) for value in data["kept"]}
        without = (data["without"] - data["listed"]) | (data["listed"] - ticked)
        rows = self._fitting()
        fitting = rows.order_by()
        total = fitting.count()
        self._without = set(
            fitting.filter(pk__in=list(without)[:MOST_EXCEPT]).values_list("pk", flat=True)
        )
        self.left_out = len(self._without)
        self.count = total - self.left_out
        words = [self.data.getlist(name) for name in CRITERIA]
        self._digest = hashlib.sha256(repr((words, total)).encode()).hexdigest()[:32]
        self.changed = self.step != LOOK and data["seen"] != self._digest
        if self.changed:
            # The ticks belong to another list; those of them that still fit stay out.
            self.add_error(
                None,
                _g(
                    "Điều kiện hoặc danh sách đơn vị đã thay đổi so với danh sách vừa xem; "
                    "hãy xem lại rồi xác nhận."
                ),
            )
        number = self.step.removeprefix("trang-")
        paginator = Paginator(rows.select_related("level", "parent"), PER_PAGE)
        paginator.count = total
        self.page = paginator.get_page(int(number) if number.isdigit() and len(number) < 9 else 1)
        for unit in self.page:
            unit.is_kept = unit.pk not in self._without
        if self.step == CONFIRM and not self.count and not self.changed:
            self.add_error(None, _g("Chưa chọn đơn vị nào."))
