"""Pages of a list: addresses keep the other parameters, a wrong number leads to the nearest."""

import functools
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models.fields.tuple_lookups import TupleGreaterThan, TupleLessThan
from django.http import HttpRequest

PARAM = "trang"


@dataclass(frozen=True)
class PageLink:
    """One number in the row of pages; `number` None stands for a gap."""

    number: int | None
    url: str
    current: bool = False


@dataclass(frozen=True)
class Page:
    """One page of a list. Iterable; `links` is the row of numbers with gaps."""

    items: list[Any]
    number: int
    pages: int
    count: int
    first_index: int
    last_index: int
    links: list[PageLink]
    previous_url: str
    next_url: str

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __bool__(self):
        return bool(self.items)

    @property
    def many(self) -> bool:
        """Whether there is more than one page, so that the row of numbers is worth showing."""
        return self.pages > 1


def page_numbers(current: int, last: int, around: int = 1) -> list[int | None]:
    """First, last and those around the current one; None for a gap of two or more."""
    wanted = {1, last, *range(max(1, current - around), min(last, current + around) + 1)}
    out: list[int | None] = []
    before = 0
    for number in sorted(wanted):
        if number - before == 2:
            out.append(number - 1)
        elif number - before > 2:
            out.append(None)
        out.append(number)
        before = number
    return out


def _wanted(raw: str, last: int) -> int:
    digits = raw.strip().lstrip("+")
    if digits.isascii() and digits.isdecimal():
        # A number of thousands of digits is "far beyond the end", not work for int().
        number = int(digits) if len(digits) < 10 else last
        return min(max(number, 1), last)
    return 1


def tabs(request: HttpRequest, param: str, choices, chosen) -> list[dict]:
    """Tabs over a list for components/tabs: each keeps the filter and begins at the first page.

    Args:
        choices: [(value of `param`, label, count)]; the value "" is the list without it.
    """
    query = request.GET.copy()

    def url(value) -> str:
        for name in (PARAM, param):
            query.pop(name, None)
        if value:
            query[param] = value
        return f"?{query.urlencode()}" if query else request.path

    return [
        {"label": label, "url": url(value), "count": count, "current": value == chosen}
        for value, label, count in choices
    ]


def paginate(
    request: HttpRequest,
    queryset,
    per_page: int = 20,
    param: str = PARAM,
    *,
    keep: Collection[str] | None = None,
    keys_first: bool = False,
) -> Page:
    """The page of `queryset` (or list) that the address asks for. Two queries for a queryset.

    Args:
        keep: which other parameters the addresses of pages carry; None for all. A page that is
            kept for other readers names them, or a stranger's parameter would stand in its links.
        keys_first: find the keys of the rows on the page first, from an index alone, then these
            rows: far pages of long lists stay quick. One query more.
    """
    paginator = Paginator(queryset, per_page)
    last = paginator.num_pages
    number = _wanted(request.GET.get(param, "1"), last)
    query = request.GET.copy()
    for name in set(query) - set(query if keep is None else keep):
        del query[name]

    def url(target: int) -> str:
        query.pop(param, None)
        if target > 1:
            query[param] = str(target)
        return f"?{query.urlencode()}" if query else request.path

    page = paginator.page(number)
    if keys_first:
        keys = list(page.object_list.values_list("pk", flat=True))
        items = list(queryset.filter(pk__in=keys))
    else:
        items = list(page.object_list)
    return Page(
        items=items,
        number=number,
        pages=last,
        count=paginator.count,
        first_index=page.start_index(),
        last_index=page.end_index(),
        links=[PageLink(n, url(n) if n else "", n == number) for n in page_numbers(number, last)],
        previous_url=url(number - 1) if number > 1 else "",
        next_url=url(number + 1) if number < last else "",
    )


#: What an address says of where in a long list its page begins or ends.
AFTER, BEFORE = PLACES = "sau", "truoc"


