"""Automatic numbers: what Word prints before a paragraph, counted as Word counts."""

import re
from dataclasses import dataclass, replace

from . import formats
from .xml import W, switch, value, whole

_PLACE = re.compile(r"%([1-9])")
LEVELS = 9
_LONGEST = 100  # of the words around a number
_MOST = 32_767  # the highest number of Word


@dataclass(frozen=True)
class Level:
    start: int = 1
    form: str = "decimal"
    text: str = ""
    restart: int | None = None  # 1-based level above which begins it anew; 0: never
    legal: bool = False  # all numbers in digits
    style: str | None = None


class Numbering:
    """The lists of a file and where their counting stands."""

    def __init__(self, root, styles):
        self.abstracts, self.nums, self.links = {}, {}, {}
        self.by_style = {}
        self.counters, self.started = {}, set()
        self.style_nums = styles
        for element in root.findall(f"{W}abstractNum") if root is not None else ():
            self._abstract(element)
        for element in root.findall(f"{W}num") if root is not None else ():
            self._num(element)

    def _abstract(self, element):
        key = element.get(f"{W}abstractNumId")
        levels = {}
        for child in element.findall(f"{W}lvl"):
            place = whole(child.get(f"{W}ilvl"), -1)
            if 0 <= place < LEVELS:
                levels[place] = _level(child)
                if levels[place].style:
                    self.by_style[key, levels[place].style] = place
        self.abstracts[key] = levels
        linked = value(element, "numStyleLink")
        if linked and not levels:
            self.links[key] = linked

    def _num(self, element):
        overrides, starts = {}, {}
        for child in element.findall(f"{W}lvlOverride"):
            place = whole(child.get(f"{W}ilvl"), -1)
            if not 0 <= place < LEVELS:
                continue
            level = child.find(f"{W}lvl")
            if level is not None:
                overrides[place] = _level(level)
            start = whole(value(child, "startOverride"))
            if start is not None:
                starts[place] = start
        key = element.get(f"{W}numId")
        self.nums[key] = (value(element, "abstractNumId"), overrides, starts)

    def _resolve(self, num):
        """(key of the counters, {place: Level}, {place: start}) of a list; None unknown."""
        if num not in self.nums:
            return None
        abstract, overrides, starts = self.nums[num]
        if abstract in self.links:  # the list is defined by a style of lists
            linked = self.style_nums.para(self.links[abstract]).num
            if linked in self.nums and self.nums[linked][0] not in self.links:
                abstract = self.nums[linked][0]
        levels = self.abstracts.get(abstract)
        if levels is None:
            return None
        return abstract, {**levels, **overrides}, starts

    def place_of(self, num, style):
        """The level of a list that a paragraph style is bound to; 0 without one."""
        found = self._resolve(num)
        return self.by_style.get((found[0], style), 0) if found else 0

    def count(self, num, place):
        """(label, key of the list) of the next paragraph of a list; None where there is none."""
        found = self._resolve(num)
        if found is None or not 0 <= place < LEVELS or place not in found[1]:
            return None
        key, levels, starts = found
        level = levels[place]
        counters = self.counters.setdefault(key, {})
        if place in starts and (num, place) not in self.started:
            self.started.add((num, place))
            counters[place] = starts[place] - 1
        if place not in counters:
            counters[place] = level.start - 1
        counters[place] = min(counters[place] + 1, _MOST)
        for deeper in range(place + 1, LEVELS):
            restart = levels.get(deeper, _NOTHING).restart
            if deeper in counters and (restart is None or place < restart):
                del counters[deeper]
        if level.form == "bullet":
            return formats.bullet(level.text), key
        return self._label(level, levels, counters), key

    def _label(self, level, levels, counters):
        def number(found):
            at = int(found[1]) - 1
            other = levels.get(at, _NOTHING)
            form = "decimal" if level.legal and other.form != "none" else other.form
            return formats.written(min(counters.get(at, other.start), _MOST), form)

        return " ".join(_PLACE.sub(number, level.text).split())


_NOTHING = Level()


def _level(element):
    form = element.find(f"{W}numFmt")
    if form is None:  # newer formats come in two writings, the second for old programs
        form = element.find(f".//{W}numFmt")
    text = element.find(f"{W}lvlText")
    made = Level(
        start=whole(value(element, "start"), 0 if element.find(f"{W}start") is None else 1),
        form="decimal" if form is None else form.get(f"{W}val", "decimal"),
        text="" if text is None else (text.get(f"{W}val") or "")[:_LONGEST],
        restart=whole(value(element, "lvlRestart")),
        legal=bool(switch(element, "isLgl")),
        style=value(element, "pStyle"),
    )
    return replace(made, restart=max(0, made.restart)) if made.restart is not None else made
