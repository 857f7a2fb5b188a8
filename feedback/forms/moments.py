"""When a consultation opens and closes: a day, or a moment of an event ± days or working days."""

from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.boundaries import preview_specs
from campaigns.forms.boundaries import DAY, EVENT, KINDS, BoundaryForm, words_of_row, words_of_spec
from campaigns.rules import specs
from portal.common.errors import Refused
from portal.common.forms import StaleField

#: The two moments, by the prefix of their fields: the side of the boundary, and what it is called.
MOMENTS = {
    "opens": (specs.START, _("Ngày bắt đầu")),
    "closes": (specs.END, _("Ngày kết thúc")),
}


class MomentForm(BoundaryForm):
    """A boundary that is a day or hangs on an event; another kind stays offered where it is stored
    (a consultation loaded from a file may say "tháng 10").
    """

    def __init__(self, *args, prefix, choices, boundary=None, **kwargs):
        side, title = MOMENTS[prefix]
        super().__init__(
            *args, prefix=prefix, choices=choices, boundary=boundary, side=side, **kwargs
        )
        self.title = title
        offered = {DAY, EVENT, self.initial["kind"]}
        self.fields["kind"].choices = [choice for choice in KINDS if choice[0] in offered]


class MomentsMixin:
    """Brings MomentForms along; the form is valid when they are and come to days in order."""

    moments = {}

    def add_moments(self, choices, boundaries):
        """Args: choices: {prefix: BoundaryChoices}; boundaries: {prefix: Boundary or None}."""
        self.moments = {
            prefix: MomentForm(
                self.data if self.is_bound else None,
                prefix=prefix,
                choices=choices[prefix],
                boundary=boundary,
            )
            for prefix, boundary in boundaries.items()
        }

    def is_valid(self):
        valid = all([super().is_valid(), *(form.is_valid() for form in self.moments.values())])
        return valid and self._resolves()

    def _resolves(self):
        """Whether the moments come to days, the end not before the beginning."""
        keys = {form: -n for n, form in enumerate(self.moments.values(), 1)}
        try:
            effect = preview_specs({key: (form.side, form.spec()) for form, key in keys.items()})
        except Refused as refused:
            self.blame(refused.message)
            return False
        for form, key in keys.items():
            form.resolved = effect.days[key]
        opens, closes = self.day("opens"), self.day("closes")
        if opens and closes and closes < opens:
            words = _g("Kết thúc ngày %(end)s, trước ngày bắt đầu %(start)s.")
            self.blame(words % {"end": f"{closes:%d/%m/%Y}", "start": f"{opens:%d/%m/%Y}"})
            return False
        return True

    def day(self, prefix):
        """The day a moment comes to, None where that is not known or it is not asked."""
        form = self.moments.get(prefix)
        return None if form is None else form.resolved

    def blame(self, message):
        """Put an error at the last day."""
        form = self.moments["closes"]
        form.add_error(form.main_field, message)

    def specs(self):
        """{prefix: Spec} of the moments asked."""
        return {prefix: form.spec() for prefix, form in self.moments.items()}

    def forget_errors(self):
        """Show what was typed without judging it: a button of the form only looked for events."""
        for form in (self, *self.moments.values()):
            form._errors = ErrorDict()

    def mark_stale_with_moments(self, current, values):
        """As `mark_stale`, the days in words."""
        self.mark_stale(current, values=values)
        for prefix, form in self.moments.items():
            mine, theirs = words_of_spec(form.spec()), words_of_row(getattr(current, prefix))
            if not theirs.startswith(mine):
                self.stale_fields.append(StaleField(prefix, str(form.title), mine, theirs))

    @property
    def problems(self):
        """(sentence, id of the control) of every error, for one summary."""
        if not self.is_bound:
            return []
        rows = [{"text": text, "target": ""} for text in self.non_field_errors()]
        for form in (self, *self.moments.values()):
            before = "" if form is self else f"{form.title}: "
            for bound in form:
                rows += [
                    {"text": f"{before}{bound.label}: {text}", "target": bound.id_for_label}
                    for text in bound.errors
                ]
        return rows
