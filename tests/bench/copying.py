"""Rows by COPY: what the application needs minutes for, in seconds.

Columns that a row does not name get the default of the model's field, so that a model may grow
without the data having to be told.
"""

import datetime as dt
import io
import json
import uuid
from contextlib import contextmanager

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


@contextmanager
def loading(*all_models):
    """Millions of rows in minutes: indexes and unique constraints are made when the rows are there,
    foreign keys are looked at once for all rows instead of by a trigger for each.

    Inside a transaction, by a superuser, while nobody else writes. Afterwards everything stands as
    the migrations made it, and holds: a unique constraint that does not is an error of PostgreSQL,
    a row that points at nothing one of ours.
    """
    tables = [f'"{model._meta.db_table}"' for model in all_models]
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        again = [statement for table in tables for statement in _taken_off(cursor, table)]
        cursor.execute("SET LOCAL session_replication_role = replica")
    yield
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = origin")
        for statement in again:
            cursor.execute(statement)
        for table in tables:
            _check_pointers(cursor, table)


def _taken_off(cursor, table):
    """Drop the indexes of a table, but for its primary key; returns what makes them again."""
    cursor.execute(
        """
        SELECT i.indexrelid::regclass::text, quote_ident(c.conname),
          pg_get_indexdef(i.indexrelid), pg_get_constraintdef(c.oid)
        FROM pg_index i LEFT JOIN pg_constraint c ON c.conindid = i.indexrelid
          AND c.conrelid = i.indrelid AND c.contype IN ('u', 'x')
        WHERE i.indrelid = %s::regclass AND NOT i.indisprimary
        """,
        [table],
    )
    again = []
    for index, constraint, made_by, constrained_by in cursor.fetchall():
        if constraint:
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}")
            again.append(f"ALTER TABLE {table} ADD CONSTRAINT {constraint} {constrained_by}")
        else:
            cursor.execute(f"DROP INDEX {index}")
            again.append(made_by)
    return again


def _check_pointers(cursor, table):
    cursor.execute(
        """
        SELECT quote_ident(a.attname), c.confrelid::regclass::text, quote_ident(f.attname)
        FROM pg_constraint c
        JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        JOIN pg_attribute f ON f.attrelid = c.confrelid AND f.attnum = c.confkey[1]
        WHERE c.conrelid = %s::regclass AND c.contype = 'f'
        """,
        [table],
    )
    for column, target, key in cursor.fetchall():
        cursor.execute(
            f"SELECT count(*) FROM {table} r WHERE r.{column} IS NOT NULL AND NOT EXISTS"
            f" (SELECT 1 FROM {target} t WHERE t.{key} = r.{column})"
        )
        if lost := cursor.fetchone()[0]:
            raise ValueError(f"{table}.{column}: {lost} rows point at nothing in {target}")


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
    if type(value) is int:
        return str(value)
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
