"""Makers of rows for tests; the register itself is written through its actions."""

import datetime as dt
import itertools

from django.db.backends.postgresql.psycopg_any import DateRange

from portal.accounts.models import User
from portal.agencies.models import Agency, Level
from portal.official.actions import register_document

_count = itertools.count(1)


def a_user(username=None, **fields):
    """A person with an account; named characters give their own name."""
    n = next(_count)
    fields.setdefault("full_name", "Mai Phương")
    return User.objects.create_user(username or f"nguoi{n}", password=None, **fields)


def an_agency(slug=None, **fields):
    n = next(_count)
    level, _made = Level.objects.get_or_create(slug="tinh", defaults={"name": "Cấp tỉnh"})
    values = {
        "slug": slug or f"co-quan-{n}",
        "name": "Sở Nội vụ",
        "kind": Agency.Kind.STATE,
        "level": level,
        "valid": DateRange(dt.date(2000, 1, 1), None),
    }
    return Agency.objects.create(**{**values, **fields})


def a_document(symbol="", actor=None, **fields):
    return register_document(actor=actor, symbol=symbol, **fields)
