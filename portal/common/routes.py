"""Addresses found by their first words.

Django asks one pattern after the other, some hundreds of them, and the middleware asks as well:
that was a tenth of what receiving a form costs. The patterns are written as flat lists, because
those are read; `by_words` makes a tree of them.
"""

from django.urls import URLPattern, include, path
from django.urls.resolvers import RoutePattern


def by_words(patterns):
    """The same patterns, those that begin with the same words together, in a tree.

    Only neighbours that begin with words are put together, so that what would have been found
    first still is.

    Args:
        patterns: a list as `urlpatterns`; what is not made by `path` with a view stays as it is.
    """
    found, groups = [], {}
    for pattern in patterns:
        word = _first_word(pattern)
        if word is None:
            found += _made(groups)
            found.append(pattern)
            groups = {}
        else:
            groups.setdefault(word, []).append(pattern)
    return [*found, *_made(groups)]


def _first_word(pattern):
    """ "lam-viec/" of "lam-viec/<int:pk>/"; None where a pattern does not begin with a word."""
    if not isinstance(pattern, URLPattern) or type(pattern.pattern) is not RoutePattern:
        return None
    word, slash, _rest = str(pattern.pattern).partition("/")
    return word + slash if slash and "<" not in word else None


def _made(groups):
    for word, patterns in groups.items():
        if len(patterns) == 1:
            yield patterns[0]
        else:
            yield path(word, include(by_words([_without(word, p) for p in patterns])))


def _without(word, pattern):
    route = str(pattern.pattern)[len(word) :]
    return path(route, pattern.callback, pattern.default_args, pattern.name)
