"""Who writes: people with accounts and guests; the same words of one person stand once."""

import pytest
from django.db import transaction

from feedback import actions, keys, queries
from feedback.authors import Guest, naming_of, token_bytes
from feedback.models import GuideQuestion, Identity, Opinion
from portal.common.errors import Refused
from tests.accounts.factories import UserFactory
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db

LAN = Guest(name="Trần Thị  Lan", email=" Lan@Mau.Example ")


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def public():
    return make_world(audience="public")


def refusal(world, **fields):
    before = Opinion.objects.count()
    with pytest.raises(Refused) as caught, transaction.atomic():
        send(world, **fields)
    assert Opinion.objects.count() == before
    return caught.value.code


def test_a_guest_is_known_by_the_address_whatever_its_spelling():
    assert (LAN.name, LAN.email) == ("Trần Thị Lan", "lan@mau.example")
    assert token_bytes(LAN) == token_bytes(Guest(email="LAN@mau.example"))
    assert token_bytes(Guest(name="Lan")) is None


def test_a_guest_without_address_and_name_is_anonymous():
    assert naming_of(Guest(), "unnamed") == "anonymous"
    assert naming_of(Guest(name="Lan"), "named") == "named"
    assert naming_of(LAN, "unnamed") == "unnamed"
    assert naming_of(LAN, "anonymous") == "anonymous"


def test_guests_write_only_where_everybody_may(world):
    assert refusal(world, author=LAN) == "audience"
    for other in (make_world(audience="signed_in"), make_world(audience="units")):
        assert refusal(other, author=LAN) == "audience"


def test_a_guest_enters_at_the_top_and_leaves_no_more_than_chosen(public):
    receipt = send(public, author=LAN)
    opinion = Opinion.objects.get()
    assert (opinion.origin, opinion.naming) == ("guest", "unnamed")
    assert opinion.entry_node.agency == public.province
    assert opinion.reading_node.agency == public.province
    assert receipt.naming == "unnamed"
    identity = Identity.objects.get()
    key = keys.ConsultationKey(public.consultation.key_id)
    assert bytes(identity.lookup) == key.lookup(Guest(email="lan@mau.example"))
    assert (bytes(identity.ciphertext), identity.once) == (b"", None)


def test_a_guest_without_address_is_found_by_nobody(public):
    assert send(public, author=Guest()).naming == "anonymous"
    assert not Identity.objects.exists()
    assert refusal(public, author=Guest(), naming="named") == "no_name"
    send(public, author=Guest(name="Lan"), naming="named")
    identity = Identity.objects.get()
    key = keys.ConsultationKey(public.consultation.key_id)
    assert key.open(identity.opinion_id, identity.ciphertext) == "Lan"
    send(public, author=Guest(name="Lan"), naming="named")
    assert len({bytes(row.lookup) for row in Identity.objects.all()}) == 2


def test_the_same_words_of_one_person_stand_once(world):
    first = send(world, text="Nên làm hai lần.", reason="Vì thiếu.")
    with pytest.raises(actions.SentBefore) as caught, transaction.atomic():
        send(world, text="  nên làm HAI lần.", reason="Vì  thiếu.", stance="agree")
    assert caught.value.public_id == first.public_id
    assert Opinion.objects.count() == 1
    # elsewhere, in other words, by somebody else or by nobody they are other opinions
    send(world, text="Nên làm hai lần.", reason="Vì thiếu.", block=world.block(3))
    send(world, text="Nên làm hai lần.", reason="Vì thiếu.", quote="toàn tỉnh vận hành")
    send(world, text="Nên làm hai lần.")
    send(world, text="Nên làm hai lần.", reason="Vì thiếu.", author=world.secretary)
    send(world, text="Nên làm hai lần.", reason="Vì thiếu.", naming="anonymous")
    assert Opinion.objects.count() == 6


def test_withdrawn_words_may_be_sent_again_and_revised_ones_are_compared(world):
    opinion = queries.my_opinion(world.member, send(world, text="Một.").public_id)
    actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)
    again = queries.my_opinion(world.member, send(world, text="Một.").public_id)
    words = {"stance": "agree", "reason": "", "proposed": "", "now": NOW}
    actions.revise_opinion(
        author=world.member, opinion=again, expected_version=0, text="Hai.", **words
    )
    assert refusal(world, text="Hai.") == "sent_before"
    third = queries.my_opinion(world.member, send(world, text="Một.").public_id)
    with pytest.raises(actions.SentBefore), transaction.atomic():
        actions.revise_opinion(
            author=world.member, opinion=third, expected_version=0, text="Hai.", **words
        )
    third.refresh_from_db()
    assert (third.text, third.lock_version) == ("Một.", 0)


def test_an_address_that_is_only_typed_tells_nothing_of_its_owner(public):
    """Nobody finds out by trying what somebody else with that address has sent."""
    send(public, author=LAN, text="")
    assert not send(public, author=Guest(email=LAN.email), text="").repeated
    assert Opinion.objects.count() == 2


