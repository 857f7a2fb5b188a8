"""Scenes under a roof."""

from __future__ import annotations

import math

from PIL import ImageDraw

from portal.demo.pictures import figures as f
from portal.demo.pictures.canvas import HEIGHT, SCALE, WIDTH, Canvas, mix


def _curtain(c: Canvas, bottom: float) -> None:
    fold = 0.0
    while fold < WIDTH:
        w = c.rng.uniform(26, 40)
        c.rect(fold, 0, w, bottom, c.rng.choice(["#7a1418", "#83171b", "#8b1a1e"]))
        c.rect(fold, 0, w * 0.3, bottom, "#6a1115")
        c.rect(fold + w * 0.62, 0, w * 0.12, bottom, "#962327")
        fold += w
    for k in range(9):
        x = k * 160
        c.pie(x, 40, 92, 62, 0, 180, "#5c0f12")
    c.rect(0, 0, WIDTH, 48, "#5c0f12")


def congress_hall(c: Canvas) -> None:
    """A congress: stage with presidium, delegates who vote by card."""
    _curtain(c, 430)
    c.rect(398, 92, 484, 208, "#4c0c0f")
    c.rect(394, 86, 484, 208, "#f1dfb8")
    for inset in (10, 14):
        c.line(
            [
                (394 + inset, 86 + inset),
                (878 - inset, 86 + inset),
                (878 - inset, 294 - inset),
                (394 + inset, 294 - inset),
                (394 + inset, 86 + inset),
            ],
            "#b88a2c",
            1.6,
        )
    f.rosette(c, 636, 165, 54, "#8f1d20")
    c.rect(500, 240, 272, 9, "#8f1d20", r=4)
    c.rect(545, 260, 182, 6, "#b86a5c", r=3)

    c.rect(0, 424, WIDTH, 76, "#b58743")
    c.rect(0, 424, WIDTH, 8, "#d6ab62")
    for k in range(1, 9):
        c.rect(k * 142, 432, 2, 68, "#a4783a")
    f.potted_palm(c, 108, 436, 74)
    f.potted_palm(c, 1172, 436, 74)

    # speaker and lectern
    f.bust(c, 262, 380, 34, "#f6f1e8", long_hair=False)
    c.poly([(208, 376), (316, 376), (302, 446), (222, 446)], "#7a5322")
    c.rect(202, 366, 120, 14, "#96692e", r=3)
    c.ring(262, 412, 13, "#e3c079", 2.4)
    c.line([(262, 366), (268, 340)], "#2b211b", 3)

    shirts = ["#f6f1e8", "#eadfcd", "#f6f1e8", "#dcd0bb", "#f6f1e8", "#eadfcd"]
    for k in range(6):
        f.bust(c, 490 + k * 62, 384, 30, shirts[k], long_hair=k in (1, 4))
    c.rect(446, 382, 402, 52, "#fbf7ef")
    c.rect(446, 382, 402, 6, "#e6dcc8")
    c.rect(446, 404, 402, 2, "#d9c9a8")
    for x in (470, 647, 824):
        for dx, dy, colour in (
            (-10, 0, "#c9803c"),
            (10, 0, "#d9a441"),
            (0, -9, "#b5382f"),
            (-4, 3, "#4f7f56"),
            (6, 4, "#4f7f56"),
        ):
            c.oval(x + dx, 378 + dy, 9, 8, colour)

    c.rect(0, 500, WIDTH, 300, "#4a2a22")
    rows = [(524, 20, 46), (578, 26, 58), (644, 33, 74), (722, 42, 94), (818, 54, 118)]
    for number, (y, s, gap) in enumerate(rows):
        c.rect(0, y - s * 0.15, WIDTH, HEIGHT, mix("#4a2a22", "#2a1613", number / 4))
        x = -gap / 2 + (gap / 2 if number % 2 else 0)
        while x < WIDTH + gap:
            shirt = mix(c.rng.choice(f.SHIRTS), "#6b4a3a", 0.16 - number * 0.035)
            if c.rng.random() < 0.62:
                side = c.rng.choice((-1, 1))
                ax = x + side * s * 0.8
                top = y - s * c.rng.uniform(2.1, 2.5)
                c.line([(ax, y - s * 0.35), (ax + side * s * 0.1, top)], shirt, s * 0.42)
                c.oval(ax + side * s * 0.1, top - s * 0.12, s * 0.19, s * 0.24, f.SKIN[0])
                card = [(-0.34, -1.0), (0.28, -1.06), (0.36, -0.2), (-0.26, -0.14)]
                cx = ax + side * s * 0.1
                c.poly([(cx + px * s, top + py * s) for px, py in card], "#f2deb0")
            f.back(c, x, y, s, shirt)
            x += gap


