"""The cell of an anonymous opinion is not kept: it counts at the lowest unit above that reads.

Totals by unit follow with `manage.py recount_opinions`.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("feedback", "0018_erased_files")]

    operations = [
        migrations.RunSQL(
            """
            UPDATE feedback_opinion o SET entry_node_id = n.reader_id
            FROM feedback_laddernode n
            WHERE n.id = o.entry_node_id AND o.naming = 'anonymous' AND o.batch_id IS NULL
              AND n.reader_id IS NOT NULL AND n.reader_id <> n.id
            """,
            migrations.RunSQL.noop,
        )
    ]
