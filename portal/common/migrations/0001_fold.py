"""portal_fold(text): the SQL twin of portal.common.text.fold.

Every step names its collation, so the function gives the same answer in a database made under
LANG=C (where lower('Đ') does nothing) and in one with a UTF-8 locale. pg_c_utf8 is built into
PostgreSQL from version 17 on and needs no library; its mapping is simple, letter by letter.
"""

from django.db import migrations

from portal.common.text import FOLD_DROP, FOLD_SPACE

CREATE = f"""
CREATE OR REPLACE FUNCTION portal_fold(value text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN btrim(
  regexp_replace(
    replace(
      lower(
        regexp_replace(normalize(value, NFD) COLLATE "C", '[{FOLD_DROP}]+', '', 'g')
        COLLATE pg_catalog.pg_c_utf8
      ) COLLATE "C",
      'đ', 'd'
    ),
    '[{FOLD_SPACE}]+', ' ', 'g'
  ),
  ' '
);
"""


def check_server(apps, schema_editor):
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        version = int(cursor.fetchone()[0])
        cursor.execute("SHOW server_encoding")
        encoding = cursor.fetchone()[0]
    if version < 170000:
        raise RuntimeError(f"PostgreSQL 17 or newer is needed, this server is {version // 10000}.")
    if encoding != "UTF8":
        raise RuntimeError(f"The database must be made with ENCODING 'UTF8', not {encoding}.")


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunPython(check_server, migrations.RunPython.noop),
        migrations.RunSQL(CREATE, "DROP FUNCTION IF EXISTS portal_fold(text)"),
    ]
