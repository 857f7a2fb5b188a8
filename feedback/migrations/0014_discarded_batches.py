from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("feedback", "0013_minutes_of_meetings")]

    operations = [
        migrations.AddField(
            model_name="entrybatch", name="discarded_at", field=models.DateTimeField(null=True)
        ),
    ]
