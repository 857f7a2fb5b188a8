"""The page that changes an own opinion, with scripts and without; questions in the margin."""

import re

import pytest
import time_machine
from django.urls import reverse

from campaigns.boundaries import date_spec
from feedback import actions, companion
from feedback.models import GuideQuestion, Opinion
from portal.common import clock
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def world():
    return make_world()


def one(receipt):
    return reverse("feedback:mine_one", args=[receipt.public_id])


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_the_form_holds_the_passage_that_its_script_compares_with(world, client):
    receipt = send(world)
    client.force_login(world.member)
    html = client.get(one(receipt)).content.decode()
    passage = Opinion.objects.get().quote
    assert re.search(r"<form[^>]*data-revise", html)
    assert f"<template data-passage>{passage}</template>" in html
    assert "js/opinion" in html
    assert re.search(r"data-proposal\s+hidden", html)


def test_about_the_whole_document_there_is_nothing_to_compare(world, client):
    receipt = send(world, block=None)
    client.force_login(world.member)
    html = client.get(one(receipt)).content.decode()
    assert "data-revise" in html
    assert "data-passage" not in html


def test_without_scripts_the_difference_is_shown_before_anything_is_saved(world, client):
    receipt = send(world, text="Bồi dưỡng một lần mỗi năm.")
    client.force_login(world.member)
    opinion = Opinion.objects.get()
    data = {
        "stance": "partly",
        "text": "Bồi dưỡng hai lần mỗi năm.",
        "proposed": f"{opinion.quote} Thêm câu này.",
        "lock_version": 0,
        "xem": "1",
    }
    page = client.post(one(receipt), data)
    assert page.status_code == 200
    html = page.content.decode()
    assert "Chưa lưu." in html
    assert re.search(r"<del>.*?một", html)
    assert re.search(r"<ins>.*?hai", html)
    assert re.search(r"<ins>.*?Thêm câu này", html)
    assert "Bồi dưỡng hai lần mỗi năm." in html  # what was typed stands in the field
    opinion.refresh_from_db()
    assert (opinion.text, opinion.proposed, opinion.lock_version) == (
        "Bồi dưỡng một lần mỗi năm.", "", 0,
    )  # fmt: skip
    assert not opinion.revisions.exists()
    del data["xem"]
    assert client.post(one(receipt), data).status_code == 302
    assert Opinion.objects.get().text == "Bồi dưỡng hai lần mỗi năm."


def test_a_look_at_something_incomplete_says_what_is_missing(world, client):
    receipt = send(world)
    client.force_login(world.member)
    page = client.post(one(receipt), {"text": "Chưa chọn.", "lock_version": 0, "xem": "1"})
    assert page.status_code == 422
    assert "Chưa lưu." not in page.content.decode()
    assert "Chưa chọn." in page.content.decode()


def test_questions_in_the_margin_lead_to_the_form_while_it_is_open(world, client):
    row = world.consultation.consultation_editions.get()
    heading = world.edition.blocks.filter(kind="heading").first()
    question = GuideQuestion.objects.create(
        consultation_edition=row, block=heading, text="Có khả thi không?"
    )
    found = companion.margins(world.edition, None, NOW)
    (asked,) = found.questions[heading.pos]
    address = reverse("feedback:say", args=[world.consultation.pk, world.edition.pk])
    assert (asked.text, asked.url) == ("Có khả thi không?", f"{address}?cau={question.pk}")
    beside = companion.companion(world.edition, None, NOW)
    assert beside.questions == found.questions
    client.force_login(world.member)
    page = client.get(asked.url)
    assert "Có khả thi không?" in page.content.decode()
    after = clock.start_of_day(clock.today(NOW).replace(month=9))
    (asked,) = companion.margins(world.edition, None, after).questions[heading.pos]
    assert asked.url == ""


def test_the_time_of_moderation_is_set_with_the_consultation():
    world = make_world(announced=False, policy="moderated", moderation_days=5)
    assert world.consultation.moderation_days == 5
    consultation = world.consultation
    edited = actions.edit_consultation(
        actor=world.staff,
        consultation=consultation,
        expected_version=consultation.lock_version,
        editions=[world.edition],
        opens=date_spec("2025-08-10"),
        closes=date_spec("2025-08-31"),
        groups=[],
        moderation_days=7,
    )
    assert edited.moderation_days == 7
