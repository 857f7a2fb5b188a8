"""Receipts: the address in the code, the code as a drawing, the picture to keep.

The code stands in the fragment of the address (after "#"), so that no browser sends it, no server,
proxy or log sees it: a small script fills the field, without it the code is typed.
"""

import io

import segno
from django.urls import reverse
from PIL import Image, ImageDraw, ImageFont

from portal.common.addresses import absolute

_WIDTH, _QR, _MARGIN = 900, 620, 60


def address(code):
    """The full address of the receipt page with the code in its fragment."""
    return f"{absolute(reverse('feedback:receipt'))}#{code}"


def drawing(code):
    """The QR code as inline SVG without style attributes (the policy of pages allows none)."""
    return _qr(code).svg_inline(border=2, light="#fff", omitsize=True)


def picture(code):
    """PNG bytes of code and QR code, to keep on a phone; nothing else stands on it.

    It says the address of this site and the code, no consultation, no day, no person.
    """
    size = _qr(code).symbol_size(border=2)[0]
    drawn = io.BytesIO()
    _qr(code).save(drawn, kind="png", scale=_QR // size, border=2)
    square = Image.open(drawn).convert("RGB")
    image = Image.new("RGB", (_WIDTH, square.height + 5 * _MARGIN), "white")
    image.paste(square, ((_WIDTH - square.width) // 2, _MARGIN))
    draw = ImageDraw.Draw(image)
    below = square.height + 2 * _MARGIN
    for n, (words, points) in enumerate(((code, 52), (address(code).partition("#")[0], 28))):
        place = (_WIDTH // 2, below + n * 80)
        draw.text(place, words, fill="black", font=ImageFont.load_default(points), anchor="ma")
    out = io.BytesIO()
    image.save(out, "PNG", optimize=True)
    return out.getvalue()


def _qr(code):
    # a quarter may be creased or stained and it is still read
    # the one mask for all: trying each for the prettiest is most of the work
    return segno.make(address(code), error="q", micro=False, mask=2)
