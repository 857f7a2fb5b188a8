"""What the search compares: portal_words(text) and portal_title_words(title).

Words are folded, signs that join them part them; a title stands there also as it is spelled, behind
a word that nobody types, so that no phrase reaches from one spelling into the other.
"""

from django.db import migrations

from portal.common.finding import JOINTS

BLANKS = " " * len(JOINTS)
CREATE = f"""
CREATE OR REPLACE FUNCTION portal_words(value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector('simple'::regconfig, translate(portal_fold(value), '{JOINTS}', '{BLANKS}'));

CREATE OR REPLACE FUNCTION portal_title_words(value text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN to_tsvector(
  'simple'::regconfig,
  translate(
    portal_fold(value) || ' qqq0qqq ' || lower(value COLLATE pg_catalog.pg_c_utf8) COLLATE "C",
    '{JOINTS}', '{BLANKS}'
  )
);
"""
DROP = """
DROP FUNCTION IF EXISTS portal_words(text);
DROP FUNCTION IF EXISTS portal_title_words(text);
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0007_videos")]
    operations = [migrations.RunSQL(CREATE, DROP)]
