"""The big data, in small: what `bin/bench` measures must be there and answer."""

import pytest
from django.db import connection, transaction

from campaigns.models import Assignment, Boundary, Plan
from feedback.models import Identity, Opinion
from portal.agencies.models import Agency
from portal.news.models import Article
from portal.notices.models import ScheduledNotice
from tests.bench import copying, make, run, words
from tests.bench.scales import Scale

TINY = Scale("XS", 60, 12, 240, 300, 10, 40, 200, 40, 0.1, 0.1)


@pytest.fixture
def facts(db):
    return make.make(TINY)


def test_there_is_as_much_as_the_scale_says(facts):
    assert Agency.objects.count() == TINY.units
    assert Plan.objects.filter(state="issued").count() == TINY.plans + 1
    assert Assignment.objects.count() == TINY.assignments
    assert Article.objects.filter(live_revision__isnull=False).count() == TINY.articles
    assert Opinion.objects.count() == TINY.opinions
    made_by_issuing = ScheduledNotice.objects.exclude(agency_id__gt=facts["root"]).count()
    assert ScheduledNotice.objects.count() - made_by_issuing == TINY.notices + TINY.due


def _indexes():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexdef FROM pg_indexes WHERE tablename LIKE 'feedback_%%' UNION"
            " SELECT conname || pg_get_constraintdef(oid) FROM pg_constraint"
        )
        return {row[0] for row in cursor.fetchall()}


def test_millions_are_written_without_indexes_which_are_there_afterwards(db, monkeypatch):
    monkeypatch.setattr(words, "MANY", 0)
    before = _indexes()
    make.make(TINY)
    assert Opinion.objects.count() == TINY.opinions
    assert _indexes() == before


def test_a_row_that_points_at_nothing_is_found(db):
    row = {"opinion_id": 7, "key_id": "k", "lookup": b"l", "ciphertext": b""}
    with (
        pytest.raises(ValueError, match="opinion_id: 1 rows point at nothing"),
        transaction.atomic(),
        copying.loading(Identity),
    ):
        copying.copy(Identity, [row])


def test_derived_plans_hang_on_the_congress(facts):
    derived = Boundary.objects.filter(kind="ref", phase_starting__isnull=False)
    assert derived.filter(resolved_on=None).count() == 0
    above = dict(Boundary.objects.values_list("pk", "resolved_on"))
    assert all(above[b.ref_boundary_id] == b.resolved_on for b in derived)


def test_every_page_that_is_measured_answers(facts):
    bench = run.Bench(TINY, facts, portal=None, bare=None)
    asked = []
    bench.page = lambda name, path, user=None: asked.append(
        bench.queries(path, [f"Cookie: {bench.cookie(user)}"] if user else [])
    )
    bench.job = bench.intake = bench.transfer = lambda *args: None
    for step in run.plan_of(facts).values():
        step(bench)
    assert len(asked) == 21
    assert max(asked) < 60


def test_the_names_are_those_that_were_agreed():
    steps = {"bare", "bare insert", *run.plan_of(dict.fromkeys(_FACTS, "x"))}
    assert steps == set(run.NAMES)


_FACTS = (
    "staff", "author", "section_url", "article_url", "plan_url", "progress_url", "edition_url",
    "consultation", "consultation_url", "edition", "block_pos", "rapporteur", "node_url", "block",
    "participation_url", "shown_url",
)  # fmt: skip
