"""One theme, one form of a plan."""

from django import forms
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from campaigns.actions.structure import FORM_NAME, THEME_TEXT
from portal.common.forms import Form, StaleField


class _OneLine(Form):
    """One line of a list. `seen` is what it said when the form was made; None for a new line."""

    name_of_line = ""

    def __init__(self, *args, seen, **kwargs):
        initial = {} if seen is None else {self.name_of_line: seen, "seen": seen}
        super().__init__(*args, initial=initial, **kwargs)
        self.stale_fields = []
        if seen is None:
            del self.fields["seen"]

    def values(self):
        """Keyword arguments of the verb that changes the line."""
        return {name: self.cleaned_data[name] for name in (self.name_of_line, "seen")}

    def mark_stale(self, stored):
        """Show both texts; sending the form once more is a decision made in knowledge of both."""
        bound = self[self.name_of_line]
        if bound.value() != stored:
            self.stale_fields = [
                StaleField(self.name_of_line, str(bound.label), bound.value(), stored)
            ]
        self.data = self.data.copy()
        self.data["seen"] = stored
        self.add_error(
            None,
            _g(
                "Trong lúc bạn soạn, người khác đã lưu nội dung này. Nội dung của bạn vẫn còn "
                "nguyên; hãy đối chiếu hai bản rồi lưu lại."
            ),
        )


class ThemeForm(_OneLine):
    """A theme of a plan or of a phase."""

    name_of_line = "text"
    text = forms.CharField(
        label=_("Nội dung tuyên truyền"),
        max_length=THEME_TEXT,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=THEME_TEXT)


class FormNameForm(_OneLine):
    """A form of communication by its name; names that are known are offered."""

    name_of_line = "name"
    name = forms.CharField(
        label=_("Hình thức tuyên truyền"),
        max_length=FORM_NAME,
        help_text=_("Gõ vài chữ để chọn hình thức đã có, hoặc ghi hình thức mới."),
        widget=forms.TextInput(attrs={"list": "hinh-thuc-da-co", "autocomplete": "off"}),
    )
    seen = forms.CharField(widget=forms.HiddenInput, max_length=FORM_NAME)
