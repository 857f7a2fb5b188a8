"""Uploading a list of documents from Excel."""

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.agencies.forms.sheets import SheetForm
from portal.agencies.models import Agency

from ..rules import keeps_for


class RegisterSheetForm(SheetForm):
    """The file, in whose name its documents are entered, whether readers see the new ones."""

    agency = forms.ModelChoiceField(
        label=_("Ghi vào sổ của"), queryset=Agency.objects.none(), empty_label=None
    )
    is_public = forms.BooleanField(
        label=_("Công bố các văn bản mới: ai cũng đọc được trên cổng"), required=False
    )
    field_order = ["agency", "file"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        agencies = Agency.objects.filter(pk__in=keeps_for(user))
        self.fields["agency"].queryset = agencies.order_by("protocol_no", "sort_key")
