"""The demo's exchanges with authors, and answers: published where the consultation is over."""

import datetime as dt

from feedback import actions, keys, totals
from feedback.models import Consultation, Identity, Opinion
from portal.common import clock
from portal.demo import content
from portal.demo.load_documents import APPROVER, STAFF
from portal.demo.load_feedback import MEMBER

READER = "tonghop"


def load(world, on):
    """Ask and answer as following.yaml says; after the consultations and opinions are there."""
    totals.fold()
    rows = content.load("following.yaml", on)
    for row in rows["answers"]:
        _answers(world, row, on)
    _exchange(world, rows["exchange"], on)


def _answers(world, row, on):
    staff, approver = world["users"][STAFF], world["users"][APPROVER]
    consultation = Consultation.objects.get(title=row["consultation"])
    edition = consultation.consultation_editions.get().edition
    paragraphs = list(edition.blocks.filter(kind="paragraph").order_by("pos"))
    for answer in row["about"]:
        at = answer["paragraph"]
        actions.save_answer(
            actor=staff,
            consultation=consultation,
            edition=edition,
            block=None if at is None else paragraphs[at],
            outcome=answer["outcome"],
            text=answer["text"],
            changed=answer.get("changed", ""),
            expected_version=0,
        )
    if row["published"]:
        at = clock.start_of_day(on - dt.timedelta(days=1)) + dt.timedelta(hours=10)
        release = actions.submit_answers(actor=staff, consultation=consultation, now=at)
        actions.publish_answers(actor=approver, release=release, now=at)


def _exchange(world, row, on):
    """A question to the member, answered, and one to an anonymous author, waited for."""
    reader, member = world["users"][READER], world["users"][MEMBER]
    consultation = Consultation.objects.get(title=row["consultation"])
    lookup = keys.ConsultationKey(consultation.key_id).lookup(member)
    at = clock.start_of_day(on - dt.timedelta(days=1)) + dt.timedelta(hours=9)
    own = Identity.objects.filter(lookup=lookup).order_by("opinion__block__pos").first().opinion
    actions.ask_author(actor=reader, opinion=own, text=row["question"], now=at)
    actions.reply_as_author(author=member, opinion=own, text=row["reply"], now=at)
    other = Opinion.objects.filter(
        reading_node=own.reading_node,
        naming=Opinion.Naming.ANONYMOUS,
        origin=Opinion.Origin.ACCOUNT,
        state=Opinion.State.RECEIVED,
    )
    waited_for = other.exclude(text="").order_by("block__pos", "text")[:2]
    for opinion in waited_for:
        actions.ask_author(actor=reader, opinion=opinion, text=row["other_question"], now=at)
