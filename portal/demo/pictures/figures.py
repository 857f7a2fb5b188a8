"""People, plants and houses that the scenes share. Faces stay blank on purpose."""

from __future__ import annotations

import math

from portal.demo.pictures.canvas import Canvas, Colour, mix

HAIR = ["#2b211b", "#382b23", "#1f1815", "#4a4039"]
GREY_HAIR = "#b9b0a6"
SKIN = ["#c68a62", "#b97a52", "#d19a70"]
SHIRTS = ["#f3eee6", "#e9dccb", "#d9cdb8", "#a9b8b0", "#b9c4c9", "#c9b49a", "#e4d3bf"]
BOLD_SHIRTS = ["#2b6650", "#8f1d20", "#345878", "#b08335", "#6c4571", "#d9cdb8", "#f3eee6"]


def back(
    c: Canvas, x: float, y: float, s: float, shirt: Colour, hair: Colour | None = None
) -> None:
    """Somebody seen from behind; (x, y) is below the neck at the base, s half the shoulders."""
    hair = hair or c.rng.choice(HAIR)
    skin = c.rng.choice(SKIN)
    c.pie(x, y, s, s * 0.95, 180, 360, shirt)
    c.rect(x - s, y - 1, 2 * s, s * 0.5, shirt)
    c.rect(x - s * 0.17, y - s * 1.15, s * 0.34, s * 0.35, mix(skin, "#5a3620", 0.25))
    c.oval(x, y - s * 1.45, s * 0.42, s * 0.52, hair)
    if c.rng.random() < 0.35:
        c.rect(x - s * 0.42, y - s * 1.45, s * 0.84, s * 0.62, hair, r=s * 0.2)


def bust(
    c: Canvas, x: float, y: float, s: float, shirt: Colour, *, long_hair: bool, grey: bool = False
) -> None:
    """Somebody behind a table, seen from the front; y is the edge of the table."""
    hair = GREY_HAIR if grey else c.rng.choice(HAIR)
    skin = c.rng.choice(SKIN)
    shade = mix(skin, "#5a3620", 0.22)
    if long_hair:
        c.rect(x - s * 0.46, y - s * 1.95, s * 0.92, s * 1.15, hair, r=s * 0.4)
    c.pie(x, y, s * 0.95, s * 1.0, 180, 360, shirt)
    c.poly(
        [(x - s * 0.2, y - s * 0.97), (x + s * 0.2, y - s * 0.97), (x, y - s * 0.58)],
        mix(shirt, "#ffffff", 0.55),
    )
    c.rect(x - s * 0.16, y - s * 1.2, s * 0.32, s * 0.34, shade)
    c.poly([(x - s * 0.16, y - s * 0.88), (x + s * 0.16, y - s * 0.88), (x, y - s * 0.72)], shade)
    c.oval(x, y - s * 1.58, s * 0.43, s * 0.5, hair)
    c.oval(x, y - s * 1.45, s * 0.36, s * 0.43, skin)
    if long_hair:
        c.poly(
            [
                (x - s * 0.43, y - s * 1.62),
                (x - s * 0.3, y - s * 1.62),
                (x - s * 0.36, y - s * 1.05),
                (x - s * 0.46, y - s * 1.05),
            ],
            hair,
        )
        c.poly(
            [
                (x + s * 0.43, y - s * 1.62),
                (x + s * 0.3, y - s * 1.62),
                (x + s * 0.36, y - s * 1.05),
                (x + s * 0.46, y - s * 1.05),
            ],
            hair,
        )


def standing(
    c: Canvas,
    x: float,
    y: float,
    s: float,
    shirt: Colour,
    trousers: Colour = "#3a3330",
    *,
    hat: bool = False,
    grey: bool = False,
    facing: bool = False,
    long_hair: bool | None = None,
    helmet: Colour | None = None,
) -> None:
    """Somebody on their feet; (x, y) is between the feet, s about a tenth of the height."""
    if long_hair is None:
        long_hair = not helmet and c.rng.random() < 0.4
    skin = c.rng.choice(SKIN)
    hair = GREY_HAIR if grey else c.rng.choice(HAIR)
    c.oval(x, y, s * 1.7, s * 0.28, mix("#a08d72", trousers, 0.2))
    for side in (-1, 1):
        c.oval(x + side * s * 0.56, y - s * 0.08, s * 0.52, s * 0.24, "#2b211b")
        c.poly(
            [
                (x + side * s * 0.08, y - s * 4.4),
                (x + side * s * 1.0, y - s * 4.4),
                (x + side * s * 0.86, y - s * 0.2),
                (x + side * s * 0.22, y - s * 0.2),
            ],
            trousers,
        )
    sleeve = mix(shirt, "#2a2018", 0.14)
    c.line([(x - s * 1.15, y - s * 7.2), (x - s * 1.45, y - s * 4.3)], sleeve, s * 0.62)
    c.line([(x + s * 1.15, y - s * 7.2), (x + s * 1.45, y - s * 4.3)], sleeve, s * 0.62)
    c.oval(x - s * 1.45, y - s * 4.0, s * 0.3, s * 0.34, skin)
    c.oval(x + s * 1.45, y - s * 4.0, s * 0.3, s * 0.34, skin)
    c.rect(x - s * 1.25, y - s * 7.7, s * 2.5, s * 3.8, shirt, r=s * 0.7)
    c.rect(x - s * 0.3, y - s * 8.2, s * 0.6, s * 0.8, mix(skin, "#5a3620", 0.22))
    head = y - s * 8.95
    if long_hair:
        c.rect(x - s * 0.8, head - s * 0.3, s * 1.6, s * 1.75, hair, r=s * 0.6)
        if facing:
            c.rect(x - s * 0.3, y - s * 8.2, s * 0.6, s * 0.8, mix(skin, "#5a3620", 0.22))
    c.oval(x, head - s * 0.06, s * 0.8, s * 0.94, hair)
    if facing:
        c.oval(x, head + s * 0.2, s * 0.66, s * 0.74, skin)
    if hat:
        cone_hat(c, x, head - s * 0.1, s * 1.75)
    if helmet:
        c.pie(x, head - s * 0.1, s * 0.95, s * 1.0, 180, 360, helmet)
        c.rect(x - s * 1.1, head - s * 0.16, s * 2.2, s * 0.2, helmet, r=s * 0.1)


