"""A small drawing surface over Pillow: flat shapes in the units of the finished picture.

Shapes are drawn at twice the size and scaled down at the end, which smooths their edges.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Sequence
from typing import Any

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1280, 800
SCALE = 2

Point = tuple[float, float]
Colour = str


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour `share` of the way from `a` to `b`, both #rrggbb."""
    pairs = zip(_rgb(a), _rgb(b), strict=True)
    return "#" + "".join(f"{round(x + (y - x) * share):02x}" for x, y in pairs)


def _rgb(colour: Colour) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


class Canvas:
    """Draws on one picture; `rng` is the only source of variation."""

    def __init__(self, seed: int, ground: Colour = "#f4e8d0") -> None:
        self.rng = random.Random(seed)  # noqa: S311  variation, not secrecy
        self.image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self.pen = ImageDraw.Draw(self.image)

    def _at(self, points: Iterable[Point]) -> list[Point]:
        return [(x * SCALE, y * SCALE) for x, y in points]

    def poly(self, points: Iterable[Point], fill: Colour) -> None:
        self.pen.polygon(self._at(points), fill=fill)

    def rect(self, x: float, y: float, w: float, h: float, fill: Colour, r: float = 0) -> None:
        box = [v * SCALE for v in (x, y, x + w, y + h)]
        box[2], box[3] = max(box[0], box[2] - 1), max(box[1], box[3] - 1)
        if r:
            self.pen.rounded_rectangle(box, radius=r * SCALE, fill=fill)
        else:
            self.pen.rectangle(box, fill=fill)

    def oval(self, x: float, y: float, rx: float, ry: float, fill: Colour) -> None:
        """An ellipse round its centre."""
        self.pen.ellipse([v * SCALE for v in (x - rx, y - ry, x + rx, y + ry)], fill=fill)

    def ring(self, x: float, y: float, r: float, colour: Colour, width: float) -> None:
        box = [v * SCALE for v in (x - r, y - r, x + r, y + r)]
        self.pen.ellipse(box, outline=colour, width=round(width * SCALE))

    def pie(self, x: float, y: float, rx: float, ry: float, a: float, b: float, fill: Any) -> None:
        box = [v * SCALE for v in (x - rx, y - ry, x + rx, y + ry)]
        self.pen.pieslice(box, a, b, fill=fill)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A line with round joints and ends."""
        self.pen.line(self._at(points), fill=colour, width=round(width * SCALE), joint="curve")
        if width >= 3:
            for x, y in (points[0], points[-1]):
                self.oval(x, y, width / 2, width / 2, colour)

    def fade(self, y: float, h: float, top: Colour, bottom: Colour) -> None:
        """A band over the full width, from one colour to the other."""
        strip = Image.new("RGB", (1, 64))
        for row in range(64):
            strip.putpixel((0, row), _rgb(mix(top, bottom, row / 63)))
        band = strip.resize((WIDTH * SCALE, round(h * SCALE)), Image.Resampling.BILINEAR)
        self.image.paste(band, (0, round(y * SCALE)))

    def hills(self, y: float, height: float, colour: Colour, waves: float = 1.6) -> list[Point]:
        """A soft ridge whose crest moves round `y`, filled down to the lower edge."""
        phases = [self.rng.uniform(0, math.tau) for _ in range(3)]
        crest = []
        for x in range(0, WIDTH + 1, 8):
            t = x / WIDTH * math.tau
            swing = math.sin(t * waves / 2 + phases[0]) * 0.6
            swing += math.sin(t * waves + phases[1]) * 0.3
            swing += math.sin(t * waves * 2.3 + phases[2]) * 0.1
            crest.append((float(x), y - height * swing))
        self.poly([*crest, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
        return crest

    def layer(self, w: float, h: float) -> tuple[Image.Image, ImageDraw.ImageDraw]:
        """A transparent sheet of its own, for things that are turned before they are placed."""
        sheet = Image.new("RGBA", (round(w * SCALE), round(h * SCALE)), (0, 0, 0, 0))
        return sheet, ImageDraw.Draw(sheet)

    def place(self, sheet: Image.Image, x: float, y: float, angle: float) -> None:
        """Put a sheet with its centre at (x, y), turned by `angle` degrees."""
        turned = sheet.rotate(angle, expand=True, resample=Image.Resampling.BICUBIC)
        corner = (round(x * SCALE - turned.width / 2), round(y * SCALE - turned.height / 2))
        self.image.paste(turned, corner, turned)
        self.pen = ImageDraw.Draw(self.image)

    def finished(self) -> Image.Image:
        return self.image.reduce(SCALE)
