"""Scenes of work: market, road, school, factory."""

from __future__ import annotations

import math

from portal.demo.pictures import figures as f
from portal.demo.pictures.canvas import WIDTH, Canvas, Point, mix
from portal.demo.pictures.outdoors import sky


def market(c: Canvas) -> None:
    """A morning market."""
    sky(c, "#f1e4c8", "#f7efdd", 360)
    c.rect(0, 180, WIDTH, 300, "#dcc9a0")
    for k in range(6):
        c.rect(k * 230 + 40, 210, 120, 170, "#cdb88b")
    c.rect(0, 480, WIDTH, 320, "#cbb78f")
    colours = ["#a3392c", "#2b6650", "#345878", "#b08335"]
    for stall in range(4):
        x = -20 + stall * 330
        colour = colours[(stall + c.rng.randint(0, 3)) % 4]
        for px in (x + 20, x + 296):
            c.rect(px, 210, 10, 360, "#7c5c3a")
        for k in range(8):
            w = 320 / 8
            left, top = x + k * w, x + 20 + k * 35
            fill = colour if k % 2 == 0 else "#f6efe0"
            c.poly([(left, 236), (left + w, 236), (top + 35, 140), (top, 140)], fill)
            c.pie(left + w / 2, 236, w / 2, 20, 0, 180, fill)
        f.bust(
            c,
            x + 160 + c.rng.uniform(-40, 40),
            470,
            56,
            c.rng.choice(f.BOLD_SHIRTS),
            long_hair=c.rng.random() < 0.7,
        )
        c.poly([(x + 6, 470), (x + 314, 470), (x + 330, 540), (x - 10, 540)], "#a8763e")
        c.rect(x - 10, 540, 340, 76, "#8a5c2c")
        heap = [["#c9452f", "#d9a441", "#6b9a50"], ["#6b9a50", "#8fae5a", "#c98f3c"]]
        heap += [["#d9a441", "#b5532f", "#8fae5a"], ["#7a4a72", "#c9452f", "#d3b04f"]]
        for pile in range(3):
            cx = x + 58 + pile * 102
            c.oval(cx, 514, 48, 15, "#7c5330")
            for _ in range(22):
                a = c.rng.uniform(0, math.pi)
                r = c.rng.uniform(0, 38)
                px, py = cx + math.cos(a) * r, 506 - abs(math.sin(a)) * r * 0.62
                fruit = heap[stall][pile]
                c.oval(px, py, 9.5, 9, mix(fruit, "#fff2c8", c.rng.uniform(0, 0.22)))
    for _ in range(10):
        c.oval(
            c.rng.uniform(0, WIDTH), c.rng.uniform(640, 780), c.rng.uniform(30, 90), 5, "#bda87f"
        )
    shoppers = [(150, 770, 27), (420, 742, 24), (690, 782, 29), (930, 746, 24), (1150, 776, 28)]
    for x, y, s in shoppers:
        x += c.rng.uniform(-36, 36)
        f.standing(
            c,
            x,
            y,
            s,
            c.rng.choice(f.BOLD_SHIRTS),
            c.rng.choice(["#3a3330", "#4a3b52", "#2f4050"]),
            hat=c.rng.random() < 0.6,
        )
        c.poly(
            [
                (x + s * 1.0, y - s * 4),
                (x + s * 2.6, y - s * 4),
                (x + s * 2.35, y - s * 2.5),
                (x + s * 1.25, y - s * 2.5),
            ],
            "#c9a05a",
        )
        c.pie(x + s * 1.8, y - s * 4, s * 0.7, s * 0.8, 180, 360, "#b58a45")
        c.pie(x + s * 1.8, y - s * 4, s * 0.5, s * 0.6, 180, 360, "#cbb78f")
        c.oval(x + s * 1.8, y - s * 4, s * 0.75, s * 0.22, "#5f8f4e")


