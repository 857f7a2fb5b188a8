"""Answers: written, approved by a second person, published all at once, taken back."""

import datetime as dt

import pytest
import time_machine
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from documents import registry as rooms
from feedback import actions, companion, queries, totals
from feedback.models import Answer, AnswerRelease, Consultation
from portal.agencies.models import Role
from portal.agencies.rules import grants_of
from portal.common import clock, pagecache
from portal.common.errors import Refused, StaleVersion
from portal.common.models import AuditEntry
from portal.notices import actions as notices
from portal.notices.models import Delivery
from portal.official.models import PaperApproval
from tests.accounts.factories import UserFactory
from tests.agencies.factories import give
from tests.feedback.factories import NOW, make_world, send

pytestmark = pytest.mark.django_db
AFTER = dt.datetime(2025, 9, 2, 9, 0, tzinfo=clock.TZ)


@pytest.fixture(autouse=True)
def _now():
    cache.clear()
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def world():
    made = make_world()
    send(made)
    totals.fold()
    return made


def refusal(callable_, **kwargs):
    with pytest.raises(Refused) as caught, transaction.atomic():
        callable_(**kwargs)
    return caught.value.code


def write(world, block=..., **fields):
    return actions.save_answer(
        **{
            "actor": world.staff,
            "consultation": world.consultation,
            "edition": world.edition,
            "block": world.block(2) if block is ... else block,
            "outcome": Answer.Outcome.PARTLY,
            "text": "Tiếp thu việc bồi dưỡng; số lần do từng cơ sở quyết định.",
            "changed": "Đoạn 2",
            "expected_version": 0,
        }
        | fields
    )


def publish(world):
    release = actions.submit_answers(actor=world.staff, consultation=world.consultation)
    return actions.publish_answers(actor=world.approver, release=release)


def public_url(world):
    return reverse("feedback:answers", args=[world.consultation.pk, world.consultation.slug])


def test_written_by_staff_and_rapporteurs_of_the_consulting_agency_only(world):
    write(world)
    write(world, block=None, actor=world.top_rapporteur)
    for person in (world.rapporteur, world.secretary, world.approver, world.member):
        assert refusal(write, world=world, block=world.block(3), actor=person) == "no_right"
    assert Answer.objects.count() == 2


def test_two_editors_lose_nothing(world):
    write(world)
    with pytest.raises(StaleVersion) as caught:
        write(world, text="Bản của tôi.")
    assert caught.value.current.text.startswith("Tiếp thu việc bồi dưỡng")
    write(world, text="Bản sau khi đối chiếu.", expected_version=1)
    assert Answer.objects.get().text == "Bản sau khi đối chiếu."


def test_bad_answers_are_refused(world):
    assert refusal(write, world=world, text="  ") == "empty"
    assert refusal(write, world=world, text="x" * 20_001) == "long"
    other = make_world(title="Đợt khác").edition
    assert refusal(write, world=world, edition=other, block=None) == "place"
    with pytest.raises(Refused):
        write(world, outcome="maybe")


def test_submitted_only_after_closing_and_with_answers(world):
    submit = {"actor": world.staff, "consultation": world.consultation}
    assert refusal(actions.submit_answers, **submit) == "none"
    write(world)
    assert refusal(actions.submit_answers, **submit, now=NOW) == "not_closed"
    actions.submit_answers(**submit)
    assert refusal(actions.submit_answers, **submit) == "locked"
    assert refusal(write, world=world, block=None) == "locked"


def test_who_wrote_or_submitted_does_not_publish(world):
    write(world)
    give(world.staff, Role.APPROVER, world.province)
    release = actions.submit_answers(actor=world.staff, consultation=world.consultation)
    assert refusal(actions.publish_answers, actor=world.staff, release=release) == "own"
    assert refusal(actions.publish_answers, actor=world.rapporteur, release=release) == "no_right"
    actions.publish_answers(actor=world.approver, release=release)
    consultation = Consultation.objects.get(pk=world.consultation.pk)
    assert consultation.answers_published_at == AFTER
    assert refusal(actions.publish_answers, actor=world.approver, release=release) == "decided"


