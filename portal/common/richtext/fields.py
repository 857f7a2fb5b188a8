"""The model field and the form field of rich text."""

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from .sanitize import is_blank, pictures, plain, sanitize
from .widgets import RichTextWidget


class RichTextFormField(forms.CharField):
    """Takes HTML of the editor (or bare text), gives sanitised HTML.

    `max_length` counts the stored HTML. A picture without alternative text is an error that says
    which one.
    """

    widget = RichTextWidget
    default_error_messages = {
        "alt": _("Ảnh thứ %(number)s chưa có chữ thay thế: hãy nêu điều thấy trong ảnh."),
    }

    def to_python(self, value):
        value = sanitize(super().to_python(value) or "")
        return self.empty_value if is_blank(value) else value

    def validate(self, value):
        super().validate(value)
        for number, picture in enumerate(pictures(value or ""), start=1):
            if not picture.get("alt"):
                raise forms.ValidationError(
                    self.error_messages["alt"], code="alt", params={"number": number}
                )

    def plain_value(self, value):
        """The text of a value without its mark-up, for comparisons shown to people."""
        return plain(sanitize(value or ""))

    def has_changed(self, initial, data):
        return sanitize(initial or "") != sanitize(data or "")


class RichTextField(models.TextField):
    """Sanitised HTML. Written by whatever way, it is sanitised again on the way to the database."""

    description = _("Văn bản có định dạng")

    def formfield(self, **kwargs):
        # TextField would put a plain textarea over our widget.
        defaults = {"form_class": RichTextFormField, "widget": RichTextWidget}
        return super().formfield(**{**defaults, **kwargs})

    def pre_save(self, model_instance, add):
        value = sanitize(super().pre_save(model_instance, add) or "")
        setattr(model_instance, self.attname, value)
        return value

    def get_db_prep_save(self, value, connection):
        # QuerySet.update() and bulk_update() come this way without pre_save.
        if isinstance(value, str):
            value = sanitize(value)
        return super().get_db_prep_save(value, connection)
