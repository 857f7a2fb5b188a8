"""Full text search in Vietnamese: what stands in the index, what a reader asks, which hits first.

Text is indexed folded ("Đại hội" as dai, hoi), whole words only; titles also as they are spelled,
so that hits with the very marks that were typed can come first (DOMAIN 6). Signs that join words
("12-KH/TU", "18/02/2020") part them, on both sides alike.

What a search costs has a bound, whatever is asked: up to `MOST` hits are ranked one against the
other; where there are more, whoever asked for words that stand everywhere gets the newest, and the
number of hits is "more than `MOST`".
"""

import re
import unicodedata
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery, SearchVectorField
from django.db import connection, models, transaction
from django.db.models import Case, F, Func, Q, TextField, Value, When
from django.db.models.functions import Concat

from portal.common import finding
from portal.common.text import fold, one_line

#: So many hits are ranked and paged through.
MOST = 1000
#: For each hit wanted so many of the newest rows are gone through before the hits are sorted.
_WALKED = 100


class WordsVector(Func):
    """`portal_words(text)`: IMMUTABLE, so it may stand in generated columns and indexes."""

    function = "portal_words"
    arity = 1
    output_field = SearchVectorField()


class TitleVector(Func):
    """`portal_title_words(title)`: its folded words, and apart from them those with their marks."""

    function = "portal_title_words"
    arity = 1
    output_field = SearchVectorField()


class WordsField(models.GeneratedField):
    """The stored vector of the words of `fields`, for the search alone: see `WordlessManager`."""

    def __init__(self, *fields, **kwargs):
        self.fields = fields
        kwargs.update(expression=words_vector(*fields), **_STORED)
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, _args, _kwargs = super().deconstruct()
        return name, path, list(self.fields), {}


class TitleWordsField(models.GeneratedField):
    """The stored vector of a title."""

    def __init__(self, field, **kwargs):
        self.field_name = field
        kwargs.update(expression=TitleVector(field), **_STORED)
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, _args, _kwargs = super().deconstruct()
        return name, path, [self.field_name], {}


_STORED = {"output_field": SearchVectorField(), "db_persist": True}


class WordlessManager(models.Manager):
    """Leaves `search_words` and `search_title` in the database: only the search compares them."""

    def get_queryset(self):
        return super().get_queryset().defer("search_words", "search_title")


def words_vector(*fields):
    """The tsvector of the folded words of `fields`; for a stored column or an index."""
    parts = []
    for field in fields:
        parts += [Value(" "), F(field)]
    return WordsVector(Concat(*parts, output_field=TextField()))


@dataclass(frozen=True)
class Token:
    """Words that have to stand side by side: one word, a phrase in quotes, "12-KH/TU"."""

    words: tuple[str, ...]

    @property
    def query(self):
        return _phrase(self.words)

    @property
    def is_number(self):
        """Whether it may be (part of) the symbol of a document."""
        return any(letter.isdigit() for word in self.words for letter in word)


@dataclass(frozen=True)
class Asked:
    """A question: `tokens` have to be there all; `words` are what is marked in the hits."""

    typed: str
    tokens: tuple[Token, ...]
    words: tuple[str, ...]

    def __bool__(self):
        return any(len(word) > 1 or word.isdigit() for word in self.words)

    @property
    def query(self):
        """What every hit has to match."""
        return all_of(self.tokens)

    @property
    def title_queries(self):
        """What sets hits apart by their title, the best first: [query].

        With the marks that were typed, side by side; without marks, side by side; all of them.
        """
        plain = " ".join(self.typed.translate(_QUOTES).split())
        spelled = tuple(_parted(unicodedata.normalize("NFC", plain).lower()))
        folded = tuple(_parted(fold(plain)))
        out = [_phrase(spelled)] if spelled != folded else []
        return [*out, _phrase(folded), self.query]


_QUOTES = str.maketrans(dict.fromkeys('"“”„«»', " "))
_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")


def _parted(text):
    words = (finding.bare(word) for word in text.translate(finding.PARTED).split())
    return [word for word in words if word][: finding.MAX_WORDS]


def _phrase(words):
    quoted = ("'" + word.replace("\\", "").replace("'", "''") + "'" for word in words)
    return SearchQuery(" <-> ".join(quoted), config="simple", search_type="raw")


def all_of(tokens):
    """The query that every one of `tokens` has to match."""
    query = tokens[0].query
    for token in tokens[1:]:
        query &= token.query
    return query


