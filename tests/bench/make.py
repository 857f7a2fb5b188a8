"""Fills an empty, migrated database with the data of one scale.

    python -m tests.bench.make S

The database is the one of DATABASE_URL. It must hold no units: nothing is ever mixed into data that
somebody uses.
"""

import json
import random
import sys
import time

import django


def make(scale, say=lambda words: None):
    """Write everything, part by part in transactions of their own.

    Returns what the measuring needs: numbers and addresses, all plain values.
    """
    from django.db import connection, transaction
    from django.urls import reverse

    from campaigns.models import Boundary, Plan
    from portal.agencies.models import Agency
    from portal.common import clock
    from tests.bench import plans, units, words
    from tests.bench.world import World

    if Agency.objects.exists():
        raise SystemExit("Cơ sở dữ liệu đã có đơn vị; dữ liệu đo chỉ vào cơ sở dữ liệu trống.")
    now = clock.now()
    world = World(day=clock.today(now), now=now, rng=random.Random(20260119))
    began = time.monotonic()

    def done(what):
        say(f"  {what}: {time.monotonic() - began:.0f} giây")

    with transaction.atomic():
        units.make(world, scale)
    done(f"{scale.units} đơn vị")
    with transaction.atomic():
        top = plans.make(world, scale)
    done(f"{scale.plans} kế hoạch, {scale.assignments} phân công, {scale.notices} nhắc việc")
    with transaction.atomic():
        article = words.articles(world, scale)
    done(f"{scale.articles} tin bài")
    with transaction.atomic():
        consultation, edition = words.consultation(world, scale)
    with transaction.atomic():
        block, author = words.opinions(world, scale, consultation, edition)
    done(f"{scale.blocks} đoạn văn kiện, {scale.opinions} ý kiến")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as autovacuum does, which has had no time yet
    return {
        "root": world.root,
        "staff": world.staff[world.root],
        "author": author.pk,
        "rapporteur": world.rapporteur,
        "members": [person for person, _cell in world.members[1:]],
        "event": top.events.get().pk,
        "plan": top.pk,
        "plan_url": top.get_absolute_url(),
        "progress_url": reverse("campaigns:progress", args=[top.pk]),
        "article_url": article.get_absolute_url(),
        "section_url": article.section.get_absolute_url(),
        "edition_url": reverse(
            "documents:edition",
            args=[edition.document_id, edition.document.slug, edition.n],
        ),
        "consultation": consultation.pk,
        "consultation_url": reverse(
            "feedback:consultation", args=[consultation.pk, consultation.slug]
        ),
        "participation_url": reverse(
            "feedback:participation", args=[consultation.pk, consultation.slug]
        ),
        "shown_url": reverse("feedback:shown", args=[consultation.pk, consultation.slug]),
        "node_url": reverse("feedback:reading_node", args=[consultation.nodes.get(parent=None).pk]),
        "edition": edition.pk,
        "block": block.pk,
        "block_pos": block.pos,
        "plans": Plan.objects.count(),
        "boundaries": Boundary.objects.count(),
    }


def main():
    from tests.bench.scales import SCALES

    if len(sys.argv) != 2 or sys.argv[1] not in SCALES:
        raise SystemExit(f"Cách dùng: python -m tests.bench.make {'|'.join(SCALES)}")
    django.setup()
    facts = make(SCALES[sys.argv[1]], say=lambda words: print(words, file=sys.stderr, flush=True))
    print(json.dumps(facts, indent=2))


if __name__ == "__main__":
    main()
