import datetime as dt
import threading

import pytest
from django.db import connection, transaction

from campaigns.boundaries import date_spec
from feedback import actions, keys, queries, totals
from feedback.models import Identity, IdentityLook, Opinion, OpinionRevision, TotalsDelta
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.agencies.models import Role
from portal.common import clock
from portal.common.errors import Refused, StaleVersion
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, CellFactory, give
from tests.documents.factories import make_document, publish
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    return make_world()


def refusal(callable_, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(*args, **kwargs)
    return caught.value.code


def test_an_opinion_is_received_with_its_place_and_a_receipt(world):
    receipt = send(world, quote="toàn tỉnh vận hành", group=world.group)
    opinion = Opinion.objects.get()
    assert (str(opinion.public_id), receipt.repeated) == (receipt.public_id, False)
    assert (opinion.block, opinion.quote) == (world.block(2), "toàn tỉnh vận hành")
    assert opinion.entry_node.agency == world.cell
    assert opinion.reading_node.agency == world.commune
    assert opinion.received_on == dt.date(2025, 8, 20)
    assert queries.by_receipt(receipt.code) == opinion
    assert queries.by_receipt(receipt.code.lower().replace("-", " ")) == opinion
    assert queries.by_receipt("AAAAA-AAAAA-AAAAA-AAAAA") is None
    assert len(receipt.code.replace("-", "")) * 5 >= 80


def test_the_whole_text_is_quoted_when_nothing_was_selected(world):
    send(world)
    assert Opinion.objects.get().quote == world.block(2).plain


def test_an_opinion_may_be_a_stance_alone_whatever_the_stance(world):
    for stance in Opinion.Stance.values:
        send(world, stance=stance, text="", naming=Opinion.Naming.ANONYMOUS)
    assert Opinion.objects.count() == 3


def test_sent_straight_up_it_is_read_one_level_higher(world):
    send(world, route=Opinion.Route.DIRECT)
    assert Opinion.objects.get().reading_node.agency == world.province


def test_a_commune_with_too_few_members_does_not_read():
    world = make_world(reading_min_members=50)
    send(world)
    assert Opinion.objects.get().reading_node.agency == world.province
    commune = world.consultation.nodes.get(agency=world.commune)
    assert (commune.reads, commune.members) == (False, 2)


def test_cells_never_read_even_when_they_are_large_and_the_level_would_allow(world):
    nodes = world.consultation.nodes
    send(world)
    assert nodes.filter(agency__is_cell=True).count() == 2
    assert not nodes.filter(agency__is_cell=True, reads=True).exists()


def test_a_cell_consults_nobody_and_so_reads_nobody():
    cell = CellFactory(name="Chi bộ Thôn Hạ")
    clerk, approver = UserFactory(), UserFactory()
    give(clerk, Role.STAFF, cell)
    give(approver, Role.APPROVER, cell)
    edition = publish(make_document(clerk, cell), clerk, approver)
    given = {
        "actor": clerk,
        "agency": cell,
        "title": "Góp ý trong chi bộ",
        "editions": [edition],
        "opens": date_spec("2025-08-10"),
        "closes": date_spec("2025-08-31"),
        "reading_level": cell.level,
    }
    with pytest.raises(Refused) as refused:
        actions.create_consultation(**given)
    assert refused.value.code == "cell"
    cell.is_cell = False
    cell.save(update_fields=["is_cell"])
    made = actions.create_consultation(**given)
    cell.is_cell = True
    cell.save(update_fields=["is_cell"])
    with pytest.raises(Refused) as refused:
        actions.announce(actor=clerk, consultation=made, now=NOW)
    assert refused.value.code == "cell"


def test_sending_the_same_form_twice_makes_one_opinion(world):
    first = send(world, submission_key="khoa-cua-bieu-mau")
    again = send(world, submission_key="khoa-cua-bieu-mau")
    assert (again.code, again.repeated) == (first.code, True)
    assert Opinion.objects.count() == 1
    assert (
        refusal(send, world, submission_key="khoa-cua-bieu-mau", text="Nội dung khác.")
        == "replayed"
    )
    assert Opinion.objects.get().text == "Đề nghị bồi dưỡng hai lần mỗi năm."


def test_a_repeat_after_closing_still_shows_the_receipt(world):
    first = send(world, submission_key="k")
    after = dt.datetime(2025, 9, 5, tzinfo=clock.TZ)
    assert send(world, submission_key="k", now=after).code == first.code


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (dt.datetime(2025, 8, 9, 23, 59, 59, tzinfo=clock.TZ), "not_open:upcoming"),
        (dt.datetime(2025, 8, 10, 0, 0, 0, tzinfo=clock.TZ), None),
        (dt.datetime(2025, 8, 31, 23, 59, 59, tzinfo=clock.TZ), None),
        (dt.datetime(2025, 9, 1, 0, 0, 0, tzinfo=clock.TZ), "not_open:closed"),
    ],
)
def test_closed_means_closed_on_the_server(world, now, code):
    if code:
        assert refusal(send, world, now=now) == code
    else:
        send(world, now=now)
    assert Opinion.objects.count() == (code is None)


