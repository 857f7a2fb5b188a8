"""Rows by COPY: what the application needs minutes for, in seconds.

Columns that a row does not name get the default of the model's field, so that a model may grow
without the data having to be told.
"""

import datetime as dt
import io
import json
import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import RangeField
from django.db import connection, models
from django.utils import timezone

CHUNK = 20_000


def copy(model, rows):
    """Write `rows`, an iterable of {attribute name: value}, all with the same names.

    Numbers of rows (`id`) are given by the caller where other rows point at them; `settle` brings
    the sequences up to date in the end. Returns how many rows were written.
    """
    rows = iter(rows)
    first = next(rows, None)
    if first is None:
        return 0
    given = set(first)
    columns, constants = [], {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.GeneratedField):
            continue
        if field.attname in given:
            columns.append(field)
        elif isinstance(field, models.AutoField | models.BigAutoField):
            continue
        else:
            columns.append(field)
            if not callable(field.default):
                constants[field.attname] = _literal(field, _default(field))
    names = ", ".join(f'"{field.column}"' for field in columns)
    statement = f'COPY "{model._meta.db_table}" ({names}) FROM STDIN'
    count = 0
    buffer = io.StringIO()
    with connection.cursor() as cursor:
        row = first
        while row is not None:
            values = []
            for field in columns:
                name = field.attname
                if name in given:
                    values.append(_literal(field, row[name]))
                elif name in constants:
                    values.append(constants[name])
                else:
                    values.append(_literal(field, _default(field)))
            buffer.write("\t".join(values) + "\n")
            count += 1
            if count % CHUNK == 0:
                _send(cursor, statement, buffer)
                buffer = io.StringIO()
            row = next(rows, None)
        _send(cursor, statement, buffer)
    return count


def settle(*all_models):
    """Bring the sequences of these tables behind the numbers that were given, and tell the planner
    what is in them.
    """
    from django.core.management.color import no_style

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), all_models):
            cursor.execute(statement)
        for model in all_models:
            cursor.execute(f'ANALYZE "{model._meta.db_table}"')


def next_id(model):
    """The first number that is free in the table of `model`."""
    return (model.objects.aggregate(n=models.Max("pk"))["n"] or 0) + 1


def _send(cursor, statement, buffer):
    buffer.seek(0)
    cursor.copy_expert(statement, buffer)


def _default(field):
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        now = timezone.now()
        return now if isinstance(field, models.DateTimeField) else now.date()
    return field.get_default()


def _literal(field, value):
    if value is None:
        return "\\N"
    if isinstance(field, models.JSONField):
        value = json.dumps(value, ensure_ascii=False)
    elif isinstance(field, ArrayField):
        # JSON quotes an element as PostgreSQL wants it, but for the kind of brackets.
        value = "{" + ",".join(json.dumps(str(v), ensure_ascii=False) for v in value) + "}"
    elif isinstance(field, RangeField) and not isinstance(value, str):
        value = str(field.get_prep_value(value))
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\\\x" + bytes(value).hex()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return value.hex
    if isinstance(value, int | float):
        return repr(int(value)) if isinstance(value, int) else repr(value)
    text = str(value)
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        for raw, escaped in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("\r", "\\r")):
            text = text.replace(raw, escaped)
    return text
