"""The database side of Vietnamese text: the SQL twin of `fold` and columns for sort keys."""

from django.db import models
from django.db.models import Func


class Fold(Func):
    """`portal_fold(text)`: IMMUTABLE, so it may stand in generated columns and indexes."""

    function = "portal_fold"
    arity = 1
    output_field = models.TextField()


class SortKeyField(models.CharField):
    """Holds `text.sort_key(...)`; compared byte by byte whatever the database's locale."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("max_length", 400)
        kwargs.setdefault("db_collation", "C")
        kwargs.setdefault("editable", False)
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)
