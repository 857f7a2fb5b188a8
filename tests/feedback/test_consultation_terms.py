"""Who may write, what has to be ready before the announcement, questions and consent versions."""

import datetime as dt

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser

from feedback import actions, ladder, readiness, rules
from feedback.models import ConsentText, Consultation, GuideQuestion, LadderNode, Opinion
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

from .factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
Audience = Consultation.Audience


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def refused(code, action, **arguments):
    with pytest.raises(Refused) as found:
        action(**arguments)
    assert found.value.code == code
    return found.value.message


def with_units(*names, **fields):
    world = make_world(announced=False, audience=Audience.UNITS, **fields)
    actions.add_units(
        actor=world.staff,
        consultation=world.consultation,
        agencies=[getattr(world, name) for name in names],
    )
    world.consultation = actions.announce(actor=world.staff, consultation=world.consultation)
    return world


# --- Who may write --------------------------------------------------------------------------


def test_members_are_those_of_the_agency_and_below():
    world = make_world()
    outsider, delegate = UserFactory(), UserFactory()
    give(outsider, Role.MEMBER, AgencyFactory())
    found = world.consultation
    allowed = [
        rules.may_write(who, found)
        for who in (world.member, world.staff, outsider, delegate, AnonymousUser(), object())
    ]
    assert allowed == [True, True, False, False, False, False]


def test_only_given_units_and_what_is_below_them_write():
    world = with_units("commune")
    elsewhere = UserFactory()
    sister = AgencyFactory(kind="party", level=world.commune.level, parent=world.province)
    give(elsewhere, Role.MEMBER, sister)
    found = world.consultation
    people = (world.member, world.rapporteur, elsewhere, world.staff, AnonymousUser())
    assert [rules.may_write(who, found) for who in people] == [True, True, False, False, False]
    world.member_elsewhere = elsewhere
    refused(
        "audience", send, world=world, author=elsewhere,
    )  # fmt: skip
    assert send(world).repeated is False


def test_the_ladder_stays_whole_where_only_given_units_write():
    world = with_units("cell")
    actions.open_due()
    nodes = LadderNode.objects.filter(consultation=world.consultation)
    assert set(nodes.values_list("agency", flat=True)) == {
        world.province.pk, world.commune.pk, world.cell.pk, world.other_cell.pk,
    }  # fmt: skip
    send(world)
    opinion = Opinion.objects.get()
    assert (opinion.entry_node.agency, opinion.reading_node.agency) == (world.cell, world.commune)


def test_signed_in_and_public_widen_it():
    world = make_world(announced=False)
    stranger, gone = UserFactory(), UserFactory(is_active=False)
    found = world.consultation
    found.audience = Audience.SIGNED_IN
    people = (stranger, gone, AnonymousUser(), object())
    assert [rules.may_write(who, found) for who in people] == [True, False, False, False]
    found.audience = Audience.PUBLIC
    assert [rules.may_write(who, found) for who in people] == [True, True, True, True]


def test_who_belongs_to_no_unit_enters_at_the_top():
    world = make_world(audience=Audience.PUBLIC)
    actions.open_due()
    for who in (UserFactory(), AnonymousUser()):
        entry = ladder.entry_node_for(world.consultation, grants_of(who))
        assert (entry.agency, entry.reader.agency) == (world.province, world.province)


def test_asking_who_may_write_costs_the_same_for_one_unit_and_many(django_assert_num_queries):
    world = with_units("cell")
    member = type(world.member).objects.get(pk=world.member.pk)
    with django_assert_num_queries(2):
        assert rules.may_write(member, world.consultation)
    more = [AgencyFactory(parent=world.commune, level=world.commune.level) for _n in range(6)]
    actions.add_units(actor=world.staff, consultation=world.consultation, agencies=more)
    member = type(world.member).objects.get(pk=world.member.pk)
    with django_assert_num_queries(2):
        assert rules.may_write(member, world.consultation)


