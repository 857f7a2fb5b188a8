"""Numbers for the public are taken once a day."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from documents.registry import reasons_for
from feedback import companion, published
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
    for _ in range(6):
        send(world)
    later = DAY + dt.timedelta(days=1)
    with time_machine.travel(clock.start_of_day(later), tick=False):
        publish_numbers()
    kept = dict(PublishedNumbers.objects.values_list("subject", "numbers"))
    assert kept[f"consultation:{world.consultation.pk}"] == {"all": 6}
    # rounded down before it is kept: what is not in the table cannot be read out of it
    assert list(kept[f"edition:{world.edition.pk}"].values()) == [5]
    assert {row.day for row in PublishedNumbers.objects.all()} == {later}


def test_a_comparison_says_how_many_wrote_about_what_was_changed(world):
    for n in range(5):
        send(world, submission_key=str(n) * 43)
    found = reasons_for(world.edition, world.edition, None, NOW + dt.timedelta(days=1))
    assert {pk: [r.text for r in rows] for pk, rows in found.items()} == {
        world.block(2).pk: ["5 lượt ý kiến về đoạn này ở lần 1"]
    }


def test_what_the_total_would_tell_of_a_small_number_is_hidden_too(world):
    """12 opinions in all and 10 on one passage would say: 2 elsewhere."""
    for _ in range(10):
        send(world)
    for _ in range(2):
        send(world, block=world.block(1))
    assert counted(world) == ({world.consultation.pk: 12}, {})


def test_an_opinion_on_the_whole_document_is_not_the_difference(world):
    for _ in range(10):
        send(world)
    send(world, block=None)
    assert counted(world) == ({world.consultation.pk: 11}, {})
    for _ in range(4):
        send(world, block=None)
    with time_machine.travel(clock.start_of_day(DAY + dt.timedelta(days=1)), tick=False):
        assert published.by_block(world.edition, day=DAY + dt.timedelta(days=1)) == {
            world.block(2).pk: 10
        }


def test_a_heading_adds_up_what_is_shown_below_it_and_no_more(world):
    for n in range(30):
        send(world, block=world.block(1 + n % 3))
    found = companion.margins(world.edition, None, NOW + dt.timedelta(days=1))
    assert sorted(found.counts.values()) == ["10", "10", "10"]
    assert set(found.contents.values()) <= {"10", "20", "30"}
    assert "30" in found.contents.values()
