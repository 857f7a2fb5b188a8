"""Base classes of every form: text arrives clean, and two editors never overwrite each other.

Every form of the project derives from `Form` or `ModelForm` (or mixes in `CleanTextMixin`, where
a library brings its own base class); a test walks all of them.
"""

from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from . import text
from .diff import diff_html


def _is_password(field: forms.Field) -> bool:
    return getattr(field.widget, "input_type", "") == "password"


def _arm(field: forms.Field) -> None:
    """Let this one instance of a text field clean its value before lengths are checked."""
    if not isinstance(field, forms.CharField) or _is_password(field) or hasattr(field, "_armed"):
        return
    to_python = field.to_python

    def cleaned_to_python(value):
        if isinstance(value, str):
            value = text.clean(value, strip=field.strip)
        return to_python(value)

    field.to_python = cleaned_to_python
    field._armed = True


def _ask_for(field: forms.Field) -> None:
    """Let an empty field say what to do, where the form has no sentence of its own."""
    if field.error_messages["required"] is not forms.Field.default_error_messages["required"]:
        return
    if isinstance(field, forms.FileField):
        said = _("Hãy chọn tệp.")
    elif isinstance(field, forms.BooleanField):
        said = _("Hãy đánh dấu ô này.")
    elif isinstance(field, forms.ChoiceField | forms.ModelChoiceField):
        said = _("Hãy chọn một mục.")
    else:
        said = _("Hãy điền ô này.")
    field.error_messages["required"] = said


class CleanTextMixin:
    """Runs `text.clean` over every text field except passwords, before any other check.

    An empty field that is needed says what to do, not what it is.
    """

    def full_clean(self):
        # Here and not in __init__: fields that a subclass adds late are caught as well.
        for field in self.fields.values():
            _arm(field)
            _ask_for(field)
        super().full_clean()


class Form(CleanTextMixin, forms.Form):
    """Base of the plain forms."""


class ModelForm(CleanTextMixin, forms.ModelForm):
    """Base of the forms over one model."""


class LinesField(forms.CharField):
    """One entry per line; cleans to a list of lines without empty ones and repetitions."""

    def __init__(self, *, line_limit, rows=5, **kwargs):
        self.line_limit = line_limit
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 60_000)
        super().__init__(widget=forms.Textarea(attrs={"rows": rows}), **kwargs)

    def prepare_value(self, value):
        return "\n".join(value) if isinstance(value, list | tuple) else value

    def clean(self, value):
        lines = [text.one_line(line) for line in super().clean(value).splitlines()]
        for line in lines:
            if len(line) > self.line_limit:
                raise ValidationError(
                    _("Dòng “%(start)s…” dài quá %(n)d ký tự."),
                    params={"start": line[:40], "n": self.line_limit},
                )
        return list(dict.fromkeys(line for line in lines if line))


@dataclass(frozen=True)
class StaleField:
    """One field where the two editors differ: what I typed and what is stored by now."""

    name: str
    label: str
    mine: str
    theirs: str

    @property
    def changes(self) -> SafeString:
        """From what is stored to what I typed, with <del> and <ins>."""
        return diff_html(self.theirs, self.mine)


class VersionedFormMixin(CleanTextMixin, forms.Form):
    """Carries `lock_version` as a hidden field; when it is stale nothing typed is lost.

    The view hands `form.expected_version` to the action. When the action raises StaleVersion,
    the view calls `form.mark_stale(current)` and shows the form again: both texts stand side by
    side in `form.stale_fields`, and sending the form once more is a decision made in knowledge
    of both.
    """

    lock_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.stale_fields: list[StaleField] = []
        instance = getattr(self, "instance", None)
        field = self.fields["lock_version"]
        if instance is not None and instance.pk is None:
            field.required = False
        if instance is not None:
            self.initial.setdefault("lock_version", instance.lock_version)

    @property
    def expected_version(self) -> int | None:
        """The version this form was made from; None for a new object."""
        return self.cleaned_data.get("lock_version")

    def _display(self, name: str, value) -> str:
        field = self.fields[name]
        if hasattr(field, "plain_value"):  # rich text is compared as people read it
            return field.plain_value(value)
        if isinstance(field, forms.BooleanField):
            return str(_("Có") if field.to_python(value) else _("Không"))
        choices = getattr(field, "choices", None)
        value = field.prepare_value(value)
        if choices is not None:
            values = value if isinstance(value, list | tuple | set) else [value]
            chosen = {"" if v is None else str(v) for v in values}  # nothing chosen has a name too
            labels = []
            for key, label in choices:
                group = label if isinstance(label, list | tuple) else [(key, label)]
                labels += [str(text_) for k, text_ in group if str(k) in chosen]
            return ", ".join(labels)
        return "" if value is None else str(value)

    def mark_stale(self, current, *, values: dict | None = None) -> None:
        """Show both texts. `current` is the row as stored now; `values` overrides its fields."""
        stored = forms.models.model_to_dict(current, fields=list(self.fields))
        stored.update(values or {})
        for name, field in self.fields.items():
            if name == "lock_version" or name not in stored:
                continue
            bound = self[name]
            mine, theirs = self._display(name, bound.value()), self._display(name, stored[name])
            if text.clean(mine) != text.clean(theirs):
                label = str(field.label or bound.label)
                self.stale_fields.append(StaleField(name, label, mine, theirs))
        self.data = self.data.copy()
        self.data[self.add_prefix("lock_version")] = str(current.lock_version)
        self.add_error(
            None,
            forms.ValidationError(
                _(
                    "Trong lúc bạn soạn, người khác đã lưu nội dung này. Nội dung của bạn vẫn còn "
                    "nguyên; hãy đối chiếu hai bản rồi lưu lại."
                ),
                code="stale",
            ),
        )