PAPER = {
    "number": "12-TB/TU",
    "signed_on": dt.date(2025, 9, 1),
    "signer": "Nguyễn Văn Bình",
    "position": "Phó Bí thư",
}


def scan(data=b"%PDF-1.7 signed %%EOF"):
    return ContentFile(data, name="da-ky.pdf")


def alone(world):
    """Answers submitted in an office where nobody else may approve."""
    world.approver.memberships.all().delete()
    write(world)
    return actions.submit_answers(actor=world.staff, consultation=world.consultation)


def test_an_office_without_a_second_person_publishes_by_a_signature_on_paper(world):
    release = alone(world)
    give(world.staff, Role.APPROVER, world.province)  # an approver, but of their own words
    assert refusal(actions.publish_answers, actor=world.staff, release=release) == "own"
    on_paper = {"actor": world.staff, "release": release, "scan": scan()} | PAPER
    release = actions.publish_answers_on_paper(**on_paper)
    assert Consultation.objects.get(pk=world.consultation.pk).answers_published_at == AFTER
    approval = release.paper_approval
    assert (approval.agency, approval.signer, approval.act, approval.recorded_by) == (
        world.province, "Nguyễn Văn Bình", "publish", world.staff,
    )  # fmt: skip
    entry = AuditEntry.objects.get(verb="publish_answers")
    assert entry.changes["paper_approval"] == [None, "12-TB/TU, Nguyễn Văn Bình"]
    assert refusal(actions.publish_answers_on_paper, **on_paper) == "decided"
    assert queries.releases_on_paper([str(release.pk)], world.staff) == {
        str(release.pk): reverse("feedback:answer_desk", args=[world.consultation.pk])
    }
    assert queries.releases_on_paper([str(release.pk)], world.rapporteur) == {}


def test_paper_does_not_go_around_an_approver_of_the_office(world):
    write(world)
    release = actions.submit_answers(actor=world.staff, consultation=world.consultation)
    on_paper = {"actor": world.staff, "release": release, "scan": scan()} | PAPER
    assert refusal(actions.publish_answers_on_paper, **on_paper) == "second_person"
    assert refusal(actions.publish_answers_on_paper, **on_paper | {"actor": world.member}) == (
        "no_right"
    )
    assert release.state == "submitted"


def test_a_paper_without_scan_date_or_signer_publishes_nothing(world):
    release = alone(world)
    on_paper = {"actor": world.staff, "release": release, "scan": scan()} | PAPER
    for wrong, code in (
        ({"scan": None}, "missing_scan"),
        ({"scan": scan(b"no scan at all")}, "not_pdf"),
        ({"signer": " "}, "missing_signer"),
        ({"number": ""}, "missing_number"),
        ({"signed_on": dt.date(2025, 9, 3)}, "future"),
    ):
        assert refusal(actions.publish_answers_on_paper, **on_paper | wrong) == code
    assert AnswerRelease.objects.get().state == "submitted"
    assert not PaperApproval.objects.exists()


def test_the_signer_wanted_other_words(world):
    release = alone(world)
    actions.return_answers(actor=world.staff, release=release, reason="Người ký cần nêu rõ hơn.")
    write(world, text="Rõ hơn.", expected_version=1)
    assert AnswerRelease.objects.get().state == "returned"


def test_the_pages_of_the_paper(world, client):
    write(world)
    names = [world.consultation.pk]
    paper, desk = (reverse(f"feedback:{name}", args=names) for name in _PAPER_PAGES)
    client.force_login(world.staff)
    assert client.get(paper).status_code == 302  # nothing was submitted
    world.approver.memberships.all().delete()
    page = client.post(reverse("feedback:answer_submit", args=names), follow=True)
    assert "ghi phê duyệt trên giấy" in page.content.decode()
    assert "Ghi phê duyệt trên giấy" in client.get(desk).content.decode()
    decide = client.get(reverse("feedback:answer_decide", args=names)).content.decode()
    assert "Công bố tất cả" not in decide
    assert "Trả lại để sửa" in decide
    assert client.get(paper).status_code == 200
    data = PAPER | {"signed_on": "2025-09-01"}
    answer = client.post(paper, data)
    assert answer.status_code == 422
    assert "Nguyễn Văn Bình" in answer.content.decode()
    answer = client.post(paper, data | {"scan": scan(b"nothing")})
    assert answer.status_code == 422
    page = client.post(paper, data | {"scan": scan()}, follow=True)
    assert "Đã ghi phê duyệt và công bố" in page.content.decode()
    html = client.get(desk).content.decode()
    assert "Phê duyệt trên giấy: Nguyễn Văn Bình, Phó Bí thư, số 12-TB/TU" in html
    approval = PaperApproval.objects.get()
    assert reverse("official:scan", args=[approval.pk]) in html
    assert client.get(reverse("official:scan", args=[approval.pk])).status_code == 200
    assert client.get(public_url(world)).status_code == 200
    client.force_login(world.rapporteur)
    assert client.get(paper).status_code == 404


