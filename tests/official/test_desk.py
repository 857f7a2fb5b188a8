"""The register as its offices keep it: who may, entering, both texts, removing, looking up."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import Plan
from portal.agencies.models import Role
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.official import actions
from portal.official.forms.entry import LINK_FIELDS
from portal.official.models import DocumentLink, OfficialDocument
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, give

from .factories import a_document

pytestmark = pytest.mark.django_db
NEW = "/lam-viec/van-ban/moi/"
PDF = b"%PDF-1.7 signed %%EOF\n"


@pytest.fixture
def office():
    return AgencyFactory(name="Sở Nội vụ", code="SNV")


def reader(*roles, at=None):
    user = UserFactory()
    for role in roles:
        give(user, role, at)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def staff(office):
    return reader(Role.STAFF, at=office)


def sent(office, **values):
    empty = dict.fromkeys(LINK_FIELDS.values(), "")
    fields = {
        "agency": office.pk, "symbol": "107/KH-SNV", "issued_on": "2020-02-05",
        "title": "Kế hoạch tuyên truyền", "issuer_name": "Sở Nội vụ", "is_public": "on",
    }  # fmt: skip
    return empty | fields | values


def enter(client, office, **values):
    return client.post(NEW, sent(office, **values))


def test_a_document_is_entered_with_its_links_and_its_signed_copy(staff, office):
    known = a_document("135-KH/TU", issued_on=dt.date(2019, 12, 31))
    response = enter(
        staff,
        office,
        basis="135-KH/TU ngày 31/12/2019\n375/UBND-NV",
        replaces="88/KH-SNV",
        file=SimpleUploadedFile("ban-ky.pdf", PDF, "application/pdf"),
    )
    document = OfficialDocument.objects.get(symbol="107/KH-SNV")
    assert response.url == f"/van-ban/{document.pk}/"
    assert (document.issuer, document.kept_by, document.scope_key) == (office, office, "2020")
    assert document.type.name == "Kế hoạch"
    links = document.links_out.order_by("kind", "position")
    assert [(link.kind, link.target.symbol) for link in links] == [
        ("basis", "135-KH/TU"),
        ("basis", "375/UBND-NV"),
        ("replaces", "88/KH-SNV"),
    ]
    assert links[0].target == known
    assert links[1].target.kept_by == office  # put into the register with what is known
    assert document.signed_copies.get().upload.size == len(PDF)
    assert AuditEntry.objects.filter(verb="register_document", agency_id=office.pk).count() == 3


def test_the_code_of_an_agency_becomes_its_name_of_the_day(staff, office):
    enter(staff, office, issuer_name="snv")
    document = OfficialDocument.objects.get(symbol="107/KH-SNV")
    assert (document.issuer, document.issuer_name) == (office, "Sở Nội vụ")
    enter(staff, office, symbol="5-KH/XX", issuer_name="Huyện ủy không có trên cổng")
    other = OfficialDocument.objects.get(symbol="5-KH/XX")
    assert (other.issuer, other.issuer_name) == (None, "Huyện ủy không có trên cổng")


def test_one_that_is_there_already_is_shown_and_asked_about(staff, office):
    there = a_document("107/KH-SNV", issued_on=dt.date(2020, 3, 1))
    response = enter(staff, office, issuer_name="Sở Nội vụ tỉnh khác")
    assert response.status_code == 422
    html = response.content.decode()
    assert "Sổ đã có văn bản mang số này" in html
    assert f'href="/van-ban/{there.pk}/"' in html
    assert OfficialDocument.objects.count() == 1
    assert enter(staff, office, issuer_name="Tỉnh khác", another="on").status_code == 302
    # of another year it is another one, without asking
    assert enter(staff, office, issued_on="2021-02-05").status_code == 302
    # the same of the same issuer is refused by the register itself
    again = enter(staff, office, issued_on="2021-02-05", another="on")
    assert again.status_code == 422
    assert "đã có trong sổ" in again.content.decode()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"symbol": "", "title": ""}, "văn bản không số thì ghi trích yếu"),
        ({"issued_on": "2999-01-01"}, "Ngày ban hành chưa đến"),
        ({"issued_on": "31/2/2020"}, "Nhập một ngày hợp lệ"),
        ({"scope_key": "2030-2025"}, "Ghi nhiệm kỳ như 2025-2030"),
        ({"scope_key": "khóa XIV"}, "Ghi nhiệm kỳ như 2025-2030"),
        ({"basis": "không phải số"}, "không đọc được như một số"),
        ({"symbol": "x" * 90}, "có 90)"),
        ({"file": SimpleUploadedFile("a.pdf", b"MZ not a pdf")}, "PDF"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(staff, office, values, words):
    response = enter(staff, office, **values)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not OfficialDocument.objects.exists()


def test_who_may(office):
    document = a_document("1-KH/TU", kept_by=office)
    edit, remove = f"/lam-viec/van-ban/{document.pk}/sua/", f"/lam-viec/van-ban/{document.pk}/xoa/"
    desk = "/lam-viec/van-ban/"
    elsewhere = AgencyFactory(name="Sở khác")
    for client, statuses in (
        (Client(), (302, 302, 302, 302)),
        (reader(), (403, 403, 403, 403)),
        (reader(Role.STAFF, at=elsewhere), (200, 200, 403, 403)),
        (reader(Role.EDITOR, at=office), (200, 403, 403, 403)),
        (reader(Role.STAFF, at=office), (200, 200, 200, 200)),
    ):
        assert tuple(client.get(url).status_code for url in (desk, NEW, edit, remove)) == statuses
    stranger = reader(Role.STAFF, at=elsewhere)
    assert stranger.post(edit, sent(office, lock_version=0)).status_code == 403
    assert stranger.post(NEW, sent(office)).status_code == 422  # not in the name of others
    actions.update_document(actor=None, document=document, is_public=False)
    assert stranger.get(edit).status_code == 404


def test_the_second_of_two_sees_both_texts(staff, office):
    enter(staff, office, basis="135-KH/TU")
    document = OfficialDocument.objects.get(symbol="107/KH-SNV")
    url = f"/lam-viec/van-ban/{document.pk}/sua/"
    version = document.lock_version
    first = sent(office, title="Của người trước", basis="135-KH/TU", lock_version=version)
    assert staff.post(url, first).status_code == 302
    mine = sent(office, title="Của tôi", basis="135-KH/TU\n375/UBND-NV", lock_version=version)
    response = staff.post(url, mine)
    assert response.status_code == 422
    html = response.content.decode()
    assert "Của người trước" in html
    assert "Của tôi" in html
    shown = {row.name: (row.mine, row.theirs) for row in response.context["form"].stale_fields}
    assert shown["basis"] == ("135-KH/TU\n375/UBND-NV", "135-KH/TU")
    mine["lock_version"] = response.context["form"].data["lock_version"]
    assert staff.post(url, mine).status_code == 302
    document.refresh_from_db()
    assert document.title == "Của tôi"
    assert document.links_out.count() == 2


def test_links_alone_are_a_change_that_others_meet(staff, office):
    enter(staff, office)
    document = OfficialDocument.objects.get(symbol="107/KH-SNV")
    url = f"/lam-viec/van-ban/{document.pk}/sua/"
    linked = sent(office, basis="135-KH/TU", lock_version=document.lock_version)
    assert staff.post(url, linked).status_code == 302
    assert staff.post(url, linked | {"basis": ""}).status_code == 422


def test_links_the_editor_may_not_see_stay(staff, office):
    enter(staff, office)
    document = OfficialDocument.objects.get(symbol="107/KH-SNV")
    hidden = a_document("3-CV/ĐU", kept_by=AgencyFactory(name="Xã"), is_public=False)
    actions.set_links(actor=None, source=document, kind="basis", targets=[hidden])
    url = f"/lam-viec/van-ban/{document.pk}/sua/"
    assert "3-CV/ĐU" not in staff.get(url).content.decode()
    changed = sent(office, basis="135-KH/TU", lock_version=document.lock_version)
    assert staff.post(url, changed).status_code == 302
    assert {link.target.symbol for link in document.links_out.all()} == {"135-KH/TU", "3-CV/ĐU"}


def test_no_circles_and_nothing_linked_to_itself(staff, office):
    enter(staff, office, basis="135-KH/TU")
    document = OfficialDocument.objects.get(symbol="107/KH-SNV")
    top = OfficialDocument.objects.get(symbol="135-KH/TU")
    url = f"/lam-viec/van-ban/{top.pk}/sua/"
    values = sent(office, symbol="135-KH/TU", issuer_name="", lock_version=top.lock_version)
    response = staff.post(url, values | {"basis": "107/KH-SNV ngày 05/02/2020"})
    assert response.status_code == 422
    assert "thành vòng" in response.content.decode()
    response = staff.post(url, values | {"basis": "135-KH/TU"})
    assert "không thể liên kết với chính nó" in response.content.decode()
    assert DocumentLink.objects.get().source == document


def test_the_document_of_a_plan_is_changed_in_the_plan(staff, office):
    document = a_document("9-KH/SNV", issuer=office)
    Plan.objects.create(
        document=document, issuer=office, key="x", slug="x", title="x", state="issued"
    )
    response = staff.get(f"/lam-viec/van-ban/{document.pk}/sua/")
    assert response.url == f"/van-ban/{document.pk}/"
    with pytest.raises(Refused) as refused:
        actions.remove_document(actor=staff.user, document=document)
    assert refused.value.code == "elsewhere"


class TestRemoving:
    def test_while_something_leads_to_it_it_stays_and_the_page_says_what(self, staff, office):
        enter(staff, office, basis="135-KH/TU")
        top = OfficialDocument.objects.get(symbol="135-KH/TU")
        url = f"/lam-viec/van-ban/{top.pk}/xoa/"
        assert "1 liên kết văn bản" in staff.get(url).content.decode()
        staff.post(url)
        top.refresh_from_db()
        assert top.removed_at is None

    def test_removed_it_is_gone_for_readers_and_comes_back_whole(self, staff, office, client):
        enter(staff, office, basis="135-KH/TU")
        document = OfficialDocument.objects.get(symbol="107/KH-SNV")
        staff.post(f"/lam-viec/van-ban/{document.pk}/xoa/")
        assert client.get(f"/van-ban/{document.pk}/").status_code == 404
        assert "107/KH-SNV" in staff.get("/lam-viec/van-ban/da-xoa/").content.decode()
        other = reader(Role.STAFF, at=AgencyFactory(name="Khác"))
        restore = f"/lam-viec/van-ban/{document.pk}/khoi-phuc/"
        assert other.post(restore).status_code == 404
        assert staff.post(restore).status_code == 302
        assert client.get(f"/van-ban/{document.pk}/").status_code == 200
        assert document.links_out.count() == 1

    def test_its_number_may_be_given_again_and_then_it_cannot_come_back(self, staff, office):
        enter(staff, office)
        document = OfficialDocument.objects.get()
        staff.post(f"/lam-viec/van-ban/{document.pk}/xoa/")
        assert enter(staff, office).status_code == 302
        with pytest.raises(Refused) as refused:
            actions.restore_document(actor=staff.user, document=document)
        assert refused.value.code == "duplicate"

    def test_after_thirty_days_it_is_gone_for_good(self, staff, office):
        with time_machine.travel(dt.datetime(2026, 1, 1, 3, tzinfo=dt.UTC), tick=False) as clock:
            enter(staff, office, basis="135-KH/TU")
            document = OfficialDocument.objects.get(symbol="107/KH-SNV")
            actions.remove_document(actor=staff.user, document=document)
            clock.shift(dt.timedelta(days=30))
            assert actions.purge_removed() == 0
            clock.shift(dt.timedelta(seconds=1))
            assert actions.purge_removed() == 1
        assert [d.symbol for d in OfficialDocument.objects.all()] == ["135-KH/TU"]


class TestLookingUp:
    def test_what_a_symbol_says_while_it_is_typed(self, staff, office):
        a_document("12-KH/TU", title="Đã có")
        html = staff.get("/lam-viec/van-ban/doc-so/", {"symbol": "12-kh/tu"}).content.decode()
        for words in ("Kế hoạch", "<dd>", "TU", "Sổ đã có văn bản mang số này", "Đã có"):
            assert words in html
        there = OfficialDocument.objects.get()
        alone = staff.get("/lam-viec/van-ban/doc-so/", {"symbol": "12-KH/TU", "tru": there.pk})
        assert "Sổ đã có" not in alone.content.decode()
        assert (
            "Không đọc được"
            in staff.get("/lam-viec/van-ban/doc-so/", {"symbol": "văn bản nào đó"}).content.decode()
        )
        assert staff.get("/lam-viec/van-ban/doc-so/").content.strip() == b""

    def test_found_by_symbol_or_words_with_the_line_for_the_form(self, staff, office):
        a_document("135-KH/TU", issued_on=dt.date(2019, 12, 31), title="Tuyên truyền đại hội")
        a_document("8-CV/ĐU", kept_by=AgencyFactory(name="Xã"), is_public=False, title="Đại hội xã")
        url = reverse("official:lookup")
        for words in ("135", "tuyen truyen dai"):
            part = staff.get(url, {"tra-cuu": words}, headers={"HX-Request": "true"})
            html = part.content.decode()
            assert 'data-line="135-KH/TU ngày 31/12/2019"' in html
            assert "8-CV/ĐU" not in html
            assert "<html" not in html
        page = staff.get(url, {"tra-cuu": "135"}).content.decode()  # the same without scripts
        assert "135-KH/TU ngày 31/12/2019" in page
        missing = staff.get(url, {"tra-cuu": "99-QĐ/TU"}, headers={"HX-Request": "true"})
        assert f"{NEW}?so=99-Q%C4%90/TU" in missing.content.decode()


def test_the_desk_costs_the_same_for_one_and_many(staff, office):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert staff.get("/lam-viec/van-ban/").status_code == 200
        return len(seen)

    def fill(numbers):
        for n in numbers:
            document = a_document(f"{n}/KH-SNV", kept_by=office, issued_on=dt.date(2020, 1, 1))
            later = a_document(f"{n}/QĐ-SNV", kept_by=office, issued_on=dt.date(2021, 1, 1))
            actions.set_links(actor=None, source=later, kind="amends", targets=[document])

    fill([1])
    queries()  # the session and what is kept about the person
    few = queries()
    fill(range(2, 12))
    assert queries() == few
