"""Other days for a consultation that was announced."""

from django import forms
from django.utils.translation import gettext_lazy as _

from feedback.forms.moments import MomentsMixin
from portal.common.forms import VersionedFormMixin


class DatesForm(MomentsMixin, VersionedFormMixin, forms.Form):
    """New dates of an announced consultation, with the reason that is published. The opening is
    asked only while it has not come.
    """

    reason = forms.CharField(
        label=_("Lý do, được công bố"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Hiện trên trang của đợt lấy ý kiến và trong thông báo gửi mọi người."),
    )

    def __init__(self, *args, consultation, choices, opened, closes_on=None, **kwargs):
        self.consultation = consultation
        super().__init__(*args, initial={"lock_version": consultation.lock_version}, **kwargs)
        names = ("closes",) if opened else ("opens", "closes")
        self.add_moments(choices, {name: getattr(consultation, name) for name in names})
        if closes_on is not None and not self.is_bound:
            self.moments["closes"].initial |= {"kind": "day", "on": closes_on}

    def action_arguments(self):
        """Keyword arguments of `actions.change_dates`."""
        found = self.specs()
        return {
            "opens": found.get("opens"),
            "closes": found["closes"],
            "reason": self.cleaned_data["reason"],
            "expected_version": self.expected_version,
        }