def road_works(c: Canvas) -> None:
    """A new road between rice fields."""
    sky(c, "#dfe9e4", "#f5eedb", 360)
    f.sun(c, 1020 + c.rng.uniform(-160, 100), 120, 50)
    c.hills(300, 60, "#bccdb0", 2.4)
    c.hills(345, 36, "#93b08a", 3)
    c.rect(0, 362, WIDTH, 440, "#a9bf62")
    for k in range(9):
        y = 366 + k * k * 5.6
        fill = ["#b9c96a", "#9db75a", "#c9c976", "#8fae55"][(k + c.rng.randint(0, 1)) % 4]
        c.rect(0, y, WIDTH, 5.6 * (2 * k + 1), fill)
        c.rect(0, y, WIDTH, 2.5 + k * 0.6, "#7f964a")
        for _ in range(26):
            x = c.rng.uniform(0, WIDTH)
            blade = 3 + k * 1.7
            c.line([(x, y + blade * 2), (x + blade * 0.4, y + blade)], "#86a04c", 1.2 + k * 0.25)
    for x in (60, 190, 1120):
        f.house(c, x + c.rng.uniform(-10, 10), 374, 84)
        f.tree(c, x + 116, 376, 50, "#5f8a5a")
    c.poly([(600, 362), (660, 362), (1190, 800), (120, 800)], "#cbb58a")
    c.poly([(610, 362), (650, 362), (1060, 800), (240, 800)], "#4d4b4a")
    c.poly([(610, 362), (630, 362), (650, 800), (240, 800)], "#565453")
    for k in range(7):
        t, u = (k / 7) ** 2, ((k + 0.5) / 7) ** 2
        y0, y1 = 366 + t * 434, 366 + u * 434
        w0, w1 = 1 + t * 8, 1 + u * 8
        c.poly([(630 - w0, y0), (630 + w0, y0), (640 + w1, y1), (640 - w1, y1)], "#ece2cb")
    # roller
    x, y = 800.0, 640.0
    c.oval(x, y + 62, 190, 16, "#3b3938")
    c.oval(x - 104, y + 8, 62, 62, "#6f6f70")
    c.oval(x - 104, y + 8, 46, 46, "#88898a")
    c.oval(x - 104, y + 8, 12, 12, "#4a4a4a")
    c.oval(x + 96, y + 12, 58, 58, "#2f2d2c")
    c.oval(x + 96, y + 12, 30, 30, "#b9b2a6")
    c.poly([(x - 70, y - 30), (x + 140, y - 30), (x + 150, y + 20), (x - 60, y + 20)], "#d9a032")
    c.rect(x + 30, y - 74, 116, 50, "#d9a032", r=8)
    c.rect(x - 60, y - 150, 10, 124, "#8a6a20")
    c.rect(x + 40, y - 150, 10, 90, "#8a6a20")
    c.rect(x - 76, y - 164, 144, 18, "#b8841f", r=5)
    f.bust(c, x - 6, y - 30, 30, "#e07b2c", long_hair=False)
    c.pie(x - 6, y - 82, 17, 18, 180, 360, "#f2c94c")
    for cx, cy, s in (
        (300, 760, 26),
        (378, 640, 18),
        (452, 560, 13),
        (1010, 770, 26),
        (900, 560, 12),
    ):
        c.poly([(cx - s * 0.6, cy), (cx + s * 0.6, cy), (cx, cy - s * 2)], "#d9541e")
        c.poly(
            [
                (cx - s * 0.4, cy - s * 0.66),
                (cx + s * 0.4, cy - s * 0.66),
                (cx + s * 0.22, cy - s * 1.25),
                (cx - s * 0.22, cy - s * 1.25),
            ],
            "#f6efe0",
        )
        c.rect(cx - s * 0.8, cy - s * 0.1, s * 1.6, s * 0.22, "#b8441a", r=2)
    for wx, wy, s in ((420, 690, 22), (500, 590, 16), (690, 520, 11)):
        f.standing(
            c,
            wx + c.rng.uniform(-18, 18),
            wy,
            s,
            "#e07b2c",
            "#3a4a58",
            facing=True,
            helmet="#f2c94c",
        )