def test_who_may_write(world):
    assert refusal(send, world, author=UserFactory()) == "audience"
    assert refusal(send, world, consented=False) == "no_consent"
    assert refusal(send, world, stance="love") == "stance"
    assert refusal(send, world, text="a" * 20_001) == "long"
    assert not Opinion.objects.exists()


def test_forged_places_are_refused(world):
    other = make_other_edition(world)
    assert refusal(send, world, block=other.blocks.first()) == "place"
    assert refusal(send, world, edition=other, block=None) == "place"
    assert refusal(send, world, quote="chữ không có trong đoạn") == "quote"


def make_other_edition(world):
    from tests.documents.factories import make_document, publish

    document = make_document(world.staff, world.province, title="Văn kiện khác")
    return publish(document, world.staff, world.approver)


def test_only_its_author_finds_it_again(world):
    receipt = send(world)
    (mine,) = queries.my_opinions(world.member, NOW)
    assert [str(o.public_id) for o in mine.opinions] == [receipt.public_id]
    assert queries.my_opinion(world.member, receipt.public_id) is not None
    for other in (world.secretary, world.rapporteur, world.staff):
        assert queries.my_opinions(other, NOW) == []
        assert queries.my_opinion(other, receipt.public_id) is None


def test_a_slip_of_an_administrator_does_not_open_earlier_opinions(world):
    """A slip opens the account, never what its owner wrote: else the cell could read it."""
    world.member.last_login = NOW
    world.member.save(update_fields=["last_login"])
    receipt = send(world)
    ((_user, secret),) = accounts.issue_slips(actor=world.secretary, users=[world.member])
    entered = accounts.redeem_slip(secret=secret)
    assert queries.my_opinions(entered, NOW) == []
    assert queries.my_opinion(entered, receipt.public_id) is None
    send(world, author=entered)
    (mine,) = queries.my_opinions(User.objects.get(pk=entered.pk), NOW)
    assert len(mine.opinions) == 1


@pytest.mark.parametrize("by_self", [True, False])
def test_a_mail_address_given_by_another_does_not_lead_to_earlier_opinions(world, by_self):
    """A link to a new password goes to that address; the person's own change keeps everything."""
    world.member.last_login = NOW
    world.member.save(update_fields=["last_login"])
    send(world)
    accounts.edit_account(
        actor=world.member if by_self else world.secretary,
        user=world.member,
        full_name=world.member.full_name,
        email="moi@mau.example",
    )
    found = queries.my_opinions(User.objects.get(pk=world.member.pk), NOW)
    assert len(found) == (1 if by_self else 0)


def test_the_first_slip_of_an_account_changes_nothing(world):
    before = world.member.public_id
    ((_user, secret),) = accounts.issue_slips(actor=world.secretary, users=[world.member])
    assert accounts.redeem_slip(secret=secret).public_id == before


def test_my_opinions_costs_the_same_for_one_and_many(world, django_assert_num_queries):
    send(world)
    with django_assert_num_queries(2):
        queries.my_opinions(world.member, NOW)
    for _ in range(5):
        send(world)
    with django_assert_num_queries(2):
        (mine,) = queries.my_opinions(world.member, NOW)
    assert len(mine.opinions) == 6


