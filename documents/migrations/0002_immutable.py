"""The text of an edition that was published can never change, whoever asks."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION documents_block_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    edition bigint := CASE WHEN TG_OP = 'DELETE' THEN OLD.edition_id ELSE NEW.edition_id END;
BEGIN
    IF EXISTS (
        SELECT 1 FROM documents_edition e WHERE e.id = edition AND e.published_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the text of a published edition never changes';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END
$$;
CREATE TRIGGER documents_block_immutable BEFORE INSERT OR UPDATE OR DELETE ON documents_block
    FOR EACH ROW EXECUTE FUNCTION documents_block_refuse();
"""

BACKWARD = """
DROP TRIGGER documents_block_immutable ON documents_block;
DROP FUNCTION documents_block_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
