"""An edition published at an appointed minute, by whoever meets it first."""

import datetime as dt
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from documents import actions
from documents.models import Edition
from portal.agencies import actions as agencies
from portal.agencies.models import Membership, Role
from portal.common import clock
from portal.common.errors import Refused
from portal.common.models import AuditEntry
from portal.notices.models import ScheduledNotice
from tests.accounts.factories import UserFactory
from tests.agencies.factories import AgencyFactory, delegate, give
from tests.documents.factories import TEXT, make_document, office, publish

pytestmark = pytest.mark.django_db
State = Edition.State
NOW = clock.now().replace(second=0, microsecond=0)
HOUR = NOW + dt.timedelta(hours=2)
AFTER = HOUR + dt.timedelta(seconds=1)


@pytest.fixture
def world():
    return office(name="Đảng bộ tỉnh Mẫu", kind="party")


def refusal(callable_, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(**kwargs)
    return caught.value.code


def submitted(world, **fields):
    agency, staff, _ = world
    return actions.submit(
        actor=staff, edition=make_document(staff, agency, **fields).editions.get()
    )


def scheduled(world, at=HOUR, **fields):
    return actions.schedule(actor=world[2], edition=submitted(world, **fields), at=at, now=NOW)


def again(edition):
    return Edition.objects.select_related("document").get(pk=edition.pk)


def at_the_hour(monkeypatch, moment=AFTER):
    monkeypatch.setattr(clock, "now", lambda: moment)


def test_an_hour_is_set_moved_and_given_up(world):
    agency, _staff, approver = world
    edition = scheduled(world)
    assert (edition.state, edition.publish_at, edition.approved_by) == (
        State.SCHEDULED, HOUR, approver,
    )  # fmt: skip
    later = HOUR + dt.timedelta(days=1)
    edition = actions.reschedule(actor=approver, edition=edition, at=later, now=NOW)
    assert refusal(actions.reschedule, actor=approver, edition=edition, at=later) == "same"
    edition = actions.unschedule(actor=approver, edition=edition, now=NOW)
    assert (edition.state, edition.publish_at, edition.approved_by) == (State.SUBMITTED, None, None)
    verbs = AuditEntry.objects.filter(agency_id=agency.pk, object_kind="documents.edition")
    assert list(verbs.order_by("id").values_list("verb", flat=True)) == [
        "submit", "schedule", "reschedule", "unschedule",
    ]  # fmt: skip


def test_hours_that_cannot_be_kept_are_refused(world):
    agency, staff, approver = world
    edition = submitted(world)
    for at, code in (
        (NOW - dt.timedelta(minutes=1), "past"),
        (NOW + dt.timedelta(days=400), "far"),
    ):
        assert refusal(
            actions.schedule, actor=approver, edition=edition, at=at, now=NOW
        ) == code  # fmt: skip
    assert refusal(actions.schedule, actor=staff, edition=edition, at=HOUR) == "no_right"
    deputy = UserFactory()
    give(deputy, Role.APPROVER, agency, until=clock.today() + dt.timedelta(days=3))
    late = NOW + dt.timedelta(days=5)
    assert refusal(actions.schedule, actor=deputy, edition=edition, at=late, now=NOW) == "role_ends"
    edition = actions.schedule(actor=approver, edition=edition, at=HOUR, now=NOW)
    assert refusal(actions.publish, actor=approver, edition=edition) == (
        "transition:publish:scheduled"
    )
    for verb in (actions.unschedule, actions.reschedule):
        more = {"at": late} if verb is actions.reschedule else {}
        assert refusal(verb, actor=approver, edition=edition, now=AFTER, **more) == "due"


def test_readers_have_it_at_its_minute_while_no_worker_runs(world, client, monkeypatch):
    edition = scheduled(world)
    document = edition.document
    room = reverse("documents:document", args=[document.pk, document.slug])
    at_the_hour(monkeypatch, HOUR - dt.timedelta(seconds=1))
    assert client.get(room).status_code == 404
    assert client.get(reverse("documents:list")).context["page"].count == 0
    at_the_hour(monkeypatch, HOUR)
    assert client.get(room).status_code == 200
    edition = again(edition)
    assert (edition.state, edition.published_at) == (State.PUBLISHED, HOUR)


@pytest.mark.parametrize("address", ["documents:list", "search", "sitemap"])
def test_lists_have_it_at_its_minute_too(world, client, monkeypatch, address):
    edition = scheduled(world, title="Báo cáo chính trị hẹn giờ")
    at_the_hour(monkeypatch)
    url = {
        "documents:list": reverse("documents:list"),
        "search": reverse("search") + "?q=chính+trị+hẹn",
        "sitemap": reverse("sitemap", args=["van-kien"]),
    }[address]
    assert edition.document.slug in client.get(url).content.decode()
    assert again(edition).state == State.PUBLISHED


def test_at_its_minute_the_edition_before_is_superseded_and_keys_are_inherited(
    world, client, monkeypatch
):
    agency, staff, approver = world
    document = make_document(staff, agency)
    first = publish(document, staff, approver)
    second = actions.start_edition(actor=staff, document=document, html=TEXT + "<p>Thêm.</p>")
    second = actions.submit(actor=staff, edition=second)
    actions.schedule(actor=approver, edition=second, at=HOUR, now=NOW)
    at_the_hour(monkeypatch)
    page = client.get(reverse("documents:edition", args=[document.pk, document.slug, 2]))
    assert page.status_code == 200
    assert (again(first).state, again(second).state) == (State.SUPERSEDED, State.PUBLISHED)
    keys = dict(first.blocks.values_list("pos", "key"))
    inherited = dict(second.blocks.values_list("pos", "key"))
    assert {pos for pos in keys if keys[pos] == inherited[pos]} == set(keys)


def test_the_sweep_publishes_what_nobody_read(world):
    edition = scheduled(world)
    out = StringIO()
    actions.publish_due(now=HOUR - dt.timedelta(minutes=1))
    assert again(edition).state == State.SCHEDULED
    assert actions.publish_due(now=HOUR, dry_run=True).published == 0
    result = actions.publish_due(now=HOUR)
    assert (result.published, result.turned_back, result.errors) == (1, 0, 0)
    assert again(edition).published_at == HOUR
    call_command("publish_due_documents", stdout=out)
    assert "đã công bố 0, chờ duyệt lại 0, lỗi 0." in out.getvalue()


def test_one_that_breaks_keeps_no_other_back_and_no_reader(world, client, monkeypatch):
    broken, sound = scheduled(world, title="Hỏng"), scheduled(world, title="Lành")
    settle = actions.scheduling.settle

    def sometimes(edition, *, now):
        if edition.pk == broken.pk:
            raise ValueError
        return settle(edition, now=now)

    monkeypatch.setattr(actions.scheduling, "settle", sometimes)
    at_the_hour(monkeypatch)
    page = client.get(reverse("documents:list"))
    assert [d.title for d in page.context["page"]] == ["Lành"]
    assert actions.publish_due().errors == 1
    assert (again(broken).state, again(sound).state) == (State.SCHEDULED, State.PUBLISHED)


def test_an_approver_without_the_role_publishes_nothing_at_the_hour(world):
    agency, _staff, approver = world
    edition = scheduled(world)
    Membership.objects.filter(user=approver, agency=agency).delete()
    result = actions.publish_due(now=HOUR)
    assert (result.published, result.turned_back) == (0, 1)
    edition = again(edition)
    assert (edition.state, edition.approved_by, edition.publish_at) == (State.SUBMITTED, None, None)
    assert "không còn quyền duyệt" in edition.remark
    notice = ScheduledNotice.objects.filter(subject_kind="documents.edition").latest("id")
    assert (notice.kind, notice.payload["turned_back"]) == ("returned", True)
    # another approver publishes it after all, and the remark is gone
    other = UserFactory()
    give(other, Role.APPROVER, agency)
    edition = actions.publish(actor=other, edition=edition)
    assert (edition.state, edition.remark) == (State.PUBLISHED, "")


def test_an_agency_that_has_ended_publishes_nothing(world):
    agency, _staff, _approver = world
    at = NOW + dt.timedelta(days=10)
    edition = scheduled(world, at=at)
    heir = AgencyFactory(kind="party")
    agencies.succeed(
        actor=None, source=agency, targets=[heir], kind="merge",
        on=clock.today(at) - dt.timedelta(days=2),
    )  # fmt: skip
    assert actions.publish_due(now=at).turned_back == 1
    assert "không còn hoạt động" in again(edition).remark


def test_publish_now_and_taking_back(world):
    _agency, staff, approver = world
    edition = scheduled(world)
    assert refusal(actions.publish_now, actor=staff, edition=edition) == "no_right"
    edition = actions.publish_now(actor=approver, edition=edition, now=NOW)
    assert (edition.state, edition.published_at) == (State.PUBLISHED, NOW)
    other = scheduled(world, title="Khác")
    other = actions.take_back(actor=staff, edition=other, now=NOW)
    assert (other.state, other.blocks.count(), other.approved_by) == (State.EDITING, 0, None)
    third = scheduled(world, title="Ba")
    third = actions.send_back(actor=approver, edition=third, remark="Sửa mục II.", now=NOW)
    assert (third.state, third.publish_at) == (State.EDITING, None)


def test_nobody_approves_through_a_delegation_what_they_have_to_do_with(world):
    agency, staff, approver = world
    give(staff, Role.APPROVER, agency)
    deputy = UserFactory()
    delegate(staff, deputy, agency, Role.APPROVER)
    edition = submitted(world)
    # who acts for the submitter approves for the submitter
    assert refusal(actions.publish, actor=deputy, edition=edition) == "own_text"
    # and what a deputy submitted for somebody is not that person's to approve either
    give(approver, Role.STAFF, agency)
    clerk = UserFactory()
    delegate(approver, clerk, agency, Role.STAFF)
    document = make_document(staff, agency, title="Nghị quyết")
    edition = actions.submit(actor=clerk, edition=document.editions.get())
    assert (edition.submitted_by, edition.submitted_for) == (clerk, approver)
    assert refusal(actions.publish, actor=approver, edition=edition) == "own_text"
    assert actions.publish(actor=deputy, edition=edition).approved_for == staff
    with pytest.raises(IntegrityError), transaction.atomic():
        Edition.objects.filter(pk=edition.pk).update(approved_by=approver)


def test_a_published_edition_has_an_approver_or_a_paper(world):
    edition = submitted(world)
    for state in ("published", "scheduled"):
        with pytest.raises(IntegrityError), transaction.atomic():
            Edition.objects.filter(pk=edition.pk).update(
                state=state, published_at=NOW, publish_at=HOUR
            )


PAPER = {
    "number": "12-PDN/ĐU",
    "signed_on": dt.date(2026, 9, 20),
    "signer": "Nguyễn Văn Bình",
    "position": "Bí thư Đảng ủy",
}


def scan():
    return ContentFile(b"%PDF-1.7 signed %%EOF", name="phe duyet.pdf")


def test_an_office_of_one_publishes_by_a_signature_on_paper(world, client):
    agency, staff, approver = world
    edition = submitted(world)
    on_paper = {"actor": staff, "edition": edition, "scan": scan(), **PAPER}
    assert refusal(actions.publish_on_paper, **on_paper) == "second_person"
    Membership.objects.filter(user=approver, agency=agency).delete()
    on_paper["scan"] = None
    assert refusal(actions.publish_on_paper, **on_paper) == "missing_scan"
    client.force_login(staff)
    url = reverse("documents:paper", args=[edition.document_id, 1])
    assert client.get(url).status_code == 200
    data = {**PAPER, "signed_on": "2026-09-20", "lock_version": again(edition).lock_version}
    assert client.post(url, data).status_code == 422
    assert client.post(url, {**data, "scan": scan()}).status_code == 302
    edition = again(edition)
    assert (edition.state, edition.approved_by, edition.paper_approval.signer) == (
        State.PUBLISHED, None, "Nguyễn Văn Bình",
    )  # fmt: skip
    page = client.get(reverse("documents:manage", args=[edition.document_id])).content.decode()
    assert "Phê duyệt trên giấy" in page
    assert "Nguyễn Văn Bình" in page


def test_a_paper_may_have_an_hour_and_its_writer_gives_it_up(world):
    agency, staff, approver = world
    edition = submitted(world)
    Membership.objects.filter(user=approver, agency=agency).delete()
    edition = actions.publish_on_paper(
        actor=staff, edition=edition, scan=scan(), at=HOUR, now=NOW, **PAPER
    )
    assert edition.state == State.SCHEDULED
    edition = actions.unschedule(actor=staff, edition=edition, now=NOW)
    assert (edition.state, edition.paper_approval) == (State.SUBMITTED, None)


def test_the_pages_of_the_hour(world, client):
    agency, staff, approver = world
    edition = submitted(world)
    url = reverse("documents:schedule", args=[edition.document_id, 1])
    rapporteur = UserFactory()
    give(rapporteur, Role.RAPPORTEUR, agency)
    for user, expected in ((UserFactory(), 404), (rapporteur, 403), (staff, 302), (approver, 200)):
        client.force_login(user)
        assert client.get(url).status_code == expected
    version = again(edition).lock_version
    page = client.post(url, {"day": "", "time": "", "lock_version": version})
    assert page.status_code == 422
    assert "Hãy chọn ngày công bố." in page.content.decode()
    at = clock.local(clock.now() + dt.timedelta(days=1))
    data = {"day": f"{at:%Y-%m-%d}", "time": "07:30", "lock_version": version + 7}
    page = client.post(url, data)
    assert "Văn bản đã thay đổi" in page.content.decode()
    assert client.post(url, data | {"lock_version": version}).status_code == 302
    manage = reverse("documents:manage", args=[edition.document_id])
    html = client.get(manage).content.decode()
    assert f"{at:%d/%m/%Y} 07:30" in html
    assert "Đổi giờ" in html
    step = reverse("documents:act", args=[edition.document_id, 1, "huy-hen"])
    client.post(step)
    assert again(edition).state == State.SUBMITTED
    # what was read is what is published
    step = reverse("documents:act", args=[edition.document_id, 1, "cong-bo"])
    page = client.post(step, {"lock_version": version}, follow=True)
    assert "Văn bản đã thay đổi" in page.content.decode()
    assert again(edition).state == State.SUBMITTED
    client.post(step, {"lock_version": again(edition).lock_version})
    assert again(edition).state == State.PUBLISHED


def test_a_withdrawn_edition_says_why_when_and_what_to_read_instead(world, client):
    agency, staff, approver = world
    document = make_document(staff, agency)
    publish(document, staff, approver)
    actions.start_edition(actor=staff, document=document)
    second = publish(document, staff, approver)
    actions.withdraw(actor=approver, edition=second, reason="Nhầm\nbản in.")
    page = client.get(reverse("documents:edition", args=[document.pk, document.slug, 2]))
    html = page.content.decode()
    assert page.status_code == 410
    assert "Lý do: Nhầm bản in." in html
    assert reverse("documents:edition", args=[document.pk, document.slug, 1]) in html
    long = {"actor": approver, "edition": document.editions.get(n=1), "reason": "x" * 301}
    assert refusal(actions.withdraw, **long) == "long_reason"