def test_anonymous_opinions_leave_no_trace_of_a_person(world):
    send(world, naming=Opinion.Naming.ANONYMOUS)
    assert not Identity.objects.exists()
    assert queries.my_opinions(world.member, NOW) == []


@pytest.mark.parametrize("route", [Opinion.Route.UNIT, Opinion.Route.DIRECT])
def test_of_an_anonymous_opinion_the_cell_is_kept_nowhere(world, route):
    send(world, naming=Opinion.Naming.ANONYMOUS, route=route)
    opinion = Opinion.objects.get()
    commune = world.consultation.nodes.get(agency=world.commune)
    cell = world.consultation.nodes.get(agency=world.cell)
    assert (opinion.entry_node, commune.reads, cell.reads) == (commune, True, False)
    assert TotalsDelta.objects.get().node_id == commune.pk
    totals.fold()
    assert totals.along(world.consultation, "node") == {str(commune.pk): 1}
    send(world, text="Không nêu tên.")
    totals.fold()
    assert totals.along(world.consultation, "node") == {str(commune.pk): 1, str(cell.pk): 1}
    # taken back it leaves the unit where it counted
    opinion.refresh_from_db()
    totals.changed(opinion, -1)
    totals.fold()
    assert totals.along(world.consultation, "node") == {str(cell.pk): 1}


def test_a_name_is_sealed_only_when_chosen_and_each_look_is_kept(world):
    send(world)
    assert bytes(Identity.objects.get().ciphertext) == b""
    send(world, naming=Opinion.Naming.NAMED)
    opinion = Opinion.objects.get(naming="named")
    assert b"member" not in bytes(opinion.identity.ciphertext)
    look = actions.look_at_identity
    reader = world.rapporteur
    assert refusal(look, reader=world.secretary, opinion=opinion, reason="Xem") == "no_right"
    assert refusal(look, reader=reader, opinion=opinion, reason=" ") == "no_reason"
    assert look(reader=reader, opinion=opinion, reason="Làm rõ số liệu") == "member"
    assert IdentityLook.objects.get().reader == reader
    unnamed = Opinion.objects.get(naming="unnamed")
    assert refusal(look, reader=reader, opinion=unnamed, reason="Xem") == "unnamed"


def test_when_the_key_is_destroyed_nobody_is_found_again(world):
    receipt = send(world, naming=Opinion.Naming.NAMED)
    keys.destroy(world.consultation.key_id)
    assert queries.my_opinions(world.member, NOW) == []
    assert queries.my_opinion(world.member, receipt.public_id) is None
    code = refusal(
        actions.look_at_identity,
        reader=world.rapporteur,
        opinion=Opinion.objects.get(),
        reason="Xem",
    )
    assert code == "key"
    assert queries.by_receipt(receipt.code) is not None


def test_revising_keeps_the_old_words_until_it_closes(world):
    opinion = queries.my_opinion(world.member, send(world).public_id)
    fields = {"stance": "agree", "text": "Lời mới.", "reason": "", "proposed": ""}
    revised = actions.revise_opinion(
        author=world.member, opinion=opinion, expected_version=0, now=NOW, **fields
    )
    assert (revised.text, revised.lock_version) == ("Lời mới.", 1)
    old = OpinionRevision.objects.get()
    assert (old.stance, old.text) == ("partly", "Đề nghị bồi dưỡng hai lần mỗi năm.")
    with pytest.raises(StaleVersion), transaction.atomic():
        actions.revise_opinion(
            author=world.member, opinion=opinion, expected_version=0, now=NOW, **fields
        )
    common = {"opinion": opinion, "expected_version": 1, **fields}
    code = refusal(actions.revise_opinion, author=world.secretary, now=NOW, **common)
    assert code == "not_own"
    after = dt.datetime(2025, 9, 1, tzinfo=clock.TZ)
    code = refusal(actions.revise_opinion, author=world.member, now=after, **common)
    assert code == "not_open:closed"