def office_meeting(c: Canvas) -> None:
    """A meeting round a long table in an office."""
    c.rect(0, 0, WIDTH, 560, "#efe1c4")
    c.rect(0, 520, WIDTH, 40, "#d9c49b")
    f.window(c, 70, 90, 300, 250)
    c.poly([(40, 60), (120, 60), (92, 380), (52, 380)], "#c9b48a")
    c.poly([(400, 60), (320, 60), (348, 380), (388, 380)], "#c9b48a")
    c.rect(484, 96, 330, 210, "#fdfaf4")
    c.rect(484, 96, 330, 12, "#b08335")
    for k, w in enumerate((220, 260, 190, 240, 150)):
        c.rect(520, 138 + k * 30, w, 7, "#8f1d20" if k == 0 else "#b9ae9d", r=3)
        if k:
            c.oval(506, 141 + k * 30, 5, 5, "#2b6650")
    c.rect(914, 80, 290, 330, "#8a6238")
    for shelf in range(3):
        c.rect(926, 92 + shelf * 106, 266, 94, "#5f4125")
        x = 934.0
        while x < 1172:
            w = c.rng.uniform(12, 24)
            h = c.rng.uniform(58, 82)
            colour = c.rng.choice(
                ["#8f1d20", "#345878", "#2b6650", "#d3a94f", "#efe8dd", "#6c4571"]
            )
            c.rect(x, 186 + shelf * 106 - h, w, h, colour)
            x += w + 3
    count = c.rng.choice((6, 7))
    gap = 1080 / (count - 1)
    for k in range(count):
        x = 100 + k * gap
        f.bust(
            c,
            x,
            560,
            72,
            c.rng.choice(f.SHIRTS + f.BOLD_SHIRTS[:3]),
            long_hair=c.rng.random() < 0.45,
            grey=c.rng.random() < 0.15,
        )
    c.rect(0, 554, WIDTH, 26, "#a8763e")
    c.rect(0, 580, WIDTH, 220, "#8a5c2c")
    c.rect(0, 574, WIDTH, 8, "#75491f")
    for k in range(count):
        f.papers(c, 60 + k * gap, 546, 92, tilt=c.rng.uniform(-3, 3))
    for x in (280, 640, 1000):
        c.rect(x - 13, 524, 26, 34, "#e9f0ec", r=5)
        c.rect(x - 13, 538, 26, 20, "#c98f4a", r=5)
    for x in (190, 470, 810, 1090):
        f.back(c, x + c.rng.uniform(-20, 20), 800, 96, c.rng.choice(f.SHIRTS))


