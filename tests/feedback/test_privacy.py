"""What people do with their own data, and who looks at names."""

import datetime as dt
import json

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from feedback import actions, keys, queries, retention
from feedback.authors import Guest
from feedback.models import (
    ConsentWithdrawal,
    Consultation,
    Erasure,
    GuestContact,
    Identity,
    IdentityLook,
    Opinion,
    OpinionDraft,
)
from portal.accounts import actions as accounts
from portal.accounts.models import User
from portal.agencies.models import Membership, Role
from portal.common import clock
from portal.common.errors import Refused
from portal.notices.models import ScheduledNotice
from tests.accounts.factories import PASSWORD, AdminFactory, UserFactory
from tests.agencies.factories import give
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
AFTER = dt.datetime(2025, 9, 5, 9, 0, tzinfo=clock.TZ)


@pytest.fixture
def world():
    with time_machine.travel(NOW, tick=False):
        yield make_world()


def refusal(callable_, *args, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(*args, **kwargs)
    return caught.value.code


def own(world, **fields):
    """A new opinion of the member, as its author finds it, and its receipt."""
    receipt = send(world, **fields)
    return queries.my_opinion(world.member, receipt.public_id), receipt


def draft(world, place="b:1", text="Đang viết dở."):
    key = keys.ConsultationKey(world.consultation.key_id)
    lookup = key.lookup(world.member)
    OpinionDraft.objects.create(
        consultation=world.consultation,
        lookup=lookup,
        place=place,
        ciphertext=key.seal_draft(lookup, place, {"text": text}),
        saved_on=NOW.date(),
    )


# --- looking at names --------------------------------------------------------------------------


def look_url(opinion):
    return reverse("feedback:look", args=[opinion.reading_node_id, opinion.public_id])


def test_a_name_is_shown_in_two_steps_the_second_with_the_password(world, client):
    opinion, _receipt = own(world, naming="named")
    client.force_login(world.rapporteur)
    first = client.post(look_url(opinion), {"reason": "Hỏi rõ số liệu"})
    assert (first.status_code, IdentityLook.objects.count()) == (200, 0)
    assert "Hỏi rõ số liệu" in first.content.decode()
    both = {"reason": "Hỏi rõ số liệu", "password": "sai-mat-khau"}
    wrong = client.post(look_url(opinion), both)
    assert (wrong.status_code, IdentityLook.objects.count()) == (422, 0)
    assert "Mật khẩu không đúng." in wrong.content.decode()
    seen = client.post(look_url(opinion), both | {"password": PASSWORD})
    assert (seen.status_code, ">member<" in seen.content.decode()) == (200, True)
    assert IdentityLook.objects.get().reason == "Hỏi rõ số liệu"


def test_looks_are_limited(world, client):
    opinion, _receipt = own(world, naming="named")
    client.force_login(world.rapporteur)
    answers = {client.post(look_url(opinion), {"reason": "x"}).status_code for _ in range(30)}
    assert answers == {200}
    assert client.post(look_url(opinion), {"reason": "x"}).status_code == 429


def test_a_rapporteur_does_not_look_at_his_own(world):
    give(world.member, Role.RAPPORTEUR, world.commune)
    opinion, _receipt = own(world, naming="named")
    code = refusal(
        actions.look_at_identity,
        reader=User.objects.get(pk=world.member.pk),
        opinion=opinion,
        reason="Xem",
    )
    assert (code, IdentityLook.objects.count()) == ("own", 0)


def test_nobody_looks_at_a_name_that_was_withdrawn_or_erased(world):
    opinion, _receipt = own(world, naming="named")
    gone, _receipt = own(world, naming="named", text="Một ý kiến khác.")
    actions.erase_identity(author=world.member, opinion=opinion)
    actions.withdraw_opinion(author=world.member, opinion=gone, now=NOW)
    gone.refresh_from_db()
    for row, code in ((opinion, "erased"), (gone, "withdrawn")):
        look = {"reader": world.rapporteur, "opinion": row, "reason": "Xem"}
        assert refusal(actions.look_at_identity, **look) == code


@pytest.mark.parametrize("statement", ["UPDATE feedback_identitylook SET reason = 'x'",
                                       "DELETE FROM feedback_identitylook"])  # fmt: skip
def test_looks_are_only_added(world, statement):
    opinion, _receipt = own(world, naming="named")
    actions.look_at_identity(reader=world.rapporteur, opinion=opinion, reason="Xem")
    with pytest.raises(DatabaseError, match="only added"), transaction.atomic():
        connection.cursor().execute(statement)
    assert IdentityLook.objects.get().reason == "Xem"


def test_the_administrator_of_the_unit_sees_who_looked_and_never_at_what(
    world, client, django_assert_max_num_queries
):
    opinion, receipt = own(world, naming="named", text="Lời không ai thấy.")
    for reason in ("Làm rõ điểm hai", "Mời dự họp"):
        actions.look_at_identity(reader=world.rapporteur, opinion=opinion, reason=reason)
    admin, elsewhere = UserFactory(), UserFactory()
    give(admin, Role.ADMIN, world.commune)
    give(elsewhere, Role.ADMIN, world.cell)
    url = reverse("feedback:looks")
    client.force_login(admin)
    with django_assert_max_num_queries(20):
        html = client.get(url).content.decode()
    assert ("Làm rõ điểm hai" in html, "Mời dự họp" in html, ">2<" in html) == (True, True, True)
    for secret in ("Lời không ai thấy", receipt.public_id, receipt.code, world.member.username):
        assert secret not in html
    client.force_login(elsewhere)
    assert "Mời dự họp" not in client.get(url).content.decode()
    for nobody in (world.member, world.rapporteur, AdminFactory()):
        client.force_login(nobody)
        assert client.get(url).status_code == (200 if nobody.is_superuser else 403) or (
            "Mời dự họp" not in client.get(url).content.decode()
        )


# --- erasing -----------------------------------------------------------------------------------


def test_an_erased_identity_leaves_the_words_counted_and_the_receipt_good(world):
    opinion, receipt = own(world, naming="named")
    actions.erase_identity(author=world.member, opinion=opinion)
    assert not Identity.objects.exists()
    assert queries.my_opinions(world.member, NOW) == []
    assert Opinion.objects.get().state == "received"
    assert queries.by_receipt(receipt.code) == opinion
    assert list(Erasure.objects.values_list("kind", "subject")) == [("identity", str(opinion.pk))]
    code = refusal(actions.erase_identity, author=world.member, opinion=opinion)
    assert code == "not_own"


def test_nobody_erases_the_identity_of_another(world):
    opinion, _receipt = own(world)
    code = refusal(actions.erase_identity, author=world.secretary, opinion=opinion)
    assert (code, Identity.objects.count()) == ("not_own", 1)


def test_the_page_asks_before_it_erases(world, client):
    opinion, _receipt = own(world)
    client.force_login(world.member)
    url = reverse("feedback:erase_identity", args=[opinion.public_id])
    assert client.get(url).status_code == 200
    assert (client.post(url).status_code, Identity.objects.count()) == (422, 1)
    assert client.post(url, {"sure": "on"}).url == reverse("feedback:mine")
    assert not Identity.objects.exists()
    assert client.get(url).status_code == 404


def test_whoever_holds_the_receipt_erases_without_an_account(world, client):
    _opinion, receipt = own(world, naming="named")
    anonymous = send(world, naming="anonymous", text="Không ai biết.")
    url = reverse("feedback:receipt_erase")
    assert client.post(url, {"code": receipt.code}).status_code == 422
    answers = [client.post(url, {"code": r.code, "sure": "on"}) for r in (receipt, anonymous)]
    assert [a.status_code for a in answers] == [200, 200]
    # nothing tells the holder of a receipt whether there was an identity
    words = "Không còn gì trên cổng gắn ý kiến này với người gửi."
    assert [words in a.content.decode() for a in answers] == [True, True]
    assert (Identity.objects.count(), Opinion.objects.count()) == (0, 2)
    assert client.post(url, {"code": "xyz", "sure": "on"}).status_code == 404


# --- consent -----------------------------------------------------------------------------------


def test_withdrawing_consent_leaves_the_opinions_counted_without_anybody(world):
    own(world, naming="named")
    own(world, text="Ý khác.")
    draft(world)
    actions.withdraw_consent(author=world.member, consultation=world.consultation, now=NOW)
    assert (Identity.objects.count(), OpinionDraft.objects.count()) == (0, 0)
    assert [o.state for o in Opinion.objects.all()] == ["received", "received"]
    row = ConsentWithdrawal.objects.get()
    assert (row.withdrawn_on, row.opinions_withdrawn) == (NOW.date(), False)
    (data,) = queries.my_data(world.member, NOW)
    assert (data.opinions, data.withdrawn) == ([], row)


def test_withdrawing_consent_may_take_the_opinions_back_while_it_is_open(world):
    own(world)
    other = send(world, author=world.secretary, text="Của người khác.")
    actions.withdraw_consent(
        author=world.member, consultation=world.consultation, take_back=True, now=NOW
    )
    states = dict(Opinion.objects.values_list("public_id", "state"))
    assert sorted(states.values()) == ["received", "withdrawn"]
    assert Identity.objects.get().opinion.public_id.hex == other.public_id.replace("-", "")
    send(world, text="Viết lại sau khi rút.")
    assert Identity.objects.count() == 2


def test_after_closing_opinions_are_not_taken_back_but_identities_still_go(world):
    own(world)
    common = {"author": world.member, "consultation": world.consultation, "now": AFTER}
    assert refusal(actions.withdraw_consent, take_back=True, **common) == "closed"
    assert Identity.objects.count() == 1
    actions.withdraw_consent(**common)
    assert not Identity.objects.exists()
    assert refusal(actions.withdraw_consent, **common) == "nothing"


def test_the_ledger_never_brings_together_what_an_erasure_parted(world):
    """A line names an opinion, or a person's token, or an account; never two of them."""
    first, _receipt = own(world)
    own(world, text="Ý khác.")
    actions.erase_identity(author=world.member, opinion=first)
    lookup = keys.ConsultationKey(world.consultation.key_id).lookup(world.member)
    actions.withdraw_consent(author=world.member, consultation=world.consultation, now=NOW)
    lines = {(row.kind, row.subject) for row in Erasure.objects.all()}
    token = f"token:{world.consultation.pk}:{lookup.hex()}"
    assert lines == {("identity", str(first.pk)), ("token", token)}


@pytest.mark.django_db(transaction=True)
def test_no_row_of_a_withdrawn_opinion_shares_its_transaction_with_the_token():
    with time_machine.travel(NOW, tick=False):
        world = make_world()
        send(world)
        actions.withdraw_consent(
            author=world.member, consultation=world.consultation, take_back=True, now=NOW
        )

    def numbers(table):
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT DISTINCT xmin::text FROM {table}")
            return {row[0] for row in cursor.fetchall()}

    opinions = numbers("feedback_opinion") | numbers("feedback_totalsdelta")
    token = numbers("feedback_erasure") | numbers("feedback_consentwithdrawal")
    assert token
    assert opinions & token == set()


def test_the_page_of_consent_says_what_it_means_and_asks_for_a_choice(world, client):
    own(world)
    client.force_login(world.member)
    url = reverse("feedback:consent", args=[world.consultation.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"sure": "on"}).status_code == 422
    assert client.post(url, {"choice": "back"}).status_code == 422
    assert Identity.objects.count() == 1
    done = client.post(url, {"sure": "on", "choice": "back"})
    assert done.url == reverse("feedback:my_data")
    assert Opinion.objects.get().state == "withdrawn"
    assert client.get(url).status_code == 404
    assert "Đã rút đồng ý" in client.get(done.url).content.decode()
    client.force_login(world.secretary)
    assert client.get(url).status_code == 404


# --- dữ liệu của tôi ---------------------------------------------------------------------------


def test_the_file_has_everything_of_the_person_and_nothing_of_others(world, client):
    opinion, _receipt = own(world, naming="named", text="Lời của tôi.", group=world.group)
    actions.revise_opinion(
        author=world.member, opinion=opinion, stance="agree", text="Lời đã sửa.", reason="",
        proposed="", expected_version=0, now=NOW,
    )  # fmt: skip
    opinion.refresh_from_db()
    actions.look_at_identity(reader=world.rapporteur, opinion=opinion, reason="Làm rõ")
    draft(world, text="Câu đang viết.")
    send(world, author=world.secretary, text="Lời người khác.")
    client.force_login(world.member)
    url = reverse("accounts:my_data")
    assert client.get(url).status_code == 200
    assert client.post(url, {"password": "sai"}).status_code == 422
    with CaptureTables() as before:
        answer = client.post(url, {"password": PASSWORD})
    assert answer["Content-Disposition"] == 'attachment; filename="du-lieu-cua-toi.json"'
    assert "no-store" in answer["Cache-Control"]
    assert before.changed() == set()
    text = answer.content.decode()
    assert "Lời người khác." not in text
    data = json.loads(text)
    assert data["Tài khoản"]["Họ và tên"] == "member"
    assert data["Vai trò tại các cơ quan"]["Vai trò"][0]["Tại"] == "Chi bộ Văn phòng"
    (one,) = data["Ý kiến góp ý"]["Các đợt lấy ý kiến"]
    assert one["Bản đang viết"][0]["Nội dung góp ý"] == "Câu đang viết."
    assert [(row["Bản"], row["Ngày"]) for row in one["Đồng ý xử lý dữ liệu"]] == [(1, "20/08/2025")]
    (mine,) = one["Ý kiến"]
    assert (mine["Nội dung góp ý"], mine["Quan điểm"]) == ("Lời đã sửa.", "Tán thành")
    assert mine["Các bản trước"][0]["Nội dung góp ý"] == "Lời của tôi."
    assert [(v["Người xem"], v["Lý do"]) for v in mine["Lượt xem tên"]] == [
        ("rapporteur", "Làm rõ")
    ]


class CaptureTables:
    """Which tables got, lost or changed rows meanwhile."""

    def __enter__(self):
        self.before = self._rows()
        return self

    def __exit__(self, *_error):
        pass

    def changed(self):
        now = self._rows()
        return {table for table in now if now[table] != self.before.get(table)}

    @staticmethod
    def _rows():
        found = {}
        with connection.cursor() as cursor:
            for table in connection.introspection.table_names():
                cursor.execute(
                    f'SELECT md5(string_agg(t::text, $$|$$ ORDER BY t::text)) FROM "{table}" t'
                )
                found[table] = cursor.fetchone()[0]
        return found


def test_my_data_costs_the_same_for_one_and_many(world, django_assert_num_queries):
    own(world)
    with django_assert_num_queries(8):
        queries.my_data(world.member, NOW)
    for n in range(4):
        opinion, _receipt = own(world, naming="named", text=f"Ý thứ {n}.")
        actions.look_at_identity(reader=world.rapporteur, opinion=opinion, reason="Xem")
    draft(world)
    with django_assert_num_queries(8):
        (data,) = queries.my_data(world.member, NOW)
    assert (len(data.opinions), data.looks, len(data.drafts)) == (5, 4, 1)


# --- an account goes ---------------------------------------------------------------------------


def test_erasing_an_account_erases_name_contact_sign_ins_and_identities(world, client):
    own(world, naming="named")
    draft(world)
    member = world.member
    name, public_id = member.username, member.public_id
    client.force_login(member)
    url = reverse("accounts:erase")
    assert client.get(url).status_code == 200
    assert client.post(url, {"password": PASSWORD}).status_code == 422
    assert client.post(url, {"sure": "on", "password": "sai"}).status_code == 422
    assert client.post(url, {"sure": "on", "password": PASSWORD}).status_code == 302
    assert client.get(reverse("feedback:mine")).status_code == 302
    gone = User.objects.get(pk=member.pk)
    assert (gone.full_name, gone.email, gone.phone, gone.is_active) == (
        "Tài khoản đã xóa", "", None, False,
    )  # fmt: skip
    assert name not in gone.username
    assert gone.public_id != public_id
    assert not gone.has_usable_password()
    assert not Membership.objects.filter(user=gone, valid__contains=NOW.date()).exists()
    assert (Identity.objects.count(), OpinionDraft.objects.count()) == (0, 0)
    assert Opinion.objects.get().state == "received"
    assert list(Erasure.objects.values_list("kind", "subject")) == [("account", str(gone.pk))]


def test_an_account_that_works_for_an_office_is_handed_over_first(world):
    assert refusal(accounts.erase_account, actor=world.staff, user=world.staff) == "works"
    assert refusal(accounts.erase_account, actor=world.staff, user=world.member) == "not_own"
    admin = AdminFactory()
    assert refusal(accounts.erase_account, actor=admin, user=admin) == "last_admin"
    world.staff.refresh_from_db()
    assert world.staff.full_name == "staff"


# --- the end of a key --------------------------------------------------------------------------


def day(text):
    return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(4), tzinfo=clock.TZ)


