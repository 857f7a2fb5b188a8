"""Scenes in the open: hills, river, commune."""

from __future__ import annotations

import math

from portal.demo.pictures import figures as f
from portal.demo.pictures.canvas import HEIGHT, WIDTH, Canvas, Point, mix


def sky(c: Canvas, top: str = "#f2e3c2", bottom: str = "#faf1dc", h: float = 520) -> None:
    c.fade(0, h, top, bottom)
    c.rect(0, h, WIDTH, HEIGHT - h, bottom)


def birds(c: Canvas, x: float, y: float) -> None:
    for _ in range(5):
        bx, by = x + c.rng.uniform(-90, 90), y + c.rng.uniform(-36, 36)
        c.line([(bx - 11, by - 5), (bx, by), (bx + 11, by - 6)], "#8a7f6c", 2)


def tea_hills(c: Canvas) -> None:
    """Terraces of tea and the people who pick it."""
    sky(c)
    f.sun(c, 210 + c.rng.uniform(-60, 500), 150, 58)
    c.hills(330, 80, "#c3d0b2", 2.2)
    c.hills(390, 70, "#a5bd98", 2.6)
    c.hills(450, 50, "#86a983", 2.0)
    for x in (c.rng.uniform(60, 300), c.rng.uniform(850, 1150)):
        f.house(c, x, 452, 92)
        f.tree(c, x + 130, 458, 52, "#5d8a61")
    # rows of bushes that follow the slope
    phase = c.rng.uniform(0, math.tau)
    y = 470.0
    step = 15.0
    row = 0
    while y < HEIGHT + 90:
        crest = [
            (
                float(x),
                y
                + math.sin(x / 250 + phase) * 26
                + math.sin(x / 118 + phase * 2) * 8
                + abs(x - 640) * 0.028,
            )
            for x in range(-20, WIDTH + 41, 14)
        ]
        dark, light = ("#35684a", "#5d9163") if row % 2 else ("#2f5f45", "#528659")
        c.poly([*crest, (WIDTH + 40, HEIGHT + 200), (-20, HEIGHT + 200)], dark)
        bush = max(7.0, step * 0.55)
        for x0, y0 in crest[::1]:
            c.oval(x0, y0 + bush * 0.45, bush * 1.15, bush * 0.72, light)
        y += step
        step *= 1.145
        row += 1
    spots = [(250, 590, 21), (480, 548, 17), (880, 566, 18), (1060, 620, 23), (690, 690, 34)]
    spots += [(330, 740, 40), (1010, 770, 44)]
    shirts = ["#8f1d20", "#345878", "#6c4571", "#b08335", "#8f1d20", "#345878", "#7d3b2c"]
    for (x, y, s), shirt in zip(spots, shirts, strict=True):
        f.picker(c, x + c.rng.uniform(-40, 40), y, s, shirt)