def school_yard(c: Canvas) -> None:
    """A small school in the hills during the break."""
    sky(c, "#dce8e2", "#f7f0dd", 400)
    c.hills(240, 90, "#c6d5c4", 2)
    c.hills(310, 70, "#a2bfa0", 2.6)
    c.hills(380, 40, "#82a67f", 3.2)
    for x in (70, 1200):
        f.tree(c, x, 470, 120, "#4f7f56")
    c.rect(240, 300, 800, 170, "#f0d591")
    c.rect(240, 300, 800, 14, "#d9b768")
    c.rect(240, 444, 800, 26, "#c9a460")
    c.poly([(206, 304), (258, 214), (1022, 214), (1074, 304)], "#9c4232")
    for k in range(12):
        x = 256 + k * 70
        c.line([(x, 216), (x + (x - 640) * 0.09, 302)], "#873526", 2)
    c.rect(206, 300, 868, 9, "#72281d")
    for x in (286, 506, 726, 946):
        c.rect(x, 340, 60, 70, "#5f7f8a")
        c.rect(x + 27, 340, 6, 70, "#f6ead0")
        c.rect(x, 372, 60, 5, "#f6ead0")
    for x in (396, 616, 836):
        c.rect(x, 334, 58, 136, "#2b6650")
        c.rect(x + 42, 402, 6, 8, "#e5c77e")
    for x in (262, 376, 486, 596, 700, 806, 920, 1012):
        c.rect(x - 6, 308, 10, 162, "#fbf2da")
    c.rect(0, 468, WIDTH, 332, "#dcc69a")
    c.poly([(0, 468), (WIDTH, 468), (WIDTH, 500), (0, 512)], "#c9b583")
    c.rect(636, 70, 6, 410, "#8a7d6d")
    c.poly([(642, 74), (716, 80), (712, 126), (642, 122)], "#b3261e")
    star: list[Point] = []
    for k in range(10):
        r = 13 if k % 2 == 0 else 5
        a = math.tau * k / 10 - math.pi / 2
        star.append((677 + math.cos(a) * r, 100 + math.sin(a) * r))
    c.poly(star, "#f2c94c")
    c.oval(1100, 560, 150, 20, "#b59d6c")
    f.tree(c, 1100, 560, 190, "#3f7350")
    children = [(200, 620, 16), (320, 700, 19), (420, 610, 15), (560, 720, 20), (700, 640, 17)]
    children += [(820, 720, 20), (930, 630, 16)]
    for x, y, s in children:
        f.standing(
            c,
            x + c.rng.uniform(-26, 26),
            y,
            s,
            c.rng.choice(["#fbf7ef", "#8f1d20", "#345878", "#d9a441", "#6c4571"]),
            c.rng.choice(["#2f3a46", "#8f1d20", "#345878"]),
            facing=c.rng.random() < 0.7,
        )
    c.oval(640, 745, 18, 18, "#c9452f")
    c.oval(634, 739, 7, 6, "#dd7a62")
    f.standing(c, 1060, 742, 27, "#e9b9b0", "#4a3b52", facing=True)