def test_a_key_ends_after_its_months_and_not_before_staff_was_told(world):
    consultation = world.consultation
    receipt = send(world, naming="named")
    draft(world)
    GuestContact.objects.create(
        consultation=consultation, lookup=b"g" * 32, ciphertext=b"x", asked_on=NOW.date()
    )
    path = keys._path(consultation.key_id)
    assert retention.ends_on(consultation) == dt.date(2027, 8, 31)
    assert retention.sweep(now=day("2027-07-31")) == (0, 0)
    assert retention.sweep(now=day("2027-08-01")) == (1, 0)
    notice = ScheduledNotice.objects.get(subject_kind=retention.SUBJECT)
    assert notice.payload == {"day": "2027-08-31"}
    assert retention.sweep(now=day("2027-08-02")) == (0, 0)
    assert path.exists()
    with TestCaseOnCommit():
        assert retention.sweep(now=day("2027-08-31")) == (0, 1)
    assert not path.exists()
    consultation.refresh_from_db()
    assert clock.today(consultation.key_destroyed_at) == dt.date(2027, 8, 31)
    for model in (Identity, OpinionDraft, GuestContact, ConsentWithdrawal):
        assert not model.objects.exists()
    assert (Opinion.objects.count(), queries.by_receipt(receipt.code).state) == (1, "received")
    assert Erasure.objects.get().subject == consultation.key_id
    assert retention.sweep(now=day("2027-09-01")) == (0, 0)


