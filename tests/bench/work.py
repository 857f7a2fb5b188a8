"""The long jobs, each timed in a process of its own: `python -m tests.bench.work NAME FACTS`.

Prints one line of JSON: seconds, peak_mb (of this process), queries, count.
"""

import json
import resource
import sys
import time

import django


def sweep(facts):
    """Expand what is due; what waits for later must cost nothing."""
    from portal.notices import actions
    from portal.notices.models import Delivery

    before = Delivery.objects.count()

    def run():
        actions.sweep()
        return Delivery.objects.count() - before

    return run


def reresolve(facts):
    """Move the national congress by a day, with everything that hangs on it."""
    import datetime as dt

    from campaigns import actions
    from campaigns.models import Event
    from portal.accounts.models import User

    event = Event.objects.get(pk=facts["event"])
    staff = User.objects.get(pk=facts["staff"])
    dates = {
        name: getattr(event, name) + dt.timedelta(days=1)
        for name in ("planned_opens", "planned_closes")
    }

    def run():
        actions.move_event(actor=staff, event=event, dates=dates, reason="Đo tốc độ")
        return event.changes.latest("pk").items.count()

    return run


#: Blocks of the draft that is aligned: as many as the longest documents have.
BLOCKS = 3_000


def align(facts):
    """Submit a heavily revised second edition: cut, set against the first block by block, stored.

    A third of the blocks stays as it was; the rest is edited, split, merged, moved, taken out.
    """
    import random

    from documents import actions
    from documents.blocks import to_html
    from documents.models import BlockLink
    from portal.accounts.models import User
    from portal.agencies.models import Agency, Role
    from portal.agencies.rules import grants_of
    from tests.documents.drafts import draft, revise

    staff = User.objects.get(pk=facts["staff"])
    root = Agency.objects.get(pk=next(g.agency_id for g in grants_of(staff)))
    approver = User.objects.get(memberships__agency=root, memberships__role=Role.APPROVER)
    rng = random.Random(7)
    blocks = draft(rng, BLOCKS)
    document = actions.create_document(
        actor=staff, agency=root, title="Dự thảo để đo", html=to_html(blocks), not_secret=True
    )
    first = document.editions.get()
    actions.submit(actor=staff, edition=first)
    actions.publish(actor=approver, edition=first)
    changed = to_html(revise(rng, blocks, heavy=True).blocks)
    second = actions.start_edition(actor=staff, document=document, html=changed)

    def run():
        actions.submit(actor=staff, edition=second)
        return BlockLink.objects.filter(source__edition=first).count()

    return run


def importing(facts):
    """Read a Word file of 300 pages: 3.000 paragraphs, 150.000 words, ten runs in each."""
    import random

    from documents.importing import read
    from tests.documents.word import bold, docx, level, num, numbering, p, r

    rng = random.Random(7)
    words = [
        "phát",
        "triển",
        "kinh",
        "tế",
        "xã",
        "hội",
        "bảo",
        "đảm",
        "quốc",
        "phòng",
        "an",
        "ninh",
        "đời",
        "sống",
        "nhân",
        "dân",
    ]
    fonts = '<w:rFonts w:ascii="Times New Roman"/><w:sz w:val="28"/>'
    body = []
    for n in range(3_000):
        if n % 100 == 0:
            body.append(bold(f"{n // 100 + 1}. {' '.join(words[:6])}"))
        runs = [r(" ".join(rng.choices(words, k=5)) + " ", fonts) for _run in range(10)]
        body.append(p(*runs, props=num(1, n % 2) if n % 3 else '<w:jc w:val="both"/>'))
    lists = numbering(level(0, "decimal", "%1)"), level(1, "lowerLetter", "%2)"))
    file = docx(*body, numbering=lists)
    return lambda: len(read(file, "300-trang.docx").blocks)


def comparing(facts):
    """Compare two editions of 3.000 blocks for the first time: a third edited, cut into pages."""
    import random

    from documents import actions
    from documents.compared_pages import pages_of
    from documents.comparing import compare
    from documents.queries import Passage
    from tests.documents.drafts import draft

    drafts = draft(random.Random(7), BLOCKS)[:BLOCKS]
    old, new = actions.rows_of(None, drafts), actions.rows_of(None, drafts)
    for n, (was, now) in enumerate(zip(old, new, strict=True), start=1):
        was.pk, now.pk = n, 10_000 + n
        if n % 3 == 0:
            halves = now.plain.partition(" ")
            now.plain = f"{halves[0]} tiếp tục {halves[2]} trong giai đoạn 2026-2030"
    passages = [Passage(n, 10_000 + n, "same") for n in range(1, len(old) + 1)]
    return lambda: pages_of(compare(old, new, passages))["index"]["changes"]


JOBS = {
    "sweep": sweep,
    "re-resolve": reresolve,
    "align": align,
    "import": importing,
    "compare": comparing,
}


def main():
    name, facts = sys.argv[1], json.loads(sys.argv[2])
    django.setup()
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    run = JOBS[name](facts)
    with CaptureQueriesContext(connection) as statements:
        began = time.monotonic()
        count = run()
        took = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    answer = {
        "seconds": round(took, 3),
        "peak_mb": round(peak, 1),
        "queries": len(statements),
        "count": count,
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
