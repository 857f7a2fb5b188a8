"""Pictures for the demo, drawn when it is loaded: flat, calm, without a word in them.

`webp(scene, seed)` gives the same bytes for the same arguments and the same Pillow.
"""

from __future__ import annotations

import io

from PIL import Image

from portal.demo.pictures import indoors, outdoors, town
from portal.demo.pictures.canvas import Canvas

_DRAW = {
    draw.__name__: draw
    for draw in (
        indoors.congress_hall,
        indoors.office_meeting,
        indoors.documents,
        indoors.village_meeting,
        indoors.service_counter,
        indoors.press_desk,
        outdoors.tea_hills,
        outdoors.commune_office,
        outdoors.river_village,
        outdoors.volunteers,
        outdoors.loudspeaker,
        town.market,
        town.road_works,
        town.school_yard,
        town.factory_gate,
    )
}
SCENES = tuple(_DRAW)


def draw(scene: str, seed: int) -> Image.Image:
    """The scene as an RGB image of 1280 x 800; KeyError for an unknown scene."""
    canvas = Canvas(seed)
    _DRAW[scene](canvas)
    return canvas.finished()


def webp(scene: str, seed: int) -> bytes:
    """The scene as a WebP file."""
    out = io.BytesIO()
    draw(scene, seed).save(out, "WEBP", quality=82, method=2)
    return out.getvalue()