class TestCaseOnCommit:
    """Run what waits for the commit, as a request outside of a test would."""

    def __enter__(self):
        self.start = len(connection.run_on_commit)

    def __exit__(self, *_error):
        for _ids, run, _robust in connection.run_on_commit[self.start :]:
            run()


def test_a_job_that_slept_tells_first_and_waits_its_thirty_days(world):
    assert retention.sweep(now=day("2028-03-01")) == (1, 0)
    assert retention.sweep(now=day("2028-03-30")) == (0, 0)
    assert retention.sweep(now=day("2028-03-31")) == (0, 1)


def test_a_consultation_that_is_extended_is_told_of_anew(world):
    retention.sweep(now=day("2027-08-10"))
    world.consultation.closes.resolved_on = dt.date(2025, 12, 31)
    world.consultation.closes.save(update_fields=["resolved_on"])
    assert retention.sweep(now=day("2027-08-31")) == (0, 0)
    assert Consultation.objects.get().key_end_told_on is None


def test_months_are_of_the_calendar(world):
    consultation = world.consultation
    consultation.closes.resolved_on = dt.date(2024, 8, 31)
    consultation.keep_months = 6
    assert retention.ends_on(consultation) == dt.date(2025, 2, 28)
    consultation.keep_months = 0
    assert retention.ends_on(consultation) == dt.date(2024, 8, 31)
    consultation.closes.resolved_on = None
    assert retention.ends_on(consultation) is None


