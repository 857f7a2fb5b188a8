"""Totals by day of arrival, and a delta for every opinion that came before there were any."""

import datetime as dt

import django.db.models.deletion
from django.db import migrations, models

COUNT_ALL = """
INSERT INTO feedback_totalsdelta (id, consultation_id, edition_id, block_id, question_id, group_id,
  node_id, channel, origin, day, n)
SELECT (random() * 4611686018427387903)::bigint + 1, consultation_id, edition_id, block_id,
  question_id, group_id, entry_node_id, channel, origin, received_on, count(*)
FROM feedback_opinion WHERE state = 'received'
GROUP BY consultation_id, edition_id, block_id, question_id, group_id, entry_node_id, channel,
  origin, received_on
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0003_opinions_for_everybody")]

    operations = [
        migrations.RunSQL(
            "DELETE FROM feedback_opiniontotals; DELETE FROM feedback_totalsdelta",
            migrations.RunSQL.noop,
        ),
        migrations.RemoveConstraint("opiniontotals", "feedback_totals_once"),
        migrations.AddField(
            "opiniontotals",
            "day",
            models.DateField(default=dt.date(2000, 1, 1)),
            preserve_default=False,
        ),
        migrations.AlterField(
            "opiniontotals",
            "consultation",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="totals",
                to="feedback.consultation",
            ),
        ),
        migrations.AddConstraint(
            "opiniontotals",
            models.UniqueConstraint(
                fields=("consultation", "dim", "key", "day"), name="feedback_totals_once"
            ),
        ),
        migrations.RunSQL(COUNT_ALL, migrations.RunSQL.noop),
    ]