def questions_of(world):
    row = world.consultation.consultation_editions.get()
    heading = world.edition.blocks.filter(kind="heading").first()
    make = GuideQuestion.objects.create
    return (
        make(consultation_edition=row, text="Chỉ tiêu nào chưa khả thi?"),
        make(consultation_edition=row, block=heading, text="Giải pháp nào còn thiếu?"),
    )


def test_an_answer_to_a_guiding_question_stands_at_its_heading(world):
    general, below = questions_of(world)
    send(world, block=None, question=general, text="Chỉ tiêu 3.")
    send(world, block=None, question=below, text="Thiếu vốn.")
    assert list(Opinion.objects.order_by("block").values_list("question", "block", "quote")) == [
        (below.pk, below.block_id, below.block.plain),
        (general.pk, None, ""),
    ]


def test_forged_questions_are_refused(world):
    general, below = questions_of(world)
    other = make_world(opens="2025-08-11")
    foreign = GuideQuestion.objects.create(
        consultation_edition=other.consultation.consultation_editions.get(), text="Khác?"
    )
    assert refusal(world, block=None, question=foreign) == "question"
    assert refusal(world, block=world.block(2), question=general) == "question"
    assert refusal(world, block=world.block(2), question=below) == "question"


def test_an_opinion_on_a_heading(world):
    heading = world.edition.blocks.filter(kind="heading").first()
    send(world, block=heading)
    assert (Opinion.objects.get().block, Opinion.objects.get().quote) == (heading, heading.plain)


@pytest.mark.parametrize(
    ("fields", "display"),
    [
        ({}, "none"),
        ({"moderation": "after"}, "none"),
        ({"policy": "moderated"}, "pending"),
        ({"policy": "moderated", "moderation": "after"}, "shown"),
    ],
)
def test_what_is_shown_publicly_follows_the_consultation(fields, display):
    moderation = fields.pop("moderation", None)
    world = make_world(**fields)
    if moderation:
        type(world.consultation).objects.filter(pk=world.consultation.pk).update(
            moderation=moderation
        )
    send(world)
    send(world, text="", block=world.block(3))
    assert Opinion.objects.get(block=world.block(2)).display == display
    assert Opinion.objects.get(block=world.block(3)).display == "none"


def test_hidden_words_are_looked_at_again_when_they_change():
    world = make_world(policy="moderated")
    for kept, then in (("shown", "pending"), ("hidden", "pending")):
        opinion = queries.my_opinion(world.member, send(world).public_id)
        Opinion.objects.filter(pk=opinion.pk).update(display=kept)
        actions.revise_opinion(
            author=world.member, opinion=opinion, stance="agree", text=f"Sửa khi {kept}.",
            reason="", proposed="", expected_version=0, now=NOW,
        )  # fmt: skip
        opinion.refresh_from_db()
        assert opinion.display == then


def test_intake_is_three_inserts_at_most(world, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    send(world)
    for author, inserts in ((world.member, 3), (UserFactory(), 2)):
        naming = "unnamed" if author == world.member else "anonymous"
        if author != world.member:
            type(world.consultation).objects.update(audience="signed_in")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            send(world, author=author, naming=naming, text=f"Lần {inserts}")
        writing = [q["sql"] for q in captured if "INSERT INTO" in q["sql"]]
        assert len(writing) == 1
        assert writing[0].count("INSERT INTO") == inserts


def test_files_of_the_form_go_to_the_opinion(world):
    from feedback.models import OpinionAttachment

    digest = actions.submission_digest(world.consultation, "khoa-cua-bieu-mau-nay")
    common = {"path": "x", "content_type": "image/png", "size": 1, "uploaded_on": NOW.date()}
    OpinionAttachment.objects.create(submission_digest=digest, n=1, **common)
    OpinionAttachment.objects.create(submission_digest=b"khac" * 8, n=1, **common)
    send(world, submission_key="khoa-cua-bieu-mau-nay")
    opinion = Opinion.objects.get()
    claimed = OpinionAttachment.objects.values_list("opinion", flat=True).order_by("id")
    assert list(claimed) == [opinion.pk, None]


def test_drafts_are_sealed_for_one_person_and_place(world):
    key = keys.ConsultationKey(world.consultation.key_id)
    mine, hers = key.lookup(world.member), key.lookup(world.secretary)
    sealed = key.seal_draft(mine, "12:4", {"text": "Đang viết dở"})
    assert "dở".encode() not in sealed
    assert key.open_draft(mine, "12:4", sealed) == {"text": "Đang viết dở"}
    for lookup, place in ((hers, "12:4"), (mine, "12:5")):
        with pytest.raises(keys.KeyUnavailable):
            key.open_draft(lookup, place, sealed)
