from __future__ import annotations

import io

import pytest
from PIL import Image

from portal.demo import pictures
from portal.demo.pictures.canvas import Canvas, mix


@pytest.mark.parametrize("scene", pictures.SCENES)
def test_a_scene_is_a_small_picture_of_the_right_size(scene):
    data = pictures.webp(scene, 3)
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size, image.mode) == ("WEBP", (1280, 800), "RGB")
    assert 8_000 < len(data) < 150_000
    # nothing was left unpainted and the picture is no single colour
    assert len(image.resize((64, 40)).getcolors(64 * 40)) > 200


def test_the_seed_decides_everything():
    first = pictures.draw("office_meeting", 6).tobytes()
    assert pictures.draw("office_meeting", 6).tobytes() == first
    assert pictures.draw("office_meeting", 9).tobytes() != first


def test_an_unknown_scene_is_refused():
    with pytest.raises(KeyError):
        pictures.webp("moon", 1)


def test_colours_mix_by_share():
    assert [mix("#000000", "#ffffff", share) for share in (0, 0.5, 1)] == [
        "#000000",
        "#808080",
        "#ffffff",
    ]


def test_shapes_land_where_they_are_told():
    canvas = Canvas(1, ground="#ffffff")
    canvas.rect(100, 200, 50, 20, "#8f1d20")
    image = canvas.finished()
    places = [(125, 210), (95, 210), (155, 210), (125, 195), (125, 225)]
    assert [image.getpixel(place) for place in places] == [(143, 29, 32)] + [(255, 255, 255)] * 4