def documents(c: Canvas) -> None:
    """Drafts on a desk, with a pen and a cup of tea."""
    c.rect(0, 0, WIDTH, HEIGHT, "#8a5f36")
    y = 0.0
    while y < HEIGHT:
        h = c.rng.uniform(74, 110)
        c.rect(0, y, WIDTH, h, c.rng.choice(["#8a5f36", "#845930", "#90653b"]))
        c.rect(0, y, WIDTH, 2.5, "#6f4824")
        for _ in range(5):
            gx, gy = c.rng.uniform(0, WIDTH), y + c.rng.uniform(10, h - 6)
            c.line([(gx, gy), (gx + c.rng.uniform(80, 260), gy + 2)], "#7b512b", 1.2)
        y += h

    def sheet(x: float, y: float, angle: float, rule: str, marked: bool) -> None:
        w, h = 400, 560
        shadow, pen = c.layer(w, h)
        pen.rectangle([0, 0, w * SCALE, h * SCALE], fill=(40, 24, 10, 70))
        c.place(shadow, x + 9, y + 11, angle)
        page, pen = c.layer(w, h)
        _page(c, pen, w, h, rule, marked)
        c.place(page, x, y, angle)

    sheet(330, 440, 9 + c.rng.uniform(-2, 2), "#345878", False)
    sheet(985, 420, -9 + c.rng.uniform(-2, 2), "#8f1d20", False)
    sheet(655, 412, c.rng.uniform(-2, 2), "#8f1d20", True)

    # cup of tea
    c.oval(166, 674, 104, 100, "#6f4824")
    c.oval(160, 664, 104, 104, "#efe6d6")
    c.oval(160, 664, 92, 92, "#dccdb4")
    c.oval(160, 664, 66, 66, "#fbf6ec")
    c.oval(160, 664, 55, 55, "#9a6a2c")
    c.oval(150, 652, 38, 32, "#b0803c")
    # pen
    shadow, pen = c.layer(360, 26)
    pen.rounded_rectangle([0, 0, 359 * SCALE, 25 * SCALE], radius=12 * SCALE, fill=(40, 24, 10, 60))
    c.place(shadow, 968, 538, 52)
    body, pen = c.layer(360, 26)
    pen.rounded_rectangle([40 * SCALE, 2 * SCALE, 358 * SCALE, 24 * SCALE], 11 * SCALE, "#2b211b")
    pen.polygon([(0, 13 * SCALE), (44 * SCALE, 3 * SCALE), (44 * SCALE, 23 * SCALE)], "#c9a45a")
    pen.rectangle([226 * SCALE, 2 * SCALE, 238 * SCALE, 24 * SCALE], "#d3a94f")
    pen.rectangle([250 * SCALE, 0, 352 * SCALE, 5 * SCALE], "#d3a94f")
    c.place(body, 962, 528, 52)


def _page(c: Canvas, pen: ImageDraw.ImageDraw, w: float, h: float, rule: str, marked: bool) -> None:
    def bar(x: float, y: float, bw: float, bh: float, fill: str) -> None:
        pen.rectangle([v * SCALE for v in (x, y, x + bw, y + bh)], fill=fill)

    bar(0, 0, w, h, "#fdfaf4")
    bar(44, 40, 120, 6, "#a89b8a")
    bar(230, 40, 126, 6, "#a89b8a")
    bar(110, 84, 180, 11, rule)
    bar(140, 106, 120, 6, mix(rule, "#fdfaf4", 0.4))
    y = 146
    for paragraph in range(5):
        lines = c.rng.randint(3, 5)
        for k in range(lines):
            length = 312 if k < lines - 1 else c.rng.uniform(90, 250)
            if marked and paragraph == 1 and k in (1, 2):
                bar(40, y - 6, min(length, 300), 18, "#f2d98d")
            bar(44 + (16 if k == 0 else 0), y, length - (16 if k == 0 else 0), 5, "#bdb2a2")
            y += 17
        y += 13
        if y > h - 70:
            break
    if marked:
        pen.line(
            [(362 * SCALE, (232 + k) * SCALE + (k % 2) * 8) for k in range(0, 70, 5)],
            fill="#8f1d20",
            width=3 * SCALE,
        )


