"""Rich text: one field, one widget, one sanitiser. Nothing else in the project touches CKEditor.

    body = RichTextField(_("Nội dung"))          # model
    body = RichTextFormField(label=_("Nội dung")) # plain form; ModelForm takes it by itself

    @editor_csp                                   # every view that shows the widget
    def edit(request): ...

Templates print a stored value with `|safe`: it was sanitised when it was written.
"""

from .csp import editor_csp
from .display import picture_ids, responsive
from .fields import RichTextField, RichTextFormField
from .sanitize import is_blank, pictures, plain, sanitize
from .widgets import RichTextWidget

__all__ = [
    "RichTextField",
    "RichTextFormField",
    "RichTextWidget",
    "editor_csp",
    "is_blank",
    "picture_ids",
    "pictures",
    "plain",
    "responsive",
    "sanitize",
]
