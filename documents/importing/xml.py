"""Names of WordprocessingML, short."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
VAL = f"{W}val"
_OFF = {"0", "false", "off", "none"}


def local(element):
    """The name of an element without its namespace; "" of what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def value(parent, name, default=None):
    """The w:val of a child, `default` where there is no child or no value."""
    child = parent.find(W + name) if parent is not None else None
    return default if child is None else child.get(VAL, default)


def switch(parent, name):
    """True or False as a child switches it; None where it says nothing."""
    child = parent.find(W + name) if parent is not None else None
    return None if child is None else child.get(VAL, "true") not in _OFF


def whole(text, default=None):
    """An integer of an attribute; `default` for nonsense."""
    try:
        return int(text)
    except (TypeError, ValueError):
        return default
