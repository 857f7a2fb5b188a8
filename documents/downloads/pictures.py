"""Pictures of the text as files can hold them."""

import io
import re

from django.core.files.storage import default_storage
from PIL import Image, UnidentifiedImageError

_OWN = re.compile(r"(anh/\d{4}/\d{2}/[0-9a-f-]{36}(?:-\d+)?\.(?:jpg|png|webp))$")
#: No side of a picture in a file is longer, in pixels.
MOST_PIXELS = 1600


def load(src):
    """(JPEG or PNG bytes, ending, width, height in pixels) of an own picture, or None.

    Args:
        src: its public address as it stands in the text.
    """
    own = _OWN.search(src)
    if not own:
        return None
    try:
        with default_storage.open(own[1]) as file, Image.open(file) as image:
            image.load()
            image.thumbnail((MOST_PIXELS, MOST_PIXELS))
            sees_through = image.mode in {"RGBA", "LA", "P"}
            pixels = image.convert("RGBA" if sees_through else "RGB")
    except (OSError, UnidentifiedImageError):
        return None  # the words below it stay
    out, ending = io.BytesIO(), "png" if sees_through else "jpg"
    if sees_through:
        pixels.save(out, "PNG")
    else:
        pixels.save(out, "JPEG", quality=85)
    return out.getvalue(), ending, pixels.width, pixels.height