def village_meeting(c: Canvas) -> None:
    """An evening meeting in the village house: rows of neighbours, one stands and speaks."""
    c.rect(0, 0, WIDTH, 500, "#e3cf9f")
    c.rect(0, 0, WIDTH, 70, "#6b4426")
    for k in range(8):
        c.poly(
            [(k * 176 - 10, 70), (k * 176 + 44, 70), (k * 176 + 20, 112), (k * 176 + 14, 112)],
            "#7c5230",
        )
    f.window(c, 70, 150, 190, 200, night=True)
    f.window(c, 1020, 150, 190, 200, night=True)
    # the list of tasks on the wall
    c.rect(330, 128, 420, 270, "#8a6238")
    c.rect(340, 138, 400, 250, "#fbf6ea")
    c.rect(372, 160, 200, 10, "#8f1d20", r=4)
    for k in range(6):
        y = 196 + k * 31
        c.rect(372, y, c.rng.uniform(150, 230), 7, "#b0a48f", r=3)
        c.rect(640, y - 3, 14, 14, "#2b6650" if k < 3 else "#e0d3ba", r=3)
        c.rect(668, y, 46, 7, "#cfc3ae", r=3)
    for x in (200, 640, 1080):
        c.line([(x, 70), (x, 112)], "#3a2a1c", 3)
        c.poly([(x - 34, 134), (x + 34, 134), (x + 14, 108), (x - 14, 108)], "#2b6650")
        c.oval(x, 135, 18, 11, "#fff3c4")
    c.rect(0, 452, WIDTH, 60, "#c49c62")
    f.standing(c, 856, 520, 30, "#f3eee6", "#3f4a52", facing=True, grey=c.rng.random() < 0.5)
    c.line([(826, 314), (770, 270)], "#e6dfd2", 18)
    c.oval(768, 266, 10, 11, f.SKIN[0])
    c.rect(0, 512, WIDTH, 288, "#b58a50")
    rows = [(572, 40, 96), (668, 52, 124), (790, 68, 160)]
    for number, (y, s, gap) in enumerate(rows):
        c.rect(0, y - s * 0.3, WIDTH, HEIGHT, mix("#a0723f", "#5a3a20", number / 2))
        x = gap * (0.2 + 0.4 * (number % 2))
        while x < WIDTH + gap / 2:
            grey = c.rng.random() < 0.3
            shirt = c.rng.choice(f.SHIRTS + f.BOLD_SHIRTS)
            f.back(c, x, y, s, mix(shirt, "#6b4a2a", 0.12), f.GREY_HAIR if grey else None)
            x += gap


def service_counter(c: Canvas) -> None:
    """The one-stop counter of a commune."""
    c.rect(0, 0, WIDTH, 470, "#eaf0ea")
    c.rect(0, 0, WIDTH, 96, "#2b6650")
    c.rect(0, 92, WIDTH, 8, "#d3a94f")
    for x in (150, 480, 810):
        c.rect(x + 60, 30, 170, 12, "#eaf0ea", r=5)
        c.rect(x + 90, 54, 110, 8, "#a9c9b8", r=4)
    f.window(c, 1080, 160, 140, 190)
    for k in range(3):
        x = 80 + k * 330
        c.rect(x, 150, 280, 210, "#f7f3ea")
        c.rect(x + 24, 174, 150, 9, "#8f1d20" if k == 1 else "#345878", r=4)
        for line in range(4):
            c.rect(x + 24, 206 + line * 30, c.rng.uniform(130, 226), 7, "#c9c0b0", r=3)
    f.potted_palm(c, 1028, 470, 84)
    for k in range(3):
        x = 220 + k * 330
        f.bust(c, x, 470, 66, ["#f3eee6", "#dfe9ef", "#f3eee6"][k], long_hair=k != 1)
        c.rect(x + 70, 372, 104, 74, "#3a4046", r=5)
        c.rect(x + 76, 378, 92, 58, "#9fb9c4")
        c.rect(x + 112, 446, 20, 24, "#3a4046")
    c.rect(0, 466, WIDTH, 26, "#d8b27a")
    c.rect(0, 492, WIDTH, 130, "#b08a52")
    for k in range(5):
        c.rect(k * 270, 492, 4, 130, "#9c7742")
    for k in range(3):
        f.papers(c, 180 + k * 330, 456, 74)
        c.rect(196 + k * 330, 530, 48, 48, "#e9dcc0", r=24)
        c.rect(214 + k * 330, 538, 12, 32, "#8f1d20", r=4)
    c.rect(0, 622, WIDTH, 178, "#cdbfa6")
    for k in range(9):
        c.poly(
            [(k * 180 - 60, 800), (k * 160 + 60, 622), (k * 160 + 64, 622), (k * 180 - 52, 800)],
            "#bdae93",
        )
    people = [(150, 830, 84), (330, 812, 70), (560, 840, 88), (800, 815, 72), (990, 836, 86)]
    for x, y, s in people:
        grey = c.rng.random() < 0.4
        f.back(
            c,
            x + c.rng.uniform(-14, 14),
            y,
            s,
            c.rng.choice(f.BOLD_SHIRTS + f.SHIRTS),
            f.GREY_HAIR if grey else None,
        )