def cone_hat(c: Canvas, x: float, y: float, r: float) -> None:
    """A nón lá of radius r whose brim is at y."""
    c.poly([(x - r, y), (x, y - r * 0.78), (x + r, y)], "#ead7a8")
    c.poly([(x, y - r * 0.78), (x + r, y), (x + r * 0.15, y)], "#d6bd83")
    c.oval(x, y, r, r * 0.13, "#c9ad70")


def picker(c: Canvas, x: float, y: float, s: float, shirt: Colour) -> None:
    """A tea picker among the rows, with a basket on the back."""
    c.poly(
        [
            (x - s * 0.95, y),
            (x - s * 0.8, y - s * 1.7),
            (x + s * 0.8, y - s * 1.7),
            (x + s * 0.95, y),
        ],
        shirt,
    )
    c.pie(x, y - s * 1.6, s * 0.8, s * 0.55, 180, 360, shirt)
    c.line(
        [(x + s * 0.6, y - s * 1.4), (x + s * 1.3, y - s * 0.5)], mix(shirt, "#000000", 0.15), s / 3
    )
    c.oval(x + s * 1.38, y - s * 0.42, s * 0.2, s * 0.2, SKIN[0])
    c.poly(
        [
            (x - s * 1.25, y - s * 1.35),
            (x - s * 0.15, y - s * 1.35),
            (x - s * 0.3, y - s * 0.05),
            (x - s * 1.1, y - s * 0.05),
        ],
        "#a8763e",
    )
    for k in (0.35, 0.7, 1.05):
        c.line([(x - s * 1.2, y - s * k), (x - s * 0.22, y - s * k)], "#8a5c2c", s * 0.08)
    c.oval(x - s * 0.7, y - s * 1.35, s * 0.55, s * 0.16, "#5f8f4e")
    c.oval(x + s * 0.1, y - s * 2.15, s * 0.42, s * 0.45, SKIN[1])
    cone_hat(c, x + s * 0.1, y - s * 2.2, s * 1.15)


def tree(c: Canvas, x: float, y: float, s: float, leaf: Colour = "#4f7f56") -> None:
    """A round tree that stands at (x, y)."""
    c.rect(x - s * 0.09, y - s * 1.1, s * 0.18, s * 1.1, "#6b4b30")
    c.oval(x, y - s * 1.5, s * 0.75, s * 0.7, leaf)
    c.oval(x - s * 0.45, y - s * 1.2, s * 0.48, s * 0.42, mix(leaf, "#1f3b2a", 0.16))
    c.oval(x + s * 0.45, y - s * 1.25, s * 0.46, s * 0.42, mix(leaf, "#e9d9a0", 0.12))


def areca(c: Canvas, x: float, y: float, h: float) -> None:
    """An areca palm."""
    c.line([(x, y), (x + h * 0.02, y - h)], "#8a7357", max(3, h * 0.03))
    for angle in (200, 232, 262, 292, 322, 345):
        a = math.radians(angle)
        tip = (x + math.cos(a) * h * 0.3, y - h + math.sin(a) * h * 0.2 + h * 0.05)
        mid = (x + math.cos(a) * h * 0.17, y - h + math.sin(a) * h * 0.22)
        c.line([(x + h * 0.02, y - h), mid, tip], "#3f7350", max(3, h * 0.035))


