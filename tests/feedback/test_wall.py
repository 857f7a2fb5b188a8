"""The wall between people and opinions (DESIGN section 5), held by the schema itself."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connection, models

from feedback.models import Identity, Opinion
from portal.common import audit
from tests.feedback.factories import make_world, send

#: Rows whose link to a person is about a reader or an organiser, never about an author.
NOT_AUTHORS = {
    ("feedback.answer", "written_by"),
    ("feedback.answerrelease", "decided_by"),
    ("feedback.answerrelease", "submitted_by"),
    ("feedback.clarification", "by"),
    ("feedback.consultation", "created_by"),
    ("feedback.consultationchange", "made_by"),
    ("feedback.declarednumber", "entered_by"),
    ("feedback.entrybatch", "checked_by"),
    ("feedback.entrybatch", "entered_by"),
    ("feedback.entrybatch", "undo_asked_by"),
    ("feedback.entrybatch", "undo_asked_for"),
    ("feedback.entrybatch", "undone_by"),
    ("feedback.identitylook", "reader"),
    ("feedback.meeting", "claimed_by"),
    ("feedback.meeting", "entered_by"),
}


def opinion_side():
    """Models that hold words, stances or places of opinions."""
    names = ("Opinion", "OpinionRevision", "Identity", "IdentityLook", "OpinionDraft")
    return [apps.get_model("feedback", name) for name in names]


def test_no_column_of_feedback_leads_to_a_user_but_the_known_ones():
    user = get_user_model()
    found = {
        (model._meta.label_lower, field.name)
        for model in apps.get_app_config("feedback").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is user
    }
    assert found == NOT_AUTHORS


def test_no_row_elsewhere_points_at_an_opinion():
    targets = set(opinion_side())
    pointing = {
        (relation.related_model._meta.label_lower, relation.field.name)
        for target in targets
        for relation in target._meta.related_objects
    }
    assert pointing == {
        ("feedback.clarification", "opinion"),
        ("feedback.clarificationthread", "opinion"),
        ("feedback.opinionattachment", "opinion"),
        ("feedback.opinionrevision", "opinion"),
        ("feedback.identity", "opinion"),
        ("feedback.identitylook", "opinion"),
    }


def test_identity_knows_no_user_and_no_time():
    kinds = {field.name: type(field).__name__ for field in Identity._meta.get_fields()}
    assert kinds == {
        "opinion": "OneToOneField",
        "key_id": "CharField",
        "lookup": "BinaryField",
        "ciphertext": "BinaryField",
        "once": "BinaryField",
    }


@pytest.mark.parametrize("model", opinion_side()[:3], ids=lambda m: m.__name__)
def test_no_instant_is_kept_only_the_day(model):
    assert not [f.name for f in model._meta.fields if isinstance(f, models.DateTimeField)]


@pytest.mark.django_db
def test_audit_refuses_a_person_beside_an_opinion():
    world = make_world()
    send(world)
    with pytest.raises(ValueError, match="no actor"):
        audit.record(actor=world.member, verb="submit", obj=Opinion.objects.get())


@pytest.mark.django_db
def test_no_table_holds_the_author_beside_the_words():
    world = make_world()
    world.member.full_name = "Tên Riêng Không Trùng"
    world.member.save()
    send(world, text="Câu chữ không trùng với ai.", naming=Opinion.Naming.NAMED)
    marks = [str(world.member.public_id), world.member.username, world.member.full_name]
    words = "Câu chữ không trùng với ai."
    for table in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows = [row for (row,) in cursor.fetchall()]
        for row in rows:
            if words in row:
                assert table == "feedback_opinion"
                assert not [mark for mark in marks if mark in row]
