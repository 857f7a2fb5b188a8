"""The big data, in small: what `bin/bench` measures must be there and answer."""

import pytest

from campaigns.models import Assignment, Boundary, Plan
from feedback.models import Opinion
from portal.agencies.models import Agency
from portal.news.models import Article
from portal.notices.models import ScheduledNotice
from tests.bench import make, run
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
    assert len(asked) == 18
    assert max(asked) < 60


def test_the_names_are_those_that_were_agreed():
    steps = {"bare", "bare insert", *run.plan_of(dict.fromkeys(_FACTS, "x"))}
    assert steps == set(run.NAMES)


_FACTS = (
    "staff", "author", "section_url", "article_url", "plan_url", "progress_url", "edition_url",
    "consultation", "consultation_url", "edition", "block_pos", "rapporteur", "node_url", "block",
    "participation_url",
)  # fmt: skip