def press_desk(c: Canvas) -> None:
    """An editor's desk: screen with a page layout, microphone, proofs."""
    c.rect(0, 0, WIDTH, 560, "#e9dfcb")
    f.window(c, 60, 70, 250, 270)
    for k in range(4):
        x = 940 + (k % 2) * 150
        y = 80 + (k // 2) * 150
        c.rect(x, y, 124, 124, "#fdfaf4")
        c.oval(x + 62, y + 4, 6, 6, "#8f1d20")
        for line in range(4):
            c.rect(x + 18, y + 30 + line * 22, c.rng.uniform(40, 88), 6, "#bdb2a2", r=3)
    c.rect(0, 548, WIDTH, 252, "#9a6b3c")
    c.rect(0, 548, WIDTH, 12, "#b5864f")
    for k in range(3):
        c.line([(0, 620 + k * 66), (WIDTH, 626 + k * 66)], "#8d6034", 1.5)
    # screen
    c.rect(600, 500, 60, 64, "#332e2b")
    c.rect(540, 556, 180, 14, "#332e2b", r=6)
    c.rect(380, 130, 500, 378, "#2b2725", r=14)
    c.rect(396, 146, 468, 346, "#fbf7ef")
    c.rect(396, 146, 468, 30, "#8f1d20")
    c.rect(420, 198, 250, 16, "#332b25", r=4)
    c.rect(420, 222, 190, 16, "#332b25", r=4)
    c.rect(420, 256, 250, 130, "#a9bf9f")
    c.poly([(420, 386), (420, 340), (500, 300), (580, 346), (670, 312), (670, 386)], "#5f8a66")
    c.oval(630, 286, 16, 16, "#e5b95e")
    for k in range(4):
        c.rect(420, 404 + k * 20, 250 if k < 3 else 150, 7, "#c4b8a6", r=3)
    for k in range(5):
        c.rect(
            700, 200 + k * 56, 54, 42, ["#d9a98f", "#b9c9b0", "#d9c48f", "#a9bac9", "#cdb9c9"][k]
        )
        c.rect(764, 206 + k * 56, 76, 7, "#8a7d6d", r=3)
        c.rect(764, 222 + k * 56, 56, 6, "#c4b8a6", r=3)
    # lamp
    c.oval(218, 598, 74, 14, "#3a332d")
    c.line([(218, 594), (180, 430), (276, 330)], "#4a423a", 12)
    c.poly([(238, 338), (298, 282), (344, 356), (292, 388)], "#2b6650")
    c.oval(318, 374, 26, 15, "#fff0bd")
    # microphone
    c.oval(1010, 640, 62, 14, "#2b2725")
    c.line([(1010, 636), (1010, 520), (956, 470)], "#3f3934", 10)
    c.oval(940, 454, 34, 42, "#4c453f")
    for k in range(4):
        c.line([(912, 434 + k * 14), (968, 434 + k * 14)], "#6d645c", 2.5)
    c.rect(926, 484, 28, 16, "#8f1d20", r=4)
    for x, angle in ((470, 6), (800, -5)):
        page, pen = c.layer(240, 150)
        pen.rectangle([0, 0, 240 * SCALE, 150 * SCALE], fill="#fdfaf4")
        for line in range(6):
            y = (22 + line * 20) * SCALE
            right = c.rng.uniform(140, 216) * SCALE
            pen.rectangle([20 * SCALE, y, right, y + 5 * SCALE], fill="#c4b8a6")
        c.place(page, x, 692, angle)
    c.line([(520, 726), (630, 668)], "#8f1d20", 9)
    c.poly([(512, 730), (524, 717), (530, 728)], "#e9d3a8")
    c.oval(1150, 664, 58, 20, "#7c542b")
    c.rect(1104, 592, 92, 76, "#f3eee6", r=16)
    c.oval(1150, 596, 46, 14, "#7a4f22")
    for k in range(2):
        steam = [(1132 + k * 34 + math.sin(t / 2.2) * 9, 574 - t * 9) for t in range(9)]
        c.line(steam, "#f6efe0", 4)