def bamboo(c: Canvas, x: float, y: float, h: float) -> None:
    """A clump of bamboo."""
    for k in range(9):
        lean = (k - 4) * h * 0.07 + c.rng.uniform(-4, 4)
        top = (x + lean * 1.7, y - h * c.rng.uniform(0.75, 1.0))
        c.line([(x + lean * 0.3, y), (x + lean, y - h * 0.55), top], "#5d8a57", 3.5)
        for _ in range(26):
            lx, ly = top[0] + c.rng.uniform(-h / 6, h / 6), top[1] + c.rng.uniform(-10, h * 0.5)
            fall = c.rng.uniform(-0.5, 0.5) * h * 0.1
            leaf = c.rng.choice(["#4b7d52", "#6b9a60", "#3d6b48", "#5b8c58"])
            c.line([(lx, ly), (lx + fall, ly + h * c.rng.uniform(0.04, 0.09))], leaf, h * 0.022)


def potted_palm(c: Canvas, x: float, y: float, s: float) -> None:
    """A fan of leaves in a clay pot that stands at (x, y)."""
    for angle in range(198, 343, 16):
        a = math.radians(angle)
        tip = (x + math.cos(a) * s, y - s * 0.62 + math.sin(a) * s * 1.05)
        colour = "#3f6b50" if angle % 32 < 16 else "#4f7f60"
        c.line([(x, y - s * 0.5), tip], colour, s * 0.1)
    c.poly(
        [
            (x - s * 0.34, y - s * 0.55),
            (x + s * 0.34, y - s * 0.55),
            (x + s * 0.25, y),
            (x - s * 0.25, y),
        ],
        "#8a4a2c",
    )
    c.rect(x - s * 0.38, y - s * 0.6, s * 0.76, s * 0.13, "#9c5836")


def house(c: Canvas, x: float, y: float, w: float, wall: Colour = "#f1e3c6") -> None:
    """A village house with a tiled roof, standing on y with its left wall at x."""
    h = w * 0.42
    c.rect(x, y - h, w, h, wall)
    c.poly(
        [
            (x - w * 0.1, y - h),
            (x + w * 0.08, y - h - w * 0.3),
            (x + w * 0.92, y - h - w * 0.3),
            (x + w * 1.1, y - h),
        ],
        "#a3392c",
    )
    c.poly(
        [
            (x - w * 0.1, y - h),
            (x + w * 1.1, y - h),
            (x + w * 1.07, y - h - w * 0.05),
            (x - w * 0.07, y - h - w * 0.05),
        ],
        "#852c22",
    )
    c.rect(x + w * 0.42, y - h * 0.72, w * 0.17, h * 0.72, "#6b4426")
    for at in (0.12, 0.72):
        c.rect(x + w * at, y - h * 0.68, w * 0.17, h * 0.4, "#7f9aa3")


def sun(c: Canvas, x: float, y: float, r: float, colour: Colour = "#e5b95e") -> None:
    c.oval(x, y, r * 1.45, r * 1.45, mix(colour, "#f4e6c8", 0.72))
    c.oval(x, y, r, r, colour)


def window(c: Canvas, x: float, y: float, w: float, h: float, *, night: bool = False) -> None:
    """A window with a view of hills (or of the night)."""
    c.rect(x - 8, y - 8, w + 16, h + 16, "#8a6238")
    sky = "#26323f" if night else "#dfe6d8"
    c.rect(x, y, w, h, sky)
    if night:
        c.oval(x + w * 0.7, y + h * 0.28, h * 0.09, h * 0.09, "#e9dfb8")
    far, near = ("#1f2a33", "#19222a") if night else ("#a9bf9f", "#7c9f7c")
    c.poly(
        [
            (x, y + h * 0.62),
            (x + w * 0.3, y + h * 0.45),
            (x + w * 0.7, y + h * 0.6),
            (x + w, y + h * 0.48),
            (x + w, y + h),
            (x, y + h),
        ],
        far,
    )
    c.poly(
        [
            (x, y + h * 0.78),
            (x + w * 0.45, y + h * 0.68),
            (x + w, y + h * 0.8),
            (x + w, y + h),
            (x, y + h),
        ],
        near,
    )
    c.rect(x + w / 2 - 4, y, 8, h, "#8a6238")
    c.rect(x, y + h * 0.4, w, 6, "#8a6238")


def papers(c: Canvas, x: float, y: float, w: float, tilt: float = 0) -> None:
    """A sheet lying on a table that is seen from the front."""
    c.poly(
        [(x, y), (x + w, y + tilt), (x + w * 0.94, y + w * 0.3 + tilt), (x - w * 0.1, y + w * 0.3)],
        "#fdfaf4",
    )
    for k in (0.09, 0.16, 0.23):
        c.line(
            [(x + w * 0.05, y + w * k), (x + w * 0.8, y + w * k + tilt * 0.8)],
            "#c4b8a6",
            max(1.5, w * 0.02),
        )


def rosette(c: Canvas, x: float, y: float, r: float, colour: Colour) -> None:
    """Rings and a many-pointed sun, after the bronze drums."""
    for k in (1.0, 0.84, 0.68):
        c.ring(x, y, r * k, colour, max(1.5, r * 0.04))
    points = []
    for k in range(28):
        radius = r * (0.52 if k % 2 == 0 else 0.2)
        a = math.tau * k / 28
        points.append((x + math.cos(a) * radius, y + math.sin(a) * radius))
    c.poly(points, colour)