@dataclass(frozen=True)
class KeysetPage:
    """One page of a list that nobody counts. Iterable; an address is "" where nothing follows.

    `first_url` leads to the beginning, "" on the first page itself.
    """

    items: list[Any]
    previous_url: str
    next_url: str
    first_url: str

    def __iter__(self):
        return iter(self.items)

    def __len__(self):
        return len(self.items)

    def __bool__(self):
        return bool(self.items)


def keyset(
    request: HttpRequest,
    queryset,
    order: Collection[str] = ("-received_on", "-id"),
    per_page: int = 20,
    *,
    keep: Collection[str] | None = None,
    start: tuple | None = None,
    write: Callable[[tuple], str] | None = None,
    read: Callable[[str], tuple | None] | None = None,
) -> KeysetPage:
    """A page of a long list by where the page before it ended, not by a number: no row is counted
    and none is passed over, so page 100.000 costs what the first one does. One query.

    A row that left the list takes nothing with it: the page begins at the next one. An address
    that cannot be read leads to the first page.

    Args:
        order: columns that are never NULL, all of one direction (then one comparison of rows, and
            one index of these columns, read either way, finds the place); the last is unique.
        keep: which other parameters the addresses carry, as for `paginate`.
        start: the place (values of `order`) after which the list begins. A condition of the
            queryset on the same column would be taken for the place where the index is entered,
            and every page would pass over all rows before it.
        write, read: how the values of `order` stand in an address, and back (None for what cannot
            be read); as they are where not given. For public pages of rows whose ids tell more.
    """
    names = [name.lstrip("-") for name in order]
    descending = {name.startswith("-") for name in order}
    if len(descending) != 1:
        raise ValueError("all columns of a keyset go one way")
    falling = descending.pop()
    write = write or _written
    read = read or functools.partial(_cursor, queryset, names)
    after = read(request.GET.get(AFTER, ""))
    before = None if after else read(request.GET.get(BEFORE, ""))
    if after and start:
        after = min(after, start) if falling else max(after, start)
    ordered = queryset.order_by(*order)
    rows = _around(ordered, names, falling, after or start, before, per_page)
    more = len(rows) > per_page
    if before and not more:  # the beginning is nearer than a whole page
        before = None
        rows = _around(ordered, names, falling, start, None, per_page)
        more = len(rows) > per_page
    rows = rows[:per_page]
    if before:
        rows.reverse()
    query = request.GET.copy()
    for name in set(query) - set(query if keep is None else keep):
        del query[name]

    def url(param="", row=None) -> str:
        for name in (AFTER, BEFORE, PARAM):
            query.pop(name, None)
        if row is not None:
            query[param] = write(tuple(getattr(row, name) for name in names))
        return f"?{query.urlencode()}" if query else request.path

    further = bool(rows) and (more or before is not None)
    behind = bool(after) or before is not None
    return KeysetPage(
        items=rows,
        previous_url=(url(BEFORE, rows[0]) if rows else url()) if behind else "",
        next_url=url(AFTER, rows[-1]) if further else "",
        first_url=url() if behind else "",
    )


def _written(values):
    return "~".join(str(value) for value in values)


def _cursor(queryset, names, raw):
    """The values that an address names, or None."""
    parts = raw.split("~")
    if len(parts) != len(names) or len(raw) > 200:
        return None
    fields = [queryset.model._meta.get_field(name) for name in names]
    try:
        return tuple(field.clean(part, None) for field, part in zip(fields, parts, strict=True))
    except ValidationError:
        return None


def _around(rows, names, falling, after, before, per_page):
    """At most one row more than the page has, from the place on; the nearest ones first."""
    on, back = (TupleLessThan, TupleGreaterThan) if falling else (TupleGreaterThan, TupleLessThan)
    if after:
        rows = rows.filter(on(tuple(names), after))
    if before:
        rows = rows.filter(back(tuple(names), before)).reverse()
    return list(rows[: per_page + 1])
