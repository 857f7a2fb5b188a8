"""Numbers for the public are taken once a day."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.registry import reasons_for
from feedback import published
from feedback.models import PublishedNumbers
from feedback.tasks import publish_numbers
from portal.common import clock
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
DAY = NOW.date() + dt.timedelta(days=1)


@pytest.fixture
def world():
    return make_world()


def counted(world):
    one = world.consultation.pk
    return published.totals([one], day=DAY), published.by_block(world.edition, day=DAY)


def test_a_kept_number_costs_one_query_and_is_not_counted_again(world):
    send(world)
    first = counted(world)
    assert first[0] == {world.consultation.pk: 1}
    send(world, submission_key="b" * 43)
    with CaptureQueriesContext(connection) as statements:
        assert counted(world) == first
    assert len(statements) == 2
    assert not [q for q in statements if "feedback_opinion" in q["sql"]]


def test_a_consultation_without_opinions_is_kept_as_nothing(world):
    assert counted(world) == ({}, {})
    assert sorted(PublishedNumbers.objects.values_list("subject", "numbers")) == [
        (f"consultation:{world.consultation.pk}", {"all": 0}),
        (f"edition:{world.edition.pk}", {}),
    ]


def test_the_job_after_midnight_takes_the_numbers_of_what_is_shown(world):
    counted(world)
    send(world)
    later = DAY + dt.timedelta(days=1)
    with time_machine.travel(clock.start_of_day(later), tick=False):
        publish_numbers()
    kept = dict(PublishedNumbers.objects.values_list("subject", "numbers"))
    assert kept[f"consultation:{world.consultation.pk}"] == {"all": 1}
    assert list(kept[f"edition:{world.edition.pk}"].values()) == [1]
    assert {row.day for row in PublishedNumbers.objects.all()} == {later}


def test_a_comparison_says_how_many_wrote_about_what_was_changed(world):
    for n in range(5):
        send(world, submission_key=str(n) * 43)
    found = reasons_for(world.edition, world.edition, None, NOW + dt.timedelta(days=1))
    assert {pk: [r.text for r in rows] for pk, rows in found.items()} == {
        world.block(2).pk: ["5 lượt ý kiến về đoạn này ở lần 1"]
    }