_PAPER_PAGES = ("answer_paper", "answer_desk")


def test_returned_answers_are_edited_and_submitted_again(world):
    write(world)
    submit = {"actor": world.staff, "consultation": world.consultation}
    release = actions.submit_answers(**submit)
    back = {"actor": world.approver, "release": release}
    assert refusal(actions.return_answers, **back, reason=" ") == "no_reason"
    actions.return_answers(**back, reason="Nêu rõ chỗ đã sửa.")
    write(world, text="Rõ hơn.", expected_version=1)
    actions.submit_answers(**submit)
    assert list(AnswerRelease.objects.order_by("pk").values_list("state", flat=True)) == [
        "returned",
        "submitted",
    ]


def test_nothing_is_public_before_and_everything_at_once_after(world, client):
    write(world)
    write(world, block=None, text="Trả lời chung cho toàn văn.")
    before = client.get(public_url(world)).content.decode()
    assert "Chưa công bố trả lời" in before
    assert "Trả lời chung" not in before
    assert companion.passage_note(world.block(2), world.member, AFTER) is None
    publish(world)
    pagecache.forget()
    html = client.get(public_url(world)).content.decode()
    assert "Trả lời chung cho toàn văn." in html
    assert "số lần do từng cơ sở quyết định" in html
    # one opinion: its number is not told
    assert "1 lượt" not in html
    found = client.get(f"{public_url(world)}?loc=giai-trinh").content.decode()
    assert "Không có câu trả lời nào với kết quả này" in found


def test_the_page_of_the_passage_and_the_third_column_show_the_answer(world, client):
    write(world)
    publish(world)
    document, block = world.edition.document, world.block(2)
    url = reverse("documents:block", args=[document.pk, document.slug, world.edition.n, block.pos])
    assert "số lần do từng cơ sở quyết định" in client.get(url).content.decode()
    reasons = rooms.reasons_for(world.edition, world.edition, world.member, AFTER)
    assert [r.text.split(":")[0] for r in reasons[block.pk]] == ["Tiếp thu một phần"]
    assert reasons[block.pk][0].url == public_url(world)


def test_the_receipt_links_to_all_answers_and_tells_no_place(world, client):
    receipt = send(world, now=NOW, naming="anonymous", text="Ý khác.")
    write(world)
    publish(world)
    html = client.post(reverse("feedback:receipt"), {"code": receipt.code}).content.decode()
    assert "Đã trả lời" in html
    assert public_url(world) in html
    assert "số lần do từng cơ sở quyết định" not in html
    assert world.block(2).label not in html


def test_taken_back_with_a_public_reason_and_published_anew(world, client):
    write(world)
    publish(world)
    back = {"actor": world.approver, "consultation": world.consultation}
    assert refusal(actions.take_back_answers, **back, reason="") == "no_reason"
    other = {"actor": world.top_rapporteur, "consultation": world.consultation}
    assert refusal(actions.take_back_answers, **other, reason="Sai.") == "no_right"
    actions.take_back_answers(**back, reason="Ghi nhầm số đoạn.")
    pagecache.forget()
    html = client.get(public_url(world)).content.decode()
    assert "Ghi nhầm số đoạn." in html
    assert "số lần do từng cơ sở quyết định" not in html
    write(world, text="Ghi đúng số đoạn.", expected_version=1)
    publish(world)
    pagecache.forget()
    assert "Ghi đúng số đoạn." in client.get(public_url(world)).content.decode()