def asked(raw):
    """What was typed, read: quotes make a phrase, all else is words, at most eight of them.

    >>> [t.words for t in asked('"đại hội" xã 12-KH/TU').tokens]
    [('dai', 'hoi'), ('xa',), ('12', 'kh', 'tu')]
    """
    typed = one_line(raw)[: finding.MAX_LETTERS]
    tokens, left = [], finding.MAX_WORDS
    place = 0
    pieces = []
    for quoted in _QUOTED.finditer(typed):
        pieces += [*typed[place : quoted.start()].split(), quoted[1]]
        place = quoted.end()
    pieces += typed[place:].split()
    for piece in pieces:
        words = tuple(_parted(fold(piece.translate(_QUOTES)))[:left])
        if words and Token(words) not in tokens:
            tokens.append(Token(words))
            left -= len(words)
    marked = dict.fromkeys(" ".join(token.words) for token in tokens)
    return Asked(typed, tuple(tokens), tuple(marked))


class Ranked:
    """Hits in order, to be counted and sliced as a queryset is (`paginate` takes it).

    Args:
        rows: the queryset of what may be found, ordered as hits of the same rank are.
        found: Q that every hit fulfils.
        title: the tsvector of the title (a column or an expression), for the ranks; its words are
            among those that `found` looks at.
        asked: what gives hits their rank.
        newest: for large tables, the column that `rows` are ordered by, newest first, with an
            index; many hits are then found by going through the newest rows.
    """

    def __init__(self, rows, *, found, title, asked, newest=""):
        self.order = rows.query.order_by or rows.model._meta.ordering
        self.rows = rows.alias(title_of_hit=title)
        self.found = found
        self.ranks = [Q(title_of_hit=query) for query in asked.title_queries]
        self.newest = newest
        self._ids = None

    @property
    def ids(self):
        """Keys of the hits in no order, one more than `MOST` where there are more."""
        if self._ids is None:
            self._ids = self._some(self.rows.filter(self.found))
        return self._ids

    @property
    def more(self):
        """Whether there are more hits than are ranked and paged through."""
        return len(self.ids) > MOST

    def count(self):
        """The number of hits, at most `MOST`."""
        return min(len(self.ids), MOST)

    def __getitem__(self, wanted):
        start, stop = wanted.start or 0, min(wanted.stop, MOST)
        if not self.ids or stop <= start:
            return []
        if not self.more:
            return list(self._by_rank(self.rows.filter(pk__in=self.ids))[start:stop])
        keys = self._many(stop)[start:]
        rows = {row.pk: row for row in self.rows.filter(pk__in=keys)}
        return [rows[key] for key in keys if key in rows]

    def _some(self, rows):
        return list(rows.order_by().values_list("pk", flat=True)[: MOST + 1])

    def _by_rank(self, rows):
        rank = Case(
            *(When(q, then=Value(place)) for place, q in enumerate(self.ranks)),
            default=Value(len(self.ranks)),
        )
        return rows.alias(rank_of_hit=rank).order_by("rank_of_hit", *self.order)

    def _many(self, stop):
        """The first `stop` keys where there are more hits than can be compared one by one."""
        if not self.newest:
            return list(
                self._by_rank(self.rows.filter(self.found)).values_list("pk", flat=True)[:stop]
            )
        keys, before = [], Q()
        for rank in self.ranks:
            # A title that matches is among what was found, so that need not be looked at again.
            rows = self.rows.filter(before, rank)
            some = self._some(rows)
            if len(some) > MOST:
                return keys + self._newest(rows, stop - len(keys))
            rows = self.rows.filter(pk__in=some).order_by(*self.order)
            keys += rows.values_list("pk", flat=True)[: stop - len(keys)]
            if len(keys) >= stop:
                return keys
            before &= ~rank
        return keys + self._newest(self.rows.filter(before, self.found), stop - len(keys))

    def _newest(self, rows, most):
        """The `most` newest of `rows`: among the newest of all if they are there, else by sorting.

        The planner cannot know how many rows match a phrase, so it is told to go along the index
        of the column; that ends after so many rows.
        """
        edge = self.rows.order_by(f"-{self.newest}").values_list(self.newest, flat=True)
        edge = list(edge[_WALKED * most : _WALKED * most + 1])
        found = rows.order_by(*self.order).values_list("pk", flat=True)
        if edge:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_bitmapscan = off")
                keys = list(found.filter(**{f"{self.newest}__gte": edge[0]})[:most])
            if len(keys) == most:
                return keys
        return list(found[:most])
