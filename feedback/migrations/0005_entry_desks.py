import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    # No batch was made before there were actions for them, so `desk` needs no default.
    dependencies = [("feedback", "0004_totals_by_day")]

    operations = [
        migrations.AddField(
            model_name="entrybatch",
            name="desk",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="batches_entered",
                to="feedback.laddernode",
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="entrybatch",
            name="submitted_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="entrybatch",
            name="returned_note",
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name="entryrow", name="was", field=models.JSONField(null=True)
        ),
        migrations.AddField(
            model_name="entryrow", name="dropped", field=models.BooleanField(default=False)
        ),
        migrations.AddField(
            model_name="entryrow",
            name="lock_version",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name="entrybatch",
            index=models.Index(fields=["desk", "state", "-id"], name="feedback_batch_desk"),
        ),
        migrations.AddConstraint(
            model_name="entrybatch",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("source_digest", ""), _negated=True),
                    models.Q(("state__in", ["discarded", "undone"]), _negated=True),
                ),
                fields=("consultation", "source_digest"),
                name="feedback_batch_source_once",
            ),
        ),
    ]