def factory_gate(c: Canvas) -> None:
    """Workers leave the factory in the evening."""
    sky(c, "#e8b98a", "#f7e3c0", 420)
    f.sun(c, 980, 300, 66, "#e08f4a")
    c.hills(380, 40, "#c9a982", 2.6)
    for k in range(6):
        x = 40 + k * 170
        c.poly([(x, 250), (x + 60, 180), (x + 60, 250)], "#7b8d92")
        c.poly([(x + 60, 180), (x + 170, 250), (x + 60, 250)], "#5f7076")
        c.poly([(x + 72, 196), (x + 140, 240), (x + 72, 240)], "#b9d0d2")
    c.rect(40, 250, 1020, 220, "#d5d8d2")
    c.rect(40, 250, 1020, 12, "#4f6066")
    for k in range(11):
        c.rect(70 + k * 90, 300, 56, 70, "#f2d58a" if c.rng.random() < 0.6 else "#8ba3a8")
    c.rect(40, 400, 1020, 14, "#2b6650")
    for x in (1110, 1170):
        c.rect(x, 120, 34, 350, "#b98a6a")
        c.rect(x, 140, 34, 16, "#8f1d20")
        c.rect(x, 176, 34, 16, "#f3eee6")
    c.rect(0, 466, WIDTH, 334, "#cdb58c")
    c.poly([(430, 470), (850, 470), (1080, 800), (200, 800)], "#dcc8a2")
    for x in (400, 850):
        c.rect(x, 330, 44, 180, "#8f1d20")
        c.rect(x - 6, 318, 56, 16, "#6e1417")
    c.rect(400, 296, 494, 38, "#6e1417")
    c.rect(530, 310, 234, 10, "#f2deb0", r=4)
    for k in range(14):
        c.rect(280 + k * 9, 400, 3, 104, "#5c5248")
        c.rect(890 + k * 9, 400, 3, 104, "#5c5248")
    c.rect(276, 396, 126, 6, "#5c5248")
    c.rect(890, 396, 126, 6, "#5c5248")
    for _ in range(16):
        x = c.rng.uniform(470, 830)
        f.standing(
            c, x, c.rng.uniform(520, 540), 8.5, c.rng.choice(["#345878", "#4a6f94", "#b9c4c9"])
        )
    walkers = [(480, 620, 17), (640, 600, 15), (800, 630, 17), (560, 720, 24), (730, 730, 25)]
    walkers += [(380, 770, 29), (900, 760, 28)]
    for x, y, s in walkers:
        f.standing(
            c,
            x + c.rng.uniform(-26, 26),
            y,
            s,
            c.rng.choice(["#345878", "#4a6f94", "#dfe3e2"]),
            "#33383e",
            facing=True,
        )

    def bicycle(x: float, y: float, s: float) -> None:
        for dx in (-1.5, 1.5):
            c.ring(x + dx * s, y, s, "#2b2725", max(2.5, s * 0.1))
        frame = "#8f1d20"
        c.line(
            [(x - 1.5 * s, y), (x - 0.4 * s, y - 1.3 * s), (x + 0.2 * s, y), (x - 1.5 * s, y)],
            frame,
            s * 0.13,
        )
        c.line([(x + 0.2 * s, y), (x + 1.1 * s, y - 1.4 * s), (x + 1.5 * s, y)], frame, s * 0.13)
        c.line([(x - 0.4 * s, y - 1.3 * s), (x + 1.1 * s, y - 1.4 * s)], frame, s * 0.13)
        c.line(
            [(x + 1.1 * s, y - 1.4 * s), (x + 1.0 * s, y - 2 * s), (x + 1.6 * s, y - 2.1 * s)],
            "#2b2725",
            s * 0.12,
        )
        shirt = c.rng.choice(["#4a6f94", "#dfe3e2"])
        c.line(
            [(x - 0.3 * s, y - 1.7 * s), (x + 0.5 * s, y - 0.9 * s), (x + 0.2 * s, y)],
            "#33383e",
            s * 0.42,
        )
        c.line([(x - 0.3 * s, y - 1.8 * s), (x + 0.1 * s, y - 3.2 * s)], shirt, s * 0.95)
        c.line(
            [(x + 0.1 * s, y - 3.1 * s), (x + 1.4 * s, y - 2.1 * s)],
            mix(shirt, "#000000", 0.14),
            s * 0.34,
        )
        c.oval(x + 0.2 * s, y - 4.1 * s, s * 0.5, s * 0.56, f.SKIN[0])
        f.cone_hat(c, x + 0.2 * s, y - 4.2 * s, s * 1.05)

    bicycle(190, 690, 38)
    bicycle(1110, 700, 36)
