"""Links made so far are certain; editions that wait were cut at publication, now at submission."""

from django.db import migrations

CERTAIN = "UPDATE documents_blocklink SET state = 'certain'"
COUNTS = """
UPDATE documents_edition e SET paragraphs = c.paragraphs, words = c.words
FROM (
    SELECT edition_id, coalesce(max(para_no), 0) AS paragraphs,
           sum(coalesce(array_length(regexp_split_to_array(nullif(btrim(plain), ''), '\\s+'), 1), 0))
               AS words
    FROM documents_block GROUP BY edition_id
) c
WHERE c.edition_id = e.id
"""
AGAIN = """
UPDATE documents_edition
SET state = 'editing', submitted_by_id = NULL, lock_version = lock_version + 1,
    remark = 'Cổng vừa nâng cấp: mời trình duyệt lại, nội dung giữ nguyên.'
WHERE state = 'submitted'
"""


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_blocks_from_submission")]

    operations = [
        migrations.RunSQL(CERTAIN, migrations.RunSQL.noop),
        migrations.RunSQL(COUNTS, migrations.RunSQL.noop),
        migrations.RunSQL(AGAIN, migrations.RunSQL.noop),
    ]
