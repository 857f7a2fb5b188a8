"""The demo's responses, as loaded."""

import pytest

from portal.common import clock
from portal.demo import content
from portal.moderation.models import Appeal, Case, Decision
from portal.news.models import Response

pytestmark = pytest.mark.usefixtures("demo_database")

STATE = {"pending": "pending", "shown": "shown", "hidden": "hidden", "appealed": "hidden"}


def rows():
    top = content.load("responses.yaml", clock.today())["responses"]
    return top + [reply for row in top for reply in row.get("replies", ())]


def test_every_response_stands_in_its_state():
    stored = dict(Response.objects.filter(official=False).values_list("name", "state"))
    assert stored == {row["name"]: STATE[row["state"]] for row in rows()}
    assert Response.objects.filter(official=True, state="shown").count() == 1


def test_each_has_its_case_and_one_asks_for_a_second_look():
    cases = Case.objects.filter(kind="news.response")
    assert cases.count() == len(rows())
    assert cases.get(state="appealed").pk == Appeal.objects.get(case__in=cases).case_id
    decisions = Decision.objects.filter(case__in=cases)
    assert decisions.count() == sum(1 for row in rows() if row["state"] != "pending")


def test_none_was_sent_in_the_future_or_before_its_article():
    now = clock.now()
    for response in Response.objects.select_related("article"):
        assert response.article.published_at <= response.submitted_at <= now
