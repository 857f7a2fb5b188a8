"""Indicators as data: the defaults; administrators may add to them. Old evidence gets its kind."""

from django.db import migrations

#: slug, name, unit, prefill
DEFAULTS = [
    ("tin-bai", "Tin, bài trên cổng", "tin, bài", "articles"),
    ("tin-bai-noi-khac", "Tin, bài trên báo, đài, trang khác", "tin, bài", "links"),
    ("luot-phat-thanh", "Lượt phát thanh", "lượt", "broadcasts"),
    ("buoi-tuyen-truyen", "Buổi tuyên truyền, sinh hoạt", "buổi", "meetings"),
    ("luot-nguoi-du", "Lượt người dự", "lượt người", "attendees"),
    ("luot-phat-bieu", "Lượt phát biểu", "lượt", "speakers"),
    ("pa-no", "Pa nô", "tấm", "quantity"),
    ("bang-ron", "Băng rôn", "chiếc", "quantity"),
    ("co", "Cờ các loại", "lá", "quantity"),
    ("to-roi", "Tờ rơi, tờ gấp", "tờ", "quantity"),
    ("xe-tuyen-truyen", "Lượt xe tuyên truyền lưu động", "lượt", "quantity"),
    ("anh-tu-lieu", "Ảnh tư liệu", "ảnh", "photos"),
]


def add(apps, schema_editor):
    model = apps.get_model("campaigns", "Indicator")
    for n, (slug, name, unit, prefill) in enumerate(DEFAULTS):
        model.objects.get_or_create(
            slug=slug,
            defaults={"name": name, "unit": unit, "prefill": prefill, "order": (n + 1) * 10},
        )


def tell_kinds(apps, schema_editor):
    evidence = apps.get_model("campaigns", "Evidence")
    evidence.objects.filter(source_kind="news.article").update(kind="article")


NOTES = """
INSERT INTO campaigns_progressnote (assignment_id, kind, state, text, author_id, at)
SELECT id, 'note', '', note, NULL, assigned_at FROM campaigns_assignment WHERE note <> ''
"""


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0002_evidence")]
    operations = [
        migrations.RunPython(add, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(tell_kinds, migrations.RunPython.noop, elidable=True),
        migrations.RunSQL(NOTES, migrations.RunSQL.noop, elidable=True),
    ]
