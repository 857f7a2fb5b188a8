"""The access matrix: who gets what at every address of the portal.

Each app lists its addresses in `tests/<app>/access.py` as `ROWS`, a list of `Row`. The table is
run by tests/test_access_matrix.py over the demo data, for an anonymous reader and the eight demo
accounts; an address without a row fails there.

    from tests.access import LOGIN, Row

    ROWS = [
        Row("news:index", anonymous=200),
        Row("news:edit", edit_kwargs, default=404, bientap=200, duyet=403),
        Row("news:publish", edit_kwargs, method="post", default=404, duyet=302),
    ]

`default` is what a signed-in account gets that is not named. A status is the number of the
response, or LOGIN: sent to the sign-in page. `kwargs` is a dict, or a function that is given the
`World` and returns one (ask the ORM for the object). `query` is appended to the address, `data`
is posted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec

from django.contrib.auth import get_user_model
from django.urls import URLPattern, URLResolver, get_resolver

from portal.demo.accounts import ACCOUNTS

ANONYMOUS = "anonymous"
USERNAMES = tuple(name for name, _ in ACCOUNTS)
LOGIN = "LOGIN"
APPS = (
    *("portal", "common", "accounts", "agencies", "notices", "moderation", "official", "news"),
    *("campaigns", "documents", "feedback", "demo"),
)
# Not ours to describe: Django's own admin, and files.
OUTSIDE = ("quan-tri/", "static/", "^media/", "media/")


class World:
    """What a row may ask about the demo."""

    @staticmethod
    def user(username: str):
        return get_user_model().objects.get(username=username)


@dataclass
class Row:
    name: str
    kwargs: dict | Callable[[World], dict]
    method: str
    query: str
    data: dict | None
    expected: dict[str, int | str]

    def __init__(
        self,
        name: str,
        kwargs: dict | Callable[[World], dict] | None = None,
        *,
        method: str = "get",
        query: str = "",
        data: dict | None = None,
        default: int | str = 200,
        anonymous: int | str = LOGIN,
        **per_account: int | str,
    ):
        unknown = set(per_account) - set(USERNAMES)
        if unknown:
            raise ValueError(f"{name}: no such demo account: {', '.join(sorted(unknown))}")
        self.name = name
        self.kwargs = kwargs or {}
        self.method = method
        self.query = query
        self.data = data
        self.expected = {
            ANONYMOUS: anonymous,
            **{username: per_account.get(username, default) for username in USERNAMES},
        }

    @property
    def query_string(self) -> str:
        return f"?{self.query.lstrip('?')}" if self.query else ""

    @property
    def label(self) -> str:
        return " ".join(part for part in (self.method, self.name, self.query) if part)

    def arguments(self, world: World) -> dict:
        return self.kwargs(world) if callable(self.kwargs) else self.kwargs


def all_rows() -> list[Row]:
    rows = []
    for app in APPS:
        # find_spec imports the parent: an app may have no tests package yet, but not a broken one
        if find_spec(f"tests.{app}") and find_spec(f"tests.{app}.access"):
            rows += import_module(f"tests.{app}.access").ROWS
    return rows


def addresses(patterns=None, prefix: str = "", namespace: str = "") -> dict[str, str]:
    """Every address: full URL name → route. One without a name appears under `(unnamed) route`."""
    found = {}
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        route = prefix + str(entry.pattern)
        if route.startswith(OUTSIDE):
            continue
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            found |= addresses(entry.url_patterns, route, inner)
        elif isinstance(entry, URLPattern):
            found[namespace + entry.name if entry.name else f"(unnamed) {route}"] = route
    return found