def commune_office(c: Canvas) -> None:
    """The office of a commune, with its notice board and yard."""
    sky(c, "#efe2c4", "#f7eedb", 480)
    c.hills(360, 50, "#cfd8bd", 2.4)
    for x in (60, 150, 1130, 1220):
        f.tree(c, x, 500, c.rng.uniform(110, 150), c.rng.choice(["#4f7f56", "#5f8f5f", "#457250"]))
    # building
    c.rect(230, 280, 820, 240, "#f6ead0")
    c.rect(230, 500, 820, 24, "#d9c39a")
    c.poly([(190, 284), (262, 176), (1018, 176), (1090, 284)], "#a3392c")
    for k in range(8):
        y = 188 + k * 12
        inset = 8 * k
        c.line([(256 - inset, y), (1024 + inset, y)], "#8e2f24", 2)
    c.rect(190, 280, 900, 12, "#7d261d")
    c.poly([(540, 284), (640, 196), (740, 284)], "#b44a39")
    c.rect(556, 282, 168, 12, "#7d261d")
    c.rect(486, 300, 308, 34, "#8f1d20", r=3)
    c.rect(530, 313, 220, 8, "#f2deb0", r=3)
    for x in (270, 382, 842, 954):
        c.rect(x, 340, 76, 112, "#8a6238")
        c.rect(x + 6, 346, 64, 100, "#9fb9bd")
        c.rect(x + 35, 346, 6, 100, "#8a6238")
        c.rect(x + 6, 390, 64, 5, "#8a6238")
    c.rect(560, 350, 160, 152, "#5f4125")
    c.rect(568, 358, 70, 144, "#7c5532")
    c.rect(642, 358, 70, 144, "#7c5532")
    for x in (490, 772):
        c.rect(x, 292, 20, 214, "#fbf4e2")
        c.rect(x - 5, 494, 30, 14, "#e0cfa9")
    c.rect(520, 508, 240, 12, "#cdb78c")
    c.rect(500, 520, 280, 12, "#bda679")
    # yard
    c.rect(0, 526, WIDTH, 274, "#dcc79b")
    c.poly([(520, 532), (760, 532), (980, 800), (300, 800)], "#e8d8b2")
    # flag pole
    c.rect(438, 84, 6, 444, "#8a7d6d")
    c.poly([(444, 88), (530, 94), (526, 146), (444, 142)], "#b3261e")
    star: list[Point] = []
    for k in range(10):
        r = 15 if k % 2 == 0 else 6
        a = math.tau * k / 10 - math.pi / 2
        star.append((485 + math.cos(a) * r, 117 + math.sin(a) * r))
    c.poly(star, "#f2c94c")
    # notice board with readers
    c.rect(850, 540, 12, 140, "#5f4125")
    c.rect(1160, 540, 12, 140, "#5f4125")
    c.rect(830, 470, 362, 130, "#35604a")
    c.rect(830, 458, 362, 14, "#8f1d20")
    for k in range(4):
        x = 848 + k * 86
        c.rect(x, 488, 70, 94, "#fdfaf4")
        c.rect(x + 10, 500, 40, 6, "#8f1d20", r=2)
        for line in range(4):
            c.rect(x + 10, 516 + line * 14, c.rng.uniform(28, 50), 4, "#bdb2a2", r=2)
    readers = [(890, "#345878"), (985, "#f3eee6"), (1090, "#a3392c")]
    for x, shirt in readers:
        f.standing(c, x + c.rng.uniform(-12, 12), 712, 20, shirt, grey=c.rng.random() < 0.4)
    f.standing(c, 250 + c.rng.uniform(-40, 60), 690, 19, "#2b6650", hat=True)
    f.standing(c, 600 + c.rng.uniform(-40, 40), 640, 15, "#d9cdb8", facing=True)