def test_the_words_of_the_notice_name_the_consultation_alone(world):
    send(world, text="Lời riêng.")
    retention.sweep(now=day("2027-08-01"))
    notice = ScheduledNotice.objects.get(subject_kind=retention.SUBJECT)
    handler = retention.RetentionNotices()
    handler.load([notice])
    message = handler.render(notice)
    assert message.title == (
        "Khóa danh tính sẽ bị hủy ngày 31/08/2027: Lấy ý kiến Báo cáo chính trị"
    )
    assert handler.still_due(notice, NOW)
    assert handler.audience(notice).agency_ids == {world.province.pk}


def test_looks_are_forgotten_a_year_after_the_key(world):
    opinion, _receipt = own(world, naming="named")
    actions.look_at_identity(reader=world.rapporteur, opinion=opinion, reason="Xem")
    retention.sweep(now=day("2027-08-01"))
    retention.sweep(now=day("2027-08-31"))
    retention.sweep(now=day("2028-08-29"))
    assert IdentityLook.objects.count() == 1
    retention.sweep(now=day("2028-09-01"))
    assert IdentityLook.objects.count() == 0


def test_a_guest_is_erased_by_token(world):
    consultation = world.consultation
    Consultation.objects.filter(pk=consultation.pk).update(audience="public")
    guest = Guest(name="Ông Khách", email="khach@mau.example")
    send(world, author=guest, naming="unnamed")
    lookup = keys.ConsultationKey(consultation.key_id).lookup(guest)
    GuestContact.objects.create(
        consultation=consultation, lookup=lookup, ciphertext=b"x", asked_on=NOW.date()
    )
    assert actions.erase_token(consultation=consultation, lookup=lookup, now=NOW) == 1
    assert (Identity.objects.count(), GuestContact.objects.count()) == (0, 0)
