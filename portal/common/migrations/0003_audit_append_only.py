from django.db import migrations

FORWARD = """
CREATE FUNCTION common_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit log is append-only';
END
$$;
CREATE TRIGGER common_audit_append_only BEFORE UPDATE OR DELETE ON common_auditentry
    FOR EACH ROW EXECUTE FUNCTION common_audit_refuse();
"""

BACKWARD = """
DROP TRIGGER common_audit_append_only ON common_auditentry;
DROP FUNCTION common_audit_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("common", "0002_audit")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