def river_village(c: Canvas) -> None:
    """A village on the river in the morning."""
    sky(c, "#f3dcb4", "#fbf0d8", 420)
    f.sun(c, 900 + c.rng.uniform(-260, 200), 170, 60, "#e8b45a")
    c.hills(300, 60, "#d3cfae", 2.4)
    c.hills(345, 44, "#b3c09b", 2.8)
    birds(c, 420, 130)
    c.hills(398, 14, "#7f9f72", 3.2)
    for _ in range(24):
        x = c.rng.uniform(0, WIDTH)
        c.oval(
            x,
            398,
            c.rng.uniform(24, 46),
            c.rng.uniform(18, 34),
            c.rng.choice(["#5f8a61", "#4f7a55"]),
        )
    for x in (60, 210, 345, 560, 830, 1010):
        f.house(c, x + c.rng.uniform(-18, 18), 432, c.rng.uniform(96, 128))
    for x in (180, 500, 740, 970, 1190):
        f.areca(c, x + c.rng.uniform(-14, 14), 434, c.rng.uniform(120, 170))
    c.rect(0, 428, WIDTH, 22, "#b79d68")
    c.fade(448, 352, "#c9d3c0", "#7fa09a")
    for _ in range(46):
        y = c.rng.uniform(462, 790)
        w = c.rng.uniform(40, 150) * (y / 640)
        x = c.rng.uniform(-40, WIDTH)
        c.line([(x, y), (x + w, y)], c.rng.choice(["#e4e6d2", "#a7bfb3", "#93afa6"]), 2.2)
    for k in range(9):
        y = 456 + k * 13
        c.line([(880 - 26 + k * 4, y), (880 + 46 - k * 3, y)], "#f2dba2", 4)

    def boat(x: float, y: float, s: float, shirt: str) -> None:
        c.oval(x, y + s * 0.3, s * 2.6, s * 0.24, "#6f8f8a")
        f.picker(c, x + s * 0.4, y - s * 0.05, s * 0.62, shirt)
        c.line([(x + s * 1.1, y - s * 1.1), (x + s * 2.3, y + s * 0.7)], "#6b4426", s * 0.09)
        c.poly(
            [
                (x - s * 2.6, y - s * 0.42),
                (x + s * 2.6, y - s * 0.42),
                (x + s * 1.8, y + s * 0.32),
                (x - s * 1.8, y + s * 0.32),
            ],
            "#5a3a22",
        )
        c.line([(x - s * 2.6, y - s * 0.42), (x + s * 2.6, y - s * 0.42)], "#8a5c34", s * 0.12)

    boat(390 + c.rng.uniform(-80, 80), 610, 54, "#8f1d20")
    boat(820 + c.rng.uniform(-60, 60), 530, 30, "#345878")
    c.poly([(900, 800), (1010, 700), (1180, 668), (1280, 660), (1280, 800)], "#6f8a55")
    c.poly([(0, 800), (0, 742), (120, 760), (230, 800)], "#6f8a55")
    f.bamboo(c, 1140, 700, 270)
    f.bamboo(c, 1245, 690, 220)


def volunteers(c: Canvas) -> None:
    """Young volunteers help older people at tables under a canopy."""
    sky(c, "#e6ecdb", "#f6f0df", 460)
    c.hills(350, 40, "#c2d2b3", 2.6)
    for x in (40, 150, 1120, 1230):
        f.tree(c, x, 480, c.rng.uniform(120, 160), c.rng.choice(["#5f8f5f", "#4f7f56"]))
    c.rect(0, 470, WIDTH, 330, "#d5c8a0")
    c.rect(0, 470, WIDTH, 14, "#b9c08f")
    for x in (150, 1116):
        c.rect(x, 170, 14, 440, "#8a8074")
    c.poly([(90, 190), (230, 84), (1050, 84), (1190, 190)], "#f6efe0")
    for k in range(6):
        a, b = 90 + k * 183.3, 90 + (k + 0.5) * 183.3
        p, q = 230 + k * 136.6, 230 + (k + 0.5) * 136.6
        c.poly([(a, 190), (b, 190), (q, 84), (p, 84)], "#2f6f8f")
    for k in range(12):
        x = 90 + k * 91.7
        c.pie(x + 45.8, 190, 46, 30, 0, 180, "#2f6f8f" if k % 2 == 0 else "#f6efe0")
    blue = "#2f6f9f"
    for x in (300, 640, 980):
        dx = c.rng.uniform(-14, 14)
        f.standing(c, x - 92 + dx, 560, 26, blue, "#2f3a46", facing=True)
        f.bust(c, x + 56 + dx, 556, 54, blue, long_hair=c.rng.random() < 0.6)
        c.rect(x - 150, 548, 300, 18, "#c99f62")
        c.rect(x - 142, 566, 284, 92, "#eadfc8")
        c.rect(x - 142, 566, 284, 6, "#d6c7a6")
        c.rect(x - 60, 606, 120, 10, blue, r=4)
        f.papers(c, x - 118, 540, 66)
        c.poly([(x + 8, 546), (x + 84, 546), (x + 96, 506), (x + 22, 506)], "#4a4f55")
        c.poly([(x + 14, 542), (x + 80, 542), (x + 90, 511), (x + 26, 511)], "#b9d0d6")
    for x in (250, 600, 900):
        f.back(
            c,
            x + c.rng.uniform(-30, 60),
            800,
            84,
            c.rng.choice(["#8a7a68", "#a3392c", "#6c4571", "#d9cdb8"]),
            f.GREY_HAIR,
        )
    f.standing(c, 1160, 720, 27, blue, "#2f3a46", facing=True)
    f.standing(c, 1090, 730, 25, "#b08335", "#5a4a3a", grey=True, facing=True)