def test_units_of_others_are_refused_and_announced_ones_stay():
    world = make_world(announced=False, audience=Audience.UNITS)
    terms = {"actor": world.staff, "consultation": world.consultation}
    refused("not_reached", actions.add_units, agencies=[AgencyFactory()], **terms)
    refused("no_units", actions.add_units, agencies=[], **terms)
    assert actions.add_units(agencies=[world.cell, world.commune], **terms) == 2
    assert actions.add_units(agencies=[world.cell], **terms) == 0
    assert actions.remove_units(ids=[world.commune.pk], **terms) == 1
    actions.announce(**terms)
    refused("announced", actions.remove_units, **terms)
    assert actions.add_units(agencies=[world.other_cell], **terms) == 1


# --- Before the announcement ----------------------------------------------------------------


def codes(world, *, blocking):
    found = readiness.findings(world.consultation, clock.now())
    return [f.code for f in found if f.blocking == blocking]


def test_what_is_missing_is_listed_and_refused():
    world = make_world(announced=False, audience=Audience.UNITS, channels=[], closes="2025-08-19")
    assert codes(world, blocking=True) == ["past", "no_channel", "no_units"]
    refused("past", actions.announce, actor=world.staff, consultation=world.consultation)


def test_the_public_cannot_be_asked_about_what_it_cannot_read():
    world = make_world(announced=False, audience=Audience.PUBLIC)
    document = world.edition.document
    type(document).objects.filter(pk=document.pk).update(circulation="signed_in")
    assert codes(world, blocking=True) == ["audience_wider"]
    refused("audience_wider", actions.announce, actor=world.staff, consultation=world.consultation)


def test_nobody_to_read_or_to_moderate_is_a_warning():
    world = make_world(announced=False, policy=Consultation.Policy.MODERATED)
    assert codes(world, blocking=False) == ["no_moderator"]
    world.top_rapporteur.memberships.all().delete()
    assert codes(world, blocking=False) == ["no_rapporteur", "no_moderator"]
    assert codes(world, blocking=True) == []
    give(UserFactory(), Role.MODERATOR, world.province)
    actions.announce(actor=world.staff, consultation=world.consultation)


def test_pointing_elsewhere_asks_for_no_channel_here():
    world = make_world(
        announced=False, mode=Consultation.Mode.POINTING, external_url="https://gopy.example/",
        channels=[],
    )  # fmt: skip
    assert codes(world, blocking=True) == []
    found = actions.announce(actor=world.staff, consultation=world.consultation)
    assert (found.key_id, rules.takes_online(found)) == ("", False)


def test_online_is_taken_where_it_is_a_channel():
    world = make_world(announced=False)
    assert rules.takes_online(world.consultation)
    world.consultation.channels = ["meeting", "paper"]
    assert not rules.takes_online(world.consultation)


# --- Questions ------------------------------------------------------------------------------


def texts(row, block=None):
    return list(row.questions.filter(block=block).values_list("text", flat=True))


def test_questions_by_heading_in_the_chosen_order():
    world = make_world(announced=False)
    row = world.consultation.consultation_editions.get()
    terms = {"actor": world.staff, "consultation": world.consultation}
    heading = world.edition.blocks.filter(kind="heading").first()
    new = ["Việc nào làm trước?", " ", "Chỉ tiêu nào khó?", "Việc nào làm trước?"]
    assert actions.add_questions(row=row, block=heading, texts=new, **terms) == 2
    assert actions.add_questions(row=row, block=None, texts=["Nhìn chung?"], **terms) == 1
    assert actions.add_questions(row=row, block=heading, texts=new[:1], **terms) == 0
    first, second = row.questions.filter(block=heading)
    actions.move_question(question=second, up=True, **terms)
    assert texts(row, heading) == ["Chỉ tiêu nào khó?", "Việc nào làm trước?"]
    actions.move_question(question=second, up=True, **terms)  # is the first already
    assert texts(row, heading) == ["Chỉ tiêu nào khó?", "Việc nào làm trước?"]
    actions.edit_question(question=first, text="Việc nào nên làm trước?", **terms)
    actions.remove_question(question=second, **terms)
    assert texts(row, heading) == ["Việc nào nên làm trước?"]
    assert texts(row) == ["Nhìn chung?"]


