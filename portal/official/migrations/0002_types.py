"""Types of documents as data: the defaults; administrators may add to them."""

from django.db import migrations

from portal.official.symbols import TYPES


def add(apps, schema_editor):
    model = apps.get_model("official", "DocumentType")
    for order, row in enumerate(TYPES):
        for family in row.families:
            model.objects.get_or_create(
                family=family,
                name=row.name,
                defaults={"abbreviation": row.abbreviation, "order": order * 10},
            )


class Migration(migrations.Migration):
    dependencies = [("official", "0001_initial")]
    operations = [migrations.RunPython(add, migrations.RunPython.noop, elidable=False)]