def loudspeaker(c: Canvas) -> None:
    """The village loudspeakers at dusk."""
    sky(c, "#e9c58f", "#f9e9c8", 560)
    f.sun(c, 300 + c.rng.uniform(-60, 120), 350, 76, "#e3a24e")
    birds(c, 1120, 420)
    c.hills(470, 60, "#c9b98a", 2.2)
    c.hills(520, 44, "#9fa774", 2.6)
    for x in (20, 190, 360, 1010, 1150):
        f.house(c, x + c.rng.uniform(-16, 16), 640, c.rng.uniform(130, 165))
    for x in (160, 520, 960, 1120):
        f.tree(c, x, 650, c.rng.uniform(90, 130), c.rng.choice(["#5f7f4e", "#4f7048"]))
    f.areca(c, 470, 650, 230)
    f.areca(c, 560, 650, 180)
    c.hills(668, 10, "#7f8a4e", 3)
    for k in range(5):
        c.line([(0, 700 + k * 24), (WIDTH, 690 + k * 26)], "#6f7a42", 5)
    c.poly([(430, 800), (640, 672), (700, 672), (720, 800)], "#e3cf9f")
    for x, s in ((590, 13), (628, 12)):
        f.standing(c, x, 760, s, c.rng.choice(f.BOLD_SHIRTS), hat=True)
    # the pole
    c.rect(772, 110, 20, 690, "#6f6457")
    c.rect(772, 110, 7, 690, "#857a6c")
    c.rect(700, 196, 164, 12, "#5c5248", r=4)

    def horn(x: float, y: float, way: int) -> None:
        c.poly(
            [
                (x, y - 20),
                (x + way * 60, y - 26),
                (x + way * 190, y - 96),
                (x + way * 190, y + 96),
                (x + way * 60, y + 26),
                (x, y + 20),
            ],
            "#8c959a",
        )
        c.poly(
            [(x, y + 20), (x + way * 60, y + 26), (x + way * 190, y + 96), (x + way * 190, y + 30)],
            "#737c82",
        )
        c.rect(min(x, x - way * 42), y - 30, 42, 60, "#565d62", r=8)
        c.oval(x + way * 190, y, 32, 98, "#aeb6b9")
        c.oval(x + way * 190, y, 24, 82, "#5a6166")
        c.oval(x + way * 186, y, 12, 40, "#3c4246")
        for k in (1, 2, 3):
            box = x + way * (196 + k * 34)
            arc = [
                (box + way * math.cos(a) * 26, y + math.sin(a) * (46 + k * 22))
                for a in [math.radians(d) for d in range(-62, 63, 6)]
            ]
            c.line(arc, mix("#b5702f", "#f3dcb4", k * 0.24), 5)

    horn(724, 226, -1)
    horn(838, 290, 1)
    c.line(
        [(x, 130 - ((x - 391) / 391) ** 2 * 34 + 26) for x in range(0, 783, 20)],
        "#5c5248",
        2.5,
    )
    c.line(
        [(782, 122)] + [(x, 150 - ((x - 1031) / 249) ** 2 * 28) for x in range(790, 1311, 20)],
        "#5c5248",
        2.5,
    )