def test_the_whole_way_in_the_browser(world, client):
    pk = world.consultation.pk
    desk = reverse("feedback:answer_desk", args=[pk])
    client.force_login(world.staff)
    html = client.get(desk).content.decode()
    edit = reverse("feedback:answer_edit", args=[pk, world.edition.pk])
    edit = f"{edit}?doan={world.block(2).pos}"
    assert edit in html
    data = {"outcome": "accepted", "text": "Tiếp thu.", "changed": "", "lock_version": "0"}
    assert client.post(edit, data | {"text": ""}).status_code == 422
    assert client.post(edit, data).status_code == 302
    stale = client.post(edit, data | {"text": "Câu tôi vừa gõ."})
    assert stale.status_code == 422
    assert "Câu tôi vừa gõ." in stale.content.decode()
    confirm = reverse("feedback:answer_submit", args=[pk])
    assert "1 câu trả lời được trình" in client.get(confirm).content.decode()
    assert client.post(confirm).status_code == 302
    decide = reverse("feedback:answer_decide", args=[pk])
    assert client.get(decide).status_code == 403
    client.force_login(world.approver)
    work = queries.todays_work(world.approver, grants_of(world.approver), AFTER)
    assert "feedback.answers" in {section.key for section in work}
    assert client.post(decide, {"do": "return", "reason": ""}).status_code == 422
    assert client.post(decide, {"do": "publish"}).status_code == 302
    assert Consultation.objects.get(pk=pk).answers_published_at == AFTER
    back = reverse("feedback:answer_take_back", args=[pk])
    assert client.post(back, {"reason": ""}).status_code == 422
    assert client.post(back, {"reason": "Ghi nhầm."}).status_code == 302
    assert Consultation.objects.get(pk=pk).answers_published_at is None


def test_outsiders_find_no_drafts(world, client):
    write(world)
    for person in (world.rapporteur, world.secretary, UserFactory()):
        client.force_login(person)
        for name in ("answer_desk", "answer_submit", "answer_decide", "answer_take_back"):
            url = reverse(f"feedback:{name}", args=[world.consultation.pk])
            assert client.get(url).status_code == 404
    client.force_login(world.approver)
    url = reverse("feedback:answer_submit", args=[world.consultation.pk])
    assert client.get(url).status_code == 403


def test_an_unfinished_answer_is_deleted(world, client):
    answer = write(world)
    client.force_login(world.staff)
    url = reverse("feedback:answer_delete", args=[world.consultation.pk, answer.pk])
    client.post(url, {"lock_version": "7"})
    assert Answer.objects.exists()
    client.post(url, {"lock_version": "1"})
    assert not Answer.objects.exists()


def test_pages_take_the_same_queries_for_one_and_for_many(world, client):
    write(world)
    client.force_login(world.staff)
    desk = reverse("feedback:answer_desk", args=[world.consultation.pk])

    def count(url):
        with CaptureQueriesContext(connection) as context:
            assert client.get(url).status_code == 200
        return len(context)

    count(desk)
    one = count(desk)
    for number in (1, 3):
        send(world, block=world.block(number), now=NOW, text=f"Ý {number}")
        write(world, block=world.block(number))
    totals.fold()
    assert count(desk) == one
    publish(world)
    count(public_url(world))
    many = count(public_url(world))
    Answer.objects.exclude(block=world.block(2)).delete()
    assert count(public_url(world)) == many


def test_the_approver_and_the_writer_are_told(world):
    write(world)
    release = actions.submit_answers(actor=world.staff, consultation=world.consultation)
    notices.sweep(now=AFTER)
    told = Delivery.objects.filter(channel="inbox", title__contains="chờ duyệt công bố")
    assert [d.person for d in told] == [world.approver]
    actions.return_answers(actor=world.approver, release=release, reason="Sửa lại.")
    notices.sweep(now=AFTER)
    told = Delivery.objects.filter(channel="inbox", title__contains="bị trả lại")
    assert [(d.person, d.text) for d in told] == [(world.staff, "Sửa lại.")]
