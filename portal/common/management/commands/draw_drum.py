"""Draws static/img/drum.svg: the face of a bronze drum, whose sun is the number of days left.

Nothing but geometry: rings, combs (a dashed stroke makes radial lines), saw teeth, circles joined
by tangents and a flight of long-billed birds, as Đông Sơn drums carry them, counter-clockwise.
"""

from math import cos, pi, sin
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

SIZE = 540
GOLD = "#e0ad66"

# One bird, flying to the left along the tangent, about 58 long; y grows towards the rim.
BIRD = (
    "M-30 1.500L-15.5-2.800C-13.5-5.6-10-6-7.8-4.400L2.5-11.5-2.6-3.2"
    "C2-4 6.5-4.4 10-3.800L29-8.5 24.5-2.6 30 2 10.5 2.600C4.5 5.2-3.5 5.4-8.5 3.4"
    "L-15.2 1.200z"
)
WINGS = "M-1.5 4.600L10.5 14.5 9.8 3.200M1.8 4.900l7.6 6.200M5 4.300l4.6 3.6"


def number(value: float) -> str:
    """A short number: one decimal, no zero that says nothing."""
    return f"{round(value, 1) + 0.0:g}"


def point(radius: float, turn: float) -> str:
    """A point of the plane at `turn` (0-1) of the circle, from the top, clockwise."""
    angle = 2 * pi * turn - pi / 2
    return f"{number(radius * cos(angle))} {number(radius * sin(angle))}"


def ring(radius: float, width: float = 0.9) -> str:
    return f'<circle r="{number(radius)}" stroke-width="{number(width)}"/>'


def comb(inner: float, outer: float, teeth: int) -> str:
    """Radial lines between two radii."""
    middle = (inner + outer) / 2
    step = 2 * pi * middle / teeth
    return (
        f'<circle r="{number(middle)}" stroke-width="{number(outer - inner)}" '
        f'stroke-dasharray=".9 {step - 0.9:.4f}"/>'
    )


def saw(inner: float, outer: float, teeth: int) -> str:
    """A zigzag between two radii."""
    points = [point(outer if i % 2 else inner, i / (2 * teeth)) for i in range(2 * teeth)]
    return f'<path d="M{"L".join(points)}z"/>'


def sun(inner: float, outer: float, rays: int) -> str:
    """Rays with a second, shorter ray inside each and a chevron between them."""
    out = [saw(inner, outer, rays)]
    lines = []
    for i in range(rays):
        at = (i + 0.5) / rays
        half = 0.22 / rays
        lines.append(
            f"M{point(inner + 3, at - half)}L{point(outer - 6, at)}L{point(inner + 3, at + half)}"
        )
    return "".join([*out, f'<path d="{"".join(lines)}"/>'])


def linked_circles(radius: float, count: int, size: float) -> str:
    """Circles with a point, each joined to the next by a tangent."""
    out, links = [], []
    gap = 2 * pi * radius / count
    for i in range(count):
        turn = i / count
        x, y = point(radius, turn).split()
        out.append(
            f'<circle cx="{x}" cy="{y}" r="{number(size)}"/>'
            f'<circle fill="{GOLD}" stroke="none" cx="{x}" cy="{y}" r="1"/>'
        )
        shift = size / gap / count * 0.75
        links.append(
            f"M{point(radius + size * 0.72, turn + shift)}"
            f"L{point(radius - size * 0.72, turn + 1 / count - shift)}"
        )
    return "".join(out) + f'<path d="{"".join(links)}"/>'


def birds(radius: float, count: int) -> str:
    """A flight of birds along a circle."""
    uses = "".join(
        f'<use href="#b" transform="rotate({number(360 * i / count)}) translate(0 {-radius})"/>'
        for i in range(count)
    )
    return (
        f'<defs><g id="b"><path d="{BIRD}"/><path d="{WINGS}"/>'
        '<circle fill="{GOLD}" stroke="none" cx="-11.6" cy="-2.7" r=".9"/></g></defs>' + uses
    )


def drum() -> str:
    """The whole picture as SVG."""
    strong = [ring(104, 1.6), ring(108.5), ring(127), sun(129, 148, 42), ring(152, 1.4), ring(157)]
    middle = [
        comb(112, 123, 150),
        linked_circles(165.5, 56, 4.2),
        ring(174),
        ring(179, 1.4),
        birds(199, 14),
        ring(219, 1.4),
        ring(223.5),
    ]
    faint = [
        comb(227, 237, 220),
        ring(240.5),
        linked_circles(247.5, 84, 3.4),
        ring(254.5),
        saw(256, 264, 110),
        ring(266.5, 1.4),
    ]
    half = SIZE // 2
    groups = "\n".join(
        f'<g opacity="{opacity}">{"".join(parts)}</g>'
        for opacity, parts in ((".78", strong), (".62", middle), (".42", faint))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{-half} {-half} {SIZE} {SIZE}" '
        f'fill="none" stroke="{GOLD}" stroke-width=".9" stroke-linejoin="round">\n'
        f"{groups}\n</svg>\n"
    )


class Command(BaseCommand):
    """Run after changing the drawing; a test proves the file is up to date."""

    help = "Draw static/img/drum.svg"

    def handle(self, *args, **options):
        path = Path(settings.BASE_DIR) / "static" / "img" / "drum.svg"
        path.write_text(drum(), encoding="utf-8")
        self.stdout.write(f"{path.name}: {path.stat().st_size} bytes")