def test_bad_questions_are_refused():
    world = make_world(announced=False)
    row = world.consultation.consultation_editions.get()
    terms = {"actor": world.staff, "consultation": world.consultation, "row": row}
    paragraph = world.block(2)
    refused("block", actions.add_questions, block=paragraph, texts=["Vì sao?"], **terms)
    refused("no_text", actions.add_questions, block=None, texts=["  "], **terms)
    refused("long", actions.add_questions, block=None, texts=["a" * 501], **terms)
    many = [f"Câu {n}?" for n in range(101)]
    refused("many", actions.add_questions, block=None, texts=many, **terms)
    assert not GuideQuestion.objects.exists()


def test_after_the_announcement_questions_are_only_added(now):
    world = make_world(announced=False)
    row = world.consultation.consultation_editions.get()
    terms = {"actor": world.staff, "consultation": world.consultation}
    actions.add_questions(row=row, block=None, texts=["Một?"], **terms)
    actions.announce(**terms)
    question = GuideQuestion.objects.get()
    refused("announced", actions.edit_question, question=question, text="Hai?", **terms)
    refused("announced", actions.remove_question, question=question, **terms)
    refused("announced", actions.move_question, question=question, up=True, **terms)
    assert actions.add_questions(row=row, block=None, texts=["Hai?"], **terms) == 1
    assert texts(row) == ["Một?", "Hai?"]
    now.move_to(NOW + dt.timedelta(days=40))
    refused("closed", actions.add_questions, row=row, block=None, texts=["Ba?"], **terms)


# --- Consent --------------------------------------------------------------------------------


def consent(world, text, version=None):
    found = Consultation.objects.get(pk=world.consultation.pk)
    return actions.change_consent(
        actor=world.staff, consultation=found, text=text,
        expected_version=found.lock_version if version is None else version,
    )  # fmt: skip


def test_an_announced_consent_text_gets_another_version_and_opinions_keep_theirs():
    world = make_world(consent_text="Tôi đồng ý, bản một.")
    send(world)
    world.consultation = consent(world, "Tôi đồng ý, bản hai.")
    send(world)
    versions = ConsentText.objects.filter(consultation=world.consultation)
    assert list(versions.values_list("version", "text", "since")) == [
        (1, "Tôi đồng ý, bản một.", dt.date(2025, 8, 1)),
        (2, "Tôi đồng ý, bản hai.", dt.date(2025, 8, 20)),
    ]
    agreed = Opinion.objects.order_by("consent_version").values_list("consent_version", flat=True)
    assert list(agreed) == [1, 2]


def test_before_the_announcement_it_is_simply_another_text():
    world = make_world(announced=False, consent_text="Bản nháp.")
    found = consent(world, "Bản chính thức.")
    assert (found.consent_version, ConsentText.objects.count()) == (1, 0)
    actions.announce(actor=world.staff, consultation=world.consultation)
    assert ConsentText.objects.get().text == "Bản chính thức."


def test_bad_consent_texts_are_refused(now):
    world = make_world(consent_text="Tôi đồng ý.")
    with pytest.raises(Refused):
        consent(world, "  ")
    with pytest.raises(Refused):
        consent(world, "Tôi đồng ý.")
    with pytest.raises(StaleVersion):
        consent(world, "Tôi đồng ý, có sửa.", version=0)
    now.move_to(NOW + dt.timedelta(days=40))
    with pytest.raises(Refused):
        consent(world, "Quá muộn.")
    assert ConsentText.objects.count() == 1
