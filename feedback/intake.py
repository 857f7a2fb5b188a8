"""Storing an opinion, its delta and its identity in one round trip."""

from django.db import connection

from feedback.models import OpinionAttachment, OpinionDraft


def insert(*rows, files_of=None, draft=None):
    """Insert model instances in one statement: all of them or none, without further round trips.

    Args:
        files_of: an Opinion among `rows`; files that were uploaded with its form become its own.
        draft: (consultation id, keyed token, place) of an OpinionDraft that is forgotten with it.

    Raises:
        IntegrityError: as from `save(force_insert=True)`.
    """
    statements, parameters = [], []
    if files_of is not None:
        table = OpinionAttachment._meta.db_table
        statements.append(
            f"UPDATE {table} SET opinion_id = %s"  # noqa: S608
            " WHERE submission_digest = %s AND opinion_id IS NULL"
        )
        parameters += [files_of.pk, files_of.submission_digest]
    if draft is not None:
        table = OpinionDraft._meta.db_table
        statements.append(
            f"DELETE FROM {table}"  # noqa: S608
            " WHERE consultation_id = %s AND lookup = %s AND place = %s"
        )
        parameters += draft
    for row in rows:
        fields = [field for field in row._meta.concrete_fields if not field.generated]
        columns = ", ".join(f'"{field.column}"' for field in fields)
        marks = ", ".join(["%s"] * len(fields))
        table = row._meta.db_table
        statements.append(f"INSERT INTO {table} ({columns}) VALUES ({marks})")  # noqa: S608
        parameters += [
            field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields
        ]
    *first, last = statements
    named = ", ".join(f"s{n} AS ({statement})" for n, statement in enumerate(first))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {named} {last}" if first else last, parameters)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias
