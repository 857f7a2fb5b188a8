"""Totals by node of the ladder; indexes of opinions by what their lists ask for."""

import django.db.models.deletion
from django.db import migrations, models


COUNT_ALL = """
INSERT INTO feedback_totalsdelta (id, consultation_id, edition_id, block_id, question_id, group_id,
  node_id, reader_id, channel, origin, day, n)
SELECT (random() * 4611686018427387903)::bigint + 1, consultation_id, edition_id, block_id,
  question_id, group_id, entry_node_id, reading_node_id, channel, origin, received_on, count(*)
FROM feedback_opinion WHERE state = 'received'
GROUP BY consultation_id, edition_id, block_id, question_id, group_id, entry_node_id,
  reading_node_id, channel, origin, received_on
"""


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0013_files_and_symbol'),
        ('feedback', '0008_threads_and_releases'),
    ]

    operations = [
        migrations.RunSQL(
            "DELETE FROM feedback_opiniontotals; DELETE FROM feedback_totalsdelta",
            migrations.RunSQL.noop,
        ),
        migrations.CreateModel(
            name='NodeTotals',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.CharField(choices=[('read', 'Đọc ở đây'), ('passage', 'Đọc ở đây, theo đoạn')], max_length=8)),
                ('n', models.IntegerField()),
            ],
            options={
                'verbose_name': 'Số lượng ý kiến theo nấc',
                'verbose_name_plural': 'Số lượng ý kiến theo nấc',
            },
        ),
        migrations.RemoveIndex(
            model_name='opinion',
            name='feedback_opinion_block',
        ),
        migrations.RemoveIndex(
            model_name='opinion',
            name='feedback_opinion_reading',
        ),
        migrations.RemoveIndex(
            model_name='opinion',
            name='feedback_opinion_entry',
        ),
        migrations.RemoveIndex(
            model_name='opinion',
            name='feedback_opinion_consultation',
        ),
        migrations.AddField(
            model_name='totalsdelta',
            name='reader_id',
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(fields=['block', 'reading_node', 'received_on', 'id'], name='feedback_opinion_block'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['reading_node', 'received_on', 'id'], name='feedback_opinion_reading'),
        ),
        migrations.AddIndex(
            model_name='opinion',
            index=models.Index(condition=models.Q(('block__isnull', True), ('state', 'received')), fields=['reading_node', 'received_on', 'id'], name='feedback_opinion_general'),
        ),
        migrations.AddField(
            model_name='nodetotals',
            name='block',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.block'),
        ),
        migrations.AddField(
            model_name='nodetotals',
            name='node',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='totals', to='feedback.laddernode'),
        ),
        migrations.AddIndex(
            model_name='nodetotals',
            index=models.Index(condition=models.Q(('block__isnull', False)), fields=['block'], name='feedback_node_totals_block'),
        ),
        migrations.AddConstraint(
            model_name='nodetotals',
            constraint=models.UniqueConstraint(fields=('node', 'at', 'block'), name='feedback_node_totals', nulls_distinct=False),
        ),
        migrations.RunSQL(COUNT_ALL, migrations.RunSQL.noop),
    ]
