"""What the tables of one page hide, they hide together: no table gives back what another hides."""

import functools
import itertools
from collections import defaultdict
from types import SimpleNamespace

import pytest

from feedback import figures
from feedback.models import Channel, Consultation

PAPER, LETTER, MEETING, ONLINE = (
    Channel.PAPER.value, Channel.LETTER.value, Channel.MEETING.value, Channel.ONLINE.value,
)  # fmt: skip


def picture_of(account, guest, paper, letter, **fields):
    channel = {ONLINE: account + guest, PAPER: paper, LETTER: letter}
    origin = {"account": account, "guest": guest, "unit": paper + letter}
    return {
        "all": account + guest + paper + letter,
        "people": account,
        "guests": guest,
        "meetings": {"n": 0, "present": 0, "speakers": 0},
        "channel": {c: n for c, n in channel.items() if n},
        "origin": {o: n for o, n in origin.items() if n},
    } | fields


CONSULTATION = SimpleNamespace(channels=[PAPER, ONLINE, LETTER])


def published(picture):
    """Everything a reader has of channels and origins: both tables, those beside what others
    declare, the sum, and the numbers of people."""
    channel, origin = figures.channels_and_origins(picture, CONSULTATION, public=True)
    beside = figures.beside(picture, [], CONSULTATION, public=True)
    people = figures.authors(picture, CONSULTATION, public=True)
    return (
        tuple((c, str(channel[c][0])) for c in sorted(channel)),
        tuple((o, str(origin[o][0])) for o in sorted(origin)),
        tuple((str(row.channel), str(row.counted)) for row in beside),
        figures.words(picture["all"], public=True),
        people,
    )


def test_the_table_beside_declared_numbers_hides_the_same():
    # two companions would do alike: each table by its own order took another one
    picture = picture_of(account=12, guest=0, paper=3, letter=13)
    channel, _origin = figures.channels_and_origins(picture, CONSULTATION, public=True)
    beside = figures.beside(picture, [], CONSULTATION, public=True)
    by_label = {Channel(c).label: words for c, (words, _n) in channel.items()}
    assert {row.channel: row.counted for row in beside} == by_label


def test_what_people_sent_does_not_give_back_a_channel_of_units():
    # by themselves: origins 30 from units; channels 27 letters beside 3 on paper
    picture = picture_of(account=40, guest=20, paper=3, letter=27)
    channel, origin = figures.channels_and_origins(picture, CONSULTATION, public=True)
    assert channel[PAPER][1] == 0
    assert channel[LETTER][1] == 0
    assert (origin["unit"][1], origin["account"][1]) == (30, 40)
    staff, _origins = figures.channels_and_origins(picture, CONSULTATION, public=False)
    assert staff[PAPER] == ("3", 3)


#: The pages of all numbers up to this sum; what is said of one holds while the next step is here.
LARGEST = 19


@functools.cache
def pages():
    """{(account, guest, paper, letter): what is published}."""
    every = itertools.product(range(LARGEST + 1), repeat=4)
    return {cells: published(picture_of(*cells)) for cells in every if sum(cells) <= LARGEST}


def test_all_tables_of_a_page_together_give_no_hidden_number_away():
    """By somebody who knows the rule: all numbers from which the same page would have come."""
    found = defaultdict(list)
    for cells, page in pages().items():
        found[page].append(cells)
    for page, possible in found.items():
        channel, origin = (dict(table) for table in page[:2])
        shown = (origin["account"], origin["guest"], channel[PAPER], channel[LETTER])
        for at, words in enumerate(shown):
            if words in ("dưới 5", "không nêu"):
                numbers = {cells[at] for cells in possible}
                assert len(numbers) > 1 or numbers == {0}, (page, possible)


def test_pages_of_two_days_tell_of_no_single_opinion():
    behind = defaultdict(lambda: [set() for _ in range(4)])
    for cells, page in pages().items():
        for n, values in zip(cells, behind[page], strict=True):
            values.add(n)
    for cells, page in pages().items():
        for i in range(4):
            later = (*cells[:i], cells[i] + 1, *cells[i + 1 :])
            if sum(later) < LARGEST - 4:
                grown = {b - a for a in behind[page][i] for b in behind[pages()[later]][i]}
                assert len(grown) >= 3, (cells, later)


def test_numbers_that_do_not_hang_together_leave_the_table_of_origins_out():
    picture = picture_of(30, 20, 10, 10) | {"origin": {"account": 70}}
    channel, origin = figures.channels_and_origins(picture, CONSULTATION, public=True)
    assert origin == {}
    assert channel[ONLINE][1] == 50
    assert figures.authors(picture, CONSULTATION, public=True) == ("", "")


@pytest.mark.django_db
def test_sections_of_a_document_that_is_hidden_are_hidden():
    from tests.feedback.factories import make_world

    world = make_world()
    assert world.consultation.mode == Consultation.Mode.COLLECTED
    edition = world.edition.pk
    picture = picture_of(15, 0, 0, 0) | {
        "editions": [
            {"id": edition, "n": 12, "whole": 6, "sections": [[1, "Mục I", 6]]},
            {"id": edition + 1000, "n": 3, "whole": 3, "sections": []},
        ],
        "group": {"": 15},
    }
    made = figures.tables(picture, world.consultation, public=True)
    documents, sections, *_others = made
    assert [line.shown for line in documents.lines] == ["không nêu"]
    # shown, they would say that the other document has at least one
    assert [line.shown for line in sections.lines] == ["không nêu", "không nêu"]
    assert [
        str(line.shown)
        for line in figures.tables(picture, world.consultation, public=False)[1].lines
    ] == ["6", "6"]
