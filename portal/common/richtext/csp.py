"""The content policy of pages with the editor; every other page keeps the strict one."""

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_replace

# CKEditor 4 writes style attributes and event handlers of its own, but no inline script element.
_LOOSER = {
    "script-src": [SELF],
    "script-src-attr": [UNSAFE_INLINE],
    "style-src": [SELF, UNSAFE_INLINE],
}


def editor_csp(view):
    """Decorator of views whose page holds a RichTextWidget (on classes: method_decorator)."""
    return csp_replace(_LOOSER)(view)
