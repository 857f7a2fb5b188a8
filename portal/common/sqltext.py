"""The database side of Vietnamese text: the SQL twin of `fold` and columns for sort keys."""

from django.db import models
from django.db.models import Func, Value
from django.db.models.functions import Coalesce, Concat


class Fold(Func):
    """`portal_fold(text)`: IMMUTABLE, so it may stand in generated columns and indexes."""

    function = "portal_fold"
    arity = 1
    output_field = models.TextField()


def with_words(rows, words, *fields):
    """Those of `rows` whose `fields` together hold every one of the folded `words`, marks or not.

    Parts of words count. For small tables: nothing here is indexed.
    """
    joined = []
    for field in fields:
        joined += [Value(" "), Coalesce(field, Value(""))]
    text = joined[1] if len(fields) == 1 else Concat(*joined[1:], output_field=models.TextField())
    rows = rows.alias(searched_words=Fold(text))
    for word in words:
        rows = rows.filter(searched_words__contains=word)
    return rows


class SortKeyField(models.CharField):
    """Holds `text.sort_key(...)`; compared byte by byte whatever the database's locale."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 400)
        kwargs.setdefault("db_collation", "C")
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)