def test_a_withdrawn_opinion_no_longer_counts(world):
    for _ in range(4):
        send(world)
    opinion = queries.my_opinion(world.member, send(world).public_id)
    tomorrow = NOW.date() + dt.timedelta(days=1)
    assert queries.counts_by_block(world.edition, day=tomorrow) == {opinion.block_id: 5}
    actions.withdraw_opinion(author=world.member, opinion=opinion, now=NOW)
    # what was published for a day stays: a number that falls at once would tell who withdrew
    assert queries.counts_by_block(world.edition, day=tomorrow) == {opinion.block_id: 5}
    later = tomorrow + dt.timedelta(days=1)
    assert queries.counts_by_block(world.edition, day=later) == {}
    code = refusal(actions.withdraw_opinion, author=world.member, opinion=opinion, now=NOW)
    assert code == "withdrawn"


def test_public_numbers_do_not_tell_that_somebody_just_wrote(world):
    today, tomorrow = NOW.date(), NOW.date() + dt.timedelta(days=1)
    one = world.consultation.pk
    for _ in range(5):
        send(world)
    assert queries.totals([one], day=today) == {}
    assert queries.counts_by_block(world.edition, day=today) == {}
    assert queries.totals([one], day=tomorrow) == {one: 5}
    assert queries.counts_by_block(world.edition, day=tomorrow) == {world.block(2).pk: 5}


def test_each_opinion_keeps_which_consent_it_was_given_under(world):
    send(world, naming=Opinion.Naming.ANONYMOUS)
    opinion = Opinion.objects.get()
    assert (opinion.consent_version, opinion.received_on) == (1, NOW.date())


def test_the_ladder_is_copied_once_when_the_consultation_opens(world):
    before = dt.datetime(2025, 8, 9, 23, 59, tzinfo=clock.TZ)
    assert actions.open_due(now=before) == 0
    assert not world.consultation.nodes.exists()
    assert actions.open_due(now=NOW) == 1
    names = list(world.consultation.nodes.values_list("name", flat=True))
    assert names == [
        "Đảng bộ tỉnh Mẫu",
        "Đảng bộ xã Hòa Bình",
        "Chi bộ Bến Thượng",
        "Chi bộ Văn phòng",
    ]
    assert actions.open_due(now=NOW) == 0
    # the edges stay, whatever becomes of the tree afterwards
    AgencyFactory(name="Đảng bộ xã Mới", kind="party", parent=world.province)
    send(world)
    assert world.consultation.nodes.count() == 4


def test_every_beat_entry_names_a_task_that_exists():
    from django.conf import settings

    from portal.celery import app

    app.loader.import_default_modules()
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert names <= set(app.tasks)


def test_rapporteurs_read_words_at_their_node_only(world):
    send(world)
    send(world, route=Opinion.Route.DIRECT, text="Gửi thẳng.")
    (commune,) = queries.reading_nodes(world.rapporteur)
    (province,) = queries.reading_nodes(world.top_rapporteur)
    assert [o.text for o in queries.opinions_at(commune)] == ["Đề nghị bồi dưỡng hai lần mỗi năm."]
    assert [o.text for o in queries.opinions_at(province)] == ["Gửi thẳng."]
    assert list(queries.reading_nodes(world.secretary)) == []
    tomorrow = NOW.date() + dt.timedelta(days=1)
    below = [(n.name, str(c)) for n, c in queries.counts_below(province, day=tomorrow)]
    assert below == [("Đảng bộ xã Hòa Bình", "dưới 5")]


@pytest.mark.django_db(transaction=True)
def test_two_sendings_of_one_form_at_once_make_one_opinion():
    world = make_world()
    barrier, results = threading.Barrier(2), []

    def run():
        barrier.wait()
        try:
            results.append(send(world, submission_key="cung-mot-khoa").code)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    assert len(results) == 2
    assert len(set(results)) == 1
    assert Opinion.objects.count() == 1


def test_nothing_is_written_online_where_there_is_no_such_channel():
    world = make_world(channels=["meeting", "paper"])
    with pytest.raises(Refused) as refused:
        send(world)
    assert refused.value.code == "not_open:open"
    assert not Opinion.objects.exists()
